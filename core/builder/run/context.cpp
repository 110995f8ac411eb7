// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/context.h"

#include "core/os/file.h"

#include <fmt/format.h>

#include <fcntl.h>

namespace darsena::builder {

namespace {

constexpr std::size_t maxIgnoreBytes = 1 << 20;

/// Names in the context are clean and stay inside it: "-f ../Dockerfile" is a mistake that people should hear of.
Result<void> checkInside(std::string_view name)
{
    int depth = 0;
    for (const std::string_view component : TRY(os::pathComponents(name))) {
        depth += component == ".." ? -1 : 1;
        if (depth < 0 || name.starts_with('/'))
            return Error(ErrorCode::Invalid, fmt::format("the Dockerfile \"{}\" is outside of the build context", name));
    }
    return {};
}

} // namespace

Result<BuildContext> openContext(const BuildRequest& request, const std::filesystem::path& empty)
{
    UniqueFd directory;
    if (request.context) {
        directory = UniqueFd::adopt(::fcntl(request.context.get(), F_DUPFD_CLOEXEC, 0));
        if (!directory)
            return Error::system(errno, "build context");
    } else {
        TRY(os::makeDirectories(empty, 0700));
        directory = TRY(os::openFile(empty, O_PATH | O_DIRECTORY));
    }
    BuildContext context { .root = TRY(os::Beneath::adopt(std::move(directory))), .ignore = {}, .ignoreName = {} };
    TRY(checkInside(request.dockerfileName));
    for (const std::string& name : { request.dockerfileName + ".dockerignore", std::string(".dockerignore") }) {
        const auto text = context.root.readFile(name, maxIgnoreBytes);
        if (!text && (text.error().systemError() == ENOENT || text.error().systemError() == ENOTDIR))
            continue;
        if (!text)
            return text.error().withContext(name);
        context.ignore = TRY_CONTEXT(name, dockerfile::IgnoreRules::parse(*text));
        context.ignoreName = name;
        break;
    }
    return context;
}

Result<std::string> dockerfileText(const BuildRequest& request, const BuildContext& context)
{
    if (request.dockerfile)
        return *request.dockerfile;
    const auto text = context.root.readFile(request.dockerfileName, maxDockerfileBytes);
    if (text)
        return *text;
    if (text.error().systemError() == ENOENT || text.error().systemError() == ENOTDIR)
        return Error(ErrorCode::NotFound, fmt::format("there is no file \"{}\" in the build context", request.dockerfileName));
    return text.error();
}

Result<BaseImage> StoreImages::find(const std::string& reference)
{
    store::Image image = TRY(m_store.find(reference));
    if (!image.chains.empty())
        m_holds.push_back(TRY(m_store.layer(image.chain())).hold);
    return BaseImage { reference, image.id, image.chain(), std::move(image.config), static_cast<std::int64_t>(image.bytes) };
}

} // namespace darsena::builder
