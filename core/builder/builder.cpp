// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/builder.h"

#include "core/builder/run/build_run.h"
#include "core/builder/run/builder_state.h"
#include "core/builder/run/context.h"
#include "core/os/file.h"

#include <fmt/format.h>

namespace darsena::builder {

Builder::Builder(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}

Builder::~Builder() = default;

Result<std::unique_ptr<Builder>> Builder::create(store::Store& store, Executor& executor, BuilderOptions options)
{
    // Leftovers of an engine that was killed: mounts first, then the files.
    std::error_code ignored;
    for (std::filesystem::recursive_directory_iterator at(options.scratch, ignored), end; !ignored && at != end; at.increment(ignored)) {
        if (at.depth() > 2)
            at.disable_recursion_pending();
        if (at->path().filename() == "root" && at->is_directory(ignored)) {
            at.disable_recursion_pending();
            TRY(os::detachMount(at->path()));
        }
    }
    TRY(os::removeTree(options.scratch));
    TRY(os::removeTree(options.secrets));
    for (const std::filesystem::path& directory : { options.cacheMounts, options.scratch, options.secrets })
        TRY(os::makeDirectories(directory, 0700));
    return std::unique_ptr<Builder>(new Builder(std::make_unique<State>(store, executor, std::move(options))));
}

Result<BuildResult> Builder::build(BuildRequest request, BuildObserver& observer, std::stop_token stop)
{
    Place place;
    std::optional<int> exitCode;
    std::string logTail;
    const auto attempt = [&]() -> Result<BuildResult> {
        const std::string id = fmt::format("b{}", ++m_state->builds);
        const auto scratch = TRY(Scratch::create(m_state->options.scratch, id));
        std::vector<oci::Reference> tags;
        for (const std::string& tag : request.tags)
            tags.push_back(TRY_CONTEXT("tag", oci::Reference::parse(tag)));
        BuildContext context = TRY(openContext(request, scratch->path() / "context"));
        StoreImages images(m_state->store);
        std::string text = TRY(dockerfileText(request, context));
        const Plan plan = TRY(makePlan(request, std::move(text), images, place));
        observer.onEvent(plan.event);
        for (const WarningEvent& warning : plan.warnings)
            observer.onEvent(warning);
        BuildRun run(*m_state, request, plan, context, std::move(tags), observer, id, scratch->path());
        return run.run(std::move(stop), place, exitCode, logTail);
    };
    Result<BuildResult> result = attempt();
    if (!result) {
        FailedEvent failed;
        failed.step = place.step;
        failed.line = place.line;
        failed.column = place.column;
        failed.message = result.error().message();
        failed.exitCode = exitCode;
        failed.logTail = logTail;
        failed.code = result.error().code();
        observer.onEvent(failed);
    }
    return result;
}

} // namespace darsena::builder
