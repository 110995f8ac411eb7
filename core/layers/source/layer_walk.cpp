// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/layer_walk.h"

#include "core/archive/decompress.h"
#include "core/layers/member.h"
#include "core/layers/source/layer_paths.h"
#include "core/layers/source/layer_scan.h"

#include <limits>

namespace darsena::layers {

namespace {

class StoppableSource final : public archive::ByteSource {
public:
    StoppableSource(archive::ByteSource& source, std::stop_token stop)
        : m_source(source)
        , m_stop(std::move(stop))
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        if (m_stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        return m_source.read(buffer);
    }
    Result<std::uint64_t> skip(std::uint64_t count) override { return m_source.skip(count); }

private:
    archive::ByteSource& m_source;
    std::stop_token m_stop;
};

Result<void> visitMembers(archive::TarReader& reader, const std::function<Result<void>(const WalkedMember&)>& visit)
{
    LayerPaths paths;
    for (;;) {
        const auto next = reader.next();
        if (!next) {
            if (reader.canGoOn())
                continue;
            return next.error();
        }
        if (!*next)
            return {};
        const archive::Entry& entry = **next;
        const auto name = paths.place(entry.path);
        if (!name || name->kind != archive::NameKind::Plain || isStargzMember(name->path))
            continue;
        std::string target;
        if (entry.type == archive::EntryType::Hardlink) {
            auto placed = paths.target(entry.link);
            if (!placed || placed->empty() || *placed == name->path)
                continue;
            target = std::move(*placed);
        }
        TRY(visit({ entry, name->path, target, reader }));
        paths.made(name->path, describe(entry).type, entry.link);
    }
}

} // namespace

Result<void> walkLayer(ImageSource& source, std::size_t layer, const std::function<Result<void>(const WalkedMember&)>& visit, std::stop_token stop)
{
    const auto stored = TRY(source.layer(layer));
    StoppableSource stoppable(*stored, std::move(stop));
    auto plain = TRY(archive::Decompressor::create(stoppable));
    archive::TarLimits limits;
    limits.entries = std::numeric_limits<std::uint64_t>::max();
    limits.bytes = std::numeric_limits<std::uint64_t>::max();
    limits.pathLength = limits.linkLength = 2 << 20;
    auto reader = TRY(archive::TarReader::open(*plain, limits));
    auto walked = visitMembers(*reader, visit);
    if (walked || walked.error().code() == ErrorCode::Cancelled)
        return walked;
    const std::string label = source.label();
    return walked.error().withContext(fmt::format("{}{}layer {}: byte {} of the uncompressed layer", label, label.empty() ? "" : ": ", layer, reader->headerOffset()));
}

} // namespace darsena::layers
