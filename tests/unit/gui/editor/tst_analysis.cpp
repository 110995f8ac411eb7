// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/analysis.h"

#include "gui/editor/shell_check.h"

#include <QTemporaryDir>
#include <QTest>

using namespace darsena::gui;

namespace {

QStringList rulesOf(const Analysis& analysis)
{
    QStringList rules;
    for (const auto& finding : analysis.findings)
        rules << QString::fromStdString(finding.rule);
    return rules;
}

} // namespace

class AnalysisTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void oneOfTwoThatSayTheSame()
    {
        Analyser::Request request;
        request.text = "FROM a:1\nMAINTAINER me\n";
        QCOMPARE(rulesOf(Analyser::analyse(request)), QStringList("MaintainerDeprecated"));
    }

    void sentencesInTheLanguageAskedFor()
    {
        Analyser::Request request;
        request.text = "FROM a:1 AS Build\nCMD [\"b\"]\n";
        request.language = "es_MX";
        QCOMPARE(Analyser::analyse(request).findings.at(0).message.substr(0, 9), std::string("El nombre"));
    }

    void theProjectsConfigurationCounts()
    {
        QTemporaryDir folder;
        Analyser::Request request;
        request.text = "FROM a\n";
        request.folder = folder.path();
        QCOMPARE(rulesOf(Analyser::analyse(request)), QStringList("DL3006"));
        QFile config(folder.filePath(".hadolint.yaml"));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("ignored: [DL3006]\n");
        config.close();
        QCOMPARE(rulesOf(Analyser::analyse(request)), QStringList());
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("ignored: {\n");
        config.close();
        QVERIFY(!Analyser::analyse(request).configProblem.isEmpty());
    }

    void shellCheckAddsWhatWeHaveNoRuleFor()
    {
        if (!hasShellCheck())
            QSKIP("shellcheck is not installed");
        Analyser analyser;
        std::vector<std::shared_ptr<const Analysis>> all;
        connect(&analyser, &Analyser::finished, this, [&](const auto& analysis) { all.push_back(analysis); });
        Analyser::Request request;
        request.revision = 7;
        request.text = "FROM a:1\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN cat x | grep $y\n";
        analyser.request(request);
        QTRY_COMPARE(all.size(), std::size_t(1));
        QVERIFY(!rulesOf(*all[0]).contains("SC2002"));
        QTRY_COMPARE_WITH_TIMEOUT(all.size(), std::size_t(2), 15'000);
        QVERIFY2(rulesOf(*all[1]).contains("SC2002"), qPrintable(rulesOf(*all[1]).join(' ')));
        QCOMPARE(all[1]->revision, 7U);
        // What was there stays, said once.
        for (const QString& rule : rulesOf(*all[0]))
            QCOMPARE(rulesOf(*all[1]).count(rule), rulesOf(*all[0]).count(rule));
    }
};

QTEST_GUILESS_MAIN(AnalysisTest)
#include "tst_analysis.moc"
