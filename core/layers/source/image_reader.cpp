// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/image_reader.h"

#include "core/layers/source/index_cache.h"
#include "core/layers/source/layer_scan.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include <fmt/ranges.h>

namespace darsena::layers {

namespace {

constexpr std::chrono::milliseconds progressInterval(50);
constexpr unsigned maxThreads = 64;
constexpr std::uint64_t largeLayerBytes = 16 << 20; ///< from which on a layer gets a second thread

/// Tells the progress of all layers together.
class Progress {
public:
    Progress(const std::function<void(std::uint64_t, std::uint64_t)>& tell, std::mutex& mutex, std::uint64_t total)
        : m_tell(tell)
        , m_mutex(mutex)
        , m_total(total)
    {
    }
    void add(std::uint64_t bytes)
    {
        if (!m_tell)
            return;
        m_done += bytes;
        const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
        auto next = m_next.load();
        if (now < next || !m_next.compare_exchange_strong(next, now + std::chrono::nanoseconds(progressInterval).count()))
            return;
        const std::lock_guard lock(m_mutex);
        tellNow();
    }
    /// With the mutex held.
    void tellNow() const
    {
        if (m_tell)
            m_tell(std::min(m_done.load(), m_total), m_total);
    }

private:
    const std::function<void(std::uint64_t, std::uint64_t)>& m_tell;
    std::mutex& m_mutex;
    std::uint64_t m_total;
    std::atomic<std::uint64_t> m_done = 0;
    std::atomic<std::chrono::steady_clock::rep> m_next = 0;
};

/// Counts the stored bytes of one layer.
class CountedSource final : public archive::ByteSource {
public:
    CountedSource(archive::ByteSource& source, Progress& progress)
        : m_source(source)
        , m_progress(progress)
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        const std::size_t count = TRY(m_source.read(buffer));
        m_count += count;
        m_progress.add(count);
        return count;
    }
    std::uint64_t count() const { return m_count; }

private:
    archive::ByteSource& m_source;
    Progress& m_progress;
    std::uint64_t m_count = 0;
};

/// A layer, and where it stands in the image: more than once, maybe.
struct Task {
    std::vector<std::size_t> places;
};

class Reader {
public:
    Reader(ImageSource& source, const ReadOptions& options, const ReadEvents& events, ReadImage& result)
        : m_source(source)
        , m_options(options)
        , m_events(events)
        , m_result(result)
        , m_progress(events.progress, m_eventMutex, totalBytes(result.image))
    {
        const std::size_t count = result.image.layers.size();
        result.indexes.resize(count);
        result.facts.resize(count);
        std::map<Digest, std::size_t> known;
        for (std::size_t i = 0; i < count; ++i) {
            const auto [found, fresh] = known.emplace(result.image.layers[i].diffId, m_tasks.size());
            if (fresh)
                m_tasks.emplace_back();
            m_tasks[found->second].places.push_back(i);
        }
    }

    Result<void> run(const std::stop_token& stop)
    {
        if (m_events.image)
            m_events.image(m_result.image);
        const std::stop_callback chained(stop, [this] { m_stop.request_stop(); });
        {
            std::vector<std::jthread> workers;
            const unsigned wanted = m_options.threads > 0 ? m_options.threads : std::max(1U, std::thread::hardware_concurrency());
            const std::size_t count = std::min<std::size_t>({ wanted, maxThreads, m_tasks.size() });
            for (std::size_t i = 1; i < count; ++i)
                workers.emplace_back([this] { work(); });
            work();
        }
        if (m_error)
            return *m_error;
        if (m_stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        const std::lock_guard lock(m_eventMutex);
        m_progress.tellNow();
        return {};
    }

private:
    static std::uint64_t totalBytes(const SourceImage& image)
    {
        std::uint64_t total = 0;
        for (const SourceLayer& layer : image.layers)
            total += layer.storedBytes;
        return total;
    }

    void work()
    {
        for (std::size_t next = m_next++; next < m_tasks.size() && !m_stop.stop_requested(); next = m_next++) {
            if (auto done = readOne(m_tasks[next]); !done) {
                const std::lock_guard lock(m_eventMutex);
                if (!m_error && !(done.error().code() == ErrorCode::Cancelled && m_stop.stop_requested()))
                    m_error = done.error();
                m_stop.request_stop();
            }
        }
    }

    Result<void> readOne(const Task& task)
    {
        const std::size_t n = task.places.front();
        const SourceLayer& layer = m_result.image.layers[n];
        const std::string label = m_source.label();
        const std::string where = fmt::format("{}{}layer {} ({})", label, label.empty() ? "" : ": ", n, layer.where);
        if (const auto ready = TRY_CONTEXT(where, m_source.index(n)))
            return takeReady(task, layer, *ready).withContext(where);
        if (m_options.cache) {
            if (auto found = m_options.cache->find(layer.diffId)) {
                deliver(task, std::move(found->index), std::move(found->facts), 0);
                return {};
            }
        }
        const auto stored = TRY(m_source.layer(n));
        CountedSource counted(*stored, m_progress);
        ScanOptions options;
        options.maxEntries = m_options.maxEntries;
        options.maxBytes = m_options.maxBytes;
        options.keepIndexBytes = m_options.cache != nullptr;
        options.ahead = layer.storedBytes >= largeLayerBytes && m_options.threads != 1;
        ScannedLayer scanned = TRY_CONTEXT(where, scanLayer(counted, options, m_stop.get_token()));
        if (scanned.facts.diffId != layer.diffId)
            return Error(ErrorCode::Corrupt, fmt::format("{}: the configuration says {}, the bytes are {}", where, layer.diffId.text(), scanned.facts.diffId.text()));
        if (m_options.cache)
            m_options.cache->store(layer.diffId, scanned.indexBytes, scanned.facts);
        deliver(task, std::move(scanned.index), std::move(scanned.facts), counted.count());
        return {};
    }

    /// An index that the source has made is believed as its documents are, and not remembered: nobody here saw the bytes.
    Result<void> takeReady(const Task& task, const SourceLayer& layer, const ReadyIndex& ready)
    {
        auto index = std::make_shared<const Index>(TRY(Index::parse(ready.bytes)));
        if (index->entries().size() > m_options.maxEntries)
            return Error(ErrorCode::TooLarge, fmt::format("{} entries, more than {}", index->entries().size(), m_options.maxEntries));
        LayerFacts facts;
        facts.diffId = layer.diffId;
        facts.tarBytes = ready.tarBytes;
        deliver(task, std::move(index), std::move(facts), 0);
        return {};
    }

    /// Gives the index to every place of the layer. `counted`: the bytes that the progress knows of already.
    void deliver(const Task& task, std::shared_ptr<const Index> index, LayerFacts facts, std::uint64_t counted)
    {
        const std::uint64_t read = facts.storedBytes;
        for (std::size_t place : task.places) {
            const std::uint64_t announced = m_result.image.layers[place].storedBytes;
            m_progress.add(announced - std::min(announced, counted));
            counted = 0;
            const std::lock_guard lock(m_eventMutex);
            facts.storedBytes = announced > 0 ? announced : read;
            m_result.indexes[place] = index;
            m_result.facts[place] = facts;
            if (m_events.layer)
                m_events.layer(place, index, m_result.facts[place]);
        }
    }

    ImageSource& m_source;
    const ReadOptions& m_options;
    const ReadEvents& m_events;
    ReadImage& m_result;
    std::mutex m_eventMutex; ///< held while an event is told; guards the result and m_error
    Progress m_progress;
    std::vector<Task> m_tasks;
    std::atomic<std::size_t> m_next = 0;
    std::stop_source m_stop;
    std::optional<Error> m_error;
};

} // namespace

Result<SourceChoice> choose(const std::vector<SourceChoice>& choices, const ReadOptions& options)
{
    if (choices.empty())
        return Error(ErrorCode::NotFound, "there is no image");
    const oci::Platform& wanted = options.platform ? *options.platform : oci::Platform::host();
    const SourceChoice* best = nullptr;
    int bestMatch = 0;
    for (const SourceChoice& choice : choices) {
        if (const int quality = oci::match(wanted, choice.platform); quality > bestMatch) {
            best = &choice;
            bestMatch = quality;
        }
    }
    if (best)
        return *best;
    if (!options.platform)
        return choices.front();
    // What does not say what it is for is not what was asked for, unless there is nothing else to take.
    if (choices.size() == 1 && choices.front().platform == oci::Platform())
        return choices.front();
    std::vector<std::string> offered;
    for (const SourceChoice& choice : choices) {
        const std::string text = choice.platform == oci::Platform() ? "one that does not say" : choice.platform.text();
        if (std::ranges::find(offered, text) == offered.end())
            offered.push_back(text);
    }
    return Error(ErrorCode::NotFound, fmt::format("no image for {}; there is: {}", wanted.text(), fmt::join(offered, ", ")));
}

Result<ReadImage> readImage(ImageSource& source, const ReadOptions& options, const ReadEvents& events, std::stop_token stop)
{
    ReadImage result;
    result.choices = TRY(source.choices());
    const SourceChoice choice = TRY(choose(result.choices, options));
    result.image = TRY(source.open(choice));
    Reader reader(source, options, events, result);
    TRY(reader.run(stop));
    return result;
}

} // namespace darsena::layers
