// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cli/lsp/text_document.h"
#include "core/dockerfile/lint.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace darsena::cli::lsp {

enum class DocumentKind { Dockerfile, IgnoreFile };

/// One version of a document. What is found out about it is found out once, by whoever asks first. Any thread.
class Snapshot {
public:
    Snapshot(std::string uri, DocumentKind kind, std::int64_t version, std::string text, Encoding encoding)
        : m_uri(std::move(uri))
        , m_kind(kind)
        , m_version(version)
        , m_text(std::move(text))
        , m_lines(m_text)
        , m_encoding(encoding)
    { }

    const std::string& uri() const { return m_uri; }
    DocumentKind kind() const { return m_kind; }
    std::int64_t version() const { return m_version; }
    const std::string& text() const { return m_text; }
    Encoding encoding() const { return m_encoding; }
    const LineTable& lines() const { return m_lines; }

    /// Texts above 16 MiB are edited, not understood: they are read as empty.
    bool isTooLarge() const;
    const dockerfile::Dockerfile& file() const;

    using Findings = std::shared_ptr<const std::vector<dockerfile::Finding>>;
    /// What compute() gave for this key the last time, or gives now. Who asks meanwhile waits for the one that computes.
    Findings findings(const std::string& key, const std::function<std::vector<dockerfile::Finding>()>& compute) const;

    std::uint32_t offset(ClientPosition position) const { return m_lines.offset(m_text, position, m_encoding); }
    ClientPosition position(std::uint32_t offset) const { return m_lines.position(m_text, offset, m_encoding); }
    PositionWalk walk() const { return {m_text, m_lines, m_encoding}; }

private:
    std::string m_uri;
    DocumentKind m_kind;
    std::int64_t m_version;
    std::string m_text;
    LineTable m_lines;
    Encoding m_encoding;
    mutable std::once_flag m_read;
    mutable dockerfile::Dockerfile m_file;
    mutable std::mutex m_findingsMutex;
    mutable std::string m_findingsKey;
    mutable Findings m_findings;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

} // namespace darsena::cli::lsp
