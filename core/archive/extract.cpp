// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/extract.h"

#include "core/archive/tree_writer.h"

#include <optional>

namespace darsena::archive {

namespace {

constexpr const char* anyName = "one";

Result<TreeWriter> openBeside(const std::filesystem::path& destination, const ExtractOptions& options)
{
    return TreeWriter::open(destination.has_parent_path() ? destination.parent_path() : std::filesystem::path("."), options);
}

/// Members go beneath a folder. The first one may have been read already.
Result<Extracted> extractTree(TarReader& reader, std::optional<Entry> entry, const std::filesystem::path& folder, const ExtractOptions& options)
{
    TreeWriter writer = TRY(TreeWriter::open(folder, options));
    while (entry) {
        TRY(writer.add(reader, *entry));
        entry = TRY(reader.next());
    }
    TRY(reader.drain());
    TRY(writer.finish());
    return writer.take();
}

/// A single file or link becomes `destination`: made beside it, then put in its place.
Result<Extracted> extractOne(TarReader& reader, const Entry& entry, const std::filesystem::path& destination, const ExtractOptions& options)
{
    if (entry.type != EntryType::File && entry.type != EntryType::Symlink)
        return Error(ErrorCode::Unsupported, fmt::format("\"{}\" is neither a file nor a link", entry.path));
    TreeWriter writer = TRY(openBeside(destination, options));
    TRY_CONTEXT(destination.native(), writer.make(reader, entry, anyName));
    if (const auto second = TRY(reader.next()))
        return Error(ErrorCode::Invalid, fmt::format("the archive has more than \"{}\"", entry.path));
    TRY(reader.drain());
    TRY(writer.put(anyName, destination.filename()));
    return writer.take();
}

} // namespace

Result<Extracted> extractTar(ByteSource& tar, const std::filesystem::path& destination, ExtractInto into, const ExtractOptions& options)
{
    const auto reader = TRY(TarReader::open(tar, options.limits));
    std::optional<Entry> first = TRY(reader->next());
    const bool single = into == ExtractInto::FileOrFolder && first && first->type != EntryType::Directory;
    return single ? extractOne(*reader, *first, destination, options) : extractTree(*reader, std::move(first), destination, options);
}

Result<Extracted> saveStream(ByteSource& stream, const std::filesystem::path& destination, const ExtractOptions& options)
{
    TreeWriter writer = TRY(openBeside(destination, options));
    TRY_CONTEXT(destination.native(), writer.makeOf(stream, anyName));
    TRY(writer.put(anyName, destination.filename()));
    return writer.take();
}

} // namespace darsena::archive
