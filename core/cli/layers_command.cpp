// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/command.h"
#include "core/cli/input.h"
#include "core/cli/layers/baseline.h"
#include "core/cli/layers/formats.h"
#include "core/cli/layers/image_opening.h"
#include "core/cli/layers/outputs.h"
#include "core/cli/layers/plain_text.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

struct LayersArguments {
    std::string image;
    OpeningArguments opening;
    Outputs outputs;
    bool ci = false;
    std::optional<std::string> ciConfig;
    // What the command line says of the rules; it goes before the file.
    std::optional<std::string> lowestEfficiency, highestWastedBytes, highestUserWastedPercent, score, wasteFloor,
        baseline, highestWastedBytesGrowth, highestSizeGrowth;
    std::vector<std::string> ignore;
    bool tree = false;
    std::optional<std::size_t> layer;
    bool packages = false;
    std::size_t top = 20;
};

bool ciInEnvironment()
{
    const char* value = std::getenv("CI");
    const std::string_view text = value != nullptr ? value : "";
    return text == "true" || text == "1" || text == "yes";
}

/// As with dive, CI=true alone does not make a report of what is only to be written.
bool evaluates(const LayersArguments& arguments)
{
    if (arguments.ci || arguments.outputs.wants("junit"))
        return true;
    return ciInEnvironment() && !arguments.outputs.any() && !arguments.tree && !arguments.packages;
}

Result<CiConfig> readRules(const LayersArguments& arguments)
{
    CiConfig config = TRY(CiConfig::read(arguments.ciConfig));
    for (const std::string& name : config.unknown)
        complain(Error(ErrorCode::Invalid,
            fmt::format("{}: there is no rule \"{}\"", arguments.ciConfig.value_or(".dive-ci"), plainText(name))));
    const auto replace
        = [](std::string& value, const std::optional<std::string>& given) { value = given.value_or(value); };
    replace(config.lowestEfficiency, arguments.lowestEfficiency);
    replace(config.highestWastedBytes, arguments.highestWastedBytes);
    replace(config.highestUserWastedPercent, arguments.highestUserWastedPercent);
    replace(config.score, arguments.score);
    replace(config.wasteFloor, arguments.wasteFloor);
    replace(config.baseline, arguments.baseline);
    replace(config.highestWastedBytesGrowth, arguments.highestWastedBytesGrowth);
    replace(config.highestSizeGrowth, arguments.highestSizeGrowth);
    config.ignore.insert(config.ignore.end(), arguments.ignore.begin(), arguments.ignore.end());
    TRY(evaluate(config, {}, CiFigures {})); // limits that are none, before an image is read
    return config;
}

/// The rules, and what they are compared with.
struct Judge {
    CiConfig config;
    Score score = Score::Dive;
    layers::IgnorePath ignored;
    std::optional<CiFigures> baseline;
    bool baselineIsImage = false;

    static Result<Judge> prepare(const LayersArguments& arguments)
    {
        Judge judge;
        judge.config = TRY(readRules(arguments));
        judge.score = TRY(judge.config.whose());
        judge.ignored = TRY(judge.config.ignored());
        judge.baselineIsImage = !judge.config.baseline.empty() && !isReport(judge.config.baseline);
        if (!judge.config.baseline.empty() && !judge.baselineIsImage)
            judge.baseline = TRY(figuresOfReport(judge.config.baseline, judge.score));
        return judge;
    }
};

Result<void> writeOutputs(
    LayersArguments& arguments, const ImageReport& report, const std::optional<Evaluation>& evaluation)
{
    Outputs& outputs = arguments.outputs;
    if (outputs.wants("json"))
        TRY(outputs.write("json", layersAsJson(report)));
    if (outputs.wants("csv"))
        TRY(outputs.write("csv", layersAsCsv(report)));
    // Pages and services have bounds of their own, and --top is about what people read on a terminal.
    constexpr std::size_t fileTop = 5000;
    if (outputs.wants("html"))
        TRY(outputs.write("html", layersAsHtml(report, fileTop)));
    if (outputs.wants("sarif"))
        TRY(outputs.write("sarif", layersAsSarif(report, fileTop, evaluation)));
    if (outputs.wants("junit"))
        TRY(outputs.write("junit", layersAsJunit(report, *evaluation)));
    return {};
}

Result<ExitStatus> show(LayersArguments& arguments)
{
    if (arguments.image.empty())
        arguments.image = arguments.outputs.takeOnlyName();
    if (arguments.image.empty())
        return Error(ErrorCode::Invalid, "layers: say which image (--help tells how)");
    std::optional<Judge> judge;
    if (evaluates(arguments))
        judge = TRY(Judge::prepare(arguments));
    TRY(arguments.outputs.open());

    std::vector<std::string> addresses {arguments.image};
    if (judge && judge->baselineIsImage)
        addresses.push_back(judge->config.baseline);
    std::vector<OpenedImage> opened = TRY(openImages(addresses, arguments.opening));
    ImageReport report = TRY_CONTEXT(arguments.image, reportOn(std::move(opened.front().image)));
    if (arguments.layer && *arguments.layer >= report.layerCount())
        return Error(ErrorCode::Invalid,
            fmt::format("--layer {}: the image has {} layers, numbered from 0", *arguments.layer, report.layerCount()));
    if (arguments.packages)
        report.packages = TRY_CONTEXT(arguments.image, installedPackages(*opened.front().source, report.stack));

    std::optional<Evaluation> evaluation;
    std::string text;
    if (judge) {
        if (judge->baselineIsImage) {
            const ImageReport before = TRY_CONTEXT(judge->config.baseline, reportOn(std::move(opened.back().image)));
            judge->baseline = ciSubject(before, judge->score, judge->ignored).figures;
        }
        const CiSubject subject = ciSubject(report, judge->score, judge->ignored);
        evaluation = TRY(evaluate(judge->config, subject.figures, judge->baseline));
        text = ciReport(subject.figures, subject.inefficient, *evaluation);
    }
    TRY(writeOutputs(arguments, report, evaluation));
    if (arguments.tree)
        text += layersAsTree(report, arguments.layer);
    if (arguments.packages && !arguments.outputs.any())
        text += packagesAsText(*report.packages);
    if (text.empty() && !arguments.outputs.any() && !arguments.tree && !arguments.packages)
        text = layersAsSummary(report, arguments.top);
    fmt::print(arguments.outputs.useStandardOutput() ? stderr : stdout, "{}", text);
    return evaluation && !evaluation->pass() ? ExitStatus::Findings : ExitStatus::Success;
}

void addRuleOptions(CLI::App& command, LayersArguments& arguments)
{
    constexpr const char* group = "Rules";
    command
        .add_flag(
            "--ci", arguments.ci, "Hold the image to the rules of .dive-ci (so does CI=true); exit 1 if one fails")
        ->group(group);
    command
        .add_option("--ci-config", arguments.ciConfig,
            "The file with the rules; default: .dive-ci in this folder, if it is there")
        ->group(group);
    command
        .add_option(
            "--lowest-efficiency,--lowestEfficiency", arguments.lowestEfficiency, "0 … 1, or disabled; default 0.9")
        ->group(group);
    command
        .add_option("--highest-wasted-bytes,--highestWastedBytes", arguments.highestWastedBytes,
            "20MB, or disabled; default: disabled")
        ->group(group);
    command
        .add_option("--highest-user-wasted-percent,--highestUserWastedPercent", arguments.highestUserWastedPercent,
            "0 … 1, or disabled; default 0.1")
        ->group(group);
    command.add_option("--score", arguments.score, "Whose figures are judged: dive, or exact")->group(group);
    command.add_option("--ignore", arguments.ignore, "A glob of paths that do not count (again and again)")
        ->allow_extra_args(false)
        ->group(group);
    command.add_option("--waste-floor", arguments.wasteFloor, "Shares fail only when more than this is wasted: 50MB")
        ->group(group);
    command.add_option("--baseline", arguments.baseline, "An image, an archive or a report in JSON to compare with")
        ->group(group);
    command
        .add_option("--highest-wasted-bytes-growth", arguments.highestWastedBytesGrowth,
            "How much more than the baseline's may be wasted: 5MB, 10%; default 0")
        ->group(group);
    command
        .add_option("--highest-size-growth", arguments.highestSizeGrowth,
            "How much larger than the baseline the image may be: 5MB, 10%")
        ->group(group);
}

} // namespace

void addLayersCommand(CLI::App& application, ExitStatus& status)
{
    const auto arguments = std::make_shared<LayersArguments>();
    CLI::App* command
        = application.add_subcommand("layers", "Show what each layer of an image brings, and what of it is wasted");
    command->add_option(
        "IMAGE", arguments->image, "An archive (docker save, OCI), an OCI layout folder, or the name of an image");
    arguments->outputs.add(*command, "json", "-j,--json", "Write everything in dive's JSON shape, and more");
    arguments->outputs.add(*command, "csv", "--csv", "Write a table of every path of every layer");
    arguments->outputs.add(*command, "html", "--html", "Write one page for a browser");
    arguments->outputs.add(*command, "sarif", "--sarif", "Write findings for code scanning services");
    arguments->outputs.add(*command, "junit", "--junit", "Write the rules as tests; implies --ci");
    command->add_flag("--tree", arguments->tree, "Print the tree of files");
    command->add_option("--layer", arguments->layer, "With --tree: only what this layer does, counted from 0");
    command->add_flag(
        "--packages", arguments->packages, "Print the packages that are installed (dpkg, apk, rpm, npm, pip)");
    command->add_option("--top", arguments->top, "How many wasted copies the summary lists")->capture_default_str();
    arguments->opening.addTo(*command);
    addRuleOptions(*command, *arguments);
    command->footer("Without a FILE, or with -, an output goes to standard output.\n"
                    "JSON: dive's \"layer\" and \"image\"; \"exact\" with efficiency, wastedBytes, waste (path, bytes, "
                    "storedIn, hiddenBy, how) and\n"
                    "layers; each layer also with added, changed, removed (files, bytes), storedBytes, visibleBytes, "
                    "blobBytes; \"platforms\",\n"
                    "\"userWastedPercent\", \"packages\". All members, and each rule of .dive-ci: core/cli/LAYERS.md.\n"
                    "Exit: 0 · 1 a rule failed · 2 something could not be read, written or understood.");
    command->callback([arguments, &status] {
        const auto shown = show(*arguments);
        if (!shown)
            complain(shown.error());
        status = shown ? *shown : ExitStatus::Failure;
    });
}

} // namespace darsena::cli
