// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/file_tree_model.h"

#include <QLocale>

#include <algorithm>

namespace darsena::gui {

FileTreeModel::FileTreeModel(QObject* parent)
    : QAbstractItemModel(parent)
{
}

void FileTreeModel::setTree(std::shared_ptr<const FileTree> tree)
{
    beginResetModel();
    m_tree = std::move(tree);
    refilter();
    endResetModel();
}

bool FileTreeModel::setFilter(const QString& text)
{
    QRegularExpression pattern;
    QString needle;
    if (text.size() > 2 && text.startsWith(u'/') && text.endsWith(u'/')) {
        pattern = QRegularExpression(text.mid(1, text.size() - 2), QRegularExpression::CaseInsensitiveOption);
    } else if (text.contains(u'*') || text.contains(u'?')) {
        // A glob without a slash is of the last name, as in the shell's file lists; * stops at slashes otherwise.
        QString glob = QRegularExpression::wildcardToRegularExpression(text, QRegularExpression::UnanchoredWildcardConversion);
        pattern = QRegularExpression((text.contains(u'/') ? QString() : QStringLiteral("/")) + glob + u'$', QRegularExpression::CaseInsensitiveOption);
    } else {
        needle = text;
    }
    if (!pattern.isValid())
        return false;
    if (needle == m_needle && pattern == m_pattern)
        return true;
    beginResetModel();
    m_needle = needle;
    m_pattern = pattern;
    refilter();
    endResetModel();
    return true;
}

void FileTreeModel::setShown(FileTree::Change change, bool shown)
{
    bool& flag = m_showChange[static_cast<int>(change)];
    if (flag == shown)
        return;
    beginResetModel();
    flag = shown;
    refilter();
    endResetModel();
}

void FileTreeModel::setSort(Sort sort)
{
    if (m_sort == sort)
        return;
    beginResetModel();
    m_sort = sort;
    std::fill(m_shownChildren.begin(), m_shownChildren.end(), -1);
    endResetModel();
}

void FileTreeModel::refilter()
{
    const std::size_t count = m_tree ? m_tree->nodes().size() : 0;
    m_order.assign(count, 0);
    m_rowOf.assign(count, 0);
    m_shownChildren.assign(count, -1);
    m_visible.clear();
    m_matches = static_cast<int>(count) - 1;
    const bool byText = !m_needle.isEmpty() || !m_pattern.pattern().isEmpty();
    const bool byChange = std::find(std::begin(m_showChange), std::end(m_showChange), false) != std::end(m_showChange);
    m_filtering = byText;
    if (count == 0 || (!byText && !byChange))
        return;

    m_visible.assign(count, false);
    m_matches = 0;
    // A node comes after its parent, so paths grow from the parents' and visibility travels back up.
    std::vector<QString> paths;
    if (byText)
        paths.resize(count);
    for (std::size_t i = 1; i < count; ++i) {
        const FileTree::Node& node = m_tree->nodes()[i];
        bool match = m_showChange[static_cast<int>(node.change)];
        if (byText) {
            paths[i] = paths[static_cast<std::size_t>(node.parent)] + u'/' + QString::fromStdString(node.name);
            if (match)
                match = m_needle.isEmpty() ? m_pattern.match(paths[i]).hasMatch() : paths[i].contains(m_needle, Qt::CaseInsensitive);
        }
        m_visible[i] = match;
        m_matches += match ? 1 : 0;
    }
    // An unmarked directory that matches only by having no mark is no reason to show it when marks are chosen.
    for (std::size_t i = count; i-- > 1;) {
        const FileTree::Node& node = m_tree->nodes()[i];
        if (m_visible[i])
            m_visible[static_cast<std::size_t>(node.parent)] = true;
    }
    m_visible[0] = true;
}

std::size_t FileTreeModel::visibleChildren(int node) const
{
    arrange(node);
    return static_cast<std::size_t>(m_shownChildren[static_cast<std::size_t>(node)]);
}

void FileTreeModel::arrange(int parent) const
{
    auto& shown = m_shownChildren[static_cast<std::size_t>(parent)];
    if (shown >= 0)
        return;
    const FileTree::Node& directory = m_tree->node(parent);
    const auto begin = m_order.begin() + directory.firstChild;
    shown = 0;
    for (std::int32_t i = 0; i < directory.childCount; ++i) {
        const std::int32_t child = directory.firstChild + i;
        if (m_visible.empty() || m_visible[static_cast<std::size_t>(child)])
            *(begin + shown++) = child;
    }
    std::sort(begin, begin + shown, [&](std::int32_t left, std::int32_t right) {
        const FileTree::Node& a = m_tree->node(left);
        const FileTree::Node& b = m_tree->node(right);
        if (m_sort == Sort::Size && a.size != b.size)
            return a.size > b.size;
        if (m_sort == Sort::Name && (a.kind == FileTree::Kind::Directory) != (b.kind == FileTree::Kind::Directory))
            return a.kind == FileTree::Kind::Directory;
        return a.name < b.name;
    });
    for (std::int32_t row = 0; row < shown; ++row)
        m_rowOf[static_cast<std::size_t>(*(begin + row))] = row;
}

QModelIndex FileTreeModel::indexOf(int node) const
{
    if (!m_tree || node <= 0 || static_cast<std::size_t>(node) >= m_tree->nodes().size())
        return {};
    for (int at = node; at > 0; at = m_tree->node(at).parent) {
        if (!m_visible.empty() && !m_visible[static_cast<std::size_t>(at)])
            return {};
    }
    arrange(m_tree->node(node).parent);
    return createIndex(m_rowOf[static_cast<std::size_t>(node)], 0, static_cast<quintptr>(node));
}

QModelIndex FileTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    const int directory = parent.isValid() ? nodeOf(parent) : 0;
    const auto at = static_cast<std::size_t>(m_tree->node(directory).firstChild + row);
    return createIndex(row, column, static_cast<quintptr>(m_order[at]));
}

QModelIndex FileTreeModel::parent(const QModelIndex& child) const
{
    if (!child.isValid())
        return {};
    const int up = m_tree->node(nodeOf(child)).parent;
    if (up <= 0)
        return {};
    arrange(m_tree->node(up).parent);
    return createIndex(m_rowOf[static_cast<std::size_t>(up)], 0, static_cast<quintptr>(up));
}

int FileTreeModel::rowCount(const QModelIndex& parent) const
{
    if (!m_tree || parent.column() > 0)
        return 0;
    return static_cast<int>(visibleChildren(parent.isValid() ? nodeOf(parent) : 0));
}

int FileTreeModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

bool FileTreeModel::hasChildren(const QModelIndex& parent) const
{
    if (!m_tree || parent.column() > 0)
        return false;
    if (m_visible.empty())
        return m_tree->node(parent.isValid() ? nodeOf(parent) : 0).childCount > 0;
    return rowCount(parent) > 0;
}

QVariant FileTreeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const int number = nodeOf(index);
    const FileTree::Node& node = m_tree->node(number);
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == Name)
            return QString::fromStdString(node.name);
        return QLocale().formattedDataSize(node.size, 1, QLocale::DataSizeSIFormat);
    case Qt::ToolTipRole:
    case PathRole:
        return QString::fromStdString(m_tree->path(number));
    case Qt::TextAlignmentRole:
        return index.column() == Size ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case Qt::AccessibleTextRole: {
        if (index.column() != Name)
            return {};
        const QString name = QString::fromStdString(node.name);
        switch (node.change) {
        case FileTree::Change::Added:
            return tr("%1, added").arg(name);
        case FileTree::Change::Changed:
            return tr("%1, changed").arg(name);
        case FileTree::Change::Removed:
            return tr("%1, removed").arg(name);
        case FileTree::Change::None:
            break;
        }
        return name;
    }
    case NodeRole:
        return number;
    case KindRole:
        return static_cast<int>(node.kind);
    case ChangeRole:
        return static_cast<int>(node.change);
    case ChangesBeneathRole:
        return node.changesBeneath;
    case SizeRole:
        return qint64(node.size);
    case RemovedBytesRole:
        return qint64(node.removedBytes);
    case FilesRole:
        return node.files;
    case ShareRole: {
        const FileTree::Node& root = m_tree->node(0);
        const auto whole = static_cast<double>(root.size + root.removedBytes);
        return whole > 0 ? static_cast<double>(node.size) / whole : 0.0;
    }
    case LinkRole:
        return QString::fromStdString(node.link);
    default:
        return {};
    }
}

QVariant FileTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::DisplayRole)
        return section == Name ? tr("Name") : tr("Size");
    if (role == Qt::TextAlignmentRole && section == Size)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QHash<int, QByteArray> FileTreeModel::roleNames() const
{
    auto names = QAbstractItemModel::roleNames();
    names.insert({ { PathRole, "path" }, { NodeRole, "node" }, { KindRole, "kind" }, { ChangeRole, "change" },
        { ChangesBeneathRole, "changesBeneath" }, { SizeRole, "size" }, { RemovedBytesRole, "removedBytes" },
        { FilesRole, "files" }, { ShareRole, "share" }, { LinkRole, "link" } });
    return names;
}

} // namespace darsena::gui
