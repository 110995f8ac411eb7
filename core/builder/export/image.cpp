// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/export/image.h"

#include "core/base/json.h"

#include <fmt/chrono.h>

namespace darsena::builder {

namespace {

void addStage(oci::ImageConfig& image, const Plan& plan, std::size_t index, const std::vector<StepOutcome>& outcomes)
{
    const Stage& stage = plan.stages[index];
    if (stage.baseStage) {
        addStage(image, plan, *stage.baseStage, outcomes);
    } else if (stage.baseImage) {
        const BaseImage& base = plan.images[*stage.baseImage];
        image.platform = base.config.platform;
        image.osVersion = base.config.osVersion;
        image.created = base.config.created;
        image.diffIds = base.config.diffIds;
        image.history = base.config.history;
        // Layers without history would shift every entry of ours to the wrong layer.
        if (image.history.empty()) {
            for (std::size_t i = 0; i < image.diffIds.size(); ++i) {
                oci::HistoryEntry entry;
                entry.created = base.config.created;
                entry.comment = "layer of " + base.reference;
                image.history.push_back(std::move(entry));
            }
        }
    }
    for (const std::size_t number : stage.steps) {
        const Step& step = plan.steps[number];
        if (std::holds_alternative<FromStep>(step.action))
            continue;
        const StepOutcome& outcome = outcomes[number];
        oci::HistoryEntry entry;
        entry.created = outcome.created;
        entry.createdBy = step.createdBy;
        entry.emptyLayer = !outcome.diffId;
        image.history.push_back(std::move(entry));
        image.created = outcome.created;
        if (outcome.diffId)
            image.diffIds.push_back(*outcome.diffId);
    }
}

/// What JSON can say.
bool isUtf8(const std::string& text)
{
    return json::parse(json::serialize(json::Value(text))).ok();
}

void addOrigins(store::StepOrigins& origins, const Plan& plan, std::size_t index, const std::string& dockerfile)
{
    const Stage& stage = plan.stages[index];
    if (stage.baseStage)
        addOrigins(origins, plan, *stage.baseStage, dockerfile);
    for (const std::size_t number : stage.steps) {
        const Step& step = plan.steps[number];
        if (std::holds_alternative<FromStep>(step.action))
            continue;
        origins.emplace_back();
        if (step.info.line > 0) // ONBUILD of the base image has no line here
            origins.back() = store::StepOrigin { dockerfile, step.info.line, step.info.endLine,
                stage.name.empty() ? std::to_string(stage.index) : stage.name };
    }
}

} // namespace

const BaseImage* targetBase(const Plan& plan)
{
    const Stage* stage = &plan.stages[plan.target];
    while (stage->baseStage)
        stage = &plan.stages[*stage->baseStage];
    return stage->baseImage ? &plan.images[*stage->baseImage] : nullptr;
}

store::StepOrigins makeOrigins(const Plan& plan, std::string dockerfile, const store::StepOrigins& base)
{
    // Docker's client sends a file from outside the context under a name of its own making.
    if (dockerfile.starts_with(".dockerfile.") || !isUtf8(dockerfile))
        dockerfile.clear();
    store::StepOrigins origins;
    if (const BaseImage* image = targetBase(plan)) {
        const oci::ImageConfig& config = image->config;
        origins = base;
        origins.resize(config.history.empty() ? config.diffIds.size() : config.history.size());
    }
    addOrigins(origins, plan, plan.target, dockerfile);
    return origins;
}

oci::ImageConfig makeImageConfig(
    const Plan& plan, const std::vector<StepOutcome>& outcomes, const std::map<std::string, std::string>& labels)
{
    oci::ImageConfig image;
    image.platform = oci::Platform::host();
    addStage(image, plan, plan.target, outcomes);
    if (image.created.empty())
        image.created = "1970-01-01T00:00:00Z";
    const Stage& target = plan.stages[plan.target];
    image.config = target.config;
    image.author = target.author;
    for (const auto& [name, value] : labels)
        image.config.labels[name] = value;
    return image;
}

std::string formatTime(std::chrono::system_clock::time_point time)
{
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(milliseconds);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(seconds.count())),
        (milliseconds - seconds).count());
}

} // namespace darsena::builder
