// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/layer.h"
#include "gui/client/engine_client.h"
#include "gui/layers/image_loader.h"

#include <deque>
#include <map>

namespace darsena::gui {

/// Reads an image from Darsena's own engine, which keeps the index of every layer: the description first, then the indexes,
/// base first, two at a time, taken apart in worker threads. An index that is damaged is told at the end; the others come
/// all the same. When the engine goes away, what has not come is given up.
class EngineLoader : public ImageLoader {
    Q_OBJECT
public:
    /// Whether the engine has the routes for it; any other's images are read by ProcessLoader.
    static bool serves(const EngineClient& client) { return client.isDarsena(); }

    /// @p image: a name or id as the engine takes it. The client must outlive the loader.
    EngineLoader(EngineClient& client, QString image, QObject* parent = nullptr);
    ~EngineLoader() override;

    void start() override;
    void readFile(std::size_t layer, const QString& path, qint64 maxBytes, QObject* context,
        std::function<void(Result<QByteArray>)> done) override;
    std::unique_ptr<QObject> extract(const ExtractRequest& request, std::function<void(qint64)> progress,
        std::function<void(Result<void>)> done) override;

private:
    /// An index on its way. Layers that are the same share one.
    struct Transfer {
        std::vector<std::size_t> layers;
        std::string bytes;
        std::unique_ptr<EngineStream> stream;
    };
    class FileRead;

    Result<void> take(const model::ImageDescription& description);
    void startTransfers();
    void received(Transfer& transfer, std::string& piece);
    void arrived(std::size_t layer, const Result<void>& ended);
    void parsed(const std::vector<std::size_t>& layers, Result<layers::Index> index);
    void layerFailed(std::size_t layer, const Error& error);
    void checkEnd();

    EngineClient& m_client;
    QString m_asked;
    std::string m_id; ///< for requests: a name may come to mean another image meanwhile
    std::vector<std::int64_t> m_indexBytes;
    std::deque<std::vector<std::size_t>> m_waiting; ///< groups of equal layers, base first
    std::map<std::size_t, Transfer> m_transfers; ///< by the first of their layers
    std::size_t m_parsing = 0;
    qint64 m_received = 0;
    qint64 m_total = 0;
    std::optional<Error> m_error; ///< the first
    bool m_givenUp = false;
    bool m_ended = false;
};

} // namespace darsena::gui
