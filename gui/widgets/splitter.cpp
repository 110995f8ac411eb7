// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/splitter.h"

#include "gui/settings/settings.h"

#include <QPainter>

namespace darsena::gui {
namespace {

/// One pixel wide in the layout; Qt itself widens the mouse area of a handle that thin.
class ThinHandle final : public QSplitterHandle {
public:
    using QSplitterHandle::QSplitterHandle;

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.fillRect(contentsRect(), palette().color(QPalette::Mid));
    }
};

} // namespace

Splitter::Splitter(Qt::Orientation orientation, Settings& settings, QString name, QWidget* parent)
    : QSplitter(orientation, parent)
    , m_settings(settings)
    , m_name(std::move(name))
{
    setHandleWidth(1);
    setChildrenCollapsible(false);
    connect(this, &QSplitter::splitterMoved, this, [this] { m_settings.setLayout(m_name, saveState()); });
}

void Splitter::restore(const QList<int>& defaultSizes)
{
    if (!restoreState(m_settings.layout(m_name)))
        setSizes(defaultSizes);
    setHandleWidth(1);
    setChildrenCollapsible(false);
}

QSplitterHandle* Splitter::createHandle()
{
    return new ThinHandle(orientation(), this);
}

} // namespace darsena::gui
