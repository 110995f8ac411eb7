// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/containers/container_details.h"

#include "gui/base/text.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/command_line.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/json_view.h"
#include "gui/widgets/log_panel.h"
#include "gui/widgets/looks.h"

#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace darsena::gui {

namespace {
enum Tab { LogTab, InspectTab };
}

ContainerDetails::ContainerDetails(const PageContext& context, EngineClient& client, QWidget* parent)
    : QWidget(parent)
    , m_client(client)
    , m_navigator(context.navigator)
    , m_title(new ElidedLabel(Qt::ElideMiddle, this))
    , m_tabs(new QTabBar(this))
    , m_command(new CommandLine(context.theme, this))
    , m_stack(new QStackedWidget(this))
    , m_banner(new Banner(context.theme, this))
    , m_log(new LogPanel(context.theme, this))
    , m_inspect(new JsonView(context.theme, this))
    , m_texts(this)
{
    setLook(m_title, "strong");
    m_title->setMaximumWidth(260);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->addTab({});
    m_tabs->addTab({});
    m_stack->addWidget(m_log);
    m_stack->addWidget(m_inspect);

    auto* bar = new QWidget(this);
    setLook(bar, "bar");
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(space::L, 0, space::S, 0);
    row->setSpacing(space::M);
    row->addWidget(m_title);
    row->addWidget(m_tabs);
    row->addWidget(m_command, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar);
    column->addWidget(m_banner);
    column->addWidget(m_stack, 1);

    m_texts([this] {
        //: Noun: what a container wrote.
        m_tabs->setTabText(LogTab, tr("Log"));
        //: Noun: all that the engine knows of a container (docker inspect).
        m_tabs->setTabText(InspectTab, tr("Inspect"));
        m_tabs->setAccessibleName(tr("Details of the container"));
        describe();
    });
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_stack->setCurrentIndex(tab);
        describe();
        if (tab == InspectTab)
            loadInspect();
    });
    connect(m_command, &CommandLine::copied, this, [this] { m_navigator.notify(tr("The command is copied.")); });
    connect(m_log, &LogPanel::saved, this, [this](const QString& sentence, bool ok) {
        if (ok)
            m_navigator.notify(sentence);
        else
            m_banner->showProblem(sentence, tr("Choose another place."));
    });
}

ContainerDetails::~ContainerDetails() = default;

void ContainerDetails::describe()
{
    m_title->setText(m_name);
    if (m_id.isEmpty())
        m_command->setCommand({});
    else if (m_tabs->currentIndex() == LogTab)
        m_command->setCommand(CommandLine::join({ QStringLiteral("docker"), QStringLiteral("logs"), QStringLiteral("-f"), m_name }));
    else
        m_command->setCommand(CommandLine::join({ QStringLiteral("docker"), QStringLiteral("inspect"), m_name }));
    if (m_logEnded)
        m_log->setNote(m_state == u"running" ? tr("The log has ended.") : tr("The container has ended; this is its whole log."));
    else
        m_log->setNote({});
}

void ContainerDetails::showContainer(const QString& id, const QString& name, const QString& state)
{
    const bool same = id == m_id;
    const bool runsAgain = same && state == u"running" && m_state != u"running";
    const bool changed = same && state != m_state;
    m_id = id;
    m_name = name;
    m_state = state;
    m_log->setFileName(name + QStringLiteral(".log"));
    if (!same) {
        m_asking = std::make_unique<QObject>();
        m_banner->dismiss();
        m_inspect->clear();
        openLog();
    } else if (runsAgain && m_logEnded) {
        openLog();
    }
    if ((!same || changed) && m_tabs->currentIndex() == InspectTab)
        loadInspect();
    describe();
}

void ContainerDetails::clear()
{
    m_id.clear();
    m_name.clear();
    m_state.clear();
    m_asking.reset();
    m_stream.reset();
    m_log->store().clear();
    m_inspect->clear();
    m_banner->dismiss();
    m_logEnded = false;
    describe();
}

void ContainerDetails::openLog()
{
    m_stream.reset();
    m_logEnded = false;
    m_log->store().clear();
    // Whether the log comes in frames or raw depends on whether the container has a terminal.
    m_client.send(client::inspectContainer(m_id.toStdString()), m_asking.get(), [this](Result<model::ContainerInspect> inspect) {
        if (!inspect) {
            m_banner->showProblem(tr("The log of %1 cannot be shown.").arg(m_name), errorSentence(inspect.error()), tr("Try again"), [this] { openLog(); });
            return;
        }
        client::LogOptions options;
        options.follow = true;
        m_stream = m_client.stream(
            client::containerLogs(m_id.toStdString(), options, inspect->config.tty),
            [this](std::vector<http::StdioFrame>& frames) {
                for (const http::StdioFrame& frame : frames)
                    m_log->store().append(frame.stream == http::StdioStream::Err ? LogStream::Err : LogStream::Out,
                        QByteArrayView(frame.data.data(), static_cast<qsizetype>(frame.data.size())));
            },
            [this](const Result<void>& ended) {
                m_log->store().finish();
                m_logEnded = true;
                if (!ended && ended.error().code() != ErrorCode::NotFound)
                    m_banner->showProblem(tr("The log of %1 broke off.").arg(m_name), errorSentence(ended.error()), tr("Read it again"), [this] { openLog(); });
                describe();
            });
        describe();
    });
}

void ContainerDetails::loadInspect()
{
    if (m_id.isEmpty())
        return;
    // The answer as it is: what a newer engine adds is shown too.
    client::Call<std::string> call;
    call.request = client::inspectContainer(m_id.toStdString()).request;
    call.decode = [](const http::Response& response) -> Result<std::string> {
        if (!response.ok())
            return client::statusError(response);
        return response.body;
    };
    m_client.send(std::move(call), m_asking.get(), [this](Result<std::string> json) {
        if (json)
            m_inspect->setJson(QByteArray::fromStdString(*json));
        else
            m_banner->showProblem(tr("%1 cannot be inspected.").arg(m_name), errorSentence(json.error()), tr("Try again"), [this] { loadInspect(); });
    });
}

} // namespace darsena::gui
