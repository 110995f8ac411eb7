// SPDX-License-Identifier: GPL-3.0-or-later
// The templates are what beginners start from: each must be what the studio itself would praise.
#include "core/dockerfile/format/format.h"
#include "core/dockerfile/lint.h"
#include "gui/editor/file_template.h"

#include <QRegularExpression>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

class FileTemplateTest : public QObject {
    Q_OBJECT

    static void rows()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("language");
        for (const FileTemplate& one : fileTemplates(QStringLiteral("en"))) {
            for (const char* language : { "en", "es" })
                QTest::addRow("%s %s", qPrintable(one.id), language) << one.id << QString::fromLatin1(language);
        }
    }
    static FileTemplate byId(const QString& id, const QString& language)
    {
        for (FileTemplate& one : fileTemplates(language)) {
            if (one.id == id)
                return std::move(one);
        }
        return {};
    }

private Q_SLOTS:
    void allStacksAreThere()
    {
        QStringList ids;
        for (const FileTemplate& one : fileTemplates(QStringLiteral("es")))
            ids.append(one.id);
        QCOMPARE(ids, QStringList({ "go", "node", "python", "java", "cpp", "rust", "php", "static" }));
    }

    void noRuleHasAnythingToSay_data() { rows(); }
    void noRuleHasAnythingToSay()
    {
        QFETCH(QString, id);
        QFETCH(QString, language);
        const TemplateFiles files = renderTemplate(byId(id, language), {}, language);
        QVERIFY(!files.dockerfile.contains(QLatin1Char('@')));
        QVERIFY(!files.ignore.contains(QLatin1Char('@')));
        const Result<dockerfile::IgnoreRules> ignore = dockerfile::IgnoreRules::parse(files.ignore.toStdString());
        QVERIFY(ignore.ok());
        dockerfile::LintOptions options;
        options.contextIgnore = *ignore;
        QStringList said;
        for (const auto& finding : dockerfile::lint(dockerfile::readDockerfile(files.dockerfile.toStdString()), options))
            said.append(QStringLiteral("%1: %2: %3").arg(finding.begin.line).arg(QString::fromStdString(finding.rule),
                QString::fromStdString(finding.message)));
        QCOMPARE(QString::fromStdString(dockerfile::format(files.dockerfile.toStdString())), files.dockerfile);
        QVERIFY2(said.isEmpty(), qPrintable(said.join(QLatin1Char('\n'))));
    }

    void eachIsWhatWeTeach_data() { rows(); }
    void eachIsWhatWeTeach()
    {
        QFETCH(QString, id);
        QFETCH(QString, language);
        const FileTemplate chosen = byId(id, language);
        const TemplateFiles files = renderTemplate(chosen, {}, language);
        const auto file = dockerfile::readDockerfile(files.dockerfile.toStdString());
        const auto graph = dockerfile::stageGraph(file, {});
        QVERIFY(graph.stages.size() >= 2);
        for (const auto& stage : graph.stages) {
            QVERIFY2(!stage.name.empty(), "a stage has no name");
            QVERIFY2(stage.needed, "a stage is not needed");
            // Each says what it is for.
            QVERIFY(files.dockerfile.contains(QLatin1String("\n# ") + QString::fromStdString(stage.name) + QLatin1Char(' ')));
        }
        // Not root: the last USER is a number that is not 0.
        const QString lastUser = files.dockerfile.mid(files.dockerfile.lastIndexOf(QLatin1String("\nUSER ")) + 6).section(QLatin1Char('\n'), 0, 0);
        QVERIFY2(QRegularExpression(QStringLiteral("^[1-9][0-9]*:[1-9][0-9]*$")).match(lastUser).hasMatch(), qPrintable(lastUser));
        QVERIFY(files.dockerfile.contains(QRegularExpression(QStringLiteral("\n(CMD|ENTRYPOINT) \\["))));
        // Pinned: every image has a tag, and it is not "latest".
        static const QRegularExpression from(QStringLiteral("^FROM (\\S+)"), QRegularExpression::MultilineOption);
        for (auto match = from.globalMatch(files.dockerfile); match.hasNext();) {
            const QString image = match.next().captured(1);
            QVERIFY2(image == QLatin1String("scratch") || (image.contains(QLatin1Char(':')) && !image.endsWith(QLatin1String(":latest"))),
                qPrintable(image));
        }
        if (id != QLatin1String("static")) // it installs and compiles nothing
            QVERIFY(files.dockerfile.contains(QLatin1String("--mount=type=cache")));
        QVERIFY(files.ignore.contains(QLatin1String("\n.git\n")));
        QVERIFY(files.ignore.contains(QLatin1String("\n.env\n")));
    }

    void bothLanguagesBuildTheSame()
    {
        const auto code = [](const QString& text) {
            QStringList lines = text.split(QLatin1Char('\n'));
            lines.removeIf([](const QString& line) { return line.startsWith(QLatin1String("# ")) && !line.contains(QLatin1String("syntax=")); });
            return lines;
        };
        const auto comments = [](const QString& text) { return text.count(QRegularExpression(QStringLiteral("(^|\n)# "))); };
        for (const FileTemplate& one : fileTemplates(QStringLiteral("en"))) {
            const TemplateFiles en = renderTemplate(one, {}, QStringLiteral("en"));
            const TemplateFiles es = renderTemplate(one, {}, QStringLiteral("es"));
            QCOMPARE(code(en.dockerfile), code(es.dockerfile));
            QCOMPARE(code(en.ignore), code(es.ignore));
            QVERIFY(en.dockerfile != es.dockerfile);
            QCOMPARE(comments(en.dockerfile), comments(es.dockerfile));
        }
    }

    void variablesGoIn()
    {
        const FileTemplate go = byId(QStringLiteral("go"), QStringLiteral("es"));
        QCOMPARE(go.variables[0].label, QStringLiteral("Versión de Go"));
        const TemplateFiles files
            = renderTemplate(go, { { QStringLiteral("VERSION"), QStringLiteral("1.99") }, { QStringLiteral("PORT"), QStringLiteral("99") } },
                QStringLiteral("es"));
        QVERIFY(files.dockerfile.contains(QLatin1String("ARG GO_VERSION=1.99\n")));
        QVERIFY(files.dockerfile.contains(QLatin1String("EXPOSE 99\n")));
        for (const FileTemplate& one : fileTemplates(QStringLiteral("en"))) {
            for (const auto& variable : one.variables)
                QVERIFY2(QRegularExpression(QRegularExpression::anchoredPattern(variable.pattern)).match(variable.value).hasMatch(),
                    qPrintable(one.id + QLatin1Char(' ') + variable.key));
        }
    }

    void aFolderTellsItsStack()
    {
        const auto templates = fileTemplates(QStringLiteral("en"));
        QCOMPARE(templates[std::size_t(detectTemplate(templates, { "README.md", "Cargo.toml", "src" }))].id, QStringLiteral("rust"));
        QCOMPARE(detectTemplate(templates, { "notes" }), -1);
    }
};

QTEST_GUILESS_MAIN(FileTemplateTest)
#include "tst_file_template.moc"
