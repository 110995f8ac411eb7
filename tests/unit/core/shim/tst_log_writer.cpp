// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/shim/exit_record.h"
#include "core/shim/json_text.h"
#include "core/shim/monitor/log_writer.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <string>

#include <sys/stat.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::shim;

namespace {

std::string contents(const std::string& path)
{
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

/// The text of each record, every line read as JSON.
std::vector<std::string> records(const std::string& text)
{
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        if (end == std::string::npos)
            qFatal("a line without an end");
        const auto parsed = json::parse(std::string_view(text).substr(at, end - at));
        if (!parsed)
            qFatal("%s", parsed.error().message().c_str());
        out.push_back(*json::text(parsed->get_object(), "log"));
        at = end + 1;
    }
    return out;
}

} // namespace

class TstLogWriter : public QObject {
    Q_OBJECT
private slots:
    void escaping_data();
    void escaping();
    void times_data();
    void times();
    void linesAndParts();
    void streamsAreApart();
    void turnsOver();
    void tornTail();
    void refusesWhatIsNoFile();
    void attributesAreInEveryRecord();
    void noLog();
    void exitRecords();
};

void TstLogWriter::escaping_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("escaped");
    QTest::newRow("plain") << QByteArray("hello") << QByteArray("hello");
    QTest::newRow("quotes") << QByteArray("\"\\") << QByteArray("\\\"\\\\");
    QTest::newRow("controls") << QByteArray("\n\r\t\x1b\0", 5) << QByteArray("\\n\\r\\t\\u001b\\u0000");
    QTest::newRow("delete") << QByteArray("\x7f") << QByteArray("\\u007f");
    QTest::newRow("UTF-8") << QByteArray("añ€😀") << QByteArray("añ€😀");
    QTest::newRow("lone byte") << QByteArray("a\xff") << QByteArray("a\\ufffd");
    QTest::newRow("cut sequence") << QByteArray("\xe2\x82") << QByteArray("\\ufffd\\ufffd");
    QTest::newRow("overlong") << QByteArray("\xc0\xaf") << QByteArray("\\ufffd\\ufffd");
    QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << QByteArray("\\ufffd\\ufffd\\ufffd");
    QTest::newRow("beyond Unicode") << QByteArray("\xf4\x90\x80\x80") << QByteArray("\\ufffd\\ufffd\\ufffd\\ufffd");
}

void TstLogWriter::escaping()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, escaped);
    std::string out;
    appendEscaped(out, std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    QCOMPARE(QByteArray::fromStdString(out), escaped);
    QVERIFY(json::parse("\"" + out + "\"").ok());
}

void TstLogWriter::times_data()
{
    QTest::addColumn<qlonglong>("seconds");
    QTest::addColumn<long>("nanoseconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("epoch") << 0LL << 0L << "1970-01-01T00:00:00.000000000Z";
    QTest::newRow("leap day") << 1709164799LL + 86400 << 1L << "2024-02-29T23:59:59.000000001Z";
    QTest::newRow("after it") << 1709251200LL << 999999999L << "2024-03-01T00:00:00.999999999Z";
    QTest::newRow("no leap year") << 4107542399LL << 0L << "2100-02-28T23:59:59.000000000Z";
    QTest::newRow("new year") << 1798761600LL << 0L << "2027-01-01T00:00:00.000000000Z";
}

void TstLogWriter::times()
{
    QFETCH(qlonglong, seconds);
    QFETCH(long, nanoseconds);
    QFETCH(QString, text);
    std::string out;
    appendTime(out, { seconds, nanoseconds });
    QCOMPARE(QString::fromStdString(out), text);
    const auto back = parseTime(out);
    QVERIFY(back.ok());
    QCOMPARE(std::chrono::duration_cast<std::chrono::nanoseconds>(back->time_since_epoch()).count(),
        std::int64_t { seconds } * 1'000'000'000 + nanoseconds);
}

void TstLogWriter::linesAndParts()
{
    const QTemporaryDir directory;
    const std::string path = directory.filePath("log").toStdString();
    auto writer = LogWriter::open(path, 0, 1);
    QVERIFY(writer.ok());
    writer->add(LogWriter::Output, "one\ntw");
    QCOMPARE(records(contents(path)), (std::vector<std::string> { "one\n" }));
    writer->add(LogWriter::Output, "o\n\n");
    QCOMPARE(records(contents(path)), (std::vector<std::string> { "one\n", "two\n", "\n" }));
    const std::string longLine(40'000, 'x');
    writer->add(LogWriter::Output, longLine);
    writer->add(LogWriter::Output, "y\nend");
    writer->finish();
    const std::vector<std::string> all = records(contents(path));
    QCOMPARE(all.size(), std::size_t(7));
    QCOMPARE(all[3].size(), std::size_t(16384));
    QCOMPARE(all[3] + all[4] + all[5], longLine + "y\n");
    QCOMPARE(all[6], std::string("end"));
    QCOMPARE(writer->size(), std::uint64_t(contents(path).size()));
}

void TstLogWriter::streamsAreApart()
{
    const QTemporaryDir directory;
    const std::string path = directory.filePath("log").toStdString();
    auto writer = LogWriter::open(path, 0, 1);
    writer->add(LogWriter::Output, "ou");
    writer->add(LogWriter::Error, "err\n");
    writer->add(LogWriter::Output, "t\n");
    const std::string text = contents(path);
    QCOMPARE(records(text), (std::vector<std::string> { "err\n", "out\n" }));
    QVERIFY(text.find("\"stderr\"") < text.find("\"stdout\""));
    struct stat status {};
    QCOMPARE(::stat(path.c_str(), &status), 0);
    QCOMPARE(status.st_mode & 0137U, 0U);
}

void TstLogWriter::turnsOver()
{
    const QTemporaryDir directory;
    const std::string path = directory.filePath("log").toStdString();
    auto writer = LogWriter::open(path, 300, 3);
    for (int i = 0; i < 20; ++i)
        writer->add(LogWriter::Output, "line " + std::to_string(i) + "\n");
    QVERIFY(contents(path).size() <= 300);
    QVERIFY(QFile::exists(QString::fromStdString(path + ".1")));
    QVERIFY(QFile::exists(QString::fromStdString(path + ".2")));
    QVERIFY(!QFile::exists(QString::fromStdString(path + ".3")));
    const std::vector<std::string> last = records(contents(path + ".2") + contents(path + ".1") + contents(path));
    QCOMPARE(last.back(), std::string("line 19\n"));
    for (std::size_t i = 0; i < last.size(); ++i)
        QCOMPARE(last[i], "line " + std::to_string(20 - last.size() + i) + "\n");
    // One file only: it starts anew.
    const std::string single = directory.filePath("single").toStdString();
    auto alone = LogWriter::open(single, 300, 1);
    for (int i = 0; i < 20; ++i)
        alone->add(LogWriter::Output, "line\n");
    QVERIFY(contents(single).size() <= 300 && !contents(single).empty());
    QVERIFY(!QFile::exists(QString::fromStdString(single + ".1")));
}

void TstLogWriter::tornTail()
{
    const QTemporaryDir directory;
    const std::string path = directory.filePath("log").toStdString();
    for (const std::string& before : { std::string(), std::string("{\"log\":\"a\\n\"}\n") }) {
        for (const std::string& torn : { std::string("{\"log\":\"b"), std::string(10'000, '\0'), std::string(1, '{') }) {
            QFile file(QString::fromStdString(path));
            QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
            file.write(QByteArray::fromStdString(before + torn));
            file.close();
            auto writer = LogWriter::open(path, 0, 1);
            QVERIFY(writer.ok());
            QCOMPARE(contents(path), before);
            writer->add(LogWriter::Output, "c\n");
            QCOMPARE(records(contents(path)).back(), std::string("c\n"));
        }
    }
}

void TstLogWriter::refusesWhatIsNoFile()
{
    const QTemporaryDir directory;
    const std::string path = directory.filePath("log").toStdString();
    QCOMPARE(::symlink("/etc/hostname", path.c_str()), 0);
    QVERIFY(!LogWriter::open(path, 0, 1).ok());
    ::unlink(path.c_str());
    QCOMPARE(::mkfifo(path.c_str(), 0600), 0);
    QVERIFY(!LogWriter::open(path, 0, 1).ok());
}

void TstLogWriter::attributesAreInEveryRecord()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath("log").toStdString();
    auto writer = LogWriter::open(path, 0, 1, R"({"a":"b"})");
    QVERIFY(writer.ok());
    writer->add(LogWriter::Output, "one\n");
    writer->add(LogWriter::Error, "two\n");
    writer->finish();
    const std::string text = contents(path);
    QCOMPARE(records(text).size(), std::size_t { 2 });
    QVERIFY(text.starts_with(R"({"log":"one\n","stream":"stdout","attrs":{"a":"b"},"time":")"));
    QVERIFY(text.find(R"("stream":"stderr","attrs":{"a":"b"},"time":")") != std::string::npos);
}

void TstLogWriter::noLog()
{
    auto writer = LogWriter::open("", 0, 1);
    QVERIFY(writer.ok());
    writer->add(LogWriter::Output, "nothing\n");
    writer->finish();
    QCOMPARE(writer->size(), std::uint64_t(0));
}

void TstLogWriter::exitRecords()
{
    const auto exit = parseExitRecord(R"({"id":"x","code":137,"signal":9,"oomKilled":true,"error":"","startedAt":"2026-11-24T04:00:00.000000001Z","finishedAt":"2026-11-24T04:00:01.000000000Z"})");
    QVERIFY(exit.ok());
    QCOMPARE(exit->code, 137);
    QVERIFY(exit->oomKilled);
    QVERIFY(exit->startedAt < exit->finishedAt);
    for (const char* text : { "", "[]", "{\"code\":\"1\"}", "{\"finishedAt\":\"yesterday\"}", "{\"finishedAt\":\"2026-13-24T04:00:01.000000000Z\"}" })
        QVERIFY2(!parseExitRecord(text).ok(), text);
}

QTEST_GUILESS_MAIN(TstLogWriter)
#include "tst_log_writer.moc"
