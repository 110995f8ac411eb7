// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/run_mounts.h"

#include "core/builder/run/inside.h"
#include "core/os/file.h"
#include "core/os/mount.h"

#include <fmt/format.h>

#include <array>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::builder {

namespace {

/// The name of what a descriptor is open on. Only for trees that nobody else changes.
Result<std::filesystem::path> nameOf(int fd)
{
    std::array<char, 4097> buffer {};
    const ssize_t length = ::readlink(fmt::format("/proc/self/fd/{}", fd).c_str(), buffer.data(), buffer.size());
    if (length < 0)
        return Error::system(errno, "read the name of a descriptor");
    if (static_cast<std::size_t>(length) >= buffer.size() || buffer[0] != '/')
        return Error(ErrorCode::Internal, "a mount source has no name");
    return std::filesystem::path(std::string(buffer.data(), static_cast<std::size_t>(length)));
}

} // namespace

Result<std::unique_ptr<RunMounts>> RunMounts::prepare(const Inputs& inputs, const RunCommandStep& command, std::stop_token stop)
{
    std::unique_ptr<RunMounts> mounts(new RunMounts);
    if (command.mounts.empty() && command.script.empty())
        return mounts;
    mounts->m_scratch = TRY(Scratch::create(inputs.state.options.scratch, inputs.name));
    for (std::size_t i = 0; i < command.mounts.size(); ++i)
        TRY_CONTEXT(command.mounts[i].target, mounts->add(inputs, command.mounts[i], i, stop));
    if (!command.script.empty()) {
        const std::filesystem::path file = mounts->m_scratch->path() / "script";
        TRY(os::writeFileAtomic(file, command.script, os::Durability::None, 0755));
        mounts->m_mounts.push_back({ .target = command.args.back(), .source = file, .readOnly = true });
    }
    return mounts;
}

RunMounts::~RunMounts()
{
    for (const std::filesystem::path& file : m_secretFiles)
        ::unlink(file.c_str());
    m_attached.clear();
    m_scratch.reset();
}

Result<void> RunMounts::add(const Inputs& inputs, const StepMount& mount, std::size_t number, std::stop_token stop)
{
    switch (mount.type) {
    case dockerfile::MountType::Bind:
        return addBind(inputs, mount, number);
    case dockerfile::MountType::Secret:
        return addSecret(inputs, mount, number);
    case dockerfile::MountType::Tmpfs:
        m_mounts.push_back({ .kind = RunMount::Kind::Tmpfs, .target = mount.target, .source = {}, .readOnly = false, .tmpfsBytes = mount.size });
        return {};
    case dockerfile::MountType::Cache: {
        const auto lease = TRY(inputs.state.cacheMounts.acquire(
            mount.id, mount.sharing, mount.mode.value_or(0755), mount.uid, mount.gid, stop));
        m_mounts.push_back({ .target = mount.target, .source = *lease, .readOnly = mount.readOnly });
        m_holds.push_back(lease);
        return {};
    }
    case dockerfile::MountType::Ssh:
        break;
    }
    return Error(ErrorCode::Unsupported, "this kind of mount is not supported");
}

Result<void> RunMounts::addBind(const Inputs& inputs, const StepMount& mount, std::size_t number)
{
    const std::filesystem::path directory = m_scratch->path() / std::to_string(number);
    TRY(os::makeDirectories(directory, 0700));
    os::OverlaySpec spec;
    const bool context = mount.from.kind == SourceTree::Kind::Context;
    const Digest chain = context ? Digest() : inputs.chainOf(mount.from);
    if (context) {
        spec.lower = { TRY(nameOf(inputs.context.rootFd())) };
    } else if (chain.empty()) {
        TRY(os::makeDirectories(directory / "empty", 0755));
        spec.lower = { directory / "empty" };
    } else {
        m_holds.push_back(TRY(inputs.state.store.layer(chain)).hold);
        spec = TRY(inputs.state.store.readOnlyOverlay(chain));
    }
    if (!mount.readOnly) {
        // Writes are the step's own and go away with it (CVE-2025-4953).
        spec.upper = directory / "upper";
        spec.work = directory / "work";
        TRY(os::makeDirectories(spec.upper, 0755));
        TRY(os::makeDirectories(spec.work, 0700));
    }
    const UniqueFd mounted = TRY(os::mountOverlay(spec));
    m_attached.push_back(TRY(AttachedMount::attach(mounted.get(), directory / "root")));
    const os::Beneath root = TRY(os::Beneath::open(directory / "root"));
    const auto source = root.open(mount.source.empty() ? "." : mount.source, O_PATH);
    if (!source) {
        if (source.error().systemError() == ENOENT || source.error().systemError() == ENOTDIR)
            return Error(ErrorCode::NotFound, fmt::format("\"{}\" was not found in {}", mount.source, mount.from.name));
        return source.error();
    }
    struct stat attributes {};
    if (::fstat(source->get(), &attributes) != 0)
        return Error::system(errno, mount.source);
    if (!S_ISDIR(attributes.st_mode) && !S_ISREG(attributes.st_mode))
        return Error(ErrorCode::Invalid, fmt::format("\"{}\" in {} is neither a file nor a directory", mount.source, mount.from.name));
    m_mounts.push_back({ .target = mount.target, .source = TRY(nameOf(source->get())), .readOnly = mount.readOnly });
    return {};
}

Result<void> RunMounts::addSecret(const Inputs& inputs, const StepMount& mount, std::size_t number)
{
    const auto secret = inputs.request.secrets.find(mount.id);
    if (secret == inputs.request.secrets.end()) {
        if (mount.required)
            return Error(ErrorCode::NotFound, fmt::format("the secret \"{}\" is required and was not given", mount.id));
        return {};
    }
    if (!mount.env.empty()) {
        if (secret->second.find('\0') != std::string::npos)
            return Error(ErrorCode::Invalid, fmt::format("the secret \"{}\" cannot be a variable: it has a NUL byte", mount.id));
        m_env.push_back(mount.env + "=" + secret->second);
        if (mount.target.empty())
            return {};
    }
    const std::filesystem::path file = inputs.state.options.secrets / fmt::format("{}-{}", inputs.name, number);
    const UniqueFd made = TRY(os::openFile(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
    m_secretFiles.push_back(file);
    TRY(os::writeAll(made.get(), secret->second));
    if (::fchown(made.get(), mount.uid, mount.gid) != 0 || ::fchmod(made.get(), mount.mode.value_or(0400)) != 0)
        return Error::system(errno, "secret " + mount.id);
    m_mounts.push_back({ .target = mount.target, .source = file, .readOnly = true });
    return {};
}

} // namespace darsena::builder
