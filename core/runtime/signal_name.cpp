// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/signal_name.h"

#include <array>
#include <charconv>
#include <csignal>
#include <string_view>

namespace darsena::runtime {

Result<int> signalNumber(const std::string& text)
{
    static constexpr std::array<std::pair<std::string_view, int>, 31> names { { { "HUP", SIGHUP }, { "INT", SIGINT },
        { "QUIT", SIGQUIT }, { "ILL", SIGILL }, { "TRAP", SIGTRAP }, { "ABRT", SIGABRT }, { "BUS", SIGBUS }, { "FPE", SIGFPE },
        { "KILL", SIGKILL }, { "USR1", SIGUSR1 }, { "SEGV", SIGSEGV }, { "USR2", SIGUSR2 }, { "PIPE", SIGPIPE },
        { "ALRM", SIGALRM }, { "TERM", SIGTERM }, { "STKFLT", SIGSTKFLT }, { "CHLD", SIGCHLD }, { "CONT", SIGCONT },
        { "STOP", SIGSTOP }, { "TSTP", SIGTSTP }, { "TTIN", SIGTTIN }, { "TTOU", SIGTTOU }, { "URG", SIGURG },
        { "XCPU", SIGXCPU }, { "XFSZ", SIGXFSZ }, { "VTALRM", SIGVTALRM }, { "PROF", SIGPROF }, { "WINCH", SIGWINCH },
        { "IO", SIGIO }, { "PWR", SIGPWR }, { "SYS", SIGSYS } } };
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size() && number > 0 && number <= SIGRTMAX)
        return number;
    std::string name;
    for (const char c : text)
        name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (name.starts_with("SIG"))
        name.erase(0, 3);
    for (const auto& [known, value] : names) {
        if (known == name)
            return value;
    }
    if (name.starts_with("RTMIN+") && std::from_chars(name.data() + 6, name.data() + name.size(), number).ec == std::errc()
        && number >= 0 && SIGRTMIN + number <= SIGRTMAX)
        return SIGRTMIN + number;
    return Error(ErrorCode::Invalid, "unknown signal \"" + text + "\"");
}

} // namespace darsena::runtime
