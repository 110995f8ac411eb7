// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/log_text.h"

namespace darsena::gui {

QStringList LogText::feed(std::string_view bytes)
{
    QStringList lines;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        switch (m_escape) {
        case Escape::Begun:
            m_escape = c == '[' ? Escape::Sequence : c == ']' ? Escape::Command : Escape::None;
            continue;
        case Escape::Sequence:
            if (byte >= 0x40 && byte <= 0x7e)
                m_escape = Escape::None;
            continue;
        case Escape::Command:
            if (c == '\a' || c == '\n')
                m_escape = Escape::None;
            else if (c == '\x1b')
                m_escape = Escape::Begun;
            continue;
        case Escape::None:
            break;
        }
        if (c == '\n') {
            lines.append(take());
            continue;
        }
        if (c == '\r') {
            m_return = true;
            continue;
        }
        if (c == '\x1b') {
            m_escape = Escape::Begun;
            continue;
        }
        if (m_return) {
            m_line.clear();
            m_return = false;
        }
        if (c == '\b') {
            if (!m_line.empty())
                m_line.pop_back();
        } else if ((byte >= 0x20 || c == '\t') && m_line.size() < maxLineBytes) {
            m_line.push_back(c);
        }
    }
    return lines;
}

QStringList LogText::finish()
{
    return m_line.empty() ? QStringList() : QStringList(take());
}

QString LogText::take()
{
    const QString line = QString::fromUtf8(m_line.data(), qsizetype(m_line.size()));
    m_line.clear();
    m_return = false;
    return line;
}

} // namespace darsena::gui
