// SPDX-License-Identifier: GPL-3.0-or-later
// DL rules on packages that are installed without saying in which version.
#include "core/dockerfile/lint/hadolint/commands.h"
#include "core/dockerfile/lint/hadolint/run_rules.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

using namespace std::string_view_literals;

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

template <std::size_t N> bool startsWithOneOf(std::string_view text, const std::array<std::string_view, N>& beginnings)
{
    return std::any_of(
        beginnings.begin(), beginnings.end(), [&](std::string_view each) { return text.starts_with(each); });
}

bool isDecimal(char c)
{
    return c >= '0' && c <= '9';
}

/// Reports the packages of a command that `isFixed` does not hold for. `version`: what a name would have behind it.
template <typename IsFixed>
void reportUnpinned(LintContext& context, const RuleInfo& rule, const RunCommand& command,
    const std::vector<const Argument*>& packages, std::string_view version, const IsFixed& isFixed)
{
    constexpr std::size_t maxNamed = 4;
    std::vector<const Argument*> open;
    for (const Argument* package : packages) {
        if (!isFixed(package->text))
            open.push_back(package);
    }
    if (open.empty())
        return;
    std::string names;
    for (std::size_t i = 0; i < std::min(open.size(), maxNamed); ++i)
        names += (i > 0 ? ", " : "") + open[i]->text;
    if (open.size() > maxNamed)
        names += ", …";
    std::string_view example = open.front()->text;
    if (contains(example, "://"))
        version = version.starts_with('@') ? "#<commit>" : "@<commit>";
    else
        example = example.substr(0, example.find('@', 1));
    reportRun(context, rule, *command.run, {open.front()->range.begin, open.back()->range.end},
        fmt::format("Give a version for {}, as in {}{}", names, example, version));
}

/// "1.2-3", "1:9.2", "$VERSION" behind a dash: what RPM's tools take for a version.
bool isVersionedRpm(std::string_view package)
{
    if (package.ends_with(".rpm"))
        return true;
    for (std::size_t dash = package.find('-'); dash != std::string_view::npos; dash = package.find('-', dash + 1)) {
        if (dash + 1 < package.size() && (isDecimal(package[dash + 1]) || package[dash + 1] == '$'))
            return true;
    }
    return false;
}

void checkPinnedRpm(LintContext& context, const RuleInfo& rule, std::initializer_list<std::string_view> programs)
{
    forEachCommand(context, programs, [&](const RunCommand& command) {
        if (command.has({"group", "groupinstall"}))
            return;
        const auto packages = command.operands("install",
            {"c", "config", "x", "exclude", "installroot", "releasever", "enablerepo", "disablerepo", "repo",
                "repoid"});
        const bool isModule = command.has({"module"});
        reportUnpinned(context, rule, command, packages, isModule ? ":<version>" : "-<version>",
            [&](std::string_view package) { return isModule ? contains(package, ":") : isVersionedRpm(package); });
    });
}

bool isPinnedForPip(std::string_view package)
{
    static constexpr std::array systems {"git+"sv, "git:"sv, "hg+"sv, "svn+"sv, "bzr+"sv};
    if (startsWithOneOf(package, systems))
        return contains(package, "@");
    return package.find_first_of("=<>~/") != std::string_view::npos || package.starts_with('.')
        || package.ends_with(".whl") || package.ends_with(".tar.gz") || package.ends_with(".zip");
}

bool isPinnedForNpm(std::string_view package)
{
    static constexpr std::array repositories {"git://"sv, "git+ssh://"sv, "git+http://"sv, "git+https://"sv};
    static constexpr std::array paths {"/"sv, "./"sv, "../"sv, "~/"sv, "file:"sv};
    if (startsWithOneOf(package, repositories))
        return contains(package, "#");
    return startsWithOneOf(package, paths) || package == "." || package.ends_with(".tar")
        || package.ends_with(".tar.gz") || package.ends_with(".tgz") || package.find('@', 1) != std::string_view::npos;
}

} // namespace

void checkPinnedApt(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"apt-get"}, [&](const RunCommand& command) {
        reportUnpinned(context, rule, command,
            command.operands("install", {"t", "target-release", "o", "option", "c", "config-file"}), "=<version>",
            [](std::string_view package) {
                return package.find_first_of("=/") != std::string_view::npos || package.ends_with(".deb");
            });
    });
}

void checkPinnedPip(LintContext& context, const RuleInfo& rule)
{
    forEachPipInstall(context, [&](const RunCommand& command) {
        // What a file lists, or the project itself, has its versions elsewhere.
        if (command.hasFlag({"constraint", "requirement", "c", "r"}) || command.has({"."}))
            return;
        reportUnpinned(context, rule, command,
            command.operands("install",
                {"abi", "b", "build", "cache-dir", "cert", "e", "editable", "extra-index-url", "f", "find-links", "i",
                    "implementation", "index-url", "no-binary", "only-binary", "platform", "prefix", "progress-bar",
                    "proxy", "python-version", "retries", "root", "src", "t", "target", "timeout", "trusted-host",
                    "upgrade-strategy"}),
            "==<version>", isPinnedForPip);
    });
}

void checkPinnedNpm(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"npm"}, [&](const RunCommand& command) {
        const auto words
            = command.operands("", {"cache", "loglevel", "prefix", "registry", "tag", "userconfig", "w", "workspace"});
        if (words.empty() || words.front()->text != "install")
            return;
        reportUnpinned(context, rule, command, {words.begin() + 1, words.end()}, "@<version>", isPinnedForNpm);
    });
}

void checkPinnedApk(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"apk"}, [&](const RunCommand& command) {
        reportUnpinned(context, rule, command,
            command.operands("add", {"t", "virtual", "X", "repository", "p", "root", "repositories-file"}),
            "=<version>", [](std::string_view package) {
                return package.find_first_of("=~<>") != std::string_view::npos || package.ends_with(".apk");
            });
    });
}

void checkPinnedGem(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"gem"}, [&](const RunCommand& command) {
        if (command.hasFlag({"version"}) || command.find({"-v"}) != nullptr)
            return;
        const std::string_view subcommand = command.has({"install"}) ? "install" : "i";
        auto gems = command.operands(subcommand,
            {"i", "install-dir", "n", "bindir", "s", "source", "P", "trust-policy", "platform", "g", "file", "p",
                "use-system-libraries"});
        // What follows "--" is for the compiler.
        if (const Argument* end = command.find({"--"}))
            std::erase_if(gems, [&](const Argument* gem) { return gem > end; });
        reportUnpinned(context, rule, command, gems, ":<version>",
            [](std::string_view gem) { return contains(gem, ":") || gem.ends_with(".gem"); });
    });
}

void checkPinnedYum(LintContext& context, const RuleInfo& rule)
{
    checkPinnedRpm(context, rule, {"yum"});
}

void checkPinnedZypper(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"zypper"}, [&](const RunCommand& command) {
        reportUnpinned(context, rule, command,
            command.operands(command.has({"install"}) ? "install" : "in",
                {"r", "repo", "from", "R", "root", "t", "type", "C", "capability"}),
            "=<version>", [](std::string_view package) {
                return package.find_first_of("=<>") != std::string_view::npos || package.ends_with(".rpm");
            });
    });
}

void checkPinnedDnf(LintContext& context, const RuleInfo& rule)
{
    checkPinnedRpm(context, rule, {"dnf", "microdnf"});
}

void checkPinnedGo(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"go"}, [&](const RunCommand& command) {
        const Argument* subcommand = command.find({"install", "get", "run"});
        const bool isFirst = subcommand != nullptr
            && std::all_of(command.arguments.data(), subcommand, [](const Argument& word) { return word.isFlag(); });
        if (!isFirst)
            return;
        auto packages = command.operands(subcommand->text,
            {"asmflags", "buildmode", "compiler", "exec", "gcflags", "ldflags", "mod", "modfile", "o", "p", "pkgdir",
                "tags", "toolexec"});
        // The rest is for the program that runs.
        if (subcommand->text == "run" && packages.size() > 1)
            packages.resize(1);
        // "go install tool" takes those that go.mod lists, in its versions.
        if (subcommand->text == "install" && packages.size() == 1 && packages.front()->text == "tool")
            return;
        std::erase_if(packages, [](const Argument* package) { return package->text == "tool"; });
        reportUnpinned(context, rule, command, packages, "@v<version>", [](std::string_view package) {
            const bool isLocal = package.starts_with('.') || package.starts_with('/') || package.ends_with(".go")
                || package == "all" || package == "std" || package == "cmd";
            return isLocal || (contains(package, "@") && !package.ends_with("@latest"));
        });
    });
}

} // namespace darsena::dockerfile::lint_detail
