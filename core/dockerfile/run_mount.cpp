// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/run_mount.h"

#include "core/dockerfile/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

constexpr std::array<std::string_view, 5> typeNames {"bind", "cache", "tmpfs", "secret", "ssh"};
constexpr std::array<std::string_view, 19> keyNames {"type", "from", "source", "src", "target", "dst", "destination",
    "readonly", "ro", "readwrite", "rw", "id", "sharing", "required", "size", "mode", "uid", "gid", "env"};

Error invalid(std::string message)
{
    return {ErrorCode::Invalid, std::move(message)};
}

std::string withSuggestion(std::string message, std::string_view word, std::span<const std::string_view> candidates)
{
    if (const std::string_view suggestion = closest(word, candidates); !suggestion.empty())
        message += fmt::format(" (did you mean {}?)", suggestion);
    return message;
}

/// The fields of one comma-separated record; a field in double quotes may hold commas, and "" for a quote.
Result<std::vector<std::string>> splitFields(std::string_view text)
{
    if (text.empty())
        return invalid("failed to parse csv mounts: EOF");
    std::vector<std::string> fields;
    for (std::size_t at = 0; at <= text.size();) {
        std::string field;
        if (text.substr(at, 1) == "\"") {
            ++at;
            while (true) {
                if (at >= text.size())
                    return invalid("failed to parse csv mounts: a quoted field is not closed");
                if (text[at] != '"') {
                    field += text[at++];
                } else if (text.substr(at, 2) == "\"\"") {
                    field += '"';
                    at += 2;
                } else {
                    ++at;
                    break;
                }
            }
            if (at < text.size() && text[at] != ',')
                return invalid("failed to parse csv mounts: text behind a quoted field");
        } else {
            const std::size_t end = std::min(text.find(',', at), text.size());
            field = text.substr(at, end - at);
            at = end;
            if (field.find('"') != std::string::npos)
                return invalid("failed to parse csv mounts: bare \" in non-quoted field");
        }
        fields.push_back(std::move(field));
        if (at >= text.size())
            break;
        ++at;
    }
    return fields;
}

std::optional<bool> parseBool(std::string_view text)
{
    for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
        if (text == yes)
            return true;
    }
    for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
        if (text == no)
            return false;
    }
    return std::nullopt;
}

std::optional<std::uint32_t> parseNumber(std::string_view text, int base)
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

/// "64m", "1.5g", "1024": units of 1024, as docker/go-units' RAMInBytes.
std::optional<std::uint64_t> parseBytes(std::string_view text)
{
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0 || !std::isfinite(number))
        return std::nullopt;
    std::string unit = lower(trim(text.substr(static_cast<std::size_t>(end - text.data()))));
    if (unit.ends_with("ib"))
        unit.resize(unit.size() - 2);
    else if (unit.ends_with('b'))
        unit.resize(unit.size() - 1);
    if (!unit.empty()) {
        const std::size_t power = std::string_view("kmgtp").find(unit);
        if (unit.size() != 1 || power == std::string_view::npos)
            return std::nullopt;
        number *= std::pow(1024.0, static_cast<double>(power + 1));
    }
    if (number >= static_cast<double>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return static_cast<std::uint64_t>(number);
}

/// Reads the fields of one mount in order. Values that hold variables are expanded if there are any to look up in;
/// else they stay as written, and what needs a number or a name keeps its default.
class MountReader {
public:
    MountReader(const VariableLookup* variables, char escape)
        : m_variables(variables)
        , m_escape(escape)
    { }

    Result<Mount> read(std::string_view text)
    {
        for (const std::string& field : TRY(splitFields(text)))
            TRY(readField(field));
        TRY(check());
        if (!m_readOnlyGiven)
            m_mount.readOnly = m_mount.type != MountType::Cache && m_mount.type != MountType::Tmpfs;
        return std::move(m_mount);
    }

private:
    Result<void> readField(const std::string& field);
    Result<void> readBare(const std::string& key, const std::string& field);
    Result<void> set(const std::string& key, const std::string& value, const std::string& field, bool known);
    Result<void> check() const;

    Mount m_mount;
    const VariableLookup* m_variables;
    char m_escape;
    bool m_readOnlyGiven = false;
    bool m_sharingGiven = false;
    /// The type holds a variable, so that nothing can be said about what goes with it.
    bool m_typeUnknown = false;
};

Result<void> MountReader::readField(const std::string& field)
{
    const std::size_t equals = field.find('=');
    const std::string key = lower(field.substr(0, equals));
    if (equals == std::string::npos)
        return readBare(key, field);
    std::string value = field.substr(equals + 1);
    bool known = true;
    if (m_variables != nullptr) {
        value = TRY(expandWord(value, *m_variables, {.escape = m_escape})).text;
    } else if (value.find('$') != std::string::npos) {
        known = false;
        m_typeUnknown = m_typeUnknown || key == "type";
    } else if (auto plain = expandWord(value, {}, {.escape = m_escape})) {
        value = std::move(plain->text);
    }
    return set(key, value, field, known);
}

Result<void> MountReader::readBare(const std::string& key, const std::string& field)
{
    if (key == "readonly" || key == "ro" || key == "readwrite" || key == "rw") {
        m_mount.readOnly = key.starts_with("ro") || key == "readonly";
        m_readOnlyGiven = true;
    } else if (key == "required") {
        m_mount.required = true;
    } else {
        return invalid(fmt::format("invalid field '{}' must be a key=value pair", field));
    }
    return {};
}

Result<void> MountReader::set(const std::string& key, const std::string& value, const std::string& field, bool known)
{
    const auto boolean = [&]() -> Result<bool> {
        if (!known)
            return false;
        if (const auto truth = parseBool(value))
            return *truth;
        return invalid(fmt::format("invalid value for {}: {}", key, value));
    };
    const auto number = [&](int base) -> Result<std::optional<std::uint32_t>> {
        if (!known)
            return std::optional<std::uint32_t>();
        if (const auto parsed = parseNumber(value, base))
            return parsed;
        return invalid(fmt::format("invalid value {} for {}", value, key));
    };

    if (key == "type") {
        if (!known)
            return {};
        const std::string name = lower(value);
        const auto found = std::find(typeNames.begin(), typeNames.end(), name);
        if (found == typeNames.end())
            return invalid(withSuggestion(fmt::format("unsupported mount type {}", goQuoted(value)), value, typeNames));
        m_mount.type = static_cast<MountType>(found - typeNames.begin());
    } else if (key == "from") {
        m_mount.from = value;
    } else if (key == "source" || key == "src") {
        m_mount.source = value;
    } else if (key == "target" || key == "dst" || key == "destination") {
        m_mount.target = value;
    } else if (key == "readonly" || key == "ro") {
        m_mount.readOnly = TRY(boolean());
        m_readOnlyGiven = true;
    } else if (key == "readwrite" || key == "rw") {
        m_mount.readOnly = !TRY(boolean());
        m_readOnlyGiven = true;
    } else if (key == "required") {
        m_mount.required = TRY(boolean());
    } else if (key == "id") {
        m_mount.id = value;
    } else if (key == "env") {
        m_mount.env = value;
    } else if (key == "sharing") {
        m_sharingGiven = true;
        const std::string name = lower(value);
        if (name == "private")
            m_mount.sharing = CacheSharing::Private;
        else if (name == "locked")
            m_mount.sharing = CacheSharing::Locked;
        else if (known && name != "shared")
            return invalid(fmt::format("unsupported sharing value {}", goQuoted(value)));
    } else if (key == "size") {
        if (!known)
            return {};
        m_mount.size = parseBytes(value);
        if (!m_mount.size)
            return invalid(fmt::format("invalid value {} for size", value));
    } else if (key == "mode") {
        m_mount.mode = TRY(number(8));
    } else if (key == "uid") {
        m_mount.uid = TRY(number(10));
    } else if (key == "gid") {
        m_mount.gid = TRY(number(10));
    } else {
        return invalid(withSuggestion(fmt::format("unexpected key '{}' in '{}'", key, field), key, keyNames));
    }
    return {};
}

/// What does not go together.
Result<void> MountReader::check() const
{
    if (m_typeUnknown)
        return {};
    const MountType type = m_mount.type;
    const std::string_view name = typeNames[static_cast<std::size_t>(type)];
    const bool hasOwner = type == MountType::Secret || type == MountType::Ssh || type == MountType::Cache;
    if (m_mount.mode && !hasOwner)
        return invalid(fmt::format("mode not allowed for \"{}\" type mounts", name));
    if (m_mount.uid && !hasOwner)
        return invalid(fmt::format("uid not allowed for \"{}\" type mounts", name));
    if (m_mount.gid && !hasOwner)
        return invalid(fmt::format("gid not allowed for \"{}\" type mounts", name));
    if (m_mount.required && type != MountType::Secret && type != MountType::Ssh)
        return invalid(fmt::format("unexpected key 'required' for mount type '{}'", name));
    if (m_mount.size && type != MountType::Tmpfs)
        return invalid(fmt::format("size not allowed for \"{}\" type mounts", name));
    if (m_mount.env && type != MountType::Secret)
        return invalid(fmt::format("env not allowed for \"{}\" type mounts", name));
    if (m_sharingGiven && type != MountType::Cache)
        return invalid(fmt::format("invalid cache sharing set for {} mount", name));
    if (type == MountType::Secret) {
        if (m_mount.from && !m_mount.from->empty())
            return invalid("secret mount should not have a from");
        if (m_mount.source.empty() && m_mount.target.empty() && m_mount.id.empty())
            return invalid("invalid secret mount. one of source, target required");
        if (!m_mount.source.empty() && !m_mount.id.empty())
            return invalid("both source and id can't be set");
    }
    return {};
}

/// Where the value of `from` stands in a flag as written.
Range fromRangeIn(const Word& flag, const SourceText& source)
{
    const std::string written = lower(source.slice(flag.range));
    for (std::size_t at = written.find("from="); at != std::string::npos; at = written.find("from=", at + 1)) {
        if (at > 0 && written[at - 1] != ',' && written[at - 1] != '=')
            continue;
        const std::size_t begin = at + 5;
        const std::size_t end = std::min(written.find_first_of(",'\"", begin), written.size());
        return {
            flag.range.begin + static_cast<std::uint32_t>(begin), flag.range.begin + static_cast<std::uint32_t>(end)};
    }
    return {flag.range.end, flag.range.end};
}

/// What BuildKit checks while it reads the file: fields without a value, and `from`.
std::optional<std::string> problemAtOnce(std::string_view text)
{
    const auto fields = splitFields(text);
    if (!fields)
        return fields.error().message();
    for (const std::string& field : *fields) {
        const std::size_t equals = field.find('=');
        const std::string key = lower(field.substr(0, equals));
        if (equals == std::string::npos) {
            if (key != "readonly" && key != "ro" && key != "readwrite" && key != "rw" && key != "required")
                return fmt::format("invalid field '{}' must be a key=value pair", field);
            continue;
        }
        const std::size_t dollar = field.find('$', equals);
        if (key == "from" && dollar != std::string::npos && dollar + 1 < field.size())
            return "'from' doesn't support variable expansion, define alias stage instead";
    }
    return std::nullopt;
}

} // namespace

OrProblem<DraftMount> draftMount(const Word& flag, const SourceText& source, char escape)
{
    if (auto message = problemAtOnce(flag.text))
        return std::unexpected(Problem {.range = flag.range, .message = std::move(*message)});
    DraftMount draft;
    auto mount = MountReader(nullptr, escape).read(flag.text);
    if (mount)
        draft.mount = std::move(*mount);
    else
        draft.later = Problem {.range = flag.range, .message = mount.error().message()};
    draft.mount.flag = flag;
    if (draft.mount.from)
        draft.mount.fromRange = fromRangeIn(flag, source);
    return draft;
}

Result<Mount> readMount(const Word& flag, const VariableLookup& variables, char escape)
{
    Mount mount = TRY(MountReader(&variables, escape).read(flag.text));
    mount.flag = flag;
    return mount;
}

} // namespace darsena::dockerfile
