// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/size_map_accessible.h"

#include "gui/layers/sizes/size_map.h"

#include <QAccessibleWidget>

namespace darsena::gui {
namespace {

class SizeMapAccessible : public QAccessibleWidget {
public:
    explicit SizeMapAccessible(SizeMap* map)
        : QAccessibleWidget(map, QAccessible::Chart)
        , m_map(map)
    {
    }
    QString text(QAccessible::Text what) const override
    {
        return what == QAccessible::Value ? m_map->currentText() : QAccessibleWidget::text(what);
    }

private:
    SizeMap* m_map; // Qt deletes the interface with its object
};

QAccessibleInterface* make(const QString&, QObject* object)
{
    auto* map = qobject_cast<SizeMap*>(object);
    return map ? new SizeMapAccessible(map) : nullptr;
}

} // namespace

void installSizeMapAccessibility()
{
    static const bool once = [] {
        QAccessible::installFactory(make);
        return true;
    }();
    static_cast<void>(once);
}

void tellAccessibleValue(SizeMap* map, const QString& text)
{
    if (!QAccessible::isActive())
        return;
    QAccessibleValueChangeEvent event(map, text);
    QAccessible::updateAccessibility(&event);
}

} // namespace darsena::gui
