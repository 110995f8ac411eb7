// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/source_trees.h"

#include "core/base/log.h"
#include "core/os/file.h"
#include "core/os/mount.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace darsena::builder {

Result<MountedChain> MountedChain::open(store::Store& store, const Digest& chain, const std::filesystem::path& emptyDirectory)
{
    if (chain.empty()) {
        // What is copied from it has this mode: that of every root.
        TRY(os::makeDirectories(emptyDirectory, 0755));
        return MountedChain(TRY(os::Beneath::open(emptyDirectory)), nullptr);
    }
    const store::Layer top = TRY(store.layer(chain));
    const os::OverlaySpec spec = TRY(store.readOnlyOverlay(chain));
    UniqueFd mounted = TRY(os::mountOverlay(spec));
    return MountedChain(TRY(os::Beneath::adopt(std::move(mounted))), top.hold);
}

Result<std::unique_ptr<Scratch>> Scratch::create(const std::filesystem::path& parent, const std::string& name)
{
    std::filesystem::path path = parent / name;
    TRY(os::makeDirectories(path, 0700));
    return std::unique_ptr<Scratch>(new Scratch(std::move(path)));
}

Scratch::~Scratch()
{
    if (const auto removed = os::removeTree(m_path); !removed)
        log::warning("{}: {}", m_path.native(), removed.error().message());
}

Result<AttachedMount> AttachedMount::attach(int mountFd, const std::filesystem::path& directory)
{
    TRY(os::makeDirectories(directory, 0700));
    const UniqueFd target = TRY(os::openFile(directory, O_PATH | O_DIRECTORY | O_NOFOLLOW));
    TRY(os::attachMount(mountFd, target.get()));
    return AttachedMount(directory);
}

AttachedMount::~AttachedMount()
{
    if (m_path.empty())
        return;
    if (const auto detached = os::detachMount(m_path); !detached)
        log::warning("{}: {}", m_path.native(), detached.error().message());
}

} // namespace darsena::builder
