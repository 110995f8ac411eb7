// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/source/image_source.h"

#include <filesystem>
#include <stop_token>

namespace darsena::layers {

/// Opens what lies at a path: an OCI layout directory; a tar (plain, gzip, zstd) that is a docker-archive, old (<id>/layer.tar)
/// or new, or an OCI layout. A compressed tar is first unpacked into an unlinked file below `scratch`.
Result<std::unique_ptr<ImageSource>> openArchive(const std::filesystem::path& path, const std::filesystem::path& scratch, std::stop_token stop = {});

/// The same of a stream that cannot be gone back in (`docker save`, standard input): it is kept in an unlinked file below
/// `scratch`. `name` is for messages. `progress` is told how many bytes have come.
Result<std::unique_ptr<ImageSource>> openStream(archive::ByteSource& stream, std::string name, const std::filesystem::path& scratch,
    const std::function<void(std::uint64_t)>& progress = {}, std::stop_token stop = {});

} // namespace darsena::layers
