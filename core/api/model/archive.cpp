// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/archive.h"

#include "core/api/model/fields.h"

#include <sys/stat.h>

namespace darsena::model {

template<>
struct Fields<ContainerPathStat> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("name", o.name);
        visit("size", o.size);
        visit("mode", o.mode);
        visit("mtime", o.mtime);
        visit("linkTarget", o.linkTarget);
    }
};
DARSENA_MODEL_JSON(ContainerPathStat)

std::int64_t goFileMode(std::uint32_t mode)
{
    std::int64_t go = mode & 0777;
    switch (mode & S_IFMT) {
    case S_IFDIR:
        go |= 1LL << 31;
        break;
    case S_IFLNK:
        go |= 1LL << 27;
        break;
    case S_IFBLK:
        go |= 1LL << 26;
        break;
    case S_IFCHR:
        go |= 1LL << 26 | 1LL << 21;
        break;
    case S_IFIFO:
        go |= 1LL << 25;
        break;
    case S_IFSOCK:
        go |= 1LL << 24;
        break;
    default:
        break;
    }
    if ((mode & S_ISUID) != 0)
        go |= 1LL << 23;
    if ((mode & S_ISGID) != 0)
        go |= 1LL << 22;
    if ((mode & S_ISVTX) != 0)
        go |= 1LL << 20;
    return go;
}

std::string toHeader(const ContainerPathStat& stat)
{
    // By hand: base64 is no part of what this folder links, and this is all of it.
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::string text = toText(stat);
    std::string encoded;
    for (std::size_t at = 0; at < text.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, text.size() - at);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8 | (i < count ? static_cast<unsigned char>(text[at + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            encoded += i <= count ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
    }
    return encoded;
}

} // namespace darsena::model
