// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/image_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

class TestImageModel : public QObject {
    Q_OBJECT

    static model::ImageSummary image(const std::string& id, std::vector<std::string> tags, std::int64_t size = 1000)
    {
        model::ImageSummary summary;
        summary.id = "sha256:" + id;
        summary.repoTags = std::move(tags);
        summary.size = size;
        return summary;
    }
    static QStringList rows(const ImageModel& model)
    {
        QStringList list;
        for (int row = 0; row < model.rowCount(); ++row)
            list << model.index(row, ImageModel::Name).data().toString() + u'|' + model.index(row, ImageModel::Tag).data().toString();
        return list;
    }

private Q_SLOTS:
    void oneRowATag()
    {
        ImageModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setImages({ image("aaaaaa", { "hello:old", "reg.example:5000/team/hello:1" }), image("bbbbbb", {}), image("cccccc", { "<none>:<none>" }) });
        QCOMPARE(rows(model), (QStringList { "hello|old", "reg.example:5000/team/hello|1", "(no tag)|", "(no tag)|" }));
        QCOMPARE(model.index(2, 0).data(ImageModel::ReferenceRole).toString(), QStringLiteral("sha256:bbbbbb"));
        QCOMPARE(model.rowOf("hello:old"), 0);
        QCOMPARE(model.rowOf("hello"), -1); // hello:latest is not there
        QCOMPARE(model.rowOf("bbbb"), 2);
        QCOMPARE(model.rowOf("sha256:cccccc"), 3);

        // A tag moves to another image.
        const QPersistentModelIndex second = model.index(1, 0);
        model.setImages({ image("aaaaaa", { "reg.example:5000/team/hello:1" }), image("dddddd", { "hello:old", "hello:latest" }) });
        QVERIFY(second.isValid());
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(model.rowOf("hello"), 0).data(ImageModel::IdRole).toString(), QStringLiteral("sha256:dddddd"));
        QCOMPARE(model.index(model.rowOf("hello:old"), 0).data(ImageModel::TagsRole).toStringList().size(), 2);

        model.setUsers({ { "sha256:dddddd", { "web", "db" } } });
        QCOMPARE(model.index(model.rowOf("hello"), ImageModel::UsedBy).data().toString(), QStringLiteral("web, db"));
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }
};

QTEST_GUILESS_MAIN(TestImageModel)
#include "tst_image_model.moc"
