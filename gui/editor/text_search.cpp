// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/text_search.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QUtf8StringView>

namespace darsena::gui {
namespace {

constexpr std::size_t MostMatches = 100'000;

/// A text as the regular expressions of Qt want it, and the way back to its bytes. What is no UTF-8 is read as if each
/// byte were a letter: every place is found again.
class Utf16Text {
public:
    explicit Utf16Text(std::string_view bytes)
        : m_bytes(bytes)
        , m_utf8(QUtf8StringView(bytes.data(), qsizetype(bytes.size())).isValidUtf8())
        , m_text(m_utf8 ? QString::fromUtf8(bytes.data(), qsizetype(bytes.size()))
                        : QString::fromLatin1(bytes.data(), qsizetype(bytes.size())))
    {
    }

    const QString& text() const { return m_text; }
    QString pattern(const QString& pattern) const
    {
        return m_utf8 ? pattern : QString::fromLatin1(pattern.toUtf8());
    }
    std::string bytes(const QString& text) const { return m_utf8 ? text.toStdString() : text.toLatin1().toStdString(); }

    /// The byte of a place; ask in rising order.
    std::size_t byteOf(qsizetype place)
    {
        if (!m_utf8)
            return std::size_t(place);
        while (m_place < place && m_byte < m_bytes.size()) {
            const auto lead = static_cast<unsigned char>(m_bytes[m_byte]);
            const int length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
            m_byte += std::size_t(length);
            m_place += length == 4 ? 2 : 1;
        }
        return m_byte;
    }
    /// The place of a byte.
    qsizetype placeOf(std::size_t byte) const
    {
        if (!m_utf8)
            return qsizetype(byte);
        qsizetype place = 0;
        for (std::size_t at = 0; at < byte && at < m_bytes.size();) {
            const auto lead = static_cast<unsigned char>(m_bytes[at]);
            const int length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
            at += std::size_t(length);
            place += length == 4 ? 2 : 1;
        }
        return place;
    }

private:
    std::string_view m_bytes;
    bool m_utf8;
    QString m_text;
    qsizetype m_place = 0;
    std::size_t m_byte = 0;
};

QRegularExpression expressionOf(const SearchQuery& query, const Utf16Text& text)
{
    QString pattern = text.pattern(query.regex ? query.pattern : QRegularExpression::escape(query.pattern));
    if (query.wholeWord)
        pattern = QStringLiteral("(?<!\\w)(?:%1)(?!\\w)").arg(pattern);
    // The line break is not part of the line, whichever it is.
    pattern.prepend(QStringLiteral("(*LIMIT_MATCH=1000000)(*ANYCRLF)"));
    QRegularExpression::PatternOptions options = QRegularExpression::MultilineOption | QRegularExpression::UseUnicodePropertiesOption;
    if (!query.caseSensitive)
        options |= QRegularExpression::CaseInsensitiveOption;
    return QRegularExpression(pattern, options);
}

/// Calls found(match, begin, end) for every match that is not empty, until it says false.
template<typename Found>
QString walk(Utf16Text& text, const SearchQuery& query, const std::stop_token& stop, Found found)
{
    if (query.pattern.isEmpty())
        return {};
    const QRegularExpression expression = expressionOf(query, text);
    if (!expression.isValid())
        return expression.errorString();
    qsizetype from = query.within ? text.placeOf(query.within->first) : 0;
    const std::size_t until = query.within ? query.within->second : std::size_t(-1);
    while (from <= text.text().size() && !stop.stop_requested()) {
        const QRegularExpressionMatch match = expression.match(text.text(), from,
            QRegularExpression::NormalMatch, QRegularExpression::DontCheckSubjectStringMatchOption); // it is UTF-16
        if (!match.hasMatch()) {
            // The engine gives up on an expression that would take for ever.
            if (!match.isValid())
                return QCoreApplication::translate("TextSearch", "this expression takes too long");
            break;
        }
        from = match.capturedEnd() > match.capturedStart() ? match.capturedEnd() : match.capturedEnd() + 1;
        if (match.capturedLength() == 0)
            continue;
        const std::size_t begin = text.byteOf(match.capturedStart());
        const std::size_t end = text.byteOf(match.capturedEnd());
        if (end > until || !found(match, begin, end))
            break;
    }
    return {};
}

QString expanded(const QString& replacement, const QRegularExpressionMatch& match, const QString& lineBreak)
{
    QString out;
    for (qsizetype i = 0; i < replacement.size(); ++i) {
        const QChar c = replacement[i];
        const QChar next = i + 1 < replacement.size() ? replacement[i + 1] : QChar();
        if (c == QLatin1Char('$') && next.isDigit() && next.unicode() < 128) {
            out += match.captured(next.digitValue());
            ++i;
        } else if (c == QLatin1Char('$') && next == QLatin1Char('$')) {
            out += c;
            ++i;
        } else if (c == QLatin1Char('\\') && next == QLatin1Char('n')) {
            out += lineBreak;
            ++i;
        } else if (c == QLatin1Char('\\') && next == QLatin1Char('t')) {
            out += QLatin1Char('\t');
            ++i;
        } else if (c == QLatin1Char('\\') && next == QLatin1Char('\\')) {
            out += c;
            ++i;
        } else {
            out += c;
        }
    }
    return out;
}

} // namespace

SearchResult searchText(std::string_view bytes, const SearchQuery& query, std::stop_token stop)
{
    SearchResult result;
    Utf16Text text(bytes);
    result.problem = walk(text, query, stop, [&result](const QRegularExpressionMatch&, std::size_t begin, std::size_t end) {
        if (result.matches.size() >= MostMatches) {
            result.more = true;
            return false;
        }
        result.matches.push_back({ begin, end });
        return true;
    });
    return result;
}

std::vector<TextChange> replaceMatches(std::string_view bytes, const SearchQuery& query, const QString& replacement,
    std::string_view lineBreak, std::stop_token stop)
{
    std::vector<TextChange> changes;
    Utf16Text text(bytes);
    const QString pattern = text.pattern(replacement);
    const QString breaks = QString::fromLatin1(lineBreak.data(), qsizetype(lineBreak.size()));
    walk(text, query, stop, [&](const QRegularExpressionMatch& match, std::size_t begin, std::size_t end) {
        changes.push_back({ begin, end, text.bytes(query.regex ? expanded(pattern, match, breaks) : pattern) });
        return true;
    });
    return changes;
}

} // namespace darsena::gui
