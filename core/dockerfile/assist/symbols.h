// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"

#include <optional>
#include <set>
#include <string>

namespace darsena::dockerfile::assist_detail {

// What a symbol is beyond its places: renaming needs it. Internal to core/dockerfile/assist.

/// The scopes in which a variable's name means one thing.
struct VariableScopes {
    bool global = false;
    std::set<std::size_t> stages;
};

struct FoundSymbol {
    Symbol symbol;
    std::optional<std::size_t> stage; ///< of Kind::Stage: its index
    VariableScopes scopes; ///< of Kind::Variable
    const Statement* statement = nullptr; ///< of Kind::Heredoc
};

std::optional<FoundSymbol> findSymbol(const Dockerfile& file, std::uint32_t offset, const Surroundings& world);

} // namespace darsena::dockerfile::assist_detail
