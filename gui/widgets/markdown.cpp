// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/markdown.h"

#include "gui/theme/theme.h"

#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextFragment>

namespace darsena::gui {

QString markdownToHtml(const QString& markdown, const Theme& theme)
{
    QTextDocument document;
    document.setDefaultFont(theme.font(type::Base));
    document.setMarkdown(markdown, QTextDocument::MarkdownNoHTML);
    const QFont code = theme.monospace(12);
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        QTextBlockFormat format = block.blockFormat();
        const int level = format.headingLevel();
        const bool isCode = format.hasProperty(QTextFormat::BlockCodeFence) || format.hasProperty(QTextFormat::BlockCodeLanguage);
        format.setTopMargin(level > 1 ? space::S : isCode ? 0 : space::XS);
        format.setBottomMargin(isCode ? 0 : space::XS);
        if (isCode)
            format.setLeftMargin(space::M);
        format.setHeadingLevel(0); // or it would be enlarged again
        cursor.setBlockFormat(format);
        cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
        if (level > 0 || isCode) {
            QTextCharFormat letters;
            letters.setFont(isCode ? code : theme.font(type::Base, QFont::DemiBold));
            letters.setForeground(theme.tokens().text);
            cursor.setCharFormat(letters);
            continue;
        }
        for (auto piece = block.begin(); piece != block.end(); ++piece) {
            const QTextFragment fragment = piece.fragment();
            if (!fragment.charFormat().fontFixedPitch())
                continue;
            cursor.setPosition(fragment.position());
            cursor.setPosition(fragment.position() + fragment.length(), QTextCursor::KeepAnchor);
            QTextCharFormat letters;
            letters.setFont(code);
            letters.setForeground(theme.tokens().accentText);
            cursor.setCharFormat(letters);
        }
    }
    return document.toHtml();
}

} // namespace darsena::gui
