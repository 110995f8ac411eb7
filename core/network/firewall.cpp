// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/firewall.h"

#include <memory>
#include <mutex>

#include <fmt/format.h>
#include <nftables/libnftables.h>

namespace darsena::network {

namespace {

/// libnftables is not thread-safe, not even with one context a thread: its scanner and caches are shared.
std::mutex& libraryMutex()
{
    static std::mutex mutex;
    return mutex;
}

std::string_view mapOf(const PublishedPort& port)
{
    return port.hostAddress.isNone() ? "published" : "published_at";
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
        script += fmt::format("add element ip {} {} {{ {} : {} . {} }}\n", table, mapOf(port), keyOf(port),
            port.containerAddress.text(), port.containerPort);
    return script;
}

} // namespace

std::string_view name(Protocol protocol)
{
    return protocol == Protocol::Tcp ? "tcp" : "udp";
}

std::string firewallScript(const FirewallPlan& plan)
{
    const std::string subnet = plan.subnet.networkText();
    const std::string_view bridge = plan.bridge;
    const std::string translate = "fib daddr type local dnat ip to ip daddr . meta l4proto . th dport map @published_at\n"
                                  "fib daddr type local dnat ip to meta l4proto . th dport map @published\n";
    std::string script;
    // "add" first, so that "delete" does not fail when there is none.
    script += fmt::format("add table ip {0}\ndelete table ip {0}\ntable ip {0} {{\n", bridge);
    script += "map published { type inet_proto . inet_service : ipv4_addr . inet_service; }\n"
              "map published_at { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }\n";
    // A port published on 127.0.0.1 is for this host alone: destination translation comes before the kernel's own check
    // for such strangers (moby 45610). It also keeps containers from the host's loopback, which route_localnet opens.
    script += "chain raw { type filter hook prerouting priority raw; policy accept;\n"
              "iifname != \"lo\" ip daddr 127.0.0.0/8 drop\n}\n";
    script += fmt::format("chain prerouting {{ type nat hook prerouting priority dstnat; policy accept;\n{}}}\n", translate);
    script += fmt::format("chain output {{ type nat hook output priority -100; policy accept;\n{}}}\n", translate);
    script += "chain postrouting { type nat hook postrouting priority srcnat; policy accept;\n";
    script += fmt::format("ip saddr {} oifname != \"{}\" masquerade\n", subnet, bridge);
    // The host's own processes that use a published port through 127.0.0.1, and containers that use one of their own
    // network through the host's address, would else get answers past the translation.
    script += fmt::format("ip saddr 127.0.0.0/8 oifname \"{}\" masquerade\n", bridge);
    script += fmt::format("ip saddr {} oifname \"{}\" ct status dnat masquerade\n}}\n", subnet, bridge);
    script += "chain forward { type filter hook forward priority filter; policy accept;\n";
    script += fmt::format("oifname \"{0}\" iifname != \"{0}\" ct state established,related accept\n", bridge);
    script += fmt::format("oifname \"{0}\" iifname != \"{0}\" ct status dnat accept\n", bridge);
    script += fmt::format("oifname \"{0}\" iifname != \"{0}\" drop\n", bridge);
    if (plan.onlyContainersForward)
        script += fmt::format("oifname != \"{0}\" iifname != \"{0}\" oifname != \"darsena*\" iifname != \"darsena*\" drop\n", bridge);
    script += "}\n}\n";
    return script + addElements(bridge, plan.ports);
}

Result<std::string> Firewall::run(const std::string& script, std::string_view what)
{
    const std::lock_guard lock(libraryMutex());
    const std::unique_ptr<nft_ctx, void (*)(nft_ctx*)> context(nft_ctx_new(NFT_CTX_DEFAULT), &nft_ctx_free);
    if (!context)
        return Error(ErrorCode::System, fmt::format("{}: out of memory", what));
    if (nft_ctx_buffer_output(context.get()) != 0 || nft_ctx_buffer_error(context.get()) != 0)
        return Error(ErrorCode::System, fmt::format("{}: out of memory", what));
    if (nft_run_cmd_from_buffer(context.get(), script.c_str()) != 0)
        return Error(ErrorCode::System, fmt::format("{}: {}", what, nft_ctx_get_error_buffer(context.get())));
    return std::string(nft_ctx_get_output_buffer(context.get()));
}

Result<void> Firewall::install(const FirewallPlan& plan)
{
    TRY(run(firewallScript(plan), "install the firewall rules"));
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
        script += fmt::format("delete element ip {} {} {{ {} }}\n", m_table, mapOf(port), keyOf(port));
    if (!script.empty())
        TRY(run(script, "take back published ports"));
    return {};
}

Result<void> Firewall::remove()
{
    TRY(run(fmt::format("add table ip {0}\ndelete table ip {0}\n", m_table), "remove the firewall rules"));
    return {};
}

Result<bool> Firewall::installed()
{
    const std::string tables = TRY(run("list tables ip\n", "list the firewall's tables"));
    return tables.find(fmt::format("table ip {}\n", m_table)) != std::string::npos;
}

} // namespace darsena::network
