// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/completion_popup.h"

#include "gui/base/text.h"
#include "gui/editor/assist_card.h"
#include "gui/theme/theme.h"

#include <QAbstractListModel>
#include <QAccessible>
#include <QBoxLayout>
#include <QGuiApplication>
#include <QListView>
#include <QPainter>
#include <QScreen>
#include <QStyledItemDelegate>

namespace darsena::gui {
namespace {

constexpr int RowHeight = 24;
constexpr int VisibleRows = 10;
constexpr int PopupMinWidth = 260;
constexpr int PopupMaxWidth = 620;
constexpr int BadgeWidth = 22;

/// A letter that tells what an entry is; its name is for the screen reader.
struct Kind {
    const char* letter;
    const char* name;
};
Kind kindOf(dockerfile::CompletionKind kind)
{
    using enum dockerfile::CompletionKind;
    switch (kind) {
    case Instruction:
        return { "I", QT_TRANSLATE_NOOP("darsena::gui::CompletionPopup", "instruction") };
    case Snippet:
        return { "S", QT_TRANSLATE_NOOP("darsena::gui::CompletionPopup", "snippet") };
    case Flag:
        return { "F", QT_TRANSLATE_NOOP("darsena::gui::CompletionPopup", "flag") };
    case Key:
        return { "K", QT_TRANSLATE_NOOP("darsena::gui::CompletionPopup", "key") };
    case Stage:
        return { "E", QT_TRANSLATE_NOOP("darsena::gui::CompletionPopup", "stage") };
    case Variable:
        return { "$", QT_TRANSLATE_NOOP("darsena::gui::CompletionPopup", "variable") };
    case Image:
        return { "i", QT_TRANSLATE_NOOP("darsena::gui::CompletionPopup", "image") };
    case File:
        return { "f", QT_TRANSLATE_NOOP("darsena::gui::CompletionPopup", "file") };
    case Folder:
        return { "/", QT_TRANSLATE_NOOP("darsena::gui::CompletionPopup", "folder") };
    case Rule:
        return { "R", QT_TRANSLATE_NOOP("darsena::gui::CompletionPopup", "rule") };
    case User:
        return { "u", QT_TRANSLATE_NOOP("darsena::gui::CompletionPopup", "user") };
    case Value:
    case Keyword:
    case Signal:
    case Port:
        break;
    }
    return { "=", QT_TRANSLATE_NOOP("darsena::gui::CompletionPopup", "value") };
}

} // namespace

class CompletionPopup::Model : public QAbstractListModel {
public:
    explicit Model(CompletionPopup& popup)
        : QAbstractListModel(&popup)
        , m_popup(popup)
    {
    }
    void reset()
    {
        beginResetModel();
        endResetModel();
    }
    int rowCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : int(m_popup.m_entries.size());
    }
    QVariant data(const QModelIndex& index, int role) const override
    {
        const dockerfile::Completion& entry = m_popup.m_entries[std::size_t(index.row())];
        if (role == Qt::DisplayRole)
            return toQString(entry.label);
        if (role == Qt::AccessibleTextRole)
            return QStringLiteral("%1, %2, %3").arg(toQString(entry.label), tr(kindOf(entry.kind).name), toQString(entry.detail));
        return {};
    }

private:
    CompletionPopup& m_popup;
};

class CompletionPopup::Delegate : public QStyledItemDelegate {
public:
    explicit Delegate(CompletionPopup& popup)
        : QStyledItemDelegate(&popup)
        , m_popup(popup)
    {
    }
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override
    {
        const dockerfile::Completion& entry = m_popup.m_entries[std::size_t(index.row())];
        const QFontMetrics code(m_popup.m_theme.monospace(type::Base));
        const QFontMetrics small(m_popup.m_theme.font(type::Small));
        return { BadgeWidth + code.horizontalAdvance(toQString(entry.label)) + space::XL
                + std::min(320, small.horizontalAdvance(toQString(entry.detail))) + space::M,
            RowHeight };
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Tokens& tokens = m_popup.m_theme.tokens();
        const dockerfile::Completion& entry = m_popup.m_entries[std::size_t(index.row())];
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, tokens.accentSoft);
        else if (option.state & QStyle::State_MouseOver)
            painter->fillRect(option.rect, tokens.raised);
        QRect badge(option.rect.left(), option.rect.top(), BadgeWidth, RowHeight);
        painter->setFont(m_popup.m_theme.monospace(type::Small));
        painter->setPen(tokens.accentText);
        painter->drawText(badge, Qt::AlignCenter, QString::fromLatin1(kindOf(entry.kind).letter));

        QRect rest = option.rect.adjusted(BadgeWidth, 0, -space::S, 0);
        QFont code = m_popup.m_theme.monospace(type::Base);
        const QString label = toQString(entry.label);
        const int match = m_popup.m_typed.isEmpty() ? -1 : int(label.indexOf(m_popup.m_typed, 0, Qt::CaseInsensitive));
        const auto draw = [&](const QString& text, bool strong) {
            code.setWeight(strong ? QFont::Bold : QFont::Normal);
            painter->setFont(code);
            painter->drawText(rest, Qt::AlignVCenter | Qt::AlignLeft, text);
            rest.setLeft(rest.left() + QFontMetrics(code).horizontalAdvance(text));
        };
        painter->setPen(tokens.text);
        if (match < 0) {
            draw(label, false);
        } else {
            draw(label.left(match), false);
            draw(label.mid(match, m_popup.m_typed.size()), true);
            draw(label.mid(match + m_popup.m_typed.size()), false);
        }
        const QFont small = m_popup.m_theme.font(type::Small);
        rest.setLeft(rest.left() + space::L);
        painter->setFont(small);
        painter->setPen(tokens.muted);
        painter->drawText(rest, Qt::AlignVCenter | Qt::AlignRight,
            QFontMetrics(small).elidedText(toQString(entry.detail), Qt::ElideMiddle, std::max(0, rest.width())));
        painter->restore();
    }

private:
    CompletionPopup& m_popup;
};

CompletionPopup::CompletionPopup(const Theme& theme, QWidget* parent)
    : QFrame(parent, Qt::ToolTip | Qt::FramelessWindowHint)
    , m_theme(theme)
    , m_model(new Model(*this))
    , m_list(new QListView(this))
    , m_documentation(new AssistCard(theme, parent))
{
    setObjectName(QStringLiteral("editor.completions"));
    setAttribute(Qt::WA_ShowWithoutActivating);
    setFocusPolicy(Qt::NoFocus);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    m_list->setMinimumSize(1, 1); // two entries are two rows high
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new Delegate(*this));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->addWidget(m_list);
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) { Q_EMIT chosen(index.row()); });
    connect(&theme, &Theme::changed, this, &CompletionPopup::applyTheme);
    applyTheme();
}

CompletionPopup::~CompletionPopup() = default;

void CompletionPopup::applyTheme()
{
    const Tokens& tokens = m_theme.tokens();
    setStyleSheet(QStringLiteral("darsena--gui--CompletionPopup { background: %1; border: 1px solid %2; }"
                                 " QListView { background: %1; }")
                      .arg(tokens.surface.name(), tokens.lineStrong.name()));
}

int CompletionPopup::currentRow() const
{
    return m_list->currentIndex().row();
}

void CompletionPopup::showEntries(
    std::vector<dockerfile::Completion> entries, const QString& typed, const QRect& caret)
{
    const int before = currentRow();
    const std::string kept = isVisible() && before > 0 ? m_entries[std::size_t(before)].label : std::string();
    m_entries = std::move(entries);
    m_typed = typed;
    m_model->reset();
    if (m_entries.empty()) {
        hide();
        return;
    }
    int row = 0;
    int width = PopupMinWidth;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        if (!kept.empty() && m_entries[i].label == kept)
            row = int(i);
        if (i < 200)
            width = std::max(width, m_list->itemDelegate()->sizeHint({}, m_model->index(int(i))).width());
    }
    const int rows = std::min(VisibleRows, int(m_entries.size()));
    width = std::min(PopupMaxWidth, width + (int(m_entries.size()) > VisibleRows ? 16 : 0));
    resize(width, rows * RowHeight + 2);
    setAccessibleName(tr("Completions"));
    m_list->setAccessibleName(accessibleName());

    const QScreen* screen = QGuiApplication::screenAt(caret.center());
    const QRect room = screen ? screen->availableGeometry() : QRect(0, 0, 4096, 4096);
    const int y = caret.bottom() + 2 + height() > room.bottom() ? caret.top() - height() - 2 : caret.bottom() + 2;
    QWidget::move(std::clamp(caret.left() - BadgeWidth, room.left(), std::max(room.left(), room.right() - width)), y);
    show();
    raise();
    m_list->setCurrentIndex(m_model->index(row));
    showDocumentation();
}

bool CompletionPopup::move(int key)
{
    const int last = int(m_entries.size()) - 1;
    int row = currentRow();
    switch (key) {
    case Qt::Key_Up:
        row = row <= 0 ? last : row - 1;
        break;
    case Qt::Key_Down:
        row = row >= last ? 0 : row + 1;
        break;
    case Qt::Key_PageUp:
        row = std::max(0, row - VisibleRows + 1);
        break;
    case Qt::Key_PageDown:
        row = std::min(last, row + VisibleRows - 1);
        break;
    default:
        return false;
    }
    m_list->setCurrentIndex(m_model->index(row));
    showDocumentation();
    // The list never has the focus, so a screen reader would not look at it by itself.
    QAccessibleEvent selected(m_list, QAccessible::Focus);
    selected.setChild(row);
    QAccessible::updateAccessibility(&selected);
    return true;
}

void CompletionPopup::showDocumentation()
{
    const int row = currentRow();
    const QString text = row < 0 ? QString() : toQString(m_entries[std::size_t(row)].documentation);
    // To the right of the list, at its top: an anchor of no height just above the first row.
    m_documentation->showMarkdown(text, QRect(geometry().right() + 4, geometry().top() - 5, 1, 1));
}

void CompletionPopup::hideEvent(QHideEvent* event)
{
    m_documentation->hide();
    QFrame::hideEvent(event);
}

} // namespace darsena::gui
