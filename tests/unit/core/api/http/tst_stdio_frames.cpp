// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/http/stdio_frames.h"

#include <QtTest/QtTest>

using namespace darsena;
using namespace darsena::http;

class TestStdioFrames : public QObject {
    Q_OBJECT
private slots:
    void headerIsDockers()
    {
        const std::string frame = encodeStdio(StdioStream::Err, "hello");
        QCOMPARE(QByteArray(frame.data(), static_cast<qsizetype>(frame.size())), QByteArray("\x02\0\0\0\0\0\0\x05hello", 13));
        QVERIFY(encodeStdio(StdioStream::Out, "").empty());
    }

    void anySplitGivesTheSame()
    {
        const std::string bytes = encodeStdio(StdioStream::Out, "one") + encodeStdio(StdioStream::Err, std::string(300, 'x')) + encodeStdio(StdioStream::Out, "two");
        for (std::size_t step = 1; step <= bytes.size(); ++step) {
            StdioDecoder decoder;
            std::string out;
            std::string err;
            for (std::size_t at = 0; at < bytes.size(); at += step) {
                std::vector<StdioFrame> frames;
                QVERIFY(decoder.feed(std::string_view(bytes).substr(at, step), frames).ok());
                for (const StdioFrame& frame : frames)
                    (frame.stream == StdioStream::Out ? out : err) += frame.data;
            }
            QCOMPARE(out, std::string("onetwo"));
            QCOMPARE(err, std::string(300, 'x'));
            QVERIFY(decoder.atBorder());
        }
    }

    void refusesOtherBytes()
    {
        StdioDecoder decoder;
        std::vector<StdioFrame> frames;
        QVERIFY(!decoder.feed("plain text of a terminal", frames).ok());
    }

    void knowsATornEnd()
    {
        StdioDecoder decoder;
        std::vector<StdioFrame> frames;
        QVERIFY(decoder.feed(encodeStdio(StdioStream::Out, "abc").substr(0, 9), frames).ok());
        QVERIFY(!decoder.atBorder());
    }
};

QTEST_GUILESS_MAIN(TestStdioFrames)
#include "tst_stdio_frames.moc"
