// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the include lines of core/ and gui/ and fails on any arrow that allowed.txt does not list.
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

namespace {

struct Include {
    QString file; ///< from the top of the tree
    int line;
    QString text; ///< what stands between quotes or angle brackets
};

QString top()
{
    return QStringLiteral(DARSENA_SOURCE_DIR);
}

/// The folder that the table knows a file by: "core/api/http", "gui/panels/images", else the first two parts.
QString folderOf(const QString& path)
{
    const QStringList parts = path.split(u'/');
    const bool threeDeep = path.startsWith(u"core/api/") || path.startsWith(u"gui/panels/");
    return parts.mid(0, threeDeep ? 3 : 2).join(u'/');
}

QList<Include> includesBelow(const QString& folder)
{
    static const QRegularExpression pattern(QStringLiteral("^\\s*#\\s*include\\s*[\"<]([^\">]+)[\">]"));
    QList<Include> found;
    QDirIterator files(top() + u'/' + folder, { QStringLiteral("*.h"), QStringLiteral("*.cpp") }, QDir::Files,
        QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n');
        for (int i = 0; i < lines.size(); ++i) {
            if (const auto match = pattern.match(lines[i]); match.hasMatch())
                found.append({ QDir(top()).relativeFilePath(file.fileName()), i + 1, match.captured(1) });
        }
    }
    return found;
}

/// folder -> folders it may include, with CORE, FEATURE and EVERY_FEATURE written out.
class Table {
public:
    Table()
    {
        QFile file(QStringLiteral(DARSENA_SOURCE_DIR "/tests/layering/allowed.txt"));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("allowed.txt is missing");
        const QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts);
        for (const QString& line : lines) {
            if (!line.startsWith(u'#'))
                m_rows[line.section(u':', 0, 0)] = line.section(u':', 1).split(u' ', Qt::SkipEmptyParts);
        }
    }

    bool knows(const QString& folder) const { return m_rows.contains(folder) || isFeature(folder); }

    bool allows(const QString& from, const QString& to) const
    {
        if (from == to || to == u"core/base")
            return true;
        const QStringList row = m_rows.value(isFeature(from) ? QStringLiteral("FEATURE") : from);
        return row.contains(to) || (row.contains(u"CORE") && m_rows.value(QStringLiteral("CORE")).contains(to))
            || (row.contains(u"EVERY_FEATURE") && isFeature(to));
    }

private:
    bool isFeature(const QString& folder) const { return folder.startsWith(u"gui/") && !m_rows.contains(folder); }

    QMap<QString, QStringList> m_rows;
};

} // namespace

class TestLayering : public QObject {
    Q_OBJECT
private slots:
    void arrows_data()
    {
        QTest::addColumn<QString>("tree");
        QTest::newRow("core") << QStringLiteral("core");
        QTest::newRow("gui") << QStringLiteral("gui");
    }
    void arrows()
    {
        QFETCH(QString, tree);
        const Table table;
        const QList<Include> includes = includesBelow(tree);
        QVERIFY2(!includes.isEmpty(), "no include line was read: the test looks in the wrong place");
        QStringList wrong;
        for (const Include& include : includes) {
            if (!include.text.startsWith(u"core/") && !include.text.startsWith(u"gui/"))
                continue;
            const QString from = folderOf(include.file);
            const QString to = folderOf(include.text);
            if (!table.knows(from))
                wrong << QStringLiteral("%1: folder %2 is not in allowed.txt").arg(include.file, from);
            else if (!table.allows(from, to))
                wrong << QStringLiteral("%1:%2: %3 may not include %4").arg(include.file).arg(include.line).arg(from, to);
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(u'\n' + wrong.join(u'\n')));
    }

    /// core/ has no Qt outside core/helper, and gui/models none beyond Qt Core.
    void qtStaysWhereItBelongs()
    {
        static const QRegularExpression qt(QStringLiteral("^Q[A-Z]"));
        static const QRegularExpression widgets(
            QStringLiteral("^Q(Widget|Application|Main|Dialog|Menu|Push|Label|Painter|Color|Icon|Pixmap|Font|Brush)"));
        QStringList wrong;
        for (const Include& include : includesBelow(QStringLiteral("core"))) {
            if (folderOf(include.file) != u"core/helper" && qt.match(include.text).hasMatch())
                wrong << QStringLiteral("%1:%2: Qt in core").arg(include.file).arg(include.line);
        }
        for (const Include& include : includesBelow(QStringLiteral("gui/models"))) {
            if (widgets.match(include.text).hasMatch())
                wrong << QStringLiteral("%1:%2: a model knows widgets").arg(include.file).arg(include.line);
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(u'\n' + wrong.join(u'\n')));
    }

    /// The table itself can refuse: otherwise the test above proves nothing.
    void tableRefuses()
    {
        const Table table;
        QVERIFY(table.allows("core/store", "core/os"));
        QVERIFY(!table.allows("core/os", "core/store"));
        QVERIFY(!table.allows("gui/panels/images", "gui/panels/containers"));
        QVERIFY(!table.allows("gui/editor", "core/engine"));
        QVERIFY(table.allows("gui/app", "gui/panels/images"));
        QVERIFY(!table.allows("core/api/client", "core/engine"));
    }
};

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
