// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/path_history.h"

#include "tests/unit/core/layers/layer_lines.h"

#include <QTest>

using namespace darsena;
using namespace darsena::gui;
using layers::layer;

class TestPathHistory : public QObject {
    Q_OBJECT
    static QStringList textOf(const layers::Stack& stack, const char* path)
    {
        QStringList lines;
        for (const PathTouch& touch : pathHistory(stack, stack.find(path))) {
            static const char* const marks[] = { "?", "=", "+", "~", "-" };
            QString line = QStringLiteral("%1%2").arg(touch.layer).arg(QLatin1String(marks[static_cast<int>(touch.mark)]));
            if (touch.mark == layers::Mark::Changed)
                line += QStringLiteral(" %1").arg(touch.reasons);
            if (touch.mark == layers::Mark::Removed)
                line += QStringLiteral(" by /%1").arg(QString::fromStdString(std::string(stack.node(touch.by).path)));
            lines << line;
        }
        return lines;
    }
private Q_SLOTS:
    void everyLayerThatTouchesAPath()
    {
        const layers::Stack stack = layers::stackOf({
            layer({ { 'd', "a" }, { 'd', "a/b" }, { 'f', "a/b/c", "1 x" }, { 'f', "other", "1 o" } }),
            layer({ { 'd', "a" }, { 'f', "a/b/c", "2 y" } }),
            layer({ { 'w', "a" }, { 'w', "a/b/c" } }),
            layer({ { 'w', "a/b/c" } }),
            layer({ { 'd', "a" }, { 'd', "a/b" }, { 'f', "a/b/c", "1 x" } }),
            layer({ { 'o', "a/b" } }),
            layer({ { 'f', "a/b/c", "1 x" } }),
            layer({ { 'o', "a/b" }, { 'f', "a/b/c", "1 x", 0600 } }),
            layer({ { 'f', "a", "1 a" } }),
        });
        QCOMPARE(textOf(stack, "a/b/c"),
            QStringList({ "0+", "1~ 1", "2- by /a", "4+", "5- by /a/b", "6+", QStringLiteral("7~ %1").arg(int(layers::Mode)), "8- by /a" }));
        QCOMPARE(textOf(stack, "other"), QStringList({ "0+" }));
        // Naming a directory once more is no change of it.
        QCOMPARE(textOf(stack, "a"), QStringList({ "0+", "2- by /a", "4+", QStringLiteral("8~ %1").arg(int(layers::Type)) }));
    }
};

QTEST_GUILESS_MAIN(TestPathHistory)
#include "tst_path_history.moc"
