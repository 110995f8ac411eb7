// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <QByteArray>

#include <optional>
#include <vector>

namespace darsena::gui {

/// A message of `darsena read-image` (core/cli/reader/output.h says which there are).
struct ReaderMessage {
    json::Object head;
    QByteArray bytes; ///< as many as the head's member "bytes" says
};

/// Cuts what the reading process writes into messages. That process handles hostile bytes, so that it may be anybody's:
/// lines up to 4 MiB, bytes up to 1 GiB. After an error nothing further is understood.
class ReaderStream {
public:
    /// Appends what became complete. Errors: Corrupt, TooLarge.
    Result<void> feed(const QByteArray& bytes, std::vector<ReaderMessage>& out);

private:
    Result<void> takeLine(std::vector<ReaderMessage>& out);

    QByteArray m_line;
    std::optional<ReaderMessage> m_message; ///< whose bytes are coming
    qsizetype m_missing = 0;
};

} // namespace darsena::gui
