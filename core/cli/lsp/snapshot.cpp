// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/snapshot.h"

namespace darsena::cli::lsp {

namespace {

constexpr std::size_t maxUnderstoodBytes = std::size_t {16} << 20;

} // namespace

bool Snapshot::isTooLarge() const
{
    return m_text.size() > maxUnderstoodBytes;
}

const dockerfile::Dockerfile& Snapshot::file() const
{
    std::call_once(m_read, [&] {
        const bool isRead = m_kind == DocumentKind::Dockerfile && !isTooLarge();
        m_file = dockerfile::readDockerfile(isRead ? m_text : std::string());
    });
    return m_file;
}

Snapshot::Findings Snapshot::findings(
    const std::string& key, const std::function<std::vector<dockerfile::Finding>()>& compute) const
{
    const std::scoped_lock lock(m_findingsMutex);
    if (!m_findings || m_findingsKey != key) {
        m_findings = std::make_shared<const std::vector<dockerfile::Finding>>(compute());
        m_findingsKey = key;
    }
    return m_findings;
}

} // namespace darsena::cli::lsp
