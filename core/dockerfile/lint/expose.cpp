// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/lint/ports.h"
#include "core/dockerfile/text.h"

#include <charconv>

#include <arpa/inet.h>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

struct PortRange {
    int begin = 0;
    int end = 0;
};

std::optional<int> portNumber(std::string_view text)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.empty() || number < 0 || number > 65'535)
        return std::nullopt;
    return number;
}

std::optional<PortRange> portRange(std::string_view text)
{
    const std::size_t dash = text.find('-');
    const auto begin = portNumber(text.substr(0, dash));
    const auto end = dash == std::string_view::npos ? begin : portNumber(text.substr(dash + 1));
    if (!begin || !end || *end < *begin)
        return std::nullopt;
    return PortRange {.begin = *begin, .end = *end};
}

bool isAddress(const std::string& text)
{
    in6_addr buffer {};
    return inet_pton(AF_INET, text.c_str(), &buffer) == 1 || inet_pton(AF_INET6, text.c_str(), &buffer) == 1;
}

template <typename Visit> void forEachPort(const LintContext& context, Visit visit)
{
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        if (entry.instruction->as<Expose>() == nullptr)
            continue;
        for (const EvaluatedWord& word : entry.words) {
            for (const std::string& text : word.list) {
                if (const auto port = parseExposedPort(text))
                    visit(*entry.instruction, *word.word, text, *port);
            }
        }
    }
}

} // namespace

Result<ExposedPort> parseExposedPort(std::string_view text)
{
    const auto invalid = [](std::string message) { return Error(ErrorCode::Invalid, std::move(message)); };
    ExposedPort result;
    std::string_view container = text;
    if (const std::size_t last = text.rfind(':'); last != std::string_view::npos) {
        container = text.substr(last + 1);
        const std::string_view front = text.substr(0, last);
        const std::size_t before = front.rfind(':');
        result.hostPort = before == std::string_view::npos ? front : front.substr(before + 1);
        if (before != std::string_view::npos)
            result.address = front.substr(0, before);
    }
    const std::size_t slash = container.find('/');
    const std::string_view ports = container.substr(0, slash);
    result.protocol = slash == std::string_view::npos ? "" : container.substr(slash + 1);
    if (ports.empty())
        return invalid(fmt::format("invalid port: {}: no port specified", goQuoted(text)));
    if (result.protocol.empty())
        result.protocol = "tcp";
    const std::string protocol = lower(result.protocol);
    if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
        return invalid(fmt::format("invalid port: {}: invalid proto: {}", goQuoted(text), result.protocol));
    std::string address = result.address;
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    if (!address.empty() && !isAddress(address))
        return invalid(fmt::format("invalid IP address: {}", address));
    const auto inside = portRange(ports);
    if (!inside)
        return invalid(fmt::format("invalid containerPort: {}", ports));
    if (!result.hostPort.empty()) {
        const auto outside = portRange(result.hostPort);
        if (!outside)
            return invalid(fmt::format("invalid hostPort: {}", result.hostPort));
        const int length = inside->end - inside->begin;
        if (length != outside->end - outside->begin && length != 0)
            return invalid(fmt::format(
                "invalid ranges specified for container and host Ports: {} and {}", ports, result.hostPort));
    }
    return result;
}

void checkExposeProtocolCasing(LintContext& context, const RuleInfo& rule)
{
    forEachPort(context,
        [&](const Instruction& instruction, const Word& word, const std::string& text, const ExposedPort& port) {
            if (port.protocol == lower(port.protocol))
                return;
            std::optional<Fix> fix;
            if (word.text == text)
                fix = Fix {.description = "Write the protocol in lower case",
                    .edits = {{.range = word.range, .replacement = lower(text)}}};
            context.report(rule, instruction, word.range,
                fmt::format("Defined protocol '{}' in EXPOSE instruction should be lowercase", text), std::move(fix));
        });
}

void checkExposeFormat(LintContext& context, const RuleInfo& rule)
{
    forEachPort(context,
        [&](const Instruction& instruction, const Word& word, const std::string& text, const ExposedPort& port) {
            if (port.address.empty() && port.hostPort.empty())
                return;
            std::optional<Fix> fix;
            if (word.text == text)
                fix = Fix {.description = "Keep the container's port only",
                    .edits = {{.range = word.range, .replacement = text.substr(text.rfind(':') + 1)}}};
            context.report(rule, instruction, word.range,
                fmt::format("EXPOSE instruction should not define an IP address or host-port mapping, found '{}'", text),
                std::move(fix));
        });
}

} // namespace darsena::dockerfile::lint_detail
