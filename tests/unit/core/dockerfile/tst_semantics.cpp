// SPDX-License-Identifier: GPL-3.0-or-later
#include "carets.h"

#include <QTest>

#include <fmt/format.h>

using namespace darsena::dockerfile;

namespace {

constexpr std::string_view kindNames[] = {"comment", "directive", "keyword", "flag", "variable", "string", "number",
    "operator", "heredoc", "stage", "image", "path", "property", "command", "option", "unknown"};

/// "keyword:FROM image:a": every token, definitions with '='.
QString show(const QString& text)
{
    const Dockerfile file = readDockerfile(text.toStdString());
    std::string result;
    for (const SemanticToken& token : semanticTokens(file))
        result += fmt::format("{}{}:{}{}", result.empty() ? "" : " ", kindNames[static_cast<std::size_t>(token.kind)],
            token.definition ? "=" : "", file.document.source.slice(token.range));
    return QString::fromStdString(result);
}

} // namespace

class TestSemantics : public QObject {
    Q_OBJECT

private slots:
    void tokens_data();
    void tokens();
};

void TestSemantics::tokens_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto add = [](const char* name, const char* text, const char* expected) {
        QTest::newRow(name) << QString(text) << QString(expected);
    };
    add("FROM", "FROM --platform=$BUILDPLATFORM a:1 AS b\nFROM b\n",
        "keyword:FROM flag:--platform operator:= variable:$BUILDPLATFORM image:a:1 keyword:AS stage:=b keyword:FROM "
        "stage:b");
    add("a directive and comments", "# escape=`\n# hello\n# hadolint ignore=DL3006\nFROM a",
        "directive:# escape=` comment:# hello directive:# hadolint ignore=DL3006 keyword:FROM image:a");
    add("ENV and ARG", "ARG V=1\nFROM a\nENV A=$V B=\"x ${V:-y}\"",
        "keyword:ARG variable:=V operator:= number:1 keyword:FROM image:a keyword:ENV variable:=A operator:= "
        "variable:$V "
        "variable:=B operator:= string:\"x variable:${V operator::- string:y variable:} string:\"");
    add("COPY", "FROM a AS b\nFROM c\nCOPY --from=b --chown=1:1 [\"x\", \"/y\"]",
        "keyword:FROM image:a keyword:AS stage:=b keyword:FROM image:c keyword:COPY flag:--from operator:= stage:b "
        "flag:--chown operator:= string:1:1 operator:[ path:\"x\" operator:, path:\"/y\" operator:]");
    add("a mount", "FROM a\nRUN --mount=type=cache,target=/x,ro true",
        "keyword:FROM image:a keyword:RUN flag:--mount operator:= property:type operator:= keyword:cache operator:, "
        "property:target operator:= path:/x operator:, property:ro command:true");
    add("shell code", "FROM a\nRUN if [ -f \"$x\" ]; then\\\n apt-get install -y curl; fi # done",
        "keyword:FROM image:a keyword:RUN keyword:if command:[ option:-f string:\" variable:$x string:\" operator:; "
        "keyword:then "
        "operator:\\ command:apt-get option:-y operator:; keyword:fi comment:# done");
    add("exec form", "FROM a\nCMD [\"x\", \"-y\", \"z\"]",
        "keyword:FROM image:a keyword:CMD operator:[ command:\"x\" operator:, option:\"-y\" operator:, string:\"z\" "
        "operator:]");
    add("an unknown instruction", "FROM a\nCPY x y", "keyword:FROM image:a unknown:CPY");
    add("python", "FROM a\nRUN python3 <<EOF\nimport os # all\nprint(f'x', 12)\nEOF",
        "keyword:FROM image:a keyword:RUN command:python3 heredoc:<<EOF keyword:import comment:# all command:print "
        "string:f'x' "
        "number:12 heredoc:EOF");
    add("json", "FROM a\nCOPY <<EOF /etc/x.json\n{\"a\": [1, \"b\", true], \"c\": \"$V\"}\nEOF",
        "keyword:FROM image:a keyword:COPY heredoc:<<EOF path:/etc/x.json property:\"a\" number:1 string:\"b\" "
        "keyword:true "
        "property:\"c\" string:\" variable:$V string:\" heredoc:EOF");
    add("powershell",
        "# escape=`\nFROM a\nSHELL [\"powershell\", \"-Command\"]\nRUN if ($x) { Get-Item -Path 'c:\\' } # y",
        "directive:# escape=` keyword:FROM image:a keyword:SHELL operator:[ command:\"powershell\" operator:, "
        "option:\"-Command\" "
        "operator:] keyword:RUN keyword:if variable:$x command:Get-Item option:-Path string:'c:\\' comment:# y");
    add("a shell file", "FROM a\nCOPY <<'EOF' /x.sh\necho \"$y\"\nEOF",
        "keyword:FROM image:a keyword:COPY heredoc:<<'EOF' path:/x.sh command:echo string:\" variable:$y string:\" "
        "heredoc:EOF");
    add("a plain file", "FROM a\nCOPY <<EOF /x.conf\nlisten $PORT;\nEOF",
        "keyword:FROM image:a keyword:COPY heredoc:<<EOF path:/x.conf string:listen variable:$PORT string:; "
        "heredoc:EOF");
    add("files that RUN writes",
        "FROM a\nRUN cat <<EOF > /x.json && tee -a '/y.py' <<'END'\n{\"a\": \"$V\"}\nEOF\nimport os\nEND",
        "keyword:FROM image:a keyword:RUN command:cat heredoc:<<EOF operator:> operator:&& command:tee option:-a "
        "string:'/y.py' heredoc:<<'END' property:\"a\" string:\" variable:$V string:\" heredoc:EOF keyword:import "
        "heredoc:END");
    add("HEALTHCHECK", "FROM a\nHEALTHCHECK --retries=3 CMD curl -f x",
        "keyword:FROM image:a keyword:HEALTHCHECK flag:--retries operator:= string:3 keyword:CMD command:curl "
        "option:-f");
    add("ONBUILD", "FROM a\nONBUILD RUN x", "keyword:FROM image:a keyword:ONBUILD keyword:RUN command:x");
}

void TestSemantics::tokens()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(show(text), expected);
}

QTEST_MAIN(TestSemantics)
#include "tst_semantics.moc"
