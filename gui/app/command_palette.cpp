// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/command_palette.h"

#include "gui/theme/theme.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace darsena::gui {
namespace {

enum Role { GroupRole = Qt::UserRole, ShortcutRole, IndexRole };

/// Group muted, text, shortcut as a key at the right.
class EntryDelegate final : public QStyledItemDelegate {
public:
    EntryDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return QSize(200, 32); }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Tokens& tokens = m_theme.tokens();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & QStyle::State_Selected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(tokens.accentSoft);
            painter->drawRoundedRect(QRectF(option.rect).adjusted(4, 1, -4, -1), 4, 4);
        }
        QRect box = option.rect.adjusted(space::M, 0, -space::M, 0);
        const QString keys = index.data(ShortcutRole).toString();
        if (!keys.isEmpty()) {
            const QFont small = m_theme.font(type::Small);
            const int width = QFontMetrics(small).horizontalAdvance(keys) + 12;
            const QRectF key(box.right() - width, box.center().y() - 9, width, 19);
            painter->setFont(small);
            painter->setPen(tokens.lineStrong);
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(key, 4, 4);
            painter->setPen(tokens.muted);
            painter->drawText(key, Qt::AlignCenter, keys);
            box.setRight(int(key.left()) - space::S);
        }
        painter->setFont(m_theme.font());
        const QString group = index.data(GroupRole).toString();
        painter->setPen(tokens.muted);
        painter->drawText(box, Qt::AlignVCenter | Qt::AlignLeft, group);
        box.setLeft(box.left() + 110);
        painter->setPen(tokens.text);
        painter->drawText(box, Qt::AlignVCenter | Qt::AlignLeft,
            option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, box.width()));
        painter->restore();
    }

private:
    const Theme& m_theme;
};

QString plain(QString text)
{
    return text.remove(QLatin1Char('&'));
}

} // namespace

CommandPalette::CommandPalette(const Theme& theme, QWidget* parent)
    : QFrame(parent, Qt::Popup)
    , m_theme(theme)
    , m_input(new QLineEdit(this))
    , m_list(new QListWidget(this))
{
    setLook(this, "card");
    setObjectName(QStringLiteral("palette"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::S, space::S, space::S, space::S);
    column->setSpacing(space::S);
    column->addWidget(m_input);
    column->addWidget(m_list);
    m_input->installEventFilter(this);
    m_list->setItemDelegate(new EntryDelegate(theme, m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_input, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
}

void CommandPalette::open(QList<Entry> entries, QWidget* field)
{
    m_entries = std::move(entries);
    m_input->clear();
    m_input->setPlaceholderText(tr("Type what you want to do"));
    m_input->setAccessibleName(tr("Search commands"));
    m_list->setAccessibleName(tr("Commands"));
    fill();
    const int width = std::max(field->width(), 520);
    const QPoint below = field->mapToGlobal(QPoint(field->width() - width, -space::S));
    setGeometry(below.x(), below.y(), width, 404);
    show();
    m_input->setFocus();
}

int CommandPalette::score(const QString& text, const QString& typed)
{
    if (typed.isEmpty())
        return 1;
    const QString haystack = text.toCaseFolded();
    const QString needle = typed.toCaseFolded().simplified();
    const qsizetype whole = haystack.indexOf(needle);
    if (whole == 0)
        return 1000;
    if (whole > 0)
        return haystack[whole - 1].isSpace() ? 800 : 600;
    int points = 400;
    qsizetype at = 0;
    for (const QChar letter : needle) {
        if (letter.isSpace())
            continue;
        const qsizetype found = haystack.indexOf(letter, at);
        if (found < 0)
            return 0;
        points -= int(std::min<qsizetype>(found - at, 20));
        at = found + 1;
    }
    return std::max(points, 1);
}

void CommandPalette::fill()
{
    m_list->clear();
    std::vector<std::pair<int, qsizetype>> ranked;
    for (qsizetype i = 0; i < m_entries.size(); ++i) {
        const Entry& entry = m_entries[i];
        if (!entry.action || !entry.action->isEnabled())
            continue;
        const int points = std::max(score(plain(entry.action->text()), m_input->text()),
            score(entry.group + QLatin1Char(' ') + plain(entry.action->text()), m_input->text()) - 1);
        if (points > 0)
            ranked.emplace_back(points, i);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [points, i] : ranked) {
        const Entry& entry = m_entries[i];
        auto* item = new QListWidgetItem(plain(entry.action->text()), m_list);
        item->setData(GroupRole, entry.group);
        item->setData(ShortcutRole, entry.action->shortcut().toString(QKeySequence::NativeText));
        item->setData(IndexRole, int(i));
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::runCurrent()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item)
        return;
    const QPointer<QAction> action = m_entries.value(item->data(IndexRole).toInt()).action;
    hide();
    if (action)
        action->trigger();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_input && event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        const int row = m_list->currentRow();
        switch (key->key()) {
        case Qt::Key_Down:
            m_list->setCurrentRow(std::min(row + 1, m_list->count() - 1));
            return true;
        case Qt::Key_Up:
            m_list->setCurrentRow(std::max(row - 1, 0));
            return true;
        case Qt::Key_PageDown:
            m_list->setCurrentRow(std::min(row + 10, m_list->count() - 1));
            return true;
        case Qt::Key_PageUp:
            m_list->setCurrentRow(std::max(row - 10, 0));
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            runCurrent();
            return true;
        default:
            break;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace darsena::gui
