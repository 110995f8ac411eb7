// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/name_generator.h"

#include <array>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/random.h>

namespace darsena::engine {

namespace {

constexpr std::array<std::string_view, 64> kAdjectives{"able", "agile", "amber", "ample", "azure", "blithe", "bold", "brave",
    "breezy", "bright", "brisk", "calm", "candid", "cheery", "clear", "clever", "coral", "cosy", "crisp", "daring", "deft", "eager",
    "early", "fair", "fleet", "fond", "frank", "fresh", "gentle", "glad", "golden", "grand", "happy", "hardy", "honest", "humble",
    "jolly", "keen", "kind", "lively", "lucid", "lucky", "mellow", "merry", "mild", "neat", "nimble", "noble", "placid", "proud",
    "quick", "quiet", "ready", "salty", "serene", "silver", "smooth", "steady", "sturdy", "sunny", "swift", "tidy", "warm", "witty"};
constexpr std::array<std::string_view, 64> kThings{"albatross", "anchor", "anchovy", "barge", "barnacle", "beacon", "boathook",
    "bollard", "bosun", "bowline", "breakwater", "buoy", "caravel", "cargo", "catamaran", "clipper", "cockle", "compass", "cormorant",
    "crane", "current", "cutter", "dinghy", "dolphin", "ebb", "estuary", "felucca", "fender", "ferry", "frigate", "galleon", "gangway",
    "gull", "halyard", "harbour", "hawser", "heron", "jetty", "kayak", "keel", "lagoon", "lanyard", "lighthouse", "limpet", "lugger",
    "mast", "mooring", "osprey", "oyster", "pelican", "pier", "pilot", "porpoise", "quay", "rudder", "sail", "schooner", "seal",
    "sextant", "sloop", "tern", "tide", "tiller", "wharf"};

template<std::size_t size>
std::array<unsigned char, size> randomBytes()
{
    std::array<unsigned char, size> bytes{};
    [[maybe_unused]] const auto got = ::getrandom(bytes.data(), size, 0); // cannot fail for so few bytes
    return bytes;
}

} // namespace

std::string generateName(int retry)
{
    const auto bytes = randomBytes<3>();
    std::string name = fmt::format("{}_{}", kAdjectives[bytes[0] % kAdjectives.size()], kThings[bytes[1] % kThings.size()]);
    if (retry > 0)
        name += fmt::format("{}", bytes[2] % 10 + (retry > 3 ? 10 * (bytes[0] + 1) : 0));
    return name;
}

std::string generateId()
{
    return fmt::format("{:02x}", fmt::join(randomBytes<32>(), ""));
}

} // namespace darsena::engine
