// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/builder/builder.h"
#include "core/os/beneath.h"
#include "core/os/file.h"
#include "core/os/mount.h"
#include "core/store/store.h"

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <map>
#include <mutex>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/// A real store, a builder on it, an executor that does what the test says, and files to build from.
namespace darsena::builder::test {

namespace fs = std::filesystem;

template<typename T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().message().c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

/// What a RUN does: gets the mounted root, the step and the log, returns the exit code.
using Command = std::function<int(const os::Beneath& root, const RunStep& step, LogSink& log, std::stop_token stop)>;

class FakeExecutor : public Executor {
public:
    /// By the script of the shell form.
    std::map<std::string, Command> commands;

    Result<int> run(const RunStep& step, LogSink& log, std::stop_token stop) override
    {
        {
            const std::lock_guard lock(m_mutex);
            ran.push_back(step.args.back());
            steps.push_back(step);
        }
        const os::Beneath root = TRY(os::Beneath::adopt(must(os::mountOverlay(step.root))));
        // A runtime makes what it mounts over.
        for (const std::string& path : fixedMountPoints()) {
            if (path.starts_with("/etc/")) {
                TRY(root.makeDirectories("/etc", 0755));
                static_cast<void>(root.createFile(path, 0644));
            } else {
                TRY(root.makeDirectories(path, 0755));
            }
        }
        for (const RunMount& mount : step.mounts)
            TRY(root.makeDirectories(mount.target, 0755));
        const auto command = commands.find(step.args.back());
        if (command == commands.end())
            return 127;
        return command->second(root, step, log, stop);
    }
    std::vector<std::string> fixedMountPoints() const override { return { "/proc", "/sys", "/dev", "/etc/hosts", "/etc/resolv.conf" }; }

    std::vector<std::string> ran;
    std::vector<RunStep> steps;

private:
    std::mutex m_mutex;
};

/// Keeps every event.
class Recorder : public BuildObserver {
public:
    void onEvent(const BuildEvent& event) override
    {
        events.push_back(event);
        if (heard)
            heard(event);
    }
    std::vector<BuildEvent> events;
    std::function<void(const BuildEvent&)> heard;

    template<typename T>
    std::vector<T> all() const
    {
        std::vector<T> found;
        for (const BuildEvent& event : events) {
            if (const T* match = std::get_if<T>(&event))
                found.push_back(*match);
        }
        return found;
    }
    /// "cached", "ran" or "" of a step.
    QString fate(int step) const
    {
        for (const CachedEvent& cached : all<CachedEvent>()) {
            if (cached.step == step)
                return "cached";
        }
        for (const FinishedEvent& finished : all<FinishedEvent>()) {
            if (finished.step == step)
                return "ran";
        }
        return {};
    }
    /// Of all steps, "ccr": cached, cached, ran.
    QString fates() const
    {
        QString text;
        for (std::size_t i = 0; i < all<PlanEvent>().front().steps.size(); ++i) {
            const QString one = fate(static_cast<int>(i));
            text += one.isEmpty() ? QChar(u'-') : one[0];
        }
        return text;
    }
    QString why(int step) const
    {
        for (const QueuedEvent& queued : all<QueuedEvent>()) {
            if (queued.step == step)
                return QString::fromStdString(queued.why);
        }
        for (const CachedEvent& cached : all<CachedEvent>()) {
            if (cached.step == step)
                return QString::fromStdString(cached.why);
        }
        return {};
    }
    FailedEvent failure() const { return all<FailedEvent>().empty() ? FailedEvent() : all<FailedEvent>().back(); }
};

class Lab {
public:
    Lab()
    {
        store = must(store::Store::open(path() / "store", { .libexec = DARSENA_BIN_DIR }));
        BuilderOptions options;
        options.cacheMounts = path() / "cache-mounts";
        options.scratch = path() / "scratch";
        options.secrets = path() / "secrets";
        options.now = [this] { return std::chrono::system_clock::time_point(std::chrono::seconds(clock.fetch_add(1))); };
        builder = must(Builder::create(*store, executor, options));
        fs::create_directories(context());
    }

    fs::path path() const { return m_directory.path().toStdString(); }
    fs::path context() const { return path() / "context"; }

    void file(const fs::path& name, std::string_view text, mode_t mode = 0644)
    {
        fs::create_directories((context() / name).parent_path());
        std::ofstream(context() / name) << text;
        ::chmod((context() / name).c_str(), mode);
    }

    /// An image of files and directories (names that end with '/'), links ("a -> b").
    void image(const std::string& name, const std::map<std::string, std::string>& files, oci::ExecutionConfig config = {})
    {
        const auto draft = must(store->newLayer(std::nullopt));
        {
            const os::Beneath root = must(os::Beneath::adopt(must(os::mountOverlay(draft->overlay()))));
            for (const auto& [file, content] : files) {
                if (const std::size_t arrow = file.find(" -> "); arrow != std::string::npos) {
                    must(root.symlink(file.substr(arrow + 4), file.substr(0, arrow)));
                    continue;
                }
                const std::size_t slash = file.rfind('/');
                if (slash != std::string::npos && slash > 0)
                    must(root.makeDirectories(file.substr(0, slash), 0755));
                if (!file.ends_with('/'))
                    must(os::writeAll(must(root.createFile(file, 0644)).get(), content));
            }
        }
        const store::Layer layer = must(draft->commit());
        oci::ImageConfig image;
        image.platform = oci::Platform::host();
        image.created = "2026-01-01T00:00:00Z";
        image.config = std::move(config);
        image.diffIds = { layer.diffId };
        image.history = { { .created = image.created, .createdBy = "made for a test", .author = {}, .comment = {}, .emptyLayer = false } };
        must(store->tag(must(store->addImage(image)).id, must(oci::Reference::parse(name))));
    }

    BuildRequest request(std::string dockerfile)
    {
        BuildRequest request;
        request.context = must(os::openFile(context(), O_PATH | O_DIRECTORY));
        request.dockerfile = std::move(dockerfile);
        return request;
    }

    /// The result's image, or nothing; `recorder` has what happened.
    std::optional<store::Image> build(BuildRequest request)
    {
        recorder = Recorder();
        auto result = builder->build(std::move(request), recorder);
        error = result ? std::string() : result.error().message();
        if (!result)
            return std::nullopt;
        return must(store->image(result->imageId));
    }
    std::optional<store::Image> build(std::string dockerfile) { return build(request(std::move(dockerfile))); }

    /// The files of an image, one line each, sorted: "d 755 0:0 app", "f 644 0:0 app/x content", "l 0:0 y -> x".
    QString tree(const store::Image& image)
    {
        UniqueFd mounted = must(os::mountOverlay(must(store->readOnlyOverlay(image.chain()))));
        const os::Beneath root = must(os::Beneath::adopt(std::move(mounted)));
        QStringList lines;
        list(root, "", lines);
        return lines.join(u'\n');
    }
    /// What layer n (base = 0) changes: "added app/x".
    QString changes(const store::Image& image, std::size_t layer)
    {
        QStringList lines;
        for (const auto& change : must(store->layerFiles(image, layer)))
            lines += QString::fromStdString(fmt::format("{} {}", layers::name(change.change), change.path));
        return lines.join(u'\n');
    }

    std::unique_ptr<store::Store> store;
    FakeExecutor executor;
    std::unique_ptr<Builder> builder;
    Recorder recorder;
    std::string error;
    std::atomic<std::int64_t> clock = 1'700'000'000;

private:
    static void list(const os::Beneath& root, const std::string& directory, QStringList& lines)
    {
        for (const auto& entry : must(root.list(directory.empty() ? "." : directory))) {
            const std::string path = directory.empty() ? entry.name : directory + "/" + entry.name;
            const struct stat attributes = must(root.stat(path));
            const unsigned mode = attributes.st_mode & 07777;
            if (S_ISLNK(attributes.st_mode)) {
                lines += QString::fromStdString(fmt::format("l {}:{} {} -> {}", attributes.st_uid, attributes.st_gid, path, must(root.readLink(path))));
            } else if (S_ISDIR(attributes.st_mode)) {
                lines += QString::fromStdString(fmt::format("d {:o} {}:{} {}", mode, attributes.st_uid, attributes.st_gid, path));
                list(root, path, lines);
            } else if (S_ISREG(attributes.st_mode)) {
                lines += QString::fromStdString(fmt::format("f {:o} {}:{} {} {}", mode, attributes.st_uid, attributes.st_gid, path, must(root.readFile(path, 1 << 20))));
            } else {
                lines += QString::fromStdString("? " + path);
            }
        }
    }
    QTemporaryDir m_directory { "/var/tmp/darsena-builder-XXXXXX" };
};

} // namespace darsena::builder::test
