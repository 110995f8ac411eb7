// SPDX-License-Identifier: GPL-3.0-or-later
// The two pages against Darsena's own engine: what a person does with a mouse, seen from the engine's side. Needs root.
#include "tests/suites/real_helper.h"

#include "core/api/client/calls.h"
#include "gui/layers/image_loaders.h"
#include "gui/layers/layers_view.h"
#include "gui/models/container_model.h"
#include "gui/models/log_store.h"
#include "gui/panels/containers/container_details.h"
#include "gui/panels/containers/containers_page.h"
#include "gui/panels/containers/run_dialog.h"
#include "gui/panels/images/images_page.h"
#include "gui/settings/settings.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/log_panel.h"

#include <QAction>
#include <QApplication>
#include <QListView>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include <algorithm>

using namespace darsena;
using namespace darsena::gui;

namespace {

class QuietNavigator : public Navigator {
public:
    void goTo(PageId) override { }
    void openImage(const QString&) override { }
    void openContainer(const QString&) override { }
    void openDockerfile(const QString&, int) override { }
    void runImage(const QString&) override { }
    void notify(const QString&) override { }
};

constexpr int Patience = 30'000;

} // namespace

class TestRealEngine : public QObject {
    Q_OBJECT

    std::unique_ptr<tests::RealHelper> m_helper;
    QTemporaryDir m_dir;
    QuietNavigator m_navigator;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<EngineClient> m_client;

    PageContext context() { return { *m_theme, *m_settings, m_navigator }; }
    static QAction* command(Page& page, const QString& text)
    {
        for (QAction* action : page.commands()) {
            if (action->text() == text)
                return action;
        }
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QString why;
        m_helper = tests::RealHelper::start(why);
        if (!m_helper)
            QSKIP(qPrintable(why));
        why = m_helper->loadBaseImage(QStringLiteral("busybox"));
        QVERIFY2(why.isEmpty(), qPrintable(why));
        m_theme = std::make_unique<Theme>(*qApp, Theme::Mode::Light);
        m_settings = std::make_unique<Settings>(m_dir.filePath(QStringLiteral("studio.conf")));
        m_client = std::make_unique<EngineClient>(m_helper->socket());
        m_client->start();
        QTRY_COMPARE_WITH_TIMEOUT(m_client->state(), EngineClient::State::Connected, Patience);
        QVERIFY(m_client->isDarsena());
    }
    void cleanupTestCase()
    {
        m_client.reset();
        m_helper.reset();
    }

    void layersOfARealImage()
    {
        ImagesPage page(context(), *m_client, new LayersView(context(), imageLoaders(*m_client)));
        page.resize(1384, 828);
        page.show();
        page.openImage(QStringLiteral("busybox:latest"));
        auto* layers = page.findChild<QListView*>(QStringLiteral("layers.list"));
        QTRY_VERIFY_WITH_TIMEOUT(layers->model()->rowCount() > 0, Patience);
        auto* tree = page.findChild<LayersView*>()->findChild<QTreeView*>(QStringLiteral("layers.tree"));
        QTRY_VERIFY_WITH_TIMEOUT(tree->model()->rowCount() > 0, Patience);
        QStringList names;
        for (int row = 0; row < tree->model()->rowCount(); ++row)
            names << tree->model()->index(row, 0).data().toString();
        QVERIFY2(names.contains(QStringLiteral("bin")), qPrintable(names.join(u' ')));
    }

    void lifeOfAContainer()
    {
        ContainersPage page(context(), *m_client);
        page.resize(1384, 828);
        page.show();
        RunDialog form(context(), *m_client);
        form.setAttribute(Qt::WA_DeleteOnClose, false);
        QStringList started;
        connect(&form, &RunDialog::started, this, [&](const QString& id) { started << id; });
        form.setRequest({ .image = QStringLiteral("busybox:latest"),
            .name = QStringLiteral("talker"),
            .command = QStringLiteral("sh -c 'echo out $GREETING; echo err >&2; exec sleep 1000'"),
            .environment = QStringLiteral("GREETING=hola"),
            .ports = {},
            .network = QStringLiteral("none"),
            .removeAfter = false });
        form.run();
        QTRY_VERIFY_WITH_TIMEOUT(!started.isEmpty() || !form.banner()->text().isEmpty(), Patience);
        QVERIFY2(!started.isEmpty(), qPrintable(form.banner()->text()));
        QTRY_COMPARE_WITH_TIMEOUT(page.runningCount(), 1, Patience);

        page.openContainer(QStringLiteral("talker"));
        LogStore& log = page.findChild<ContainerDetails*>()->log()->store();
        QTRY_COMPARE_WITH_TIMEOUT(log.endLine(), 2, Patience);
        QByteArrayList lines { log.line(0).text, log.line(1).text };
        std::sort(lines.begin(), lines.end());
        QCOMPARE(lines, (QByteArrayList { "err", "out hola" }));

        command(page, QStringLiteral("Kill"))->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(page.runningCount(), 0, Patience);
        auto* table = page.findChild<QTableView*>();
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->index(0, 0).data(ContainerModel::ExitCodeRole).toInt(), 137, Patience);
        command(page, QStringLiteral("Start"))->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(page.runningCount(), 1, Patience);

        // Somebody else removes it: the table follows.
        const auto removed = m_helper->transport().send(client::removeContainer("talker", true));
        QVERIFY2(removed.ok(), removed ? "" : removed.error().message().c_str());
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 0, Patience);
    }

    void helperDiesAndComesBack()
    {
        ContainersPage page(context(), *m_client);
        page.show();
        m_helper->kill();
        QTRY_COMPARE_WITH_TIMEOUT(m_client->state(), EngineClient::State::Absent, Patience);
        const QString why = m_helper->restart();
        QVERIFY2(why.isEmpty(), qPrintable(why));
        QTRY_COMPARE_WITH_TIMEOUT(m_client->state(), EngineClient::State::Connected, Patience);
    }
};

QTEST_MAIN(TestRealEngine)
#include "tst_real_engine.moc"
