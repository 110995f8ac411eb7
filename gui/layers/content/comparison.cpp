// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/comparison.h"

#include <QCryptographicHash>

#include <algorithm>

namespace darsena::gui {

namespace {

constexpr std::size_t MostCompared = 500'000; ///< bytes of a text; more makes an editor slow

std::string_view viewOf(const QByteArray& bytes)
{
    return { bytes.constData(), static_cast<std::size_t>(bytes.size()) };
}

/// The sign says what the line's colour does.
void appendSide(std::string& text, QStringList& labels, const std::vector<std::string_view>& lines, std::size_t line, const char* sign)
{
    if (line == AlignedRow::none) {
        labels.append(QString());
    } else {
        std::string_view shown = lines[line];
        while (shown.ends_with('\n') || shown.ends_with('\r'))
            shown.remove_suffix(1);
        text += shown;
        labels.append(QString::fromUtf8(sign) + QString::number(line + 1));
    }
    text += '\n';
}

void alignTexts(Comparison& comparison, const std::string& before, const std::string& after, const QString& beforeName, const QString& afterName)
{
    const auto beforeLines = splitLines(before);
    const auto afterLines = splitLines(after);
    comparison.alignment = alignLines(beforeLines, afterLines);
    static const char* const signs[] = { "", "~ ", "+ ", "− " };
    for (const AlignedRow& row : comparison.alignment.rows) {
        const char* sign = signs[static_cast<std::size_t>(row.kind)];
        appendSide(comparison.beforeText, comparison.beforeLabels, beforeLines, row.before, sign);
        appendSide(comparison.afterText, comparison.afterLabels, afterLines, row.after, sign);
        comparison.parts.push_back(row.kind == AlignedRow::Kind::Changed ? differingPart(beforeLines[row.before], afterLines[row.after]) : LinePart());
    }
    comparison.unified = unifiedDiff(beforeLines, afterLines, beforeName.toStdString(), afterName.toStdString());
}

} // namespace

qint64 nextDifference(const QByteArray& before, const QByteArray& after, qint64 from, bool backwards)
{
    const qint64 shorter = std::min(before.size(), after.size());
    const qint64 longer = std::max(before.size(), after.size());
    if (backwards) {
        if (from >= shorter && shorter < longer && from >= 0)
            return std::min(from, longer - 1);
        for (qint64 at = std::min(from, shorter - 1); at >= 0; --at) {
            if (before.at(at) != after.at(at))
                return at;
        }
        return -1;
    }
    if (from < shorter) {
        const auto found = std::mismatch(before.cbegin() + from, before.cbegin() + shorter, after.cbegin() + from);
        if (found.first != before.cbegin() + shorter)
            return found.first - before.cbegin();
        from = shorter;
    }
    return from < longer ? from : -1;
}

std::shared_ptr<const Comparison> compareContents(const QByteArray& before, const QByteArray& after, const QString& path, const QString& beforeName,
    const QString& afterName, std::stop_token stop)
{
    auto comparison = std::make_shared<Comparison>();
    comparison->before = before;
    comparison->after = after;
    comparison->same = before == after;
    const auto digest = [](const QByteArray& bytes) { return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex()); };
    comparison->beforeDigest = digest(before);
    comparison->afterDigest = digest(after);
    if (stop.stop_requested())
        return comparison;

    const auto beforeText = displayText(viewOf(before), MostCompared);
    const auto afterText = displayText(viewOf(after), MostCompared);
    if (beforeText && afterText) {
        comparison->isText = true;
        comparison->cut = beforeText->cut || afterText->cut || beforeText->cutLines || afterText->cutLines;
        comparison->language = languageOf(path, afterText->utf8.empty() ? beforeText->utf8 : afterText->utf8);
        alignTexts(*comparison, beforeText->utf8, afterText->utf8, beforeName, afterName);
    }
    comparison->firstDifference = nextDifference(before, after, 0);
    const qsizetype shorter = std::min(before.size(), after.size());
    for (qsizetype at = 0; at < shorter; ++at)
        comparison->differing += before.at(at) != after.at(at) ? 1 : 0;
    comparison->differing += std::max(before.size(), after.size()) - shorter;
    return comparison;
}

} // namespace darsena::gui
