// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include <fmt/format.h>

namespace darsena::log {

enum class Level { Debug, Info, Warning, Error };

/// What is below is not written. Default: Info. Any thread.
void setLevel(Level level);
/// One line on standard error: time, level, text. Any thread. Line breaks and control characters in the text are
/// escaped, so that no input can forge a line. Never pass secrets: environment values, build args, passwords.
void write(Level level, std::string_view text);

template<typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::Debug, fmt::format(format, std::forward<Args>(args)...));
}
template<typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::Info, fmt::format(format, std::forward<Args>(args)...));
}
template<typename... Args>
void warning(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::Warning, fmt::format(format, std::forward<Args>(args)...));
}
template<typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::Error, fmt::format(format, std::forward<Args>(args)...));
}

} // namespace darsena::log
