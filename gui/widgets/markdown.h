// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace darsena::gui {

class Theme;

/// Markdown as rich text for labels and browsers, with headings and code in the studio's sizes and fonts. HTML in it is
/// shown as text.
QString markdownToHtml(const QString& markdown, const Theme& theme);

} // namespace darsena::gui
