// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/container_model.h"

#include "gui/models/row_update.h"

#include <QLocale>
#include <QRegularExpression>

#include <algorithm>
#include <utility>

namespace darsena::gui {

namespace {

QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

/// The ports as people read them, published ones first; a port published on IPv4 and IPv6 alike is one.
QStringList portTexts(const std::vector<model::PortSummary>& ports)
{
    QStringList published;
    QStringList exposed;
    for (const model::PortSummary& port : ports) {
        const QString inside = QString::number(port.privatePort) + (port.type.empty() || port.type == "tcp" ? QString() : u'/' + text(port.type));
        if (port.publicPort == 0) {
            exposed << inside;
            continue;
        }
        const bool everywhere = port.ip.empty() || port.ip == "0.0.0.0" || port.ip == "::";
        published << (everywhere ? QString() : text(port.ip) + u':') + QString::number(port.publicPort) + QStringLiteral(" → ") + inside;
    }
    published.removeDuplicates();
    exposed.removeDuplicates();
    return published + exposed;
}

} // namespace

ContainerStatus ContainerStatus::parse(const QString& sentence, qint64 now)
{
    ContainerStatus status;
    static const QRegularExpression code(QStringLiteral("^(?:Exited|Restarting) \\((-?\\d+)\\)"));
    if (const auto match = code.match(sentence); match.hasMatch())
        status.exitCode = match.captured(1).toInt();
    static const QRegularExpression healthPattern(QStringLiteral("\\((?:health: )?(healthy|unhealthy|starting)\\)"));
    if (const auto match = healthPattern.match(sentence); match.hasMatch())
        status.health = match.captured(1);

    // Go's units.HumanDuration: "Less than a second", "1 second", "About a minute", "About an hour", "3 weeks".
    static const QRegularExpression age(
        QStringLiteral("(Less than a|About an?|\\d+) (second|minute|hour|day|week|month|year)s?"));
    if (const auto match = age.match(sentence); match.hasMatch()) {
        static constexpr std::pair<QStringView, qint64> units[] = { { u"second", 1 }, { u"minute", 60 }, { u"hour", 3600 },
            { u"day", 86'400 }, { u"week", 7 * 86'400 }, { u"month", 30 * 86'400 }, { u"year", 365 * 86'400 } };
        const QString amount = match.captured(1);
        const qint64 number = amount.startsWith(u"Less") ? 0 : amount.startsWith(u"About") ? 1 : amount.toLongLong();
        for (const auto& [name, seconds] : units) {
            if (match.captured(2) == name)
                status.since = now - number * seconds;
        }
    }
    return status;
}

struct ContainerModel::Notify {
    ContainerModel& model;
    void removing(int row) { model.beginRemoveRows({}, row, row); }
    void removed() { model.endRemoveRows(); }
    void changed(int row) { Q_EMIT model.dataChanged(model.index(row, 0), model.index(row, ColumnCount - 1)); }
    void inserting(int first, int last) { model.beginInsertRows({}, first, last); }
    void inserted() { model.endInsertRows(); }
};

ContainerModel::ContainerModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

ContainerModel::Row ContainerModel::rowFrom(const model::ContainerSummary& container)
{
    Row row;
    row.id = text(container.id);
    if (!container.names.empty())
        row.name = text(container.names.front());
    if (row.name.startsWith(u'/'))
        row.name.remove(0, 1);
    row.state = text(container.state);
    row.image = text(container.image);
    row.imageId = text(container.imageId);
    row.command = text(container.command);
    row.status = ContainerStatus::parse(text(container.status), QDateTime::currentSecsSinceEpoch());
    row.ports = portTexts(container.ports);
    row.created = container.created;
    row.search = QStringList { row.name, row.image, row.id, row.state, stateText(row.state), row.command, row.ports.join(u' ') }.join(u'\n');
    for (const auto& [key, value] : container.labels)
        row.search += u'\n' + text(key) + u'=' + text(value);
    return row;
}

void ContainerModel::setContainers(const std::vector<model::ContainerSummary>& containers)
{
    std::vector<Row> next;
    next.reserve(containers.size());
    for (const auto& container : containers) {
        next.push_back(rowFrom(container));
        if (const int known = rowOf(next.back().id); known >= 0)
            next.back().busy = m_rows[static_cast<std::size_t>(known)].busy;
    }
    Notify notify { *this };
    updateRows(m_rows, std::move(next), [](const Row& row) -> const QString& { return row.id; }, notify);
    Q_EMIT countsChanged();
}

void ContainerModel::upsert(const model::ContainerSummary& container)
{
    Row next = rowFrom(container);
    const auto known = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& row) { return row.id == next.id; });
    Notify notify { *this };
    if (known != m_rows.end()) {
        next.busy = known->busy;
        *known = std::move(next);
        notify.changed(static_cast<int>(known - m_rows.begin()));
    } else {
        const int row = static_cast<int>(m_rows.size());
        notify.inserting(row, row);
        m_rows.push_back(std::move(next));
        notify.inserted();
    }
    Q_EMIT countsChanged();
}

void ContainerModel::remove(const QString& id)
{
    const auto known = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& row) { return row.id == id; });
    if (known == m_rows.end())
        return;
    Notify notify { *this };
    notify.removing(static_cast<int>(known - m_rows.begin()));
    m_rows.erase(known);
    notify.removed();
    Q_EMIT countsChanged();
}

void ContainerModel::clear()
{
    beginResetModel();
    m_rows.clear();
    endResetModel();
    Q_EMIT countsChanged();
}

void ContainerModel::setBusy(const QString& id, const QString& what)
{
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].id != id || m_rows[i].busy == what)
            continue;
        m_rows[i].busy = what;
        Notify { *this }.changed(static_cast<int>(i));
    }
}

int ContainerModel::rowOf(const QString& nameOrId) const
{
    if (nameOrId.isEmpty())
        return -1;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].id == nameOrId || m_rows[i].name == nameOrId)
            return static_cast<int>(i);
    }
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (nameOrId.size() >= 4 && m_rows[i].id.startsWith(nameOrId))
            return static_cast<int>(i);
    }
    return -1;
}

int ContainerModel::count(const QString& state) const
{
    return static_cast<int>(std::count_if(m_rows.begin(), m_rows.end(), [&](const Row& row) { return row.state == state; }));
}

int ContainerModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ContainerModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ContainerModel::stateText(const QString& state)
{
    if (state == u"running")
        //: The state of a container.
        return tr("running");
    if (state == u"exited")
        //: The state of a container: its main process has ended.
        return tr("exited");
    if (state == u"created")
        //: The state of a container that was never started.
        return tr("created");
    if (state == u"paused")
        return tr("paused");
    if (state == u"restarting")
        return tr("restarting");
    if (state == u"removing")
        return tr("being removed");
    if (state == u"dead")
        //: The state of a container that could not be removed wholly.
        return tr("dead");
    return state;
}

QVariant ContainerModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case SortRole:
        switch (index.column()) {
        case Name:
            return row.name;
        case Image:
            return row.image;
        case State:
            return role == SortRole ? row.state : stateText(row.state);
        case Status:
            return role == SortRole ? QVariant(row.status.since.value_or(row.created)) : QVariant();
        case Ports:
            return row.ports.join(QStringLiteral(", "));
        case Created:
            return role == SortRole ? QVariant(row.created)
                                    : QVariant(QLocale().toString(QDateTime::fromSecsSinceEpoch(row.created), QLocale::ShortFormat));
        default:
            return {};
        }
    case Qt::ToolTipRole:
        switch (index.column()) {
        case Name:
            return row.id;
        case Image:
            return row.imageId;
        case State:
            return row.state;
        case Created:
            return QLocale().toString(QDateTime::fromSecsSinceEpoch(row.created), QLocale::LongFormat);
        default:
            return {};
        }
    case IdRole:
        return row.id;
    case NameRole:
        return row.name;
    case StateRole:
        return row.state;
    case ExitCodeRole:
        return row.status.exitCode ? QVariant(*row.status.exitCode) : QVariant();
    case SinceRole:
        return row.status.since ? QVariant(*row.status.since) : QVariant();
    case HealthRole:
        return row.status.health;
    case ImageRole:
        return row.image;
    case ImageIdRole:
        return row.imageId;
    case CommandRole:
        return row.command;
    case PortsRole:
        return row.ports;
    case CreatedRole:
        return row.created;
    case ErrorRole:
        return row.state == u"dead" || (row.state == u"exited" && row.status.exitCode.value_or(0) != 0);
    case BusyRole:
        return row.busy;
    case SearchRole:
        return row.search;
    default:
        return {};
    }
}

QVariant ContainerModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Name");
    case Image:
        return tr("Image");
    case State:
        //: Column of the containers' table: running, exited, …
        return tr("State");
    case Status:
        //: Column of the containers' table: since when, or with which code it ended.
        return tr("Since");
    case Ports:
        return tr("Ports");
    case Created:
        //: Column: when it was made.
        return tr("Created");
    default:
        return {};
    }
}

QHash<int, QByteArray> ContainerModel::roleNames() const
{
    auto names = QAbstractTableModel::roleNames();
    names.insert({ { IdRole, "id" }, { NameRole, "name" }, { StateRole, "state" }, { ExitCodeRole, "exitCode" }, { SinceRole, "since" },
        { HealthRole, "health" }, { ImageRole, "image" }, { ImageIdRole, "imageId" }, { CommandRole, "command" }, { PortsRole, "ports" },
        { CreatedRole, "created" }, { ErrorRole, "error" }, { BusyRole, "busy" }, { SortRole, "sort" }, { SearchRole, "search" } });
    return names;
}

} // namespace darsena::gui
