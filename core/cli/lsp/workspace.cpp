// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/workspace.h"

#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace darsena::cli::lsp {

using dockerfile::Finding;
using dockerfile::IgnoreRules;

namespace {

DocumentKind kindOf(std::string_view uri, std::string_view languageId)
{
    const bool isIgnore = uri.ends_with(".dockerignore") || uri.ends_with(".containerignore")
        || languageId == "dockerignore" || languageId == "ignore";
    return isIgnore ? DocumentKind::IgnoreFile : DocumentKind::Dockerfile;
}

/// The parser of ignore files counts lines; a finding has its line already.
std::string withoutLine(std::string_view message)
{
    constexpr std::string_view prefix = "line 1: ";
    return std::string(message.starts_with(prefix) ? message.substr(prefix.size()) : message);
}

/// The rule of another family that a rule repeats, by name.
const std::map<std::string_view, std::string_view>& repeatedRules()
{
    static const std::map<std::string_view, std::string_view> rules = [] {
        std::map<std::string_view, std::string_view> result;
        for (const dockerfile::RuleInfo& rule : dockerfile::lintRules()) {
            if (!rule.sameAs.empty())
                result.emplace(rule.name, rule.sameAs);
        }
        return result;
    }();
    return rules;
}

/// Where two rules say the same of a line, the one that says it first in the builder's words stays.
void dropRepeated(std::vector<Finding>& findings)
{
    std::set<std::pair<std::string, std::uint32_t>> there;
    for (const Finding& finding : findings)
        there.emplace(finding.rule, finding.begin.line);
    std::erase_if(findings, [&](const Finding& finding) {
        const auto repeated = repeatedRules().find(finding.rule);
        return repeated != repeatedRules().end()
            && there.contains({std::string(repeated->second), finding.begin.line});
    });
}

} // namespace

Workspace::Workspace(std::function<void()> onEngineChange)
    : m_engine(std::move(onEngineChange))
{ }

void Workspace::begin(ClientTraits traits, std::filesystem::path root, std::string locale)
{
    m_traits = traits;
    m_root = std::move(root);
    m_locale = std::move(locale);
}

Encoding Workspace::encoding() const
{
    if (m_traits.utf8)
        return Encoding::Utf8;
    return !m_traits.utf16 && m_traits.utf32 ? Encoding::Utf32 : Encoding::Utf16;
}

void Workspace::setSettings(Settings settings)
{
    m_engine.setSocket(settings.socket);
    const std::scoped_lock lock(m_settingsMutex);
    m_settings = std::make_shared<Settings>(std::move(settings));
    ++m_settingsGeneration;
}

std::shared_ptr<const Settings> Workspace::settings() const
{
    const std::scoped_lock lock(m_settingsMutex);
    return m_settings;
}

std::string Workspace::language() const
{
    const auto chosen = settings();
    const std::string& name = chosen->language.empty() ? m_locale : chosen->language;
    return name == "es" || name.starts_with("es-") || name.starts_with("es_") ? "es" : "en";
}

void Workspace::open(const std::string& uri, std::string_view languageId, std::int64_t version, std::string text)
{
    m_open.insert_or_assign(uri,
        Open {.text = TextDocument(std::move(text), encoding()),
            .kind = kindOf(uri, languageId),
            .version = version,
            .snapshot = nullptr});
}

void Workspace::close(const std::string& uri)
{
    m_open.erase(uri);
}

TextDocument* Workspace::document(std::string_view uri)
{
    const auto found = m_open.find(uri);
    return found == m_open.end() ? nullptr : &found->second.text;
}

void Workspace::setVersion(std::string_view uri, std::int64_t version)
{
    if (const auto found = m_open.find(uri); found != m_open.end()) {
        found->second.version = version;
        found->second.snapshot = nullptr;
    }
}

SnapshotPtr Workspace::snapshot(std::string_view uri)
{
    const auto found = m_open.find(uri);
    if (found == m_open.end())
        return nullptr;
    Open& open = found->second;
    if (!open.snapshot)
        open.snapshot
            = std::make_shared<const Snapshot>(found->first, open.kind, open.version, open.text.text(), encoding());
    return open.snapshot;
}

std::vector<SnapshotPtr> Workspace::snapshots()
{
    std::vector<SnapshotPtr> result;
    for (const auto& [uri, open] : m_open)
        result.push_back(snapshot(uri));
    return result;
}

std::optional<ContextFolder::Place> Workspace::placeOf(const Snapshot& snapshot) const
{
    return m_folder.placeOf(snapshot.uri(), m_root, settings()->context);
}

dockerfile::Surroundings Workspace::surroundings(const Snapshot& snapshot)
{
    dockerfile::Surroundings world;
    world.stages = settings()->stages;
    world.language = language();
    const auto images = m_engine.images();
    world.images.reserve(images->size());
    for (const auto& [reference, image] : *images)
        world.images.push_back(image.known);
    if (const auto place = placeOf(snapshot)) {
        world.contextUri = uriOfPath(place->context / "");
        world.list = [this, place = *place](const std::string& folder) { return m_folder.list(place, folder); };
    }
    return world;
}

dockerfile::LintOptions Workspace::lintOptions(const Snapshot& snapshot)
{
    dockerfile::LintOptions options;
    const auto chosen = settings();
    options.stages = chosen->stages;
    options.ignoredRules = chosen->ignoredRules;
    if (const auto place = placeOf(snapshot)) {
        options.contextIgnore = m_folder.ignoreRules(*place).value;
        if (auto config = m_folder.lintConfig(*place, m_root).value)
            options.config = std::move(*config);
    }
    std::set<std::string> bases;
    for (const dockerfile::Stage& stage : snapshot.file().stages)
        bases.insert(stage.base);
    m_engine.want(bases);
    const auto images = m_engine.images();
    for (const std::string& base : bases) {
        const auto image = images->find(withTag(base));
        if (image == images->end() || image->second.platform.empty())
            continue;
        options.imagePlatforms.emplace(base, image->second.platform);
        auto& names = options.imageVariables[base];
        for (const auto& [name, value] : image->second.known.variables)
            names.push_back(name);
    }
    return options;
}

Snapshot::Findings Workspace::findings(const Snapshot& snapshot)
{
    std::uint64_t ignore = 0;
    std::uint64_t config = 0;
    if (const auto place = placeOf(snapshot)) {
        ignore = m_folder.ignoreRules(*place).generation;
        config = m_folder.lintConfig(*place, m_root).generation;
    }
    std::uint64_t generation = 0;
    {
        const std::scoped_lock lock(m_settingsMutex);
        generation = m_settingsGeneration;
    }
    const std::string key = fmt::format("{} {} {} {}", ignore, config, generation, m_engine.generation());
    return snapshot.findings(key, [&] {
        if (snapshot.kind() == DocumentKind::IgnoreFile)
            return lintIgnoreFile(snapshot);
        std::vector<Finding> findings = dockerfile::lint(snapshot.file(), lintOptions(snapshot));
        dropRepeated(findings);
        const std::string tongue = language();
        if (tongue != "en") {
            for (Finding& finding : findings)
                finding = dockerfile::translated(std::move(finding), tongue);
        }
        return findings;
    });
}

/// Patterns that the builder would refuse, each by itself: the parser of the file stops at the first.
std::vector<Finding> Workspace::lintIgnoreFile(const Snapshot& snapshot) const
{
    std::vector<Finding> findings;
    for (std::uint32_t line = 0; line < snapshot.lines().lineCount() && findings.size() < 1000; ++line) {
        const dockerfile::Range range = snapshot.lines().lineRange(snapshot.text(), line);
        const std::string_view text = std::string_view(snapshot.text()).substr(range.begin, range.end - range.begin);
        const auto parsed = IgnoreRules::parse(text);
        if (parsed)
            continue;
        findings.push_back({.rule = std::string(dockerfile::buildErrorRule),
            .severity = dockerfile::Severity::Error,
            .range = range,
            .begin = {.line = line + 1, .column = 1},
            .end = {.line = line + 1, .column = unitsOf(text, Encoding::Utf32) + 1},
            .message = withoutLine(parsed.error().message()),
            .url = {},
            .fix = {},
            .words = range});
    }
    return findings;
}

} // namespace darsena::cli::lsp
