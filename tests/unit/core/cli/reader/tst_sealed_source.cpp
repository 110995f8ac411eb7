// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/reader/sealed_source.h"

#include <QTest>

using namespace darsena;
using namespace darsena::cli;

namespace {

/// A few bytes at a time.
class Dripping : public archive::ByteSource {
public:
    Dripping(std::string bytes, std::size_t most)
        : m_bytes(std::move(bytes))
        , m_source(m_bytes)
        , m_most(most)
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        return m_source.read(buffer.first(std::min(buffer.size(), m_most)));
    }

private:
    std::string m_bytes;
    archive::MemorySource m_source;
    std::size_t m_most;
};

Result<std::string> readAll(const std::string& bytes, std::size_t most)
{
    Dripping source(bytes, most);
    SealedSource sealed(source);
    archive::MemorySink sink;
    TRY(archive::copy(sealed, sink));
    return sink.take();
}

} // namespace

class TestSealedSource : public QObject {
    Q_OBJECT
private slots:
    void reads_data()
    {
        QTest::addColumn<int>("most");
        QTest::newRow("1") << 1;
        QTest::newRow("7") << 7;
        QTest::newRow("all") << 1'000'000;
    }
    void reads()
    {
        QFETCH(int, most);
        const std::string body(10'000, 'x');
        const auto pieces = static_cast<std::size_t>(most);
        QCOMPARE(*readAll(std::string(seal), pieces), std::string());
        QVERIFY(*readAll(body + std::string(seal), pieces) == body);
        // What looks like the seal in the middle is content.
        QCOMPARE(*readAll(std::string(seal) + std::string(seal), pieces), std::string(seal));
        QCOMPARE(readAll({}, pieces).error().code(), ErrorCode::Cancelled);
        QCOMPARE(readAll(body, pieces).error().code(), ErrorCode::Cancelled);
        QCOMPARE(readAll(body + std::string(seal.substr(1)), pieces).error().code(), ErrorCode::Cancelled);
        QCOMPARE(readAll(std::string(seal) + "x", pieces).error().code(), ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestSealedSource)
#include "tst_sealed_source.moc"
