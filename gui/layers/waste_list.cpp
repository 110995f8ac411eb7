// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/waste_list.h"

#include "gui/base/text.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/looks.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace darsena::gui {

namespace {
constexpr std::size_t MostShown = 60;
} // namespace

WasteList::WasteList(const Theme& theme, QWidget* parent)
    : QScrollArea(parent)
    , m_theme(theme)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    rebuild();
}

void WasteList::showWaste(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::Analysis> analysis)
{
    m_stack = std::move(stack);
    m_analysis = std::move(analysis);
    rebuild();
}

void WasteList::changeEvent(QEvent* event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        rebuild();
}

void WasteList::rebuild()
{
    auto* body = new QWidget;
    setLook(body, "surface");
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    const auto say = [&](const QString& text) {
        QLabel* label = makeLabel(text, "muted");
        label->setWordWrap(true);
        label->setContentsMargins(space::L, space::M, space::L, space::M);
        column->addWidget(label);
    };
    if (!m_analysis) {
        say(tr("Reading the layers…"));
    } else if (m_analysis->waste.empty()) {
        say(tr("Nothing is wasted: no layer replaces or removes a file of one below."));
    } else {
        for (std::size_t i = 0; i < std::min(MostShown, m_analysis->waste.size()); ++i) {
            const layers::Waste& item = m_analysis->waste[i];
            const QString name = u'/' + toQString(m_stack->node(item.node).path);
            auto* row = new QWidget;
            auto* grid = new QGridLayout(row);
            grid->setContentsMargins(space::L, space::S, space::L, space::S);
            grid->setVerticalSpacing(2);
            grid->setColumnStretch(0, 1);
            auto* path = new ElidedLabel(Qt::ElideMiddle);
            path->setFont(m_theme.monospace(type::Base - 1));
            path->setText(name);
            grid->addWidget(path, 0, 0);
            QLabel* bytes = makeLabel(formatBytes(static_cast<qint64>(item.bytes)), "failed");
            bytes->setFont(m_theme.font(type::Base, QFont::DemiBold));
            grid->addWidget(bytes, 0, 1, Qt::AlignRight);
            QString what = item.how != layers::How::Overwritten ? tr("stored in layer %1, removed in %2") : tr("stored in layer %1, replaced in %2");
            what = what.arg(item.storedIn).arg(item.hiddenBy);
            auto* told = new ElidedLabel;
            setLook(told, "small");
            told->setText(what);
            grid->addWidget(told, 1, 0);
            auto* go = makeButton(tr("show"), {}, "link");
            go->setAccessibleName(tr("Show %1 in layer %2").arg(name).arg(item.hiddenBy));
            connect(go, &QPushButton::clicked, this, [this, layer = static_cast<int>(item.hiddenBy), name] { Q_EMIT chosen(layer, name); });
            grid->addWidget(go, 1, 1, Qt::AlignRight);
            column->addWidget(row);
            column->addWidget(makeRule(Qt::Horizontal));
        }
        if (m_analysis->waste.size() > MostShown)
            say(tr("and %n more, smaller ones", nullptr, static_cast<int>(m_analysis->waste.size() - MostShown)));
    }
    column->addStretch(1);
    setWidget(body); // which deletes the one before
}

} // namespace darsena::gui
