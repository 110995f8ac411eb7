// SPDX-License-Identifier: GPL-3.0-or-later
// Times what an editor asks of core/dockerfile: bench-dockerfile ROUNDS FILE… prints {"FILE": {"row": milliseconds, …}, …}.
// The rows and places are those of dockerfile_peers.js; see dockerfile.sh.
#include "core/dockerfile/assist/assist.h"
#include "core/dockerfile/format/format.h"
#include "core/dockerfile/lint.h"
#include "core/dockerfile/parser.h"
#include "core/dockerfile/stages.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>

using namespace darsena;
using namespace darsena::dockerfile;

namespace {

/// What a measured function came to goes here, so that it is not left out.
volatile std::size_t g_sink = 0;

/// The median of some rounds, after some that do not count.
double median(int rounds, const std::function<std::size_t(int)>& work)
{
    constexpr std::chrono::seconds longest {5}; // three rounds that count there are in any case
    const auto end = std::chrono::steady_clock::now() + longest;
    std::vector<double> times;
    for (int round = -rounds / 5 - 1; round < rounds; ++round) {
        const auto began = std::chrono::steady_clock::now();
        if (began > end) {
            if (times.size() >= 3)
                break;
            round = std::max(round, 0);
        }
        g_sink = g_sink + work(round);
        const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - began;
        if (round >= 0)
            times.push_back(time.count());
    }
    std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
    return times[times.size() / 2];
}

/// The place behind the last occurrence of a piece in the front half of the text.
std::uint32_t placeBehind(const std::string& text, std::string_view piece)
{
    const std::size_t at = text.rfind(piece, text.size() / 2);
    return at == std::string::npos ? 0 : static_cast<std::uint32_t>(at + piece.size());
}

std::string measure(const std::string& text, int rounds)
{
    const Dockerfile file = readDockerfile(text);
    const Surroundings world;
    const std::uint32_t stageUse = placeBehind(text, "COPY --from=build");
    const std::uint32_t variableUse = placeBehind(text, "echo $VERS");
    const std::uint32_t typed = placeBehind(text, "RUN echo ");

    std::string result;
    const auto row = [&](std::string_view name, const std::function<std::size_t(int)>& work) {
        result += fmt::format("{}\"{}\": {:.4f}", result.empty() ? "" : ", ", name, median(rounds, work));
    };
    row("parse", [&](int) { return parse(text).tokens.size(); });
    row("lint", [&](int) { return lint(readDockerfile(text)).size(); });
    row("keystroke", [&](int round) {
        std::string edited = text;
        edited.insert(typed, 1, static_cast<char>('a' + (round + 26) % 26));
        const Dockerfile now = readDockerfile(std::move(edited));
        return lint(now).size() + stageGraph(now).edges.size();
    });
    row("completion", [&](int) { return complete(file, stageUse - 5, world).size(); });
    row("completion of a variable", [&](int) { return complete(file, variableUse, world).size(); });
    row("hover", [&](int) { return hover(file, variableUse, world) ? 1U : 0U; });
    row("rename", [&](int) {
        const auto edits = rename(file, stageUse, "compile", world);
        return edits ? edits->size() : 0;
    });
    row("semantic tokens", [&](int) { return semanticTokens(file).size(); });
    row("formatting", [&](int) { return format(text).size(); });
    row("outline", [&](int) { return outline(file).size(); });
    return result;
}

} // namespace

int main(int argc, char** argv)
{
    const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 0;
    if (argc < 3 || rounds == 0) {
        fmt::print(stderr, "usage: bench-dockerfile ROUNDS FILE…\n");
        return 2;
    }
    std::string result;
    for (int i = 2; i < argc; ++i) {
        std::ifstream stream(argv[i], std::ios::binary);
        const std::string text(std::istreambuf_iterator<char>(stream), {});
        result += fmt::format("{}\"{}\": {{{}}}", result.empty() ? "" : ", ", argv[i], measure(text, rounds));
    }
    fmt::print("{{{}}}\n", result);
    return 0;
}
