// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/api_shapes.h"

#include <QtTest/QtTest>

using namespace darsena;
using namespace darsena::server;

namespace {

json::Object object(const char* text)
{
    return json::parse(text)->get_object();
}

} // namespace

class TestApiShapes : public QObject {
    Q_OBJECT
private slots:
    void namelessImagesHadNames()
    {
        json::Object image = object(R"({"RepoTags":[],"RepoDigests":[],"Size":7})");
        shapeImageSummary(image, { 1, 42 });
        QCOMPARE(json::serialize(image), std::string(R"({"RepoTags":["<none>:<none>"],"RepoDigests":["<none>@<none>"],"Size":7,"VirtualSize":7})"));
        image = object(R"({"RepoTags":[],"RepoDigests":[],"Size":7})");
        shapeImageSummary(image, { 1, 43 });
        QCOMPARE(json::serialize(image), std::string(R"({"RepoTags":[],"RepoDigests":[],"Size":7,"VirtualSize":7})"));
        image = object(R"({"RepoTags":[],"RepoDigests":[],"Size":7})");
        shapeImageSummary(image, { 1, 44 });
        QCOMPARE(json::serialize(image), std::string(R"({"RepoTags":[],"RepoDigests":[],"Size":7})"));
    }

    void imagesLoseAndGainMembers()
    {
        const char* text = R"({"Size":1,"Config":{"Hostname":"","Env":["A=b"],"Cmd":null,"Labels":{},"Tty":false}})";
        json::Object newest = object(text);
        shapeImage(newest, { 1, 50 });
        QCOMPARE(json::serialize(newest.at("Config")), std::string(R"({"Env":["A=b"]})"));
        QVERIFY(!newest.contains("Container") && !newest.contains("VirtualSize"));
        json::Object middle = object(text);
        shapeImage(middle, { 1, 45 });
        QVERIFY(!middle.contains("Container") && !middle.contains("VirtualSize"));
        // docker-compose 1.29 looks for it whatever the version.
        QVERIFY(newest.contains("ContainerConfig") && middle.contains("ContainerConfig"));
        QVERIFY(middle.at("Config").get_object().contains("Hostname"));
        json::Object old = object(text);
        shapeImage(old, { 1, 24 });
        QVERIFY(old.contains("Container") && old.at("ContainerConfig").get_object().contains("Cmd"));
        QCOMPARE(old.at("VirtualSize").get_int64(), std::int64_t { 1 });
    }

    void containersHadOneAddress()
    {
        const char* text = R"({"Config":{"Hostname":"h"},"NetworkSettings":{"MacAddress":"02:42:0a:00:00:02"}})";
        json::Object container = object(text);
        shapeContainer(container, { 1, 43 });
        QCOMPARE(std::string(container.at("Config").get_object().at("MacAddress").get_string()), std::string("02:42:0a:00:00:02"));
        container = object(text);
        shapeContainer(container, { 1, 44 });
        QVERIFY(!container.at("Config").get_object().contains("MacAddress"));
    }

    void infoOfEachTime()
    {
        const char* text = R"({"SecurityOptions":["name=seccomp,profile=builtin","name=cgroupns"],"CDISpecDirs":[]})";
        json::Object info = object(text);
        shapeInfo(info, { 1, 24 });
        QCOMPARE(json::serialize(info.at("SecurityOptions")), std::string(R"(["seccomp","cgroupns"])"));
        QVERIFY(info.contains("ExecutionDriver") && !info.contains("CDISpecDirs") && info.contains("KernelMemory"));
        info = object(text);
        shapeInfo(info, { 1, 50 });
        QCOMPARE(json::serialize(info), std::string(text));
    }

    void diskUsageOfEachTime()
    {
        const char* text = R"({"Images":[{"Size":5}],"BuildCache":[{"Parents":["x"],"Shared":false,"Size":3},{"Shared":true,"Size":9}]})";
        json::Object usage = object(text);
        shapeDiskUsage(usage, { 1, 41 });
        QCOMPARE(usage.at("BuilderSize").get_int64(), std::int64_t { 3 });
        QVERIFY(!usage.at("BuildCache").get_array()[0].get_object().contains("Parents"));
        QVERIFY(usage.at("Images").get_array()[0].get_object().contains("VirtualSize"));
        usage = object(text);
        shapeDiskUsage(usage, { 1, 44 });
        QCOMPARE(json::serialize(usage), std::string(text));
    }
};

QTEST_GUILESS_MAIN(TestApiShapes)
#include "tst_api_shapes.moc"
