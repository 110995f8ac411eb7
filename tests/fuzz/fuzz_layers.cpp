// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a layer, as an archive of images and as an index file. The first byte chooses; with its highest bit set the
// checksums of tar headers are put right first, so that what lies behind them is reached. A crash, a hang or a broken
// promise of a header is a finding.
#include "core/archive/whiteout.h"
#include "core/layers/source/archive_source.h"
#include "core/layers/source/image_reader.h"
#include "core/layers/source/layer_content.h"
#include "core/layers/source/layer_scan.h"
#include "core/layers/stack.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

using namespace darsena;
using namespace darsena::layers;

namespace {

constexpr std::size_t blockBytes = 512;

void require(bool condition, const char* promise)
{
    if (condition)
        return;
    std::fprintf(stderr, "broken promise: %s\n", promise);
    std::abort();
}

/// Layers inside archives lie at whole blocks, too, so one pass mends both.
void mendChecksums(std::string& bytes)
{
    for (std::size_t at = 0; at + blockBytes <= bytes.size(); at += blockBytes) {
        if (bytes.compare(at + 257, 5, "ustar") != 0)
            continue;
        unsigned sum = 8 * ' ';
        for (std::size_t i = 0; i < blockBytes; ++i)
            sum += i >= 148 && i < 156 ? 0U : static_cast<unsigned char>(bytes[at + i]);
        bytes.replace(at + 148, 8, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
    }
}

void checkIndex(const Index& index)
{
    const IndexEntry* previous = nullptr;
    for (const IndexEntry& entry : index.entries()) {
        require(!previous || archive::pathBefore(previous->path, entry.path), "entries come in order");
        require(index.find(entry.path) == &entry, "what is in an index is found");
        previous = &entry;
    }
}

void fuzzLayer(std::string_view bytes)
{
    archive::MemorySource source(bytes);
    ScanOptions options;
    options.maxEntries = 10'000;
    options.maxBytes = 64 << 20;
    options.keepIndexBytes = true;
    const auto scanned = scanLayer(source, options);
    if (!scanned)
        return;
    checkIndex(*scanned->index);
    const auto parsed = Index::parse(scanned->indexBytes);
    require(parsed.ok(), "what was written can be read");
    require(parsed->entries().size() == scanned->index->entries().size() && parsed->sums().bytes == scanned->index->sums().bytes, "and is the same");
    const auto stack = Stack::build({ scanned->index, scanned->index });
    require(stack.ok(), "two layers can be stacked");
}

void fuzzArchive(std::string_view bytes)
{
    archive::MemorySource stream(bytes);
    auto source = openStream(stream, "fuzz", "/dev/shm");
    if (!source)
        return;
    ReadOptions options;
    options.threads = 1;
    options.maxEntries = 10'000;
    options.maxBytes = 64 << 20;
    ReadEvents events;
    std::vector<std::shared_ptr<const Index>> indexes;
    events.image = [&](const SourceImage& image) { indexes.resize(image.layers.size()); };
    events.layer = [&](std::size_t layer, std::shared_ptr<const Index> index, const LayerFacts&) { indexes.at(layer) = std::move(index); };
    static_cast<void>(readImage(**source, options, events));
    if (indexes.empty())
        return;
    for (const auto& index : indexes) {
        if (index)
            checkIndex(*index);
    }
    static_cast<void>(readFile(**source, 0, "etc/passwd", 4096));
    const auto stack = Stack::build(indexes);
    require(stack.ok(), "what was read can be stacked");
    archive::HashingSink nowhere(nullptr);
    static_cast<void>(extract(**source, *stack, indexes.size(), "", false, nowhere));
    static_cast<void>(extract(**source, *stack, indexes.size(), "etc", true, nowhere));
}

void fuzzIndex(std::string_view bytes)
{
    std::string file = "DARSIDX1" + std::string(bytes);
    file += Digest::ofText(file).hex();
    if (const auto index = Index::parse(file))
        checkIndex(*index);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    if (data[0] & 0x80)
        mendChecksums(bytes);
    switch (data[0] & 0x7f) {
    case 0:
        fuzzLayer(bytes);
        break;
    case 1:
        fuzzArchive(bytes);
        break;
    case 2:
        fuzzIndex(bytes);
        break;
    default:
        return -1; // not worth keeping
    }
    return 0;
}
