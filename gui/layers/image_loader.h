// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/layers/source/image_reader.h"

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace darsena::gui {

/// Reads one image for the layer viewer: its documents first, then the layers one after the other, which can be looked at
/// while the others come. Lives in the GUI thread, where all signals and callbacks come; never blocks it. Destroying it
/// stops everything; callbacks of a context that has died are dropped.
///
/// Two kinds: EngineLoader asks Darsena's engine (/darsena/v1); ProcessLoader runs `darsena` as a child, which takes hostile
/// archives, registries and foreign engines apart.
class ImageLoader : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Once. Signals come later, never from inside.
    virtual void start() = 0;

    // Known after described().
    const layers::SourceImage& image() const { return m_image; }
    const std::vector<layers::SourceChoice>& choices() const { return m_choices; } ///< other platforms and tags of the source

    /// One per layer, base first; null = not read yet.
    const std::vector<std::shared_ptr<const layers::Index>>& indexes() const { return m_indexes; }
    const std::vector<layers::LayerFacts>& facts() const { return m_facts; }

    /// The instruction that made an entry of the history, as the engine that built the image remembers it.
    struct Origin {
        QString dockerfile; ///< as whoever asked for the build named it: absolute, or in the build's context; "" = not known
        int line = 0; ///< from 1
        int endLine = 0;
        QString stage; ///< its name, or its number from 0
    };
    /// One per entry of image().config.history, or none at all; nothing = not known.
    const std::vector<std::optional<Origin>>& origins() const { return m_origins; }

    /// The content that a layer stores at a path (as in IndexEntry); TooLarge past maxBytes.
    virtual void readFile(std::size_t layer, const QString& path, qint64 maxBytes, QObject* context,
        std::function<void(Result<QByteArray>)> done)
        = 0;

    /// Writes what is visible at a path with layers 0 … layer, or only what that layer stores, into a local file: the
    /// content itself for a single file (keeping its mode), else below a folder with modes and times; `asTar` writes a tar.
    /// `progress` gets bytes. Destroying the returned object cancels and takes what was half written away.
    struct ExtractRequest {
        std::size_t layer = 0;
        QString path; ///< "" = everything
        bool onlyLayer = false;
        bool asTar = false;
        QString destination; ///< file or folder, absolute
    };
    virtual std::unique_ptr<QObject> extract(const ExtractRequest& request, std::function<void(qint64)> progress,
        std::function<void(Result<void>)> done)
        = 0;

Q_SIGNALS:
    void described();
    void layerRead(int layer);
    void progressed(qint64 done, qint64 total); ///< bytes; total 0 = not known
    void finished();
    /// What is there stays usable.
    void failed(const darsena::Error& error);
    /// What an extraction has left out, in sentences (devices, set-user-id); comes before its `done`.
    void remarked(const QStringList& sentences);

protected:
    layers::SourceImage m_image;
    std::vector<layers::SourceChoice> m_choices;
    std::vector<std::shared_ptr<const layers::Index>> m_indexes;
    std::vector<layers::LayerFacts> m_facts;
    std::vector<std::optional<Origin>> m_origins;
};

} // namespace darsena::gui
