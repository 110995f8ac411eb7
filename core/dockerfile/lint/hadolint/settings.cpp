// SPDX-License-Identifier: GPL-3.0-or-later
// DL rules on WORKDIR, USER, EXPOSE, ENV and ARG.
#include "core/dockerfile/lint/command_fixes.h"
#include "core/dockerfile/lint/hadolint/instruction_rules.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

using namespace std::string_view_literals;

bool isAsciiDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isNumber(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), isAsciiDigit);
}

bool hasDriveLetter(std::string_view path)
{
    return path.size() > 1 && path[1] == ':' && lower(path.substr(0, 1)) >= "a" && lower(path.substr(0, 1)) <= "z";
}

/// A path that means what it says: no quotes, variables or Windows in it.
bool isPlainPath(std::string_view path)
{
    return path.find_first_of("\"'\\$:`") == std::string_view::npos;
}

/// "/srv" and "../app" give "/app".
std::string joined(std::string_view folder, std::string_view path)
{
    std::vector<std::string_view> parts;
    for (std::string_view text : {folder, path}) {
        while (!text.empty()) {
            const std::string_view part = text.substr(0, text.find('/'));
            text.remove_prefix(std::min(part.size() + 1, text.size()));
            if (part == ".." && !parts.empty())
                parts.pop_back();
            else if (part != ".." && part != "." && !part.empty())
                parts.push_back(part);
        }
    }
    std::string result;
    for (const std::string_view part : parts) {
        result += '/';
        result += part;
    }
    return result.empty() ? "/" : result;
}

bool isRoot(std::string_view user)
{
    return user == "root" || user == "0" || user.starts_with("root:") || user.starts_with("0:");
}

/// hadolint's parts of names that tell of secrets, and names that are known though they hold none of the parts.
bool isSecret(std::string_view name)
{
    static constexpr std::array parts {
        "api_key"sv, "client_key"sv, "password"sv, "private"sv, "secret"sv, "token"sv, "username"sv};
    static constexpr std::array names {"application_key"sv, "aws_access_key_id"sv, "ci_deploy_user"sv, "docker_email"sv,
        "facebook_app_id"sv, "heroku_api_user"sv, "okta_authn_groupid"sv, "okta_client_orgurl"sv,
        "okta_oauth2_clientid"sv, "stripe_device_name"sv, "travis_os_name"sv, "travis_secure_env_vars"sv,
        "travis_sudo"sv};
    const std::string text = lower(name);
    return std::binary_search(names.begin(), names.end(), text)
        || std::any_of(
            parts.begin(), parts.end(), [&](std::string_view part) { return text.find(part) != std::string::npos; });
}

/// The pairs of ENV on two lines, cut before one of them; nullopt where more than blanks stands between.
std::optional<Fix> splitBefore(
    const LintContext& context, const Instruction& instruction, const Env& env, std::size_t at)
{
    const SourceText& source = context.file().document.source;
    const Range between {env.pairs[at - 1].value.range.end, env.pairs[at].key.range.begin};
    const std::string_view gap = source.slice(between);
    const bool isBlank = std::all_of(gap.begin(), gap.end(),
        [&](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == context.escape(); });
    if (!isBlank)
        return std::nullopt;
    const std::string lineBreak = source.text().find("\r\n") != std::string::npos ? "\r\n" : "\n";
    return Fix {.description = "Set it in an ENV of its own",
        .edits = {{.range = between, .replacement = lineBreak + context.keywordOf(instruction) + ' '}},
        .sameMeaning = false};
}

} // namespace

void checkAbsoluteWorkdir(LintContext& context, const RuleInfo& rule)
{
    // Where the stage is, as far as it is known.
    std::vector<std::optional<std::string>> folders(context.file().stages.size());
    for (const Stage& stage : context.file().stages) {
        const StageNode& node = context.graph().stages[stage.index];
        std::optional<std::string>& folder = folders[stage.index];
        if (node.baseStage)
            folder = folders[*node.baseStage];
        else if (node.base == "scratch")
            folder = "/";
        for (const Instruction& instruction : stage.instructions) {
            const Workdir* workdir = instruction.as<Workdir>();
            if (workdir == nullptr)
                continue;
            const std::string_view path = withoutQuotes(workdir->path.text);
            const bool isAbsolute = path.starts_with('$') || path.starts_with('/') || hasDriveLetter(path);
            const bool isPlain = isPlainPath(workdir->path.text);
            if (!isAbsolute && context.isBuilt(stage)) {
                std::optional<Fix> fix;
                if (isPlain && folder)
                    fix = Fix {.description = "Make the path absolute",
                        .edits = {{.range = workdir->path.range, .replacement = joined(*folder, path)}}};
                else
                    fix = asAbsolutePath(context, workdir->path);
                context.report(rule, instruction, workdir->path.range,
                    fmt::format("Where {} is depends on what was set before: begin it with /", path), std::move(fix));
            }
            if (isPlain && (isAbsolute || folder))
                folder = isAbsolute ? std::string(path) : joined(*folder, path);
            else
                folder.reset();
            // No system takes longer paths, and they would make a file of thousands slow.
            if (folder && folder->size() > 4096)
                folder.reset();
        }
    }
}

void checkLastUser(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        const Instruction* last = nullptr;
        for (const Instruction& instruction : stage.instructions) {
            if (instruction.as<User>() != nullptr)
                last = &instruction;
        }
        if (last != nullptr && context.isBuilt(stage) && isRoot(withoutQuotes(last->as<User>()->user.text)))
            context.report(rule, *last, last->as<User>()->user.range, "The last user of the stage is root");
    }
}

void checkPortNumbers(LintContext& context, const RuleInfo& rule)
{
    const auto isTooHigh = [](std::string_view number) {
        number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
        return isNumber(number) && (number.size() > 5 || (number.size() == 5 && number > "65535"));
    };
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        if (entry.instruction->as<Expose>() == nullptr)
            continue;
        for (const EvaluatedWord& word : entry.words) {
            for (std::string_view port : word.list) {
                port = port.substr(0, port.find('/'));
                port = port.substr(port.rfind(':') + 1);
                const std::size_t dash = std::min(port.find('-'), port.size());
                const std::string_view first = port.substr(0, dash);
                const std::string_view last = port.substr(std::min(dash + 1, port.size()));
                if (isTooHigh(first) || isTooHigh(last))
                    context.report(rule, *entry.instruction, word.word->range,
                        fmt::format("There is no port {}: they end at 65535", isTooHigh(first) ? first : last));
            }
        }
    }
}

void checkSelfReference(LintContext& context, const RuleInfo& rule)
{
    std::set<std::string_view> defined;
    const auto define = [&](const Arg& arg) {
        for (const Arg::Variable& variable : arg.variables)
            defined.insert(variable.name);
    };
    const auto check = [&](const Instruction& instruction, const Env& env) {
        std::map<std::string_view, std::size_t> own; // where each is first set
        for (std::size_t i = 0; i < env.pairs.size(); ++i)
            own.emplace(env.pairs[i].key.text, i);
        for (std::size_t i = 0; i < env.pairs.size(); ++i) {
            const KeyValue& pair = env.pairs[i];
            if (pair.value.text.find('$') == std::string::npos)
                continue;
            const auto expansion = expandWord(
                pair.value.text, [](std::string_view) { return std::string("x"); }, {.escape = context.escape()});
            for (const VariableUse& use : expansion ? expansion->uses : std::vector<VariableUse>()) {
                const auto found = own.find(use.name);
                if (found == own.end() || defined.contains(use.name)
                    || (use.name == pair.key.text && found->second == i))
                    continue;
                context.report(rule, instruction, partOf(context, pair.value, use.range.begin, use.range.end),
                    fmt::format("{} is set by this same ENV: here it has its value from before", use.name),
                    found->second < i ? splitBefore(context, instruction, env, i) : std::nullopt);
            }
        }
        for (const auto& [name, index] : own)
            defined.insert(name);
    };
    for (const Instruction& instruction : context.file().globalArgs)
        define(std::get<Arg>(instruction.body));
    for (const Stage& stage : context.file().stages) {
        if (!context.isBuilt(stage))
            continue;
        for (const Instruction& instruction : stage.instructions) {
            if (const Arg* arg = instruction.as<Arg>())
                define(*arg);
            else if (const Env* env = instruction.as<Env>())
                check(instruction, *env);
        }
    }
}

void checkSecretNames(LintContext& context, const RuleInfo& rule)
{
    const auto checkStatement = [&](const Statement& statement, const Statement& holder) {
        const bool isEnv = statement.name == "env";
        if ((!isEnv && statement.name != "arg") || !statement.valid)
            return;
        // ENV has three words a pair.
        for (std::size_t i = 0; i < statement.arguments.size(); i += isEnv ? 3 : 1) {
            const Word& word = statement.arguments[i];
            const std::string name(withoutQuotes(std::string_view(word.text).substr(0, word.text.find('='))));
            if (isSecret(name))
                reportIn(context, rule, holder,
                    partOf(context, word, 0, std::min(word.text.find('='), word.text.size())),
                    fmt::format(
                        "Whoever has the image can read {}: hand secrets over with RUN --mount=type=secret", name));
        }
    };
    std::size_t stage = 0;
    for (const Statement& statement : context.file().document.statements) {
        const auto& stages = context.file().stages;
        while (stage < stages.size() && stages[stage].range.end <= statement.range.begin)
            ++stage;
        if (stage < stages.size() && stages[stage].range.contains(statement.range.begin)
            && !context.isBuilt(stages[stage]))
            continue;
        checkStatement(statement.trigger.empty() ? statement : statement.trigger.front(), statement);
    }
}

void checkNumericUser(LintContext& context, const RuleInfo& rule)
{
    std::set<std::string_view> arguments;
    for (const Instruction& instruction : context.file().globalArgs) {
        for (const Arg::Variable& variable : std::get<Arg>(instruction.body).variables)
            arguments.insert(variable.name);
    }
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        if (const Arg* arg = entry.instruction->as<Arg>()) {
            for (const Arg::Variable& variable : arg->variables)
                arguments.insert(variable.name);
        }
        const User* user = entry.instruction->as<User>();
        if (user == nullptr)
            continue;
        const std::string* text = entry.textOf(user->user);
        // An argument may be given any value, and what an unknown image sets is not known.
        const auto& uses = entry.words.front().expansion;
        const bool isOpen = text == nullptr || !uses
            || std::any_of(uses->uses.begin(), uses->uses.end(),
                [&](const VariableUse& use) { return arguments.contains(use.name); });
        if (isOpen)
            continue;
        const std::string_view name = std::string_view(*text).substr(0, text->find(':'));
        if (isNumber(name))
            continue;
        std::optional<Fix> fix;
        const std::size_t at = user->user.text.find("root");
        const Range word = at == std::string::npos ? Range() : partOf(context, user->user, at, at + 4);
        if (name == "root" && !word.empty() && context.file().document.source.slice(word) == "root")
            fix = Fix {.description = "Write 0", .edits = {{.range = word, .replacement = "0"}}};
        context.report(rule, *entry.instruction, user->user.range,
            fmt::format("{} is a name: who runs the image cannot tell which number that is", name), std::move(fix));
    }
}

} // namespace darsena::dockerfile::lint_detail
