// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/assist.h"

#include "core/dockerfile/assist/occurrences.h"
#include "core/dockerfile/lint/image_name.h"
#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

using namespace assist_detail;

/// As in a URI's path.
std::string percentEncoded(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || std::string_view("-._~/").find(c) != std::string_view::npos;
        if (plain)
            result += c;
        else
            result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

/// The page of an image at its registry; empty for registries that are not known to have one.
std::string imagePage(std::string_view reference)
{
    if (reference == "scratch" || !lint_detail::isImageName(reference))
        return {};
    std::string_view name = reference.substr(0, reference.find('@'));
    const std::size_t slash = name.rfind('/');
    name = name.substr(0, name.find(':', slash == std::string_view::npos ? 0 : slash));
    const std::size_t first = name.find('/');
    std::string_view host = first == std::string_view::npos ? std::string_view() : name.substr(0, first);
    if (host.find_first_of(".:") == std::string_view::npos && host != "localhost")
        host = {};
    std::string_view path = host.empty() ? name : name.substr(first + 1);
    if (host.empty() || host == "docker.io" || host == "index.docker.io") {
        if (path.starts_with("library/"))
            path.remove_prefix(8);
        return path.find('/') == std::string_view::npos ? fmt::format("https://hub.docker.com/_/{}", path)
                                                        : fmt::format("https://hub.docker.com/r/{}", path);
    }
    if (host == "ghcr.io") {
        const std::size_t owner = path.find('/');
        if (owner == std::string_view::npos)
            return {};
        const std::string_view rest = path.substr(owner + 1);
        const std::string_view repository = rest.substr(0, rest.find('/'));
        return fmt::format("https://github.com/{}/{}/pkgs/container/{}", path.substr(0, owner), repository,
            rest.find('/') == std::string_view::npos
                ? std::string(rest)
                : fmt::format("{}%2F{}", repository, rest.substr(rest.find('/') + 1)));
    }
    if (host == "quay.io")
        return fmt::format("https://quay.io/repository/{}", path);
    if (host == "mcr.microsoft.com")
        return fmt::format("https://mcr.microsoft.com/artifact/mar/{}", path);
    if (host == "public.ecr.aws")
        return fmt::format("https://gallery.ecr.aws/{}", path);
    if (host == "registry.access.redhat.com" || host == "registry.redhat.io")
        return fmt::format("https://catalog.redhat.com/software/containers/search?q={}", percentEncoded(path));
    if (host == "gcr.io" || host.ends_with(".gcr.io"))
        return fmt::format("https://{}/{}", host, path);
    return {};
}

/// A Git or web address as a browser takes it; empty for anything else.
std::string webAddress(std::string_view source)
{
    if (source.find('$') != std::string_view::npos)
        return {};
    if (source.starts_with("http://") || source.starts_with("https://"))
        return std::string(source);
    if (source.starts_with("git@")) {
        const std::size_t colon = source.find(':');
        if (colon == std::string_view::npos)
            return {};
        std::string_view path = source.substr(colon + 1);
        path = path.substr(0, path.find('#'));
        if (path.ends_with(".git"))
            path.remove_suffix(4);
        return fmt::format("https://{}/{}", source.substr(4, colon - 4), path);
    }
    return {};
}

class LinkFinder {
public:
    LinkFinder(const Dockerfile& file, const Surroundings& world)
        : m_file(file)
        , m_source(file.document.source)
        , m_world(world)
        , m_graph(stageGraph(file, world.stages))
        , m_names(file, world.stages)
    { }

    std::vector<Link> run();

private:
    void add(Range range, std::string target, std::string_view tooltip)
    {
        if (!target.empty() && !range.empty() && m_source.slice(range).find('\n') == std::string_view::npos)
            m_links.push_back(
                {.range = range, .target = std::move(target), .tooltip = translated(tooltip, m_world.language)});
    }
    void addStage(Range range, std::size_t stage)
    {
        add(range, fmt::format("#L{}", m_file.stages[stage].firstLine), "Go to the stage");
    }
    void addImage(Range range, std::string_view reference)
    {
        const auto& contexts = m_world.stages.namedContexts;
        if (std::find(contexts.begin(), contexts.end(), reference) == contexts.end())
            add(range, imagePage(reference), "Open the image's page");
    }
    void addFrom(const Stage& stage);
    void addInstruction(const Instruction& instruction);
    void addPath(const Word& word, bool json);
    void addStagePath(const Word& word, std::size_t stage);
    std::optional<std::uint32_t> lineOfPath(std::string_view path, std::size_t stage);
    void addMountSources(const Statement& statement);
    void addAddresses();
    void addRules(const Comment& comment);
    void addRuleNames(Range value);

    const Dockerfile& m_file;
    const SourceText& m_source;
    const Surroundings& m_world;
    StageGraph m_graph;
    StageNames m_names;
    std::map<std::string_view, std::string_view> m_ruleUrls;
    std::vector<Link> m_links;
    /// How many bytes may still be searched for paths: many COPYs of a long stage would take quadratic time.
    std::size_t m_searchBudget = 4'000'000;
};

std::vector<Link> LinkFinder::run()
{
    for (const Directive& directive : m_file.document.directives) {
        if (directive.name == "syntax")
            addImage(directive.valueRange, directive.value);
        else if (directive.name == "check")
            addRuleNames(directive.valueRange);
    }
    for (const Comment& comment : m_file.document.comments)
        addRules(comment);
    for (const Statement& statement : m_file.document.statements) {
        visitSourceNames(m_file, statement, [&](const SourceName& source) {
            if (const auto stage = m_names.find(source))
                addStage(source.range, *stage);
            else if (source.text.find('$') == std::string_view::npos)
                addImage(source.range, source.text);
        });
        addMountSources(statement);
    }
    for (const Stage& stage : m_file.stages) {
        addFrom(stage);
        for (const Instruction& instruction : stage.instructions)
            addInstruction(instruction);
    }
    addAddresses();
    std::stable_sort(
        m_links.begin(), m_links.end(), [](const Link& a, const Link& b) { return a.range.begin < b.range.begin; });
    return std::move(m_links);
}

void LinkFinder::addFrom(const Stage& stage)
{
    const StageNode& node = m_graph.stages[stage.index];
    const Word& image = stage.fromBody().image;
    if (node.baseStage)
        addStage(image.range, *node.baseStage);
    else
        addImage(image.range, node.base);
}

void LinkFinder::addPath(const Word& word, bool json)
{
    if (std::string address = webAddress(word.text); !address.empty()) {
        add(word.range, std::move(address), "Open the address");
        return;
    }
    std::string_view path = word.text;
    if (m_world.contextUri.empty() || path.find_first_of("*?[$\"'\\\n") != std::string_view::npos
        || path.find("://") != std::string_view::npos)
        return;
    while (path.starts_with('/') || path.starts_with("./"))
        path.remove_prefix(path.starts_with('/') ? 1 : 2);
    if (path.empty() || path == "." || path == ".." || path.starts_with("../"))
        return;
    Range range = word.range;
    if (json)
        range = {range.begin + 1, std::max(range.begin + 1, range.end - 1)};
    add(range, m_world.contextUri + percentEncoded(path), "Open the file");
}

/// The last instruction of a stage, or of those that it is built on, that names a path.
std::optional<std::uint32_t> LinkFinder::lineOfPath(std::string_view path, std::size_t stage)
{
    for (std::optional<std::size_t> at = stage; at; at = m_graph.stages[*at].baseStage) {
        const std::vector<Instruction>& instructions = m_file.stages[*at].instructions;
        for (auto instruction = instructions.rbegin(); instruction != instructions.rend(); ++instruction) {
            const std::string_view text = m_source.slice(instruction->range);
            if (text.size() > m_searchBudget)
                return std::nullopt;
            m_searchBudget -= text.size();
            for (std::size_t found = text.find(path); found != std::string_view::npos;
                 found = text.find(path, found + 1)) {
                const char behind = found + path.size() < text.size() ? text[found + path.size()] : ' ';
                if (std::string_view(" \t\r\n/\"'`;&|)").find(behind) != std::string_view::npos)
                    return m_source.lineOf(instruction->range.begin + static_cast<std::uint32_t>(found));
            }
        }
    }
    return std::nullopt;
}

void LinkFinder::addStagePath(const Word& word, std::size_t stage)
{
    std::string_view path = word.text;
    while (path.ends_with('/'))
        path.remove_suffix(1);
    if (path.size() < 2 || path.find_first_of("*?[$\"'\\") != std::string_view::npos)
        return;
    if (const auto line = lineOfPath(path, stage))
        add(word.range, fmt::format("#L{}", *line), "Go to where the stage names it");
}

void LinkFinder::addInstruction(const Instruction& instruction)
{
    const bool json = m_file.document.statements[instruction.statement].jsonForm;
    if (const Copy* copy = instruction.as<Copy>()) {
        std::optional<std::size_t> stage;
        if (copy->from)
            stage = m_names.find({.range = copy->from->range, .text = copy->from->text});
        for (const Word& source : copy->paths.sources) {
            if (stage)
                addStagePath(source, *stage);
            else if (!copy->from)
                addPath(source, json);
        }
    } else if (const Add* added = instruction.as<Add>()) {
        for (const Word& source : added->paths.sources)
            addPath(source, json);
    }
}

/// source= of bind mounts from the context.
void LinkFinder::addMountSources(const Statement& statement)
{
    if (statement.name != "run")
        return;
    for (const Word& flag : statement.flags) {
        const std::string_view text = m_source.slice(flag.range);
        if (!text.starts_with("--mount=") || text.find("from=") != std::string_view::npos)
            continue;
        const std::size_t type = text.find("type=");
        if (type != std::string_view::npos && !text.substr(type + 5).starts_with("bind"))
            continue;
        for (const std::string_view key : {"=source=", ",source=", "=src=", ",src="}) {
            const std::size_t at = text.find(key);
            if (at == std::string_view::npos)
                continue;
            const std::size_t begin = at + key.size();
            const std::size_t end = std::min(text.find(',', begin), text.size());
            addPath({.text = std::string(text.substr(begin, end - begin)),
                        .range = {flag.range.begin + static_cast<std::uint32_t>(begin),
                            flag.range.begin + static_cast<std::uint32_t>(end)}},
                false);
        }
    }
}

/// Addresses in comments, commands and values.
void LinkFinder::addAddresses()
{
    std::vector<Range> taken;
    for (const Link& link : m_links)
        taken.push_back(link.range);
    std::sort(taken.begin(), taken.end(), [](Range a, Range b) { return a.begin < b.begin; });
    const std::string_view text = m_source.text();
    for (std::size_t at = text.find("http"); at != std::string_view::npos; at = text.find("http", at + 4)) {
        const std::string_view rest = text.substr(at, 8);
        if (!rest.starts_with("http://") && rest != "https://")
            continue;
        std::size_t end = std::min(text.find_first_of(" \t\r\n\"'`<>|;\\{}()", at), text.size());
        while (end > at && std::string_view(".,:;!?").find(text[end - 1]) != std::string_view::npos)
            --end;
        const Range range {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)};
        const auto next
            = std::partition_point(taken.begin(), taken.end(), [&](Range link) { return link.end <= range.begin; });
        const std::string_view address = m_source.slice(range);
        if ((next != taken.end() && next->begin < range.end) || address.find('$') != std::string_view::npos
            || end - at < 10 || (end < text.size() && text[end] == '{'))
            continue;
        add(range, std::string(address), "Open the address");
    }
}

void LinkFinder::addRules(const Comment& comment)
{
    for (const std::string_view key : {"ignore=", "skip="}) {
        const std::size_t at = m_source.slice(comment.range).find(key);
        if (at != std::string_view::npos && (comment.text.starts_with("hadolint") || comment.text.starts_with("check")))
            addRuleNames({comment.range.begin + static_cast<std::uint32_t>(at + key.size()), comment.range.end});
    }
}

void LinkFinder::addRuleNames(Range value)
{
    if (m_ruleUrls.empty()) {
        for (const RuleInfo& rule : lintRules())
            m_ruleUrls.emplace(rule.name, rule.url);
    }
    const std::string_view text = m_source.slice(value);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find_first_of(",;= \t", at), text.size());
        const auto rule = m_ruleUrls.find(text.substr(at, end - at));
        if (rule != m_ruleUrls.end())
            add({value.begin + static_cast<std::uint32_t>(at), value.begin + static_cast<std::uint32_t>(end)},
                std::string(rule->second), "Open the rule's page");
        at = end + 1;
    }
}

} // namespace

std::vector<Link> links(const Dockerfile& file, const Surroundings& world)
{
    return LinkFinder(file, world).run();
}

} // namespace darsena::dockerfile
