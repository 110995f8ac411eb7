// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/images/image_details.h"

#include "gui/base/text.h"
#include "gui/models/layer_text.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/command_line.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/json_view.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QHeaderView>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QTabBar>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace darsena::gui {

namespace {
enum Tab { LayersTab, ConfigurationTab, HistoryTab };
enum HistoryColumn { Step, Instruction, Size, Created };
}

ImageDetails::ImageDetails(const PageContext& context, EngineClient& client, ImageViewer* layers, QWidget* parent)
    : QWidget(parent)
    , m_client(client)
    , m_whole(new QAction(context.theme.icon(QStringLiteral("view-fullscreen"), Theme::Ink::Muted), {}, this))
    , m_title(new ElidedLabel(Qt::ElideMiddle, this))
    , m_tabs(new QTabBar(this))
    , m_command(new CommandLine(context.theme, this))
    , m_banner(new Banner(context.theme, this))
    , m_stack(new QStackedWidget(this))
    , m_layers(layers)
    , m_configuration(new JsonView(context.theme, this))
    , m_history(new QTreeView(this))
    , m_historyModel(new QStandardItemModel(this))
    , m_texts(this)
{
    m_whole->setCheckable(true);
    m_whole->setShortcut(Qt::Key_F11);
    m_whole->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    setLook(m_title, "strong");
    m_title->setMaximumWidth(260);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    for (int tab = 0; tab < 3; ++tab)
        m_tabs->addTab({});
    m_historyModel->setColumnCount(4);
    m_history->setModel(m_historyModel);
    setUpTree(m_history, {});
    m_history->setAllColumnsShowFocus(false); // else the style frames the row
    m_history->setRootIsDecorated(false);
    m_history->header()->setStretchLastSection(false);
    m_history->header()->setSectionResizeMode(Instruction, QHeaderView::Stretch);
    m_history->header()->resizeSection(Step, 56);
    m_history->header()->resizeSection(Size, 100);
    m_history->header()->resizeSection(Created, 160);
    m_stack->addWidget(m_layers);
    m_stack->addWidget(m_configuration);
    m_stack->addWidget(m_history);

    auto* bar = new QWidget(this);
    setLook(bar, "bar");
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(space::L, 0, space::S, 0);
    row->setSpacing(space::M);
    row->addWidget(m_title);
    row->addWidget(m_tabs);
    row->addWidget(m_command, 1);
    row->addWidget(makeIconButton(m_whole, bar));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar);
    column->addWidget(m_banner);
    column->addWidget(m_stack, 1);

    m_texts([this] {
        m_tabs->setTabText(LayersTab, tr("Layers"));
        m_tabs->setTabText(ConfigurationTab, tr("Configuration"));
        m_tabs->setTabText(HistoryTab, tr("History"));
        m_tabs->setAccessibleName(tr("Details of the image"));
        m_whole->setText(tr("Use the whole page"));
        m_history->setAccessibleName(tr("History of the image"));
        m_historyModel->setHorizontalHeaderLabels({ tr("Step"), tr("Instruction"), tr("Size"), tr("Created") });
    });
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_stack->setCurrentIndex(tab);
        describe();
        load();
    });
    connect(m_command, &CommandLine::copied, this, [&navigator = context.navigator] { navigator.notify(tr("The command is copied.")); });
}

ImageDetails::~ImageDetails() = default;

void ImageDetails::describe()
{
    m_title->setText(m_reference.startsWith(u"sha256:") ? shortId(m_reference) : m_reference);
    const QString verb = m_tabs->currentIndex() == ConfigurationTab ? QStringLiteral("inspect") : QStringLiteral("history");
    m_command->setCommand(m_id.isEmpty() ? QString() : CommandLine::join({ QStringLiteral("docker"), QStringLiteral("image"), verb, m_title->text() }));
}

void ImageDetails::showImage(const QString& reference, const QString& id)
{
    const bool same = id == m_id;
    m_reference = reference;
    m_id = id;
    for (const int tab : { ConfigurationTab, HistoryTab })
        m_tabs->setTabEnabled(tab, true);
    describe();
    if (!same) {
        std::fill(std::begin(m_loaded), std::end(m_loaded), false);
        m_asking = std::make_unique<QObject>();
        m_banner->dismiss();
    }
    load();
}

void ImageDetails::showUnloaded(const QString& name)
{
    m_reference = name;
    m_id.clear();
    m_asking.reset();
    m_banner->dismiss();
    m_tabs->setCurrentIndex(LayersTab);
    for (const int tab : { ConfigurationTab, HistoryTab })
        m_tabs->setTabEnabled(tab, false);
    describe();
}

void ImageDetails::clear()
{
    m_id.clear();
    m_reference.clear();
    m_asking.reset();
    m_layers->clear();
    m_configuration->clear();
    m_historyModel->removeRows(0, m_historyModel->rowCount());
    describe();
}

void ImageDetails::load()
{
    const int tab = m_tabs->currentIndex();
    if (m_id.isEmpty())
        return;
    if (tab == LayersTab)
        return m_layers->showImage(m_reference, m_id);
    if (std::exchange(m_loaded[tab], true))
        return;
    if (tab == ConfigurationTab)
        loadConfiguration();
    else
        loadHistory();
}

void ImageDetails::loadConfiguration()
{
    // The answer as it is: what a newer engine adds is shown too.
    client::Call<std::string> call;
    call.request = client::inspectImage(m_id.toStdString()).request;
    call.decode = [](const http::Response& response) -> Result<std::string> {
        if (!response.ok())
            return client::statusError(response);
        return response.body;
    };
    m_configuration->clear();
    m_client.send(std::move(call), m_asking.get(), [this](Result<std::string> json) {
        if (json) {
            m_configuration->setJson(QByteArray::fromStdString(*json));
            return;
        }
        m_loaded[ConfigurationTab] = false;
        m_banner->showProblem(tr("The configuration of %1 could not be read.").arg(m_reference), errorSentence(json.error()), tr("Try again"), [this] { load(); });
    });
}

void ImageDetails::loadHistory()
{
    m_historyModel->removeRows(0, m_historyModel->rowCount());
    m_client.send(client::imageHistory(m_id.toStdString()), m_asking.get(), [this](Result<std::vector<model::ImageHistoryItem>> items) {
        if (!items) {
            m_loaded[HistoryTab] = false;
            m_banner->showProblem(tr("The history of %1 could not be read.").arg(m_reference), errorSentence(items.error()), tr("Try again"), [this] { load(); });
            return;
        }
        // The engine lists the newest first; one reads a Dockerfile from the top.
        std::reverse(items->begin(), items->end());
        int step = 0;
        for (const model::ImageHistoryItem& item : *items) {
            QList<QStandardItem*> row { new QStandardItem(QString::number(step++)), new QStandardItem(layertext::instruction(item.createdBy)),
                new QStandardItem(item.size > 0 ? formatBytes(item.size) : QStringLiteral("—")), new QStandardItem(item.created > 0 ? formatAgo(item.created) : QString()) };
            row[Instruction]->setToolTip(QString::fromStdString(item.createdBy));
            row[Instruction]->setFont(QFont(m_configuration->tree()->font()));
            for (QStandardItem* cell : row)
                cell->setEditable(false);
            m_historyModel->appendRow(row);
        }
    });
}

} // namespace darsena::gui
