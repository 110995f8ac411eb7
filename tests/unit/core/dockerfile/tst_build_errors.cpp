// SPDX-License-Identifier: GPL-3.0-or-later
// Every sentence with which the builder refuses a file has a translation, and there is a file that brings it about.
#include "core/dockerfile/lint.h"
#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/pages/texts.h"

#include <QRegularExpression>
#include <QTest>

using namespace darsena;
using namespace darsena::dockerfile;

namespace {

/// The English sentences at the top of BuildError's Spanish page.
QStringList sentences()
{
    QStringList result;
    for (const auto& text : pages_detail::embeddedTexts()) {
        if (text.path != "es/rules/BuildError.md")
            continue;
        const QString page = QString::fromUtf8(text.text.data(), qsizetype(text.text.size()));
        for (const QString& line : page.section("\n---\n", 0, 0).split('\n')) {
            if (line.contains(" => ") && !line.startsWith('#'))
                result << line.section(" => ", 0, 0);
        }
    }
    return result;
}

/// Sentences that guard against what cannot come from a file.
const QStringList unreachable {"arg should start with -- : {}", "not one instruction: {}"};

struct BadFile {
    QByteArray text;
    QByteArray target = {};
};

std::vector<BadFile> badFiles()
{
    const auto from = [](const char* rest) { return BadFile {.text = QByteArray("FROM a AS one\n") + rest + '\n'}; };
    const auto mount
        = [](const char* rest) { return BadFile {.text = QByteArray("FROM a\nRUN --mount=") + rest + " true\n"}; };
    const auto env = [](const char* value) { return BadFile {.text = QByteArray("FROM scratch\nENV x=") + value}; };
    return {
        {"\n"}, {"FROM a\n# " + QByteArray(70'000, 'x')}, {"# escape=`\n# escape=`\nFROM a"}, {"# escape=x\nFROM a"},
        from("RUN <<EOF\necho"), {"# check=nothing\nFROM a"}, {"# check=error=maybe\nFROM a"}, {"ARG a=1"}, {"RUN a"},
        // Instructions and their arguments
        from("QQQQQQ x"), from("COPPY a b"), from("CMD [1]"), from("ENV name"), from("ENV a=1 b"), from("WORKDIR"),
        from("EXPOSE"), from("LABEL =x"), from("COPY a <<EOF\nEOF"), from("ADD a"), from("COPY a"), {"FROM a b"},
        {"FROM a AS 1x"}, from("HEALTHCHECK NONE x"), from("HEALTHCHECK TEST x"), from("HEALTHCHECK CMD"),
        from("HEALTHCHECK --interval=1us CMD x"), from("HEALTHCHECK --retries=x CMD x"),
        from("HEALTHCHECK --retries=-1 CMD x"), from("HEALTHCHECK --interval=x CMD x"),
        from("HEALTHCHECK --interval=1 CMD x"), from("HEALTHCHECK --interval=1y CMD x"), from("ONBUILD ONBUILD RUN a"),
        from("ONBUILD FROM a"), from("SHELL bash"), from("VOLUME [\"\"]"), from("COPY https://example.com/a b"),
        from("COPY git@example.com:a b"), from("COPY --chmod=9 a b"), from("ADD --checksum=sha256:0 a b c"),
        from("ADD --checksum=sha256:0 a b"), from("ADD --checksum=sha256:0 https://x/a b"),
        from("ADD --checksum=md5:0 https://x/a b"), from("ADD --checksum=0 https://x/a b"), from("STOPSIGNAL SIGNONE"),
        // Flags
        from("COPY --qqqqqq a b"), from("COPY --form=a a b"), from("COPY --chown=1 --chown=2 a b"),
        from("COPY --chown a b"), from("COPY --link=x a b"), from("RUN --network=x a"), from("RUN --security=x a"), from("RUN []"),
        // Mounts
        mount(""), mount("'\"target=/x'"), mount("'\"type=bind\"x'"), mount("'x=\"y'"), mount("bind"),
        mount("target=/x,ro=maybe"), mount("type=cache,target=/x,uid=me"), mount("type=qqqqqq,target=/x"),
        mount("type=cahce,target=/x"), mount("type=cache,target=/x,sharing=all"), mount("target=/x,qqqqqq=1"),
        mount("tarqet=/x"), mount("target=/x,mode=0755"), mount("target=/x,uid=1"), mount("target=/x,gid=1"),
        mount("target=/x,required"), mount("target=/x,size=1m"), mount("target=/x,env=A"),
        mount("target=/x,sharing=shared"), mount("type=secret,id=x,from=one"), mount("type=secret"),
        mount("type=secret,id=a,source=b"), mount("from=$x,target=/x"), mount("target=/"),
        // Stages
        {"ARG a\nFROM $a"}, {"ARG a\nFROM --platform=$a b"}, {"FROM --platform=* a"}, {"FROM --platform=a b"},
        {"FROM --platform=linux// a"}, {"FROM --platform=a/b/c/d e"}, {"FROM a:"}, {"FROM A"}, {"FROM " + QByteArray(64, '0')},
        from("COPY --from=two a b\nFROM b AS two"),
        from("RUN --mount=from=two,target=/x a\nFROM b AS two"), from("COPY --from=$x a b"), from("COPY --from=7 a b"),
        from("COPY --from=one a b"), {"FROM a AS one", "qqqqqq"}, {"FROM a AS one", "onne"},
        // Ports
        from("EXPOSE /tcp"), from("EXPOSE 80/http"), from("EXPOSE 1.2.3:1:1"), from("EXPOSE x"), from("EXPOSE x:1"),
        from("EXPOSE 1-3:1-2"),
        // Variables
        env("${y:-'}"), env("'"), env("\""), env("${y"), env("${y/a}"), env("${}"), env("${y=a}"), env("${y#\\a}"),
        env(QByteArray("${y:-").repeated(2'000)), env("${y?}"), {"FROM scratch\nENV y=\"\"\nENV x=${y:?}"},
        env("${y:?please}"), env("${y:-a"),
    };
}

std::vector<Finding> refusalsOf(const BadFile& file)
{
    LintOptions options;
    options.stages.target = file.target.toStdString();
    std::vector<Finding> findings = lint(readDockerfile(file.text.toStdString()), options);
    std::erase_if(findings, [](const Finding& finding) { return finding.rule != buildErrorRule; });
    return findings;
}

} // namespace

class TestBuildErrors : public QObject {
    Q_OBJECT

private slots:
    void areTranslated();
    void everySentenceComesAbout();
    void page();
};

void TestBuildErrors::areTranslated()
{
    for (const BadFile& file : badFiles()) {
        const auto refusals = refusalsOf(file);
        QVERIFY2(!refusals.empty(), file.text.left(200).constData());
        for (const Finding& finding : refusals) {
            QVERIFY2(translated(finding, "es").message != finding.message, finding.message.c_str());
            QCOMPARE(translated(finding, "en").message, finding.message);
        }
    }
}

void TestBuildErrors::everySentenceComesAbout()
{
    QStringList messages;
    for (const BadFile& file : badFiles()) {
        for (const Finding& finding : refusalsOf(file))
            messages << QString::fromStdString(finding.message);
    }
    for (const QString& sentence : sentences()) {
        const QString pattern = QRegularExpression::escape(sentence).replace("\\{\\}", ".*");
        const QRegularExpression whole(
            QRegularExpression::anchoredPattern(pattern), QRegularExpression::DotMatchesEverythingOption);
        const bool found = std::any_of(
            messages.begin(), messages.end(), [&](const QString& message) { return whole.match(message).hasMatch(); });
        QVERIFY2(found != unreachable.contains(sentence), qPrintable(sentence));
    }
}

void TestBuildErrors::page()
{
    QCOMPARE(ruleTitle(buildErrorRule, "en"), std::string_view("The builder refuses this file"));
    QCOMPARE(ruleTitle(buildErrorRule, "es"), std::string_view("El constructor rechaza este archivo"));
}

QTEST_APPLESS_MAIN(TestBuildErrors)
#include "tst_build_errors.moc"
