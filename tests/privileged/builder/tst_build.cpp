// SPDX-License-Identifier: GPL-3.0-or-later
// Whole builds on a real store: cache and why, stages, RUN, failures.
#include "build_lab.h"

#include <condition_variable>
#include <set>
#include <thread>

using namespace darsena;
using namespace darsena::builder;
using namespace darsena::builder::test;

namespace {

/// Writes a file into the root.
Command writes(std::string path, std::string text)
{
    return [path = std::move(path), text = std::move(text)](const os::Beneath& root, const RunStep&, LogSink&, std::stop_token) {
        if (root.exists(path))
            must(root.remove(path));
        must(os::writeAll(must(root.createFile(path, 0644)).get(), text));
        return 0;
    };
}

const char* const threeStages = "FROM base AS build\nARG VERSION=1\nCOPY hello.c /src/\nRUN make\n"
                                "FROM build AS test\nRUN check\n"
                                "FROM base\nCOPY --from=build /hello /hello\nCOPY --from=test /report /report\nCMD [\"/hello\"]\n";

void prepareThreeStages(Lab& lab)
{
    lab.image("base", { { "bin/sh", "sh" } });
    lab.file("hello.c", "int main;");
    lab.executor.commands["make"] = [](const os::Beneath& root, const RunStep&, LogSink& log, std::stop_token) {
        log.write(LogStream::Stdout, "compiling\n");
        // The compiler's answer depends on the first letter only: a change that changes nothing is possible.
        const std::string source = must(root.readFile("/src/hello.c", 100));
        must(os::writeAll(must(root.createFile("/hello", 0755)).get(), source.substr(0, 1)));
        return 0;
    };
    lab.executor.commands["check"] = writes("/report", "fine");
}

} // namespace

class BuildTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("needs root: overlay mounts");
    }
    void threeStagesGiveOneImage();
    void eventsComeInOrder();
    void nothingChanged();
    void changesSayWhy();
    void sameFilesOfAStageThatRanAgain();
    void timesAreNoChange();
    void noCacheRunsEverything();
    void identicalStepsRunOnce();
    void independentStagesRunSideBySide();
    void targetLabelsTags();
    void fromAloneIsTheBase();
    void historyAndLayersMatch();
    void originsAreTheFilesLines();
    void originsGoWithTheImage();
    void onBuild();
    void runSeesItsConfiguration();
    void runLeavesNoMountPoints();
    void runThatChangesNothingMakesNoLayer();
    void runThatRemovesMakesWhiteouts();
    void bindMounts();
    void bindMountsAreConfined();
    void cacheMounts();
    void secretsLeaveNoTrace();
    void shebangScript();
    void failedRun();
    void failureLeavesTheRestCached();
    void cancelled();
    void missingBase();
    void forecast();
    void leftoversOfAKilledEngine();
};

void BuildTest::threeStagesGiveOneImage()
{
    Lab lab;
    prepareThreeStages(lab);
    BuildRequest request = lab.request(threeStages);
    request.tags = { "hello", "hello:1" };
    const auto image = lab.build(std::move(request));
    QVERIFY2(image, lab.error.c_str());
    QCOMPARE(lab.tree(*image), QString("d 755 0:0 bin\nf 644 0:0 bin/sh sh\nf 755 0:0 hello i\nf 644 0:0 report fine"));
    QCOMPARE(image->config.diffIds.size(), std::size_t(3));
    QCOMPARE(lab.changes(*image, 1), QString("added /hello"));
    QVERIFY(image->config.config.cmd == std::vector<std::string> { "/hello" });
    QCOMPARE(image->references, (std::vector<std::string> { "docker.io/library/hello:1", "docker.io/library/hello:latest" }));
    const DoneEvent done = lab.recorder.all<DoneEvent>().at(0);
    QCOMPARE(done.imageId, image->id);
    QCOMPARE(done.tags, (std::vector<std::string> { "hello:latest", "hello:1" }));
    QVERIFY(fs::is_empty(lab.path() / "scratch"));
    QVERIFY(fs::is_empty(lab.path() / "store" / "tmp"));
}

void BuildTest::eventsComeInOrder()
{
    Lab lab;
    prepareThreeStages(lab);
    QVERIFY2(lab.build(threeStages), lab.error.c_str());
    const auto& events = lab.recorder.events;
    QVERIFY(std::holds_alternative<PlanEvent>(events.front()));
    QVERIFY(std::holds_alternative<DoneEvent>(events.back()));
    QString make; // of step 3, RUN make
    for (const BuildEvent& event : events) {
        const json::Object object = toJson(event);
        if (object.contains("step") && object.at("step").to_number<int>() == 3)
            make += QString::fromStdString(std::string(object.at("type").as_string())) + " ";
    }
    QCOMPARE(make, QString("queued started log finished "));
    QCOMPARE(lab.recorder.all<LogEvent>().at(0).data, std::string("compiling\n"));
    // Nothing finishes before what it needs.
    std::set<int> over;
    const PlanEvent plan = lab.recorder.all<PlanEvent>().at(0);
    for (const BuildEvent& event : events) {
        if (const auto* started = std::get_if<StartedEvent>(&event)) {
            for (const int needed : plan.steps[static_cast<std::size_t>(started->step)].dependsOn)
                QVERIFY(over.contains(needed));
        }
        if (const auto* finished = std::get_if<FinishedEvent>(&event))
            over.insert(finished->step);
        if (const auto* cached = std::get_if<CachedEvent>(&event))
            over.insert(cached->step);
    }
}

void BuildTest::nothingChanged()
{
    Lab lab;
    prepareThreeStages(lab);
    const auto first = lab.build(threeStages);
    QVERIFY2(first, lab.error.c_str());
    const std::size_t ran = lab.executor.ran.size();
    const auto second = lab.build(threeStages);
    QVERIFY2(second, lab.error.c_str());
    QCOMPARE(second->id, first->id);
    QCOMPARE(lab.executor.ran.size(), ran);
    QCOMPARE(lab.recorder.fates(), QString("cccccccccc"));
    QCOMPARE(lab.recorder.why(3), QString("nothing that it depends on changed"));
    QVERIFY(lab.recorder.all<CachedEvent>().at(3).bytes > 0);
}

void BuildTest::changesSayWhy()
{
    Lab lab;
    prepareThreeStages(lab);
    QVERIFY2(lab.build(threeStages), lab.error.c_str());
    QCOMPARE(lab.recorder.why(3), QString("not built before"));

    lab.file("hello.c", "void main;");
    QVERIFY2(lab.build(threeStages), lab.error.c_str());
    QCOMPARE(lab.recorder.fates(), QString("ccrrcrcrrr"));
    QCOMPARE(lab.recorder.why(2), QString("hello.c changed"));
    QCOMPARE(lab.recorder.why(3), QString("step 3 changed"));
    QCOMPARE(lab.recorder.why(7), QString("hello changed"));

    BuildRequest request = lab.request(threeStages);
    request.buildArgs = { { "VERSION", "2" } };
    QVERIFY2(lab.build(std::move(request)), lab.error.c_str());
    QCOMPARE(lab.recorder.why(3), QString("ARG VERSION changed"));
    // make gave the same /hello, so the last stage is cached.
    QCOMPARE(lab.recorder.fate(7), QString("cached"));

    std::string edited = threeStages;
    edited.replace(edited.find("RUN check"), 9, "RUN check2");
    lab.executor.commands["check2"] = writes("/report", "fine, too");
    request = lab.request(edited);
    request.buildArgs = { { "VERSION", "2" } };
    QVERIFY2(lab.build(std::move(request)), lab.error.c_str());
    QCOMPARE(lab.recorder.why(5), QString("the instruction changed (was: RUN check)"));

    lab.image("base", { { "bin/sh", "new" } });
    QVERIFY2(lab.build(edited), lab.error.c_str());
    QCOMPARE(lab.recorder.why(2), QString("the base image base changed"));
}

void BuildTest::sameFilesOfAStageThatRanAgain()
{
    Lab lab;
    prepareThreeStages(lab);
    const auto first = lab.build(threeStages);
    QVERIFY2(first, lab.error.c_str());
    lab.file("hello.c", "int main(void);"); // compiles to the same
    const auto second = lab.build(threeStages);
    QVERIFY2(second, lab.error.c_str());
    QCOMPARE(lab.recorder.fates(), QString("ccrrcrcccc"));
    QCOMPARE(lab.recorder.why(7), QString("the files are the same, although build changed"));
    QCOMPARE(second->id, first->id);
    // The next time no file has to be read to know it.
    QVERIFY2(lab.build(threeStages), lab.error.c_str());
    QCOMPARE(lab.recorder.why(7), QString("nothing that it depends on changed"));
}

void BuildTest::timesAreNoChange()
{
    Lab lab;
    lab.file("a", "A");
    const auto first = lab.build("FROM scratch\nCOPY a /\n");
    QVERIFY2(first, lab.error.c_str());
    const struct timespec times[2] = { { 1, 0 }, { 1, 0 } };
    QCOMPARE(::utimensat(AT_FDCWD, (lab.context() / "a").c_str(), times, 0), 0);
    QCOMPARE(lab.build("FROM scratch\nCOPY a /\n")->id, first->id);
    ::chmod((lab.context() / "a").c_str(), 0600);
    const auto changed = lab.build("FROM scratch\nCOPY a /\n");
    QVERIFY(changed->id != first->id);
    QCOMPARE(lab.recorder.why(1), QString("a changed"));
}

void BuildTest::noCacheRunsEverything()
{
    Lab lab;
    prepareThreeStages(lab);
    QVERIFY2(lab.build(threeStages), lab.error.c_str());
    BuildRequest request = lab.request(threeStages);
    request.noCache = true;
    const auto again = lab.build(std::move(request));
    QVERIFY2(again, lab.error.c_str());
    QCOMPARE(lab.recorder.fates(), QString("crrrcrcrrr"));
    QCOMPARE(lab.recorder.why(3), QString("the cache is switched off"));
    // The new results are the ones that count from now on.
    QCOMPARE(lab.build(threeStages)->id, again->id);
}

void BuildTest::identicalStepsRunOnce()
{
    Lab lab;
    lab.image("base", { { "bin/sh", "sh" } });
    lab.executor.commands["slow"] = writes("/slow", "x");
    QVERIFY2(lab.build("FROM base AS a\nRUN slow\nFROM base AS b\nRUN slow\nFROM scratch\nCOPY --from=a /slow /a\nCOPY --from=b /slow /b\n"), lab.error.c_str());
    QCOMPARE(lab.executor.ran, std::vector<std::string> { "slow" });
}

void BuildTest::independentStagesRunSideBySide()
{
    // Each command waits until the other has begun: one after the other would never end.
    Lab lab;
    lab.image("base", { { "bin/sh", "sh" } });
    std::mutex mutex;
    std::condition_variable_any changed;
    int begun = 0;
    const auto meet = [&](const os::Beneath& root, const RunStep& step, LogSink&, std::stop_token stop) {
        std::unique_lock lock(mutex);
        ++begun;
        changed.notify_all();
        if (!changed.wait(lock, stop, [&] { return begun == 2; }))
            return 1;
        must(os::writeAll(must(root.createFile("/" + step.args.back(), 0644)).get(), "x"));
        return 0;
    };
    lab.executor.commands["one"] = meet;
    lab.executor.commands["two"] = meet;
    const auto image = lab.build("FROM base AS a\nRUN one\nFROM base AS b\nRUN two\nFROM scratch\nCOPY --from=a /one /\nCOPY --from=b /two /\n");
    QVERIFY2(image, lab.error.c_str());
    QCOMPARE(lab.tree(*image), QString("f 644 0:0 one x\nf 644 0:0 two x"));
}

void BuildTest::targetLabelsTags()
{
    Lab lab;
    prepareThreeStages(lab);
    BuildRequest request = lab.request(threeStages);
    request.target = "build";
    request.labels = { { "by", "test" } };
    request.tags = { "part" };
    const auto image = lab.build(std::move(request));
    QVERIFY2(image, lab.error.c_str());
    QCOMPARE(image->config.config.labels.at("by"), std::string("test"));
    QCOMPARE(lab.executor.ran, std::vector<std::string> { "make" });
    request = lab.request(threeStages);
    request.tags = { "Bad Name" };
    QVERIFY(!lab.build(std::move(request)));
    QVERIFY(lab.recorder.all<PlanEvent>().empty());
}

void BuildTest::fromAloneIsTheBase()
{
    Lab lab;
    lab.image("base", { { "bin/sh", "sh" } });
    BuildRequest request = lab.request("FROM base\n");
    request.tags = { "same" };
    const auto image = lab.build(std::move(request));
    QVERIFY2(image, lab.error.c_str());
    QCOMPARE(image->id, must(lab.store->find("base")).id);
}

void BuildTest::historyAndLayersMatch()
{
    Lab lab;
    prepareThreeStages(lab);
    const auto image = lab.build("FROM base\nENV A=1\nCOPY hello.c /src/\nRUN make\nWORKDIR /src\nLABEL a=b\nCMD [\"/hello\"]\n");
    QVERIFY2(image, lab.error.c_str());
    QStringList lines;
    for (const oci::HistoryEntry& entry : image->config.history)
        lines += QString("%1 %2").arg(entry.emptyLayer ? "-" : "L").arg(QString::fromStdString(entry.createdBy));
    QCOMPARE(lines.join(u'\n'),
        QString("L made for a test\n- ENV A=1\nL COPY hello.c /src/\nL RUN /bin/sh -c make\n- WORKDIR /src\n- LABEL a=b\n- CMD [\"/hello\"]"));
    QCOMPARE(image->config.diffIds.size(), std::size_t(3));
    QCOMPARE(image->config.created, image->config.history.back().created);
}

/// Where the steps of an image come from: one line a history entry.
static QString origins(Lab& lab, const Digest& image)
{
    QStringList lines;
    for (const auto& origin : must(lab.store->origins(image)))
        lines += origin ? QString("%1:%2-%3 %4").arg(QString::fromStdString(origin->dockerfile)).arg(origin->line).arg(origin->endLine).arg(QString::fromStdString(origin->stage)) : QString("?");
    return lines.join(u'\n');
}

void BuildTest::originsAreTheFilesLines()
{
    Lab lab;
    prepareThreeStages(lab);
    const char* const text = "# A comment\nARG BASE=base\nFROM ${BASE} AS Tools\nRUN \\\n  # in between\n  make || \\\n  true\nENV A=b\n\n"
                             "FROM scratch AS unused\nCOPY hello.c /x\n\n"
                             "FROM tools\nCOPY <<END /file\ntext\nEND\nLABEL a=b\n";
    lab.executor.commands["make ||   true"] = writes("/made", "x");
    BuildRequest request = lab.request(text);
    request.dockerfileName = "docker/Dockerfile.dev";
    const auto image = lab.build(std::move(request));
    QVERIFY2(image, lab.error.c_str());
    QCOMPARE(image->config.history.size(), std::size_t(5));
    QCOMPARE(origins(lab, image->id), QString("?\ndocker/Dockerfile.dev:4-7 tools\ndocker/Dockerfile.dev:8-8 tools\ndocker/Dockerfile.dev:14-16 2\ndocker/Dockerfile.dev:17-17 2"));

    // Everything cached, in a file that was moved and got a line more on top: the newest build tells.
    request = lab.request(std::string("\n") + text);
    request.origin = "/home/somebody/Dockerfile";
    request.tags = { "app" };
    const auto again = lab.build(std::move(request));
    QVERIFY2(again, lab.error.c_str());
    QCOMPARE(again->id, image->id);
    QCOMPARE(lab.recorder.all<DoneEvent>().at(0).ranSteps, 0);
    QVERIFY(origins(lab, image->id).startsWith("?\n/home/somebody/Dockerfile:5-8 tools\n"));

    // An image on top keeps what is known of the one below.
    request = lab.request("FROM app\nENV C=d\n");
    request.dockerfileName = ".dockerfile.0123456789abcdef"; // how Docker's client calls a file from elsewhere
    const auto above = lab.build(std::move(request));
    QVERIFY2(above, lab.error.c_str());
    QCOMPARE(origins(lab, above->id), origins(lab, image->id) + "\n:2-2 0");
    // FROM alone says nothing about the base.
    QVERIFY(lab.build("\n\n\nFROM app\n"));
    QVERIFY(origins(lab, image->id).startsWith("?\n/home/somebody/Dockerfile:5-8 tools\n"));
}

void BuildTest::originsGoWithTheImage()
{
    Lab lab;
    prepareThreeStages(lab);
    const auto image = lab.build("FROM base\nENV A=1\n");
    QVERIFY2(image, lab.error.c_str());
    QCOMPARE(origins(lab, image->id), QString("?\nDockerfile:2-2 0"));
    // A name that JSON cannot hold is no obstacle to a build.
    BuildRequest request = lab.request("FROM base\nENV A=1\n");
    request.origin = "/home/\xff";
    QVERIFY2(lab.build(std::move(request)), lab.error.c_str());
    QCOMPARE(origins(lab, image->id), QString("?\n:2-2 0"));
    must(lab.store->remove(image->id.text(), false));
    QCOMPARE(origins(lab, image->id), QString());
    QCOMPARE(origins(lab, must(lab.store->find("base")).id), QString());
}

void BuildTest::onBuild()
{
    Lab lab;
    oci::ExecutionConfig config;
    config.onBuild = { "COPY . /app", "RUN install" };
    lab.image("parent", { { "bin/sh", "sh" } }, config);
    lab.file("code", "c");
    lab.executor.commands["install"] = writes("/installed", "yes");
    const auto image = lab.build("FROM parent\n");
    QVERIFY2(image, lab.error.c_str());
    QVERIFY(lab.tree(*image).contains("app/code c"));
    QVERIFY(lab.tree(*image).contains("installed yes"));
    QCOMPARE(origins(lab, image->id), QString("?\n?\n?")); // the triggers stand in no file that we know
    QVERIFY(image->config.config.onBuild.empty());
}

void BuildTest::runSeesItsConfiguration()
{
    Lab lab;
    lab.image("base", { { "bin/sh", "sh" } });
    lab.executor.commands["look"] = [](const os::Beneath& root, const RunStep&, LogSink&, std::stop_token) {
        return root.exists("/work/dir") ? 0 : 1;
    };
    BuildRequest request = lab.request("FROM base\nENV A=1\nARG B=2\nUSER 5:6\nWORKDIR /work/dir\nRUN --network=none look\nSHELL [\"/bin/ash\",\"-ec\"]\nRUN look\n");
    request.extraHosts = { { "db", "10.0.0.2" } };
    request.shmBytes = 1234;
    QVERIFY2(lab.build(std::move(request)), lab.error.c_str());
    const RunStep& step = lab.executor.steps.at(0);
    QCOMPARE(step.args, (std::vector<std::string> { "/bin/sh", "-c", "look" }));
    QCOMPARE(step.user, std::string("5:6"));
    QCOMPARE(step.workingDir, std::string("/work/dir"));
    QVERIFY(step.network == RunNetwork::None);
    QCOMPARE(step.extraHosts.at(0).second, std::string("10.0.0.2"));
    QCOMPARE(step.shmBytes, std::int64_t(1234));
    for (const char* entry : { "A=1", "B=2" })
        QVERIFY(std::find(step.env.begin(), step.env.end(), entry) != step.env.end());
    QVERIFY(std::any_of(step.env.begin(), step.env.end(), [](const std::string& entry) { return entry.starts_with("PATH="); }));
    QCOMPARE(lab.executor.steps.at(1).args.front(), std::string("/bin/ash"));
    QVERIFY(lab.executor.steps.at(1).network == RunNetwork::Default);
}

void BuildTest::runLeavesNoMountPoints()
{
    Lab lab;
    lab.image("base", { { "etc/passwd", "root" }, { "run -> var/run", "" }, { "var/run/", "" } });
    lab.executor.commands["work"] = writes("/etc/made", "m");
    const auto image = lab.build("FROM base\nRUN --mount=type=tmpfs,target=/run/secrets/deep --mount=type=tmpfs,target=/opt/x work\n");
    QVERIFY2(image, lab.error.c_str());
    QCOMPARE(lab.changes(*image, 1), QString("added /etc/made"));
}

void BuildTest::runThatChangesNothingMakesNoLayer()
{
    Lab lab;
    lab.image("base", { { "etc/passwd", "root" } });
    lab.executor.commands["true"] = [](const os::Beneath&, const RunStep&, LogSink&, std::stop_token) { return 0; };
    const auto image = lab.build("FROM base\nRUN true\n");
    QVERIFY2(image, lab.error.c_str());
    QCOMPARE(image->config.diffIds.size(), std::size_t(1));
    QVERIFY(image->config.history.back().emptyLayer);
}

void BuildTest::runThatRemovesMakesWhiteouts()
{
    Lab lab;
    lab.image("base", { { "etc/passwd", "root" }, { "old/a", "a" }, { "old/b", "b" } });
    lab.executor.commands["clean"] = [](const os::Beneath& root, const RunStep&, LogSink&, std::stop_token) {
        must(root.removeTree("/old"));
        must(root.remove("/etc/passwd"));
        return 0;
    };
    const auto image = lab.build("FROM base\nRUN clean\n");
    QVERIFY2(image, lab.error.c_str());
    const QString tree = lab.tree(*image);
    QVERIFY2(!tree.contains("old") && !tree.contains("passwd"), qPrintable(tree));
    QVERIFY2(lab.changes(*image, 1).contains("removed /etc/passwd"), qPrintable(lab.changes(*image, 1)));
}

void BuildTest::bindMounts()
{
    Lab lab;
    lab.image("base", { { "etc/passwd", "root" }, { "data/x", "X" } });
    lab.file("sub/file", "F");
    std::map<std::string, std::string> seen;
    lab.executor.commands["look"] = [&](const os::Beneath&, const RunStep& step, LogSink&, std::stop_token) {
        for (const RunMount& mount : step.mounts) {
            const os::Beneath source = must(os::Beneath::open(mount.source));
            for (const auto& entry : must(source.list(".")))
                seen[mount.target] += entry.name + (mount.readOnly ? " ro" : " rw");
            if (!mount.readOnly)
                must(os::writeAll(must(source.createFile("written", 0644)).get(), "w"));
        }
        return 0;
    };
    const char* const text = "FROM base AS a\nFROM base\nRUN --mount=target=/ctx,source=sub --mount=from=a,source=/data,target=/data2 "
                             "--mount=from=base,target=/img,source=data,rw --mount=type=bind,target=/rwctx,rw look\n";
    QVERIFY2(lab.build(text), lab.error.c_str());
    QCOMPARE(seen["/ctx"], std::string("file ro"));
    QCOMPARE(seen["/data2"], std::string("x ro"));
    QCOMPARE(seen["/img"], std::string("x rw"));
    QCOMPARE(seen["/rwctx"], std::string("sub rw"));
    // What was written went away with the step.
    QVERIFY(!fs::exists(lab.context() / "written"));
    QVERIFY(fs::is_empty(lab.path() / "scratch"));
    // What is mounted is part of the key.
    QVERIFY2(lab.build(text), lab.error.c_str());
    QCOMPARE(lab.executor.ran.size(), std::size_t(1));
    lab.file("sub/file", "G");
    QVERIFY2(lab.build(text), lab.error.c_str());
    QCOMPARE(lab.executor.ran.size(), std::size_t(2));
    QCOMPARE(lab.recorder.why(2), QString("sub/file changed"));
}

void BuildTest::bindMountsAreConfined()
{
    // CVE-2024-1753: a link in the image as source of a mount led to the host's root.
    Lab lab;
    std::ofstream(lab.path() / "secret") << "host";
    lab.image("evil", { { "etc/passwd", "" }, { "link -> /", "" }, { "up -> ../../../../../../..", "" }, { "out -> " + lab.path().string(), "" } });
    bool leaked = false;
    lab.executor.commands["look"] = [&](const os::Beneath&, const RunStep& step, LogSink&, std::stop_token) {
        for (const RunMount& mount : step.mounts)
            leaked = leaked || !mount.source.native().starts_with((lab.path() / "scratch").native()) || fs::exists(mount.source / "secret")
                || fs::exists(mount.source / "proc/self");
        return 0;
    };
    for (const char* source : { "/link", "/up", "../../../../../../.." }) {
        const auto image = lab.build(fmt::format("FROM evil\nRUN --mount=type=bind,from=evil,source={},target=/m look\n", source));
        QVERIFY2(image, lab.error.c_str());
        QVERIFY(!leaked);
    }
    QVERIFY(!lab.build("FROM evil\nRUN --mount=type=bind,from=evil,source=/out,target=/m look\n"));
    QVERIFY2(QString::fromStdString(lab.error).contains("was not found in evil"), lab.error.c_str());
    QVERIFY(fs::is_empty(lab.path() / "scratch"));
}

void BuildTest::cacheMounts()
{
    Lab lab;
    lab.image("base", { { "etc/passwd", "root" } });
    std::vector<fs::path> sources;
    lab.executor.commands["fill"] = [&](const os::Beneath&, const RunStep& step, LogSink&, std::stop_token) {
        sources.push_back(step.mounts.at(0).source);
        std::ofstream(step.mounts.at(0).source / "kept") << "k";
        return 0;
    };
    const auto image = lab.build("FROM base\nRUN --mount=type=cache,target=/c,id=../../evil,mode=0700,uid=3 fill\n");
    QVERIFY2(image, lab.error.c_str());
    QCOMPARE(sources.at(0).parent_path(), lab.path() / "cache-mounts");
    struct stat attributes {};
    QCOMPARE(::stat(sources.at(0).c_str(), &attributes), 0);
    QCOMPARE(attributes.st_uid, uid_t(3));
    QCOMPARE(attributes.st_mode & 07777, mode_t(0700));
    BuildRequest request = lab.request("FROM base\nRUN --mount=type=cache,target=/elsewhere,id=../../evil,sharing=locked fill\n");
    request.noCache = true;
    QVERIFY2(lab.build(std::move(request)), lab.error.c_str());
    QCOMPARE(sources.at(1), sources.at(0));
    QVERIFY(fs::exists(sources.at(0) / "kept"));
    QVERIFY(!lab.tree(*image).contains("kept"));
}

void BuildTest::secretsLeaveNoTrace()
{
    Lab lab;
    lab.image("base", { { "etc/passwd", "root" } });
    std::string inFile;
    std::string inEnv;
    lab.executor.commands["use"] = [&](const os::Beneath& root, const RunStep& step, LogSink&, std::stop_token) {
        inFile = must(os::readFile(step.mounts.at(0).source, 100));
        inEnv = step.env.back();
        must(root.createFile("/done", 0644));
        return 0;
    };
    const char* const text = "FROM base\nRUN --mount=type=secret,id=key --mount=type=secret,id=token,env=TOKEN use\n";
    BuildRequest request = lab.request(text);
    request.secrets = { { "key", "k3y-of-the-house" }, { "token", "t0ken-of-love" } };
    const auto image = lab.build(std::move(request));
    QVERIFY2(image, lab.error.c_str());
    QCOMPARE(inFile, std::string("k3y-of-the-house"));
    QCOMPARE(inEnv, std::string("TOKEN=t0ken-of-love"));
    QVERIFY(fs::is_empty(lab.path() / "secrets"));
    lab.builder.reset();
    lab.store.reset();
    for (const auto& entry : fs::recursive_directory_iterator(lab.path())) {
        if (!entry.is_regular_file())
            continue;
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        QVERIFY2(content.find("k3y-of") == std::string::npos && content.find("t0ken-of") == std::string::npos, entry.path().c_str());
    }
}

void BuildTest::shebangScript()
{
    Lab lab;
    lab.image("base", { { "etc/passwd", "root" } });
    std::string script;
    mode_t mode = 0;
    lab.executor.commands["/dev/pipes/EOF"] = [&](const os::Beneath&, const RunStep& step, LogSink&, std::stop_token) {
        script = must(os::readFile(step.mounts.at(0).source, 1000));
        struct stat attributes {};
        ::stat(step.mounts.at(0).source.c_str(), &attributes);
        mode = attributes.st_mode & 07777;
        return 0;
    };
    QVERIFY2(lab.build("FROM base\nRUN <<EOF\n#!/bin/awk -f\nBEGIN{}\nEOF\n"), lab.error.c_str());
    QCOMPARE(script, std::string("#!/bin/awk -f\nBEGIN{}\n"));
    QCOMPARE(mode, mode_t(0755));
}

void BuildTest::failedRun()
{
    Lab lab;
    lab.image("base", { { "etc/passwd", "root" } });
    lab.executor.commands["boom"] = [](const os::Beneath& root, const RunStep&, LogSink& log, std::stop_token) {
        must(root.createFile("/half", 0644));
        log.write(LogStream::Stderr, "something broke\n");
        return 3;
    };
    BuildRequest request = lab.request("FROM base\nENV A=1\nRUN boom\nRUN never\n");
    request.tags = { "half" };
    QVERIFY(!lab.build(std::move(request)));
    QCOMPARE(QString::fromStdString(lab.error), QString("Dockerfile:3: The command '/bin/sh -c boom' returned a non-zero code: 3"));
    const FailedEvent failed = lab.recorder.failure();
    QCOMPARE(failed.step, 2);
    QCOMPARE(failed.line, 3);
    QCOMPARE(failed.exitCode.value_or(0), 3);
    QCOMPARE(failed.logTail, std::string("something broke\n"));
    QVERIFY(std::holds_alternative<FailedEvent>(lab.recorder.events.back()));
    QCOMPARE(lab.recorder.all<DoneEvent>().size(), std::size_t(0));
    QVERIFY(!lab.store->find("half").ok());
    QVERIFY(fs::is_empty(lab.path() / "store" / "tmp"));
    // The next try works.
    lab.executor.commands["boom"] = writes("/whole", "w");
    lab.executor.commands["never"] = writes("/more", "m");
    QVERIFY2(lab.build("FROM base\nENV A=1\nRUN boom\nRUN never\n"), lab.error.c_str());
    QCOMPARE(lab.recorder.fates(), QString("ccrr"));
}

void BuildTest::failureLeavesTheRestCached()
{
    Lab lab;
    prepareThreeStages(lab);
    lab.executor.commands["check"] = [](const os::Beneath&, const RunStep&, LogSink&, std::stop_token) { return 1; };
    QVERIFY(!lab.build(threeStages));
    lab.executor.commands["check"] = writes("/report", "fine");
    QVERIFY2(lab.build(threeStages), lab.error.c_str());
    QCOMPARE(lab.recorder.fate(3), QString("cached"));
    QCOMPARE(lab.recorder.fate(5), QString("ran"));
}

void BuildTest::cancelled()
{
    Lab lab;
    lab.image("base", { { "etc/passwd", "root" } });
    std::stop_source stop;
    lab.executor.commands["wait"] = [&](const os::Beneath&, const RunStep&, LogSink&, std::stop_token inner) {
        stop.request_stop();
        while (!inner.stop_requested())
            std::this_thread::yield();
        return 137;
    };
    const auto result = lab.builder->build(lab.request("FROM base\nRUN wait\nRUN never\n"), lab.recorder, stop.get_token());
    QVERIFY(!result.ok());
    QVERIFY(result.error().code() == ErrorCode::Cancelled);
    QCOMPARE(lab.executor.ran, std::vector<std::string> { "wait" });
    QVERIFY(fs::is_empty(lab.path() / "store" / "tmp"));
}

void BuildTest::missingBase()
{
    Lab lab;
    QVERIFY(!lab.build("FROM debian:bookworm\nRUN x\n"));
    const FailedEvent failed = lab.recorder.failure();
    QCOMPARE(failed.line, 1);
    QCOMPARE(failed.step, noStep);
    QVERIFY(failed.code == ErrorCode::NotFound);
    QVERIFY(QString::fromStdString(failed.message).contains("\"debian:bookworm\""));
    QCOMPARE(lab.recorder.events.size(), std::size_t(1));
}

void BuildTest::forecast()
{
    Lab lab;
    prepareThreeStages(lab);
    const auto states = [&](const BuildRequest& request) {
        QString text;
        for (const Forecast::Step& step : must(lab.builder->forecast(request)).steps)
            text += step.state == Forecast::State::Cached ? u'c' : step.state == Forecast::State::WillRun ? u'r' : u'?';
        return text;
    };
    QCOMPARE(states(lab.request(threeStages)), QString("crrrcrc???"));
    QVERIFY(lab.executor.ran.empty());
    QVERIFY2(lab.build(threeStages), lab.error.c_str());
    QCOMPARE(states(lab.request(threeStages)), QString("cccccccccc"));
    lab.file("hello.c", "changed");
    const Forecast forecast = must(lab.builder->forecast(lab.request(threeStages)));
    QCOMPARE(states(lab.request(threeStages)), QString("ccrrcrc???"));
    QCOMPARE(QString::fromStdString(forecast.steps[2].why), QString("hello.c changed"));
    QCOMPARE(QString::fromStdString(forecast.steps[3].why), QString("step 3 changed"));
    QVERIFY(forecast.steps[3].bytes > 0);
    // And it comes true.
    QVERIFY2(lab.build(threeStages), lab.error.c_str());
    QCOMPARE(lab.recorder.fates().left(4), QString("ccrr"));
    QVERIFY(fs::is_empty(lab.path() / "scratch"));
}

void BuildTest::leftoversOfAKilledEngine()
{
    Lab lab;
    const fs::path left = lab.path() / "scratch" / "b1-run-3" / "0" / "root";
    fs::create_directories(left);
    const UniqueFd mounted = must(os::mountFileSystem("tmpfs", "left", {}, 0));
    const UniqueFd target = must(os::openFile(left, O_PATH | O_DIRECTORY));
    must(os::attachMount(mounted.get(), target.get()));
    lab.builder.reset();
    BuilderOptions options;
    options.cacheMounts = lab.path() / "cache-mounts";
    options.scratch = lab.path() / "scratch";
    options.secrets = lab.path() / "secrets";
    lab.builder = must(Builder::create(*lab.store, lab.executor, options));
    QVERIFY(fs::is_empty(lab.path() / "scratch"));
}

QTEST_GUILESS_MAIN(BuildTest)
#include "tst_build.moc"
