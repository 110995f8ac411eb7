// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/flow_layout.h"

#include <QTest>
#include <QWidget>

using darsena::gui::FlowLayout;

class FlowLayoutTest : public QObject {
    Q_OBJECT

    /// Three boxes of 100 × 20.
    struct Row {
        Row()
            : layout(new FlowLayout(8))
        {
            whole.setLayout(layout);
            for (QWidget*& box : boxes) {
                box = new QWidget;
                box->setFixedSize(100, 20);
                layout->addWidget(box);
            }
        }
        void show(int width)
        {
            whole.resize(width, layout->heightForWidth(width));
            whole.show();
            layout->activate();
        }
        QWidget whole;
        FlowLayout* layout;
        QWidget* boxes[3] = {};
    };

private Q_SLOTS:
    void oneRowWhereTheyFit()
    {
        Row row;
        QCOMPARE(row.layout->sizeHint(), QSize(316, 20));
        QCOMPARE(row.layout->heightForWidth(316), 20);
        row.show(316);
        QCOMPARE(row.boxes[2]->pos(), QPoint(216, 0));
    }

    void moreRowsWhereTheyDoNot()
    {
        Row row;
        QCOMPARE(row.layout->minimumSize(), QSize(100, 20));
        QCOMPARE(row.layout->heightForWidth(315), 48);
        QCOMPARE(row.layout->heightForWidth(100), 76);
        row.show(315);
        QCOMPARE(row.boxes[1]->pos(), QPoint(108, 0));
        QCOMPARE(row.boxes[2]->pos(), QPoint(0, 28));
    }

    void hiddenOnesTakeNoPlace()
    {
        Row row;
        row.boxes[1]->hide();
        QCOMPARE(row.layout->sizeHint(), QSize(208, 20));
        row.show(315);
        QCOMPARE(row.boxes[2]->pos(), QPoint(108, 0));
    }

    void fromTheRightWhereOneReadsSo()
    {
        Row row;
        row.whole.setLayoutDirection(Qt::RightToLeft);
        row.show(316);
        QCOMPARE(row.boxes[0]->pos(), QPoint(216, 0));
        QCOMPARE(row.boxes[2]->pos(), QPoint(0, 0));
    }
};

QTEST_MAIN(FlowLayoutTest)
#include "tst_flow_layout.moc"
