// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/client/engine_client.h"
#include "gui/layers/image_loader.h"

namespace darsena::gui {

/// Reads an image from Darsena's engine by its lists of files (/darsena/v1/images/…/layers): no contents, no digests of
/// contents, so that a file that is stored again counts as changed when size or attributes say so.
class ListLoader : public ImageLoader {
    Q_OBJECT
public:
    /// @p reference as the engine takes it. The client must outlive the loader.
    ListLoader(EngineClient& client, QString reference, QObject* parent = nullptr);

    void start() override;
    void readFile(std::size_t layer, const QString& path, qint64 maxBytes, QObject* context, std::function<void(Result<QByteArray>)> done) override;
    std::unique_ptr<QObject> extract(const ExtractRequest& request, std::function<void(qint64)> progress, std::function<void(Result<void>)> done) override;

private:
    void described(std::vector<model::LayerSummary> steps);
    void fetchNext();
    void fetched(std::vector<model::FileChange> files);

    EngineClient& m_client;
    QString m_reference;
    std::vector<std::int64_t> m_steps; // of the layers: their places in the history
    std::size_t m_next = 0;
    qint64 m_bytes = 0, m_done = 0;
    std::unique_ptr<EngineStream> m_stream;
};

/// An index of what the engine lists of one layer.
std::shared_ptr<const layers::Index> indexOf(const std::vector<model::FileChange>& files);

} // namespace darsena::gui
