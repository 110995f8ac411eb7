// SPDX-License-Identifier: GPL-3.0-or-later
// Times what the layer viewer does with an image: bench-layers ARCHIVE CACHE SCRATCH prints one JSON object of milliseconds,
// MB and counts. Run it twice with one cache: the second run is the reopening. See layers.sh.
#include "core/layers/analysis.h"
#include "core/layers/dive.h"
#include "core/layers/filter.h"
#include "core/layers/source/archive_source.h"
#include "core/layers/source/image_reader.h"
#include "core/layers/source/index_cache.h"
#include "core/layers/view.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

using namespace darsena;
using namespace darsena::layers;

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point began)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

/// The largest this process has been, MB.
double peak()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:"))
            return std::stod(line.substr(6)) / 1000;
    }
    return 0;
}

/// The worst of all: people feel the slow key.
struct Worst {
    double milliseconds = 0;
    template<typename Work>
    void time(const Work& work)
    {
        const auto began = Clock::now();
        work();
        milliseconds = std::max(milliseconds, since(began));
    }
};

Result<std::string> measure(const char* archive, const char* cacheFolder, const char* scratch)
{
    const IndexCache cache(cacheFolder);
    const auto began = Clock::now();
    double first = -1;
    ReadEvents events;
    // Visible: its files stand in a tree of their own.
    events.layer = [&](std::size_t n, const std::shared_ptr<const Index>& index, const LayerFacts&) {
        if (first >= 0)
            return;
        std::vector<std::shared_ptr<const Index>> alone(n + 1);
        alone[n] = index;
        const auto stack = Stack::build(std::move(alone));
        if (stack && View::of(*stack, { n, n }).cells().size() > 0)
            first = since(began);
    };
    const auto source = TRY(openArchive(archive, scratch));
    ReadOptions options;
    options.cache = &cache;
    const ReadImage image = TRY(readImage(*source, options, events));
    const Stack stack = TRY(Stack::build(image.indexes));
    const Analysis analysis = analyse(stack);
    const DiveScore score = diveScore(stack);
    View view = View::of(stack, { 0, stack.layerCount() - 1 });
    const double complete = since(began);
    const double megabytes = peak();

    Worst layerSwitch, toggle, filter, regex;
    for (std::size_t n = 0; n < stack.layerCount(); ++n) {
        layerSwitch.time([&] { view = View::of(stack, { n, n }); });
        layerSwitch.time([&] { view = View::of(stack, { std::min<std::size_t>(n, 1), n }); });
    }
    Criteria criteria;
    criteria.same = false;
    std::size_t shown = 0;
    toggle.time([&] { shown += select(stack, view, criteria).matches; });
    criteria.same = true;
    for (const char* typed : { "f", "fi", "fil", "file", "*.txt", "folder1*" }) {
        criteria.path = TRY(PathFilter::parse(typed));
        filter.time([&] { shown += select(stack, view, criteria).matches; });
    }
    for (const char* typed : { "1", "file-.*9", "^/usr/share/part.*/folder(01|02)/.*7\\.txt$" }) {
        criteria.path = TRY(PathFilter::regex(typed));
        regex.time([&] { shown += select(stack, view, criteria).matches; });
    }
    std::uint64_t paths = stack.nodes().size();
    return fmt::format("{{\"layers\": {}, \"paths\": {}, \"first\": {:.1f}, \"complete\": {:.1f}, \"peakMB\": {:.1f}, \"switch\": {:.1f}, "
                       "\"toggle\": {:.1f}, \"filter\": {:.1f}, \"regex\": {:.1f}, \"wasted\": {}, \"efficiency\": {:.6f}, \"diveScore\": {:.6f}, \"shown\": {}}}",
        stack.layerCount(), paths, first, complete, megabytes, layerSwitch.milliseconds, toggle.milliseconds, filter.milliseconds,
        regex.milliseconds, analysis.wastedBytes, analysis.efficiency(), score.efficiency, shown);
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 4) {
        fmt::print(stderr, "bench-layers ARCHIVE CACHE SCRATCH\n");
        return 2;
    }
    const auto result = measure(argv[1], argv[2], argv[3]);
    if (!result) {
        fmt::print(stderr, "{}\n", result.error().message());
        return 2;
    }
    fmt::print("{}\n", *result);
    return 0;
}
