// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ps_options.h"

#include <algorithm>
#include <array>

namespace darsena::engine {

namespace {

struct KnownColumn {
    std::string_view name;
    PsField field;
    std::string_view title;
};

constexpr std::array<KnownColumn, 64> kColumns{{
    {"pid", PsField::Pid, "PID"}, {"tgid", PsField::Pid, "TGID"}, {"ppid", PsField::Ppid, "PPID"}, {"pgid", PsField::Pgid, "PGID"},
    {"pgrp", PsField::Pgid, "PGRP"}, {"sid", PsField::Session, "SID"}, {"sess", PsField::Session, "SESS"},
    {"session", PsField::Session, "SESS"}, {"user", PsField::User, "USER"}, {"euser", PsField::User, "EUSER"},
    {"uname", PsField::User, "USER"}, {"uid", PsField::Uid, "UID"}, {"euid", PsField::Uid, "EUID"}, {"ruser", PsField::RealUser, "RUSER"},
    {"ruid", PsField::RealUid, "RUID"}, {"group", PsField::Group, "GROUP"}, {"egroup", PsField::Group, "EGROUP"},
    {"gid", PsField::Gid, "GID"}, {"egid", PsField::Gid, "EGID"}, {"comm", PsField::Command, "COMMAND"},
    {"ucomm", PsField::Command, "COMMAND"}, {"ucmd", PsField::Command, "CMD"}, {"args", PsField::Arguments, "COMMAND"},
    {"command", PsField::Arguments, "COMMAND"}, {"cmd", PsField::Arguments, "CMD"}, {"c", PsField::Cpu, "C"},
    {"pcpu", PsField::CpuPercent, "%CPU"}, {"%cpu", PsField::CpuPercent, "%CPU"}, {"pmem", PsField::MemoryPercent, "%MEM"},
    {"%mem", PsField::MemoryPercent, "%MEM"}, {"rss", PsField::Resident, "RSS"}, {"rssize", PsField::Resident, "RSS"},
    {"rsz", PsField::Resident, "RSZ"}, {"vsz", PsField::Virtual, "VSZ"}, {"vsize", PsField::Virtual, "VSZ"}, {"sz", PsField::Pages, "SZ"},
    {"state", PsField::State, "S"}, {"s", PsField::State, "S"}, {"stat", PsField::Status, "STAT"}, {"tty", PsField::Terminal, "TT"},
    {"tt", PsField::Terminal, "TT"}, {"tname", PsField::Terminal, "TTY"}, {"time", PsField::Time, "TIME"},
    {"cputime", PsField::Time, "TIME"}, {"bsdtime", PsField::BsdTime, "TIME"}, {"etime", PsField::Elapsed, "ELAPSED"},
    {"etimes", PsField::ElapsedSeconds, "ELAPSED"}, {"start", PsField::Started, "STARTED"}, {"lstart", PsField::LongStart, "STARTED"},
    {"stime", PsField::ShortStart, "STIME"}, {"start_time", PsField::ShortStart, "START"}, {"bsdstart", PsField::ShortStart, "START"},
    {"nice", PsField::Nice, "NI"}, {"ni", PsField::Nice, "NI"}, {"pri", PsField::Priority, "PRI"}, {"opri", PsField::OldPriority, "PRI"},
    {"nlwp", PsField::Threads, "NLWP"}, {"thcount", PsField::Threads, "THCNT"}, {"psr", PsField::Processor, "PSR"},
    {"f", PsField::Flags, "F"}, {"flags", PsField::Flags, "F"}, {"flag", PsField::Flags, "F"}, {"wchan", PsField::Nothing, "WCHAN"},
    {"label", PsField::Nothing, "LABEL"},
}};

// What the options without a list stand for.
constexpr std::string_view kFull = "user=UID,pid,ppid,c,stime,tname,time,cmd";
constexpr std::string_view kPlain = "pid,tname,time,ucmd";
constexpr std::string_view kJobs = "pid,pgid,sid,tname,time,ucmd";
constexpr std::string_view kLong = "f,s,uid,pid,ppid,c,opri=PRI,ni,wchan=ADDR,sz,wchan,tname,time,ucmd";
constexpr std::string_view kUser = "user,pid,%cpu,%mem,vsz,rss,tname,stat,start_time,bsdtime,command";
constexpr std::string_view kBsdPlain = "pid,tname,stat,bsdtime,command";

Error refused(std::string message)
{
    return Error(ErrorCode::Invalid, std::move(message));
}

Result<void> addColumns(std::string_view list, std::vector<PsColumn>& columns)
{
    while (!list.empty()) {
        // A title of one's own goes to the end of the list, as in ps, unless it is ours.
        const auto end = list.find_first_of(",=");
        const std::string_view name = list.substr(0, end);
        const auto known = std::ranges::find(kColumns, name, &KnownColumn::name);
        if (known == kColumns.end())
            return refused(fmt::format("ps: error: unknown user-defined format specifier \"{}\"", name.substr(0, 40)));
        PsColumn column{known->field, std::string(known->title)};
        list.remove_prefix(std::min(list.size(), name.size()));
        if (list.starts_with('=')) {
            const auto stop = list.find(',');
            column.title = list.substr(1, stop == std::string_view::npos ? stop : stop - 1);
            list.remove_prefix(std::min(list.size(), stop));
        }
        if (list.starts_with(','))
            list.remove_prefix(1);
        columns.push_back(std::move(column));
        if (columns.size() > 100)
            return refused("ps: error: too many columns");
    }
    return {};
}

std::vector<std::string_view> wordsIn(std::string_view text)
{
    std::vector<std::string_view> words;
    for (;;) {
        const auto start = text.find_first_not_of(" \t");
        if (start == std::string_view::npos)
            return words;
        text.remove_prefix(start);
        words.push_back(text.substr(0, text.find_first_of(" \t")));
        text.remove_prefix(words.back().size());
    }
}

/// Reads one word of options; `next` is the word after it, of which a list may be made.
class OptionReader {
public:
    Result<void> read(const std::vector<std::string_view>& words)
    {
        for (std::size_t at = 0; at < words.size(); ++at) {
            std::string_view word = words[at];
            if (word.starts_with("--"))
                return refused(fmt::format("ps: error: unsupported option '{}'", word.substr(0, 40)));
            // "-aux" is what people write who mean "aux".
            const bool unixStyle = word.starts_with('-') && word != "-aux" && word != "-auxw" && word != "-auxww";
            if (word.starts_with('-'))
                word.remove_prefix(1);
            else
                m_bsd = true;
            if (word.empty())
                return refused("ps: error: improper list");
            for (; !word.empty(); word.remove_prefix(1)) {
                if (word.front() != 'o') {
                    TRY(option(word.front(), unixStyle));
                    continue;
                }
                std::string_view list = word.substr(1);
                if (list.empty() && ++at < words.size())
                    list = words[at];
                if (list.empty())
                    return refused("ps: error: format specification must follow -o");
                TRY(addColumns(list, m_columns));
                break;
            }
        }
        return {};
    }

    Result<std::vector<PsColumn>> columns()
    {
        if (m_columns.empty())
            TRY(addColumns(!m_format.empty() ? m_format : m_bsd ? kBsdPlain : kPlain, m_columns));
        return std::move(m_columns);
    }

private:
    Result<void> option(char letter, bool unixStyle)
    {
        const std::string_view harmless = unixStyle ? "eAadNw" : "axw";
        if (harmless.find(letter) != std::string_view::npos)
            return {};
        if (letter == 'f' && unixStyle)
            m_format = kFull;
        else if (letter == 'j' && unixStyle)
            m_format = kJobs;
        else if (letter == 'l' && unixStyle)
            m_format = kLong;
        else if (letter == 'u' && !unixStyle)
            m_format = kUser;
        else
            return refused(fmt::format("ps: error: unsupported option '{}'", letter));
        return {};
    }

    std::vector<PsColumn> m_columns;
    std::string_view m_format;
    bool m_bsd = false;
};

} // namespace

Result<std::vector<PsColumn>> parsePsArguments(std::string_view arguments)
{
    if (arguments.size() > 4096)
        return refused("ps: error: too many arguments");
    for (const char c : arguments) {
        if (static_cast<unsigned char>(c) < ' ' && c != '\t')
            return refused("ps: error: a control character is not allowed");
    }
    auto words = wordsIn(arguments);
    if (words.empty())
        words.emplace_back("-ef");
    OptionReader reader;
    TRY(reader.read(words));
    std::vector<PsColumn> columns = TRY(reader.columns());
    if (std::ranges::find(columns, "PID", &PsColumn::title) == columns.end())
        return refused("Couldn't find PID field in ps output");
    return columns;
}

} // namespace darsena::engine
