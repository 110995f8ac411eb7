// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string_view>

namespace darsena::gui {

/// One line about an ELF file ("ELF, 64-bit, x86-64, program, statically linked"), translated; empty when it is none. Any
/// bytes may come; no more than the headers is looked at.
QString describeElf(std::string_view bytes);

} // namespace darsena::gui
