// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/builder.h"

#include "core/builder/run/build_run.h"
#include "core/builder/run/builder_state.h"
#include "core/builder/run/context.h"

namespace darsena::builder {

namespace {

/// Walks a plan in the order of the file and asks the cache what a build would find.
class Forecaster {
public:
    Forecaster(Builder::State& state, const BuildRequest& request, const Plan& plan, BuildContext& context,
        const std::filesystem::path& scratch, std::stop_token stop)
        : m_cache(state.store.buildCache())
        , m_request(request)
        , m_plan(plan)
        , m_keys(plan, context, state.store, scratch / "empty", stop)
        , m_steps(plan.steps.size())
    {
    }

    Result<Forecast> run();

private:
    using State = Forecast::State;
    struct Known {
        State state = State::Cached;
        Digest chain; ///< valid while Cached
        int cause = noStep; ///< the step that will run, in what is below or copied from
    };

    Result<void> look(std::size_t number, Forecast::Step& step);
    Result<void> lookBehindOneThatRuns(std::size_t number, Forecast::Step& step);
    Known below(std::size_t number) const;
    /// The state of the stages that a step copies from or mounts.
    Known sources(const Step& step) const;
    Digest chainOf(const SourceTree& tree) const;
    void willRun(std::size_t number, Forecast::Step& step, std::vector<Reason> reasons);
    void found(std::size_t number, Forecast::Step& step, const store::CacheRecord& record, const Reason& why);
    const Known& ofStage(std::size_t stage) const { return m_steps[m_plan.stages[stage].steps.back()]; }

    store::BuildCache& m_cache;
    const BuildRequest& m_request;
    const Plan& m_plan;
    StepKeyMaker m_keys;
    std::vector<Known> m_steps;
};

Digest Forecaster::chainOf(const SourceTree& tree) const
{
    return tree.kind == SourceTree::Kind::Image ? m_plan.images[tree.index].chain : ofStage(tree.index).chain;
}

Forecaster::Known Forecaster::below(std::size_t number) const
{
    const Step& step = m_plan.steps[number];
    if (!std::holds_alternative<FromStep>(step.action))
        return m_steps[number - 1];
    const Stage& stage = m_plan.stages[static_cast<std::size_t>(step.info.stage)];
    if (stage.baseStage)
        return ofStage(*stage.baseStage);
    return { State::Cached, stage.baseImage ? m_plan.images[*stage.baseImage].chain : Digest(), noStep };
}

Forecaster::Known Forecaster::sources(const Step& step) const
{
    Known worst;
    const auto add = [&](const SourceTree& tree) {
        if (tree.kind == SourceTree::Kind::Stage && worst.state == State::Cached)
            worst = ofStage(tree.index);
    };
    if (const auto* copy = std::get_if<CopyStep>(&step.action))
        add(copy->from);
    if (const auto* run = std::get_if<RunCommandStep>(&step.action)) {
        for (const StepMount& mount : run->mounts)
            add(mount.from);
    }
    return worst;
}

void Forecaster::willRun(std::size_t number, Forecast::Step& step, std::vector<Reason> reasons)
{
    step.state = State::WillRun;
    step.why = sentence(reasons);
    step.reasons = std::move(reasons);
    if (const auto last = m_cache.peek(positionKey(m_plan.steps[number])); last && *last) {
        step.duration = (*last)->duration;
        step.bytes = static_cast<std::int64_t>((*last)->bytes);
    }
    m_steps[number] = { State::WillRun, {}, static_cast<int>(number) };
}

void Forecaster::found(std::size_t number, Forecast::Step& step, const store::CacheRecord& record, const Reason& why)
{
    step.state = State::Cached;
    step.reasons = { why };
    step.why = sentence(step.reasons);
    step.duration = record.duration;
    step.bytes = static_cast<std::int64_t>(record.bytes);
    m_steps[number] = { State::Cached, record.chain, noStep };
}

Result<void> Forecaster::lookBehindOneThatRuns(std::size_t number, Forecast::Step& step)
{
    const Step& planned = m_plan.steps[number];
    const int cause = below(number).cause;
    std::vector<Reason> reasons;
    // Its own inputs may have changed as well: that is what people want to hear first.
    if (sources(planned).state == State::Cached) {
        const StepKeys keys = TRY(m_keys.make(planned, {}, [this](const SourceTree& tree) { return chainOf(tree); }));
        for (const Reason& reason : compareWithEarlier(m_cache, planned, keys.inputs)) {
            if (reason.kind != Reason::Kind::Parent && reason.kind != Reason::Kind::Source && reason.kind != Reason::Kind::Lost)
                reasons.push_back(reason);
        }
    }
    reasons.push_back({ Reason::Kind::Parent, {}, cause });
    willRun(number, step, std::move(reasons));
    return {};
}

Result<void> Forecaster::look(std::size_t number, Forecast::Step& step)
{
    const Step& planned = m_plan.steps[number];
    const Known parent = below(number);
    if (std::holds_alternative<FromStep>(planned.action)) {
        m_steps[number] = parent;
        step.state = State::Cached;
        step.why = "nothing to do";
        const Stage& stage = m_plan.stages[static_cast<std::size_t>(planned.info.stage)];
        if (stage.baseImage)
            step.bytes = m_plan.images[*stage.baseImage].bytes;
        return {};
    }
    if (m_request.noCache) {
        willRun(number, step, { Reason { Reason::Kind::NoCache, {}, noStep } });
        return {};
    }
    if (parent.state == State::WillRun)
        return lookBehindOneThatRuns(number, step);
    const Known source = sources(planned);
    if (parent.state == State::Unknown || source.state != State::Cached) {
        const int cause = parent.state == State::Unknown ? parent.cause : source.cause;
        step.state = State::Unknown;
        step.why = fmt::format("it depends on what step {} gives", cause + 1);
        m_steps[number] = { State::Unknown, {}, cause };
        return {};
    }

    StepKeys keys = TRY(m_keys.make(planned, parent.chain, [this](const SourceTree& tree) { return chainOf(tree); }));
    if (const auto record = TRY(m_cache.peek(keys.key))) {
        found(number, step, *record, { Reason::Kind::Unchanged, {}, noStep });
        return {};
    }
    if (const auto* copy = std::get_if<CopyStep>(&planned.action); copy && copy->from.kind != SourceTree::Kind::Context) {
        const MountedChain tree = TRY(m_keys.mount(chainOf(copy->from)));
        TRY(m_keys.addContentKey(keys, planned, parent.chain, tree.root()));
        if (const auto record = TRY(m_cache.peek(keys.contentKey))) {
            found(number, step, *record, { Reason::Kind::SameFiles, copy->from.name, noStep });
            return {};
        }
    }
    std::vector<Reason> reasons = compareWithEarlier(m_cache, planned, keys.explained());
    const BaseImage* base = baseImageOf(m_plan, static_cast<std::size_t>(planned.info.stage));
    for (Reason& reason : reasons) {
        if (reason.kind == Reason::Kind::Parent && base)
            reason = { Reason::Kind::Base, base->reference, noStep };
    }
    willRun(number, step, std::move(reasons));
    return {};
}

Result<Forecast> Forecaster::run()
{
    Forecast forecast;
    forecast.stages = m_plan.event.stages;
    // A stage's steps come after those of the stages that it needs: stages only look back.
    for (std::size_t i = 0; i < m_plan.steps.size(); ++i) {
        Forecast::Step step;
        step.plan = m_plan.steps[i].info;
        TRY_CONTEXT(fmt::format("{}:{}", m_plan.dockerfileName, step.plan.line), look(i, step));
        forecast.steps.push_back(std::move(step));
    }
    return forecast;
}

} // namespace

json::Object toJson(const Forecast& forecast)
{
    json::Array stages;
    for (const PlanStage& stage : forecast.stages)
        stages.push_back(toJson(stage));
    json::Array steps;
    for (const Forecast::Step& step : forecast.steps) {
        json::Object object;
        object["step"] = toJson(step.plan);
        object["state"] = step.state == Forecast::State::Cached ? "cached" : step.state == Forecast::State::WillRun ? "willRun" : "unknown";
        object["cached"] = step.state == Forecast::State::Cached;
        object["reason"] = step.why;
        json::Array reasons;
        for (const Reason& reason : step.reasons)
            reasons.push_back(toJson(reason));
        object["reasons"] = std::move(reasons);
        object["milliseconds"] = step.duration.count();
        object["bytes"] = step.bytes;
        steps.push_back(std::move(object));
    }
    json::Object object;
    object["stages"] = std::move(stages);
    object["steps"] = std::move(steps);
    return object;
}

Result<Forecast> Builder::forecast(const BuildRequest& request, std::stop_token stop)
{
    const auto scratch = TRY(Scratch::create(m_state->options.scratch, fmt::format("f{}", ++m_state->builds)));
    BuildContext context = TRY(openContext(request, scratch->path() / "context"));
    StoreImages images(m_state->store);
    Place place;
    std::string text = TRY(dockerfileText(request, context));
    const Plan plan = TRY(makePlan(request, std::move(text), images, place));
    return Forecaster(*m_state, request, plan, context, scratch->path(), std::move(stop)).run();
}

} // namespace darsena::builder
