// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/list_loader.h"

#include "core/archive/whiteout.h"
#include "gui/base/async.h"

#include <QTimer>

#include <algorithm>
#include <utility>

namespace darsena::gui {

namespace {

layers::EntryType typeOf(const model::FileChange& file)
{
    using layers::EntryType;
    if (file.change == "removed")
        return EntryType::Whiteout;
    static const std::pair<const char*, EntryType> types[] = { { "directory", EntryType::Directory }, { "link", EntryType::Symlink },
        { "device", EntryType::CharDevice }, { "fifo", EntryType::Fifo }, { "socket", EntryType::Socket } };
    const auto found = std::find_if(std::begin(types), std::end(types), [&](const auto& one) { return file.type == one.first; });
    return found == std::end(types) ? EntryType::File : found->second;
}

std::string_view clean(std::string_view path)
{
    while (path.starts_with('/'))
        path.remove_prefix(1);
    while (path.ends_with('/'))
        path.remove_suffix(1);
    return path;
}

Error notHere()
{
    return Error(ErrorCode::Unsupported, "this engine lists the files of a layer and does not give their contents");
}

} // namespace

std::shared_ptr<const layers::Index> indexOf(const std::vector<model::FileChange>& files)
{
    std::vector<layers::IndexEntry> entries;
    entries.reserve(files.size());
    for (const model::FileChange& file : files) {
        layers::IndexEntry& entry = entries.emplace_back();
        entry.path = clean(file.path);
        entry.type = typeOf(file);
        entry.mode = static_cast<std::uint32_t>(file.mode) & 07777;
        entry.uid = static_cast<std::uint32_t>(file.uid);
        entry.gid = static_cast<std::uint32_t>(file.gid);
        entry.hardLink = file.type == "hardlink" && entry.type == layers::EntryType::File;
        if (entry.type == layers::EntryType::File && !entry.hardLink) {
            entry.size = static_cast<std::uint64_t>(std::max<std::int64_t>(0, file.size));
            // The lists have no digests: size and time stand for the content.
            entry.content = layers::contentBytes(Digest::ofText(std::to_string(file.size) + ' ' + std::to_string(file.mtime)));
        }
        entry.mtime = file.mtime;
        entry.link = entry.hardLink ? clean(file.link) : std::string_view(file.link);
    }
    std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return archive::pathBefore(a.path, b.path); });
    entries.erase(std::unique(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.path == b.path; }), entries.end());
    return std::make_shared<const layers::Index>(layers::Index::of(entries));
}

ListLoader::ListLoader(EngineClient& client, QString reference, QObject* parent)
    : ImageLoader(parent)
    , m_client(client)
    , m_reference(std::move(reference))
{
}

void ListLoader::start()
{
    m_client.send(client::imageLayers(m_reference.toStdString()), this, [this](Result<std::vector<model::LayerSummary>> steps) {
        if (!steps) {
            Q_EMIT failed(steps.error());
            return;
        }
        described(std::move(*steps));
    });
}

void ListLoader::described(std::vector<model::LayerSummary> steps)
{
    m_image.name = m_reference.toStdString();
    for (const model::LayerSummary& step : steps) {
        oci::HistoryEntry entry;
        entry.createdBy = step.createdBy.empty() ? step.instruction : step.createdBy;
        entry.created = step.created ? model::formatTime(*step.created) : std::string();
        entry.emptyLayer = step.emptyLayer;
        m_image.config.history.push_back(std::move(entry));
        if (step.emptyLayer)
            continue;
        const Digest diffId = Digest::parse(step.diffId).valueOr({});
        m_image.config.diffIds.push_back(diffId);
        m_image.layers.push_back({ diffId, 0, step.diffId });
        m_steps.push_back(step.index);
        m_bytes += step.bytes;
    }
    m_indexes.resize(m_steps.size());
    m_facts.resize(m_steps.size());
    Q_EMIT ImageLoader::described();
    fetchNext();
}

void ListLoader::fetchNext()
{
    if (m_next == m_steps.size()) {
        Q_EMIT finished();
        return;
    }
    auto files = std::make_shared<std::vector<model::FileChange>>();
    m_stream = m_client.stream(
        client::layerFiles(m_reference.toStdString(), m_steps[m_next]),
        [files](std::vector<model::FileChange>& some) {
            files->insert(files->end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
        },
        [this, files](const Result<void>& ended) {
            m_stream.release()->deleteLater();
            if (ended)
                fetched(std::move(*files));
            else
                Q_EMIT failed(ended.error());
        });
}

void ListLoader::fetched(std::vector<model::FileChange> files)
{
    async(
        this, [files = std::move(files)] { return indexOf(files); },
        [this](std::shared_ptr<const layers::Index> index) {
            m_done += static_cast<qint64>(index->sums().bytes);
            m_indexes[m_next] = std::move(index);
            Q_EMIT layerRead(static_cast<int>(m_next++));
            Q_EMIT progressed(std::min(m_done, m_bytes), m_bytes);
            fetchNext();
        });
}

void ListLoader::readFile(std::size_t, const QString&, qint64, QObject* context, std::function<void(Result<QByteArray>)> done)
{
    QTimer::singleShot(0, context, [done = std::move(done)] { done(notHere()); });
}

std::unique_ptr<QObject> ListLoader::extract(const ExtractRequest&, std::function<void(qint64)>, std::function<void(Result<void>)> done)
{
    auto running = std::make_unique<QObject>();
    QTimer::singleShot(0, running.get(), [done = std::move(done)] { done(notHere()); });
    return running;
}

} // namespace darsena::gui
