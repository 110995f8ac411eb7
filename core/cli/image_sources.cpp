// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/image_sources.h"

#include "core/cli/chosen_source.h"
#include "core/cli/engine_image.h"
#include "core/cli/engine_source.h"
#include "core/cli/source_address.h"
#include "core/layers/source/archive_source.h"
#include "core/layers/source/index_cache.h"
#include "core/registry/curl_transport.h"
#include "core/registry/registry_source.h"

#include <fmt/format.h>

#include <unistd.h>

namespace darsena::cli {

namespace {

namespace fs = std::filesystem;

Result<fs::path> makeScratch(const SourceOptions& options)
{
    const fs::path folder = options.scratch.empty() ? scratchFolder() : options.scratch;
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return Error::system(error.value(), folder.native());
    return folder;
}

Result<PreparedSource> prepareArchive(const SourceAddress& address, const SourceOptions& options, const fs::path& scratch)
{
    std::error_code error;
    const fs::path path = fs::canonical(address.what, error);
    if (error)
        return Error::system(error.value(), address.what);
    PreparedSource prepared;
    prepared.needs.readable.push_back(path);
    prepared.open = [address, scratch, stop = options.stop] {
        return chosen(layers::openArchive(address.what, scratch, stop), address.choice);
    };
    return prepared;
}

PreparedSource prepareStream(std::shared_ptr<archive::ByteSource> stream, std::string name, const SourceOptions& options, const fs::path& scratch)
{
    PreparedSource prepared;
    prepared.open = [stream = std::move(stream), name = std::move(name), scratch, options] {
        return layers::openStream(*stream, name, scratch, options.progress, options.stop);
    };
    return prepared;
}

Result<PreparedSource> prepareEngine(const SourceAddress& address, const SourceOptions& options, const fs::path& scratch)
{
    const auto engines = TRY(findEngines(options.socket, address.kind == SourceAddress::Kind::DockerEngine));
    EngineImage image = TRY(findInEngine(engines, address.what, options.filesOnly, options.stop));
    std::string label = fmt::format("{} of {}", image.name, image.engine);
    if (!image.description)
        return prepareStream(std::move(image.archive), std::move(label), options, scratch);
    // By its id: a name may mean another image meanwhile.
    const auto fetcher = std::make_shared<LayerFetcher>(TRY(LayerFetcher::start(image.socket, image.description->id, options.stop)));
    PreparedSource prepared;
    prepared.open = [description = std::move(*image.description), asked = address.what, label = std::move(label), fetcher] {
        return EngineSource::create(description, asked, label, fetcher);
    };
    return prepared;
}

Result<PreparedSource> prepareRegistry(const SourceAddress& address, const SourceOptions& options, const fs::path& scratch)
{
    const oci::Reference reference = TRY(oci::Reference::parse(address.what));
    // Helper programs can be asked now only: later nothing can be run.
    const auto login = TRY_CONTEXT(
        "looking for a login", registry::Credentials::ofUser().find(reference.registry(), reference.repository()));
    PreparedSource prepared;
    prepared.needs.network = true;
    prepared.open = [=, insecure = options.insecure, stop = options.stop]() -> Result<std::unique_ptr<layers::ImageSource>> {
        auto source = TRY(registry::RegistrySource::create(
            std::make_unique<registry::CurlTransport>(), reference, login, {insecure}, stop));
        source->keepIn(scratch);
        return std::unique_ptr<layers::ImageSource>(std::move(source));
    };
    return prepared;
}

Result<PreparedSource> prepareKind(const SourceAddress& address, const SourceOptions& options, const fs::path& scratch)
{
    switch (address.kind) {
    case SourceAddress::Kind::Archive:
        return prepareArchive(address, options, scratch);
    case SourceAddress::Kind::StandardInput:
        return prepareStream(std::make_shared<archive::FdSource>(STDIN_FILENO), "standard input", options, scratch);
    case SourceAddress::Kind::Registry:
        return prepareRegistry(address, options, scratch);
    case SourceAddress::Kind::Engine:
    case SourceAddress::Kind::DockerEngine:
        break;
    }
    return prepareEngine(address, options, scratch);
}

} // namespace

fs::path scratchFolder()
{
    return layers::IndexCache::defaultFolder().parent_path() / "scratch";
}

Result<PreparedSource> prepareSource(const std::string& address, const SourceOptions& options)
{
    const fs::path scratch = TRY(makeScratch(options));
    const SourceAddress parsed = TRY(parseAddress(address));
    PreparedSource prepared = TRY(prepareKind(parsed, options, scratch));
    prepared.needs.writable.push_back(scratch);
    return prepared;
}

Result<std::unique_ptr<layers::ImageSource>> openSource(const std::string& address, const SourceOptions& options)
{
    const PreparedSource prepared = TRY(prepareSource(address, options));
    return prepared.open();
}

} // namespace darsena::cli
