// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/image_model.h"

#include "gui/models/row_update.h"

#include <QDateTime>
#include <QLocale>

#include <utility>

namespace darsena::gui {

struct ImageModel::Notify {
    ImageModel& model;
    void removing(int row) { model.beginRemoveRows({}, row, row); }
    void removed() { model.endRemoveRows(); }
    void changed(int row) { Q_EMIT model.dataChanged(model.index(row, 0), model.index(row, ColumnCount - 1)); }
    void inserting(int first, int last) { model.beginInsertRows({}, first, last); }
    void inserted() { model.endInsertRows(); }
};

ImageModel::ImageModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void ImageModel::setImages(const std::vector<model::ImageSummary>& images)
{
    std::vector<Row> next;
    for (const model::ImageSummary& image : images) {
        Row row;
        row.id = QString::fromStdString(image.id);
        row.size = image.size;
        row.created = image.created;
        for (const std::string& tag : image.repoTags) {
            if (tag != "<none>:<none>")
                row.tags << QString::fromStdString(tag);
        }
        if (row.tags.isEmpty())
            next.push_back(row);
        for (const QString& reference : std::as_const(row.tags)) {
            Row tagged = row;
            // The last colon, and not one of a registry's port: that one has a slash behind it.
            const qsizetype colon = reference.lastIndexOf(u':');
            const bool hasTag = colon > reference.lastIndexOf(u'/');
            tagged.name = hasTag ? reference.left(colon) : reference;
            tagged.tag = hasTag ? reference.mid(colon + 1) : QStringLiteral("latest");
            next.push_back(std::move(tagged));
        }
    }
    Notify notify { *this };
    updateRows(m_rows, std::move(next), [](const Row& row) { return row.key(); }, notify);
}

void ImageModel::setUsers(const QHash<QString, QStringList>& users)
{
    m_users = users;
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, UsedBy), index(rowCount() - 1, UsedBy));
}

void ImageModel::clear()
{
    beginResetModel();
    m_rows.clear();
    m_users.clear();
    endResetModel();
}

int ImageModel::rowOf(const QString& nameOrId) const
{
    if (nameOrId.isEmpty())
        return -1;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const Row& row = m_rows[i];
        if (row.reference() == nameOrId || (row.name == nameOrId && row.tag == u"latest"))
            return static_cast<int>(i);
    }
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const QString& id = m_rows[i].id;
        if (id == nameOrId || (nameOrId.size() >= 4 && QStringView(id).mid(id.indexOf(u':') + 1).startsWith(nameOrId)))
            return static_cast<int>(i);
    }
    return -1;
}

int ImageModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ImageModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ImageModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const QString shortId = row.id.mid(row.id.indexOf(u':') + 1).left(12);
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case Name:
            //: An image without a name.
            return row.name.isEmpty() ? tr("(no tag)") : row.name;
        case Tag:
            return row.tag;
        case Id:
            return shortId;
        case Size:
            return QLocale().formattedDataSize(row.size, 1, QLocale::DataSizeSIFormat);
        case Created:
            return QLocale().toString(QDateTime::fromSecsSinceEpoch(row.created), QLocale::ShortFormat);
        case UsedBy:
            return m_users.value(row.id).join(QStringLiteral(", "));
        default:
            return {};
        }
    case SortRole:
        switch (index.column()) {
        case Name:
            return row.name + u':' + row.tag;
        case Tag:
            return row.tag;
        case Id:
            return shortId;
        case Size:
            return row.size;
        case Created:
            return row.created;
        case UsedBy:
            return int(m_users.value(row.id).size());
        default:
            return {};
        }
    case Qt::ToolTipRole:
        switch (index.column()) {
        case Name:
            return row.tags.size() > 1 ? row.tags.join(u'\n') : QString();
        case Id:
            return row.id;
        case Created:
            return QLocale().toString(QDateTime::fromSecsSinceEpoch(row.created), QLocale::LongFormat);
        case UsedBy:
            return m_users.value(row.id).join(u'\n');
        default:
            return {};
        }
    case Qt::TextAlignmentRole:
        return index.column() == Size ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case IdRole:
        return row.id;
    case ReferenceRole:
        return row.reference();
    case TaggedRole:
        return !row.name.isEmpty();
    case TagsRole:
        return row.tags;
    case SizeRole:
        return row.size;
    case CreatedRole:
        return row.created;
    case UsersRole:
        return m_users.value(row.id);
    case SearchRole:
        return QString(row.reference() + u'\n' + row.id + u'\n' + m_users.value(row.id).join(u' '));
    default:
        return {};
    }
}

QVariant ImageModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && section == Size)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Name");
    case Tag:
        //: Noun: the tag of an image.
        return tr("Tag");
    case Id:
        return tr("ID");
    case Size:
        return tr("Size");
    case Created:
        //: Column: when it was made.
        return tr("Created");
    case UsedBy:
        //: Column: the containers that are made of the image.
        return tr("Used by");
    default:
        return {};
    }
}

QHash<int, QByteArray> ImageModel::roleNames() const
{
    auto names = QAbstractTableModel::roleNames();
    names.insert({ { IdRole, "id" }, { ReferenceRole, "reference" }, { TaggedRole, "tagged" }, { TagsRole, "tags" }, { SizeRole, "size" },
        { CreatedRole, "created" }, { UsersRole, "users" }, { SortRole, "sort" }, { SearchRole, "search" } });
    return names;
}

} // namespace darsena::gui
