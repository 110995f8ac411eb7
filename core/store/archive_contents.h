// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/oci/image.h"
#include "core/oci/reference.h"
#include "core/store/unpack_report.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace darsena::store {

/// One image of an archive, before anything is unpacked.
struct ArchivedImage {
    Digest id;
    std::string configJson;
    oci::ImageConfig config;
    std::vector<oci::Reference> references;
    std::vector<std::filesystem::path> layers; ///< files, base first, as many as config.diffIds
    std::vector<Digest> layerBlobs; ///< digests of those files; empty where not known yet
};

struct ArchiveContents {
    std::vector<ArchivedImage> images;
    std::vector<std::string> warnings;
};

/// Understands the members of an image archive that darsena-unpack laid out as numbered files in `directory`: a
/// docker-archive (manifest.json) or an OCI layout (index.json). Every document is bounded and every digest that names
/// bytes is checked against them. Members that are links are refused where an image needs them, except that old
/// `docker save` archives name one layer twice through a symbolic link, which is looked up among the members.
/// Errors: Invalid (no image archive, lying names), Corrupt (digests), NotFound (missing members, platform), Unsupported.
Result<ArchiveContents> readArchive(const std::filesystem::path& directory, const std::vector<Member>& members, const oci::Platform& wanted);

} // namespace darsena::store
