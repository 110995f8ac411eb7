// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/containers/containers_page.h"

#include "gui/base/retranslator.h"
#include "gui/base/text.h"
#include "gui/client/container_feed.h"
#include "gui/models/container_model.h"
#include "gui/panels/containers/container_delegate.h"
#include "gui/panels/containers/container_details.h"
#include "gui/panels/containers/run_dialog.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/command_line.h"
#include "gui/widgets/confirm.h"
#include "gui/widgets/list_pane.h"

#include <QAction>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QTableView>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace darsena::gui {

namespace {

struct Chosen {
    QString id, name, state;
    bool live() const { return state == u"running" || state == u"paused" || state == u"restarting"; }
};

} // namespace

class ContainersPage::Parts : public QObject {
public:
    Parts(ContainersPage& page, const PageContext& context, EngineClient& client);

    void open(const QString& nameOrId);
    void runForm(const QString& image);
    void showState();

    ContainersPage& page;
    PageContext context;
    EngineClient& client;
    ContainerModel model;
    ContainerFeed feed;
    QString wanted; // asked for before it was listed

    ContainerDetails* details;
    ListPane* pane;
    QAction *run = nullptr, *start = nullptr, *stop = nullptr, *restart = nullptr, *kill = nullptr, *remove = nullptr;
    Retranslator texts;

private:
    using MakeCall = std::function<client::Call<void>(const std::string&)>;

    void build();
    void retranslate();
    void selectionChanged();
    QList<Chosen> chosen() const;
    /// Only those that run, or only those that do not.
    QList<Chosen> chosen(bool live) const;
    /// Does one thing to all of them; what fails is told together.
    void act(const QList<Chosen>& which, const QString& busy, const QString& failed, const MakeCall& call);
    void confirmRemoval();
    void fillMenu(QMenu* menu, const QModelIndex& index);
};

ContainersPage::Parts::Parts(ContainersPage& owner, const PageContext& pageContext, EngineClient& engine)
    : page(owner)
    , context(pageContext)
    , client(engine)
    , feed(engine)
    , details(new ContainerDetails(pageContext, engine))
    , pane(new ListPane(pageContext,
          { .name = QStringLiteral("containers"),
              .model = model,
              .sortRole = ContainerModel::SortRole,
              .searchRole = ContainerModel::SearchRole,
              .columnWidths = { 210, 220, 140, 200, 250, 130 },
              .newestFirst = ContainerModel::Created,
              .split = { 330, 430 } },
          new ContainerDelegate(pageContext.theme), details, owner))
    , texts(&owner)
{
    build();
    texts([this] { retranslate(); });
    connect(&feed, &ContainerFeed::listed, this, [this](const auto& containers) { model.setContainers(containers); });
    connect(&feed, &ContainerFeed::changed, this, [this](const model::ContainerSummary& container) { model.upsert(container); });
    connect(&feed, &ContainerFeed::removed, &model, &ContainerModel::remove);
    connect(&feed, &ContainerFeed::statusChanged, this, [this] { showState(); });
    connect(&engine, &EngineClient::stateChanged, this, [this] { showState(); });
    connect(&model, &ContainerModel::countsChanged, &page, &ContainersPage::countsChanged);
    connect(&model, &ContainerModel::countsChanged, this, [this] {
        showState();
        if (!wanted.isEmpty())
            open(wanted);
        selectionChanged();
    });
    showState();
    selectionChanged();
}

void ContainersPage::Parts::build()
{
    run = pane->makeAction(QStringLiteral("plus"), QKeySequence(Qt::CTRL | Qt::Key_N), [this] { runForm({}); });
    start = pane->makeAction(QStringLiteral("play"), {}, [this] {
        act(chosen(false), ContainersPage::tr("starting"), ContainersPage::tr("%1 was not started."), [](const std::string& id) { return client::startContainer(id); });
    });
    stop = pane->makeAction(QStringLiteral("stop"), {}, [this] {
        act(chosen(true), ContainersPage::tr("stopping"), ContainersPage::tr("%1 was not stopped."), [](const std::string& id) { return client::stopContainer(id); });
    });
    restart = pane->makeAction(QStringLiteral("restart"), {}, [this] {
        act(chosen(), ContainersPage::tr("restarting"), ContainersPage::tr("%1 was not restarted."), [](const std::string& id) { return client::restartContainer(id); });
    });
    kill = pane->makeAction(QStringLiteral("close"), {}, [this] {
        act(chosen(true), ContainersPage::tr("killing"), ContainersPage::tr("%1 was not killed."), [](const std::string& id) { return client::killContainer(id); });
    });
    remove = pane->makeAction(QStringLiteral("remove"), QKeySequence::Delete, [this] { confirmRemoval(); });

    pane->addMainButton(run, QStringLiteral("plus"));
    for (QAction* one : { start, stop, restart, kill, remove })
        pane->addButton(one);
    connect(pane, &ListPane::choiceChanged, this, [this] { selectionChanged(); });
    connect(pane, &ListPane::menuRequested, this, [this](QMenu* menu, const QModelIndex& index) { fillMenu(menu, index); });

    // "4 minutes ago" grows old; nothing is asked of the engine for it.
    auto* age = new QTimer(this);
    connect(age, &QTimer::timeout, this, [this] {
        if (pane->table()->isVisible())
            pane->table()->viewport()->update();
    });
    age->start(std::chrono::seconds(20));
}

void ContainersPage::Parts::retranslate()
{
    run->setText(ContainersPage::tr("Run a container…"));
    //: Verb: start the containers chosen.
    start->setText(ContainersPage::tr("Start"));
    //: Verb: stop the containers chosen.
    stop->setText(ContainersPage::tr("Stop"));
    //: Verb.
    restart->setText(ContainersPage::tr("Restart"));
    //: Verb: end a container at once, without asking it.
    kill->setText(ContainersPage::tr("Kill"));
    remove->setText(ContainersPage::tr("Remove…"));
    start->setToolTip(ContainersPage::tr("Start what is chosen"));
    stop->setToolTip(ContainersPage::tr("Ask the main process to end (SIGTERM), and kill it after ten seconds"));
    restart->setToolTip(ContainersPage::tr("Stop and start again"));
    kill->setToolTip(ContainersPage::tr("End it at once (SIGKILL)"));
    remove->setToolTip(ContainersPage::tr("Remove what is chosen, with all that was written in it"));
    pane->filter()->setPlaceholderText(ContainersPage::tr("Filter by name, image, label, state"));
    pane->filter()->setAccessibleName(ContainersPage::tr("Filter the containers"));
    pane->table()->setAccessibleName(ContainersPage::tr("Containers"));
    Q_EMIT model.headerDataChanged(Qt::Horizontal, 0, ContainerModel::ColumnCount - 1);
    showState();
    Q_EMIT page.titleChanged();
}

void ContainersPage::Parts::showState()
{
    const auto state = client.state();
    run->setEnabled(state == EngineClient::State::Connected);
    if (!client.stateTitle().isEmpty()) {
        pane->say(client.stateTitle(), client.stateSentence(), ContainersPage::tr("Try again"), [this] { client.setVisible(true); },
            state == EngineClient::State::Absent ? QStringLiteral("sudo systemctl start darsena") : QString());
    } else if (!feed.errorSentence().isEmpty()) {
        pane->say(ContainersPage::tr("The containers could not be listed"), feed.errorSentence(), ContainersPage::tr("Try again"), [this] { feed.reload(); });
    } else if (!feed.ready()) {
        pane->say(ContainersPage::tr("Containers"), ContainersPage::tr("Asking the engine…"));
    } else if (model.rowCount() == 0) {
        pane->say(ContainersPage::tr("No containers yet"),
            ContainersPage::tr("A container is a program that runs in its own small system, made from an image. Here you see all of them, what they write and how they end."),
            ContainersPage::tr("Run a container…"), [this] { runForm({}); });
    } else {
        pane->showList();
    }
}

QList<Chosen> ContainersPage::Parts::chosen() const
{
    QList<Chosen> list;
    for (const QModelIndex& index : pane->chosen())
        list << Chosen { index.data(ContainerModel::IdRole).toString(), index.data(ContainerModel::NameRole).toString(),
            index.data(ContainerModel::StateRole).toString() };
    return list;
}

QList<Chosen> ContainersPage::Parts::chosen(bool live) const
{
    QList<Chosen> list = chosen();
    list.removeIf([live](const Chosen& one) { return one.live() != live; });
    return list;
}

void ContainersPage::Parts::selectionChanged()
{
    const QList<Chosen> list = chosen();
    const auto running = std::count_if(list.begin(), list.end(), [](const Chosen& one) { return one.live(); });
    start->setEnabled(running < list.size());
    stop->setEnabled(running > 0);
    kill->setEnabled(running > 0);
    restart->setEnabled(!list.isEmpty());
    remove->setEnabled(!list.isEmpty());

    const QModelIndex current = pane->current();
    details->setVisible(current.isValid());
    if (current.isValid())
        details->showContainer(current.data(ContainerModel::IdRole).toString(), current.data(ContainerModel::NameRole).toString(), current.data(ContainerModel::StateRole).toString());
    else if (!details->id().isEmpty())
        details->clear();
}

void ContainersPage::Parts::act(const QList<Chosen>& which, const QString& busy, const QString& failed, const MakeCall& call)
{
    if (which.isEmpty())
        return;
    pane->banner()->dismiss();
    struct Round {
        qsizetype left = 0;
        QStringList names;
        QStringList reasons;
    };
    auto round = std::make_shared<Round>();
    round->left = which.size();
    for (const Chosen& one : which) {
        model.setBusy(one.id, busy);
        // Stopping takes as long as the container's own grace.
        client.send(
            call(one.id.toStdString()), this,
            [this, one, failed, round, total = which.size()](Result<void> result) {
                model.setBusy(one.id, {});
                if (!result && result.error().code() != ErrorCode::NotModified) {
                    round->names << one.name;
                    const QString reason = errorSentence(result.error());
                    if (!round->reasons.contains(reason))
                        round->reasons << reason;
                }
                if (--round->left > 0 || round->names.isEmpty())
                    return;
                const QString what = round->names.size() == 1 ? failed.arg(round->names.first())
                                                              : ContainersPage::tr("It did not work for %1 of %2 containers: %3.")
                                                                    .arg(round->names.size())
                                                                    .arg(total)
                                                                    .arg(round->names.join(QStringLiteral(", ")));
                pane->banner()->showProblem(what, round->reasons.mid(0, 3).join(u' '));
            },
            { .silence = std::chrono::minutes(2) });
    }
}

void ContainersPage::Parts::confirmRemoval()
{
    const QList<Chosen> list = chosen();
    if (list.isEmpty())
        return;
    QStringList names;
    bool anyRuns = false;
    for (const Chosen& one : list) {
        names << one.name;
        anyRuns |= one.live();
    }
    QString destroyed = ContainersPage::tr("Everything written inside that is not in a volume, and the log, is destroyed. Images and named volumes stay.");
    if (anyRuns)
        destroyed += u'\n' + ContainersPage::tr("What still runs is killed first.");
    const Removal removal { .title = ContainersPage::tr("Remove containers"),
        .question = list.size() == 1 ? ContainersPage::tr("Remove the container %1?").arg(names.first())
                                     : ContainersPage::tr("Remove %n container(s)?", nullptr, static_cast<int>(list.size())),
        .consequence = destroyed,
        .names = names };
    gui::confirmRemoval(&page, removal, [this, list] {
        act(list, ContainersPage::tr("being removed"), ContainersPage::tr("%1 was not removed."), [](const std::string& id) { return client::removeContainer(id, true); });
    });
}

void ContainersPage::Parts::fillMenu(QMenu* menu, const QModelIndex& index)
{
    menu->addActions({ start, stop, restart, kill, remove });
    menu->addSeparator();
    const QString name = index.data(ContainerModel::NameRole).toString();
    const QString image = index.data(ContainerModel::ImageRole).toString();
    pane->addCopy(menu, ContainersPage::tr("Copy the ID"), index.data(ContainerModel::IdRole).toString());
    pane->addCopy(menu, ContainersPage::tr("Copy the command that opens a shell in it"),
        CommandLine::join({ QStringLiteral("docker"), QStringLiteral("exec"), QStringLiteral("-it"), name, QStringLiteral("sh") }));
    menu->addSeparator();
    menu->addAction(ContainersPage::tr("Show the image %1").arg(image), this, [this, id = index.data(ContainerModel::ImageIdRole).toString()] { context.navigator.openImage(id); });
    menu->addAction(ContainersPage::tr("Run another from this image…"), this, [this, image] { runForm(image); });
}

void ContainersPage::Parts::open(const QString& nameOrId)
{
    const int row = model.rowOf(nameOrId);
    if (row < 0) {
        wanted = nameOrId;
        return;
    }
    wanted.clear();
    pane->choose(row);
}

void ContainersPage::Parts::runForm(const QString& image)
{
    auto* dialog = new RunDialog(context, client, page.window());
    connect(dialog, &RunDialog::started, this, [this](const QString& id) { context.navigator.openContainer(id); });
    dialog->setImage(image);
    dialog->setModal(false);
    dialog->show();
}

ContainersPage::ContainersPage(const PageContext& context, EngineClient& client, QWidget* parent)
    : Page(PageId::Containers, parent)
    , m(std::make_unique<Parts>(*this, context, client))
{
}

ContainersPage::~ContainersPage() = default;

void ContainersPage::openContainer(const QString& nameOrId)
{
    m->open(nameOrId);
}

void ContainersPage::runImage(const QString& nameOrId)
{
    m->runForm(nameOrId);
}

int ContainersPage::runningCount() const
{
    return m->model.count(QStringLiteral("running"));
}

QString ContainersPage::title() const
{
    return tr("Containers");
}

QStringList ContainersPage::breadcrumb() const
{
    return {};
}

QList<QAction*> ContainersPage::commands() const
{
    return { m->run, m->start, m->stop, m->restart, m->kill, m->remove };
}

void ContainersPage::activated()
{
    m->showState();
}

} // namespace darsena::gui
