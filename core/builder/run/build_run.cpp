// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/build_run.h"

#include <fmt/format.h>

#include <thread>

namespace darsena::builder {

namespace {

template<typename T>
bool is(const Step& step)
{
    return std::holds_alternative<T>(step.action);
}

} // namespace

std::string_view kindOf(const Step& step)
{
    if (is<RunCommandStep>(step))
        return "run";
    if (const auto* copy = std::get_if<CopyStep>(&step.action))
        return copy->add ? "add" : "copy";
    return is<WorkdirStep>(step) ? "workdir" : "config";
}

std::vector<Reason> compareWithEarlier(const store::BuildCache& cache, const Step& step, const KeyInputs& inputs)
{
    std::optional<store::CacheRecord> earlier;
    if (auto record = cache.peek(positionKey(step)); record && *record) {
        if ((*record)->description != step.info.text)
            return { Reason { Reason::Kind::Instruction, (*record)->description, noStep } };
        earlier = std::move(**record);
    } else if (auto others = cache.findByDescription(step.info.text)) {
        for (store::CacheRecord& other : *others) {
            if (!earlier && other.kind == kindOf(step))
                earlier = std::move(other);
        }
    }
    if (!earlier)
        return { Reason { Reason::Kind::First, {}, noStep } };
    const auto before = KeyInputs::fromJson(earlier->inputsJson);
    if (!before)
        return { Reason { Reason::Kind::First, {}, noStep } };
    std::vector<Reason> reasons = inputs.differences(*before);
    if (reasons.empty())
        reasons.push_back({ Reason::Kind::Lost, {}, noStep });
    return reasons;
}

std::optional<std::size_t> sourceStage(const Step& step, const std::string& name)
{
    const auto stageOf = [&](const SourceTree& tree) {
        return tree.kind == SourceTree::Kind::Stage && tree.name == name ? std::optional(tree.index) : std::nullopt;
    };
    if (const auto* copy = std::get_if<CopyStep>(&step.action))
        return stageOf(copy->from);
    if (const auto* run = std::get_if<RunCommandStep>(&step.action)) {
        for (const StepMount& mount : run->mounts) {
            if (const auto stage = stageOf(mount.from))
                return stage;
        }
    }
    return std::nullopt;
}

const BaseImage* baseImageOf(const Plan& plan, std::size_t stage)
{
    while (plan.stages[stage].baseStage)
        stage = *plan.stages[stage].baseStage;
    return plan.stages[stage].baseImage ? &plan.images[*plan.stages[stage].baseImage] : nullptr;
}

BuildRun::BuildRun(Builder::State& state, const BuildRequest& request, const Plan& plan, BuildContext& context,
    std::vector<oci::Reference> tags, BuildObserver& observer, std::string id, std::filesystem::path scratch)
    : m_state(state)
    , m_request(request)
    , m_plan(plan)
    , m_context(context)
    , m_tags(std::move(tags))
    , m_observer(observer)
    , m_id(std::move(id))
    , m_scratch(std::move(scratch))
{
}

void BuildRun::emit(const BuildEvent& event)
{
    const std::lock_guard lock(m_eventMutex);
    m_observer.onEvent(event);
}

Digest BuildRun::chainOf(const SourceTree& tree) const
{
    if (tree.kind == SourceTree::Kind::Image)
        return m_plan.images[tree.index].chain;
    return m_states[m_plan.stages[tree.index].steps.back()].chain;
}

Result<BuildResult> BuildRun::run(std::stop_token stop, Place& place, std::optional<int>& exitCode, std::string& logTail)
{
    const auto started = std::chrono::steady_clock::now();
    const std::stop_callback forward(stop, [this] { m_stop.request_stop(); });
    m_keys.emplace(m_plan, m_context, m_state.store, m_scratch / "empty", m_stop.get_token());
    m_states.resize(m_plan.steps.size());
    m_left = m_plan.steps.size();
    for (std::size_t i = 0; i < m_plan.steps.size(); ++i) {
        m_states[i].waitsFor = m_plan.steps[i].info.dependsOn.size();
        if (m_states[i].waitsFor == 0)
            m_ready.insert(i);
    }
    {
        // More threads than stages could never all be busy: a stage is one step after the other.
        const auto stages = std::count_if(m_plan.stages.begin(), m_plan.stages.end(), [](const Stage& stage) { return stage.needed; });
        const auto count = std::min<std::size_t>(std::max(2U, m_state.options.workers), static_cast<std::size_t>(stages));
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < count; ++i)
            helpers.emplace_back([this] { work(); });
        work();
    }
    TRY(m_state.store.buildCache().used(m_used));
    if (m_failure) {
        place = m_place;
        exitCode = m_exitCode;
        logTail = m_logTail;
        return *m_failure;
    }
    if (stop.stop_requested())
        return Error(ErrorCode::Cancelled, "the build was cancelled");
    return finish(started);
}

void BuildRun::work()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        const auto something = [this] { return m_left == 0 || m_failure || !m_ready.empty(); };
        if (!m_changed.wait(lock, m_stop.get_token(), something) || m_left == 0 || m_failure || m_stop.stop_requested())
            return;
        const std::size_t number = *m_ready.begin();
        m_ready.erase(m_ready.begin());
        lock.unlock();
        const auto performed = perform(number);
        if (!performed)
            fail(number, performed.error());
        lock.lock();
    }
}

void BuildRun::fail(std::size_t number, const Error& error)
{
    {
        const std::lock_guard lock(m_mutex);
        // What other steps say once they are told to stop is no cause.
        if (m_failure || (error.code() == ErrorCode::Cancelled && m_stop.stop_requested()))
            return;
        const Step& step = m_plan.steps[number];
        m_place = { step.info.line, 0, static_cast<int>(number) };
        m_failure = step.info.line > 0 ? error.withContext(fmt::format("{}:{}", m_plan.dockerfileName, step.info.line))
                                       : error.withContext("ONBUILD " + step.info.text);
    }
    m_stop.request_stop();
    m_changed.notify_all();
}

void BuildRun::complete(std::size_t number, StepState state)
{
    state.done = true;
    {
        const std::lock_guard lock(m_mutex);
        m_states[number] = std::move(state);
        --m_left;
        for (std::size_t i = number + 1; i < m_plan.steps.size(); ++i) {
            const std::vector<int>& needed = m_plan.steps[i].info.dependsOn;
            if (std::find(needed.begin(), needed.end(), static_cast<int>(number)) != needed.end() && --m_states[i].waitsFor == 0)
                m_ready.insert(i);
        }
    }
    m_changed.notify_all();
}

void BuildRun::finishFrom(std::size_t number)
{
    const Stage& stage = m_plan.stages[static_cast<std::size_t>(m_plan.steps[number].info.stage)];
    StepState state;
    CachedEvent event;
    Reason why { Reason::Kind::Scratch, {}, noStep };
    if (stage.baseStage) {
        const StepState& base = m_states[m_plan.stages[*stage.baseStage].steps.back()];
        state.chain = base.chain;
        state.layers = base.layers;
        state.hold = base.hold;
        why.kind = Reason::Kind::Stage;
    } else if (stage.baseImage) {
        const BaseImage& image = m_plan.images[*stage.baseImage];
        state.chain = image.chain;
        state.layers = image.config.diffIds.size();
        event.bytes = image.bytes;
        why = { Reason::Kind::Image, image.reference, noStep };
    }
    event.step = static_cast<int>(number);
    event.reasons = { why };
    event.why = sentence(event.reasons);
    event.chainId = state.chain;
    emit(event);
    complete(number, std::move(state));
}

Result<bool> BuildRun::useRecord(std::size_t number, const Digest& key, const Reason& why)
{
    const auto record = TRY(m_state.store.buildCache().peek(key));
    if (!record)
        return false;
    StepState state;
    state.chain = record->chain;
    state.layers = m_states[number - 1].layers;
    state.hold = m_states[number - 1].hold;
    state.outcome.created = formatTime(record->created);
    CachedEvent event;
    event.step = static_cast<int>(number);
    event.reasons = { why };
    event.why = sentence(event.reasons);
    event.created = state.outcome.created;
    event.duration = record->duration;
    event.chainId = record->chain;
    if (record->madeLayer) {
        const auto layer = m_state.store.layer(record->chain);
        if (!layer)
            return false; // went between the two questions
        state.outcome.diffId = layer->diffId;
        state.hold = layer->hold;
        ++state.layers;
        event.diffId = layer->diffId;
        event.bytes = static_cast<std::int64_t>(layer->bytes);
    }
    emit(event);
    {
        const std::lock_guard lock(m_mutex);
        m_used.push_back(key);
    }
    complete(number, std::move(state));
    return true;
}

Result<void> BuildRun::perform(std::size_t number)
{
    const Step& step = m_plan.steps[number];
    if (is<FromStep>(step)) {
        finishFrom(number);
        return {};
    }
    const Digest parent = parentOfStep(number);
    const auto chains = [this](const SourceTree& tree) { return chainOf(tree); };
    StepKeys keys = TRY(m_keys->make(step, parent, chains));
    InFlight::Ticket ticket;
    if (!m_request.noCache) {
        ticket = TRY(m_state.inFlight.acquire(keys.key, m_stop.get_token()));
        if (TRY(useRecord(number, keys.key, { Reason::Kind::Unchanged, {}, noStep })))
            return {};
    }
    std::optional<MountedChain> source;
    if (const auto* copy = std::get_if<CopyStep>(&step.action); copy && copy->from.kind != SourceTree::Kind::Context) {
        source.emplace(TRY(m_keys->mount(chainOf(copy->from))));
        TRY(m_keys->addContentKey(keys, step, parent, source->root()));
        if (!m_request.noCache) {
            const auto record = TRY(m_state.store.buildCache().peek(keys.contentKey));
            if (record && TRY(useRecord(number, keys.contentKey, { Reason::Kind::SameFiles, copy->from.name, noStep }))) {
                // The next build finds it without reading the files.
                store::CacheRecord again = *record;
                again.key = keys.key;
                again.inputsJson = keys.contentInputs->toJson();
                TRY(m_state.store.buildCache().add(again));
                return {};
            }
        }
    }
    return runStep(number, keys, source ? &*source : nullptr);
}

int BuildRun::lastThatRan(std::size_t from) const
{
    // Backwards through the stage, then through the stages below it.
    for (std::size_t at = from;;) {
        const Step& step = m_plan.steps[at];
        if (m_states[at].ran && m_states[at].outcome.diffId)
            return static_cast<int>(at);
        if (!is<FromStep>(step)) {
            --at;
            continue;
        }
        const Stage& stage = m_plan.stages[static_cast<std::size_t>(step.info.stage)];
        if (!stage.baseStage)
            return noStep;
        at = m_plan.stages[*stage.baseStage].steps.back();
    }
}

std::vector<Reason> BuildRun::explain(std::size_t number, const StepKeys& keys)
{
    if (m_request.noCache)
        return { Reason { Reason::Kind::NoCache, {}, noStep } };
    const Step& step = m_plan.steps[number];
    std::vector<Reason> reasons = compareWithEarlier(m_state.store.buildCache(), step, keys.explained());
    for (Reason& reason : reasons) {
        if (reason.kind == Reason::Kind::Parent) {
            reason.step = lastThatRan(number - 1);
            const BaseImage* base = baseImageOf(m_plan, static_cast<std::size_t>(step.info.stage));
            if (reason.step == noStep && base)
                reason = { Reason::Kind::Base, base->reference, noStep };
        } else if (reason.kind == Reason::Kind::Source) {
            if (const auto stage = sourceStage(step, reason.name))
                reason.step = lastThatRan(m_plan.stages[*stage].steps.back());
        }
    }
    return reasons;
}

Result<void> BuildRun::runStep(std::size_t number, const StepKeys& keys, const MountedChain* source)
{
    QueuedEvent queued;
    queued.step = static_cast<int>(number);
    queued.reasons = explain(number, keys);
    queued.why = sentence(queued.reasons);
    emit(queued);
    emit(StartedEvent { static_cast<int>(number), queued.why });

    const auto started = std::chrono::steady_clock::now();
    const Executed executed = TRY(execute(number, source));
    const auto duration = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
    // What the cache keeps and what this image says must be the same to the last digit.
    const auto created = std::chrono::floor<std::chrono::milliseconds>(m_state.options.now());

    StepState state;
    state.ran = true;
    state.chain = executed.chain;
    state.layers = m_states[number - 1].layers;
    state.hold = m_states[number - 1].hold;
    state.outcome.created = formatTime(created);
    FinishedEvent finished;
    finished.step = static_cast<int>(number);
    finished.duration = duration;
    finished.chainId = executed.chain;
    if (executed.layer) {
        if (++state.layers > oci::maxLayers)
            return Error(ErrorCode::TooLarge, fmt::format("this would be layer {}: an image has at most {}", state.layers, oci::maxLayers));
        state.outcome.diffId = executed.layer->diffId;
        state.hold = executed.layer->hold;
        finished.diffId = executed.layer->diffId;
        finished.bytes = static_cast<std::int64_t>(executed.layer->bytes);
        finished.files = static_cast<std::int64_t>(executed.layer->files);
    }
    TRY(remember(number, keys, executed, duration, created));
    emit(finished);
    complete(number, std::move(state));
    return {};
}

Result<void> BuildRun::remember(
    std::size_t number, const StepKeys& keys, const Executed& executed, std::chrono::milliseconds duration, store::Time created)
{
    const Step& step = m_plan.steps[number];
    store::CacheRecord record;
    record.key = keys.key;
    record.kind = kindOf(step);
    record.chain = executed.chain;
    record.madeLayer = executed.layer.has_value();
    record.inputsJson = keys.explained().toJson();
    record.description = step.info.text;
    record.bytes = executed.layer ? executed.layer->bytes : 0;
    record.duration = duration;
    record.created = created;
    record.lastUsed = created;
    store::BuildCache& cache = m_state.store.buildCache();
    TRY(cache.add(record));
    if (keys.contentInputs) {
        record.key = keys.contentKey;
        TRY(cache.add(record));
    }
    record.key = positionKey(step);
    record.kind = positionKind;
    return cache.add(record);
}

Result<BuildResult> BuildRun::finish(std::chrono::steady_clock::time_point started)
{
    DoneEvent done;
    std::vector<StepOutcome> outcomes;
    bool changed = !m_request.labels.empty();
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        outcomes.push_back(m_states[i].outcome);
        if (m_states[i].ran)
            ++done.ranSteps;
        else
            ++done.cachedSteps;
        changed = changed || !is<FromStep>(m_plan.steps[i]);
    }
    const Stage& target = m_plan.stages[m_plan.target];
    BuildResult result;
    if (!changed && target.baseImage) {
        // FROM alone is the base image, not a copy of it.
        result.imageId = m_plan.images[*target.baseImage].id;
    } else {
        const BaseImage* base = targetBase(m_plan);
        const store::StepOrigins below = base ? m_state.store.origins(base->id).valueOr({}) : store::StepOrigins();
        const std::string& dockerfile = m_request.origin.empty() ? m_request.dockerfileName : m_request.origin;
        const store::StepOrigins origins = makeOrigins(m_plan, dockerfile, below);
        result.imageId = TRY(m_state.store.addImage(makeImageConfig(m_plan, outcomes, m_request.labels), origins)).id;
    }
    for (const oci::Reference& tag : m_tags) {
        TRY_CONTEXT(tag.familiar(), m_state.store.tag(result.imageId, tag));
        result.tags.push_back(tag.familiar());
    }
    done.imageId = result.imageId;
    done.tags = result.tags;
    done.duration = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
    emit(done);
    return result;
}

} // namespace darsena::builder
