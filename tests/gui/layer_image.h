// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/analysis.h"
#include "core/layers/view.h"
#include "gui/layers/image_loader.h"
#include "tests/unit/core/layers/layer_lines.h"

#include <QFile>
#include <QPointer>
#include <QStringList>
#include <QTimer>

#include <map>

namespace darsena::gui {

/// An image for the layer viewer's parts: a base, an installation, sources, a build, and what cleans up too late.
class LayerImage {
public:
    LayerImage()
    {
        using layers::layer;
        using layers::Line;
        std::vector<Line> base { { 'f', "usr/lib/libc.so.6", "1900000 a" }, { 'f', "usr/lib/libcrypto.so.3", "4700000 a" }, { 'f', "usr/bin/bash", "1300000 a" },
            { 'f', "usr/bin/perl", "3800000 a" }, { 'f', "etc/passwd", "root:x:0:0" }, { 'f', "var/lib/dpkg/status", "90000 a" }, { 'f', "usr/bin/passwd", "64000 a", 04755 } };
        for (int i = 0; i < 60; ++i)
            base.push_back({ 'f', fmt::format("usr/share/locale/l{}/messages.mo", i), fmt::format("{} m", 30000 + 2000 * i) });
        std::vector<Line> tools { { 'f', "usr/lib/gcc/cc1", "32000000 b" }, { 'f', "usr/lib/gcc/lto1", "31000000 b" }, { 'f', "usr/lib/gcc/libgcc.a", "3200000 b" },
            { 'f', "usr/bin/ld", "1700000 b" }, { 'f', "var/lib/dpkg/status", "120000 b" }, { 'd', "tmp", {}, 0777 }, { 'f', "usr/include/stdio.h", "30000 b" } };
        for (int i = 0; i < 12; ++i)
            tools.push_back({ 'f', fmt::format("var/lib/apt/lists/list_{}", i), fmt::format("{} z", 700000 + 250000 * i) });
        m_stack = std::make_shared<const layers::Stack>(layers::stackOf({ layer(base), layer(tools),
            layer({ { 'f', "src/assets.tar", "14000000 c" }, { 'f', "src/hello.c", "1800 c" }, { 'f', "src/vendor/blob", "4900000 c" } }),
            layer({ { 'f', "usr/bin/hello", "880000 d" }, { 'f', "src/hello.o", "40000 d" } }),
            layer({ { 'w', "src" }, { 'w', "var/lib/apt/lists" }, { 'f', "etc/passwd", "root:x:0:0 and hello" }, { 'f', "opt/copy", "880000 d" } }) }));
        m_analysis = std::make_shared<const layers::Analysis>(layers::analyse(*m_stack));
    }

    const std::shared_ptr<const layers::Stack>& stack() const { return m_stack; }
    const std::shared_ptr<const layers::Analysis>& analysis() const { return m_analysis; }
    std::shared_ptr<const layers::View> whole() const { return view({ 0, m_stack->layerCount() - 1 }); }
    std::shared_ptr<const layers::View> of(std::size_t layer) const { return view({ layer, layer }); }
    layers::Stack::NodeId find(const char* path) const { return m_stack->find(path); }
    static QStringList names()
    {
        return { "FROM debian:bookworm", "RUN apt-get update && apt-get install -y gcc", "COPY . /src", "RUN make && make install",
            "RUN rm -rf /src /var/lib/apt/lists" };
    }

private:
    std::shared_ptr<const layers::View> view(layers::LayerRange range) const
    {
        return std::make_shared<const layers::View>(layers::View::of(*m_stack, range));
    }

    std::shared_ptr<const layers::Stack> m_stack;
    std::shared_ptr<const layers::Analysis> m_analysis;
};

/// Gives what it was told to give, a moment later, as a real one does.
class ScriptedLoader : public ImageLoader {
public:
    void put(std::size_t layer, const QString& path, const QByteArray& bytes) { m_files[{ layer, path }] = bytes; }
    int reads() const { return m_reads; }

    void start() override { }
    void readFile(std::size_t layer, const QString& path, qint64 maxBytes, QObject* context, std::function<void(Result<QByteArray>)> done) override
    {
        ++m_reads;
        const auto found = m_files.find({ layer, path });
        Result<QByteArray> result = found == m_files.end() ? Result<QByteArray>(Error(ErrorCode::NotFound, "layer " + std::to_string(layer) + " has no " + path.toStdString()))
            : found->second.size() > maxBytes              ? Result<QByteArray>(Error(ErrorCode::TooLarge, "too large"))
                                                           : Result<QByteArray>(found->second);
        QTimer::singleShot(1, context, [result, done = std::move(done)] { done(result); });
    }
    std::unique_ptr<QObject> extract(const ExtractRequest& request, std::function<void(qint64)> progress, std::function<void(Result<void>)> done) override
    {
        m_extracts.push_back(request);
        auto job = std::make_unique<QObject>();
        if (m_hangs)
            return job;
        QTimer::singleShot(1, job.get(), [progress] { progress(1'500'000); });
        QTimer::singleShot(20, job.get(), [this, done] { done(m_extractResult); });
        return job;
    }

    std::vector<ExtractRequest> m_extracts;
    Result<void> m_extractResult;
    bool m_hangs = false; ///< extract() never ends by itself

private:
    std::map<std::pair<std::size_t, QString>, QByteArray> m_files;
    int m_reads = 0;
};

} // namespace darsena::gui
