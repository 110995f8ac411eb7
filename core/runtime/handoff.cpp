// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/handoff.h"

#include "core/os/socket.h"
#include "core/runtime/plan.h"

#include <algorithm>
#include <span>

namespace darsena::runtime {

namespace {

constexpr std::size_t perMessage = 200; // the kernel takes 253
constexpr std::uint32_t maxDescriptors = 4096;

std::span<const std::byte> bytesOf(const std::uint32_t& number)
{
    return std::as_bytes(std::span(&number, 1));
}

Result<std::uint32_t> receiveNumber(int socket)
{
    std::uint32_t number = 0;
    TRY(os::receiveExactly(socket, std::as_writable_bytes(std::span(&number, 1))));
    return number;
}

} // namespace

Result<void> sendMessage(int socket, std::string_view bytes)
{
    if (bytes.size() > maxPlanBytes)
        return Error(ErrorCode::TooLarge, "the container's configuration is too large");
    TRY(os::sendAll(socket, bytesOf(static_cast<std::uint32_t>(bytes.size()))));
    return os::sendAll(socket, std::as_bytes(std::span(bytes)));
}

Result<std::string> receiveMessage(int socket)
{
    const std::uint32_t size = TRY(receiveNumber(socket));
    if (size > maxPlanBytes)
        return Error(ErrorCode::TooLarge, "message too large");
    std::string bytes(size, '\0');
    TRY(os::receiveExactly(socket, std::as_writable_bytes(std::span(bytes))));
    return bytes;
}

Result<void> sendDescriptors(int socket, const std::vector<UniqueFd>& descriptors)
{
    if (descriptors.size() > maxDescriptors)
        return Error(ErrorCode::TooLarge, "too many mounts");
    TRY(os::sendAll(socket, bytesOf(static_cast<std::uint32_t>(descriptors.size()))));
    std::vector<int> numbers;
    for (const UniqueFd& fd : descriptors)
        numbers.push_back(fd.get());
    for (std::size_t at = 0; at < numbers.size(); at += perMessage) {
        const std::span<const int> some = std::span<const int>(numbers).subspan(at, std::min(perMessage, numbers.size() - at));
        TRY(os::sendAll(socket, bytesOf(static_cast<std::uint32_t>(some.size())), some));
    }
    return {};
}

Result<std::vector<UniqueFd>> receiveDescriptors(int socket)
{
    const std::uint32_t count = TRY(receiveNumber(socket));
    if (count > maxDescriptors)
        return Error(ErrorCode::TooLarge, "too many descriptors");
    std::vector<UniqueFd> out;
    while (out.size() < count) {
        std::uint32_t some = 0;
        const std::size_t before = out.size();
        TRY(os::receiveExactly(socket, std::as_writable_bytes(std::span(&some, 1)), &out));
        if (some == 0 || out.size() != before + some)
            return Error(ErrorCode::Corrupt, "descriptors were lost on the way");
    }
    return out;
}

} // namespace darsena::runtime
