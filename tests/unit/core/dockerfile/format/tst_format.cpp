// SPDX-License-Identifier: GPL-3.0-or-later
// The formatter: cases of text in and text out, and what holds for every text: formatted once is formatted for good, and
// the instructions, heredocs and comments are the same.
#include "core/dockerfile/format/format.h"

#include "core/dockerfile/dump.h"
#include "core/dockerfile/parser.h"
#include "core/dockerfile/text.h"
#include "tests/unit/core/dockerfile/corpus.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTest>

#include <map>

using namespace darsena;
using namespace darsena::dockerfile;

namespace {

const QString folder = QStringLiteral(DARSENA_TEST_DATA "/dockerfile/format/");

FormatOptions optionsOf(const QString& path)
{
    FormatOptions options;
    for (const QString& word : QString::fromStdString(tests::readAll(path)).simplified().split(' ', Qt::SkipEmptyParts)) {
        if (word.startsWith("indent="))
            options.indent = word.mid(7).toUInt();
        else if (word == "case=lower")
            options.instructions = FormatOptions::Case::Lower;
        else if (word == "case=keep")
            options.instructions = FormatOptions::Case::Keep;
        else if (word == "shell-indent")
            options.indentShell = true;
        else
            qFatal("%s: not understood: %s", qPrintable(path), qPrintable(word));
    }
    return options;
}

/// All that the formatter must not change: the parser's dump (the keywords AS, CMD and NONE in upper case), heredocs
/// and comments.
std::string essence(std::string text)
{
    Document document = parse(std::move(text));
    std::string result;
    for (Statement& outer : document.statements) {
        for (Statement* each : {&outer, outer.trigger.empty() ? nullptr : &outer.trigger.front()}) {
            if (each == nullptr || each->arguments.empty())
                continue;
            if (each->name == "healthcheck")
                each->arguments[0].text = upper(each->arguments[0].text);
            if (each->name == "from" && each->arguments.size() == 3)
                each->arguments[1].text = upper(each->arguments[1].text);
        }
        for (const Heredoc& heredoc : outer.heredocs)
            result += goQuoted(heredoc.name) + goQuoted(heredoc.content) + (heredoc.endRange.empty() ? "open\n" : "\n");
        for (const Comment& comment : outer.commentsAbove)
            result += "above " + goQuoted(comment.text) + "\n";
    }
    for (const Comment& comment : document.comments)
        result += goQuoted(comment.text) + "\n";
    for (const Directive& directive : document.directives)
        result += directive.name + "=" + goQuoted(directive.value) + "\n";
    return result + dumpSexp(document);
}

/// Nothing if all is well, else what is wrong.
QString fault(const std::string& text, const FormatOptions& options)
{
    const std::string once = format(text, options);
    if (format(once, options) != once)
        return QStringLiteral("not idempotent");
    if (!options.indentShell && essence(once) != essence(text))
        return QStringLiteral("not the same statements:\n%1\n%2")
            .arg(QString::fromStdString(essence(text)), QString::fromStdString(essence(once)));
    if (parse(once).problems.size() > parse(text).problems.size())
        return QStringLiteral("more problems than before");
    return {};
}

} // namespace

class TestFormat : public QObject {
    Q_OBJECT

private slots:
    void cases_data();
    void cases();
    void everyText();
    void everyPrefix();
    void oddBytes();
    void largeTexts();
    void shellBodies();
    void shellBodiesOfEveryText();
};

void TestFormat::cases_data()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        QTest::newRow(qPrintable(name)) << name;
}

void TestFormat::cases()
{
    QFETCH(QString, name);
    const FormatOptions options = optionsOf(folder + name + "/options");
    const std::string text = tests::readAll(folder + name + "/Dockerfile");
    QCOMPARE(QString::fromStdString(format(text, options)), QString::fromStdString(tests::readAll(folder + name + "/expected")));
    QCOMPARE(fault(text, options), QString());
}

void TestFormat::everyText()
{
    FormatOptions indenting;
    indenting.indent = 2;
    indenting.indentShell = true;
    indenting.instructions = FormatOptions::Case::Lower;
    for (const tests::CorpusText& entry : tests::dockerfileCorpus()) {
        for (const FormatOptions& options : {FormatOptions(), indenting}) {
            const QString found = fault(entry.text, options);
            QVERIFY2(found.isEmpty(), qPrintable(entry.name + ": " + found));
        }
    }
}

void TestFormat::everyPrefix()
{
    for (const tests::CorpusText& entry : tests::dockerfileCorpus()) {
        const std::size_t step = entry.text.size() / 400 + 1;
        for (std::size_t length = 0; length < entry.text.size(); length += step) {
            const QString found = fault(entry.text.substr(0, length), {});
            QVERIFY2(found.isEmpty(), qPrintable(QStringLiteral("%1 up to %2: %3").arg(entry.name).arg(length).arg(found)));
        }
    }
}

void TestFormat::oddBytes()
{
    using namespace std::string_literals;
    const std::vector<std::string> texts {""s, "\n\n"s, "\0"s, "FROM a\0b\nRUN \0 x\n"s, "\xff\xfe FROM\n"s,
        " \xef\xbb\xbf" "FROM a\n"s, "\n#!x\n# escape=`\nFROM a\n"s, "\n# escape=`\nFROM a `\n b\n"s, "\r\r\nFROM a\r\r\n"s,
        "RUN a\\\xc2\xa0\nb\n"s, "RUN a\\ \\"s, "ENV a=\\\\\\\nFROM b\n"s, "COPY <<\"\" /x\nbody\n\nRUN y\n"s,
        "COPY <<\"\" /x\nbody\n"s, "RUN <<E\n"s, "RUN <<E"s, "RUN <<E\r\nx\n\r\nE\r\n"s, "ENV a=b\\\n# c\n"s,
        "RUN x \\\n# c\n\n# d\n"s, "RUN <<E \\\n# c\n"s, "RUN -- x\n"s, "RUN --a   --   x\n"s, "COPY a\\\nb c\n"s, "F\\\nROM a\n"s,
        "CMD [\"a\\\n  b\" ]\n"s, "CMD [\"a\"\\\n]\n"s, "CMD \\\n[ ]\n"s, "# check=skip=all\n# check=skip=all\nFROM a\n"s,
        "FROM a\vAS\fb\n"s, "FROM a\r\nRUN b\\\r\nc\r\n"s, "FROM a\nRUN x\r"s, "ENV\n"s, "ENV  \\\n"s, "ONBUILD\n"s,
        "ONBUILD ONBUILD   RUN x\n"s, "HEALTHCHECK\n"s, "HEALTHCHECK --a\n"s, "FROM a as\n"s, "LABEL a=\\\n\n\n b=c\n"s};
    FormatOptions indenting;
    indenting.indentShell = true;
    for (const std::string& text : texts) {
        for (const FormatOptions& options : {FormatOptions(), indenting}) {
            const QString found = fault(text, options);
            QVERIFY2(found.isEmpty(), qPrintable(QString::fromStdString(text) + "\n" + found));
        }
    }
}

void TestFormat::largeTexts()
{
    // Quadratic time would show here as a test that does not end.
    std::string blanks(200'000, '\n');
    std::string comments = "\n";
    std::string continued = "RUN x";
    std::string flags = "RUN";
    for (int i = 0; i < 20'000; ++i) {
        comments += "# c\n\n";
        continued += " \\\n# c\n\n  y";
        flags += " --mount=a \\\n";
    }
    for (const std::string& text : {blanks, comments, continued, flags, "CMD [\"" + std::string(65'500, 'a') + "\",\"b\",\"c\",\"d\"]"})
        QCOMPARE(fault(text, {}), QString());
}

void TestFormat::shellBodies()
{
    const std::string text = "FROM a\nRUN <<EOF\na   b\nEOF\nRUN c &&   \\\n d\nRUN e   f\n";
    FormatOptions options;
    QStringList dialects;
    options.shell = [&](std::string_view script, std::string_view dialect) {
        dialects << QString::fromUtf8(dialect.data(), qsizetype(dialect.size()));
        return std::optional(QString::fromUtf8(script.data(), qsizetype(script.size())).simplified().replace("\\ ", "").toStdString() + "\n");
    };
    QCOMPARE(QString::fromStdString(format(text, options)), QString("FROM a\nRUN <<EOF\na b\nEOF\nRUN c && d\nRUN e f\n"));
    QCOMPARE(dialects, QStringList({"posix", "posix", "posix"}));
    // What fails, or does more than format, changes nothing.
    for (const std::optional<std::string>& answer : {std::optional<std::string>(), {""}, {"x"}, {"a 'b"}, {"EOF\na b"}}) {
        options.shell = [&](std::string_view, std::string_view) { return answer; };
        QCOMPARE(format(text, options), format(text, {}));
    }
}

void TestFormat::shellBodiesOfEveryText()
{
    if (QStandardPaths::findExecutable("shfmt").isEmpty())
        QSKIP("shfmt is not installed");
    std::map<std::string, std::optional<std::string>> known;
    FormatOptions options;
    options.shell = [&](std::string_view script, std::string_view dialect) {
        const auto [entry, isNew] = known.try_emplace(std::string(dialect) + ":" + std::string(script));
        if (!isNew)
            return entry->second;
        QProcess process;
        process.start("shfmt", {"-i", "4", "-ln", QString::fromUtf8(dialect.data(), qsizetype(dialect.size())), "-ci", "-bn"});
        process.write(script.data(), qint64(script.size()));
        process.closeWriteChannel();
        if (process.waitForFinished() && process.exitCode() == 0)
            entry->second = process.readAllStandardOutput().toStdString();
        return entry->second;
    };
    for (const tests::CorpusText& entry : tests::dockerfileCorpus()) {
        const std::string once = format(entry.text, options);
        const std::string again = format(once, options);
        QVERIFY2(once == again, qPrintable(entry.name + "\n" + QString::fromStdString(once) + "---\n" + QString::fromStdString(again)));
        QVERIFY2(parse(once).problems.size() <= parse(entry.text).problems.size(), qPrintable(entry.name));
        QCOMPARE(parse(once).comments.size(), parse(entry.text).comments.size());
    }
}

QTEST_APPLESS_MAIN(TestFormat)
#include "tst_format.moc"
