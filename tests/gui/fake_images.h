// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/unit/core/layers/layer_lines.h"

#include "gui/layers/image_origin.h"

#include <QPointer>
#include <QTimer>

#include <map>

namespace darsena::gui {

/// A loader that tells what the test wants when the test wants.
class FakeLoader : public ImageLoader {
public:
    using Indexes = std::vector<std::shared_ptr<const layers::Index>>;

    /// One instruction per layer, "-" before those that make none.
    FakeLoader(Indexes layers, const std::vector<std::string>& history, std::vector<layers::SourceChoice> choices)
        : m_whole(std::move(layers))
    {
        for (std::size_t i = 0; i < m_whole.size(); ++i) {
            const Digest diffId = Digest::ofText(std::to_string(i));
            m_image.layers.push_back({ diffId, m_whole[i]->sums().bytes / 2 + 1, "layer.tar of " + std::to_string(i) });
            m_image.config.diffIds.push_back(diffId);
        }
        for (const std::string& step : history) {
            oci::HistoryEntry entry;
            entry.emptyLayer = step.starts_with('-');
            entry.createdBy = entry.emptyLayer ? step.substr(1) : step;
            entry.created = "2026-11-24T05:12:00Z";
            entry.author = "Ana";
            m_image.config.history.push_back(entry);
        }
        m_image.config.platform = { "linux", "amd64", "" };
        m_choices = std::move(choices);
    }

    void start() override { started = true; }
    void describe()
    {
        m_indexes.resize(m_whole.size());
        m_facts.resize(m_whole.size());
        Q_EMIT described();
    }
    void give(std::size_t layer)
    {
        m_indexes[layer] = m_whole[layer];
        m_facts[layer].storedBytes = m_image.layers[layer].storedBytes;
        Q_EMIT layerRead(static_cast<int>(layer));
        Q_EMIT progressed(static_cast<qint64>(layer + 1) * 1000, static_cast<qint64>(m_whole.size()) * 1000);
    }
    void finish() { Q_EMIT finished(); }
    void giveAll()
    {
        describe();
        for (std::size_t layer = 0; layer < m_whole.size(); ++layer)
            give(layer);
        finish();
    }
    void fail(const Error& error) { Q_EMIT failed(error); }

    void readFile(std::size_t layer, const QString& path, qint64, QObject* context, std::function<void(Result<QByteArray>)> done) override
    {
        QTimer::singleShot(0, context, [=] { done(QStringLiteral("%1 of layer %2").arg(path).arg(layer).toUtf8()); });
    }
    std::unique_ptr<QObject> extract(const ExtractRequest& request, std::function<void(qint64)>, std::function<void(Result<void>)> done) override
    {
        extracted.push_back(request);
        auto running = std::make_unique<QObject>();
        QTimer::singleShot(0, running.get(), [done] { done({}); });
        return running;
    }

    bool started = false;
    std::vector<ExtractRequest> extracted;

private:
    Indexes m_whole;
};

/// Makes loaders of what the test has put under a reference, and keeps hold of them.
class FakeImages : public LoaderFactory {
public:
    struct Image {
        FakeLoader::Indexes layers;
        std::vector<std::string> history {};
        std::vector<layers::SourceChoice> choices {};
    };
    /// Outlives the factory, which belongs to the viewer.
    struct Shelf {
        std::map<QString, Image> images;
        std::vector<ImageOrigin> asked;
        std::vector<QPointer<FakeLoader>> loaders;
        FakeLoader& last() { return *loaders.back(); }
    };

    explicit FakeImages(Shelf& shelf)
        : m_shelf(shelf)
    {
    }
    bool can(ImageOrigin::Kind) const override { return true; }
    std::unique_ptr<ImageLoader> make(const ImageOrigin& origin) override
    {
        const Image& image = m_shelf.images[origin.reference];
        auto loader = std::make_unique<FakeLoader>(image.layers, image.history, image.choices);
        m_shelf.asked.push_back(origin);
        m_shelf.loaders.emplace_back(loader.get());
        return loader;
    }

private:
    Shelf& m_shelf;
};

} // namespace darsena::gui
