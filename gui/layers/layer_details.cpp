// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/layer_details.h"

#include "gui/base/text.h"
#include "gui/layers/wrapped_text.h"
#include "gui/models/layer_list_model.h"
#include "gui/widgets/looks.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>

namespace darsena::gui {

LayerDetails::LayerDetails(const Theme& theme, QWidget* parent)
    : QScrollArea(parent)
    , m_theme(theme)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    rebuild();
}

void LayerDetails::showStep(const QModelIndex& step)
{
    m_step = step;
    rebuild();
}

void LayerDetails::changeEvent(QEvent* event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        rebuild();
}

void LayerDetails::rebuild()
{
    auto* body = new QWidget;
    setLook(body, "surface");
    auto* grid = new QGridLayout(body);
    grid->setContentsMargins(space::L, space::S, space::L, space::M);
    grid->setHorizontalSpacing(space::M);
    grid->setVerticalSpacing(space::XS);
    grid->setColumnStretch(1, 1);
    const auto value = [&](const QString& text, bool mono) {
        auto* label = new WrappedText(text);
        if (mono)
            label->setFont(m_theme.monospace(type::Base - 1));
        return label;
    };
    const auto add = [&](const QString& caption, const QString& text, bool mono = false) {
        if (text.isEmpty())
            return;
        const int row = grid->rowCount();
        grid->addWidget(makeLabel(caption, "muted"), row, 0, Qt::AlignTop);
        WrappedText* label = value(text, mono);
        label->setAccessibleName(caption);
        grid->addWidget(label, row, 1);
    };
    if (m_step.isValid()) {
        const auto text = [this](int role) { return m_step.data(role).toString(); };
        const auto bytes = [this](int role) { return m_step.data(role).toLongLong(); };
        WrappedText* command = value(text(LayerListModel::CreatedByRole), true);
        command->setObjectName(QStringLiteral("layers.command"));
        command->setAccessibleName(tr("Command"));
        grid->addWidget(command, 0, 0, 1, 2);
        if (bytes(LayerListModel::LayerRole) >= 0) {
            const qint64 hidden = bytes(LayerListModel::HiddenRole);
            if (bytes(LayerListModel::BytesRole) >= 0)
                add(tr("Adds"), tr("%1 in %Ln file(s)", nullptr, m_step.data(LayerListModel::FilesRole).toInt()).arg(formatBytes(bytes(LayerListModel::BytesRole))));
            if (hidden > 0)
                add(tr("Hidden"), tr("%1 by later layers").arg(formatBytes(hidden)));
            if (bytes(LayerListModel::StoredRole) > 0)
                add(tr("At rest"), formatBytes(bytes(LayerListModel::StoredRole)));
            add(tr("Digest"), text(LayerListModel::DiffIdRole), true);
        }
        const QDateTime created = m_step.data(LayerListModel::CreatedRole).toDateTime();
        add(tr("Created"), created.isValid() ? QLocale().toString(created.toLocalTime(), QLocale::ShortFormat) : QString());
        add(tr("Author"), text(LayerListModel::AuthorRole));
        add(tr("Comment"), text(LayerListModel::CommentRole));
    }
    grid->setRowStretch(grid->rowCount(), 1);
    setWidget(body); // which deletes the one before
}

} // namespace darsena::gui
