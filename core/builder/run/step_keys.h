// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/builder/plan/plan.h"
#include "core/builder/run/selection.h"
#include "core/builder/run/source_trees.h"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

namespace darsena::builder {

/// The build context as a build sees it. Immutable while builds run, apart from the hashes, which any thread may add.
struct BuildContext {
    os::Beneath root;
    dockerfile::IgnoreRules ignore;
    std::string ignoreName;
    std::unique_ptr<ContentHashes> hashes = std::make_unique<ContentHashes>();
};

/// The cache keys of a step whose parents are known.
struct StepKeys {
    /// Everything, with the files of other stages named by their file system's chain: no disk is read for those.
    KeyInputs inputs;
    Digest key;
    /// A COPY from a stage or image has a second key, by what the files are: it holds although the stage ran again.
    std::optional<KeyInputs> contentInputs;
    Digest contentKey;

    /// What is compared with an earlier run to say why.
    const KeyInputs& explained() const { return contentInputs ? *contentInputs : inputs; }
};

/// Computes keys and finds files for the steps of one plan. Any thread.
class StepKeyMaker {
public:
    using ChainOf = std::function<Digest(const SourceTree&)>;
    StepKeyMaker(const Plan& plan, BuildContext& context, store::Store& store, std::filesystem::path emptyDirectory, std::stop_token stop)
        : m_plan(plan)
        , m_context(context)
        , m_store(store)
        , m_emptyDirectory(std::move(emptyDirectory))
        , m_stop(std::move(stop))
    {
    }

    /// The first key; the second only with addContentKey(), which reads the files of the stage.
    /// Errors: NotFound for files, with the sentence that people get.
    Result<StepKeys> make(const Step& step, const Digest& parent, const ChainOf& chainOf) const;
    /// For a COPY from a stage or image.
    Result<void> addContentKey(StepKeys& keys, const Step& step, const Digest& parent, const os::Beneath& tree) const;
    Result<MountedChain> mount(const Digest& chain) const { return MountedChain::open(m_store, chain, m_emptyDirectory); }
    Result<Selection> selectFor(const CopyStep& copy, const os::Beneath& tree, bool hash) const;

private:
    Result<void> addContextFiles(KeyInputs& inputs, const StepMount& mount) const;

    const Plan& m_plan;
    BuildContext& m_context;
    store::Store& m_store;
    std::filesystem::path m_emptyDirectory;
    std::stop_token m_stop;
};

/// The key under which the last run of a step's place is kept, to compare with.
Digest positionKey(const Step& step);

} // namespace darsena::builder
