// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/crumbs.h"

#include "gui/base/text.h"
#include "gui/widgets/looks.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace darsena::gui {

namespace {
/// So many components are shown; of more the first and the last ones.
constexpr std::size_t MostCrumbs = 6;
constexpr int MostCrumbWidth = 160;
} // namespace

Crumbs::Crumbs(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void Crumbs::showWay(const std::shared_ptr<const layers::Stack>& stack, layers::Stack::NodeId directory)
{
    // Not deleted at once: a click on one of them may have brought us here.
    if (m_body) {
        m_body->hide();
        m_body->deleteLater();
    }
    m_body = new QWidget;
    auto* row = new QHBoxLayout(m_body);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    layout()->addWidget(m_body);
    std::vector<layers::Stack::NodeId> way;
    if (stack && directory < stack->nodes().size()) {
        for (auto node = directory; node != layers::Stack::none; node = stack->node(node).parent)
            way.insert(way.begin(), node);
    }
    for (std::size_t i = 0; i < way.size(); ++i) {
        if (way.size() > MostCrumbs && i > 0 && i < way.size() - (MostCrumbs - 2)) {
            if (i == 1)
                row->addWidget(makeLabel(QStringLiteral(" › …"), "muted"));
            continue;
        }
        if (i > 0)
            row->addWidget(makeLabel(QStringLiteral("›"), "muted"));
        const bool last = i + 1 == way.size();
        const QString path = u'/' + toQString(stack->node(way[i]).path);
        QString name = i == 0 ? QStringLiteral("/") : toQString(stack->node(way[i]).name());
        name = QFontMetrics(m_theme.monospace(type::Base - 1)).elidedText(name, Qt::ElideMiddle, MostCrumbWidth);
        if (last) {
            QLabel* label = makeLabel(name, "strong");
            label->setFont(m_theme.monospace(type::Base - 1));
            label->setContentsMargins(4, 0, 4, 0);
            label->setToolTip(path);
            row->addWidget(label);
            continue;
        }
        // An & in a name is no shortcut.
        QPushButton* button = makeButton(QString(name).replace(u'&', QStringLiteral("&&")), {}, "link");
        button->setFont(m_theme.monospace(type::Base - 1));
        button->setToolTip(path);
        button->setAccessibleName(tr("Go to %1").arg(path));
        connect(button, &QPushButton::clicked, this, [this, node = way[i]] { Q_EMIT chosen(node); });
        row->addWidget(button);
    }
    row->addStretch(1);
}

} // namespace darsena::gui
