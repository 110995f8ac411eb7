// SPDX-License-Identifier: GPL-3.0-or-later
// Every instruction, directive and flag has a page in both languages, with an example that the builder takes.
#include "core/dockerfile/instructions.h"
#include "core/dockerfile/pages/pages.h"

#include <QTest>

using namespace darsena::dockerfile;

class TestInstructionPages : public QObject {
    Q_OBJECT

private slots:
    void pages_data();
    void pages();
    void unknown();
};

void TestInstructionPages::pages_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char* name : {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL",
             "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR", "syntax", "escape", "check",
             "FROM --platform", "RUN --mount", "RUN --mount=type=bind", "RUN --mount=type=cache", "RUN --mount=type=tmpfs",
             "RUN --mount=type=secret", "RUN --mount=type=ssh", "RUN --network", "RUN --security", "RUN --device",
             "COPY --from", "COPY --chown", "COPY --chmod", "COPY --link", "COPY --parents", "COPY --exclude", "ADD --chown",
             "ADD --chmod", "ADD --link", "ADD --exclude", "ADD --keep-git-dir", "ADD --checksum", "ADD --unpack",
             "HEALTHCHECK --interval", "HEALTHCHECK --timeout", "HEALTHCHECK --start-period",
             "HEALTHCHECK --start-interval", "HEALTHCHECK --retries"})
        QTest::newRow(name) << QByteArray(name);
}

void TestInstructionPages::pages()
{
    QFETCH(QByteArray, name);
    const auto pageIn = [&](std::string_view language) {
        const std::string_view page = instructionPage(name.toStdString(), language);
        return QString::fromUtf8(page.data(), qsizetype(page.size()));
    };
    const QString english = pageIn("en");
    const QString spanish = pageIn("es_MX");
    QVERIFY(english != spanish);
    QVERIFY(english.contains("**Watch out:**"));
    QVERIFY(spanish.contains("**Cuidado:**"));
    for (const QString& page : {english, spanish}) {
        QVERIFY2(page.startsWith("# " + QString::fromUtf8(name)), qPrintable(page.left(40)));
        QVERIFY2(page.count('\n') >= 6 && page.count('\n') <= 40, qPrintable(QString::number(page.count('\n'))));
        // The last block is an example: a piece of a Dockerfile that stands.
        QString example = page.section("```dockerfile\n", -1).section("```\n", 0, 0);
        QVERIFY(!example.isEmpty());
        if (!example.contains("FROM "))
            example.prepend("FROM debian:12\n");
        Dockerfile file = readDockerfile(example.toStdString());
        // Only the experimental language has --device.
        std::erase_if(file.problems, [](const Problem& problem) { return problem.message.find("device") != std::string::npos; });
        QVERIFY2(file.problems.empty(), file.problems.empty() ? "" : file.problems.front().message.c_str());
    }
    // Both languages show the same flags and keys.
    QCOMPARE(english.count("```"), spanish.count("```"));
    QCOMPARE(english.count("\n- `"), spanish.count("\n- `"));
}

void TestInstructionPages::unknown()
{
    QVERIFY(instructionPage("NOTHING").empty());
}

QTEST_APPLESS_MAIN(TestInstructionPages)
#include "tst_instruction_pages.moc"
