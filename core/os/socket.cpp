// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/socket.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace darsena::os {

namespace {

constexpr std::size_t maxDescriptors = 250;

struct Address {
    sockaddr_un value {};
    socklen_t length = 0;
    UniqueFd directory; ///< keeps /proc/self/fd/N alive
};

Result<Address> addressOf(const std::filesystem::path& path)
{
    Address address;
    std::string name = path.string();
    if (name.size() >= sizeof address.value.sun_path) {
        address.directory = UniqueFd::adopt(::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!address.directory)
            return Error::system(errno, path.parent_path().string());
        name = "/proc/self/fd/" + std::to_string(address.directory.get()) + "/" + path.filename().string();
        if (name.size() >= sizeof address.value.sun_path)
            return Error(ErrorCode::TooLarge, path.string() + ": the name is too long for a socket");
    }
    address.value.sun_family = AF_UNIX;
    std::memcpy(address.value.sun_path, name.c_str(), name.size() + 1);
    address.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + 1);
    return address;
}

const sockaddr* generic(const Address& address)
{
    return reinterpret_cast<const sockaddr*>(&address.value);
}

} // namespace

Result<UniqueFd> listenUnix(const std::filesystem::path& path, mode_t mode, bool nonBlocking)
{
    const std::string what = "socket " + path.string();
    struct stat old {};
    if (::lstat(path.c_str(), &old) == 0) {
        if (!S_ISSOCK(old.st_mode))
            return Error(ErrorCode::Conflict, what + ": something that is no socket is in the way");
        if (::unlink(path.c_str()) != 0)
            return Error::system(errno, what);
    }
    const Address address = TRY(addressOf(path));
    UniqueFd fd = UniqueFd::adopt(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0), 0));
    if (!fd)
        return Error::system(errno, what);
    // On Linux the mode of the descriptor's inode is the mode that bind() gives the name, less the umask: no moment with
    // a wider one. The chmod after undoes a umask that took away too much.
    if (::fchmod(fd.get(), mode) != 0 || ::bind(fd.get(), generic(address), address.length) != 0
        || ::chmod(path.c_str(), mode) != 0 || ::listen(fd.get(), 64) != 0)
        return Error::system(errno, what);
    return fd;
}

Result<UniqueFd> connectUnix(const std::filesystem::path& path)
{
    const Address address = TRY(addressOf(path));
    UniqueFd fd = UniqueFd::adopt(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd)
        return Error::system(errno, "socket");
    while (::connect(fd.get(), generic(address), address.length) != 0) {
        if (errno == EINTR)
            continue;
        const Error error = Error::system(errno, "connect to " + path.string());
        const int number = error.systemError();
        return number == ENOENT || number == ECONNREFUSED ? error.as(ErrorCode::Unavailable) : error;
    }
    return fd;
}

Result<std::pair<UniqueFd, UniqueFd>> socketPair(int type)
{
    int fds[2];
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) != 0)
        return Error::system(errno, "socketpair");
    return std::pair(UniqueFd::adopt(fds[0]), UniqueFd::adopt(fds[1]));
}

Result<PeerCredentials> peerCredentials(int socket)
{
    ucred credentials {};
    socklen_t length = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0)
        return Error::system(errno, "peer credentials");
    return PeerCredentials { credentials.pid, credentials.uid, credentials.gid };
}

Result<void> sendAll(int socket, std::span<const std::byte> bytes, std::span<const int> descriptors)
{
    if (descriptors.size() > maxDescriptors || (!descriptors.empty() && bytes.empty()))
        return Error(ErrorCode::Internal, "send: too many descriptors, or no byte to go with them");
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * maxDescriptors)];
    while (!bytes.empty()) {
        iovec part { const_cast<std::byte*>(bytes.data()), bytes.size() };
        msghdr message {};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        if (!descriptors.empty()) {
            message.msg_control = control;
            message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
            cmsghdr* const header = CMSG_FIRSTHDR(&message);
            header->cmsg_level = SOL_SOCKET;
            header->cmsg_type = SCM_RIGHTS;
            header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
            std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
        }
        const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR)
                continue;
            const Error error = Error::system(errno, "send");
            return error.systemError() == EPIPE ? error.as(ErrorCode::Unavailable) : error;
        }
        descriptors = {};
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return {};
}

Result<void> receiveExactly(int socket, std::span<std::byte> bytes, std::vector<UniqueFd>* descriptors)
{
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * maxDescriptors)];
    while (!bytes.empty()) {
        iovec part { bytes.data(), bytes.size() };
        msghdr message {};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        const ssize_t received = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
        if (received < 0) {
            if (errno == EINTR)
                continue;
            const Error error = Error::system(errno, "receive");
            return error.systemError() == ECONNRESET ? error.as(ErrorCode::Unavailable) : error;
        }
        for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
            if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
                continue;
            const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            for (std::size_t i = 0; i < count; ++i) {
                int number = -1;
                std::memcpy(&number, CMSG_DATA(header) + i * sizeof(int), sizeof number);
                UniqueFd owned = UniqueFd::adopt(number);
                if (descriptors != nullptr)
                    descriptors->push_back(std::move(owned));
            }
        }
        if ((message.msg_flags & MSG_CTRUNC) != 0)
            return Error(ErrorCode::System, "receive: descriptors were lost");
        if (received == 0)
            return Error(ErrorCode::Unavailable, "the other side closed the connection");
        bytes = bytes.subspan(static_cast<std::size_t>(received));
    }
    return {};
}

} // namespace darsena::os
