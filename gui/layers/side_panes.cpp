// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/side_panes.h"

#include "gui/base/text.h"
#include "gui/layers/content/file_compare.h"
#include "gui/layers/content/file_preview.h"
#include "gui/layers/layer_side.h"
#include "gui/layers/lists/duplicates_view.h"
#include "gui/layers/lists/packages_view.h"
#include "gui/layers/lists/special_files_view.h"
#include "gui/models/path_history.h"

#include <QStackedWidget>
#include <QTabBar>

namespace darsena::gui {

using layers::Stack;
using layers::View;

namespace {

/// What is seen at a path with an image's first layers; none: nothing.
std::uint32_t visibleVersion(const SidePanes::Image& image, std::string_view path)
{
    const Stack::NodeId node = image.stack->find(path);
    if (node == Stack::none)
        return Stack::none;
    std::uint32_t version = Stack::none;
    for (const PathTouch& touch : pathHistory(*image.stack, node)) {
        if (touch.layer < static_cast<int>(image.layerCount))
            version = touch.version;
    }
    return version;
}

bool isFile(const LayerTreeContent& content, std::uint32_t version)
{
    return version != Stack::none && content.stack->entry(version).type == layers::EntryType::File;
}

} // namespace

SidePanes::SidePanes(LayerSide& side, const Theme& theme, QObject* parent)
    : QObject(parent)
    , m_side(side)
    , m_content(new QStackedWidget)
    , m_preview(new FilePreview(theme))
    , m_compare(new FileCompare(theme))
    , m_packages(new PackagesView(theme))
    , m_duplicates(new DuplicatesView(theme))
    , m_special(new SpecialFilesView(theme))
    , m_texts(&side)
{
    m_content->addWidget(m_preview);
    m_content->addWidget(m_compare);
    side.addTab(m_content, 1); // beside what else is known of a file
    side.addTab(m_packages);
    side.addTab(m_duplicates);
    side.addTab(m_special);
    connect(side.bar(), &QTabBar::currentChanged, this, &SidePanes::refresh);
    connect(m_preview, &FilePreview::pathChosen, this, &SidePanes::pathChosen);
    connect(m_preview, &FilePreview::extractWanted, this, [this](NodeId node) { Q_EMIT extractWanted(node); });
    connect(m_duplicates, &DuplicatesView::chosen, this, &SidePanes::goTo);
    connect(m_special, &SpecialFilesView::nodeChosen, this, &SidePanes::goTo);
    m_texts([this] { retranslate(); });
}

void SidePanes::retranslate()
{
    //: What a file holds.
    m_side.setTitle(m_content, tr("Content"));
    m_side.setTitle(m_packages, tr("Packages"));
    m_side.setTitle(m_duplicates, tr("Copies"));
    //: Files with special rights: setuid, writable by everybody, devices.
    m_side.setTitle(m_special, tr("Special"));
}

void SidePanes::goTo(NodeId node)
{
    if (m_state.content && node < m_state.content->stack->nodes().size())
        Q_EMIT pathChosen(u'/' + toQString(m_state.content->stack->node(node).path));
}

void SidePanes::setState(const State& state)
{
    m_state = state;
    m_node = Stack::none; // of another stack, maybe; who tells the state tells the node next
    refresh();
}

void SidePanes::setCurrent(NodeId node)
{
    m_node = node;
    if (m_side.current() == m_content)
        showContent();
}

void SidePanes::refresh()
{
    const QWidget* seen = m_side.current();
    const bool known = m_state.content != nullptr;
    if (seen == m_content)
        showContent();
    else if (seen == m_duplicates)
        m_duplicates->setData(known ? m_state.content->stack : nullptr, known ? m_state.content->view : nullptr);
    else if (seen == m_special)
        m_special->setData(known ? m_state.content->stack : nullptr, known ? m_state.content->view : nullptr);
    else if (seen != m_packages)
        return;
    else if (!known || !m_state.image.stack)
        m_packages->clear();
    else if (m_state.other.stack)
        m_packages->setStates({ m_state.other.loader, m_state.other.stack, m_state.other.layerCount }, { m_state.image.loader, m_state.image.stack, m_state.image.layerCount });
    else
        m_packages->setState({ m_state.image.loader, m_state.image.stack, m_state.image.layerCount });
}

void SidePanes::showContent()
{
    if (m_state.image.loader != m_previewed) {
        m_previewed = m_state.image.loader;
        m_preview->setLoader(m_state.image.loader);
    }
    const LayerTreeContent* content = m_state.content.get();
    if (!content || m_node >= content->stack->nodes().size() || !m_state.image.stack) {
        m_preview->clear();
        m_content->setCurrentWidget(m_preview);
        return;
    }
    const View::Cell& cell = content->view->cell(m_node);
    const std::string_view path = content->stack->node(m_node).path;
    const Image& image = m_state.image;
    if (m_state.other.stack) {
        FileCompare::Side before { m_state.other.loader, m_state.other.stack, visibleVersion(m_state.other, path), m_state.other.title };
        FileCompare::Side after { image.loader, image.stack, visibleVersion(image, path), image.title };
        m_compare->compare(toQString(path), before, after);
        m_content->setCurrentWidget(m_compare);
    } else if ((cell.reasons & layers::Content) && isFile(*content, cell.before) && isFile(*content, cell.version)) {
        const auto side = [&](std::uint32_t version) {
            return FileCompare::Side { image.loader, content->stack, version, tr("layer %1").arg(content->stack->allVersions()[version].layer) };
        };
        m_compare->compare(toQString(path), side(cell.before), side(cell.version));
        m_content->setCurrentWidget(m_compare);
    } else {
        m_preview->showFile(content->stack, m_node, cell.version);
        m_content->setCurrentWidget(m_preview);
    }
}

} // namespace darsena::gui
