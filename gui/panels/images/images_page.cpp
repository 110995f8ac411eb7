// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/images/images_page.h"

#include "gui/base/retranslator.h"
#include "gui/base/text.h"
#include "gui/client/container_feed.h"
#include "gui/client/image_feed.h"
#include "gui/models/container_model.h"
#include "gui/models/image_model.h"
#include "gui/panels/images/image_delegate.h"
#include "gui/panels/images/image_details.h"
#include "gui/panels/images/tag_dialog.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/command_line.h"
#include "gui/widgets/confirm.h"
#include "gui/widgets/list_pane.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>

#include <memory>
#include <utility>

namespace darsena::gui {

class ImagesPage::Parts : public QObject {
public:
    Parts(ImagesPage& page, const PageContext& context, EngineClient& client, ImageViewer* layers);

    void open(const QString& nameOrId);
    void chooseArchive();
    void chooseArchiveToOpen();
    void chooseReference();
    void load(const QString& path);
    void showState();

    ImagesPage& page;
    PageContext context;
    EngineClient& client;
    ImageModel model;
    ContainerModel containers; // for who uses what
    ImageFeed feed;
    ContainerFeed containerFeed;
    QString wanted; // asked for before it was listed
    QString unloaded; // an image that is shown and that the engine does not have
    ImageViewer* viewer;
    std::unique_ptr<EngineStream> loading;
    QStringList loaded; // what the engine said it loaded

    ImageDetails* details;
    ListPane* pane;
    QWidget* progressRow = nullptr;
    QLabel* progressText = nullptr;
    QProgressBar* progress = nullptr;
    QPushButton* progressCancel = nullptr;
    QAction *run = nullptr, *loadAction = nullptr, *openAction = nullptr, *pullAction = nullptr, *tag = nullptr, *remove = nullptr;
    Retranslator texts;

private:
    void build();
    void buildProgress();
    void retranslate();
    void selectionChanged();
    void showUnloaded(const QString& name);
    void countUsers();
    void confirmRemoval();
    void removeChosen(const QStringList& references);
    void loadEnded(const QString& file, const Result<void>& result);
    void fillMenu(QMenu* menu, const QModelIndex& index);
};

ImagesPage::Parts::Parts(ImagesPage& owner, const PageContext& pageContext, EngineClient& engine, ImageViewer* layers)
    : page(owner)
    , context(pageContext)
    , client(engine)
    , feed(engine)
    , containerFeed(engine)
    , viewer(layers)
    , details(new ImageDetails(pageContext, engine, layers))
    , pane(new ListPane(pageContext,
          { .name = QStringLiteral("images"),
              .model = model,
              .sortRole = ImageModel::SortRole,
              .searchRole = ImageModel::SearchRole,
              .columnWidths = { 300, 150, 150, 110, 170, 220 },
              .newestFirst = ImageModel::Created,
              .split = { 230, 540 } },
          new ImageDelegate(pageContext.theme), details, owner))
    , texts(&owner)
{
    build();
    texts([this] { retranslate(); });
    connect(&feed, &ImageFeed::listed, this, [this](const auto& images) {
        model.setImages(images);
        showState();
        if (!wanted.isEmpty())
            open(wanted);
        selectionChanged();
    });
    connect(&feed, &ImageFeed::statusChanged, this, [this] { showState(); });
    connect(&engine, &EngineClient::stateChanged, this, [this] { showState(); });
    connect(&containerFeed, &ContainerFeed::listed, this, [this](const auto& list) { containers.setContainers(list); });
    connect(&containerFeed, &ContainerFeed::changed, &containers, &ContainerModel::upsert);
    connect(&containerFeed, &ContainerFeed::removed, &containers, &ContainerModel::remove);
    connect(&containers, &ContainerModel::countsChanged, this, [this] { countUsers(); });
    showState();
    selectionChanged();
}

void ImagesPage::Parts::build()
{
    run = pane->makeAction(QStringLiteral("play"), QKeySequence(Qt::CTRL | Qt::Key_R), [this] {
        if (!pane->chosen().isEmpty())
            context.navigator.runImage(pane->chosen().first().data(ImageModel::ReferenceRole).toString());
    });
    loadAction = pane->makeAction(QStringLiteral("document-import"), QKeySequence(Qt::CTRL | Qt::Key_O), [this] { chooseArchive(); });
    tag = pane->makeAction(QStringLiteral("tag"), {}, [this] {
        if (pane->chosen().isEmpty())
            return;
        auto* dialog = new TagDialog(context, client, pane->chosen().first().data(ImageModel::ReferenceRole).toString(), page.window());
        connect(dialog, &TagDialog::tagged, this, [this](const QString& name) {
            wanted = name;
            context.navigator.notify(ImagesPage::tr("The image is also called %1 now.").arg(name));
        });
        dialog->setModal(false);
        dialog->show();
    });
    remove = pane->makeAction(QStringLiteral("remove"), QKeySequence::Delete, [this] { confirmRemoval(); });

    pane->addMainButton(run, QStringLiteral("play"));
    openAction = pane->makeAction(QStringLiteral("document-open"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), [this] { chooseArchiveToOpen(); });
    openAction->setVisible(viewer->canOpenArchives());
    pullAction = pane->makeAction(QStringLiteral("networks"), {}, [this] { chooseReference(); });
    pullAction->setVisible(viewer->canOpenRegistries());
    for (QAction* one : { loadAction, tag, remove })
        pane->addButton(one);
    if (viewer->canOpenArchives())
        pane->addButton(openAction);
    buildProgress();
    connect(pane, &ListPane::choiceChanged, this, [this] { selectionChanged(); });
    connect(pane, &ListPane::menuRequested, this, [this](QMenu* menu, const QModelIndex& index) { fillMenu(menu, index); });
    connect(pane->table(), &QTableView::activated, this, [this] { details->wholePage()->setChecked(true); });
    connect(viewer, &ImageViewer::opened, this, [this](const QString& name) { showUnloaded(name); });
    connect(details->wholePage(), &QAction::toggled, this, [this](bool whole) {
        pane->table()->setVisible(!whole);
        pane->tools()->setVisible(!whole);
        if (!whole && !unloaded.isEmpty()) {
            unloaded.clear();
            details->clear();
            selectionChanged();
            showState();
        }
        Q_EMIT page.titleChanged();
    });
}

void ImagesPage::Parts::buildProgress()
{
    progressRow = new QWidget;
    setLook(progressRow, "bar");
    auto* progressLayout = new QHBoxLayout(progressRow);
    progressLayout->setContentsMargins(space::L, space::S, space::L, space::S);
    progressText = makeLabel({}, "");
    progress = new QProgressBar;
    progress->setTextVisible(false);
    progressCancel = makeButton({});
    progressLayout->addWidget(progressText);
    progressLayout->addWidget(progress, 1);
    progressLayout->addWidget(progressCancel);
    progressRow->hide();
    connect(progressCancel, &QPushButton::clicked, this, [this] {
        loading.reset();
        progressRow->hide();
        loadAction->setEnabled(true);
        pane->banner()->showNotice(ImagesPage::tr("Loading was cancelled."), ImagesPage::tr("What the engine had not finished is thrown away."));
    });
    pane->insertBelowTools(progressRow);
}

void ImagesPage::Parts::retranslate()
{
    run->setText(ImagesPage::tr("Run…"));
    loadAction->setText(ImagesPage::tr("Load from an archive…"));
    openAction->setText(ImagesPage::tr("Open an archive…"));
    openAction->setToolTip(ImagesPage::tr("Look into an archive (docker save, OCI layout) without loading it"));
    pullAction->setText(ImagesPage::tr("Look into an image of a registry…"));
    loadAction->setToolTip(ImagesPage::tr("Load images from an archive (docker save, OCI layout)"));
    //: Verb: give an image another name.
    tag->setText(ImagesPage::tr("Tag…"));
    remove->setText(ImagesPage::tr("Remove…"));
    progressCancel->setText(ImagesPage::tr("Cancel"));
    pane->filter()->setPlaceholderText(ImagesPage::tr("Filter by name, ID, container"));
    pane->filter()->setAccessibleName(ImagesPage::tr("Filter the images"));
    pane->table()->setAccessibleName(ImagesPage::tr("Images"));
    Q_EMIT model.headerDataChanged(Qt::Horizontal, 0, ImageModel::ColumnCount - 1);
    showState();
    Q_EMIT page.titleChanged();
}

void ImagesPage::Parts::showState()
{
    const auto state = client.state();
    loadAction->setEnabled(state == EngineClient::State::Connected && !loading);
    if (!unloaded.isEmpty()) {
        pane->showList();
    } else if (!client.stateTitle().isEmpty()) {
        pane->say(client.stateTitle(), client.stateSentence(), ImagesPage::tr("Try again"), [this] { client.setVisible(true); },
            state == EngineClient::State::Absent ? QStringLiteral("sudo systemctl start darsena") : QString());
    } else if (!feed.errorSentence().isEmpty()) {
        pane->say(ImagesPage::tr("The images could not be listed"), feed.errorSentence(), ImagesPage::tr("Try again"), [this] { feed.reload(); });
    } else if (!feed.ready()) {
        pane->say(ImagesPage::tr("Images"), ImagesPage::tr("Asking the engine…"));
    } else if (model.rowCount() == 0) {
        pane->say(ImagesPage::tr("No images yet"),
            ImagesPage::tr("An image is a file system in layers, with what to run in it. Build one from a Dockerfile, or load an archive that docker save wrote."),
            ImagesPage::tr("Load from an archive…"), [this] { chooseArchive(); });
    } else {
        pane->showList();
    }
}

void ImagesPage::Parts::countUsers()
{
    QHash<QString, QStringList> users;
    for (int row = 0; row < containers.rowCount(); ++row) {
        const QModelIndex index = containers.index(row, 0);
        users[index.data(ContainerModel::ImageIdRole).toString()] << index.data(ContainerModel::NameRole).toString();
    }
    model.setUsers(users);
}

void ImagesPage::Parts::selectionChanged()
{
    const QModelIndexList rows = pane->chosen();
    run->setEnabled(rows.size() == 1);
    tag->setEnabled(rows.size() == 1);
    remove->setEnabled(!rows.isEmpty());
    if (!unloaded.isEmpty())
        return;
    const QModelIndex current = pane->current();
    details->setVisible(current.isValid());
    const QString before = details->reference();
    if (current.isValid())
        details->showImage(current.data(ImageModel::ReferenceRole).toString(), current.data(ImageModel::IdRole).toString());
    else if (!details->id().isEmpty()) {
        details->wholePage()->setChecked(false);
        details->clear();
    }
    if (details->reference() != before)
        Q_EMIT page.titleChanged();
}

void ImagesPage::Parts::open(const QString& nameOrId)
{
    const int row = model.rowOf(nameOrId);
    if (row < 0) {
        wanted = nameOrId;
        return;
    }
    wanted.clear();
    if (!unloaded.isEmpty())
        details->wholePage()->setChecked(false);
    pane->choose(row);
}

void ImagesPage::Parts::chooseArchive()
{
    auto* dialog = new QFileDialog(&page, ImagesPage::tr("Load images from an archive"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({ ImagesPage::tr("Image archives (*.tar *.tar.gz *.tgz *.tar.zst *.tar.xz)"), ImagesPage::tr("All files (*)") });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { load(path); });
    dialog->open();
}

void ImagesPage::Parts::chooseArchiveToOpen()
{
    auto* dialog = new QFileDialog(&page, ImagesPage::tr("Open an archive"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({ ImagesPage::tr("Image archives (*.tar *.tar.gz *.tgz *.tar.zst *.tar.xz)"), ImagesPage::tr("All files (*)") });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { viewer->openArchive(path); });
    dialog->open();
}

void ImagesPage::Parts::chooseReference()
{
    auto* dialog = new QInputDialog(&page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(ImagesPage::tr("Look into an image of a registry"));
    dialog->setLabelText(ImagesPage::tr("Reference of the image, such as registry.example.org/team/app:1.2:"));
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& text) {
        if (!text.trimmed().isEmpty())
            viewer->openFromRegistry(text.trimmed());
    });
    dialog->open();
}

void ImagesPage::Parts::showUnloaded(const QString& name)
{
    unloaded = name;
    details->showUnloaded(name);
    details->setVisible(true);
    showState();
    details->wholePage()->setChecked(true);
    Q_EMIT page.titleChanged();
}

void ImagesPage::Parts::load(const QString& path)
{
    if (loading)
        return;
    pane->banner()->dismiss();
    loaded.clear();
    const QString name = QFileInfo(path).fileName();
    auto upload = Upload::fromFile(path);
    const qint64 whole = upload->size();
    progress->setRange(0, 1000);
    progress->setValue(0);
    progressText->setText(ImagesPage::tr("Loading %1…").arg(name));
    progressRow->show();
    auto failure = std::make_shared<QString>();
    loading = client.stream(
        client::loadImages(),
        [this, failure](const model::BuildMessage& message) {
            if (message.error)
                *failure = QString::fromStdString(*message.error);
            for (const QString& line : QString::fromStdString(message.stream).split(u'\n', Qt::SkipEmptyParts))
                loaded << line.trimmed();
        },
        [this, name, failure](const Result<void>& ended) { loadEnded(name, failure->isEmpty() ? ended : Result<void>(Error(ErrorCode::Invalid, failure->toStdString()))); },
        std::move(upload));
    connect(loading.get(), &EngineStream::uploadProgressed, this, [this, whole, name](qint64 sent) {
        if (whole > 0)
            progress->setValue(static_cast<int>(sent * 1000 / whole));
        progressText->setText(sent >= whole ? ImagesPage::tr("%1 is sent; the engine unpacks it…").arg(name)
                                            : ImagesPage::tr("Loading %1: %2 of %3…").arg(name, formatBytes(sent), formatBytes(whole)));
        if (sent >= whole)
            progress->setRange(0, 0);
    });
    showState();
}

void ImagesPage::Parts::loadEnded(const QString& file, const Result<void>& result)
{
    loading.release()->deleteLater();
    progressRow->hide();
    showState();
    if (!result) {
        pane->banner()->showProblem(ImagesPage::tr("%1 was not loaded.").arg(file), errorSentence(result.error()));
        return;
    }
    // "Loaded image: name:tag" or "Loaded image ID: sha256:…".
    for (const QString& line : std::as_const(loaded)) {
        if (line.startsWith(u"Loaded image"))
            wanted = line.mid(line.indexOf(u": ") + 2).trimmed();
    }
    context.navigator.notify(wanted.isEmpty() ? ImagesPage::tr("%1 is loaded.").arg(file) : ImagesPage::tr("%1 is loaded: %2.").arg(file, wanted));
    feed.reload();
}

void ImagesPage::Parts::confirmRemoval()
{
    QStringList references;
    QStringList users;
    bool whole = false;
    for (const QModelIndex& index : pane->chosen()) {
        references << index.data(ImageModel::ReferenceRole).toString();
        users += index.data(ImageModel::UsersRole).toStringList();
        whole |= index.data(ImageModel::TagsRole).toStringList().size() < 2;
    }
    if (references.isEmpty())
        return;
    QString destroyed = whole ? ImagesPage::tr("Layers that no other image uses are deleted from this computer. To have the image again you build, load or pull it again.")
                              : ImagesPage::tr("Only this name goes: the image has other names and stays.");
    if (!users.isEmpty())
        destroyed += QStringLiteral("\n\n") + ImagesPage::tr("Containers made of it: %1. The engine keeps an image while a container needs it.").arg(users.join(QStringLiteral(", ")));
    const QString& first = references.first();
    const Removal removal { .title = ImagesPage::tr("Remove images"),
        .question = references.size() == 1 ? ImagesPage::tr("Remove the image %1?").arg(first.startsWith(u"sha256:") ? shortId(first) : first)
                                           : ImagesPage::tr("Remove %n image(s)?", nullptr, static_cast<int>(references.size())),
        .consequence = destroyed,
        .names = references };
    gui::confirmRemoval(&page, removal, [this, references] { removeChosen(references); });
}

void ImagesPage::Parts::removeChosen(const QStringList& references)
{
    pane->banner()->dismiss();
    struct Round {
        qsizetype left = 0;
        QStringList failed;
        QStringList reasons;
    };
    auto round = std::make_shared<Round>();
    round->left = references.size();
    for (const QString& reference : references) {
        client.send(client::removeImage(reference.toStdString()), this, [this, reference, round](Result<std::vector<model::ImageDeleteItem>> result) {
            if (!result) {
                round->failed << (reference.startsWith(u"sha256:") ? shortId(reference) : reference);
                const QString reason = errorSentence(result.error());
                if (!round->reasons.contains(reason))
                    round->reasons << reason;
            }
            if (--round->left > 0)
                return;
            feed.reload();
            if (!round->failed.isEmpty())
                pane->banner()->showProblem(ImagesPage::tr("Not removed: %1.").arg(round->failed.join(QStringLiteral(", "))), round->reasons.mid(0, 3).join(u' '));
        });
    }
}

void ImagesPage::Parts::fillMenu(QMenu* menu, const QModelIndex& index)
{
    menu->addActions({ run, tag, remove });
    menu->addSeparator();
    const QString reference = index.data(ImageModel::ReferenceRole).toString();
    pane->addCopy(menu, ImagesPage::tr("Copy the name"), reference);
    pane->addCopy(menu, ImagesPage::tr("Copy the ID"), index.data(ImageModel::IdRole).toString());
    pane->addCopy(menu, ImagesPage::tr("Copy the command that runs it"), CommandLine::join({ QStringLiteral("docker"), QStringLiteral("run"), QStringLiteral("--rm"), QStringLiteral("-it"), reference }));
    const QStringList users = index.data(ImageModel::UsersRole).toStringList();
    if (!users.isEmpty())
        menu->addSeparator();
    for (const QString& user : users.mid(0, 8))
        menu->addAction(ImagesPage::tr("Show the container %1").arg(user), this, [this, user] { context.navigator.openContainer(user); });
}

ImagesPage::ImagesPage(const PageContext& context, EngineClient& client, ImageViewer* layers, QWidget* parent)
    : Page(PageId::Images, parent)
    , m(std::make_unique<Parts>(*this, context, client, layers))
{
}

ImagesPage::~ImagesPage() = default;

void ImagesPage::openImage(const QString& nameOrId)
{
    m->open(nameOrId);
}

void ImagesPage::loadArchive()
{
    m->chooseArchive();
}

void ImagesPage::openArchive(const QString& path)
{
    m->viewer->openArchive(path);
}

void ImagesPage::loadArchive(const QString& path)
{
    m->load(path);
}

QString ImagesPage::title() const
{
    return tr("Images");
}

QStringList ImagesPage::breadcrumb() const
{
    if (!m->details->wholePage()->isChecked() || m->details->reference().isEmpty())
        return {};
    return { m->details->reference(), m->details->tabs()->tabText(m->details->tabs()->currentIndex()) };
}

QList<QAction*> ImagesPage::commands() const
{
    QList<QAction*> all { m->run, m->loadAction, m->tag, m->remove, m->details->wholePage() };
    for (QAction* action : { m->openAction, m->pullAction }) {
        if (action->isVisible())
            all << action;
    }
    return all + m->viewer->commands();
}

void ImagesPage::activated()
{
    m->showState();
}

} // namespace darsena::gui
