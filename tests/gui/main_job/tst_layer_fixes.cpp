// SPDX-License-Identifier: GPL-3.0-or-later
// From what an image wastes to the line of the Dockerfile and back, in the real window against a real helper: each kind
// of edit is applied and taken back, all are applied, the image is built again, and what was expected to be saved is.
#include "tests/suites/real_helper.h"

#include "gui/app/build_desk.h"
#include "gui/app/build_page.h"
#include "gui/app/main_window.h"
#include "gui/app/studio.h"
#include "gui/editor/dockerfile_editor.h"
#include "gui/editor/editor_tabs.h"
#include "gui/graph/graph_view.h"
#include "gui/layers/layers_view.h"
#include "gui/layers/waste/waste_pane.h"
#include "gui/models/layer_list_model.h"
#include "gui/panels/builds/build_runner.h"
#include "gui/panels/images/images_page.h"
#include "gui/widgets/banner.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QListView>
#include <QPushButton>
#include <QRandomGenerator>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

namespace {

constexpr int patience = 60'000;

const char* const wasteful = "FROM busybox\n"
                             "COPY assets.bin /tmp/assets.bin\n"
                             "RUN cp /tmp/assets.bin /opt.bin && rm /tmp/assets.bin\n"
                             "RUN head -c 3000000 /dev/urandom > /scratch\n"
                             "ENV A=1\n"
                             "RUN rm -f /scratch\n"
                             "COPY tree /tree\n"
                             "RUN rm -rf /tree/docs\n"
                             "COPY data.bin /data.bin\n"
                             "RUN chown 1000:1000 /data.bin\n"
                             "CMD [\"true\"]\n";
const char* const frugal = "FROM busybox\n"
                           "RUN --mount=type=bind,source=assets.bin,target=/tmp/assets.bin cp /tmp/assets.bin /opt.bin\n"
                           "RUN head -c 3000000 /dev/urandom > /scratch && rm -rf /scratch\n"
                           "ENV A=1\n"
                           "COPY tree /tree\n"
                           "COPY --chown=1000:1000 data.bin /data.bin\n"
                           "CMD [\"true\"]\n";
constexpr qint64 wastedBytes = 5'000'000 + 3'000'000 + 2'000'000 + 1'000'000;

} // namespace

class TestLayerFixes : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir { QDir::tempPath() + QStringLiteral("/darsena-XXXXXX") };
    std::unique_ptr<tests::RealHelper> m_helper;
    std::unique_ptr<Studio> m_studio;

    QString project() const { return m_dir.filePath(QStringLiteral("harbour")); }
    void write(const QString& name, const QByteArray& bytes)
    {
        QDir().mkpath(QFileInfo(project() + u'/' + name).path());
        QFile file(project() + u'/' + name);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }
    static QByteArray noise(qint64 bytes)
    {
        QByteArray result(bytes, Qt::Uninitialized);
        QRandomGenerator(7).fillRange(reinterpret_cast<quint32*>(result.data()), bytes / 4);
        return result;
    }
    template<typename T>
    T* child(const char* name)
    {
        return m_studio->window().findChild<T*>(QLatin1String(name));
    }
    WastePane* pane() { return m_studio->window().findChild<WastePane*>(); }
    DockerfileEditor* editor() { return m_studio->buildPage().editors()->dockerfile(); }
    QByteArray text() { return QByteArray::fromStdString(editor()->bytes()); }
    /// The list is of the text that the editor has.
    bool isFresh() { return pane()->fixes().plan() && pane()->fixes().plan()->text.text == editor()->bytes(); }
    const WasteRow* row(const QString& path)
    {
        for (const WasteRow& each : pane()->fixes().plan()->rows) {
            if (each.path == path)
                return &each;
        }
        return nullptr;
    }
    void picture(const QString& what)
    {
        const QString wanted = qEnvironmentVariable("DARSENA_PICTURES");
        const QString folder = wanted.isEmpty() ? QCoreApplication::applicationDirPath() + QStringLiteral("/pictures") : wanted;
        QDir().mkpath(folder);
        const auto take = [&](const char* look) {
            QTest::qWait(150); // painted
            const QString name = QStringLiteral("%1/fixes-%2-%3.png").arg(folder, what, QLatin1String(look));
            QVERIFY2(m_studio->window().grab().save(name), qPrintable(name));
        };
        m_studio->theme().setMode(Theme::Mode::Dark);
        take("dark");
        m_studio->theme().setMode(Theme::Mode::Light);
        take("light");
        m_studio->language().set(QStringLiteral("es"));
        take("es");
        m_studio->language().set(QStringLiteral("en"));
        QTest::qWait(150); // the list is made anew
    }
    void build()
    {
        auto* button = child<QPushButton>("build.start");
        QTRY_VERIFY(button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
        const BuildState& state = m_studio->buildPage().runner()->state();
        QTRY_VERIFY_WITH_TIMEOUT(state.phase() != BuildState::Phase::None && !state.active(), patience);
        QVERIFY2(state.phase() == BuildState::Phase::Succeeded, qPrintable(state.error()));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QString why;
        m_helper = tests::RealHelper::start(why);
        if (!m_helper && why.startsWith(QLatin1String("needs root")))
            QSKIP(qPrintable(why));
        QVERIFY2(m_helper, qPrintable(why));
        why = m_helper->loadBaseImage(QStringLiteral("busybox"));
        QVERIFY2(why.isEmpty(), qPrintable(why));
        write(QStringLiteral("Dockerfile"), wasteful);
        write(QStringLiteral("assets.bin"), noise(5'000'000));
        write(QStringLiteral("data.bin"), noise(2'000'000));
        write(QStringLiteral("tree/docs/manual"), noise(1'000'000));
        write(QStringLiteral("tree/kept"), "kept\n");
        qputenv("XDG_DATA_HOME", m_dir.filePath(QStringLiteral("data")).toUtf8());
        m_studio = std::make_unique<Studio>(*qApp,
            Studio::Options { .path = project(),
                .socket = m_helper->socket(),
                .language = QStringLiteral("en"),
                .theme = Theme::Mode::Light,
                .settingsFile = m_dir.filePath(QStringLiteral("studio.conf")) });
        m_studio->start();
        m_studio->window().resize(1440, 900);
        QVERIFY(QTest::qWaitForWindowExposed(&m_studio->window()));
        m_studio->window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&m_studio->window()));
        QTRY_VERIFY_WITH_TIMEOUT(!m_studio->buildPage().graph()->layout().nodes.empty(), patience);
        QTRY_COMPARE_WITH_TIMEOUT(m_studio->engine().state(), EngineClient::State::Connected, patience);
    }
    void cleanupTestCase()
    {
        m_studio.reset();
        m_helper.reset();
    }

    void listsWasteWithItsEdits()
    {
        build();
        auto* button = child<QPushButton>("build.openImage");
        QTRY_VERIFY(button->isVisible() && button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(pane()->fixes().plan() && pane()->fixes().lines().known() && isFresh(), patience);
        QStringList found;
        for (const WasteRow& each : pane()->fixes().plan()->rows) {
            const auto* fix = each.fix();
            found << QStringLiteral("%1 %2 %3>%4 lines %5>%6 %7").arg(each.path).arg(each.bytes).arg(each.storedIn).arg(each.hiddenBy).arg(each.storedLine)
                         .arg(each.hiddenLine).arg(fix ? QString::fromUtf8(dockerfile::name(fix->kind).data()) : QStringLiteral("none"));
        }
        QCOMPARE(found.join(u'\n'),
            QStringLiteral("/tmp/assets.bin 5000000 1>2 lines 2>3 bind-mount\n"
                           "/scratch 3000000 3>4 lines 4>6 move-removal\n"
                           "/data.bin 2000000 7>8 lines 9>10 copy-owner\n"
                           "/tree/docs/manual 1000000 5>6 lines 7>8 ignore"));
        QCOMPARE(qint64(pane()->fixes().plan()->all.bytes), wastedBytes);
        auto* tabs = page()->findChild<QTabBar*>(QStringLiteral("layers.side"));
        for (auto* bar : page()->findChildren<QTabBar*>()) {
            for (int i = 0; !tabs && i < bar->count(); ++i) {
                if (bar->tabText(i).contains(QStringLiteral("Waste"))) {
                    bar->setCurrentIndex(i);
                    break;
                }
            }
        }
        QTRY_VERIFY(pane()->isVisible());
        picture(QStringLiteral("list"));
    }

    void appliesOneAndTakesItBack()
    {
        // By the button in the list, and by the key.
        QPushButton* apply = nullptr;
        for (auto* button : pane()->findChildren<QPushButton*>(QStringLiteral("waste.apply"))) {
            if (button->text().contains(QStringLiteral("line 4")))
                apply = button;
        }
        QVERIFY(apply);
        QTest::mouseClick(apply, Qt::LeftButton);
        QTRY_VERIFY(text().contains("> /scratch && rm -rf /scratch\nENV A=1\nCOPY tree"));
        auto* rebuild = child<QPushButton>("waste.rebuild");
        QVERIFY(rebuild->isVisible());
        QTRY_VERIFY(isFresh());
        picture(QStringLiteral("applied"));
        // Where the focus is now.
        QVERIFY(QApplication::focusWidget() && pane()->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(text(), QByteArray(wasteful));
        QVERIFY(!rebuild->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(isFresh() && pane()->fixes().plan()->all.applied.size() == 4, patience);
    }

    void refusesWhatWasThoughtOutForAnotherText()
    {
        const WasteRow scratch = *row(QStringLiteral("/scratch"));
        editor()->applyEdits({ { { 0, 0 }, "# new\n" } });
        pane()->apply(scratch, *scratch.fix());
        QCOMPARE(text(), QByteArray("# new\n") + wasteful);
        QVERIFY(pane()->findChild<Banner*>()->isVisible());
        editor()->undo();
        QCOMPARE(text(), QByteArray(wasteful));
        QTRY_VERIFY_WITH_TIMEOUT(isFresh(), patience);
    }

    void appliesAllAndMeasures()
    {
        auto* button = child<QPushButton>("waste.applyAll");
        QTRY_VERIFY(button->isVisible() && button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(text(), QByteArray(frugal));
        auto* result = pane()->findChild<RebuildResult*>();
        const auto* banner = pane()->findChild<Banner*>();
        QTRY_VERIFY_WITH_TIMEOUT(result->isVisibleTo(pane()) || !banner->isHidden(), patience);
        QVERIFY2(result->isVisibleTo(pane()), qPrintable(banner->text()));
        qInfo("%s", qPrintable(result->sentence()));
        QCOMPARE(result->sentence(), QStringLiteral("Saved 11 MB (expected 11 MB)"));
        QTRY_VERIFY_WITH_TIMEOUT(pane()->fixes().plan(), patience);
        QVERIFY2(pane()->fixes().plan()->rows.empty(), qPrintable(pane()->fixes().plan()->rows.empty() ? QString() : pane()->fixes().plan()->rows.front().path));
        QFile ignore(project() + QStringLiteral("/.dockerignore"));
        QVERIFY(ignore.open(QIODevice::ReadOnly));
        QCOMPARE(ignore.readAll(), QByteArray("tree/docs\n"));
        picture(QStringLiteral("measured"));
    }

    void goesFromALineToItsLayer()
    {
        m_studio->window().goTo(PageId::Build);
        BuildPage& build = m_studio->buildPage();
        editor()->setFocus();
        QTest::keyClick(editor(), Qt::Key_Home, Qt::ControlModifier);
        for (int line = 1; line < 5; ++line)
            QTest::keyClick(editor(), Qt::Key_Down);
        QCOMPARE(editor()->currentLine(), 5);
        QAction* show = nullptr;
        for (QAction* action : build.commands()) {
            if (action->text() == QStringLiteral("Files of this line's layer"))
                show = action;
        }
        QVERIFY(show);
        show->trigger();
        QTRY_COMPARE(m_studio->window().currentPage(), static_cast<Page*>(page()));
        auto* layers = page()->findChild<QListView*>(QStringLiteral("layers.list"));
        QTRY_COMPARE_WITH_TIMEOUT(layers->currentIndex().data(LayerListModel::InstructionRole).toString(), QStringLiteral("COPY tree /tree"), 5'000);
        picture(QStringLiteral("line"));
    }

private:
    ImagesPage* page() { return m_studio->window().findChild<ImagesPage*>(); }
};

QTEST_MAIN(TestLayerFixes)
#include "tst_layer_fixes.moc"
