// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/build_log_view.h"

#include "gui/panels/builds/build_log_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/looks.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>

namespace darsena::gui {
namespace {

constexpr int RowHeight = 22;

class LogDelegate final : public QStyledItemDelegate {
public:
    LogDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
        , m_code(theme.monospace(12))
        , m_small(theme.font(type::Small))
    {
    }

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return QSize(100, RowHeight); }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Tokens& tokens = m_theme.tokens();
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, tokens.accentSoft);
        if (index.parent().isValid())
            paintLine(*painter, option.rect, index);
        else
            paintStep(*painter, option.rect, index);
        painter->restore();
    }

private:
    void paintLine(QPainter& painter, QRect box, const QModelIndex& index) const
    {
        const Tokens& tokens = m_theme.tokens();
        painter.setFont(m_small);
        painter.setPen(tokens.faint);
        const QRect number(box.left(), box.top(), 36, box.height());
        const bool error = index.data(BuildLogModel::IsErrorRole).toBool();
        if (!error)
            painter.drawText(number, Qt::AlignVCenter | Qt::AlignRight, index.data(BuildLogModel::LineRole).toString());
        painter.setFont(m_code);
        painter.setPen(error ? tokens.failedText : tokens.text);
        painter.drawText(box.adjusted(48, 0, -space::S, 0), int(Qt::AlignVCenter | Qt::AlignLeft) | Qt::TextSingleLine
                | Qt::TextExpandTabs, index.data().toString());
    }

    void paintStep(QPainter& painter, QRect box, const QModelIndex& index) const
    {
        const Tokens& tokens = m_theme.tokens();
        const Mark mark = Mark(index.data(BuildLogModel::MarkRole).toInt());
        paintMark(painter, QRectF(box.left(), box.top(), 20, box.height()), mark, tokens, 9);
        painter.setFont(m_small);
        const QString note = index.data(BuildLogModel::NoteRole).toString();
        const int noteWidth = QFontMetrics(m_small).horizontalAdvance(note);
        painter.setPen(mark == Mark::Failed ? tokens.failedText : tokens.muted);
        painter.drawText(box.adjusted(0, 0, -space::M, 0), Qt::AlignVCenter | Qt::AlignRight, note);
        QRect rest = box.adjusted(26, 0, -space::M - noteWidth - space::S, 0);
        const QString stage = index.data(BuildLogModel::StageRole).toString();
        painter.setPen(tokens.muted);
        painter.drawText(rest, Qt::AlignVCenter | Qt::AlignLeft, stage);
        rest.setLeft(rest.left() + QFontMetrics(m_small).horizontalAdvance(stage) + space::S);
        painter.setFont(m_code);
        painter.setPen(tokens.text);
        painter.drawText(rest, Qt::AlignVCenter | Qt::AlignLeft,
            QFontMetrics(m_code).elidedText(index.data().toString(), Qt::ElideRight, rest.width()));
    }

    const Theme& m_theme;
    QFont m_code;
    QFont m_small;
};

} // namespace

BuildLogView::BuildLogView(const Theme& theme, BuildLogModel* model, QWidget* parent)
    : QTreeView(parent)
    , m_log(model)
{
    setObjectName(QStringLiteral("build.log"));
    setUpTree(this, {});
    setModel(model);
    setItemDelegate(new LogDelegate(theme, this));
    setHeaderHidden(true);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setIndentation(18);
    setExpandsOnDoubleClick(true);
    const auto touched = [this](const QModelIndex& index) {
        if (!m_automatic)
            m_touched.insert(index.row());
    };
    connect(this, &QTreeView::expanded, this, touched);
    connect(this, &QTreeView::collapsed, this, touched);
    connect(this, &QTreeView::clicked, this,
        [this](const QModelIndex& index) { Q_EMIT stepActivated(index.data(BuildLogModel::StepRole).toInt()); });
    connect(model, &QAbstractItemModel::modelReset, this, [this] { m_touched.clear(); });
}

void BuildLogView::follow()
{
    const bool atEnd = verticalScrollBar()->value() >= verticalScrollBar()->maximum() - 2;
    int newest = -1;
    m_automatic = true;
    for (int step = 0; step < m_log->rowCount({}); ++step) {
        const QModelIndex index = m_log->stepIndex(step);
        const Mark mark = Mark(index.data(BuildLogModel::MarkRole).toInt());
        const bool open = mark == Mark::Failed || (mark == Mark::Running && m_log->rowCount(index) > 0);
        if (!m_touched.contains(step) && open != isExpanded(index))
            setExpanded(index, open);
        if (mark == Mark::Running || mark == Mark::Failed)
            newest = step;
    }
    m_automatic = false;
    if (atEnd && newest >= 0) {
        const QModelIndex index = m_log->stepIndex(newest);
        const int lines = m_log->rowCount(index);
        scrollTo(lines > 0 && isExpanded(index) ? m_log->index(lines - 1, 0, index) : index);
    }
}

void BuildLogView::showStep(int step)
{
    const QModelIndex index = m_log->stepIndex(step);
    if (!index.isValid())
        return;
    expand(index);
    setCurrentIndex(index);
    scrollTo(index, QAbstractItemView::PositionAtTop);
}

void BuildLogView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    setAccessibleDescription(text);
    viewport()->update();
}

void BuildLogView::paintEvent(QPaintEvent* event)
{
    QTreeView::paintEvent(event);
    if (m_log->rowCount({}) > 0)
        return;
    QPainter painter(viewport());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(viewport()->rect().adjusted(space::XXL, 0, -space::XXL, 0), int(Qt::AlignCenter) | Qt::TextWordWrap, m_emptyText);
}

void BuildLogView::copySelection()
{
    QModelIndexList rows = selectionModel()->selectedIndexes();
    std::sort(rows.begin(), rows.end(), [](const QModelIndex& a, const QModelIndex& b) {
        const auto key = [](const QModelIndex& index) {
            return std::pair(index.data(BuildLogModel::StepRole).toInt(), index.parent().isValid() ? index.row() : -1);
        };
        return key(a) < key(b);
    });
    QStringList lines;
    for (const QModelIndex& row : rows)
        lines.append(row.data().toString());
    if (!lines.isEmpty())
        QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

void BuildLogView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        copySelection();
        return;
    }
    QTreeView::keyPressEvent(event);
}

void BuildLogView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy"), this, &BuildLogView::copySelection)->setEnabled(selectionModel()->hasSelection());
    menu->addAction(tr("Unfold all"), this, &QTreeView::expandAll);
    menu->addAction(tr("Fold all"), this, &QTreeView::collapseAll);
    menu->popup(event->globalPos());
}

} // namespace darsena::gui
