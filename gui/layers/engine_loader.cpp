// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/engine_loader.h"

#include "core/archive/extract.h"
#include "gui/base/async.h"
#include "gui/client/download.h"

#include <QPointer>

namespace darsena::gui {

namespace {

constexpr std::size_t TransfersAtOnce = 2;
constexpr std::size_t MaxIndexBytes = 1024 * 1024 * 1024; // what Index::parse takes

} // namespace

/// Gathers one file. Ends with whoever wants it.
class EngineLoader::FileRead : public QObject {
public:
    FileRead(EngineLoader& loader, std::size_t layer, const QString& path, qint64 maxBytes, QObject* context, std::function<void(Result<QByteArray>)> done)
        : QObject(&loader)
        , m_context(context)
        , m_done(std::move(done))
    {
        connect(context, &QObject::destroyed, this, &QObject::deleteLater);
        m_stream = loader.m_client.stream(
            client::layerFile(loader.m_id, layer, path.toStdString()),
            [this, path, maxBytes](std::string& piece) {
                if (m_bytes.size() + static_cast<qint64>(piece.size()) > maxBytes)
                    return end(Error(ErrorCode::TooLarge, EngineLoader::tr("%1 is larger than %2 bytes").arg(path).arg(maxBytes).toStdString()));
                m_bytes.append(piece.data(), static_cast<qsizetype>(piece.size()));
            },
            [this](const Result<void>& ended) { end(ended ? Result<QByteArray>(std::move(m_bytes)) : ended.error()); });
    }

private:
    void end(Result<QByteArray> result)
    {
        m_stream.reset();
        deleteLater();
        const auto done = std::exchange(m_done, {});
        if (done && m_context)
            done(std::move(result));
    }

    QPointer<QObject> m_context;
    std::function<void(Result<QByteArray>)> m_done;
    std::unique_ptr<EngineStream> m_stream;
    QByteArray m_bytes;
};

EngineLoader::EngineLoader(EngineClient& client, QString image, QObject* parent)
    : ImageLoader(parent)
    , m_client(client)
    , m_asked(std::move(image))
{
}

EngineLoader::~EngineLoader() = default;

void EngineLoader::start()
{
    m_client.send(client::describeImage(m_asked.toStdString()), this, [this](const Result<model::ImageDescription>& description) {
        const auto taken = description ? take(*description) : Result<void>(description.error());
        if (!taken) {
            Q_EMIT failed(taken.error());
            return;
        }
        const QPointer<EngineLoader> alive(this);
        Q_EMIT described();
        if (!alive)
            return;
        startTransfers();
        checkEnd();
    });
}

Result<void> EngineLoader::take(const model::ImageDescription& description)
{
    layers::SourceImage image;
    image.name = description.name.empty() ? m_asked.toStdString() : description.name;
    image.id = TRY(Digest::parse(description.id));
    image.configText = description.config;
    image.config = TRY_CONTEXT("the image's configuration", oci::ImageConfig::parse(description.config));
    if (image.config.diffIds.size() != description.layers.size())
        return Error(ErrorCode::Corrupt, tr("the engine describes %1 layers of an image that has %2").arg(description.layers.size()).arg(image.config.diffIds.size()).toStdString());

    std::map<Digest, std::size_t> groups;
    for (std::size_t n = 0; n < description.layers.size(); ++n) {
        const model::DescribedLayer& layer = description.layers[n];
        const Digest& diffId = image.config.diffIds[n];
        image.layers.push_back({ diffId, static_cast<std::uint64_t>(layer.storedBytes), {} });
        layers::LayerFacts facts;
        facts.diffId = diffId;
        facts.storedBytes = static_cast<std::uint64_t>(layer.storedBytes);
        facts.tarBytes = static_cast<std::uint64_t>(layer.tarBytes);
        m_facts.push_back(std::move(facts));
        const auto [group, isNew] = groups.try_emplace(diffId, m_waiting.size());
        if (isNew) {
            m_waiting.emplace_back();
            m_total += layer.indexBytes;
        }
        m_waiting[group->second].push_back(n);
    }
    for (const std::optional<model::StepOrigin>& origin : description.origins) {
        m_origins.emplace_back();
        if (origin && origin->line > 0)
            m_origins.back() = Origin { QString::fromStdString(origin->dockerfile), static_cast<int>(origin->line), static_cast<int>(origin->endLine),
                QString::fromStdString(origin->stage) };
    }
    m_choices = { { image.name, image.config.platform, {}, 0 } };
    m_indexes.resize(image.layers.size());
    m_id = description.id;
    m_image = std::move(image);
    return {};
}

void EngineLoader::startTransfers()
{
    while (!m_givenUp && !m_waiting.empty() && m_transfers.size() < TransfersAtOnce) {
        const std::size_t layer = m_waiting.front().front();
        Transfer& transfer = m_transfers[layer];
        transfer.layers = std::move(m_waiting.front());
        m_waiting.pop_front();
        transfer.stream = m_client.stream(
            client::layerIndex(m_id, layer), [this, &transfer](std::string& piece) { received(transfer, piece); },
            [this, layer](const Result<void>& ended) { arrived(layer, ended); });
    }
}

void EngineLoader::received(Transfer& transfer, std::string& piece)
{
    if (transfer.bytes.size() + piece.size() > MaxIndexBytes) {
        const std::size_t layer = transfer.layers.front();
        return arrived(layer, Error(ErrorCode::TooLarge, tr("its index is larger than 1 GiB").toStdString()));
    }
    transfer.bytes += piece;
    m_received += static_cast<qint64>(piece.size());
    Q_EMIT progressed(m_received, std::max(m_received, m_total));
}

void EngineLoader::arrived(std::size_t layer, const Result<void>& ended)
{
    auto node = m_transfers.extract(layer);
    if (node.empty())
        return;
    if (ended) {
        ++m_parsing;
        async(
            this, [bytes = std::move(node.mapped().bytes)] { return std::make_shared<Result<layers::Index>>(layers::Index::parse(bytes)); },
            [this, group = std::move(node.mapped().layers)](const std::shared_ptr<Result<layers::Index>>& index) {
                --m_parsing;
                parsed(group, std::move(*index));
            });
    } else {
        layerFailed(layer, ended.error());
    }
    startTransfers();
    checkEnd();
}

void EngineLoader::parsed(const std::vector<std::size_t>& layers, Result<layers::Index> index)
{
    const QPointer<EngineLoader> alive(this);
    if (index) {
        const auto shared = std::make_shared<const layers::Index>(std::move(*index));
        for (const std::size_t layer : layers) {
            m_indexes[layer] = shared;
            Q_EMIT layerRead(static_cast<int>(layer));
            if (!alive)
                return;
        }
    } else {
        layerFailed(layers.front(), index.error());
    }
    checkEnd();
}

void EngineLoader::layerFailed(std::size_t layer, const Error& error)
{
    if (!m_error)
        m_error = error.withContext(tr("layer %1 of %2").arg(layer).arg(QString::fromStdString(m_image.name)).toStdString());
    // Without the engine, or leave to ask it, the other layers would fail one after the other.
    if (error.code() == ErrorCode::Unavailable || error.code() == ErrorCode::Denied)
        m_givenUp = true;
}

void EngineLoader::checkEnd()
{
    if (m_ended || !m_transfers.empty() || m_parsing > 0 || (!m_givenUp && !m_waiting.empty()))
        return;
    m_ended = true;
    if (m_error)
        Q_EMIT failed(*m_error);
    else
        Q_EMIT finished();
}

void EngineLoader::readFile(std::size_t layer, const QString& path, qint64 maxBytes, QObject* context, std::function<void(Result<QByteArray>)> done)
{
    new FileRead(*this, layer, path, maxBytes, context, std::move(done)); // deletes itself
}

std::unique_ptr<QObject> EngineLoader::extract(const ExtractRequest& request, std::function<void(qint64)> progress, std::function<void(Result<void>)> done)
{
    const auto remarks = std::make_shared<QStringList>();
    const auto into = request.path.isEmpty() ? archive::ExtractInto::Folder : archive::ExtractInto::FileOrFolder;
    Download::Reader reader = [remarks, into, asTar = request.asTar, destination = request.destination.toStdString()](
                                  archive::ByteSource& tar, const std::stop_token& stop) -> Result<void> {
        archive::ExtractOptions options;
        options.stop = stop;
        if (asTar) {
            TRY(archive::saveStream(tar, destination, options));
            return {};
        }
        for (const std::string& remark : TRY(archive::extractTar(tar, destination, into, options)).remarks)
            remarks->append(QString::fromStdString(remark));
        return {};
    };
    auto download = std::make_unique<Download>(m_client, client::layerArchive(m_id, request.layer, request.path.toStdString(), request.onlyLayer),
        std::move(reader), [loader = QPointer<EngineLoader>(this), remarks, done = std::move(done)](const Result<void>& result) {
            if (loader && !remarks->isEmpty())
                Q_EMIT loader->remarked(*remarks);
            if (done)
                done(result);
        });
    if (progress)
        connect(download.get(), &Download::progressed, this, [progress = std::move(progress)](qint64 bytes) { progress(bytes); });
    return download;
}

} // namespace darsena::gui
