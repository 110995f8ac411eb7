// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/os/file.h"
#include "core/store/archive_contents.h"
#include "core/store/store.h"
#include "core/store/store_impl.h"

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::store {

namespace fs = std::filesystem;

namespace {

constexpr unsigned maxUnpackers = 4;

/// A layer of the archive that the store does not have.
struct LayerTask {
    fs::path file;
    Digest blob; ///< of the file; computed when empty
    Digest diff; ///< that the configuration claims
    Digest chain;
    Digest parent;
    fs::path stage;
    UnpackReport report;
    std::uint64_t fileBytes = 0;
    std::atomic<std::uint64_t> progress { 0 };
};

Result<Digest> digestOf(int fd)
{
    archive::FdSource source(fd);
    archive::HashingSink sink(nullptr);
    TRY(archive::copy(source, sink));
    return sink.finish();
}

/// One `docker load`. Everything is made in one directory of tmp/; the last step moves it in.
class Loader {
public:
    Loader(Store::Impl& store, const ProgressSink& progress, std::stop_token stop, Retag retag)
        : m_store(store)
        , m_progress(progress)
        , m_stop(std::move(stop))
        , m_retag(retag)
    {
    }

    ~Loader()
    {
        if (m_directory.empty())
            return;
        if (auto removed = os::removeTree(m_directory); !removed)
            log::warning("store: {}", removed.error().message()); // the next start removes it
    }

    Result<LoadReport> load(archive::ByteSource& source, const oci::Platform& wanted)
    {
        m_directory = TRY(m_store.makeTemporary("load"));
        TRY(takeApart(source, wanted));
        TRY(planLayers());
        TRY(unpackLayers());
        TRY(settleLayers());
        TRY(commit());
        return std::move(m_report);
    }

private:
    void say(std::string_view phase, std::uint64_t current, std::uint64_t total) const
    {
        if (m_progress)
            m_progress({ std::string(phase), {}, current, total });
    }

    Result<void> takeApart(archive::ByteSource& source, const oci::Platform& wanted)
    {
        const fs::path members = m_directory / "members";
        TRY(os::makeDirectories(members, 0700));
        const UniqueFd target = TRY(os::openFile(members, O_RDONLY | O_DIRECTORY));
        UnpackJob job;
        job.mode = UnpackMode::Members;
        job.limits.bytes = m_store.options.maxLayerBytes;
        job.source = &source;
        job.targetFd = target.get();
        job.progress = [this](std::uint64_t bytes) { say("reading", bytes, 0); };
        const UnpackReport report = TRY(runUnpack(m_store.unpacker(), job, m_stop));
        ArchiveContents contents = TRY(readArchive(members, report.members, wanted));
        m_images = std::move(contents.images);
        m_report.warnings = std::move(contents.warnings);
        if (m_images.empty())
            return Error(ErrorCode::Invalid, "the archive holds no image");
        for (const ArchivedImage& image : m_images) {
            if (oci::match(wanted, image.config.platform) == 0)
                m_report.warnings.push_back(fmt::format("image {} is for {}, this machine is {}", image.id.shortHex(), image.config.platform.text(), wanted.text()));
        }
        return {};
    }

    /// Finds the chains that the store lacks, each once, parents first; holds those that it has.
    Result<void> planLayers()
    {
        const std::lock_guard lock(m_store.referenceMutex);
        std::set<Digest> planned;
        for (const ArchivedImage& image : m_images) {
            Digest parent;
            for (std::size_t i = 0; i < image.layers.size(); ++i) {
                const Digest chain = oci::chainId(parent, image.config.diffIds[i]);
                if (const auto row = TRY(m_store.catalog->layer(chain)); row && m_store.layerFrom(*row).ok()) {
                    m_holds.push_back(m_store.hold(chain));
                    m_files[chain] = m_store.snapshotPath(row->directory) / "fs";
                } else if (row) {
                    return Error(ErrorCode::Corrupt, fmt::format("layer {} is in the store, but its files are missing: remove the images that use it first", row->diff.shortHex()));
                } else if (planned.insert(chain).second) {
                    auto task = std::make_unique<LayerTask>();
                    task->file = image.layers[i];
                    task->blob = image.layerBlobs[i];
                    task->diff = image.config.diffIds[i];
                    task->chain = chain;
                    task->parent = parent;
                    task->stage = m_directory / fmt::format("layer-{}", m_tasks.size());
                    struct stat status {};
                    if (::stat(task->file.c_str(), &status) != 0)
                        return Error::system(errno, task->file.native());
                    task->fileBytes = static_cast<std::uint64_t>(status.st_size);
                    m_files[chain] = task->stage / "fs";
                    m_tasks.push_back(std::move(task));
                }
                m_parents[chain] = parent;
                parent = chain;
            }
        }
        return {};
    }

    Result<void> unpackOne(LayerTask& task, std::stop_token stop) const
    {
        const UniqueFd input = TRY(os::openFile(task.file, O_RDONLY | O_NOFOLLOW));
        if (::mkdir(task.stage.c_str(), 0700) != 0)
            return Error::system(errno, task.stage.native());
        task.report = TRY_CONTEXT(fmt::format("layer {}", task.diff.shortHex()),
            m_store.unpackLayer(input.get(), task.stage, [&](std::uint64_t bytes) { task.progress = bytes; }, stop));
        task.progress = task.fileBytes;
        if (task.report.diffId != task.diff)
            return Error(ErrorCode::Corrupt, fmt::format("layer {}: the content has another diff id, {}", task.diff.shortHex(), task.report.diffId.shortHex()));
        if (task.report.dropped > 0)
            log::warning("store: layer {}: left out {} sockets and 0:0 devices", task.diff.shortHex(), task.report.dropped);
        if (task.blob.empty()) {
            // The blob's name must be right whatever a subverted unpacker says: computed here.
            if (::lseek(input.get(), 0, SEEK_SET) != 0)
                return Error::system(errno, "seek");
            task.blob = TRY(digestOf(input.get()));
        }
        return {};
    }

    /// Several at once, in processes of their own; this thread reports the progress.
    Result<void> unpackLayers()
    {
        if (m_tasks.empty())
            return {};
        std::uint64_t total = 0;
        for (const auto& task : m_tasks)
            total += task->fileBytes;
        std::stop_source failed;
        const std::stop_callback chained(m_stop, [&] { failed.request_stop(); });
        std::mutex mutex;
        std::condition_variable finished;
        std::optional<Error> error;
        std::size_t next = 0;
        const auto count = std::min<std::size_t>({ std::max(1U, std::thread::hardware_concurrency()), maxUnpackers, m_tasks.size() });
        std::size_t running = count;
        std::vector<std::jthread> workers;
        for (std::size_t i = 0; i < count; ++i) {
            workers.emplace_back([&] {
                std::unique_lock lock(mutex);
                while (next < m_tasks.size() && !error) {
                    LayerTask& task = *m_tasks[next++];
                    lock.unlock();
                    auto result = unpackOne(task, failed.get_token());
                    lock.lock();
                    if (!result && !error) {
                        error = result.error();
                        failed.request_stop();
                    }
                }
                --running;
                finished.notify_one();
            });
        }
        std::unique_lock lock(mutex);
        while (running > 0) {
            finished.wait_for(lock, std::chrono::milliseconds(100));
            std::uint64_t current = 0;
            for (const auto& task : m_tasks)
                current += task->progress;
            lock.unlock();
            say("unpacking", current, total);
            lock.lock();
        }
        lock.unlock();
        workers.clear();
        if (m_stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        if (error)
            return *error;
        return {};
    }

    Result<void> settleLayers()
    {
        for (const auto& task : m_tasks) {
            StagedLayer staged = TRY_CONTEXT(fmt::format("layer {}", task->diff.shortHex()),
                m_store.settle(task->stage, task->report, task->parent, lowerOf(task->parent)));
            if (staged.row.chain != task->chain)
                return Error(ErrorCode::Internal, "load: chain ids differ");
            staged.row.blob = task->blob;
            staged.blob = task->file;
            staged.blobBytes = task->fileBytes;
            m_staged.push_back(std::move(staged));
        }
        return {};
    }

    /// The fs directories of a chain, base first; partly in the store, partly in tmp/.
    std::vector<fs::path> lowerOf(const Digest& chain) const
    {
        std::vector<fs::path> lower;
        for (Digest next = chain; !next.empty(); next = m_parents.at(next))
            lower.push_back(m_files.at(next));
        std::ranges::reverse(lower);
        return lower;
    }

    Result<void> commit()
    {
        say("storing", 0, 0);
        std::set<Digest> staged;
        for (const ArchivedImage& image : m_images) {
            if (staged.insert(image.id).second)
                TRY(m_store.stageBlob(m_directory / ("config-" + image.id.hex()), image.configJson));
        }
        if (m_stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        TRY(os::syncFileSystem(m_store.rootFd.get()));

        const std::lock_guard lock(m_store.referenceMutex);
        const auto rows = [&]() -> Result<void> {
            for (const ArchivedImage& image : m_images)
                TRY(addImage(image));
            return {};
        };
        return m_store.commitStaged(m_staged, rows);
    }

    Result<void> addImage(const ArchivedImage& image)
    {
        LoadedImage loaded;
        loaded.id = image.id;
        loaded.existed = TRY(m_store.catalog->image(image.id)).has_value();
        if (!loaded.existed) {
            TRY(m_store.placeBlob(m_directory / ("config-" + image.id.hex()), image.id));
            TRY(m_store.catalog->addBlob(image.id, image.configJson.size()));
            TRY(m_store.catalog->addImage({ image.id, nowSeconds(), nowSeconds(), oci::chainIds(image.config.diffIds) }));
        }
        for (const oci::Reference& reference : image.references) {
            const auto previous = TRY(m_store.catalog->tagged(reference.text()));
            if (previous && *previous != image.id) {
                if (m_retag == Retag::Keep) {
                    m_report.warnings.push_back(fmt::format("{} stays the name of image {}", reference.familiar(), previous->shortHex()));
                    continue;
                }
                m_report.moved.push_back({ reference.text(), *previous, image.id });
            }
            TRY(m_store.catalog->setTag(reference.text(), image.id, nowSeconds()));
            loaded.references.push_back(reference.text());
        }
        m_report.images.push_back(std::move(loaded));
        return {};
    }

    Store::Impl& m_store;
    const ProgressSink& m_progress;
    std::stop_token m_stop;
    Retag m_retag;
    fs::path m_directory;
    std::vector<ArchivedImage> m_images;
    std::vector<std::unique_ptr<LayerTask>> m_tasks;
    std::vector<StagedLayer> m_staged;
    std::map<Digest, fs::path> m_files; ///< chain -> its fs directory
    std::map<Digest, Digest> m_parents; ///< chain -> what is below it
    std::vector<std::shared_ptr<const void>> m_holds;
    LoadReport m_report;
};

} // namespace

Result<LoadReport> Store::load(archive::ByteSource& source, const ProgressSink& progress, std::stop_token stop, Retag retag, const oci::Platform& wanted)
{
    Loader loader(*m_impl, progress, std::move(stop), retag);
    return loader.load(source, wanted);
}

} // namespace darsena::store
