// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/stream.h"
#include "core/base/unique_fd.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace darsena::layers {

/// A run of a file's bytes, read with pread: any number of them may read one descriptor at once.
class FileRange final : public archive::ByteSource {
public:
    /// Shares the descriptor.
    FileRange(std::shared_ptr<const UniqueFd> fd, std::uint64_t offset, std::uint64_t length)
        : m_fd(std::move(fd))
        , m_at(offset)
        , m_end(offset + length)
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override;
    Result<std::uint64_t> skip(std::uint64_t count) override;

private:
    std::shared_ptr<const UniqueFd> m_fd;
    std::uint64_t m_at;
    std::uint64_t m_end;
};

/// The files that an image is made of, by name: members of an uncompressed tar or of a folder. Nothing outside is reached,
/// whatever links say. Names are clean and relative (archive::cleanMember). Any thread.
/// Errors: NotFound, Denied (a link that leads out), Corrupt, System; they name the file.
class ImageFiles {
public:
    /// Finds the members by reading headers only. Errors: Corrupt with the offset; TooLarge for more than 100 000 members.
    static Result<std::unique_ptr<ImageFiles>> ofTar(std::shared_ptr<const UniqueFd> fd, std::stop_token stop = {});
    static Result<std::unique_ptr<ImageFiles>> ofFolder(const std::filesystem::path& folder);
    virtual ~ImageFiles() = default;

    virtual bool contains(const std::string& path) const = 0;
    virtual Result<std::uint64_t> size(const std::string& path) const = 0;
    virtual Result<std::unique_ptr<archive::ByteSource>> open(const std::string& path) const = 0;
    /// The names at the top of which something lies, of a folder nothing.
    virtual std::vector<std::string> topFolders() const = 0;

    /// A whole document. Errors: TooLarge past maxBytes.
    Result<std::string> text(const std::string& path, std::size_t maxBytes) const;
};

} // namespace darsena::layers
