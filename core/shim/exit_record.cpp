// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/shim/exit_record.h"

#include "core/base/json.h"

#include <charconv>

namespace darsena::shim {

Result<std::chrono::system_clock::time_point> parseTime(std::string_view text)
{
    using namespace std::chrono;
    if (text.empty())
        return system_clock::time_point {};
    const Error bad(ErrorCode::Corrupt, "not a time: " + std::string(text.substr(0, 40)));
    if (text.size() != 30 || text[10] != 'T' || text[19] != '.' || text.back() != 'Z')
        return bad;
    bool ok = true;
    const auto number = [&](std::size_t at, std::size_t length) {
        long value = 0;
        const char* const end = text.data() + at + length;
        const auto [next, error] = std::from_chars(text.data() + at, end, value);
        ok = ok && error == std::errc() && next == end && value >= 0;
        return value;
    };
    const year_month_day date(year(static_cast<int>(number(0, 4))), month(static_cast<unsigned>(number(5, 2))),
        day(static_cast<unsigned>(number(8, 2))));
    const auto time = hours(number(11, 2)) + minutes(number(14, 2)) + seconds(number(17, 2)) + nanoseconds(number(20, 9));
    if (!ok || !date.ok())
        return bad;
    return system_clock::time_point(duration_cast<system_clock::duration>(sys_days(date).time_since_epoch() + time));
}

Result<Exit> parseExitRecord(std::string_view text)
{
    const Result<json::Value> document = json::parse(text);
    if (!document || !document->is_object())
        return Error(ErrorCode::Corrupt, "exit record: not JSON");
    const json::Object& object = document->get_object();
    Exit out;
    out.code = static_cast<int>(TRY(json::integer(object, "code")));
    out.signal = static_cast<int>(TRY(json::integer(object, "signal")));
    out.oomKilled = TRY(json::boolean(object, "oomKilled"));
    out.error = TRY(json::text(object, "error"));
    const std::string started = TRY(json::text(object, "startedAt"));
    const std::string finished = TRY(json::text(object, "finishedAt"));
    out.startedAt = TRY(parseTime(started));
    out.finishedAt = TRY(parseTime(finished));
    return out;
}

} // namespace darsena::shim
