// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/outputs.h"

#include "core/archive/stream.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace darsena::cli {

void Outputs::add(CLI::App& command, std::string key, const std::string& names, const std::string& help)
{
    Output& output = m_outputs.emplace_back();
    output.key = std::move(key);
    output.option = command.add_option(names, output.file, help)->expected(0, 1)->type_name("[FILE]");
}

bool Outputs::wants(std::string_view key) const
{
    return std::ranges::any_of(
        m_outputs, [&](const Output& output) { return output.key == key && output.option->count() > 0; });
}

bool Outputs::any() const
{
    return std::ranges::any_of(m_outputs, [](const Output& output) { return output.option->count() > 0; });
}

bool Outputs::useStandardOutput() const
{
    return std::ranges::any_of(
        m_outputs, [](const Output& output) { return output.option->count() > 0 && output.isStandardOutput(); });
}

std::string Outputs::takeOnlyName()
{
    const auto named = [](const Output& output) { return output.option->count() > 0 && !output.isStandardOutput(); };
    if (std::ranges::count_if(m_outputs, named) != 1)
        return {};
    return std::exchange(std::ranges::find_if(m_outputs, named)->file, {});
}

Result<void> Outputs::open()
{
    for (Output& output : m_outputs) {
        if (output.option->count() == 0 || output.isStandardOutput())
            continue;
        output.fd = UniqueFd::adopt(::open(output.file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666));
        if (!output.fd)
            return Error::system(errno, output.file);
    }
    return {};
}

Result<void> Outputs::write(std::string_view key, std::string_view text)
{
    for (Output& output : m_outputs) {
        if (output.key != key || output.option->count() == 0)
            continue;
        const std::string name = output.isStandardOutput() ? "standard output" : output.file;
        // Pipes and devices have no length to cut.
        if (output.fd && ::ftruncate(output.fd.get(), 0) != 0 && errno != EINVAL)
            return Error::system(errno, name);
        archive::FdSink sink(output.fd ? output.fd.get() : STDOUT_FILENO);
        TRY_CONTEXT(name, sink.write(text));
    }
    return {};
}

} // namespace darsena::cli
