// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/archive.h"

#include "core/api/model/fields.h"
#include "core/base/base64.h"

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
    return encodeBase64(toText(stat));
}

} // namespace darsena::model
