// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/json_view.h"

#include "gui/widgets/looks.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <functional>

namespace darsena::gui {

namespace {

/// Keys and values in monospace, coloured as code is; counts muted.
class JsonDelegate : public QStyledItemDelegate {
public:
    JsonDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
    {
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        return QSize(QStyledItemDelegate::sizeHint(option, index).width(), 24);
    }
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const Tokens& t = m_theme.tokens();
        option->font = m_theme.monospace(type::Base - 1);
        QColor ink = t.text;
        if (index.column() == JsonTreeModel::Value) {
            if (index.data(JsonTreeModel::IsContainerRole).toBool())
                ink = t.muted;
            else if (const auto type = index.data(JsonTreeModel::TypeRole).toInt(); type == QJsonValue::Double || type == QJsonValue::Bool)
                ink = t.accentText;
            else if (type == QJsonValue::Null)
                ink = t.muted;
            option->text = option->text.simplified();
        } else {
            ink = t.keyword;
        }
        option->palette.setColor(QPalette::Text, ink);
        option->palette.setColor(QPalette::HighlightedText, ink);
    }

private:
    const Theme& m_theme;
};

} // namespace

JsonView::JsonView(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_field(new QLineEdit(this))
    , m_tree(new QTreeView(this))
    , m_path(makeLabel({}, "small", this))
    , m_copyValue(new QAction(theme.icon(QStringLiteral("copy"), Theme::Ink::Muted), {}, this))
    , m_copyPath(new QAction(this))
    , m_copyAll(new QAction(this))
    , m_texts(this)
{
    m_proxy.setSourceModel(&m_model);
    m_proxy.setRecursiveFilteringEnabled(true);
    m_proxy.setAutoAcceptChildRows(true);
    m_proxy.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_proxy.setFilterKeyColumn(-1);
    m_tree->setModel(&m_proxy);
    setUpTree(m_tree, {});
    m_tree->setAllColumnsShowFocus(false); // else the style frames the row
    m_tree->setItemDelegate(new JsonDelegate(theme, m_tree));
    m_tree->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_tree->header()->resizeSection(JsonTreeModel::Key, 280);
    m_field->setClearButtonEnabled(true);
    m_field->setMaximumWidth(280);
    m_field->addAction(theme.icon(QStringLiteral("search"), Theme::Ink::Muted), QLineEdit::LeadingPosition);
    m_path->setFont(theme.monospace(type::Small));
    m_path->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_copyValue->setShortcut(QKeySequence::Copy);
    m_copyPath->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
    for (QAction* action : { m_copyValue, m_copyPath, m_copyAll }) {
        action->setShortcutContext(Qt::WidgetShortcut);
        m_tree->addAction(action);
    }
    auto* find = new QAction(this);
    find->setShortcut(QKeySequence::Find);
    find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(find);

    auto* tools = new QWidget(this);
    setLook(tools, "bar");
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(space::S, space::XS, space::S, space::XS);
    row->addWidget(m_field, 1);
    row->addWidget(m_path, 2);
    row->addWidget(makeIconButton(m_copyValue, tools));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(tools);
    column->addWidget(m_tree, 1);

    m_texts([this] {
        m_field->setPlaceholderText(tr("Search keys and values"));
        m_field->setAccessibleName(tr("Search keys and values"));
        m_copyValue->setText(tr("Copy the value"));
        m_copyPath->setText(tr("Copy the path"));
        m_copyAll->setText(tr("Copy the whole document"));
        m_tree->setAccessibleName(tr("Document"));
    });
    connect(m_field, &QLineEdit::textChanged, this, &JsonView::filter);
    connect(find, &QAction::triggered, this, [this] { m_field->setFocus(); });
    connect(m_copyValue, &QAction::triggered, this, [this] { copy(JsonTreeModel::TextRole); });
    connect(m_copyPath, &QAction::triggered, this, [this] { copy(JsonTreeModel::PathRole); });
    connect(m_copyAll, &QAction::triggered, this, [this] { QApplication::clipboard()->setText(QString::fromUtf8(m_json)); });
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
        [this](const QModelIndex& current) { m_path->setText(current.data(JsonTreeModel::PathRole).toString()); });
    connect(m_tree, &QTreeView::expanded, this, [this](const QModelIndex& index) { m_open.insert(index.data(JsonTreeModel::PathRole).toString()); });
    connect(m_tree, &QTreeView::collapsed, this, [this](const QModelIndex& index) { m_open.remove(index.data(JsonTreeModel::PathRole).toString()); });
}

void JsonView::setJson(const QByteArray& json)
{
    if (json == m_json)
        return;
    m_json = json;
    const QString chosen = m_path->text();
    m_model.setJson(json);
    const QSet<QString> open = m_open;
    const std::function<void(const QModelIndex&)> restore = [&](const QModelIndex& parent) {
        for (int row = 0; row < m_proxy.rowCount(parent); ++row) {
            const QModelIndex index = m_proxy.index(row, 0, parent);
            const QString path = index.data(JsonTreeModel::PathRole).toString();
            if (open.contains(path))
                m_tree->expand(index);
            if (path == chosen)
                m_tree->setCurrentIndex(index);
            restore(index);
        }
    };
    restore({});
    filter();
}

void JsonView::clear()
{
    m_json.clear();
    m_model.clear();
    m_path->clear();
}

void JsonView::filter()
{
    m_proxy.setFilterFixedString(m_field->text());
    if (!m_field->text().isEmpty())
        m_tree->expandAll();
}

void JsonView::copy(int role)
{
    const QModelIndex index = m_tree->currentIndex();
    if (index.isValid())
        QApplication::clipboard()->setText(index.data(role).toString());
}

} // namespace darsena::gui
