// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/completion_list.h"
#include "core/dockerfile/assist/language.h"
#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace darsena::dockerfile::assist_detail {

namespace {

struct MountField {
    Span key;
    Span value; ///< empty behind the key if there is no '='
    bool hasValue = false;
};

std::vector<MountField> mountFields(std::string_view line, Span span)
{
    std::vector<MountField> fields;
    std::uint32_t at = span.begin;
    while (true) {
        const std::size_t comma = line.substr(0, span.end).find(',', at);
        const auto end = comma == std::string_view::npos ? span.end : static_cast<std::uint32_t>(comma);
        const std::size_t equals = line.substr(0, end).find('=', at);
        if (equals == std::string_view::npos)
            fields.push_back({.key = {at, end}, .value = {end, end}});
        else
            fields.push_back({.key = {at, static_cast<std::uint32_t>(equals)},
                .value = {static_cast<std::uint32_t>(equals) + 1, end},
                .hasValue = true});
        if (end == span.end)
            return fields;
        at = end + 1;
    }
}

/// Whether a command has the tool's name as a word, "python3 -m pip" and "apt-get" too.
bool usesTool(std::string_view command, std::string_view tool)
{
    for (std::size_t at = command.find(tool); at != std::string_view::npos; at = command.find(tool, at + 1)) {
        const bool begins = at == 0 || !isNameCharacter(command[at - 1]);
        const std::size_t end = at + tool.size();
        if (begins && (end == command.size() || !isNameCharacter(command[end])))
            return true;
    }
    return false;
}

class MountCompleter {
public:
    MountCompleter(CompletionList& list, Span value)
        : m_list(list)
        , m_place(list.place())
        , m_fields(mountFields(m_place.line(), value))
    {
        for (const MountField& field : m_fields) {
            if (isCurrent(field))
                continue;
            const std::string name = lower(m_place.text(field.key));
            const MountKey* key = findMountKey(name);
            if (key != nullptr)
                m_given.insert(key->name);
            if (name == "type")
                m_type = lower(m_place.text(field.value));
            else if (name == "from")
                m_hasFrom = true;
            else if (name == "id")
                m_id = m_place.text(field.value);
        }
    }

    void run()
    {
        for (const MountField& field : m_fields) {
            if (!isCurrent(field))
                continue;
            if (field.hasValue && m_place.at >= field.value.begin)
                offerValue(field);
            else if (m_list.aim(field.key.begin, field.hasValue ? field.value.begin : field.key.end))
                offerKeys();
            return;
        }
    }

private:
    bool isCurrent(const MountField& field) const
    {
        return m_place.at >= field.key.begin && m_place.at <= field.value.end;
    }
    void offerKeys();
    void offerValue(const MountField& field);
    void offerTargets();
    void offerIds(std::string_view type);

    CompletionList& m_list;
    const Place& m_place;
    std::vector<MountField> m_fields;
    std::set<std::string_view> m_given;
    std::string m_type = "bind";
    bool m_hasFrom = false;
    std::string m_id;
};

void MountCompleter::offerKeys()
{
    for (const MountKey& key : mountKeys()) {
        if (m_given.contains(key.name) || !key.goesWith(m_type))
            continue;
        // Read-only is what a bind is anyway; and one of the two rules the other out.
        if ((key.name == "readonly" && m_given.contains("readwrite"))
            || (key.name == "readwrite" && m_given.contains("readonly")))
            continue;
        const bool isSwitch = key.value == ValueKind::Boolean;
        const std::string detail = translated(key.summary, m_list.language());
        const bool first = key.name == "type" || (key.name == "target") || (key.name == "id" && m_type == "secret");
        const char rank = key.name == "type"             ? '1'
            : first                                      ? '2'
            : key.name == "readonly" && m_type == "bind" ? '4'
                                                         : '3';
        const auto add = [&](std::string_view name, char at) {
            m_list.add({.kind = CompletionKind::Key,
                .label = fmt::format("{}{}", name, isSwitch ? "" : "="),
                .detail = detail,
                .rank = at,
                .again = !isSwitch});
        };
        add(key.name, rank);
        // Other names of a key are for those who begin to write them.
        if (!m_list.prefix().empty() && !key.alias.empty() && !startsWithIgnoringCase(key.name, m_list.prefix()))
            add(key.alias, rank);
    }
    // A mount may go on with "type=cache" in one step.
    if (!m_given.contains("type")) {
        for (const ValueInfo& type : mountTypes())
            m_list.add({.kind = CompletionKind::Value,
                .label = fmt::format("type={}", type.value),
                .detail = translated(type.summary, m_list.language()),
                .rank = '1'});
    }
}

/// Names of other mounts of the type, in the order of the file.
void MountCompleter::offerIds(std::string_view type)
{
    for (const Stage& stage : m_list.file().stages) {
        for (const Instruction& instruction : stage.instructions) {
            const Run* run = instruction.as<Run>();
            if (run == nullptr || instruction.statement == m_place.statementIndex)
                continue;
            for (const Mount& mount : run->mounts) {
                const bool same = (mount.type == MountType::Cache && type == "cache")
                    || (mount.type == MountType::Secret && type == "secret")
                    || (mount.type == MountType::Ssh && type == "ssh");
                if (same && !mount.id.empty())
                    m_list.add({.label = mount.id,
                        .detail = translated(fmt::format("line {}", instruction.firstLine), m_list.language()),
                        .rank = '3'});
            }
        }
    }
    if (type == "ssh")
        m_list.add({.label = "default"});
}

void MountCompleter::offerTargets()
{
    if (m_type == "cache") {
        // Those of the tools that the command uses come first.
        const std::string command = lower(m_place.line().substr(m_place.word.end));
        for (const ValueInfo& cache : cacheTargets()) {
            const std::string tool = lower(cache.summary.substr(0, cache.summary.find_first_of(": ")));
            m_list.add({.kind = CompletionKind::Folder,
                .label = std::string(cache.value),
                .detail = translated(cache.summary, m_list.language()),
                .rank = usesTool(command, tool) ? '3' : '5'});
        }
    } else if (m_type == "secret") {
        m_list.add({.kind = CompletionKind::File, .label = "/run/secrets/" + m_id});
        for (const std::string_view path : {"/root/.netrc", "/root/.npmrc", "/root/.aws/credentials", "/root/.pypirc",
                 "/root/.git-credentials", "/root/.m2/settings.xml"})
            m_list.add({.kind = CompletionKind::File, .label = std::string(path)});
    } else if (m_type == "tmpfs") {
        for (const std::string_view path : {"/tmp", "/var/tmp", "/run"})
            m_list.add({.kind = CompletionKind::Folder, .label = std::string(path)});
    }
}

void MountCompleter::offerValue(const MountField& field)
{
    const MountKey* key = findMountKey(lower(m_place.text(field.key)));
    if (key == nullptr || !m_list.aim(field.value))
        return;
    if (key->value != ValueKind::Source && offerVariables(m_list, field.value.begin, NameReader::Builder))
        return;
    switch (key->value) {
    case ValueKind::Source:
        // A number is no stage here.
        offerStages(m_list, false);
        offerImages(m_list);
        break;
    case ValueKind::Path:
        if (!m_hasFrom && m_type == "bind")
            offerContextPaths(m_list, field.value);
        break;
    case ValueKind::Target:
        offerTargets();
        if (m_type == "bind")
            offerFolders(m_list, field.value);
        break;
    case ValueKind::Secret:
        offerIds(m_type);
        break;
    case ValueKind::Mode:
        for (const std::string_view mode : {"0755", "0700", "0644", "0600", "0400"})
            m_list.add({.label = std::string(mode)});
        break;
    case ValueKind::Number:
        for (const std::string_view number : {"0", "1000"})
            m_list.add({.label = std::string(number)});
        break;
    default:
        for (const ValueInfo& value : valuesOf(key->value))
            m_list.add({.label = std::string(value.value), .detail = translated(value.summary, m_list.language())});
        if (key->name == "size") {
            for (const std::string_view size : {"64m", "256m", "1g"})
                m_list.add({.label = std::string(size)});
        }
    }
}

} // namespace

void offerMount(CompletionList& list, Span value)
{
    MountCompleter(list, value).run();
}

} // namespace darsena::dockerfile::assist_detail
