// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/decompress.h"

#include <QTest>

#include <zlib.h>
#include <zstd.h>

using namespace darsena;
using namespace darsena::archive;

namespace {

std::string sample(std::size_t bytes)
{
    std::string text(bytes, '\0');
    unsigned state = 7;
    for (std::size_t i = 0; i < bytes; ++i)
        text[i] = i % 3 ? 'a' : static_cast<char>((state = state * 1103515245U + 12345U) >> 20);
    return text;
}

std::string gzip(const std::string& text)
{
    z_stream stream {};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
    std::string copy = text;
    stream.next_in = reinterpret_cast<Bytef*>(copy.data());
    stream.avail_in = static_cast<uInt>(copy.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

std::string zstd(const std::string& text)
{
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
    return packed;
}

/// Gives few bytes at a time, as a pipe may.
class Dripping : public ByteSource {
public:
    Dripping(std::string_view bytes, std::size_t most)
        : m_source(bytes)
        , m_most(most)
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override { return m_source.read(buffer.first(std::min(buffer.size(), m_most))); }

private:
    MemorySource m_source;
    std::size_t m_most;
};

Result<std::string> decompress(std::string_view packed, std::size_t drip = 1 << 20, Formats formats = Formats::Layers)
{
    Dripping source(packed, drip);
    auto decompressor = TRY(Decompressor::create(source, formats));
    MemorySink sink;
    TRY(copy(*decompressor, sink));
    return sink.take();
}

} // namespace

class TestDecompress : public QObject {
    Q_OBJECT

private slots:
    void whole_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("drip");
        for (int kind = 0; kind < 3; ++kind) {
            for (int drip : { 1, 7, 4096, 1 << 20 })
                QTest::addRow("%d by %d", kind, drip) << kind << drip;
        }
    }
    void whole()
    {
        QFETCH(int, kind);
        QFETCH(int, drip);
        const std::string text = sample(drip < 100 ? 20'000 : 700'000);
        const std::string packed = kind == 0 ? text : kind == 1 ? gzip(text) : zstd(text);
        const auto result = decompress(packed, static_cast<std::size_t>(drip));
        QVERIFY2(result.ok(), result ? "" : result.error().message().c_str());
        QVERIFY(*result == text);
    }
    /// "tar bytes " three times, by Python's bz2 and lzma.
    void foreignFormats()
    {
        const std::string bzip2("\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\x7e\x16\x1e\xc2\x00\x00\x0b\x91\x80\x40\x00\x32\x00\x1c\x20\x20\x00\x22\x3f\x55\x30\x21\x0c\x08\xb6\x35\x4f\x2d\xaa\x73\x9f\x17\x72\x45\x38\x50\x90\x7e\x16\x1e\xc2", 51);
        const std::string xz("\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f\xe5\xa3\xe0\x00\x1d\x00\x11\x5d\x00\x3a\x18\x4a\xa6\x27\x55\xfc\x04\x1c\x3a\xda\x46\x6c\xaa\x5c\x00\x00\x00\x00\x00\x00\xe1\xf9\x5c\xb1\x0f\xc8\x44\xba\x00\x01\x2d\x1e\xa7\xd2\xa3\xfa\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a", 80);
        const std::string text = "tar bytes tar bytes tar bytes ";
        for (const std::string& packed : { bzip2, xz }) {
            for (std::size_t drip : { 1U, 5U, 1U << 20 }) {
                const auto plain = decompress(packed, drip, Formats::All);
                QVERIFY2(plain.ok(), plain ? "" : plain.error().message().c_str());
                QCOMPARE(*plain, text);
            }
            QVERIFY(!decompress(packed.substr(0, packed.size() - 12), 1 << 20, Formats::All));
            // To a layer these are bytes like any other.
            QCOMPARE(decompress(packed).valueOr(""), packed);
        }
    }
    void severalMembers()
    {
        const std::string one = sample(1000);
        const std::string two = sample(70'000);
        for (std::size_t drip : { 1U, 3U, 500U, 1U << 20 }) {
            QVERIFY(decompress(gzip(one) + gzip("") + gzip(two), drip).valueOr("") == one + two);
            QVERIFY(decompress(zstd(one) + zstd(two), drip).valueOr("") == one + two);
            QVERIFY(decompress(gzip(one) + std::string(600, '\0'), drip).valueOr("") == one);
        }
        // A skippable frame first, as in seekable and chunked zstd.
        QVERIFY(decompress(std::string("\x50\x2a\x4d\x18\x04\0\0\0abcd", 12) + zstd(one)).valueOr("") == one);
    }
    void truncatedIsAnError()
    {
        const std::string text = sample(5000);
        for (const std::string& packed : { gzip(text), zstd(text) }) {
            for (std::size_t length = 4; length < packed.size(); length += 1 + length / 20)
                QVERIFY2(!decompress(std::string_view(packed).substr(0, length)).ok(), std::to_string(length).c_str());
            QVERIFY(!decompress(std::string_view(packed).substr(0, packed.size() - 1)).ok());
        }
    }
    void damageIsNoticed()
    {
        const std::string text = sample(50'000);
        std::string packed = gzip(text);
        packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 0x10);
        QVERIFY(!decompress(packed).ok());
        packed = gzip(text);
        packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] ^ 1); // the CRC
        QVERIFY(!decompress(packed).ok());
        QVERIFY(!decompress(gzip(text) + "rubbish that is no gzip").ok());
    }
    void shortStreams()
    {
        QVERIFY(decompress("").valueOr("x").empty());
        QCOMPARE(decompress("a").valueOr(""), std::string("a"));
        QCOMPARE(decompress("\x1f").valueOr(""), std::string("\x1f"));
        QVERIFY(decompress(gzip("")).valueOr("x").empty());
    }
};

QTEST_GUILESS_MAIN(TestDecompress)
#include "tst_decompress.moc"
