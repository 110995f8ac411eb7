// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/parser.h"

#include "core/dockerfile/arguments.h"
#include "core/dockerfile/dump.h"
#include "core/dockerfile/heredoc.h"
#include "core/dockerfile/json_array.h"

#include "shared_cases.h"

#include <QDirIterator>
#include <QTest>

using namespace darsena;
using namespace darsena::dockerfile;

namespace {

LogicalLine lineOf(std::string_view text)
{
    LogicalLine line;
    line.append(text, 0);
    return line;
}

std::vector<json::Object> extraCases(std::string_view kind)
{
    std::vector<json::Object> cases = tests::readCases("buildkit-parser/extra-cases.jsonl");
    std::erase_if(cases, [&](const json::Object& c) { return tests::textOf(c, "kind") != kind; });
    return cases;
}

std::vector<std::string> textsOf(const json::Value& array)
{
    std::vector<std::string> result;
    for (const json::Value& value : array.as_array())
        result.emplace_back(value.as_string().c_str(), value.as_string().size());
    return result;
}

QString joined(const std::vector<std::string>& texts)
{
    QStringList list;
    for (const std::string& text : texts)
        list << QString::fromStdString(text);
    return list.join(QStringLiteral("|"));
}

json::Object describe(const Heredoc& heredoc)
{
    return {{"name", heredoc.name}, {"content", heredoc.content}, {"expand", heredoc.expand}, {"chomp", heredoc.chomp},
        {"fd", heredoc.fileDescriptor}};
}

/// Every Dockerfile there is to try: ours and, where they are, other projects'.
QStringList allDockerfiles()
{
    QStringList files;
    for (const QString& root :
        {QStringLiteral(DARSENA_TEST_DATA "/dockerfile"), tests::sharedPath("buildkit-parser")}) {
        QDirIterator it(root, QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString path = it.next();
            if (path.contains(QStringLiteral("Dockerfile")))
                files << path;
        }
    }
    return files;
}

/// Tokens tile the text, and every range lies inside it.
bool isConsistent(const Document& document)
{
    std::uint32_t at = 0;
    for (const Token& token : document.tokens) {
        if (token.range.begin != at || token.range.end <= at)
            return false;
        at = token.range.end;
    }
    if (at != document.source.size())
        return false;
    const auto inside = [&](Range range) { return range.begin <= range.end && range.end <= document.source.size(); };
    for (const Statement& statement : document.statements) {
        if (!inside(statement.range) || !inside(statement.keyword.range))
            return false;
        for (const Word& word : statement.arguments) {
            if (!inside(word.range))
                return false;
        }
        for (const Word& word : statement.flags) {
            if (!inside(word.range))
                return false;
        }
        for (const Heredoc& heredoc : statement.heredocs) {
            if (!inside(heredoc.wordRange) || !inside(heredoc.contentRange) || !inside(heredoc.endRange))
                return false;
        }
    }
    for (const Problem& problem : document.problems) {
        if (!inside(problem.range))
            return false;
    }
    return true;
}

} // namespace

class TestParser : public QObject {
    Q_OBJECT

private slots:
    void buildKitDumps();
    void buildKitRefusals();
    void buildKitHeredocs();
    void buildKitHeredocWords();
    void buildKitHeredocLines();
    void buildKitJsonArrays();
    void buildKitWords();
    void buildKitLineRanges();
    void buildKitEmptyContinuations();
    void buildKitDirectives();
    void buildKitSyntaxes();
    void tooLongLines();
    void ourDumps_data();
    void ourDumps();
    void placesOfWords();
    void placesOverContinuations();
    void tokensOfOneInstruction();
    void problemsHavePlaces_data();
    void problemsHavePlaces();
    void escapeDirective();
    void commentsAbove();
    void crlf();
    void everyPrefixIsRead();
    void hostileBytes();
};

void TestParser::buildKitDumps()
{
    QDirIterator it(tests::sharedPath("buildkit-parser/testfiles"), QDir::Dirs | QDir::NoDotAndDotDot);
    if (!it.hasNext())
        QSKIP("the shared cases are not beside this checkout");
    int count = 0;
    int passed = 0;
    while (it.hasNext()) {
        const QString folder = it.next();
        ++count;
        const Document document = parse(tests::readAll(folder + "/Dockerfile"));
        const QString expected = QString::fromStdString(tests::readAll(folder + "/result")).trimmed();
        const QString actual = QString::fromStdString(dumpSexp(document));
        if (actual == expected && document.problems.empty())
            ++passed;
        else
            qWarning().noquote() << folder << "\n" << actual << "\n--- expected\n" << expected;
    }
    QCOMPARE(passed, count);
}

void TestParser::buildKitRefusals()
{
    QDirIterator it(tests::sharedPath("buildkit-parser/testfiles-negative"), QDir::Dirs | QDir::NoDotAndDotDot);
    if (!it.hasNext())
        QSKIP("the shared cases are not beside this checkout");
    while (it.hasNext()) {
        const QString folder = it.next();
        QVERIFY2(!parse(tests::readAll(folder + "/Dockerfile")).problems.empty(), qPrintable(folder));
    }
}

void TestParser::buildKitHeredocs()
{
    const auto cases = extraCases("heredocs");
    SKIP_WITHOUT(cases);
    for (const json::Object& c : cases) {
        const Document document = parse(tests::textOf(c, "dockerfile"));
        const json::Array& expected = c.at("instruction_heredocs_from_index_1").as_array();
        // "USER <<INVALID" is followed by a line "INVALID", which is an instruction of its own to the parser.
        QVERIFY(document.statements.size() > expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            json::Array actual;
            for (const Heredoc& heredoc : document.statements[i + 1].heredocs)
                actual.push_back(describe(heredoc));
            QVERIFY2(actual == expected[i].as_array(),
                qPrintable(QStringLiteral("%1: %2").arg(i).arg(QString::fromStdString(json::serialize(actual)))));
        }
    }
}

void TestParser::buildKitHeredocWords()
{
    const auto cases = extraCases("heredoc_word");
    SKIP_WITHOUT(cases);
    for (const json::Object& c : cases) {
        const auto heredoc = heredocFromWord(tests::textOf(c, "input"));
        const QByteArray id = tests::textOf(c, "id").c_str();
        if (json::boolean(c, "error").valueOr(false)) {
            QVERIFY2(!heredoc.ok(), id);
        } else {
            QVERIFY2(heredoc.ok(), id);
            QCOMPARE(heredoc->has_value() ? heredoc->value().name : "", tests::textOf(c, "heredoc_name"));
        }
    }
    const auto chomps = extraCases("heredoc_chomp");
    for (const json::Object& c : chomps) {
        const Heredoc heredoc {.name = {}, .content = tests::textOf(c, "input"), .chomp = true};
        QCOMPARE(heredoc.text(), tests::textOf(c, "expected"));
    }
}

void TestParser::buildKitHeredocLines()
{
    const auto cases = extraCases("heredocs_in_line");
    SKIP_WITHOUT(cases);
    for (const json::Object& c : cases) {
        const auto heredocs = heredocsInLine(lineOf(tests::textOf(c, "line")));
        QVERIFY(heredocs.ok());
        std::vector<std::string> names;
        for (const Heredoc& heredoc : *heredocs)
            names.push_back(heredoc.name);
        QCOMPARE(joined(names), joined(textsOf(c.at("names"))));
    }
}

void TestParser::buildKitJsonArrays()
{
    const auto cases = extraCases("json_array");
    SKIP_WITHOUT(cases);
    for (const json::Object& c : cases) {
        const JsonArray array = readJsonArray(tests::textOf(c, "input"));
        if (c.contains("error")) {
            QVERIFY(array.kind == JsonArray::Kind::NotStrings);
            continue;
        }
        QVERIFY(array.kind == JsonArray::Kind::Strings);
        std::vector<std::string> items;
        for (const JsonArray::Item& item : array.items)
            items.push_back(item.text);
        QCOMPARE(joined(items), joined(textsOf(c.at("expected"))));
    }
}

void TestParser::buildKitWords()
{
    const auto cases = extraCases("words");
    SKIP_WITHOUT(cases);
    for (const json::Object& c : cases) {
        const LogicalLine line = lineOf(tests::textOf(c, "input"));
        std::vector<std::string> words;
        for (const Word& word : quotedWords(line, {0, static_cast<std::uint32_t>(line.text().size())}, '\\'))
            words.push_back(word.text);
        QCOMPARE(joined(words), joined(textsOf(c.at("expected"))));
    }
}

void TestParser::buildKitLineRanges()
{
    const auto cases = extraCases("line_ranges");
    SKIP_WITHOUT(cases);
    for (const json::Object& c : cases) {
        const Document document = parse(
            tests::readAll(tests::sharedPath("buildkit-parser/" + QString::fromStdString(tests::textOf(c, "file")))));
        json::Array lines;
        for (const Statement& statement : document.statements)
            lines.push_back(json::Array {statement.firstLine, statement.lastLine});
        QCOMPARE(json::serialize(lines), json::serialize(c.at("instructions")));
    }
}

void TestParser::buildKitEmptyContinuations()
{
    const auto cases = extraCases("empty_continuation");
    SKIP_WITHOUT(cases);
    for (const json::Object& c : cases) {
        const Document document = parse(tests::textOf(c, "dockerfile"));
        std::vector<std::string> warned;
        for (const Statement& statement : document.statements) {
            if (!statement.emptyLines.empty())
                warned.push_back(statement.line.text());
        }
        QCOMPARE(joined(warned), joined(textsOf(c.at("contains"))));
    }
}

void TestParser::buildKitDirectives()
{
    const auto cases = extraCases("directives");
    SKIP_WITHOUT(cases);
    for (const json::Object& c : cases) {
        const Document document = parse(tests::textOf(c, "dockerfile"));
        json::Object directives;
        for (const Directive& directive : document.directives)
            directives[directive.name] = directive.value;
        QCOMPARE(json::serialize(directives), json::serialize(c.at("expected")));
    }
    for (const json::Object& c : extraCases("check_directive")) {
        const Document document = parse(tests::textOf(c, "dockerfile"));
        const Directive* check = document.directive("check");
        const std::string value = check != nullptr ? check->value.substr(0, check->value.find(' ')) : "";
        QCOMPARE(value, tests::textOf(c, "value"));
        if (check != nullptr)
            QCOMPARE(document.source.lineOf(check->range.begin), static_cast<std::uint32_t>(c.at("line").as_int64()));
    }
}

void TestParser::buildKitSyntaxes()
{
    const auto cases = extraCases("detect_syntax");
    SKIP_WITHOUT(cases);
    for (const json::Object& c : cases) {
        const auto syntax = detectSyntax(tests::textOf(c, "dockerfile"));
        QCOMPARE(syntax ? syntax->reference : "", tests::textOf(c, "ref"));
        QCOMPARE(syntax ? syntax->commandLine : "", tests::textOf(c, "cmdline"));
        if (c.contains("line"))
            QCOMPARE(static_cast<std::int64_t>(syntax->line), c.at("line").as_int64());
    }
}

void TestParser::tooLongLines()
{
    const std::string fits = "FROM a\nLABEL a=" + std::string(maxLineBytes - 8, 'a') + "\n";
    QVERIFY(parse(fits).problems.empty());
    const Document document = parse("FROM a\nLABEL a=" + std::string(maxLineBytes - 7, 'a') + "\nRUN b");
    QCOMPARE(document.problems.size(), 1U);
    QCOMPARE(document.problems.front().message, "dockerfile line greater than max allowed size of 65535");
    QCOMPARE(document.source.lineOf(document.problems.front().range.begin), 2U);
    QCOMPARE(document.statements.size(), 3U);
}

void TestParser::ourDumps_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("dump");
    const auto row = [](const char* name, const char* text, const char* dump) {
        QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(dump);
    };
    row("shell form keeps its text", "RUN  a  'b' \"c\"  ", "(run \"a  'b' \\\"c\\\"\")");
    row("JSON with a comment is the shell form", "CMD [\"a\"] # b", "(cmd \"[\\\"a\\\"] # b\")");
    row("single quotes are no JSON", "CMD ['a']", "(cmd \"['a']\")");
    row("flags lose their quotes", "RUN --mount='type=cache,target=/a b' x",
        "(run [\"--mount=type=cache,target=/a b\"] \"x\")");
    row("keywords of any case", "fRoM a As b", "(from \"a\" \"As\" \"b\")");
    row("unknown instructions stay", "FRM a b", "(frm \"\")");
    row("onbuild with flags", "ONBUILD COPY --from=a b c", "(onbuild (copy [\"--from=a\"] \"b\" \"c\"))");
    row("escape before a blank line end", "RUN a \\  \n  b", "(run \"a   b\")");
    row("an escaped escape continues nothing", "RUN a \\\\\nRUN b", "(run \"a \\\\\\\\\")\n(run \"b\")");
    row("comment within", "RUN a \\\n  # no\n b", "(run \"a  b\")");
    row("healthcheck none", "HEALTHCHECK NONE", "(healthcheck \"NONE\")");
    row("env of several lines", "ENV a=1 \\\n    b='2 3'", "(env \"a\" \"1\" \"=\" \"b\" \"'2 3'\" \"=\")");
    row("no arguments", "RUN\nFROM", "(run)\n(from)");
}

void TestParser::ourDumps()
{
    QFETCH(QString, text);
    QFETCH(QString, dump);
    QCOMPARE(QString::fromStdString(dumpSexp(parse(text.toStdString()))), dump);
}

void TestParser::placesOfWords()
{
    const Document document = parse("# c\nCOPY --from=a  b [c] /d\nCMD [ \"\\u0041\", \"b\" ]\nENV x=1 y=\"2\"\n");
    const auto slice = [&](const Word& word) { return std::string(document.source.slice(word.range)); };
    const Statement& copy = document.statements[0];
    QCOMPARE(slice(copy.keyword), "COPY");
    QCOMPARE(slice(copy.flags[0]), "--from=a");
    QCOMPARE(slice(copy.arguments[0]), "b");
    QCOMPARE(slice(copy.arguments[1]), "[c]");
    QCOMPARE(slice(copy.arguments[2]), "/d");
    const Statement& cmd = document.statements[1];
    QCOMPARE(cmd.arguments[0].text, "A");
    QCOMPARE(slice(cmd.arguments[0]), "\"\\u0041\"");
    QCOMPARE(slice(cmd.arguments[1]), "\"b\"");
    const Statement& env = document.statements[2];
    QCOMPARE(slice(env.arguments[3]), "y");
    QCOMPARE(slice(env.arguments[4]), "\"2\"");
    QCOMPARE(slice(env.arguments[5]), "=");
}

void TestParser::placesOverContinuations()
{
    const std::string text = "RUN one \\\n# comment\n\n  tw\\\no three\n";
    const Document document = parse(text);
    const Statement& run = document.statements[0];
    QCOMPARE(run.arguments[0].text, "one   two three");
    QVERIFY((run.arguments[0].range == Range {4, static_cast<std::uint32_t>(text.size() - 1)}));
    QCOMPARE(run.line.source(static_cast<std::uint32_t>(run.line.text().find("three"))),
        static_cast<std::uint32_t>(text.find("three")));
    QCOMPARE(run.emptyLines.size(), 1U);
    QCOMPARE(document.comments.size(), 1U);
    QVERIFY((document.source.position(run.arguments[0].range.end) == Position {5, 8}));
}

void TestParser::tokensOfOneInstruction()
{
    const Document document = parse("RUN --network=none [\"a\", \"b\"] # x\nRUN <<E\nx\nE\nCMD [\"a\"]");
    std::string kinds;
    for (const Token& token : document.tokens)
        kinds += "MbnCDckFAPhe"[static_cast<std::size_t>(token.kind)];
    // "[…] # x" is the shell form: one argument.
    QCOMPARE(kinds, "kbFbAnkbAnhnenkbPAP");
}

void TestParser::problemsHavePlaces_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* text, const char* place, const char* message) {
        QTest::addRow("%s at %s", message, place)
            << QString::fromUtf8(text) << QString::fromUtf8(place) << QString::fromUtf8(message);
    };
    row("FROM a\nENV PATH", "2:1-2:9", "ENV must have two arguments");
    row("FROM a\nENV a=1 b", "2:9-2:10", "Syntax error - can't find = in \"b\". Must be of the form: name=value");
    row("FROM a\nCMD [\"a\", [1]]", "2:11-2:14",
        "when using JSON array syntax, arrays must be comprised of strings only");
    row("FROM a\nRUN cat <<E >x\nabc", "2:9-2:12", "unterminated heredoc");
    row("# escape=x\nFROM a", "1:10-1:11", "invalid escape token 'x' does not match ` or \\");
    row("# escape=`\n# Escape=`\nFROM a", "2:1-2:11", "only one escape parser directive can be used");
    row("", "1:1-1:1", "file with no instructions");
    row("FROM \xC3\xA4\nENV \xC3\xA4=1 b", "2:9-2:10",
        "Syntax error - can't find = in \"b\". Must be of the form: name=value");
}

void TestParser::problemsHavePlaces()
{
    QFETCH(QString, text);
    QFETCH(QString, place);
    QFETCH(QString, message);
    const Document document = parse(text.toStdString());
    QCOMPARE(document.problems.size(), 1U);
    const Problem& problem = document.problems.front();
    const Position begin = document.source.position(problem.range.begin);
    const Position end = document.source.position(problem.range.end);
    QCOMPARE(QStringLiteral("%1:%2-%3:%4").arg(begin.line).arg(begin.column).arg(end.line).arg(end.column), place);
    QCOMPARE(QString::fromStdString(problem.message), message);
}

void TestParser::escapeDirective()
{
    QCOMPARE(dumpSexp(parse("# escape=`\nRUN a `\nb \\\nRUN c")), "(run \"a b \\\\\")\n(run \"c\")");
    // Not at the top, after a blank line, or after "#!": an ordinary comment.
    QCOMPARE(parse("# x\n# escape=`\nRUN a").escape, '\\');
    QCOMPARE(parse("\n# escape=`\nRUN a").escape, '\\');
    QCOMPARE(parse("#!/bin/x\n# escape=`\nRUN a").escape, '\\');
    QCOMPARE(parse("\xEF\xBB\xBF  # ESCAPE = `  \nRUN a").escape, '`');
}

void TestParser::commentsAbove()
{
    const Document document = parse("# lost\n\n# a\n# b\nFROM a\n#\n# c\nRUN d");
    QCOMPARE(document.statements[0].commentsAbove.size(), 2U);
    QCOMPARE(document.statements[0].commentsAbove[1].text, "b");
    QCOMPARE(document.statements[1].commentsAbove.size(), 1U);
    QCOMPARE(document.comments.size(), 5U);
}

void TestParser::crlf()
{
    const Document document = parse("FROM a\r\nRUN b \\\r\n  c\r\nRUN <<E\r\nx\r\nE\r\n");
    QVERIFY(document.problems.empty());
    QCOMPARE(dumpSexp(document), "(from \"a\")\n(run \"b   c\")\n(run \"<<E\")");
    QCOMPARE(document.statements[2].heredocs[0].content, "x\r\n");
}

void TestParser::everyPrefixIsRead()
{
    const QStringList files = allDockerfiles();
    QVERIFY(!files.isEmpty());
    for (const QString& path : files) {
        const std::string text = tests::readAll(path);
        for (std::size_t length = 0; length <= text.size(); ++length)
            QVERIFY2(isConsistent(parse(text.substr(0, length))), qPrintable(path));
    }
}

void TestParser::hostileBytes()
{
    const std::string everyByte = [] {
        std::string bytes;
        for (int i = 0; i < 256; ++i)
            bytes += static_cast<char>(i);
        return bytes;
    }();
    for (const std::string& text :
        {std::string("RUN a\0b\nENV \0=1 x=\0\n", 21), "ENV " + everyByte,
            "RUN --x=" + everyByte + " [\"" + everyByte + "\"]", everyByte + everyByte, std::string("\xEF\xBB\xBF"),
            std::string("\xEF\xBB"), std::string(100'000, '\\'), std::string(70'000, '\n'),
            "CMD " + std::string(65'000, '['), "RUN " + std::string(60'000, '"'), std::string("RUN \xFF<<\xFE\n\xFE\n"),
            std::string("\\\n\\\n\\"), std::string("ONBUILD ONBUILD ONBUILD RUN <<E\nE")})
        QVERIFY2(isConsistent(parse(text)), text.substr(0, 40).c_str());
    std::string onbuilds;
    for (int i = 0; i < 20'000; ++i)
        onbuilds += "ONBUILD \\\n";
    QVERIFY(isConsistent(parse(onbuilds)));
}

QTEST_GUILESS_MAIN(TestParser)
#include "tst_parser.moc"
