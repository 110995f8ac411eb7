// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/firewall.h"

#include <memory>

#include <fmt/format.h>
#include <nftables/libnftables.h>

namespace darsena::network {

namespace {

constexpr std::string_view kTranslate = "chain translate {\n"
                                        "fib daddr type local dnat ip to ip daddr . meta l4proto . th dport map @published4_at\n"
                                        "fib daddr type local dnat ip to meta l4proto . th dport map @published4\n"
                                        "fib daddr type local dnat ip6 to ip6 daddr . meta l4proto . th dport map @published6_at\n"
                                        "fib daddr type local dnat ip6 to meta l4proto . th dport map @published6\n}\n";

std::string_view familyOf(const Subnet& subnet)
{
    return subnet.address.isV6() ? "ip6" : "ip";
}

std::string mapOf(const PublishedPort& port)
{
    return fmt::format("published{}{}", port.hostAddress.isV6() ? 6 : 4, port.hostAddress.isNone() ? "" : "_at");
}

/// "tcp . 8080", or with the host's address in front.
std::string keyOf(const PublishedPort& port)
{
    const std::string key = fmt::format("{} . {}", name(port.protocol), port.hostPort);
    return port.hostAddress.isNone() ? key : fmt::format("{} . {}", port.hostAddress.text(), key);
}

std::string addElements(std::string_view table, const std::vector<PublishedPort>& ports)
{
    std::string script;
    for (const PublishedPort& port : ports)
        script += fmt::format("add element inet {} {} {{ {} : {} . {} }}\n", table, mapOf(port), keyOf(port),
            port.containerAddress.text(), port.containerPort);
    return script;
}

/// "add" first, so that "delete" does not fail when there is none.
std::string emptied(std::string_view family, std::string_view table)
{
    return fmt::format("add table {0} {1}\ndelete table {0} {1}\n", family, table);
}

/// A set of links; an empty one has no "elements".
std::string linkSet(std::string_view name, std::string_view type, const std::vector<std::string>& elements)
{
    if (elements.empty())
        return fmt::format("set {} {{ type {}; }}\n", name, type);
    return fmt::format("set {} {{ type {}; elements = {{ {} }}; }}\n", name, type, fmt::join(elements, ", "));
}

std::string linkSets(const FirewallPlan& plan)
{
    std::vector<std::string> all, internal, same;
    for (const BridgePlan& bridge : plan.bridges) {
        all.push_back(fmt::format("\"{}\"", bridge.bridge));
        same.push_back(fmt::format("\"{0}\" . \"{0}\"", bridge.bridge));
        if (bridge.internal)
            internal.push_back(all.back());
    }
    return linkSet("bridges", "ifname", all) + linkSet("internal", "ifname", internal) + linkSet("same", "ifname . ifname", same);
}

std::string masquerading(const BridgePlan& bridge)
{
    std::string rules;
    for (const Subnet& subnet : bridge.subnets) {
        const std::string_view family = familyOf(subnet);
        if (bridge.masquerade && !bridge.internal)
            rules += fmt::format("{} saddr {} oifname != \"{}\" masquerade\n", family, subnet.networkText(), bridge.bridge);
        // Containers that use one of their own network through the host's address would else get answers past the translation.
        rules += fmt::format("{} saddr {} oifname \"{}\" ct status dnat masquerade\n", family, subnet.networkText(), bridge.bridge);
    }
    // The same for the host's own programs that use a published port through its loopback.
    rules += fmt::format("ip saddr 127.0.0.0/8 oifname \"{}\" masquerade\n", bridge.bridge);
    return rules;
}

/// Scripts rather than libnftables' JSON: the rules read as rules, and nothing in them is text from outside (addresses and
/// numbers are typed, the names of links and tables are checked where they come in).
Result<std::string> run(const std::string& script, std::string_view what, unsigned flags = 0)
{
    // libnftables is not thread-safe, not even with one context a thread: its scanner and caches are shared.
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    const std::unique_ptr<nft_ctx, void (*)(nft_ctx*)> context(nft_ctx_new(NFT_CTX_DEFAULT), &nft_ctx_free);
    if (!context)
        return Error(ErrorCode::System, fmt::format("{}: out of memory", what));
    nft_ctx_output_set_flags(context.get(), flags);
    if (nft_ctx_buffer_output(context.get()) != 0 || nft_ctx_buffer_error(context.get()) != 0)
        return Error(ErrorCode::System, fmt::format("{}: out of memory", what));
    if (nft_run_cmd_from_buffer(context.get(), script.c_str()) != 0)
        return Error(ErrorCode::System, fmt::format("{}: {}", what, nft_ctx_get_error_buffer(context.get())));
    return std::string(nft_ctx_get_output_buffer(context.get()));
}

/// Chains and rules; "terse" leaves out what is in the sets, which changes with every published port.
Result<std::string> listing(const std::string& table)
{
    return run(fmt::format("list table inet {}\n", table), "list the firewall's rules", NFT_CTX_OUTPUT_TERSE);
}

} // namespace

std::string_view name(Protocol protocol)
{
    switch (protocol) {
    case Protocol::Tcp:
        return "tcp";
    case Protocol::Udp:
        return "udp";
    case Protocol::Sctp:
        break;
    }
    return "sctp";
}

Result<Protocol> parseProtocol(std::string_view text)
{
    for (const Protocol protocol : {Protocol::Tcp, Protocol::Udp, Protocol::Sctp}) {
        if (text == name(protocol))
            return protocol;
    }
    return Error(ErrorCode::Invalid, fmt::format("invalid proto: {}", text.substr(0, 100)));
}

std::string firewallScript(const FirewallPlan& plan)
{
    std::string script = emptied("inet", plan.table) + fmt::format("table inet {} {{\n", plan.table);
    script += "map published4 { type inet_proto . inet_service : ipv4_addr . inet_service; }\n"
              "map published4_at { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }\n"
              "map published6 { type inet_proto . inet_service : ipv6_addr . inet_service; }\n"
              "map published6_at { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }\n";
    script += linkSets(plan);
    // A port published on 127.0.0.1 is for this host alone: destination translation comes before the kernel's own check
    // for such strangers (moby 45610). It also keeps containers from the host's loopback, which route_localnet opens.
    script += "chain raw { type filter hook prerouting priority raw; policy accept;\n"
              "iifname != \"lo\" ip daddr 127.0.0.0/8 drop\n"
              "iifname != \"lo\" ip6 daddr ::1 drop\n}\n";
    script += kTranslate;
    script += "chain prerouting { type nat hook prerouting priority dstnat; policy accept;\njump translate\n}\n"
              "chain output { type nat hook output priority -100; policy accept;\njump translate\n}\n"
              "chain postrouting { type nat hook postrouting priority srcnat; policy accept;\n";
    for (const BridgePlan& bridge : plan.bridges)
        script += masquerading(bridge);
    script += "}\n";
    // What a port is published for, it is published for everybody, the other bridges included; all else stays apart.
    script += "chain between {\n"
              "iifname . oifname @same accept\n"
              "iifname @internal drop\n"
              "oifname @internal drop\n"
              "ct state established,related accept\n"
              "iifname @bridges oifname != @bridges accept\n"
              "ct status dnat accept\n"
              "drop\n}\n";
    script += "chain forward { type filter hook forward priority filter; policy accept;\n"
              "iifname @bridges goto between\n"
              "oifname @bridges goto between\n";
    for (const Family family : plan.onlyContainersForward)
        script += fmt::format("meta nfproto {1} iifgroup != {0} oifgroup != {0} drop\n", kBridgeGroup, family == Family::V4 ? "ipv4" : "ipv6");
    script += "}\n}\n";
    return script + addElements(plan.table, plan.ports);
}

Result<void> Firewall::install(const FirewallPlan& plan)
{
    TRY(run(firewallScript(plan), "install the firewall rules"));
    const std::lock_guard lock(m_mutex);
    m_asInstalled = listing(m_table).valueOr("");
    return {};
}

Result<void> Firewall::publish(const std::vector<PublishedPort>& ports)
{
    if (!ports.empty())
        TRY(run(addElements(m_table, ports), "publish ports"));
    return {};
}

Result<void> Firewall::unpublish(const std::vector<PublishedPort>& ports)
{
    std::string script;
    for (const PublishedPort& port : ports)
        script += fmt::format("delete element inet {} {} {{ {} }}\n", m_table, mapOf(port), keyOf(port));
    if (!script.empty())
        TRY(run(script, "take back published ports"));
    return {};
}

Result<void> Firewall::remove()
{
    TRY(run(emptied("inet", m_table), "remove the firewall rules"));
    return {};
}

Result<bool> Firewall::intact()
{
    const std::string tables = TRY(run("list tables inet\n", "list the firewall's tables"));
    if (tables.find(fmt::format("table inet {}\n", m_table)) == std::string::npos)
        return false;
    const std::string now = TRY(listing(m_table));
    const std::lock_guard lock(m_mutex);
    return now == m_asInstalled;
}

Result<void> redirectNames(std::uint16_t udpPort, std::uint16_t tcpPort)
{
    constexpr std::string_view kTable = "darsena_names";
    const std::string script = emptied("ip", kTable)
        + fmt::format("table ip {} {{\nchain output {{ type nat hook output priority -100; policy accept;\n"
                      "ip daddr 127.0.0.11 udp dport 53 dnat to 127.0.0.11:{}\n"
                      "ip daddr 127.0.0.11 tcp dport 53 dnat to 127.0.0.11:{}\n}}\n}}\n",
            kTable, udpPort, tcpPort);
    TRY(run(script, "redirect name queries"));
    return {};
}

} // namespace darsena::network
