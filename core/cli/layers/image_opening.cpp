// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/image_opening.h"

#include "core/cli/image_sources.h"
#include "core/cli/input.h"
#include "core/cli/layers/plain_text.h"
#include "core/cli/layers/size_text.h"
#include "core/layers/source/index_cache.h"
#include "core/layers/source/layer_content.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

namespace darsena::cli {

namespace {

/// One line on a terminal, written over again and again; nothing on anything else.
class ProgressLine {
public:
    ProgressLine()
        : m_terminal(::isatty(STDERR_FILENO) != 0)
    { }
    ~ProgressLine() { show({}); }
    void show(const std::string& text)
    {
        if (m_terminal && (!text.empty() || m_shown))
            fmt::print(stderr, "\r{}\x1b[K", text);
        m_shown = !text.empty();
    }

private:
    bool m_terminal;
    bool m_shown = false;
};

using Opening = std::function<Result<std::unique_ptr<layers::ImageSource>>()>;

/// Finds all images, then gives up what reading them does not need.
Result<std::vector<Opening>> prepare(
    const std::vector<std::string>& addresses, const SourceOptions& options, const std::filesystem::path& cache)
{
    std::vector<Opening> openings;
    Confinement needs;
    for (const std::string& address : addresses) {
        PreparedSource prepared = TRY(prepareSource(address, options).withContext(address));
        const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
        append(needs.readable, prepared.needs.readable);
        append(needs.writable, prepared.needs.writable);
        needs.network = needs.network || prepared.needs.network;
        openings.push_back(std::move(prepared.open));
    }
    if (!cache.empty()) {
        // Landlock wants it to be there; without one nothing is remembered.
        std::error_code error;
        std::filesystem::create_directories(cache, error);
        needs.writable.push_back(cache);
    }
    TRY(confineSelf(needs));
    return openings;
}

Result<OpenedImage> openOne(
    const std::string& address, const Opening& opening, const layers::ReadOptions& options, ProgressLine& line)
{
    OpenedImage opened;
    opened.source = TRY(opening());
    layers::ReadEvents events;
    events.progress = [&](std::uint64_t done, std::uint64_t total) {
        line.show(total == 0 ? fmt::format("{}: {}", plainText(address), sizeText(done))
                             : fmt::format("{}: {} of {}", plainText(address), sizeText(done), sizeText(total)));
    };
    opened.image = TRY(layers::readImage(*opened.source, options, events));
    if (opened.image.image.name.empty())
        opened.image.image.name = address;
    return opened;
}

} // namespace

void OpeningArguments::addTo(CLI::App& command)
{
    command.add_option(
        "--platform", platform, "Which image of several: linux/arm64; default: this machine's, else the first");
    command.add_option("--socket", socket, "Where the engine listens (DARSENA_SOCKET)");
    command.add_flag(
        "--insecure", insecure, "Let a registry speak plain http or have a certificate that nobody vouches for");
    command.add_option("--cache", cache, "The folder in which layers are remembered");
    command.add_flag("--no-cache", noCache, "Remember nothing, and read every layer anew");
}

Result<std::vector<OpenedImage>> openImages(
    const std::vector<std::string>& addresses, const OpeningArguments& arguments)
{
    layers::ReadOptions options;
    if (!arguments.platform.empty())
        options.platform = TRY_CONTEXT("--platform", oci::Platform::parse(arguments.platform));
    std::optional<layers::IndexCache> cache;
    if (!arguments.noCache) {
        cache.emplace(
            arguments.cache.empty() ? layers::IndexCache::defaultFolder() : std::filesystem::path(arguments.cache));
        options.cache = &*cache;
    }
    ProgressLine line;
    SourceOptions sources;
    sources.socket = arguments.socket;
    sources.insecure = arguments.insecure;
    sources.filesOnly = true;
    sources.progress = [&](std::uint64_t bytes) { line.show(fmt::format("received {}", sizeText(bytes))); };
    const std::vector<Opening> openings
        = TRY(prepare(addresses, sources, cache ? cache->folder() : std::filesystem::path()));

    std::vector<OpenedImage> images;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        auto opened = openOne(addresses[i], openings[i], options, line);
        if (!opened)
            return opened.error().message().starts_with(addresses[i]) ? opened.error()
                                                                      : opened.error().withContext(addresses[i]);
        images.push_back(std::move(*opened));
    }
    return images;
}

Result<std::vector<layers::Package>> installedPackages(layers::ImageSource& source, const layers::Stack& stack)
{
    std::map<std::uint32_t, std::map<std::string, layers::PackageKind>> byLayer;
    for (const layers::PackageFile& file : layers::packageFiles(stack, stack.layerCount())) {
        if (file.readable)
            byLayer[file.layer].emplace(file.path, file.kind);
        else
            complain(Error(ErrorCode::Unsupported,
                fmt::format("/{}: rpm databases of this format are not read", plainText(file.path))));
    }
    std::vector<layers::Package> all;
    for (const auto& [layer, files] : byLayer) {
        std::vector<std::string> paths;
        for (const auto& [path, kind] : files)
            paths.push_back(path);
        const auto add = [&](const std::string& path, std::string content) -> Result<void> {
            const auto found = layers::packages(files.at(path), content);
            if (!found)
                complain(found.error().withContext("/" + plainText(path)));
            else if (all.size() + found->size() <= layers::maxPackages)
                all.insert(all.end(), found->begin(), found->end());
            else
                return Error(
                    ErrorCode::TooLarge, fmt::format("the image has more than {} packages", layers::maxPackages));
            return {};
        };
        TRY_CONTEXT(
            fmt::format("layer {}", layer), layers::readFiles(source, layer, paths, layers::maxPackageFileBytes, add));
    }
    std::ranges::sort(all);
    all.erase(std::ranges::unique(all).begin(), all.end());
    return all;
}

} // namespace darsena::cli
