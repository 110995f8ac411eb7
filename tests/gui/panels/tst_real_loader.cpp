// SPDX-License-Identifier: GPL-3.0-or-later
// The layer viewer's loader against Darsena's own engine. Needs root.
#include "tests/suites/real_helper.h"

#include "core/api/client/calls.h"
#include "core/layers/stack.h"
#include "core/layers/view.h"
#include "gui/layers/engine_loader.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

namespace {

constexpr int Patience = 30'000;

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray("not there: ") + path.toUtf8();
}

} // namespace

class TestRealLoader : public QObject {
    Q_OBJECT

    std::unique_ptr<tests::RealHelper> m_helper;
    std::unique_ptr<EngineClient> m_client;

    std::unique_ptr<EngineLoader> loaded(const QString& image)
    {
        auto loader = std::make_unique<EngineLoader>(*m_client, image);
        QSignalSpy finished(loader.get(), &ImageLoader::finished);
        connect(loader.get(), &ImageLoader::failed, this, [](const Error& error) { qWarning("%s", error.message().c_str()); });
        loader->start();
        return QTest::qWaitFor([&] { return !finished.isEmpty(); }, Patience) ? std::move(loader) : nullptr;
    }
    Result<QByteArray> read(EngineLoader& loader, std::size_t layer, const QString& path)
    {
        std::optional<Result<QByteArray>> result;
        loader.readFile(layer, path, 10'000'000, this, [&](Result<QByteArray> got) { result = std::move(got); });
        if (!QTest::qWaitFor([&] { return result.has_value(); }, Patience))
            return Error(ErrorCode::Unavailable, "no answer");
        return *result;
    }
    Result<void> extract(EngineLoader& loader, const ImageLoader::ExtractRequest& request)
    {
        std::optional<Result<void>> result;
        const auto job = loader.extract(request, {}, [&](Result<void> done) { result = std::move(done); });
        if (!QTest::qWaitFor([&] { return result.has_value(); }, Patience))
            return Error(ErrorCode::Unavailable, "no answer");
        return *result;
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
        m_client = std::make_unique<EngineClient>(m_helper->socket());
        m_client->start();
        QTRY_COMPARE_WITH_TIMEOUT(m_client->state(), EngineClient::State::Connected, Patience);
        QVERIFY(EngineLoader::serves(*m_client));

        // A layer on top that changes and removes.
        client::BuildOptions options;
        options.tags = { "two" };
        options.origin = "/home/somebody/project/Dockerfile";
        const QByteArray text = "FROM busybox\n\nRUN echo changed > /etc/passwd && \\\n    rm /bin/vi && chmod 4711 /bin/busybox\n";
        QTemporaryDir context;
        QFile file(context.filePath(QStringLiteral("Dockerfile")));
        QVERIFY(file.open(QFile::WriteOnly) && file.write(text) == text.size());
        file.close();
        QProcess tar;
        tar.start(QStringLiteral("tar"), { "-C", context.path(), "-c", "Dockerfile" });
        QVERIFY(tar.waitForFinished());
        const QByteArray bytes = tar.readAllStandardOutput();
        qsizetype at = 0;
        std::string last;
        const auto built = m_helper->transport().stream<model::BuildEvent>(
            client::buildImageEvents(options),
            [&](const model::BuildEvent& event) -> Result<void> {
                last = json::serialize(model::toJson(event));
                return {};
            },
            [&](std::span<char> buffer) -> Result<std::size_t> {
                const auto count = std::min<qsizetype>(bytes.size() - at, static_cast<qsizetype>(buffer.size()));
                std::copy_n(bytes.constData() + at, count, buffer.data());
                at += count;
                return static_cast<std::size_t>(count);
            });
        QVERIFY2(built.ok(), built ? "" : built.error().message().c_str());
        QVERIFY2(last.find("\"done\"") != std::string::npos, last.c_str());
    }

    void everythingIsThere()
    {
        const auto loader = loaded(QStringLiteral("two"));
        QVERIFY(loader);
        QCOMPARE(loader->image().name, std::string("two:latest"));
        QCOMPARE(loader->indexes().size(), std::size_t(2));
        const auto stack = layers::Stack::build(loader->indexes());
        QVERIFY(stack.ok());
        const auto view = layers::View::of(*stack, { 1, 1 });
        const auto mark = [&](std::string_view path) { return view.cell(stack->find(path)).mark; };
        QCOMPARE(mark("etc/passwd"), layers::Mark::Changed);
        QCOMPARE(mark("bin/vi"), layers::Mark::Removed);
        QVERIFY(layers::isMetadataOnly(view.cell(stack->find("bin/busybox"))));
        QCOMPARE(mark("etc/group"), layers::Mark::Same);

        QCOMPARE(loader->origins().size(), loader->image().config.history.size());
        const auto& origin = loader->origins().back();
        QVERIFY(origin && !loader->origins().front());
        QCOMPARE(origin->dockerfile, QStringLiteral("/home/somebody/project/Dockerfile"));
        QCOMPARE(origin->line, 3);
        QCOMPARE(origin->endLine, 4);
    }

    void filesAndTreesCome()
    {
        const auto loader = loaded(QStringLiteral("two"));
        QVERIFY(loader);
        const auto top = read(*loader, 1, QStringLiteral("etc/passwd"));
        QVERIFY2(top.ok(), top ? "" : top.error().message().c_str());
        QCOMPARE(*top, QByteArray("changed\n"));
        const auto below = read(*loader, 0, QStringLiteral("etc/passwd"));
        QVERIFY(below.ok() && below->startsWith("root:"));
        QCOMPARE(read(*loader, 1, QStringLiteral("etc/group")).error().code(), ErrorCode::NotFound);

        const QTemporaryDir dir;
        QVERIFY(extract(*loader, { 1, QString(), false, false, dir.path() }).ok());
        QCOMPARE(contentOf(dir.filePath(QStringLiteral("etc/passwd"))), QByteArray("changed\n"));
        QVERIFY(!QFileInfo(dir.filePath(QStringLiteral("bin/vi"))).isSymLink());
        QVERIFY(QFileInfo(dir.filePath(QStringLiteral("bin/ls"))).isSymLink());
        // The same once more is in the way of itself.
        QCOMPARE(extract(*loader, { 1, QStringLiteral("etc"), false, false, dir.path() }).error().code(), ErrorCode::Conflict);

        const QTemporaryDir one;
        QVERIFY(extract(*loader, { 1, QStringLiteral("etc"), true, false, one.path() }).ok());
        QCOMPARE(QDir(one.filePath(QStringLiteral("etc"))).entryList(QDir::Files), QStringList { "passwd" });
        QVERIFY(extract(*loader, { 0, QStringLiteral("etc/passwd"), false, false, one.filePath(QStringLiteral("old")) }).ok());
        QCOMPARE(contentOf(one.filePath(QStringLiteral("old"))), *below);
        QVERIFY(extract(*loader, { 1, QStringLiteral("etc"), false, true, one.filePath(QStringLiteral("etc.tar")) }).ok());
        QProcess list;
        list.start(QStringLiteral("tar"), { "-tf", one.filePath(QStringLiteral("etc.tar")) });
        QVERIFY(list.waitForFinished());
        QCOMPARE(list.readAllStandardOutput(), QByteArray("etc/\netc/group\netc/passwd\n"));
    }

    void anEngineThatDiesIsTold()
    {
        const auto loader = loaded(QStringLiteral("two"));
        QVERIFY(loader);
        m_helper->kill();
        QCOMPARE(read(*loader, 0, QStringLiteral("etc/passwd")).error().code(), ErrorCode::Unavailable);
        EngineLoader other(*m_client, QStringLiteral("two"));
        QSignalSpy failed(&other, &ImageLoader::failed);
        other.start();
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, Patience);
        const QString why = m_helper->restart();
        QVERIFY2(why.isEmpty(), qPrintable(why));
        // What was loaded goes on with the new one, and it still knows the lines.
        QVERIFY(read(*loader, 0, QStringLiteral("etc/passwd")).ok());
        const auto again = loaded(QStringLiteral("two"));
        QVERIFY(again && again->origins().back() && again->origins().back()->line == 3);
    }
};

QTEST_MAIN(TestRealLoader)
#include "tst_real_loader.moc"
