// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/graph/graph_layout.h"

#include "gui/graph/graph_export.h"

#include <QImage>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

namespace {

GraphModel modelOf(const char* text, const char* target = "")
{
    const dockerfile::Dockerfile file = dockerfile::readDockerfile(text);
    dockerfile::StageOptions options;
    options.target = target;
    return makeGraphModel(file, dockerfile::stageGraph(file, options));
}

const char* const Hello = "FROM debian:bookworm AS toolchain\n"
                          "RUN apt-get install gcc\n"
                          "FROM toolchain AS build\n"
                          "COPY hello.c .\n"
                          "RUN --mount=from=toolchain,target=/t make\n"
                          "FROM build AS check\n"
                          "RUN ./hello\n"
                          "FROM busybox AS final\n"
                          "COPY --from=build /src/hello /usr/bin/hello\n"
                          "ENTRYPOINT [\"hello\"]\n";

} // namespace

class GraphLayoutTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void modelHasStagesThenImages()
    {
        const GraphModel model = modelOf(Hello);
        QStringList titles;
        for (const GraphNode& node : model.nodes)
            titles.append(node.title);
        QCOMPARE(titles, QStringList({ "toolchain", "build", "check", "final", "debian:bookworm", "busybox" }));
        QVERIFY(model.nodes[0].kind == GraphNode::Kind::Stage);
        QVERIFY(model.nodes[4].kind == GraphNode::Kind::Image);
        QVERIFY(model.nodes[3].target);
        QVERIFY(!model.nodes[2].needed);
        QVERIFY(model.nodes[1].needed);
        QCOMPARE(int(model.nodes[1].rows.size()), 3);
        QCOMPARE(model.nodes[1].rows[1].keyword, QStringLiteral("COPY"));
        QCOMPARE(model.nodes[1].rows[1].text, QStringLiteral("hello.c ."));
        QCOMPARE(model.nodeAtLine(9), 3);
        QCOMPARE(model.nodes[3].rowAtLine(9), 1);
        QCOMPARE(model.nodeAtLine(99), -1);
    }

    void edgesGoFromRowToRow()
    {
        const GraphModel model = modelOf(Hello);
        QStringList edges;
        for (const GraphEdge& edge : model.edges)
            edges.append(QStringLiteral("%1[%2]>%3[%4] %5 %6")
                             .arg(edge.from)
                             .arg(edge.fromRow)
                             .arg(edge.to)
                             .arg(edge.toRow)
                             .arg(int(edge.kind))
                             .arg(edge.label));
        const auto has = [&](const char* text) { return edges.contains(QString::fromLatin1(text)); };
        QVERIFY2(has("4[-1]>0[0] 0 "), qPrintable(edges.join('\n')));
        QVERIFY2(has("0[1]>1[0] 0 "), qPrintable(edges.join('\n')));
        QVERIFY2(has("0[1]>1[2] 2 "), qPrintable(edges.join('\n')));
        QVERIFY2(has("1[2]>3[1] 1 /src/hello"), qPrintable(edges.join('\n')));
    }

    void scratchIsNoPill()
    {
        const GraphModel model = modelOf("FROM scratch\nCOPY a /\n");
        QCOMPARE(int(model.nodes.size()), 1);
        QVERIFY(model.edges.empty());
        QVERIFY(!model.nodes[0].named);
    }

    void brokenFilesGiveWhatThereIs()
    {
        QVERIFY(modelOf("").nodes.empty());
        QVERIFY(modelOf("RUN before from\n").nodes.empty());
        QCOMPARE(int(modelOf("FROM a\nFRM b\nRUN x\n").nodes[0].rows.size()), 2);
    }

    void nodesDoNotOverlap_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("three stages") << QByteArray(Hello);
        QByteArray fan = "FROM base AS s0\n";
        for (int i = 1; i < 12; ++i)
            fan += "FROM s" + QByteArray::number(i / 2) + " AS s" + QByteArray::number(i) + "\nRUN " + QByteArray::number(i)
                + "\n";
        fan += "FROM scratch\n";
        for (int i = 0; i < 12; ++i)
            fan += "COPY --from=s" + QByteArray::number(i) + " /a /b" + QByteArray::number(i) + "\n";
        QTest::newRow("a fan of twelve") << fan;
        QTest::newRow("unrelated stages") << QByteArray("FROM a\nFROM b\nFROM c\nFROM d\n");
    }
    void nodesDoNotOverlap()
    {
        QFETCH(QByteArray, text);
        const GraphModel model = modelOf(text.constData());
        const GraphLayout layout = layOut(model, std::vector<qreal>(model.nodes.size(), 80), QSizeF(640, 440));
        QCOMPARE(layout.nodes.size(), model.nodes.size());
        QCOMPARE(layout.edges.size(), model.edges.size());
        for (std::size_t i = 0; i < layout.nodes.size(); ++i) {
            QVERIFY(layout.bounds.contains(layout.nodes[i]));
            for (std::size_t j = i + 1; j < layout.nodes.size(); ++j)
                QVERIFY2(!layout.nodes[i].intersects(layout.nodes[j]),
                    qPrintable(QStringLiteral("%1 and %2").arg(model.nodes[i].title, model.nodes[j].title)));
        }
    }

    void edgesEndAtTheirRows()
    {
        const GraphModel model = modelOf(Hello);
        const GraphLayout layout = layOut(model, std::vector<qreal>(model.nodes.size(), 80), QSizeF(640, 440));
        for (std::size_t i = 0; i < model.edges.size(); ++i) {
            const GraphEdge& edge = model.edges[i];
            if (edge.kind == dockerfile::EdgeKind::From)
                continue;
            const QRectF& card = layout.nodes[std::size_t(edge.to)];
            QCOMPARE(layout.edges[i].tip.y(), card.top() + rowCentre(edge.toRow));
            QVERIFY(qFuzzyCompare(layout.edges[i].tip.x(), card.left()) || qFuzzyCompare(layout.edges[i].tip.x(), card.right()));
            QCOMPARE(layout.edges[i].path.currentPosition(), layout.edges[i].tip);
        }
    }

    void fromGoesDownwards()
    {
        const GraphModel model = modelOf(Hello);
        const GraphLayout layout = layOut(model, std::vector<qreal>(model.nodes.size(), 80), QSizeF(640, 640));
        QVERIFY(layout.nodes[4].bottom() < layout.nodes[0].top()); // debian above toolchain
        QVERIFY(layout.nodes[0].bottom() < layout.nodes[1].top()); // toolchain above build
        QVERIFY(layout.nodes[5].bottom() < layout.nodes[3].top()); // busybox above final
    }

    void exportsArePictures()
    {
        const GraphModel model = modelOf(Hello);
        QVERIFY(exportGraph(model.picture, GraphFormat::Svg, false).contains(">hello.c .</text>")
            || exportGraph(model.picture, GraphFormat::Svg, false).contains("COPY hello.c .</text>"));
        QVERIFY(exportGraph(model.picture, GraphFormat::Dot, false).contains("/src/hello"));
        QVERIFY(exportGraph(model.picture, GraphFormat::Mermaid, false).startsWith("flowchart"));
        const QImage image = QImage::fromData(exportGraph(model.picture, GraphFormat::Png, true));
        QVERIFY(image.width() > 400);
        QCOMPARE(image.pixelColor(2, 2), QColor(0x0E1620));
    }

    void theSameModelGivesTheSamePicture()
    {
        const GraphModel model = modelOf(Hello);
        const std::vector<qreal> widths(model.nodes.size(), 80);
        QCOMPARE(layOut(model, widths, QSizeF(640, 440)).nodes, layOut(model, widths, QSizeF(640, 440)).nodes);
    }
};

QTEST_MAIN(GraphLayoutTest)
#include "tst_graph_layout.moc"
