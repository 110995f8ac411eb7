// SPDX-License-Identifier: GPL-3.0-or-later
// darsena-unpack stays small, whatever comes. A test of its own, because a child that was started by vfork is charged
// with the largest size of its parent: this one must be small itself.
#include "core/os/file.h"
#include "core/store/unpack_process.h"

#include <QTemporaryDir>
#include <QTest>

#include "image_maker.h"

#include <zstd.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::store;
using test::must;
namespace fs = std::filesystem;

namespace {

constexpr long mostKilobytes = 64 * 1024;

std::string zstd(std::string_view text)
{
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
    return packed;
}

/// Makes its bytes as they are asked for.
class Repeated : public archive::ByteSource {
public:
    Repeated(std::string first, std::string block, std::size_t times)
        : m_first(std::move(first))
        , m_block(std::move(block))
        , m_times(times)
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        if (m_at == m_first.size()) {
            if (m_times == 0)
                return std::size_t { 0 };
            --m_times;
            m_first = m_block;
            m_at = 0;
        }
        const std::size_t count = std::min(buffer.size(), m_first.size() - m_at);
        std::memcpy(buffer.data(), m_first.data() + m_at, count);
        m_at += count;
        return count;
    }

private:
    std::string m_first;
    std::string m_block;
    std::size_t m_times;
    std::size_t m_at = 0;
};

/// One empty member after another, each of another name.
class ManyMembers : public archive::ByteSource {
public:
    explicit ManyMembers(std::size_t count)
        : m_count(count)
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        if (m_rest.empty() && m_next < m_count) {
            archive::MemorySink sink;
            archive::TarWriter writer(sink);
            for (int i = 0; i < 200 && m_next < m_count; ++i, ++m_next)
                must(writer.addFile(test::file(fmt::format("d{}/name-of-a-file-{}", m_next / 1000, m_next)), ""));
            if (m_next == m_count)
                must(writer.finish());
            m_rest = sink.take();
        }
        const std::size_t count = std::min(buffer.size(), m_rest.size());
        std::memcpy(buffer.data(), m_rest.data(), count);
        m_rest.erase(0, count);
        return count;
    }

private:
    std::size_t m_count;
    std::size_t m_next = 0;
    std::string m_rest;
};

} // namespace

class TestMemory : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("needs root");
#if defined(__SANITIZE_ADDRESS__)
        QSKIP("the sanitizer's own memory is counted, too");
#endif
        struct rusage own {};
        ::getrusage(RUSAGE_SELF, &own);
        QVERIFY(own.ru_maxrss < mostKilobytes);
    }

    void zerosByTheGibibyte()
    {
        test::Entry bomb = test::file("bomb");
        bomb.size = 7ULL << 30;
        archive::MemorySink header;
        archive::TarWriter writer(header);
        must(writer.add(bomb));
        Repeated source(zstd(header.bytes()), zstd(std::string(1 << 20, '\0')), 7 * 1024);
        const auto result = run(source, {});
        QVERIFY(!result);
        QVERIFY2(result.error().code() == ErrorCode::TooLarge, result.error().message().c_str());
        verifySmall();
    }

    void tenMillionMembers()
    {
        // More than the bound; and as many as are allowed, which end in an index.
        UnpackLimits limits;
        limits.entries = 100'000;
        ManyMembers many(10'000'000);
        const auto refused = run(many, limits);
        QVERIFY(refused.error().code() == ErrorCode::TooLarge);
        ManyMembers few(100'000);
        QCOMPARE(must(run(few, limits)).entries, 100'000U);
        verifySmall();
    }

private:
    Result<UnpackReport> run(archive::ByteSource& source, const UnpackLimits& limits)
    {
        const QTemporaryDir directory;
        const fs::path path = directory.path().toStdString();
        fs::create_directory(path / "fs");
        const UniqueFd target = must(os::openFile(path / "fs", O_RDONLY | O_DIRECTORY));
        const UniqueFd index = must(os::openFile(path / "index", O_RDWR | O_CREAT));
        const UniqueFd scratch = must(os::openFile(path / "scratch", O_RDWR | O_CREAT));
        UnpackJob job;
        job.limits = limits;
        job.source = &source;
        job.targetFd = target.get();
        job.indexFd = index.get();
        job.scratchFd = scratch.get();
        auto result = runUnpack(fs::path(DARSENA_BIN_DIR) / "darsena-unpack", job, {});
        must(os::removeTree(path / "fs"));
        return result;
    }

    static void verifySmall()
    {
        struct rusage children {};
        ::getrusage(RUSAGE_CHILDREN, &children);
        QVERIFY2(children.ru_maxrss < mostKilobytes, fmt::format("{} KiB", children.ru_maxrss).c_str());
    }
};

QTEST_GUILESS_MAIN(TestMemory)
#include "tst_memory.moc"
