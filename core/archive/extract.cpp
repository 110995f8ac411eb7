// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/extract.h"

#include "core/archive/tree_writer.h"
#include "core/base/scope_guard.h"

#include <cerrno>
#include <cstdio>
#include <random>

#include <unistd.h>

namespace darsena::archive {

namespace {

/// Members go beneath a folder. The first one may have been read already.
Result<Extracted> extractTree(TarReader& reader, std::optional<Entry> entry, const std::filesystem::path& folder, const ExtractOptions& options)
{
    TreeWriter writer = TRY(TreeWriter::open(folder, options));
    ScopeGuard undo([&] { writer.undo(); });
    while (entry) {
        TRY(writer.add(reader, *entry));
        entry = TRY(reader.next());
    }
    TRY(reader.drain());
    TRY(writer.finish());
    undo.dismiss();
    return writer.take();
}

/// A single file or link becomes `destination`: made beside it, then put in its place.
Result<Extracted> extractOne(TarReader& reader, const Entry& entry, const std::filesystem::path& destination, const ExtractOptions& options)
{
    if (entry.type != EntryType::File && entry.type != EntryType::Symlink)
        return Error(ErrorCode::Unsupported, fmt::format("\"{}\" is neither a file nor a link", entry.path));
    TreeWriter writer = TRY(TreeWriter::open(destination.has_parent_path() ? destination.parent_path() : std::filesystem::path("."), options));
    ScopeGuard undo([&] { writer.undo(); });
    const std::string temporary = fmt::format(".darsena-{:08x}", std::random_device()());
    if (entry.type == EntryType::File)
        TRY_CONTEXT(destination.native(), writer.writeFile(reader, entry, writer.folderFd(), temporary));
    else
        TRY_CONTEXT(destination.native(), writer.writeLink(entry.link, entry.mtime, writer.folderFd(), temporary));
    if (const auto second = TRY(reader.next()))
        return Error(ErrorCode::Invalid, fmt::format("the archive has more than \"{}\"", entry.path));
    TRY(reader.drain());
    if (::renameat(writer.folderFd(), temporary.c_str(), writer.folderFd(), destination.filename().c_str()) != 0)
        return Error::system(errno, destination.native());
    undo.dismiss();
    Extracted done = writer.take();
    done.entries = 1;
    return done;
}

} // namespace

Result<Extracted> extractTar(ByteSource& tar, const std::filesystem::path& destination, ExtractInto into, const ExtractOptions& options)
{
    const auto reader = TRY(TarReader::open(tar, options.limits));
    std::optional<Entry> first = TRY(reader->next());
    const bool single = into == ExtractInto::FileOrFolder && first && first->type != EntryType::Directory;
    return single ? extractOne(*reader, *first, destination, options) : extractTree(*reader, std::move(first), destination, options);
}

} // namespace darsena::archive
