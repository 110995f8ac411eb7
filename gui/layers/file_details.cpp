// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/file_details.h"

#include "gui/base/text.h"
#include "gui/layers/wrapped_text.h"
#include "gui/models/layer_list_model.h"
#include "gui/models/layer_text.h"
#include "gui/models/path_history.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/looks.h"

#include <QDateTime>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>

#include <algorithm>
#include <utility>

namespace darsena::gui {

using layers::IndexEntry;
using layers::Stack;
using layers::View;

FileDetails::FileDetails(const Theme& theme, QWidget* parent)
    : QScrollArea(parent)
    , m_theme(theme)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    rebuild();
}

void FileDetails::clear()
{
    showFile({}, Stack::none, nullptr);
}

void FileDetails::showFile(std::shared_ptr<const LayerTreeContent> content, NodeId node, const LayerListModel* steps)
{
    m_content = std::move(content);
    m_node = node;
    m_steps = steps;
    rebuild();
}

void FileDetails::changeEvent(QEvent* event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        rebuild();
}

void FileDetails::addFacts(QGridLayout& grid)
{
    const auto add = [&](const QString& caption, const QString& value, bool mono = false) {
        if (value.isEmpty())
            return;
        const int row = grid.rowCount();
        grid.addWidget(makeLabel(caption, "muted"), row, 0, Qt::AlignTop);
        auto* label = new WrappedText(value);
        label->setAccessibleName(caption);
        if (mono)
            label->setFont(m_theme.monospace(type::Base - 1));
        grid.addWidget(label, row, 1);
    };
    const View::Cell& cell = m_content->view->cell(m_node);
    const IndexEntry* entry = m_content->entry(m_node);
    const bool removed = cell.mark == layers::Mark::Removed;
    const auto bytes = static_cast<qint64>(removed ? cell.removedBytes : cell.bytes);
    QString change = layertext::mark(cell);
    if (cell.mark == layers::Mark::Changed && cell.before != Stack::none)
        change += QStringLiteral(": ") + layertext::reasons(m_content->stack->entry(cell.before), m_content->stack->entry(cell.version), cell.reasons);
    add(tr("Change"), change);
    if (!entry || entry->type == layers::EntryType::Directory) {
        add(tr("Kind"), tr("directory"));
        add(tr("Size"), tr("%1 in %Ln file(s)", nullptr, static_cast<int>(removed ? cell.removedFiles : cell.files)).arg(formatBytes(bytes)));
    } else {
        add(tr("Kind"), layertext::kind(*entry));
        add(tr("Size"), tr("%1 (%2 bytes)").arg(formatBytes(bytes), QLocale().toString(bytes)));
    }
    if (entry && !entry->implied) {
        add(tr("Mode"), QStringLiteral("%1  %2").arg(layertext::mode(*entry)).arg(entry->mode, 4, 8, QLatin1Char('0')), true);
        add(tr("Owner"), QStringLiteral("%1:%2").arg(entry->uid).arg(entry->gid), true);
        add(tr("Modified"), entry->mtime > 0 ? QLocale().toString(QDateTime::fromSecsSinceEpoch(entry->mtime), QLocale::ShortFormat) : QString());
        add(tr("Target"), toQString(entry->link), true);
    }
    if (m_steps && cell.version != Stack::none) {
        const auto layer = static_cast<int>(m_content->stack->allVersions()[cell.version].layer);
        add(removed ? tr("Stored by") : tr("Written by"), QStringLiteral("%1 · %2").arg(layer).arg(m_steps->instructionOfLayer(layer)), true);
        if (const auto line = m_lines ? m_lines->ofLayer(layer) : std::nullopt)
            addLine(grid, *line);
    }
}

void FileDetails::addLine(QGridLayout& grid, const LayerLines::Line& line)
{
    QString text = line.endLine > line.line ? tr("lines %1 to %2").arg(line.line).arg(line.endLine) : tr("line %1").arg(line.line);
    if (line.certainty == dockerfile::BlameCertainty::Ambiguous)
        text = tr("%1, or one that says the same").arg(text);
    else if (line.certainty == dockerfile::BlameCertainty::Similar)
        text = tr("%1, edited since").arg(text);
    auto* link = makeButton(text, {}, "link");
    link->setObjectName(QStringLiteral("layers.line"));
    link->setToolTip(tr("Opens %1 at this line").arg(line.dockerfile));
    connect(link, &QPushButton::clicked, this, [this, at = line.line] { Q_EMIT lineChosen(at); });
    const int row = grid.rowCount();
    grid.addWidget(makeLabel(tr("Dockerfile"), "small"), row, 0, Qt::AlignTop);
    grid.addWidget(link, row, 1, Qt::AlignLeft);
}

void FileDetails::setLines(const LayerLines* lines)
{
    m_lines = lines;
    connect(lines, &LayerLines::changed, this, &FileDetails::rebuild);
}

void FileDetails::addHistory(QBoxLayout& column)
{
    const std::vector<PathTouch> touches = pathHistory(*m_content->stack, m_node);
    if (touches.empty())
        return;
    column.addSpacing(space::S);
    column.addWidget(makeLabel(tr("Layers that touch it"), "strong"));
    for (const PathTouch& touch : touches) {
        QString verb;
        if (touch.mark == layers::Mark::Removed)
            verb = touch.by == m_node || touch.by == Stack::none ? tr("removes it") : tr("removes it with /%1").arg(toQString(m_content->stack->node(touch.by).path));
        else if (touch.mark == layers::Mark::Added)
            verb = tr("adds it");
        else
            verb = tr("changes it: %1").arg(layertext::reasons(m_content->stack->entry(touch.before), m_content->stack->entry(touch.version), touch.reasons));
        if (touch.version != Stack::none && m_content->stack->entry(touch.version).type == layers::EntryType::File)
            verb += QStringLiteral(" · ") + formatBytes(static_cast<qint64>(m_content->stack->entry(touch.version).size));
        auto* button = makeButton(QStringLiteral("%1 · %2").arg(touch.layer).arg(verb), {}, "link");
        button->setToolTip(m_steps->instructionOfLayer(touch.layer));
        button->setAccessibleDescription(button->toolTip());
        button->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        button->setStyleSheet(QStringLiteral("text-align: left;"));
        connect(button, &QPushButton::clicked, this, [this, layer = touch.layer] { Q_EMIT layerChosen(layer); });
        column.addWidget(button);
        auto* step = new ElidedLabel;
        setLook(step, "small");
        step->setText(m_steps->instructionOfLayer(touch.layer));
        step->setIndent(space::M);
        column.addWidget(step);
    }
    auto* only = makeButton(tr("List only these layers"), {}, "link");
    only->setObjectName(QStringLiteral("layers.onlyTouching"));
    connect(only, &QPushButton::clicked, this, [this] { Q_EMIT onlyTouching(m_node); });
    column.addWidget(only, 0, Qt::AlignLeft);
}

void FileDetails::fill(QBoxLayout& column)
{
    if (!m_content || m_node >= m_content->stack->nodes().size()) {
        QLabel* hint = makeLabel(tr("Choose a file to see how large it is, whose it is and which step wrote it."), "muted");
        hint->setWordWrap(true);
        column.addWidget(hint);
        return;
    }
    auto* name = new WrappedText(u'/' + toQString(m_content->stack->node(m_node).path));
    name->setFont(m_theme.monospace());
    name->setAccessibleName(tr("Path"));
    column.addWidget(name);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(space::M);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    addFacts(*grid);
    column.addLayout(grid);
    if (m_steps)
        addHistory(column);
}

void FileDetails::rebuild()
{
    auto* body = new QWidget;
    setLook(body, "surface");
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(space::L, space::M, space::L, space::M);
    column->setSpacing(space::S);
    fill(*column);
    column->addStretch(1);
    setWidget(body); // which deletes the one before
}

} // namespace darsena::gui
