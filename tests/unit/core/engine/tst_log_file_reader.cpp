// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/log_file_reader.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <thread>

#include <sys/stat.h>
#include <fmt/format.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::engine;

namespace {

std::string record(const std::string& text, const std::string& stream, int second)
{
    return fmt::format("{{\"log\":\"{}\\n\",\"stream\":\"{}\",\"time\":\"2026-01-01T00:00:{:02}Z\"}}\n", text, stream, second);
}

std::string all(LogReader& reader)
{
    std::string text;
    for (;;) {
        const auto chunk = reader.next();
        if (!chunk)
            return text + "ERROR " + chunk.error().message();
        if (!*chunk)
            return text;
        text += (*chunk)->stream == LogChunk::Stream::Err ? "e:" : "o:";
        text += (*chunk)->data;
    }
}

} // namespace

class TestLogFileReader : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path path(const char* suffix = "") const { return m_folder->filePath("log").toStdString() + suffix; }
    void write(const std::filesystem::path& file, const std::string& text)
    {
        std::ofstream stream(file, std::ios::binary | std::ios::app);
        stream << text;
    }
    std::string read(LogOptions options = {}, std::optional<std::uint64_t> maxBytes = {})
    {
        auto reader = LogFileReader::open(path(), options, nullptr, maxBytes);
        return reader ? all(**reader) : "ERROR " + reader.error().message();
    }

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void putsDetailsInFront()
    {
        write(path(), R"({"log":"a\n","stream":"stdout","attrs":{"team":"deep sea","A":"1=2,3"},"time":"2026-01-01T00:00:01Z"})" "\n" + record("b", "stdout", 2));
        LogOptions options;
        QCOMPARE(read(options), std::string("o:a\no:b\n"));
        options.details = true;
        QCOMPARE(read(options), std::string("o:A=1%3D2%2C3,team=deep+sea a\no: b\n"));
        options.timestamps = true;
        QVERIFY(read(options).starts_with("o:2026-01-01T00:00:01.000000000Z A=1%3D2%2C3,team=deep+sea a\n"));
    }

    void readsAndSelects()
    {
        write(path(), record("one", "stdout", 1) + record("two", "stderr", 2) + record("three", "stdout", 3));
        QCOMPARE(read(), std::string("o:one\ne:two\no:three\n"));
        LogOptions options;
        options.err = false;
        QCOMPARE(read(options), std::string("o:one\no:three\n"));
        options = {};
        options.tail = 2;
        QCOMPARE(read(options), std::string("e:two\no:three\n"));
        options.tail = 0;
        QCOMPARE(read(options), std::string());
        options.tail = 50;
        QCOMPARE(read(options), std::string("o:one\ne:two\no:three\n"));
        options = {};
        options.since = *model::parseTime("2026-01-01T00:00:02Z").value();
        QCOMPARE(read(options), std::string("e:two\no:three\n"));
        options = {};
        options.until = *model::parseTime("2026-01-01T00:00:02Z").value();
        QCOMPARE(read(options), std::string("o:one\ne:two\n"));
        options = {};
        options.timestamps = true;
        options.tail = 1;
        QCOMPARE(read(options), std::string("o:2026-01-01T00:00:03.000000000Z three\n"));
    }

    void missesNothingOfTurnedOverFiles()
    {
        write(path(".2"), record("one", "stdout", 1));
        write(path(".1"), record("two", "stdout", 2) + record("three", "stdout", 3));
        write(path(), record("four", "stdout", 4));
        QCOMPARE(read(), std::string("o:one\no:two\no:three\no:four\n"));
        LogOptions options;
        options.tail = 2;
        QCOMPARE(read(options), std::string("o:three\no:four\n"));
        options.tail = 3;
        QCOMPARE(read(options), std::string("o:two\no:three\no:four\n"));
    }

    void skipsDamage()
    {
        write(path(), record("one", "stdout", 1) + "garbage\n" + std::string(4096, '\0') + record("two", "stdout", 2) + "{\"log\":3}\n"
                + std::string(3 << 20, 'x') + "\n" + record("three", "stdout", 3) + "{\"log\":\"torn");
        QCOMPARE(read(), std::string("o:one\no:two\no:three\n"));
    }

    void endsAtItsBound()
    {
        const std::string first = record("one", "stdout", 1);
        write(path(), first + record("two", "stdout", 2));
        QCOMPARE(read({}, first.size()), std::string("o:one\n"));
        QCOMPARE(read({}, 0), std::string());
    }

    void takesAMissingLogForEmpty() { QCOMPARE(read(), std::string()); }

    void refusesWhatIsNoFile()
    {
        QCOMPARE(::symlink("/etc/passwd", path().c_str()), 0);
        QCOMPARE(LogFileReader::open(path(), {}, nullptr).error().code(), ErrorCode::Corrupt);
        ::unlink(path().c_str());
        QCOMPARE(::mkfifo(path().c_str(), 0600), 0);
        QCOMPARE(LogFileReader::open(path(), {}, nullptr).error().code(), ErrorCode::Corrupt);
    }

    void followsAcrossTurnOverToTheEnd()
    {
        auto end = std::make_shared<EndSignal>(WakeFd::create().value());
        write(path(), record("one", "stdout", 1));
        LogOptions options;
        options.follow = true;
        auto reader = LogFileReader::open(path(), options, end).value();
        QCOMPARE(reader->next().value()->data, std::string("one\n"));
        QVERIFY(!reader->ready());
        std::jthread writer([&] {
            write(path(), record("two", "stdout", 2));
            std::filesystem::rename(path(), path(".1"));
            write(path(), record("three", "stdout", 3));
            write(path(), record("four", "stdout", 4));
            end->end();
        });
        QCOMPARE(all(*reader), std::string("o:two\no:three\no:four\n"));
    }

    void stopsWhenAsked()
    {
        auto end = std::make_shared<EndSignal>(WakeFd::create().value());
        LogOptions options;
        options.follow = true;
        auto reader = LogFileReader::open(path(), options, end).value();
        std::stop_source source;
        std::jthread stopper([&] { source.request_stop(); });
        QVERIFY(!reader->next(source.get_token()).value());
    }
};

QTEST_GUILESS_MAIN(TestLogFileReader)
#include "tst_log_file_reader.moc"
