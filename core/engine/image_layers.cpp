// SPDX-License-Identifier: GPL-3.0-or-later
// What a viewer of layers reads: /darsena/v1/images/{name}/description and …/diffs/{n}/….
#include "core/engine/image_manager.h"

#include "core/os/file.h"

namespace darsena::engine {

namespace {

constexpr std::size_t pieceBytes = 256 * 1024;

Result<Digest> chainOf(const store::Image& image, std::string_view reference, std::int64_t n)
{
    if (n < 0 || n >= std::ssize(image.chains))
        return Error(ErrorCode::NotFound, fmt::format("{} has no layer {}: it has {}", reference, n, image.chains.size()));
    return image.chains[static_cast<std::size_t>(n)];
}

/// The one of its names that was asked for, else the first.
std::string nameOf(const store::Image& image, std::string_view asked)
{
    std::string name;
    const auto wanted = oci::Reference::parse(std::string(asked));
    for (const std::string& text : image.references) {
        if (wanted && wanted->text() == text)
            return wanted->familiar();
        if (const auto parsed = oci::Reference::parse(text); name.empty() && parsed)
            name = parsed->familiar();
    }
    return name;
}

Result<void> send(const store::Store::OpenFile& file, const ImageService::SizedBegin& begin)
{
    archive::ByteSink* sink = TRY(begin(file.size));
    std::vector<std::byte> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(pieceBytes, file.size)));
    for (std::uint64_t rest = file.size; rest > 0;) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(rest, buffer.size()));
        const std::size_t count = TRY(os::readSome(file.fd.get(), std::span(buffer).first(wanted)));
        if (count == 0)
            return Error(ErrorCode::Corrupt, "the file became shorter while it was read");
        TRY(sink->write(std::span<const std::byte>(buffer).first(count)));
        rest -= count;
    }
    return {};
}

/// A path that is not there, or is no file, in words for people; other errors stay.
Error aboutPath(const Error& error, std::string_view image, std::int64_t n, std::string_view path, std::string_view verb)
{
    if (error.code() == ErrorCode::NotFound)
        return Error(ErrorCode::NotFound, fmt::format("layer {} of {} {} no {}", n, image, verb, path));
    return error;
}

} // namespace

Result<model::ImageDescription> ImageManager::describe(std::string_view reference)
{
    const store::Image image = TRY(m_parts.store->find(reference));
    model::ImageDescription description;
    description.name = nameOf(image, reference);
    description.id = image.id.text();
    description.config = image.configJson;
    for (std::size_t n = 0; n < image.chains.size(); ++n) {
        const store::LayerSizes sizes = TRY(m_parts.store->layerSizes(image.chains[n]));
        model::DescribedLayer layer;
        layer.diffId = n < image.config.diffIds.size() ? image.config.diffIds[n].text() : std::string();
        layer.storedBytes = static_cast<std::int64_t>(sizes.storedBytes);
        layer.tarBytes = static_cast<std::int64_t>(sizes.tarBytes);
        layer.indexBytes = static_cast<std::int64_t>(sizes.indexBytes);
        description.layers.push_back(std::move(layer));
    }
    // What was remembered badly is no reason not to show the image.
    const store::StepOrigins origins = m_parts.store->origins(image.id).valueOr({});
    for (std::size_t entry = 0; entry < image.config.history.size(); ++entry) {
        description.origins.emplace_back();
        if (entry < origins.size() && origins[entry])
            description.origins.back() = model::StepOrigin { origins[entry]->dockerfile, origins[entry]->line, origins[entry]->endLine, origins[entry]->stage };
    }
    return description;
}

Result<void> ImageManager::layerIndex(std::string_view reference, std::int64_t n, const SizedBegin& begin)
{
    const store::Image image = TRY(m_parts.store->find(reference));
    const Digest chain = TRY(chainOf(image, reference, n));
    const store::Store::OpenFile file = TRY(m_parts.store->openIndex(chain));
    return send(file, begin);
}

Result<void> ImageManager::layerFile(std::string_view reference, std::int64_t n, std::string_view path, const SizedBegin& begin)
{
    const store::Image image = TRY(m_parts.store->find(reference));
    const Digest chain = TRY(chainOf(image, reference, n));
    const auto file = m_parts.store->openFile(chain, path);
    if (!file)
        return aboutPath(file.error(), reference, n, path, "stores");
    return send(*file, begin);
}

Result<void> ImageManager::layerArchive(
    std::string_view reference, std::int64_t n, std::string_view path, bool onlyLayer, const TarBegin& begin, std::stop_token stop)
{
    const store::Image image = TRY(m_parts.store->find(reference));
    const Digest chain = TRY(chainOf(image, reference, n));
    const auto written = m_parts.store->writeTree(chain, path, onlyLayer, begin, std::move(stop));
    return written ? written : aboutPath(written.error(), reference, n, path, onlyLayer ? "stores" : "shows");
}

} // namespace darsena::engine
