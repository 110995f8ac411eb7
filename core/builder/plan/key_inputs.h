// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/builder/build_event.h"

#include <string>
#include <string_view>
#include <vector>

namespace darsena::builder {

/// Everything that decides what a step gives, named: the cache key is their digest, and the difference between two
/// lists says why a step runs again. Values that may be secret (arguments, environment) are kept as digests only.
class KeyInputs {
public:
    enum class Kind { Instruction, Arg, Env, Option, Mount, File, Source, Parent };
    struct Input {
        Kind kind = Kind::Instruction;
        std::string name;
        std::string value;
        bool operator==(const Input&) const = default;
    };

    void add(Kind kind, std::string_view name, std::string_view value);
    /// The value is replaced by its digest.
    void addHidden(Kind kind, std::string_view name, std::string_view value);

    const std::vector<Input>& all() const { return m_inputs; }
    /// Of all inputs in their order.
    Digest key() const;

    /// What is kept with a record. More than maxRecorded files are grouped by folder, so that the record of a huge COPY
    /// stays small; what changed is then a folder.
    std::string toJson() const;
    /// Errors: Invalid.
    static Result<KeyInputs> fromJson(std::string_view text);

    /// What differs from an earlier run of the same step, the step's own causes first. Parent and Source reasons carry no
    /// step number: who knows the build fills it in.
    std::vector<Reason> differences(const KeyInputs& earlier) const;

    static constexpr std::size_t maxRecorded = 4000;

private:
    std::vector<Input> recorded() const;
    std::vector<Input> m_inputs;
};

} // namespace darsena::builder
