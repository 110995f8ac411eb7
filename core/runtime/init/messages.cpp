// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/init/messages.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>

namespace darsena::runtime {

namespace {
constexpr std::size_t maxText = 4096;
}

void sendToParent(int socket, FromInit kind, const std::string& text, ErrorCode code, int fd)
{
    std::string bytes { static_cast<char>(kind), static_cast<char>(code) };
    bytes.append(text, 0, maxText);
    iovec part { bytes.data(), bytes.size() };
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] {};
    msghdr message {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (fd >= 0) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        cmsghdr* const header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof fd);
        std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    while (::sendmsg(socket, &message, MSG_NOSIGNAL) < 0 && errno == EINTR) { }
}

Result<InitMessage> receiveFromInit(int socket)
{
    char bytes[maxText + 2];
    iovec part { bytes, sizeof bytes };
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    msghdr message {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ssize_t length = 0;
    // ECONNRESET is told once, when the child ended without reading all that we sent; its own last words come after.
    do {
        length = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (length < 0 && (errno == EINTR || errno == ECONNRESET));
    if (length < 0)
        return Error::system(errno, "message of the container's first process");
    if (length < 2)
        return Error(ErrorCode::Unavailable, "the container's first process closed its channel");
    InitMessage out;
    out.kind = static_cast<FromInit>(bytes[0]);
    out.code = static_cast<ErrorCode>(bytes[1]);
    out.text.assign(bytes + 2, static_cast<std::size_t>(length) - 2);
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
            out.terminal = UniqueFd::adopt(fd);
        }
    }
    return out;
}

Result<void> sendToInit(int socket, ToInit kind)
{
    const char byte = static_cast<char>(kind);
    if (::send(socket, &byte, 1, MSG_NOSIGNAL) != 1)
        return Error::system(errno, "message to the container's first process").as(ErrorCode::Unavailable);
    return {};
}

Result<ToInit> receiveFromParent(int socket)
{
    char byte = 0;
    ssize_t length = 0;
    do {
        length = ::recv(socket, &byte, 1, 0);
    } while (length < 0 && errno == EINTR);
    if (length != 1)
        return Error(ErrorCode::Unavailable, "the monitor is gone");
    return static_cast<ToInit>(byte);
}

} // namespace darsena::runtime
