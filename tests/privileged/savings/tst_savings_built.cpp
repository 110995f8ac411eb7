// SPDX-License-Identifier: GPL-3.0-or-later
// Every kind of edit that spares waste, applied alone and built: the docker client builds the file with a real helper,
// `docker save` gives the layers, the waste is found, its line by the history, the edit applied, the image built again and
// measured. What was expected must have been saved; the figures are printed.
#include "core/archive/stream.h"
#include "core/dockerfile/blame.h"
#include "core/dockerfile/savings.h"
#include "core/layers/analysis.h"
#include "core/layers/source/archive_source.h"
#include "core/layers/source/image_reader.h"
#include "core/layers/view.h"
#include "tests/suites/real_helper.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena;
using dockerfile::SavingKind;

namespace {

/// A program that leaves downloads where the real one does.
const char* const npm = "#!/bin/sh\nmkdir -p /root/.npm /app\ncase $1 in ci) head -c 2000000 /dev/urandom > /root/.npm/pack; echo made > /app/made;; esac\n";

struct Measured {
    dockerfile::Blame blame;
    std::vector<dockerfile::WasteEntry> waste;
    std::uint64_t bytes = 0;
    std::uint64_t wasted = 0;
};

} // namespace

class SavingsBuiltTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    std::unique_ptr<tests::RealHelper> m_helper;

    QString docker(const QStringList& arguments)
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("DOCKER_HOST"), QStringLiteral("unix://") + m_helper->socket());
        environment.insert(QStringLiteral("DOCKER_CONFIG"), m_dir.filePath(QStringLiteral("docker-config")));
        environment.insert(QStringLiteral("DOCKER_BUILDKIT"), QStringLiteral("0"));
        process.setProcessEnvironment(environment);
        process.start(QStandardPaths::findExecutable(QStringLiteral("docker")), arguments);
        process.waitForFinished(120'000);
        return process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0
            ? QString()
            : QString::fromUtf8(process.readAllStandardError() + process.readAllStandardOutput());
    }
    void write(const QString& name, const QByteArray& bytes, bool executable = false)
    {
        const QString path = m_dir.filePath(QStringLiteral("project/") + name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        if (executable)
            file.setPermissions(file.permissions() | QFileDevice::ExeOwner | QFileDevice::ExeGroup | QFileDevice::ExeOther);
    }
    static QByteArray noise(qint64 bytes)
    {
        QByteArray result(bytes, Qt::Uninitialized);
        QRandomGenerator(11).fillRange(reinterpret_cast<quint32*>(result.data()), bytes / 4);
        return result;
    }

    /// Builds the project and takes its image apart. Says what went wrong, or nothing.
    QString measure(const std::string& text, Measured& result)
    {
        write(QStringLiteral("Dockerfile"), QByteArray::fromStdString(text));
        if (const QString error = docker({ "build", "-q", "-t", "tried", m_dir.filePath(QStringLiteral("project")) }); !error.isEmpty())
            return error;
        const QString saved = m_dir.filePath(QStringLiteral("tried.tar"));
        if (const QString error = docker({ "save", "-o", saved, "tried" }); !error.isEmpty())
            return error;
        const auto said = [](const Error& error) { return QString::fromStdString(error.message()); };
        auto source = layers::openArchive(saved.toStdString(), m_dir.path().toStdString());
        if (!source)
            return said(source.error());
        auto image = layers::readImage(**source);
        if (!image)
            return said(image.error());
        auto stack = layers::Stack::build(image->indexes);
        if (!stack)
            return said(stack.error());
        const layers::Analysis analysis = layers::analyse(*stack);
        std::vector<dockerfile::HistoryEntry> history;
        for (const oci::HistoryEntry& entry : image->image.config.history)
            history.push_back({ .createdBy = entry.createdBy, .emptyLayer = entry.emptyLayer });
        result.blame = dockerfile::blame(dockerfile::readDockerfile(text), history);
        result.bytes = analysis.storedBytes;
        result.wasted = analysis.wastedBytes;
        const auto lineOf = [&](std::uint32_t layer) { return result.blame.layers[layer] ? result.blame.layers[layer]->firstLine : 0; };
        const auto entryOf = [&](layers::Stack::NodeId node, std::uint32_t layer) -> const layers::IndexEntry* {
            for (const auto& version : stack->versions(node)) {
                if (version.layer == layer)
                    return &stack->entry(version);
            }
            return nullptr;
        };
        for (const layers::Waste& waste : analysis.waste) {
            dockerfile::WasteEntry entry { .path = std::string(stack->node(waste.node).path), .bytes = waste.bytes,
                .storedIn = lineOf(waste.storedIn), .hiddenBy = lineOf(waste.hiddenBy) };
            entry.how = waste.how == layers::How::Overwritten ? dockerfile::WasteEntry::How::Overwritten
                : waste.how == layers::How::Removed           ? dockerfile::WasteEntry::How::Removed
                                                              : dockerfile::WasteEntry::How::Opaque;
            const layers::IndexEntry* before = entryOf(waste.node, waste.storedIn);
            const layers::IndexEntry* after = entryOf(waste.node, waste.hiddenBy);
            entry.sameContent = before && after && (layers::differences(*before, *after) & (layers::Content | layers::Type | layers::Link)) == 0;
            result.waste.push_back(std::move(entry));
        }
        return {};
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (QStandardPaths::findExecutable(QStringLiteral("docker")).isEmpty())
            QSKIP("needs the docker client (installer/test.sh unpacks it)");
        QString why;
        m_helper = tests::RealHelper::start(why);
        if (!m_helper && why.startsWith(QLatin1String("needs root")))
            QSKIP(qPrintable(why));
        QVERIFY2(m_helper, qPrintable(why));
        why = m_helper->loadBaseImage(QStringLiteral("busybox"));
        QVERIFY2(why.isEmpty(), qPrintable(why));
        write(QStringLiteral("big.bin"), noise(3'000'000));
        write(QStringLiteral("tree/docs/manual"), noise(1'000'000));
        write(QStringLiteral("tree/docs/deep/page"), noise(500'000));
        write(QStringLiteral("tree/kept"), "kept\n");
        write(QStringLiteral("npm"), npm, true);
    }

    void savesWhatItSays_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("kept"); // a file that has to be in the image all the same
        const auto row = [](const char* title, SavingKind kind, const QByteArray& text, const QString& kept) { QTest::newRow(title) << text << int(kind) << kept; };
        row("move-removal", SavingKind::MoveRemoval, "FROM busybox\nRUN head -c 2000000 /dev/urandom > /scratch && echo made > /made\nENV A=1\nRUN rm /scratch\n", "/made");
        row("move-removal of a folder, over lines", SavingKind::MoveRemoval,
            "FROM busybox\nRUN mkdir -p /w/deep && \\\n    head -c 1000000 /dev/urandom > /w/deep/x && \\\n    echo made > /made\nCOPY tree/kept /w/kept\nRUN rm -rf /w\n", "/made");
        row("join-runs, removed", SavingKind::JoinRuns, "FROM busybox\nRUN head -c 2000000 /dev/urandom > /scratch\nRUN wc -c /scratch > /made && rm /scratch\n", "/made");
        row("join-runs, written twice", SavingKind::JoinRuns,
            "FROM busybox\nRUN head -c 2000000 /dev/urandom > /made\nRUN echo else > /else\nRUN echo more >> /made\n", "/made");
        row("join-runs, owner changed", SavingKind::JoinRuns, "FROM busybox\nRUN mkdir /opt && head -c 2000000 /dev/urandom > /opt/made\nRUN chown -R 1000 /opt\n", "/opt/made");
        row("copy-owner of a folder", SavingKind::CopyOwner, "FROM busybox\nWORKDIR /app\nCOPY tree .\nRUN chown -R 1000:1000 /app\n", "/app/docs/deep/page");
        row("copy-owner of a file", SavingKind::CopyOwner, "FROM busybox\nCOPY big.bin /big.bin\nRUN chmod +x /big.bin\n", "/big.bin");
        row("copy-owner, both", SavingKind::CopyOwner, "FROM busybox\nCOPY tree /tree\nRUN chown -R 7 /tree && chmod -R 0750 /tree\n", "/tree/kept");
        row("cache-mount", SavingKind::CacheMount, "FROM busybox\nCOPY npm /bin/npm\nRUN npm ci\nRUN npm cache clean && rm -rf /root/.npm\n", "/app/made");
        row("bind-mount of a file", SavingKind::BindMount, "FROM busybox\nCOPY big.bin /tmp/\nRUN wc -c /tmp/big.bin > /made && rm /tmp/big.bin\n", "/made");
        row("bind-mount of a folder, which is written to", SavingKind::BindMount,
            "FROM busybox\nCOPY tree /src\nRUN echo object > /src/object && cat /src/object /src/kept > /made && rm -rf /src\n", "/made");
        row("bind-mount in joined lines", SavingKind::BindMount,
            "FROM busybox\nCOPY tree /src\nENV A=1\nRUN echo object > /src/object\nRUN cat /src/object /src/kept > /made\nRUN rm -rf /src /nothing\n", "/made");
        row("bind-mount from a stage", SavingKind::BindMount,
            "FROM busybox AS build\nRUN head -c 2000000 /dev/urandom > /out\nFROM busybox\nCOPY --from=build /out /tmp/out\nRUN wc -c /tmp/out > /made && rm -f /tmp/out\n", "/made");
        row("ignore", SavingKind::Ignore, "FROM busybox\nCOPY . /app\nRUN rm -rf /app/tree/docs\n", "/app/tree/kept");
    }
    void savesWhatItSays()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, kind);
        QFETCH(QString, kept);
        QFile::remove(m_dir.filePath(QStringLiteral("project/.dockerignore")));
        Measured before;
        QString error = measure(text.toStdString(), before);
        QVERIFY2(error.isEmpty(), qPrintable(error));
        QVERIFY(before.blame.fits());
        const auto groups = dockerfile::savings(dockerfile::readDockerfile(text.toStdString()), before.waste);
        const dockerfile::WasteGroup* group = nullptr;
        const dockerfile::SavingFix* fix = nullptr;
        QStringList offered;
        for (const auto& each : groups) {
            for (const auto& candidate : each.fixes) {
                offered << QString::fromStdString(each.path) + u' ' + QString::fromUtf8(name(candidate.kind).data());
                if (!fix && int(candidate.kind) == kind && candidate.applies()) {
                    group = &each;
                    fix = &candidate;
                }
            }
        }
        QVERIFY2(fix, qPrintable(offered.join(u'\n')));
        QVERIFY(group->bytes >= 1'000'000);
        const std::string edited = dockerfile::applyFix(text.toStdString(), dockerfile::Fix { .description = {}, .edits = fix->edits });
        if (!fix->ignoreLines.empty()) {
            QByteArray lines;
            for (const std::string& line : fix->ignoreLines)
                lines += QByteArray::fromStdString(line) + "\n";
            write(QStringLiteral(".dockerignore"), lines);
        }
        Measured after;
        error = measure(edited, after);
        QVERIFY2(error.isEmpty(), qPrintable(QString::fromStdString(edited) + error));
        const auto saved = static_cast<std::int64_t>(before.bytes) - static_cast<std::int64_t>(after.bytes);
        printf("    %-45s expected %8lld, saved %8lld; %s\n", QTest::currentDataTag(), static_cast<long long>(group->bytes), static_cast<long long>(saved), fix->title.c_str());
        QVERIFY2(saved >= static_cast<std::int64_t>(group->bytes) * 99 / 100, edited.c_str());
        // No image without the file.
        error = docker({ "run", "--rm", "--network", "none", "tried", "test", "-s", kept });
        QVERIFY2(error.isEmpty(), qPrintable(error));
    }
};

QTEST_GUILESS_MAIN(SavingsBuiltTest)
#include "tst_savings_built.moc"
