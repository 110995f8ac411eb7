// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/tar_writer.h"

#include <algorithm>
#include <array>

// Formats: POSIX.1-1988 ustar and the pax interchange format of POSIX.1-2001 (pax(1)); SCHILY.xattr.* is star's, which
// every container tool reads.
namespace darsena::archive {

namespace {

constexpr std::size_t blockBytes = 512;

struct Header {
    std::array<char, blockBytes> bytes {};

    void text(std::size_t offset, std::size_t length, std::string_view value)
    {
        std::copy_n(value.begin(), std::min(length, value.size()), bytes.begin() + static_cast<std::ptrdiff_t>(offset));
    }
    /// Octal digits that fill the field but for its last byte.
    void octal(std::size_t offset, std::size_t length, std::uint64_t value)
    {
        for (std::size_t i = length - 1; i-- > 0; value >>= 3)
            bytes[offset + i] = static_cast<char>('0' + (value & 7));
    }
    void checksum()
    {
        std::fill_n(bytes.begin() + 148, 8, ' ');
        std::uint32_t sum = 0;
        for (char byte : bytes)
            sum += static_cast<unsigned char>(byte);
        octal(148, 7, sum);
        bytes[154] = '\0';
    }
    std::span<const std::byte> span() const { return std::as_bytes(std::span(bytes)); }
};

constexpr std::uint64_t octalLimit(int digits) { return 1ULL << (3 * digits); }

char typeFlag(EntryType type)
{
    switch (type) {
    case EntryType::Hardlink:
        return '1';
    case EntryType::Symlink:
        return '2';
    case EntryType::CharDevice:
        return '3';
    case EntryType::BlockDevice:
        return '4';
    case EntryType::Directory:
        return '5';
    case EntryType::Fifo:
        return '6';
    case EntryType::File:
    case EntryType::Socket:
        break;
    }
    return '0';
}

bool isAscii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// One pax record: "LENGTH KEY=VALUE\n", where LENGTH counts its own digits.
std::string record(std::string_view key, std::string_view value)
{
    const std::size_t rest = key.size() + value.size() + 3;
    std::size_t length = rest + 1;
    while (length != rest + std::to_string(length).size())
        length = rest + std::to_string(length).size();
    std::string text = std::to_string(length);
    text += ' ';
    text += key;
    text += '=';
    text += value;
    text += '\n';
    return text;
}

/// Splits a name into ustar's prefix (155) and name (100) at a '/'. Nothing when it does not fit.
std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view path)
{
    if (path.size() <= 100)
        return std::pair { std::string_view(), path };
    if (path.size() > 256)
        return std::nullopt;
    // The name must not be empty, also for directories, which end in '/'.
    const std::size_t slash = path.find('/', path.size() - 101);
    if (slash == std::string_view::npos || slash > 155 || slash + 1 >= path.size())
        return std::nullopt;
    return std::pair { path.substr(0, slash), path.substr(slash + 1) };
}

} // namespace

Result<void> TarWriter::add(const Entry& entry)
{
    if (m_rest > 0)
        return Error(ErrorCode::Invalid, fmt::format("tar: the previous member still owes {} bytes", m_rest));
    if (entry.path.empty() || entry.path.find('\0') != std::string::npos || entry.link.find('\0') != std::string::npos)
        return Error(ErrorCode::Invalid, "tar: a member needs a name without NUL");
    if (entry.type == EntryType::Socket)
        return Error(ErrorCode::Invalid, "tar: cannot hold a socket: " + entry.path);

    std::string path = entry.path;
    if (entry.type == EntryType::Directory && !path.ends_with('/'))
        path += '/';
    const std::uint64_t size = entry.type == EntryType::File ? entry.size : 0;

    std::string pax;
    auto name = split(path);
    if (!name || !isAscii(path)) {
        pax += record("path", path);
        if (!name)
            name = std::pair { std::string_view(), std::string_view(path).substr(0, 100) };
    }
    if (entry.link.size() > 100 || !isAscii(entry.link))
        pax += record("linkpath", entry.link);
    if (entry.uid >= octalLimit(7))
        pax += record("uid", std::to_string(entry.uid));
    if (entry.gid >= octalLimit(7))
        pax += record("gid", std::to_string(entry.gid));
    if (size >= octalLimit(11))
        pax += record("size", std::to_string(size));
    const bool wideTime = entry.mtime < 0 || static_cast<std::uint64_t>(entry.mtime) >= octalLimit(11);
    if (wideTime)
        pax += record("mtime", std::to_string(entry.mtime));
    for (const Xattr& xattr : entry.xattrs)
        pax += record("SCHILY.xattr." + xattr.name, xattr.value);

    if (!pax.empty()) {
        Header extended;
        // The name of the pax header itself; readers that know pax never show it.
        extended.text(0, 99, "PaxHeaders/" + path.substr(path.size() > 80 ? path.size() - 80 : 0));
        extended.octal(100, 8, 0644);
        extended.octal(108, 8, 0);
        extended.octal(116, 8, 0);
        extended.octal(124, 12, pax.size());
        extended.octal(136, 12, 0);
        extended.bytes[156] = 'x';
        extended.text(257, 8, std::string_view("ustar\00000", 8));
        extended.octal(329, 8, 0);
        extended.octal(337, 8, 0);
        extended.checksum();
        TRY(m_sink.write(extended.span()));
        pax.resize((pax.size() + blockBytes - 1) / blockBytes * blockBytes, '\0');
        TRY(m_sink.write(pax));
    }

    Header header;
    header.text(0, 100, name->second);
    header.octal(100, 8, entry.mode & 07777U);
    header.octal(108, 8, entry.uid < octalLimit(7) ? entry.uid : 0);
    header.octal(116, 8, entry.gid < octalLimit(7) ? entry.gid : 0);
    header.octal(124, 12, size < octalLimit(11) ? size : 0);
    header.octal(136, 12, wideTime ? 0 : static_cast<std::uint64_t>(entry.mtime));
    header.bytes[156] = typeFlag(entry.type);
    header.text(157, 100, entry.link);
    header.text(257, 8, std::string_view("ustar\00000", 8));
    header.octal(329, 8, entry.deviceMajor);
    header.octal(337, 8, entry.deviceMinor);
    header.text(345, 155, name->first);
    header.checksum();
    TRY(m_sink.write(header.span()));

    m_rest = size;
    m_padding = static_cast<std::uint32_t>((blockBytes - size % blockBytes) % blockBytes);
    return {};
}

Result<void> TarWriter::pad()
{
    static constexpr std::array<std::byte, blockBytes> zeros {};
    const std::uint32_t padding = std::exchange(m_padding, 0);
    return padding == 0 ? Result<void>() : m_sink.write(std::span(zeros).first(padding));
}

Result<void> TarWriter::write(std::span<const std::byte> bytes)
{
    if (bytes.size() > m_rest)
        return Error(ErrorCode::Invalid, "tar: more content than the member's size");
    TRY(m_sink.write(bytes));
    m_rest -= bytes.size();
    return m_rest == 0 ? pad() : Result<void>();
}

Result<void> TarWriter::addFile(const Entry& entry, std::string_view content)
{
    Entry sized = entry;
    sized.size = content.size();
    TRY(add(sized));
    return content.empty() ? Result<void>() : write(std::as_bytes(std::span(content)));
}

Result<void> TarWriter::finish()
{
    if (m_rest > 0)
        return Error(ErrorCode::Invalid, fmt::format("tar: the last member still owes {} bytes", m_rest));
    static constexpr std::array<std::byte, 2 * blockBytes> zeros {};
    return m_sink.write(zeros);
}

} // namespace darsena::archive
