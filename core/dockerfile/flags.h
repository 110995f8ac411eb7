// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/document.h"

#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace darsena::dockerfile {

/// A value, or what BuildKit refuses. Internal to core/dockerfile.
template <typename T> using OrProblem = std::expected<T, Problem>;

enum class FlagKind { Boolean, Text, Texts };
struct FlagSpec {
    std::string_view name;
    FlagKind kind;
};

/// The flags of one instruction, checked against those it knows (frontend/dockerfile/instructions/bflag.go).
class Flags {
public:
    static OrProblem<Flags> read(
        const std::vector<Word>& flags, std::span<const FlagSpec> known, const SourceText& source);

    /// The value of a text flag and where it stands.
    std::optional<Word> text(std::string_view name) const;
    /// All values of a repeatable flag.
    std::vector<Word> texts(std::string_view name) const;
    std::optional<bool> boolean(std::string_view name) const;

private:
    struct Entry {
        std::string name;
        Word value;
    };
    std::vector<Entry> m_entries;
};

} // namespace darsena::dockerfile
