// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/project_tree.h"

#include "gui/base/text.h"
#include "gui/editor/file_io.h"
#include "gui/editor/project_model.h"
#include "gui/widgets/confirm.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QTreeView>

namespace darsena::gui {
namespace {

constexpr qint64 MaxIgnoreFileBytes = 1024 * 1024;

} // namespace

ProjectTree::ProjectTree(PageContext context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_model(new ProjectModel(context.theme, this))
    , m_view(new QTreeView(this))
    , m_title(makeLabel({}, "strong", this))
    , m_newFile(new QAction(this))
    , m_newFolder(new QAction(this))
    , m_rules(this)
    , m_texts(this)
{
    setObjectName(QStringLiteral("editor.tree"));
    auto* header = new QWidget(this);
    setLook(header, "bar");
    header->setFixedHeight(metric::TabBar);
    m_newFile->setIcon(context.theme.icon(QStringLiteral("file-new"), Theme::Ink::Muted));
    m_newFolder->setIcon(context.theme.icon(QStringLiteral("folder-new"), Theme::Ink::Muted));
    m_title->setMinimumWidth(0);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(space::M, 0, space::XS, 0);
    row->setSpacing(0);
    row->addWidget(m_title, 1);
    row->addWidget(makeIconButton(m_newFile, header));
    row->addWidget(makeIconButton(m_newFolder, header));

    m_view->setObjectName(QStringLiteral("editor.tree.view"));
    m_view->setModel(m_model);
    setUpTree(m_view, {});
    m_view->setHeaderHidden(true);
    m_view->setIndentation(14);
    m_view->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setTextElideMode(Qt::ElideMiddle);
    m_view->installEventFilter(this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header);
    column->addWidget(m_view, 1);

    connect(m_view, &QTreeView::activated, this, [this](const QModelIndex& index) {
        if (!m_model->isFolder(index))
            Q_EMIT fileActivated(m_model->path(index));
        else if (!m_view->expandsOnDoubleClick())
            m_view->setExpanded(index, !m_view->isExpanded(index));
    });
    connect(m_view, &QWidget::customContextMenuRequested, this, &ProjectTree::showMenu);
    connect(m_newFile, &QAction::triggered, this, &ProjectTree::newFile);
    connect(m_newFolder, &QAction::triggered, this, &ProjectTree::newFolder);
    connect(m_model, &ProjectModel::renamed, this, &ProjectTree::renamed);
    connect(m_model, &ProjectModel::renamed, this, [this](const QString&, const QString& to) { showFile(to); });
    connect(m_model, &ProjectModel::failed, this, &ProjectTree::notice);
    // What is made appears once the disk has been looked at.
    connect(m_model, &QAbstractItemModel::rowsInserted, this, [this] {
        if (!m_wanted.isEmpty())
            showFile(m_wanted);
    });
    connect(&context.theme, &Theme::changed, m_view->viewport(), qOverload<>(&QWidget::update));
    m_texts([this] {
        m_view->setAccessibleName(tr("Files of the project"));
        m_newFile->setText(tr("New file"));
        m_newFolder->setText(tr("New folder"));
    });
}

void ProjectTree::setFolder(const QString& folder)
{
    if (folder == m_model->folder())
        return;
    m_view->setRootIndex(m_model->setFolder(folder));
    m_title->setText(QFileInfo(folder).fileName());
    m_title->setToolTip(QDir::toNativeSeparators(folder));
}

void ProjectTree::setIgnore(const QString& path, const std::string& text)
{
    m_rules.start(
        [path, text = std::string(text)]() mutable {
            if (QFile file(path); text.empty() && file.open(QIODevice::ReadOnly))
                text = file.read(MaxIgnoreFileBytes).toStdString();
            // A file that cannot be read as patterns leaves nothing out; the list of problems says so.
            return dockerfile::IgnoreRules::parse(text);
        },
        [this](Result<dockerfile::IgnoreRules> rules) {
            m_model->setIgnoreRules(rules ? std::move(rules).value() : dockerfile::IgnoreRules());
            m_view->viewport()->update();
        });
}

void ProjectTree::showFile(const QString& path)
{
    const QModelIndex index = m_model->indexOf(path);
    m_wanted = index.isValid() ? QString() : path;
    if (!index.isValid())
        return;
    m_view->setCurrentIndex(index);
    m_view->scrollTo(index);
}

QString ProjectTree::chosenFolder() const
{
    const QModelIndex index = m_view->currentIndex();
    if (!index.isValid())
        return m_model->folder();
    const QString path = m_model->path(index);
    return m_model->isFolder(index) ? path : QFileInfo(path).absolutePath();
}

void ProjectTree::askName(const QString& title, const QString& label, const std::function<void(const QString& path)>& make)
{
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(QStringLiteral("editor.tree.name"));
    dialog->setWindowTitle(title);
    dialog->setLabelText(label);
    connect(dialog, &QInputDialog::textValueSelected, this, [this, folder = chosenFolder(), make](const QString& typed) {
        const QString path = QDir::cleanPath(folder + QLatin1Char('/') + typed.trimmed());
        // "a/b.txt" may make a folder on its way, but nothing leaves the project.
        if (typed.trimmed().isEmpty() || !path.startsWith(m_model->folder() + QLatin1Char('/')))
            Q_EMIT notice(tr("\"%1\" cannot be the name of a file.").arg(typed));
        else
            make(path);
    });
    dialog->open();
}

void ProjectTree::newFile()
{
    askName(tr("New file"), tr("Name of the file in %1").arg(QFileInfo(chosenFolder()).fileName()), [this](const QString& path) {
        async(
            this,
            [path] {
                QDir().mkpath(QFileInfo(path).absolutePath());
                QFile file(path);
                return file.open(QIODevice::WriteOnly | QIODevice::NewOnly);
            },
            [this, path](bool made) {
                if (!made) {
                    Q_EMIT notice(tr("%1 cannot be made.").arg(QFileInfo(path).fileName()));
                    return;
                }
                showFile(path);
                Q_EMIT fileActivated(path);
            });
    });
}

void ProjectTree::newFolder()
{
    askName(tr("New folder"), tr("Name of the folder in %1").arg(QFileInfo(chosenFolder()).fileName()),
        [this](const QString& path) {
            async(
                this, [path] { return !QFileInfo::exists(path) && QDir().mkpath(path); },
                [this, path](bool made) {
                    if (made)
                        showFile(path);
                    else
                        Q_EMIT notice(tr("%1 cannot be made.").arg(QFileInfo(path).fileName()));
                });
        });
}

void ProjectTree::rename()
{
    if (m_view->currentIndex().isValid())
        m_view->edit(m_view->currentIndex());
}

void ProjectTree::remove()
{
    const QModelIndex index = m_view->currentIndex();
    if (!index.isValid())
        return;
    const QString path = m_model->path(index);
    Removal removal;
    removal.title = tr("Move to the trash");
    removal.question = tr("Move %1 to the trash?").arg(QFileInfo(path).fileName());
    removal.consequence = m_model->isFolder(index) ? tr("The folder goes with everything in it. It can be put back from the trash.")
                                                   : tr("It can be put back from the trash.");
    confirmRemoval(this, removal, [this, path] {
        async(
            this, [path] { return moveToTrash(path); },
            [this, path](const Result<void>& moved) {
                Q_EMIT notice(moved ? tr("%1 is in the trash.").arg(QFileInfo(path).fileName()) : errorSentence(moved.error()));
            });
    });
}

void ProjectTree::showMenu(const QPoint& at)
{
    const QModelIndex index = m_view->indexAt(at);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(m_newFile);
    menu->addAction(m_newFolder);
    if (index.isValid()) {
        const QString path = m_model->path(index);
        menu->addSeparator();
        if (!m_model->isFolder(index))
            menu->addAction(tr("Open"), this, [this, path] { Q_EMIT fileActivated(path); });
        menu->addAction(tr("Rename"), QKeySequence(Qt::Key_F2), this, &ProjectTree::rename);
        menu->addAction(tr("Move to the trash"), QKeySequence(Qt::Key_Delete), this, &ProjectTree::remove);
        menu->addSeparator();
        menu->addAction(tr("Copy the path"), this, [path] { QGuiApplication::clipboard()->setText(path); });
    }
    menu->popup(m_view->viewport()->mapToGlobal(at));
}

bool ProjectTree::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_view && (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress)) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool remove = key->key() == Qt::Key_Delete;
        // While the keyboard is here, these are ours and not the editor's.
        if (event->type() == QEvent::ShortcutOverride && (remove || key->key() == Qt::Key_F2)) {
            event->accept();
            return true;
        }
        if (event->type() == QEvent::KeyPress && remove && !m_view->isPersistentEditorOpen(m_view->currentIndex())) {
            ProjectTree::remove();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace darsena::gui
