// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/tar_writer.h"
#include "core/archive/whiteout.h"
#include "core/layers/member.h"
#include "core/layers/replay.h"
#include "core/layers/source/layer_content.h"
#include "core/layers/source/layer_walk.h"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

namespace darsena::layers {

namespace {

class CountingSink final : public archive::ByteSink {
public:
    CountingSink(archive::ByteSink& next, const std::function<void(std::uint64_t)>& progress)
        : m_next(next)
        , m_progress(progress)
    {
    }
    Result<void> write(std::span<const std::byte> bytes) override
    {
        TRY(m_next.write(bytes));
        m_count += bytes.size();
        if (m_progress)
            m_progress(m_count);
        return {};
    }

private:
    archive::ByteSink& m_next;
    const std::function<void(std::uint64_t)>& m_progress;
    std::uint64_t m_count = 0;
};

/// The content of the member that the writer has begun.
class ContentSink final : public archive::ByteSink {
public:
    explicit ContentSink(archive::TarWriter& writer)
        : m_writer(writer)
    {
    }
    Result<void> write(std::span<const std::byte> bytes) override { return m_writer.write(bytes); }

private:
    archive::TarWriter& m_writer;
};

class Extraction {
public:
    Extraction(ImageSource& source, const Stack& stack, std::size_t last, std::string_view path, bool onlyLayer, archive::ByteSink& sink, std::stop_token stop)
        : m_source(source)
        , m_stack(stack)
        , m_last(last)
        , m_top(path)
        , m_onlyLayer(onlyLayer)
        , m_writer(sink)
        , m_stop(std::move(stop))
    {
    }

    Result<void> run()
    {
        const Stack::NodeId top = m_stack.find(m_top);
        if (top == Stack::none)
            return nothing();
        TRY(collect(top));
        if (m_count == 0)
            return nothing();
        for (const auto& [layer, members] : m_wanted)
            TRY(copyFiles(layer, members));
        return m_writer.finish();
    }

private:
    /// A thing whose bytes, or xattrs, only the layer has.
    struct Piece {
        const IndexEntry* entry;
        std::vector<std::string> names; ///< in the tar; the further ones are hard links to the first
    };
    using Members = std::unordered_map<std::string_view, Piece>; ///< by path in the layer

    Error nothing() const { return Error(ErrorCode::NotFound, fmt::format("there is nothing at /{}", m_top)); }

    std::string nameInTar(std::string_view path) const
    {
        const std::size_t slash = m_top.rfind('/');
        const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
        return name.empty() ? "." : std::string(name);
    }

    /// Writes what the indexes know all of; notes what the layers must be asked for.
    Result<void> collect(Stack::NodeId top)
    {
        struct Open {
            Stack::NodeId end;
            std::int32_t barrier;
        };
        std::int32_t above = -1;
        for (Stack::NodeId parent = m_stack.node(top).parent; parent != Stack::none; parent = m_stack.node(parent).parent)
            above = barrier(m_stack, parent, m_last, above);
        std::vector<Open> open { { std::numeric_limits<Stack::NodeId>::max(), above } };
        for (Stack::NodeId id = top; id < m_stack.node(top).end; ++id) {
            while (id >= open.back().end)
                open.pop_back();
            const std::uint32_t seen = visibleVersion(m_stack, id, m_last, open.back().barrier);
            if (seen != Stack::none && (!m_onlyLayer || storesIt(id)))
                TRY(take(m_stack.node(id).path, seen));
            open.push_back({ m_stack.node(id).end, barrier(m_stack, id, m_last, open.back().barrier) });
        }
        return {};
    }

    bool storesIt(Stack::NodeId id) const
    {
        return std::ranges::any_of(m_stack.versions(id), [this](const Stack::Version& version) { return version.layer == m_last; });
    }

    Result<void> take(std::string_view path, std::uint32_t version)
    {
        ++m_count;
        const IndexEntry& entry = m_stack.entry(version);
        if (entry.type == EntryType::File) {
            // Of two names of one file only one has the bytes.
            const std::uint32_t holder = entry.hardLink ? m_stack.linkedFile(version) : version;
            if (holder == Stack::none)
                return Error(ErrorCode::Corrupt, fmt::format("/{} is a hard link to /{}, which is not there", path, entry.link));
            want(holder, path);
            return {};
        }
        archive::Entry member;
        member.path = nameInTar(path);
        member.mode = entry.mode;
        member.uid = entry.uid;
        member.gid = entry.gid;
        member.mtime = entry.mtime;
        switch (entry.type) {
        case EntryType::Directory:
            member.type = archive::EntryType::Directory;
            break;
        case EntryType::Symlink:
            member.type = archive::EntryType::Symlink;
            member.link = entry.link;
            break;
        case EntryType::CharDevice:
        case EntryType::BlockDevice:
            member.type = entry.type == EntryType::CharDevice ? archive::EntryType::CharDevice : archive::EntryType::BlockDevice;
            member.deviceMajor = entry.deviceMajor;
            member.deviceMinor = entry.deviceMinor;
            break;
        case EntryType::Fifo:
            member.type = archive::EntryType::Fifo;
            break;
        case EntryType::File:
        case EntryType::Socket:
        case EntryType::Whiteout:
            return {};
        }
        TRY(m_writer.add(member));
        // The index has but a hash of the xattrs: the directory comes once more, with them.
        if (entry.type == EntryType::Directory && entry.xattrs != 0)
            want(version, path);
        return {};
    }

    void want(std::uint32_t version, std::string_view path)
    {
        const Stack::Version& place = m_stack.allVersions()[version];
        const IndexEntry& entry = m_stack.entry(version);
        Piece& piece = m_wanted[place.layer][entry.path];
        piece.entry = &entry;
        piece.names.push_back(nameInTar(path));
    }

    Result<void> copyFiles(std::size_t layer, const Members& members)
    {
        std::size_t copied = 0;
        const auto visit = [&](const WalkedMember& member) -> Result<void> {
            const auto found = members.find(member.path);
            if (found == members.end())
                return {};
            const Piece& piece = found->second;
            const bool directory = piece.entry->type == EntryType::Directory;
            if (member.entry.type != (directory ? archive::EntryType::Directory : archive::EntryType::File) || member.entry.size != piece.entry->size)
                return {}; // replaced later in the layer
            ++copied;
            return copyOne(member, piece);
        };
        TRY(walkLayer(m_source, layer, visit, m_stop));
        if (copied < members.size())
            return Error(ErrorCode::Corrupt, fmt::format("layer {} lacks files that its index names", layer));
        return {};
    }

    Result<void> copyOne(const WalkedMember& member, const Piece& piece)
    {
        archive::Entry entry = member.entry;
        entry.path = piece.names.front();
        entry.link.clear();
        entry.xattrs = layerXattrs(entry.xattrs);
        TRY(m_writer.add(entry));
        if (entry.type == archive::EntryType::File) {
            ContentSink content(m_writer);
            TRY(member.reader.copyContent(content));
        }
        for (std::size_t i = 1; i < piece.names.size(); ++i) {
            archive::Entry link = entry;
            link.path = piece.names[i];
            link.type = archive::EntryType::Hardlink;
            link.link = entry.path;
            link.size = 0;
            link.xattrs.clear();
            TRY(m_writer.add(link));
        }
        return {};
    }

    ImageSource& m_source;
    const Stack& m_stack;
    std::size_t m_last;
    std::string_view m_top;
    bool m_onlyLayer;
    archive::TarWriter m_writer;
    std::stop_token m_stop;
    std::map<std::size_t, Members> m_wanted; ///< by layer
    std::uint64_t m_count = 0;
};

} // namespace

Result<void> extract(ImageSource& source, const Stack& stack, std::size_t layerCount, std::string_view path, bool onlyLayer,
    archive::ByteSink& tar, const std::function<void(std::uint64_t)>& progress, std::stop_token stop)
{
    if (layerCount == 0 || layerCount > stack.layerCount())
        return Error(ErrorCode::NotFound, fmt::format("the image has {} layers, not {}", stack.layerCount(), layerCount));
    CountingSink counted(tar, progress);
    return Extraction(source, stack, layerCount - 1, path, onlyLayer, counted, std::move(stop)).run();
}

} // namespace darsena::layers
