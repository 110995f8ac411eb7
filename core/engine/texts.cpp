// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/texts.h"

#include <cctype>
#include <charconv>
#include <cmath>

#include <csignal>

namespace darsena::engine {

model::Time now()
{
    return model::Time(std::chrono::system_clock::now().time_since_epoch());
}

std::string humanDuration(std::chrono::nanoseconds duration)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    if (seconds < 1)
        return "Less than a second";
    if (seconds == 1)
        return "1 second";
    if (seconds < 60)
        return fmt::format("{} seconds", seconds);
    const auto minutes = seconds / 60;
    if (minutes == 1)
        return "About a minute";
    if (minutes < 60)
        return fmt::format("{} minutes", minutes);
    const auto hours = (seconds + 1800) / 3600;
    if (hours == 1)
        return "About an hour";
    if (hours < 48)
        return fmt::format("{} hours", hours);
    if (hours < 24 * 14)
        return fmt::format("{} days", hours / 24);
    if (hours < 24 * 60)
        return fmt::format("{} weeks", hours / 24 / 7);
    if (hours < 24 * 365 * 2)
        return fmt::format("{} months", hours / 24 / 30);
    return fmt::format("{} years", hours / 24 / 365);
}

Result<int> parseSignal(std::string_view text)
{
    static constexpr std::array<std::pair<std::string_view, int>, 33> kSignals{{{"HUP", SIGHUP}, {"INT", SIGINT}, {"QUIT", SIGQUIT},
        {"ILL", SIGILL}, {"TRAP", SIGTRAP}, {"ABRT", SIGABRT}, {"IOT", SIGABRT}, {"BUS", SIGBUS}, {"FPE", SIGFPE}, {"KILL", SIGKILL},
        {"USR1", SIGUSR1}, {"SEGV", SIGSEGV}, {"USR2", SIGUSR2}, {"PIPE", SIGPIPE}, {"ALRM", SIGALRM}, {"TERM", SIGTERM},
        {"STKFLT", SIGSTKFLT}, {"CHLD", SIGCHLD}, {"CLD", SIGCHLD}, {"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"TSTP", SIGTSTP},
        {"TTIN", SIGTTIN}, {"TTOU", SIGTTOU}, {"URG", SIGURG}, {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ}, {"VTALRM", SIGVTALRM},
        {"PROF", SIGPROF}, {"WINCH", SIGWINCH}, {"IO", SIGIO}, {"PWR", SIGPWR}, {"SYS", SIGSYS}}};
    constexpr int kFirstRealtime = 34; // as C libraries number them; the kernel's own first is 32
    constexpr int kLast = 64;
    const auto invalid = [&] { return Error(ErrorCode::Invalid, fmt::format("invalid signal: {}", text)); };
    int number = 0;
    const auto isNumber = [&](std::string_view digits, int& value) {
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return error == std::errc() && end == digits.data() + digits.size();
    };
    if (isNumber(text, number))
        return number >= 1 && number <= kLast ? Result<int>(number) : invalid();
    std::string name(text);
    for (char& letter : name)
        letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    std::string_view rest = name;
    if (rest.starts_with("SIG"))
        rest.remove_prefix(3);
    for (const auto& [known, value] : kSignals) {
        if (rest == known)
            return value;
    }
    int offset = 0;
    if (rest == "RTMIN")
        return kFirstRealtime;
    if (rest == "RTMAX")
        return kLast;
    if (rest.starts_with("RTMIN+") && isNumber(rest.substr(6), offset) && offset >= 0 && offset <= kLast - kFirstRealtime)
        return kFirstRealtime + offset;
    if (rest.starts_with("RTMAX-") && isNumber(rest.substr(6), offset) && offset >= 0 && offset <= kLast - kFirstRealtime)
        return kLast - offset;
    return invalid();
}

Result<std::int64_t> parseBytes(std::string_view text)
{
    const auto invalid = [&] { return Error(ErrorCode::Invalid, fmt::format("invalid size: '{}'", text)); };
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc() || number < 0)
        return invalid();
    std::string unit(end, text.data() + text.size());
    for (char& letter : unit)
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    if (unit.starts_with(' '))
        unit.erase(0, 1);
    static constexpr std::string_view kPowers = "kmgtp";
    double factor = 1;
    if (!unit.empty() && unit != "b") {
        const auto power = kPowers.find(unit.front());
        const std::string_view rest = std::string_view(unit).substr(1);
        if (power == std::string_view::npos || (!rest.empty() && rest != "b" && rest != "ib"))
            return invalid();
        factor = std::pow(1024.0, static_cast<double>(power + 1));
    }
    if (number * factor > 9e18)
        return invalid();
    return static_cast<std::int64_t>(number * factor);
}

std::string commandLine(const std::string& path, const std::vector<std::string>& arguments)
{
    std::string line = path;
    for (const std::string& argument : arguments)
        line += argument.find(' ') == std::string::npos ? " " + argument : " '" + argument + "'";
    return line;
}

} // namespace darsena::engine
