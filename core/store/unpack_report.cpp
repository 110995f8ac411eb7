// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/unpack_report.h"

#include <system_error>

namespace darsena::store {

json::Object UnpackReport::toJson() const
{
    json::Object object {
        { "diffId", diffId.text() },
        { "tarBytes", tarBytes },
        { "inputBytes", inputBytes },
        { "entries", entries },
        { "bytes", bytes },
        { "opaqueDirectories", opaqueDirectories },
        { "impliedDirectories", impliedDirectories },
        { "pendingLinks", pendingLinks },
        { "dropped", dropped },
    };
    json::Array array;
    for (const Member& member : members) {
        json::Object to { { "path", member.path }, { "file", member.file }, { "size", member.size } };
        if (member.isLink)
            to["link"] = member.link;
        array.emplace_back(std::move(to));
    }
    object["members"] = std::move(array);
    return object;
}

Result<UnpackReport> UnpackReport::fromJson(const json::Object& object)
{
    const auto count = [&](std::string_view key) -> Result<std::uint64_t> {
        const std::int64_t value = TRY(json::integer(object, key));
        if (value < 0)
            return Error(ErrorCode::Corrupt, fmt::format("{}: negative", key));
        return static_cast<std::uint64_t>(value);
    };
    UnpackReport report;
    if (const std::string digest = TRY(json::text(object, "diffId")); !digest.empty())
        report.diffId = TRY(Digest::parse(digest));
    report.tarBytes = TRY(count("tarBytes"));
    report.inputBytes = TRY(count("inputBytes"));
    report.entries = TRY(count("entries"));
    report.bytes = TRY(count("bytes"));
    report.opaqueDirectories = TRY(count("opaqueDirectories"));
    report.impliedDirectories = TRY(count("impliedDirectories"));
    report.pendingLinks = TRY(count("pendingLinks"));
    report.dropped = TRY(count("dropped"));
    if (const json::Array* members = TRY(json::array(object, "members"))) {
        for (const json::Value& value : *members) {
            if (!value.is_object())
                return Error(ErrorCode::Corrupt, "members: not objects");
            const json::Object& from = value.as_object();
            Member member;
            member.path = TRY(json::text(from, "path"));
            member.file = static_cast<std::uint64_t>(TRY(json::integer(from, "file")));
            member.size = static_cast<std::uint64_t>(TRY(json::integer(from, "size")));
            member.isLink = from.contains("link");
            member.link = TRY(json::text(from, "link"));
            report.members.push_back(std::move(member));
        }
    }
    return report;
}

json::Object errorToJson(const Error& error)
{
    return { { "code", static_cast<int>(error.code()) }, { "errno", error.systemError() }, { "message", error.message() } };
}

Error errorFromJson(const json::Object& object)
{
    const auto message = json::text(object, "message");
    const auto code = json::integer(object, "code");
    const auto errnoValue = json::integer(object, "errno");
    if (!message || !code || !errnoValue || *code < 0 || *code > static_cast<int>(ErrorCode::Internal))
        return Error(ErrorCode::Internal, "darsena-unpack failed without a reason");
    if (*errnoValue > 0 && *errnoValue < 4096) {
        // Error::system appends the errno's text, which the message has already.
        Error error = Error::system(static_cast<int>(*errnoValue), "unpack");
        const std::string text = std::system_category().message(static_cast<int>(*errnoValue));
        if (message->ends_with(": " + text))
            error = Error::system(static_cast<int>(*errnoValue), message->substr(0, message->size() - text.size() - 2));
        return error.as(static_cast<ErrorCode>(*code));
    }
    return Error(static_cast<ErrorCode>(*code), *message);
}

} // namespace darsena::store
