// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/plan/key_inputs.h"

#include <array>
#include <map>
#include <set>

namespace darsena::builder {

namespace {

/// Part of every key: another meaning of the inputs needs another number here.
constexpr std::string_view keyFormat = "darsena step 1";

constexpr std::array<std::string_view, 8> kindNames { "instruction", "arg", "env", "option", "mount", "file", "source",
    "parent" };

std::string_view nameOf(KeyInputs::Kind kind)
{
    return kindNames[static_cast<std::size_t>(kind)];
}

Reason reasonFor(const KeyInputs::Input& input)
{
    Reason reason;
    reason.name = input.name;
    switch (input.kind) {
    case KeyInputs::Kind::Instruction:
        reason.kind = Reason::Kind::Instruction;
        reason.name.clear();
        break;
    case KeyInputs::Kind::Arg:
        reason.kind = Reason::Kind::Arg;
        break;
    case KeyInputs::Kind::Env:
    case KeyInputs::Kind::Option:
    case KeyInputs::Kind::Mount:
        reason.kind = Reason::Kind::Env;
        break;
    case KeyInputs::Kind::File:
        reason.kind = Reason::Kind::File;
        break;
    case KeyInputs::Kind::Source:
        reason.kind = Reason::Kind::Source;
        break;
    case KeyInputs::Kind::Parent:
        reason.kind = Reason::Kind::Parent;
        break;
    }
    return reason;
}

} // namespace

void KeyInputs::add(Kind kind, std::string_view name, std::string_view value)
{
    m_inputs.push_back({ kind, std::string(name), std::string(value) });
}

void KeyInputs::addHidden(Kind kind, std::string_view name, std::string_view value)
{
    add(kind, name, Digest::ofText(value).hex());
}

Digest KeyInputs::key() const
{
    Hasher hasher;
    const auto field = [&](std::string_view text) {
        // Length first: no two lists can run together into the same bytes.
        hasher.update(std::to_string(text.size()));
        hasher.update(":");
        hasher.update(text);
    };
    field(keyFormat);
    for (const Input& input : m_inputs) {
        field(nameOf(input.kind));
        field(input.name);
        field(input.value);
    }
    return hasher.finish();
}

std::vector<KeyInputs::Input> KeyInputs::recorded() const
{
    if (m_inputs.size() <= maxRecorded)
        return m_inputs;
    std::vector<Input> inputs;
    // As deep as still gives a list of bearable length.
    for (int depth = 3; depth >= 0; --depth) {
        inputs.clear();
        std::map<std::string, Hasher, std::less<>> folders;
        for (const Input& input : m_inputs) {
            if (input.kind != Kind::File) {
                inputs.push_back(input);
                continue;
            }
            std::size_t end = 0;
            for (int level = 0; level < depth && end != std::string::npos; ++level)
                end = input.name.find('/', end == 0 ? 0 : end + 1);
            const bool whole = end == std::string::npos;
            Hasher& hasher = folders[whole ? input.name : input.name.substr(0, end) + "/"];
            hasher.update(input.name);
            hasher.update(std::string_view("\0", 1));
            hasher.update(input.value);
            hasher.update(std::string_view("\0", 1));
        }
        if (inputs.size() + folders.size() > maxRecorded && depth > 0)
            continue;
        for (auto& [name, hasher] : folders)
            inputs.push_back({ Kind::File, name, hasher.finish().hex() });
        break;
    }
    return inputs;
}

std::string KeyInputs::toJson() const
{
    json::Array array;
    for (const Input& input : recorded()) {
        json::Array triple;
        triple.emplace_back(static_cast<int>(input.kind));
        triple.emplace_back(input.name);
        triple.emplace_back(input.value);
        array.emplace_back(std::move(triple));
    }
    return json::serialize(array);
}

Result<KeyInputs> KeyInputs::fromJson(std::string_view text)
{
    const auto invalid = [] { return Error(ErrorCode::Invalid, "the inputs of a cache record cannot be read"); };
    const json::Value value = TRY(json::parse(text));
    if (!value.is_array())
        return invalid();
    KeyInputs inputs;
    for (const json::Value& item : value.get_array()) {
        if (!item.is_array() || item.get_array().size() != 3)
            return invalid();
        const json::Array& triple = item.get_array();
        if (!triple[0].is_int64() || triple[0].get_int64() < 0
            || triple[0].get_int64() >= static_cast<std::int64_t>(kindNames.size()) || !triple[1].is_string()
            || !triple[2].is_string())
            return invalid();
        inputs.m_inputs.push_back({ static_cast<Kind>(triple[0].get_int64()), std::string(triple[1].get_string()),
            std::string(triple[2].get_string()) });
    }
    return inputs;
}

std::vector<Reason> KeyInputs::differences(const KeyInputs& earlier) const
{
    using Name = std::pair<Kind, std::string>;
    std::map<Name, std::string> before;
    for (const Input& input : earlier.recorded())
        before[{ input.kind, input.name }] = input.value;

    std::vector<Reason> own;
    std::vector<Reason> inherited;
    std::set<Name> seen;
    const auto report = [&](const Input& input) {
        Reason reason = reasonFor(input);
        const bool below = input.kind == Kind::Parent || input.kind == Kind::Source;
        (below ? inherited : own).push_back(std::move(reason));
    };
    for (const Input& input : recorded()) {
        const Name name { input.kind, input.name };
        // A file can come in twice, through two mounts; it is one cause all the same.
        if (!seen.insert(name).second)
            continue;
        const auto found = before.find(name);
        if (found == before.end() || found->second != input.value)
            report(input);
    }
    for (const auto& [name, value] : before) {
        if (!seen.contains(name))
            report({ name.first, name.second, value });
    }
    // The text of an instruction decides its own options; to name those beside it would say the same thing twice.
    std::stable_sort(own.begin(), own.end(), [](const Reason& left, const Reason& right) { return left.kind < right.kind; });
    own.insert(own.end(), inherited.begin(), inherited.end());
    return own;
}

} // namespace darsena::builder
