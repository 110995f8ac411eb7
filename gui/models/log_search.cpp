// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/log_search.h"

#include "gui/models/ansi_text.h"

#include <QElapsedTimer>

#include <algorithm>

namespace darsena::gui {

namespace {
constexpr qint64 SliceMilliseconds = 8;
constexpr std::size_t MostLines = 1'000'000;
} // namespace

LogSearch::LogSearch(LogStore* store, QObject* parent)
    : QObject(parent)
    , m_store(store)
{
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &LogSearch::scan);
    connect(store, &LogStore::appended, this, [this] {
        if (active() && m_lines.size() < MostLines)
            m_timer.start();
    });
    connect(store, &LogStore::cleared, this, [this] {
        m_lines.clear();
        m_scanned = 0;
        Q_EMIT changed();
    });
}

bool LogSearch::setPattern(const QString& text, bool regularExpression)
{
    const QRegularExpression pattern(regularExpression ? text : QRegularExpression::escape(text),
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption);
    m_error = pattern.isValid() ? QString() : pattern.errorString();
    if (!pattern.isValid())
        return false;
    if (pattern == m_pattern)
        return true;
    m_pattern = pattern;
    m_pattern.optimize();
    m_lines.clear();
    m_scanned = m_store->firstLine();
    if (active())
        m_timer.start();
    else
        m_timer.stop();
    Q_EMIT changed();
    return true;
}

void LogSearch::scan()
{
    QElapsedTimer spent;
    spent.start();
    m_scanned = std::max(m_scanned, m_store->firstLine());
    const qint64 end = m_store->finishedEnd();
    const std::size_t before = m_lines.size();
    while (m_scanned < end && m_lines.size() < MostLines) {
        const QByteArray bytes = m_store->line(m_scanned).text;
        if (m_pattern.match(AnsiText::parse(bytes).text).hasMatch())
            m_lines.push_back(m_scanned);
        ++m_scanned;
        if (spent.elapsed() >= SliceMilliseconds)
            break;
    }
    const bool finished = m_scanned >= end || m_lines.size() >= MostLines;
    if (finished)
        m_timer.stop();
    if (finished || m_lines.size() != before)
        Q_EMIT changed();
}

qint64 LogSearch::next(qint64 line) const
{
    if (m_lines.empty())
        return -1;
    const auto at = std::upper_bound(m_lines.begin(), m_lines.end(), line);
    return at != m_lines.end() ? *at : m_lines.front();
}

qint64 LogSearch::previous(qint64 line) const
{
    if (m_lines.empty())
        return -1;
    const auto at = std::lower_bound(m_lines.begin(), m_lines.end(), line);
    return at != m_lines.begin() ? *std::prev(at) : m_lines.back();
}

} // namespace darsena::gui
