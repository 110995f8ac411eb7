// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/archive_source.h"

#include "core/archive/decompress.h"

#include <array>
#include <cstring>

#include <unistd.h>

namespace darsena::builder {

namespace {

constexpr std::size_t blockSize = 512;

/// The checksum of a tar header: the sum of its bytes with the checksum field read as blanks. It tells a tar of any
/// kind, "ustar" only the later ones.
bool isTarHeader(std::span<const std::byte> block)
{
    if (block.size() < blockSize)
        return false;
    unsigned sum = 0;
    for (std::size_t i = 0; i < blockSize; ++i)
        sum += i >= 148 && i < 156 ? static_cast<unsigned>(' ') : std::to_integer<unsigned>(block[i]);
    unsigned stored = 0;
    bool any = false;
    for (std::size_t i = 148; i < 156; ++i) {
        const char c = static_cast<char>(block[i]);
        if (c >= '0' && c <= '7') {
            stored = stored * 8 + static_cast<unsigned>(c - '0');
            any = true;
        } else if (any) {
            break;
        } else if (c != ' ') {
            return false;
        }
    }
    return any && stored == sum;
}

} // namespace

Result<bool> isArchive(int fd)
{
    std::array<std::byte, blockSize> start {};
    const ssize_t count = ::pread(fd, start.data(), start.size(), 0);
    if (count < 0)
        return Error::system(errno, "read");
    const std::span<const std::byte> bytes = std::span(start).first(static_cast<std::size_t>(count));
    const auto begins = [&](std::string_view magic) {
        return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
    };
    if (begins("BZh") || begins(std::string_view("\xfd"
                                                 "7zXZ\0",
            6)))
        return Error(ErrorCode::Unsupported,
            "archives compressed with bzip2 or xz are not taken apart; compress with gzip or zstd, or copy it as it is with COPY or --unpack=false");
    if (archive::detectCompression(bytes) == archive::Compression::None)
        return isTarHeader(bytes);

    archive::FdSource file(fd);
    auto decompressor = archive::Decompressor::create(file);
    bool found = false;
    if (decompressor) {
        std::array<std::byte, blockSize> block {};
        std::size_t filled = 0;
        while (filled < block.size()) {
            const auto more = (*decompressor)->read(std::span(block).subspan(filled));
            if (!more || *more == 0)
                break; // damaged or short: then it is a file like others
            filled += *more;
        }
        found = isTarHeader(std::span(block).first(filled));
    }
    if (::lseek(fd, 0, SEEK_SET) < 0)
        return Error::system(errno, "seek");
    return found;
}

} // namespace darsena::builder
