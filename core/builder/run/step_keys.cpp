// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/step_keys.h"

#include <fmt/format.h>

namespace darsena::builder {

Result<Selection> StepKeyMaker::selectFor(const CopyStep& copy, const os::Beneath& tree, bool hash) const
{
    SelectOptions options;
    options.parents = copy.parents;
    options.hash = hash;
    options.treeName = copy.from.name;
    if (!copy.excludes.empty())
        options.excludes = TRY(dockerfile::IgnoreRules::fromPatterns(copy.excludes));
    if (copy.from.kind == SourceTree::Kind::Context) {
        options.ignore = &m_context.ignore;
        options.ignoreName = m_context.ignoreName;
        options.known = m_context.hashes.get();
        options.context = true;
    }
    return select(tree, copy.sources, options, m_stop);
}

Result<void> StepKeyMaker::addContextFiles(KeyInputs& inputs, const StepMount& mount) const
{
    SelectOptions options;
    options.hash = true;
    options.ignore = &m_context.ignore;
    options.ignoreName = m_context.ignoreName;
    options.known = m_context.hashes.get();
    const std::string source = mount.source.empty() ? "." : mount.source;
    // A mount is a path, not a pattern: what looks like one is escaped by being taken apart here.
    std::string literal;
    for (const char c : source) {
        if (c == '*' || c == '?' || c == '[' || c == '\\')
            literal += '\\';
        literal += c;
    }
    addToInputs(inputs, TRY(select(m_context.root, { literal }, options, m_stop)), false);
    return {};
}

Result<StepKeys> StepKeyMaker::make(const Step& step, const Digest& parent, const ChainOf& chainOf) const
{
    StepKeys keys;
    keys.inputs = step.inputs;
    if (const auto* copy = std::get_if<CopyStep>(&step.action)) {
        if (copy->from.kind == SourceTree::Kind::Context)
            addToInputs(keys.inputs, TRY(selectFor(*copy, m_context.root, true)), false);
        else
            keys.inputs.add(KeyInputs::Kind::Source, copy->from.name, chainOf(copy->from).text());
    } else if (const auto* run = std::get_if<RunCommandStep>(&step.action)) {
        for (const StepMount& mount : run->mounts) {
            if (mount.type != dockerfile::MountType::Bind)
                continue;
            if (mount.from.kind == SourceTree::Kind::Context)
                TRY_CONTEXT(mount.target, addContextFiles(keys.inputs, mount));
            else
                keys.inputs.add(KeyInputs::Kind::Source, mount.from.name, chainOf(mount.from).text());
        }
    }
    keys.inputs.add(KeyInputs::Kind::Parent, {}, parent.text());
    keys.key = keys.inputs.key();
    return keys;
}

Result<void> StepKeyMaker::addContentKey(StepKeys& keys, const Step& step, const Digest& parent, const os::Beneath& tree) const
{
    const auto& copy = std::get<CopyStep>(step.action);
    KeyInputs inputs = step.inputs;
    addToInputs(inputs, TRY(selectFor(copy, tree, true)), copy.chown.empty());
    inputs.add(KeyInputs::Kind::Parent, {}, parent.text());
    keys.contentKey = inputs.key();
    keys.contentInputs = std::move(inputs);
    return {};
}

Digest positionKey(const Step& step)
{
    return Digest::ofText("darsena position " + step.position.text());
}

} // namespace darsena::builder
