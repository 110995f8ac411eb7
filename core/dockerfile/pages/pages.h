// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint.h"

#include <string>
#include <string_view>

namespace darsena::dockerfile {

// Texts for people, from resources/dockerfile/<language>/: a page (Markdown) for each rule and each instruction, and the
// sentences that the code says in English, in other languages. Languages: "en", "es" ("es_MX" and the like count as
// "es"); any other is English. Compiled in; pure; any thread.

/// The page of a rule: "# title", why, an example of what to write instead. Empty if there is none.
std::string_view rulePage(std::string_view rule, std::string_view language = "en");
/// The first heading of a rule's page, without "# ".
std::string_view ruleTitle(std::string_view rule, std::string_view language = "en");

/// The page of an instruction ("RUN"), of a directive ("escape"), or of a flag ("RUN --mount").
std::string_view instructionPage(std::string_view name, std::string_view language = "en");

/// A sentence of this library in another language: a finding's message, a fix's or refactoring's title, a problem. What
/// has no translation comes back as it is.
std::string translated(std::string_view sentence, std::string_view language);
/// The finding with its message and its fix's description in another language.
Finding translated(Finding finding, std::string_view language);

} // namespace darsena::dockerfile
