// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/base/page.h"

namespace darsena::gui {

QString pageKey(PageId id)
{
    switch (id) {
    case PageId::Build:
        return QStringLiteral("build");
    case PageId::Images:
        return QStringLiteral("images");
    case PageId::Containers:
        return QStringLiteral("containers");
    case PageId::Volumes:
        return QStringLiteral("volumes");
    case PageId::Networks:
        return QStringLiteral("networks");
    case PageId::Compose:
        return QStringLiteral("compose");
    case PageId::Learn:
        return QStringLiteral("learn");
    case PageId::Settings:
        return QStringLiteral("settings");
    }
    return {};
}

Page::Page(PageId id, QWidget* parent)
    : QWidget(parent)
    , m_id(id)
{
    setObjectName(QStringLiteral("page.") + pageKey(id));
}

} // namespace darsena::gui
