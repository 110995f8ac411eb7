// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/command.h"
#include "core/cli/input.h"
#include "core/cli/layers/image_diff.h"
#include "core/cli/layers/image_opening.h"
#include "core/cli/layers/outputs.h"
#include "core/cli/layers/plain_text.h"
#include "core/cli/layers/unified_diff.h"
#include "core/layers/replay.h"
#include "core/layers/source/layer_content.h"

#include "core/archive/whiteout.h"

#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

namespace darsena::cli {

namespace {

struct DiffArguments {
    std::string before, after;
    std::string path; ///< of the one file to compare
    OpeningArguments opening;
    Outputs outputs;
    bool semantic = false;
    bool filesOnly = false;
    bool noPackages = false;
    bool all = false;
};

constexpr std::uint64_t maxComparedBytes = 64ULL << 20;

/// A file's content as a container of the image sees it.
struct SeenFile {
    bool there = false;
    std::string content;
};

Result<SeenFile> readSeenFile(OpenedImage& image, const layers::Stack& stack, const std::string& path)
{
    const layers::Stack::NodeId node = stack.find(path);
    const std::uint32_t version = node == layers::Stack::none || stack.layerCount() == 0
        ? layers::Stack::none
        : layers::visibleVersion(stack, node, stack.layerCount() - 1);
    if (version == layers::Stack::none)
        return SeenFile {};
    const layers::IndexEntry& entry = stack.entry(version);
    if (entry.type == layers::EntryType::Symlink)
        return SeenFile {true, std::string(entry.link) + "\n"};
    if (entry.type != layers::EntryType::File)
        return Error(
            ErrorCode::Invalid, fmt::format("/{} is no file but a {}", plainText(path), layers::name(entry.type)));
    return SeenFile {
        true, TRY(layers::readFile(*image.source, stack.allVersions()[version].layer, path, maxComparedBytes))};
}

/// "Is the path in both, and what differs in it."
Result<ExitStatus> compareFile(const DiffArguments& arguments, std::vector<OpenedImage>& images,
    const layers::Stack& before, const layers::Stack& after)
{
    const std::string path = TRY_CONTEXT(arguments.path, archive::cleanMember(arguments.path));
    const SeenFile old = TRY_CONTEXT(arguments.before, readSeenFile(images.front(), before, path));
    const SeenFile now = TRY_CONTEXT(arguments.after, readSeenFile(images.back(), after, path));
    if (!old.there && !now.there)
        return Error(ErrorCode::NotFound, fmt::format("neither image has /{}", plainText(path)));
    const auto sideName = [&](const SeenFile& file, const std::string& image) {
        return file.there ? fmt::format("{}:/{}", image, path) : std::string("/dev/null");
    };
    std::string text
        = unifiedDiff(old.content, now.content, sideName(old, arguments.before), sideName(now, arguments.after));
    if (text.empty() && old.there != now.there)
        text = fmt::format(
            "Only in {}: /{} (empty)\n", plainText(old.there ? arguments.before : arguments.after), plainText(path));
    std::fwrite(text.data(), 1, text.size(), stdout);
    return text.empty() ? ExitStatus::Success : ExitStatus::Findings;
}

Result<ExitStatus> compareImages(DiffArguments& arguments)
{
    if (arguments.after.empty()) {
        // "diff --json A B": the output's name was meant for the first image.
        arguments.after = std::exchange(arguments.before, arguments.outputs.takeOnlyName());
        if (arguments.before.empty())
            return Error(ErrorCode::Invalid, "diff: say which two images (--help tells how)");
    }
    TRY(arguments.outputs.open());
    std::vector<OpenedImage> images = TRY(openImages({arguments.before, arguments.after}, arguments.opening));
    const layers::Stack before = TRY_CONTEXT(arguments.before, layers::Stack::build(images.front().image.indexes));
    const layers::Stack after = TRY_CONTEXT(arguments.after, layers::Stack::build(images.back().image.indexes));
    if (!arguments.path.empty())
        return compareFile(arguments, images, before, after);

    DiffOptions options;
    options.strictness = arguments.semantic ? layers::Strictness::Semantic : layers::Strictness::Everything;
    options.filesOnly = arguments.filesOnly;
    ImageDiff diff = TRY(diffImages(images.front().image, before, images.back().image, after, options));
    if (diff.packageFilesDiffer && !arguments.noPackages && !arguments.filesOnly)
        diff.packages
            = layers::packageChanges(TRY_CONTEXT(arguments.before, installedPackages(*images.front().source, before)),
                TRY_CONTEXT(arguments.after, installedPackages(*images.back().source, after)));
    if (arguments.outputs.wants("json"))
        TRY(arguments.outputs.write("json", diffAsJson(diff)));
    if (!arguments.outputs.any())
        fmt::print("{}", diffAsText(diff, arguments.all));
    return diff.same() ? ExitStatus::Success : ExitStatus::Findings;
}

} // namespace

void addDiffCommand(CLI::App& application, ExitStatus& status)
{
    const auto arguments = std::make_shared<DiffArguments>();
    CLI::App* command = application.add_subcommand(
        "diff", "Show what differs between two images; exit 0 if nothing does, 1 if something does");
    command->add_option("IMAGE", arguments->before, "An archive, an OCI layout folder, or the name of an image")
        ->required();
    command->add_option("OTHER", arguments->after, "The image to compare it with");
    command->add_option("PATH", arguments->path, "Only this file, line by line, as diff -u prints it");
    arguments->outputs.add(*command, "json", "-j,--json", "Write the differences as JSON");
    command->add_flag(
        "--semantic", arguments->semantic, "Times do not count, neither those of files nor those of documents");
    command->add_flag(
        "--files-only", arguments->filesOnly, "Only files count: no configuration, no history, no packages");
    command->add_flag("--no-packages", arguments->noPackages, "Do not read which packages are installed");
    command->add_flag("--all", arguments->all, "List everything in directories that were added or removed as a whole");
    arguments->opening.addTo(*command);
    command->callback([arguments, &status] {
        const auto compared = compareImages(*arguments);
        if (!compared)
            complain(compared.error());
        status = compared ? *compared : ExitStatus::Failure;
    });
}

} // namespace darsena::cli
