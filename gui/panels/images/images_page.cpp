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
#include "gui/settings/settings.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/command_line.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/looks.h"
#include "gui/widgets/splitter.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>

#include <functional>
#include <memory>
#include <utility>

namespace darsena::gui {

class ImagesPage::Parts : public QObject {
public:
    Parts(ImagesPage& page, const PageContext& context, EngineClient& client, ImageViewer* layers);

    void open(const QString& nameOrId);
    void chooseArchive();
    void load(const QString& path);
    void showState();

    ImagesPage& page;
    PageContext context;
    EngineClient& client;
    ImageModel model;
    ContainerModel containers; // for who uses what
    ImageFeed feed;
    ContainerFeed containerFeed;
    QSortFilterProxyModel proxy;
    QString wanted; // asked for before it was listed
    std::unique_ptr<EngineStream> loading;
    QStringList loaded; // what the engine said it loaded

    QStackedWidget* stack = nullptr;
    EmptyState* empty = nullptr;
    Banner* banner = nullptr;
    QTableView* table = nullptr;
    ImageDetails* details = nullptr;
    QLineEdit* filter = nullptr;
    QPushButton *runButton = nullptr, *loadButton = nullptr;
    QWidget* progressRow = nullptr;
    QLabel* progressText = nullptr;
    QProgressBar* progress = nullptr;
    QPushButton* progressCancel = nullptr;
    QAction *run = nullptr, *loadAction = nullptr, *tag = nullptr, *remove = nullptr;
    std::function<void()> emptyAction;
    Retranslator texts;

private:
    void build(ImageViewer* layers);
    void retranslate();
    void selectionChanged();
    void countUsers();
    void confirmRemoval();
    void removeChosen(const QStringList& references);
    void loadEnded(const QString& file, const Result<void>& result);
    void contextMenu(const QPoint& at);
    QModelIndexList chosen() const { return table->selectionModel()->selectedRows(); }
};

ImagesPage::Parts::Parts(ImagesPage& owner, const PageContext& pageContext, EngineClient& engine, ImageViewer* layers)
    : page(owner)
    , context(pageContext)
    , client(engine)
    , feed(engine)
    , containerFeed(engine)
    , texts(&owner)
{
    build(layers);
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

void ImagesPage::Parts::build(ImageViewer* layers)
{
    Theme& theme = context.theme;
    const auto action = [&](QAction*& made, const char* icon, const QKeySequence& key, auto slot) {
        made = new QAction(theme.icon(QString::fromLatin1(icon)), {}, &page);
        made->setShortcut(key);
        made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        page.addAction(made);
        connect(made, &QAction::triggered, this, slot);
    };
    action(run, "play", QKeySequence(Qt::CTRL | Qt::Key_R), [this] {
        if (!chosen().isEmpty())
            context.navigator.runImage(chosen().first().data(ImageModel::ReferenceRole).toString());
    });
    action(loadAction, "document-import", QKeySequence(Qt::CTRL | Qt::Key_O), [this] { chooseArchive(); });
    action(tag, "tag", {}, [this] {
        if (chosen().isEmpty())
            return;
        auto* dialog = new TagDialog(context, client, chosen().first().data(ImageModel::ReferenceRole).toString(), page.window());
        connect(dialog, &TagDialog::tagged, this, [this](const QString& name) {
            wanted = name;
            context.navigator.notify(ImagesPage::tr("The image is also called %1 now.").arg(name));
        });
        dialog->setModal(false);
        dialog->show();
    });
    action(remove, "remove", QKeySequence::Delete, [this] { confirmRemoval(); });

    auto* tools = new QWidget;
    QBoxLayout* row = makeToolRow(tools);
    runButton = makeButton({}, theme.icon(QStringLiteral("play"), Theme::Ink::OnAccent), "primary");
    connect(runButton, &QPushButton::clicked, run, &QAction::trigger);
    connect(run, &QAction::changed, runButton, [this] { runButton->setEnabled(run->isEnabled()); });
    row->addWidget(runButton);
    loadButton = makeButton({}, loadAction->icon());
    connect(loadButton, &QPushButton::clicked, loadAction, &QAction::trigger);
    row->addWidget(loadButton);
    for (QAction* one : { tag, remove }) {
        QPushButton* button = makeButton({}, one->icon());
        connect(button, &QPushButton::clicked, one, &QAction::trigger);
        connect(one, &QAction::changed, button, [button, one] {
            button->setText(one->text());
            button->setEnabled(one->isEnabled());
        });
        row->addWidget(button);
    }
    row->addStretch(1);
    filter = new QLineEdit;
    filter->setClearButtonEnabled(true);
    filter->setFixedWidth(260);
    filter->addAction(theme.icon(QStringLiteral("search"), Theme::Ink::Muted), QLineEdit::LeadingPosition);
    row->addWidget(filter);

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
        banner->showNotice(ImagesPage::tr("Loading was cancelled."), ImagesPage::tr("What the engine had not finished is thrown away."));
    });

    proxy.setSourceModel(&model);
    proxy.setSortRole(ImageModel::SortRole);
    proxy.setSortCaseSensitivity(Qt::CaseInsensitive);
    proxy.setFilterRole(ImageModel::SearchRole);
    proxy.setFilterKeyColumn(0);
    proxy.setFilterCaseSensitivity(Qt::CaseInsensitive);
    connect(filter, &QLineEdit::textChanged, &proxy, &QSortFilterProxyModel::setFilterFixedString);

    table = new QTableView;
    table->setModel(&proxy);
    setUpTable(table, {});
    table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table->setItemDelegate(new ImageDelegate(theme, table));
    table->setContextMenuPolicy(Qt::CustomContextMenu);
    const int widths[] = { 300, 150, 150, 110, 170, 220 };
    for (int column = 0; column < ImageModel::ColumnCount; ++column)
        table->horizontalHeader()->resizeSection(column, widths[column]);
    table->sortByColumn(ImageModel::Created, Qt::DescendingOrder);
    rememberHeader(table->horizontalHeader(), context.settings, QStringLiteral("images/table"));
    connect(table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] { selectionChanged(); });
    connect(table->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] { selectionChanged(); });
    connect(table, &QTableView::customContextMenuRequested, this, [this](const QPoint& at) { contextMenu(at); });
    connect(table, &QTableView::activated, this, [this] { details->wholePage()->setChecked(true); });

    details = new ImageDetails(context, client, layers);
    banner = new Banner(theme);
    auto* split = new Splitter(Qt::Vertical, context.settings, QStringLiteral("images/main"));
    split->addWidget(table);
    split->addWidget(details);
    split->setStretchFactor(1, 1);
    split->restore({ 230, 540 });
    connect(details->wholePage(), &QAction::toggled, this, [this, tools](bool whole) {
        table->setVisible(!whole);
        tools->setVisible(!whole);
        Q_EMIT page.titleChanged();
    });

    empty = new EmptyState(theme, QStringLiteral("images"));
    connect(empty, &EmptyState::triggered, this, [this] {
        if (emptyAction)
            emptyAction();
    });
    stack = new QStackedWidget;
    stack->addWidget(split);
    stack->addWidget(empty);
    auto* column = new QVBoxLayout(&page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(tools);
    column->addWidget(progressRow);
    column->addWidget(banner);
    column->addWidget(stack, 1);
}

void ImagesPage::Parts::retranslate()
{
    run->setText(ImagesPage::tr("Run…"));
    runButton->setText(ImagesPage::tr("Run…"));
    loadAction->setText(ImagesPage::tr("Load from an archive…"));
    loadButton->setText(ImagesPage::tr("Load…"));
    loadButton->setToolTip(ImagesPage::tr("Load images from an archive (docker save, OCI layout)"));
    //: Verb: give an image another name.
    tag->setText(ImagesPage::tr("Tag…"));
    remove->setText(ImagesPage::tr("Remove…"));
    progressCancel->setText(ImagesPage::tr("Cancel"));
    filter->setPlaceholderText(ImagesPage::tr("Filter by name, ID, container"));
    filter->setAccessibleName(ImagesPage::tr("Filter the images"));
    table->setAccessibleName(ImagesPage::tr("Images"));
    Q_EMIT model.headerDataChanged(Qt::Horizontal, 0, ImageModel::ColumnCount - 1);
    showState();
    Q_EMIT page.titleChanged();
}

void ImagesPage::Parts::showState()
{
    emptyAction = {};
    empty->setCommand({});
    const auto say = [this](const QString& title, const QString& sentence, const QString& button, std::function<void()> doIt) {
        empty->setTexts(title, sentence);
        empty->setButton(button);
        emptyAction = std::move(doIt);
        stack->setCurrentIndex(1);
    };
    const auto state = client.state();
    loadAction->setEnabled(state == EngineClient::State::Connected && !loading);
    loadButton->setEnabled(loadAction->isEnabled());
    if (state == EngineClient::State::Absent || state == EngineClient::State::Refused) {
        say(state == EngineClient::State::Absent ? ImagesPage::tr("The engine does not answer") : ImagesPage::tr("The engine refuses"), client.stateSentence(),
            ImagesPage::tr("Try again"), [this] { client.setVisible(true); });
        if (state == EngineClient::State::Absent)
            empty->setCommand(QStringLiteral("sudo systemctl start darsena"));
    } else if (!feed.errorSentence().isEmpty()) {
        say(ImagesPage::tr("The images could not be listed"), feed.errorSentence(), ImagesPage::tr("Try again"), [this] { feed.reload(); });
    } else if (!feed.ready()) {
        say(ImagesPage::tr("Images"), ImagesPage::tr("Asking the engine…"), {}, {});
    } else if (model.rowCount() == 0) {
        say(ImagesPage::tr("No images yet"),
            ImagesPage::tr("An image is a file system in layers, with what to run in it. Build one from a Dockerfile, or load an archive that docker save wrote."),
            ImagesPage::tr("Load from an archive…"), [this] { chooseArchive(); });
    } else {
        stack->setCurrentIndex(0);
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
    const QModelIndexList rows = chosen();
    run->setEnabled(rows.size() == 1);
    tag->setEnabled(rows.size() == 1);
    remove->setEnabled(!rows.isEmpty());
    const QModelIndex current = table->currentIndex();
    const bool shown = current.isValid() && table->selectionModel()->isRowSelected(current.row());
    details->setVisible(shown);
    const QString before = details->reference();
    if (shown)
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
    QModelIndex index = proxy.mapFromSource(model.index(row, 0));
    if (!index.isValid()) { // a filter hides it
        filter->clear();
        index = proxy.mapFromSource(model.index(row, 0));
    }
    // Not setCurrentIndex() of the view: with Ctrl held, as after a shortcut, that would toggle.
    table->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    table->scrollTo(index);
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

void ImagesPage::Parts::load(const QString& path)
{
    if (loading)
        return;
    banner->dismiss();
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
        banner->showProblem(ImagesPage::tr("%1 was not loaded.").arg(file), errorSentence(result.error()));
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
    for (const QModelIndex& index : chosen()) {
        references << index.data(ImageModel::ReferenceRole).toString();
        users += index.data(ImageModel::UsersRole).toStringList();
        whole |= index.data(ImageModel::TagsRole).toStringList().size() < 2;
    }
    if (references.isEmpty())
        return;
    auto* box = new QMessageBox(&page);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(ImagesPage::tr("Remove images"));
    box->setText(references.size() == 1 ? ImagesPage::tr("Remove the image %1?").arg(references.first().startsWith(u"sha256:") ? shortId(references.first()) : references.first())
                                        : ImagesPage::tr("Remove %n image(s)?", nullptr, static_cast<int>(references.size())));
    QString destroyed = whole ? ImagesPage::tr("Layers that no other image uses are deleted from this computer. To have the image again you build, load or pull it again.")
                              : ImagesPage::tr("Only this name goes: the image has other names and stays.");
    if (!users.isEmpty())
        destroyed += QStringLiteral("\n\n") + ImagesPage::tr("Containers made of it: %1. The engine keeps an image while a container needs it.").arg(users.join(QStringLiteral(", ")));
    if (references.size() > 1)
        destroyed += QStringLiteral("\n\n") + references.mid(0, 12).join(QStringLiteral(", ")) + (references.size() > 12 ? QStringLiteral(" …") : QString());
    box->setInformativeText(destroyed);
    QPushButton* yes = box->addButton(ImagesPage::tr("Remove"), QMessageBox::DestructiveRole);
    setLook(yes, "danger");
    box->setDefaultButton(box->addButton(ImagesPage::tr("Cancel"), QMessageBox::RejectRole));
    connect(yes, &QPushButton::clicked, this, [this, references] { removeChosen(references); });
    box->open();
}

void ImagesPage::Parts::removeChosen(const QStringList& references)
{
    banner->dismiss();
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
                banner->showProblem(ImagesPage::tr("Not removed: %1.").arg(round->failed.join(QStringLiteral(", "))), round->reasons.mid(0, 3).join(u' '));
        });
    }
}

void ImagesPage::Parts::contextMenu(const QPoint& at)
{
    const QModelIndex index = table->indexAt(at);
    if (!index.isValid())
        return;
    auto* menu = new QMenu(table);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions({ run, tag, remove });
    menu->addSeparator();
    const QString reference = index.data(ImageModel::ReferenceRole).toString();
    const auto copy = [this, menu](const QString& label, const QString& text) {
        menu->addAction(context.theme.icon(QStringLiteral("copy")), label, this, [this, text] {
            QApplication::clipboard()->setText(text);
            context.navigator.notify(ImagesPage::tr("Copied: %1").arg(text));
        });
    };
    copy(ImagesPage::tr("Copy the name"), reference);
    copy(ImagesPage::tr("Copy the ID"), index.data(ImageModel::IdRole).toString());
    copy(ImagesPage::tr("Copy the command that runs it"), CommandLine::join({ QStringLiteral("docker"), QStringLiteral("run"), QStringLiteral("--rm"), QStringLiteral("-it"), reference }));
    const QStringList users = index.data(ImageModel::UsersRole).toStringList();
    if (!users.isEmpty())
        menu->addSeparator();
    for (const QString& user : users.mid(0, 8))
        menu->addAction(ImagesPage::tr("Show the container %1").arg(user), this, [this, user] { context.navigator.openContainer(user); });
    menu->popup(table->viewport()->mapToGlobal(at));
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
    return { m->run, m->loadAction, m->tag, m->remove, m->details->wholePage() };
}

void ImagesPage::activated()
{
    m->showState();
}

} // namespace darsena::gui
