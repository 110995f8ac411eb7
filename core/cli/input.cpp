// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/input.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

constexpr std::size_t maxInputBytes = std::size_t {16} << 20;

Result<std::string> readAll(std::istream& stream, const std::string& name)
{
    std::string text;
    std::vector<char> buffer(64 * 1024);
    while (stream) {
        stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        text.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
        if (text.size() > maxInputBytes)
            return Error(ErrorCode::TooLarge, fmt::format("{} is larger than {} bytes", name, maxInputBytes));
    }
    if (stream.bad())
        return Error::system(EIO, name);
    return text;
}

Result<std::string> readFile(const std::filesystem::path& path)
{
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        return Error::system(EISDIR, path.native());
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return Error::system(errno != 0 ? errno : EIO, path.native());
    return readAll(stream, path.native());
}

} // namespace

Result<std::string> readDockerfileText(const std::string& name)
{
    if (name == "-")
        return readAll(std::cin, "standard input");
    return readFile(name);
}

Result<std::optional<dockerfile::IgnoreRules>> readIgnoreRules(const std::string& dockerfile)
{
    std::optional<dockerfile::IgnoreRules> none;
    if (dockerfile == "-")
        return none;
    const std::filesystem::path file(dockerfile);
    for (const std::filesystem::path& candidate :
        {std::filesystem::path(dockerfile + ".dockerignore"), file.parent_path() / ".dockerignore"}) {
        std::error_code error;
        if (!std::filesystem::is_regular_file(candidate, error))
            continue;
        const std::string text = TRY(readFile(candidate));
        return std::optional(TRY_CONTEXT(candidate.native(), dockerfile::IgnoreRules::parse(text)));
    }
    return none;
}

Result<dockerfile::StageOptions> StageArguments::options() const
{
    dockerfile::StageOptions options;
    options.target = target;
    if (!platform.empty())
        options.targetPlatform = platform;
    for (const std::string& argument : buildArgs) {
        const std::size_t equals = argument.find('=');
        const std::string name = argument.substr(0, equals);
        if (name.empty())
            return Error(ErrorCode::Invalid, fmt::format("--build-arg {}: a name is missing", argument));
        if (equals != std::string::npos)
            options.buildArgs[name] = argument.substr(equals + 1);
        else if (const char* value = std::getenv(name.c_str()))
            options.buildArgs[name] = value;
    }
    for (const std::string& context : buildContexts) {
        const std::string name = context.substr(0, context.find('='));
        if (name.empty() || name.size() == context.size())
            return Error(ErrorCode::Invalid, fmt::format("--build-context {}: NAME=where is expected", context));
        options.namedContexts.push_back(name);
    }
    return options;
}

void complain(const Error& error)
{
    fmt::print(stderr, "darsena: {}\n", error.message());
}

} // namespace darsena::cli
