// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/ansi_text.h"

#include <QList>

namespace darsena::gui {

namespace {

constexpr QChar Escape(0x1b);
constexpr qsizetype TabWidth = 8;

/// One "select graphic rendition": ECMA-48 §8.3.117, with the usual 38/48 for 256 and RGB colours.
void applyGraphics(AnsiText::Style& style, QStringView parameters)
{
    QList<int> numbers;
    for (const QStringView part : parameters.split(u';'))
        numbers << part.split(u':').constFirst().toInt();
    const auto colour = [&](qsizetype& at) {
        if (at + 2 < numbers.size() && numbers[at + 1] == 5) {
            at += 2;
            return qBound(0, numbers[at], 255);
        }
        if (at + 4 < numbers.size() && numbers[at + 1] == 2) {
            at += 4;
            return AnsiText::Rgb | (qBound(0, numbers[at - 2], 255) << 16) | (qBound(0, numbers[at - 1], 255) << 8) | qBound(0, numbers[at], 255);
        }
        at = numbers.size();
        return AnsiText::None;
    };
    for (qsizetype at = 0; at < numbers.size(); ++at) {
        const int n = numbers[at];
        if (n == 0)
            style = {};
        else if (n == 1)
            style.bold = true;
        else if (n == 2)
            style.faint = true;
        else if (n == 4)
            style.underline = true;
        else if (n == 22)
            style.bold = style.faint = false;
        else if (n == 24)
            style.underline = false;
        else if (n >= 30 && n <= 37)
            style.foreground = n - 30;
        else if (n >= 90 && n <= 97)
            style.foreground = n - 90 + 8;
        else if (n == 39)
            style.foreground = AnsiText::None;
        else if (n >= 40 && n <= 47)
            style.background = n - 40;
        else if (n >= 100 && n <= 107)
            style.background = n - 100 + 8;
        else if (n == 49)
            style.background = AnsiText::None;
        else if (n == 38)
            style.foreground = colour(at);
        else if (n == 48)
            style.background = colour(at);
    }
}

/// Skips the sequence that begins at `at` (an escape); applies it when it is one of colours.
qsizetype skipSequence(QStringView text, qsizetype at, AnsiText::Style& style)
{
    ++at;
    if (at >= text.size())
        return at;
    const QChar kind = text[at++];
    if (kind == u'[') {
        const qsizetype begin = at;
        while (at < text.size() && (text[at] < u'@' || text[at] > u'~'))
            ++at;
        if (at < text.size() && text[at] == u'm')
            applyGraphics(style, text.sliced(begin, at - begin));
        return at < text.size() ? at + 1 : at;
    }
    if (kind == u']') { // an operating system command: until BEL or ESC backslash
        while (at < text.size() && text[at] != QChar(7) && text[at] != Escape)
            ++at;
        if (at < text.size() && text[at] == Escape)
            return qMin(at + 2, text.size());
        return at < text.size() ? at + 1 : at;
    }
    if (kind == u'(' || kind == u')') // a character set: one more character
        return qMin(at + 1, text.size());
    return at;
}

bool isUnwelcome(QChar c)
{
    const char16_t code = c.unicode();
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
        || code == 0x2028 || code == 0x2029;
}

} // namespace

AnsiText AnsiText::parse(QByteArrayView line)
{
    AnsiText result;
    const QString source = QString::fromUtf8(line);
    result.text.reserve(source.size());
    Style style;
    qsizetype styledFrom = 0;
    const auto closeSpan = [&](const Style& next) {
        if (!(style == Style()) && result.text.size() > styledFrom)
            result.spans.push_back({ styledFrom, result.text.size() - styledFrom, style });
        styledFrom = result.text.size();
        style = next;
    };
    for (qsizetype at = 0; at < source.size();) {
        const QChar c = source[at];
        if (c == Escape) {
            Style next = style;
            at = skipSequence(source, at, next);
            if (!(next == style))
                closeSpan(next);
            continue;
        }
        ++at;
        if (c == u'\t')
            result.text.append(QString(TabWidth - result.text.size() % TabWidth, u' '));
        else if (c == u'\b')
            result.text.chop(result.text.size() > styledFrom ? 1 : 0);
        else
            result.text.append(isUnwelcome(c) ? QChar(QChar::ReplacementCharacter) : c);
    }
    closeSpan({});
    return result;
}

} // namespace darsena::gui
