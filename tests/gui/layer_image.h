// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/analysis.h"
#include "core/layers/view.h"
#include "tests/unit/core/layers/layer_lines.h"

#include <QStringList>

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

} // namespace darsena::gui
