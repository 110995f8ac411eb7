// SPDX-License-Identifier: GPL-3.0-or-later
// darsena read-image: takes an image apart for the studio, in a process that gave up everything else. Not for people: its
// output is for a program (reader/output.h), and its name is not in the help.
#include "core/cli/command.h"
#include "core/cli/image_sources.h"
#include "core/cli/reader/output.h"
#include "core/cli/reader/requests.h"
#include "core/layers/source/image_reader.h"
#include "core/layers/source/index_cache.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include <sys/prctl.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
// The leak checker traces its own process, which the seccomp filter forbids.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options()
{
    return "detect_leaks=0";
}
#endif

namespace darsena::cli {

namespace {

/// What the cache of indexes may hold: some thousands of layers.
constexpr std::uint64_t maxCacheBytes = 1ULL << 30;

struct ReadImageArguments {
    std::string address;
    std::string socket;
    std::string platform;
    std::optional<std::size_t> number; ///< one of the source's choices
    bool insecure = false;
    bool serve = false;
};

/// The source with only that one of its choices which was asked for.
class NumberedSource : public layers::ImageSource {
public:
    NumberedSource(layers::ImageSource& source, layers::SourceChoice choice)
        : m_source(source)
        , m_choice(std::move(choice))
    {
    }
    Result<std::vector<layers::SourceChoice>> choices() override { return std::vector {m_choice}; }
    Result<layers::SourceImage> open(const layers::SourceChoice& choice) override { return m_source.open(choice); }
    Result<std::unique_ptr<archive::ByteSource>> layer(std::size_t n) override { return m_source.layer(n); }
    std::string label() const override { return m_source.label(); }

private:
    layers::ImageSource& m_source;
    layers::SourceChoice m_choice;
};

Result<layers::SourceChoice> pick(const std::vector<layers::SourceChoice>& choices, const ReadImageArguments& arguments)
{
    if (arguments.number) {
        for (const layers::SourceChoice& choice : choices) {
            if (choice.number == *arguments.number)
                return choice;
        }
        return Error(ErrorCode::NotFound, "the source holds no such image any longer");
    }
    layers::ReadOptions options;
    if (!arguments.platform.empty())
        options.platform = TRY(oci::Platform::parse(arguments.platform));
    return layers::choose(choices, options);
}

/// Tells of bytes that are fetched, not oftener than anybody can see.
std::function<void(std::uint64_t)> fetchingProgress(ReaderOutput& output)
{
    static constexpr std::chrono::milliseconds interval(50);
    return [&output, next = std::chrono::steady_clock::time_point()](std::uint64_t bytes) mutable {
        const auto now = std::chrono::steady_clock::now();
        if (now < next)
            return;
        next = now + interval;
        output.progress(bytes, 0);
    };
}

Result<void> readImage(const ReadImageArguments& arguments, ReaderOutput& output)
{
    const layers::IndexCache cache(layers::IndexCache::defaultFolder());
    SourceOptions sourceOptions;
    sourceOptions.socket = arguments.socket;
    sourceOptions.insecure = arguments.insecure;
    sourceOptions.progress = fetchingProgress(output);
    PreparedSource prepared = TRY(prepareSource(arguments.address, sourceOptions));
    std::error_code ignored; // without it layers are read anew each time
    std::filesystem::create_directories(cache.folder(), ignored);
    prepared.needs.writable.push_back(cache.folder());
    TRY_CONTEXT("giving up privileges", confineSelf(prepared.needs));

    // Requests are heard from now on: the end of them ends us, whatever we do.
    static ReaderRequests requests(output);
    if (arguments.serve) {
        std::thread([] {
            requests.serve(STDIN_FILENO);
            std::_Exit(0);
        }).detach();
    }
    static const std::unique_ptr<layers::ImageSource> source = TRY(prepared.open());
    requests.setSource(*source);
    const auto choices = TRY(source->choices());
    output.choices(choices);
    NumberedSource chosen(*source, TRY(pick(choices, arguments)));

    layers::ReadOptions options;
    options.cache = &cache;
    std::size_t count = 0;
    layers::ReadEvents events;
    events.image = [&](const layers::SourceImage& image) {
        count = image.layers.size();
        output.image(image);
    };
    events.layer = [&](std::size_t n, std::shared_ptr<const layers::Index> index, const layers::LayerFacts& facts) {
        requests.setLayer(n, count, index);
        output.layer(n, *index, facts);
    };
    events.progress = [&](std::uint64_t done, std::uint64_t total) { output.progress(done, total); };
    TRY(layers::readImage(chosen, options, events));
    cache.trim(maxCacheBytes);
    return {};
}

[[noreturn]] void runReader(const ReadImageArguments& arguments)
{
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);
    static ReaderOutput output(STDOUT_FILENO);
    const auto read = readImage(arguments, output);
    if (read)
        output.done();
    else
        output.failed(read.error());
    // What was read stays to be asked for, until nobody is there to ask.
    while (arguments.serve)
        ::pause();
    std::_Exit(static_cast<int>(read ? ExitStatus::Success : ExitStatus::Failure));
}

} // namespace

void addReadImageCommand(CLI::App& application)
{
    const auto arguments = std::make_shared<ReadImageArguments>();
    CLI::App* command = application.add_subcommand("read-image", "Take an image apart for a program");
    command->group(""); // not in the help
    command->add_option("IMAGE", arguments->address)->required();
    command->add_option("--socket", arguments->socket);
    command->add_option("--platform", arguments->platform);
    command->add_option("--number", arguments->number);
    command->add_flag("--insecure", arguments->insecure);
    command->add_flag("--serve", arguments->serve);
    command->callback([arguments] { runReader(*arguments); });
}

} // namespace darsena::cli
