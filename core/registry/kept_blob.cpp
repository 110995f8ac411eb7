// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/kept_blob.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace darsena::registry {

namespace {

constexpr std::size_t pieceBytes = 256 * 1024;

} // namespace

KeptBlob::KeptBlob(Client& client, oci::Descriptor descriptor, UniqueFd file, std::stop_token stop)
    : m_client(client)
    , m_descriptor(std::move(descriptor))
    , m_file(std::move(file))
    , m_stop(std::move(stop))
{
}

Result<std::shared_ptr<KeptBlob>> KeptBlob::create(
    Client& client, oci::Descriptor descriptor, const std::filesystem::path& folder, std::stop_token stop)
{
    auto file = UniqueFd::adopt(::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));
    if (!file) {
        // Some file systems have no files without a name.
        std::string name = folder / "blob-XXXXXX";
        file = UniqueFd::adopt(::mkostemp(name.data(), O_CLOEXEC));
        if (!file)
            return Error::system(errno, folder.native());
        ::unlink(name.c_str());
    }
    return std::shared_ptr<KeptBlob>(new KeptBlob(client, std::move(descriptor), std::move(file), std::move(stop)));
}

Result<void> KeptBlob::fetchMore()
{
    if (!m_source)
        m_source.emplace(m_client, m_descriptor, m_stop);
    std::array<std::byte, pieceBytes> buffer;
    const std::size_t count = TRY(m_source->read(buffer));
    if (count == 0) {
        m_complete = true;
        m_source.reset();
        return {};
    }
    for (std::size_t at = 0; at < count;) {
        const ssize_t written = ::pwrite(m_file.get(), buffer.data() + at, count - at, static_cast<off_t>(m_have + at));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return Error::system(errno, fmt::format("keep blob {} for reading it again", m_descriptor.digest.text()));
        at += static_cast<std::size_t>(written);
    }
    m_have += count;
    return {};
}

Result<std::size_t> KeptBlob::readAt(std::uint64_t offset, std::span<std::byte> buffer)
{
    std::uint64_t available = 0;
    {
        const std::scoped_lock lock(m_mutex);
        while (m_have <= offset && !m_complete) {
            if (auto more = fetchMore(); !more) {
                m_source.reset();
                m_have = 0;
                return more.error();
            }
        }
        available = m_have - std::min(m_have, offset);
    }
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), available);
    while (wanted > 0) {
        const ssize_t count = ::pread(m_file.get(), buffer.data(), wanted, static_cast<off_t>(offset));
        if (count > 0)
            return static_cast<std::size_t>(count);
        if (count == 0 || errno != EINTR)
            return Error::system(count == 0 ? EIO : errno, fmt::format("blob {}", m_descriptor.digest.text()));
    }
    return std::size_t { 0 };
}

Result<std::size_t> KeptBlobSource::read(std::span<std::byte> buffer)
{
    const std::size_t count = TRY(m_blob->readAt(m_offset, buffer));
    m_offset += count;
    return count;
}

} // namespace darsena::registry
