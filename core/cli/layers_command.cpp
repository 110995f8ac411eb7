// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/client/calls.h"
#include "core/api/client/unix_transport.h"
#include "core/cli/command.h"
#include "core/cli/input.h"

#include <cstdlib>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

struct LayersArguments {
    std::string image;
    std::string socket;
};

std::string defaultSocket()
{
    const char* given = std::getenv("DARSENA_SOCKET");
    return given != nullptr && *given != '\0' ? given : "/run/darsena/darsena.sock";
}

/// "1.5 MB", as docker writes sizes: powers of 1000.
std::string readableSize(std::int64_t bytes)
{
    constexpr std::string_view units[] = {"B", "kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1000 && unit + 1 < std::size(units)) {
        value /= 1000;
        ++unit;
    }
    return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

Result<std::string> summarise(const LayersArguments& arguments)
{
    const client::UnixTransport transport(arguments.socket);
    const auto layers = TRY_CONTEXT(arguments.image, transport.send(client::imageLayers(arguments.image)));
    std::string text = fmt::format("{:>5}  {:>10}  {:>8}  {}\n", "LAYER", "SIZE", "FILES", "INSTRUCTION");
    std::int64_t bytes = 0;
    std::int64_t files = 0;
    for (const model::LayerSummary& layer : layers) {
        bytes += layer.bytes;
        files += layer.files;
        if (layer.emptyLayer)
            text += fmt::format("{:>5}  {:>10}  {:>8}  {}\n", layer.index, "-", "-", layer.instruction);
        else
            text += fmt::format(
                "{:>5}  {:>10}  {:>8}  {}\n", layer.index, readableSize(layer.bytes), layer.files, layer.instruction);
    }
    return text + fmt::format("{:>5}  {:>10}  {:>8}\n", "total", readableSize(bytes), files);
}

} // namespace

void addLayersCommand(CLI::App& application, ExitStatus& status)
{
    const auto arguments = std::make_shared<LayersArguments>();
    arguments->socket = defaultSocket();
    CLI::App* command = application.add_subcommand("layers", "Show what each layer of an image added");
    command->add_option("IMAGE", arguments->image, "An image of the engine, by name or id")->required();
    command->add_option("--socket", arguments->socket, "Where the engine listens (DARSENA_SOCKET)")
        ->capture_default_str();
    command->callback([arguments, &status] {
        const auto summary = summarise(*arguments);
        if (summary)
            fmt::print("{}", *summary);
        else
            complain(summary.error());
        status = summary ? ExitStatus::Success : ExitStatus::Failure;
    });
}

} // namespace darsena::cli
