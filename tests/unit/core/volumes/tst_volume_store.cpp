// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/volumes/volume_store.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

using namespace darsena;
using namespace darsena::volumes;
namespace fs = std::filesystem;

class TestVolumeStore : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_root = fs::path(m_folder->path().toStdString()) / "volumes";
        m_store = VolumeStore::open(m_root).value();
    }

    void names_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("part"); // of the message; empty = taken
        const auto row = [](const char* title, const QByteArray& name, const char* part) { QTest::newRow(title) << name << QByteArray(part); };
        row("plain", "data", "");
        row("all there is", "A1_b.c-d", "");
        row("one letter", "a", "volume name is too short");
        row("nothing", "", "includes invalid characters");
        row("starts with a dot", "..", "includes invalid characters");
        row("path", "a/b", "includes invalid characters");
        row("climbs", "../x", "includes invalid characters");
        row("newline", "ab\n", "includes invalid characters");
        row("NUL", QByteArray("a\0b", 3), "includes invalid characters");
        row("long", QByteArray(255, 'a'), "");
        row("too long", QByteArray(256, 'a'), "too long");
    }
    void names()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, part);
        const auto checked = VolumeStore::checkName(name.toStdString());
        QCOMPARE(checked.ok(), part.isEmpty());
        if (!checked) {
            QCOMPARE(checked.error().code(), ErrorCode::Invalid);
            QVERIFY(QByteArray::fromStdString(checked.error().message()).contains(part));
            QCOMPARE(m_store->find(name.toStdString()).error().code(), ErrorCode::NotFound);
        }
    }

    void keepsWhatItWasTold()
    {
        QVERIFY(m_store->create("data", {{"a", "b"}}, false, {{"type", "tmpfs"}, {"device", "tmpfs"}}).ok());
        const auto anonymous = m_store->create("", {}).value();
        QVERIFY(anonymous.anonymous && anonymous.name.size() == 64);
        QVERIFY(m_store->markPopulated("data").ok());
        const auto again = VolumeStore::open(m_root).value();
        const Volume data = again->find("data").value();
        QCOMPARE(data.labels.at("a"), std::string("b"));
        QCOMPARE(data.options.at("type"), std::string("tmpfs"));
        QVERIFY(data.populated && !data.anonymous);
        QVERIFY(again->find(anonymous.name)->anonymous);
        QCOMPARE(again->list()->size(), std::size_t{2});
        QVERIFY(again->remove("data").ok());
        QCOMPARE(again->remove("data").error().message(), std::string("get data: no such volume"));
        QVERIFY(!fs::exists(m_root / "data"));
    }

    void readsVolumesOfBeforeOptions()
    {
        fs::create_directories(m_root / "old/_data");
        std::ofstream(m_root / "old/volume.json") << R"({"created":5,"anonymous":false,"populated":true,"labels":{}})";
        QVERIFY(m_store->find("old")->options.empty());
    }

    void oneDamagedVolumeIsLeftOut()
    {
        QVERIFY(m_store->create("good", {}).ok());
        fs::create_directories(m_root / "bad/_data");
        std::ofstream(m_root / "bad/volume.json") << "{ torn";
        QCOMPARE(m_store->list()->size(), std::size_t{1});
        QVERIFY(fs::exists(m_root / "bad/_data"));
    }

    void nobodyElseLooksIn()
    {
        QVERIFY(m_store->create("data", {}).ok());
        QCOMPARE(fs::status(m_root).permissions(), fs::perms::owner_all);
        QCOMPARE(fs::status(m_root / "data").permissions(), fs::perms::owner_all);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;
    std::unique_ptr<VolumeStore> m_store;
};

QTEST_GUILESS_MAIN(TestVolumeStore)
#include "tst_volume_store.moc"
