// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/project_model.h"

#include "gui/base/async.h"
#include "gui/widgets/text_language.h"
#include "gui/theme/theme.h"

#include <QAbstractFileIconProvider>
#include <QDir>
#include <QFileInfo>

namespace darsena::gui {
namespace {

constexpr int MaxVerdicts = 50'000;

/// QFileSystemModel asks for icons in its own thread; ours are made when they are painted.
class NoIcons : public QAbstractFileIconProvider {
public:
    QIcon icon(IconType) const override { return {}; }
    QIcon icon(const QFileInfo&) const override { return {}; }
};

QAbstractFileIconProvider* noIcons()
{
    static NoIcons provider;
    return &provider;
}

} // namespace

ProjectModel::ProjectModel(const Theme& theme, QObject* parent)
    : QIdentityProxyModel(parent)
    , m_theme(theme)
{
    m_files.setIconProvider(noIcons());
    m_files.setFilter(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    m_files.setOption(QFileSystemModel::DontUseCustomDirectoryIcons);
    m_files.sort(0);
    setSourceModel(&m_files);
}

QModelIndex ProjectModel::setFolder(const QString& folder)
{
    m_folder = QDir::cleanPath(folder);
    m_verdicts.clear();
    return mapFromSource(m_files.setRootPath(m_folder));
}

void ProjectModel::setIgnoreRules(dockerfile::IgnoreRules rules)
{
    m_rules = std::move(rules);
    m_verdicts.clear();
    // All of them may look different; a view asks again for what it shows.
    const QModelIndex root = indexOf(m_folder);
    Q_EMIT layoutAboutToBeChanged({ root });
    Q_EMIT layoutChanged({ root });
}

QString ProjectModel::path(const QModelIndex& index) const
{
    return m_files.filePath(mapToSource(index));
}

bool ProjectModel::isFolder(const QModelIndex& index) const
{
    return m_files.isDir(mapToSource(index));
}

QModelIndex ProjectModel::indexOf(const QString& path) const
{
    return mapFromSource(m_files.index(path));
}

int ProjectModel::columnCount(const QModelIndex&) const
{
    return 1;
}

dockerfile::IgnoreRules::Verdict ProjectModel::verdict(const QModelIndex& index) const
{
    if (m_rules.empty() || !index.isValid())
        return {};
    const QString whole = path(index);
    if (!whole.startsWith(m_folder + QLatin1Char('/')))
        return {};
    const auto known = m_verdicts.constFind(whole);
    if (known != m_verdicts.constEnd())
        return *known;
    if (m_verdicts.size() > MaxVerdicts)
        m_verdicts.clear();
    return *m_verdicts.insert(whole, m_rules.decide(whole.mid(m_folder.size() + 1).toStdString()));
}

QVariant ProjectModel::data(const QModelIndex& index, int role) const
{
    switch (role) {
    case Qt::DecorationRole: {
        const bool ignored = isIgnored(index);
        const QString name = isFolder(index) ? QStringLiteral("folder")
            : isDockerfileName(path(index)) ? QStringLiteral("dockerfile")
                                            : QStringLiteral("file");
        return m_theme.icon(name, !ignored && name == QLatin1String("dockerfile") ? Theme::Ink::Accent : Theme::Ink::Muted);
    }
    case Qt::ForegroundRole:
        return isIgnored(index) ? QVariant(m_theme.tokens().muted) : QVariant();
    case Qt::FontRole: {
        // Struck out: not by colour alone.
        QFont font = m_theme.font(type::Base);
        font.setStrikeOut(isIgnored(index));
        return font;
    }
    case Qt::ToolTipRole: {
        const auto said = verdict(index);
        const QString place = QDir::toNativeSeparators(path(index));
        return said.ignored ? tr("%1\nLeft out of the build context by line %2 of the .dockerignore: %3")
                                  .arg(place)
                                  .arg(said.line)
                                  .arg(QString::fromStdString(said.pattern))
                            : place;
    }
    case Qt::AccessibleTextRole: {
        const QString name = QIdentityProxyModel::data(index, Qt::DisplayRole).toString();
        return isIgnored(index) ? tr("%1, left out of the build context").arg(name) : name;
    }
    default:
        return QIdentityProxyModel::data(index, role);
    }
}

Qt::ItemFlags ProjectModel::flags(const QModelIndex& index) const
{
    return QIdentityProxyModel::flags(index) | Qt::ItemIsEditable;
}

bool ProjectModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const QString name = value.toString().trimmed();
    const QString from = path(index);
    if (role != Qt::EditRole || name.isEmpty() || name == QFileInfo(from).fileName())
        return false;
    if (name.contains(QLatin1Char('/')) || name == QLatin1String(".") || name == QLatin1String("..")) {
        Q_EMIT failed(tr("\"%1\" cannot be the name of a file.").arg(name));
        return false;
    }
    const QString to = QFileInfo(from).dir().filePath(name);
    async(
        this,
        [from, to] {
            // QFile::rename never overwrites.
            return QFileInfo(from).isDir() ? !QFileInfo::exists(to) && QDir().rename(from, to) : QFile::rename(from, to);
        },
        [this, from, to, name](bool done) {
            if (done)
                Q_EMIT renamed(from, to);
            else
                Q_EMIT failed(QFileInfo::exists(to) ? tr("There is a \"%1\" in this folder already.").arg(name)
                                                    : tr("%1 cannot be renamed.").arg(QFileInfo(from).fileName()));
        });
    return true;
}

} // namespace darsena::gui
