// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/result.h"
#include "core/builder/build_event.h"
#include "core/builder/build_request.h"
#include "core/builder/executor.h"
#include "core/builder/plan/key_inputs.h"
#include "core/builder/plan/mode_change.h"
#include "core/dockerfile/instructions.h"
#include "core/oci/image.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// A build as values: what each step does, everything expanded, before any disk is touched.
namespace darsena::builder {

/// An image that a build starts from or copies from.
struct BaseImage {
    std::string reference; ///< as the Dockerfile says it
    Digest id;
    Digest chain; ///< of all its layers; empty = none
    oci::ImageConfig config;
    std::int64_t bytes = 0; ///< file contents of all its layers
};

/// Finds images; the store in real life, a map in tests.
class ImageLookup {
public:
    virtual ~ImageLookup() = default;
    /// Errors: NotFound.
    virtual Result<BaseImage> find(const std::string& reference) = 0;
};

/// Where files come from.
struct SourceTree {
    enum class Kind { Context, Stage, Image };
    Kind kind = Kind::Context;
    std::size_t index = 0; ///< of Plan::stages or Plan::images
    std::string name; ///< for people: "the build context", "build", "busybox"
};

/// FROM: the file system and configuration of an image, of another stage, or nothing.
struct FromStep { };
/// Changes the configuration only, or nothing (ARG).
struct ConfigStep { };
struct WorkdirStep {
    std::string path; ///< absolute, clean
};
struct CopyStep {
    bool add = false;
    SourceTree from;
    std::vector<std::string> sources; ///< expanded, as people know them
    struct File {
        std::string name;
        std::string content;
    };
    std::vector<File> files; ///< heredocs
    std::string destination; ///< absolute, clean
    bool destinationIsDirectory = false; ///< it ended with '/'
    std::string chown; ///< empty = none
    std::optional<ModeChange> chmod;
    std::vector<std::string> excludes;
    bool parents = false;
    bool unpack = false; ///< ADD: archives among the sources are taken apart
};
struct StepMount {
    dockerfile::MountType type = dockerfile::MountType::Bind;
    SourceTree from; ///< bind
    std::string source; ///< bind: path in it
    std::string target; ///< absolute, clean
    bool readOnly = true;
    std::string id; ///< cache, secret
    dockerfile::CacheSharing sharing = dockerfile::CacheSharing::Shared;
    bool required = false;
    std::int64_t size = 0;
    std::optional<mode_t> mode;
    uid_t uid = 0;
    gid_t gid = 0;
    std::string env; ///< secret: variable; empty = a file only
};
struct RunCommandStep {
    std::vector<std::string> args; ///< argv, shell included
    std::string script; ///< a heredoc with "#!": a file that is mounted at args[0]; else empty
    std::vector<std::string> env; ///< complete but for secrets
    std::string user;
    std::string workingDir;
    RunNetwork network = RunNetwork::Default;
    std::vector<StepMount> mounts;
};

struct Step {
    PlanStep info;
    std::variant<FromStep, ConfigStep, WorkdirStep, CopyStep, RunCommandStep> action;
    std::string createdBy; ///< the history entry
    /// All that decides the result but the parent's files and what is copied or mounted.
    KeyInputs inputs;
    /// Names the place of the step in its project: stage and the texts of the instructions before it.
    Digest position;
};

struct Stage {
    std::size_t index = 0;
    std::string name;
    bool needed = false;
    std::optional<std::size_t> baseStage;
    std::optional<std::size_t> baseImage; ///< of Plan::images; neither = scratch
    std::vector<std::size_t> steps; ///< of Plan::steps, FROM first
    oci::ExecutionConfig config; ///< after the last step
    std::string author;
};

struct Plan {
    std::string dockerfileName;
    std::vector<Stage> stages; ///< all of the file; those not needed have no steps
    std::vector<Step> steps; ///< of needed stages, in the order of the file
    std::vector<BaseImage> images;
    std::size_t target = 0; ///< stage
    std::vector<WarningEvent> warnings;
    PlanEvent event; ///< what the observer hears

    const Step& lastStep(const Stage& stage) const { return steps[stage.steps.back()]; }
};

/// Where an error belongs.
struct Place {
    int line = 0;
    int column = 0;
    int step = noStep;
};

/// Reads the Dockerfile's text and decides every step. Looks at nothing but the request and the images.
/// Errors: Invalid, NotFound (image, target), Unsupported, each with "<name>:<line>: " in front; `place` tells where.
Result<Plan> makePlan(const BuildRequest& request, std::string text, ImageLookup& images, Place& place);

} // namespace darsena::builder
