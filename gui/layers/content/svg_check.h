// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace darsena::gui {

/// Whether an SVG from an image may be drawn: small, flat, without a document type (entities), without anything that
/// reaches outside of it (files and addresses), and with so few <use> that they cannot multiply. Qt's renderer itself
/// would open files that it names and has no bounds. Pure; linear in the bytes.
bool isHarmlessSvg(const QByteArray& bytes);

} // namespace darsena::gui
