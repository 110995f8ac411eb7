// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/client/calls.h"
#include "core/api/http/target.h"

#include <QtTest/QtTest>

using namespace darsena;
using namespace darsena::client;

class TestCalls : public QObject {
    Q_OBJECT
private slots:
    void namesCannotLeaveTheirSegment()
    {
        const auto target = http::Target::parse(inspectContainer("../../images/x?all=1#y").request.target);
        QVERIFY(target.ok());
        QCOMPARE(target->segments, (std::vector<std::string> { "v1.41", "containers", "../../images/x?all=1#y", "json" }));
        QVERIFY(target->query.empty());
    }

    void queriesSayWhatIsAsked()
    {
        const auto list = http::Target::parse(listContainers(true, { { "label", { "a=b" } } }).request.target);
        QVERIFY(list->query.flag("all"));
        QCOMPARE(list->query.value("filters"), std::string_view(R"({"label":["a=b"]})"));
        BuildOptions options;
        options.tags = { "a:1", "b" };
        options.buildArgs = { { "X", "y z" } };
        options.target = "final";
        options.origin = "/home/a b/Dockerfile";
        const auto call = buildImageEvents(options);
        QCOMPARE(call.request.headers.value("Transfer-Encoding"), std::string_view("chunked"));
        const auto build = http::Target::parse(call.request.target);
        QCOMPARE(build->segments, (std::vector<std::string> { "darsena", "v1", "build" }));
        QCOMPARE(build->query.values("t"), options.tags);
        QCOMPARE(build->query.value("buildargs"), std::string_view(R"({"X":"y z"})"));
        QCOMPARE(build->query.value("target"), std::string_view("final"));
        QVERIFY(!build->query.has("nocache"));
        QCOMPARE(build->query.value("origin"), std::string_view("/home/a b/Dockerfile"));
        // Other engines need not know where somebody keeps a file.
        QVERIFY(buildImage(options).request.target.find("origin") == std::string::npos);
    }

    void decodesAnswersAndErrors()
    {
        const auto call = listContainers(false);
        const auto list = call.decode({ 200, {}, R"([{"Id":"a","State":"running"},{"Id":"b"}])" });
        QVERIFY(list.ok());
        QCOMPARE(list->size(), 2U);
        QCOMPARE(list->front().state, std::string("running"));

        const auto missing = call.decode({ 404, {}, R"({"message":"No such container: x"})" });
        QVERIFY(!missing.ok());
        QCOMPARE(missing.error().code(), ErrorCode::NotFound);
        QCOMPARE(missing.error().message(), std::string("No such container: x"));

        const auto plainText = call.decode({ 500, {}, "boom" });
        QVERIFY(plainText.error().message().find("500") != std::string::npos);
        QVERIFY(!call.decode({ 200, {}, "not json" }).ok());
        QVERIFY(!call.decode({ 200, {}, R"([{"Id":1}])" }).ok());
    }

    void alreadySoIsSuccess()
    {
        QVERIFY(startContainer("x").decode({ 304, {}, {} }).ok());
        QVERIFY(stopContainer("x").decode({ 204, {}, {} }).ok());
        QCOMPARE(removeContainer("x").decode({ 409, {}, R"({"message":"it runs"})" }).error().code(), ErrorCode::Conflict);
    }

    void streamsDecodeInAnyPieces()
    {
        const std::string bytes = "{\"type\":\"log\",\"step\":1,\"text\":\"a \\\"}{\\\\\"}\n{\"type\":\"done\",\"tags\":[\"x\"]}\r\n";
        for (std::size_t step = 1; step <= bytes.size(); ++step) {
            const auto decoder = buildImageEvents({}).decoder();
            std::vector<model::BuildEvent> events;
            for (std::size_t at = 0; at < bytes.size(); at += step)
                QVERIFY(decoder->feed(std::string_view(bytes).substr(at, step), events).ok());
            QVERIFY(decoder->feedEnd(events).ok());
            QCOMPARE(events.size(), 2U);
            QCOMPARE(events[0].text, std::string("a \"}{\\"));
            QCOMPARE(events[1].tags, std::vector<std::string> { "x" });
        }
    }

    void bytesOfLayersAreLeftAlone()
    {
        QCOMPARE(describeImage("a/b").request.target, std::string("/darsena/v1/images/a%2Fb/description"));
        QCOMPARE(layerIndex("sha256:1", 2).request.target, std::string("/darsena/v1/images/sha256%3A1/diffs/2/index"));
        QCOMPARE(layerFile("x", 0, "a b/\xff&=").request.target, std::string("/darsena/v1/images/x/diffs/0/file?path=a%20b%2F%FF%26%3D"));
        QCOMPARE(layerArchive("x", 1, "", true).request.target, std::string("/darsena/v1/images/x/diffs/1/archive?path=&only=1"));
        const auto decoder = layerIndex("x", 0).decoder();
        std::vector<std::string> pieces;
        QVERIFY(decoder->feed(std::string_view("[\0{", 3), pieces).ok());
        QVERIFY(decoder->feed("", pieces).ok());
        QVERIFY(decoder->feedEnd(pieces).ok());
        QCOMPARE(pieces, std::vector<std::string> { std::string("[\0{", 3) });
    }

    void aListIsAStreamToo()
    {
        const auto decoder = layerFiles("x", 0).decoder();
        std::vector<model::FileChange> files;
        QVERIFY(decoder->feed("[{\"path\":\"a\"},", files).ok());
        QCOMPARE(files.size(), 1U);
        QVERIFY(decoder->feed("{\"path\":\"b\"}]\n", files).ok());
        QVERIFY(decoder->feedEnd(files).ok());
        QCOMPARE(files.back().path, std::string("b"));
    }

    void aTornStreamIsAnError()
    {
        const auto decoder = events().decoder();
        std::vector<model::Event> out;
        QVERIFY(decoder->feed("{\"Type\":\"container\"}{\"Ty", out).ok());
        QCOMPARE(out.size(), 1U);
        QCOMPARE(decoder->feedEnd(out).error().code(), ErrorCode::Unavailable);
        const auto list = layerFiles("x", 0).decoder();
        std::vector<model::FileChange> files;
        QVERIFY(list->feed("[{\"path\":\"a\"}", files).ok());
        QVERIFY(!list->feedEnd(files).ok());
    }

    void boundsWhatAnEngineSends()
    {
        const auto decoder = events().decoder();
        std::vector<model::Event> out;
        QVERIFY(!decoder->feed("<html>", out).ok());
        const auto deep = events().decoder();
        std::string nested = "{\"a\":";
        nested += std::string(100, '[');
        QCOMPARE(deep->feed(nested, out).error().code(), ErrorCode::TooLarge);
    }

    void logsAreFramedOrRaw()
    {
        const auto framed = containerLogs("x", {}, false).decoder();
        std::vector<http::StdioFrame> frames;
        QVERIFY(framed->feed(http::encodeStdio(http::StdioStream::Err, "oops"), frames).ok());
        QVERIFY(frames.front().stream == http::StdioStream::Err);
        frames.clear();
        const auto raw = containerLogs("x", {}, true).decoder();
        QVERIFY(raw->feed("plain", frames).ok());
        QCOMPARE(frames.front().data, std::string("plain"));
    }
};

QTEST_GUILESS_MAIN(TestCalls)
#include "tst_calls.moc"
