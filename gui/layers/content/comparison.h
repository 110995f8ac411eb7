// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/content/file_content.h"
#include "gui/models/line_alignment.h"

#include <memory>
#include <stop_token>

namespace darsena::gui {

/// Two contents and what differs in them; made in a worker.
struct Comparison {
    QByteArray before, after;
    bool same = false;
    bool isText = false; ///< both are, or one is and the other has no bytes
    bool cut = false; ///< only the beginning is compared as text
    TextLanguage language = TextLanguage::Plain;

    // The two texts with empty lines where the other has more; all as long as alignment.rows. Of texts.
    std::string beforeText, afterText;
    QStringList beforeLabels, afterLabels; ///< numbers of lines
    Alignment alignment;
    std::vector<LinePart> parts; ///< per row; of Changed ones
    std::string unified;

    // Of bytes.
    QString beforeDigest, afterDigest; ///< sha256, hexadecimal
    qint64 firstDifference = -1;
    qint64 differing = 0; ///< bytes that differ at the same place, and what one has more
};

std::shared_ptr<const Comparison> compareContents(const QByteArray& before, const QByteArray& after, const QString& path, const QString& beforeName,
    const QString& afterName, std::stop_token stop = {});

/// The next place at or after @p from where two contents differ, going up or (backwards) down; -1: none.
qint64 nextDifference(const QByteArray& before, const QByteArray& after, qint64 from, bool backwards = false);

} // namespace darsena::gui
