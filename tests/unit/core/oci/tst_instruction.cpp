// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oci/instruction.h"

#include <QTest>

using darsena::oci::readableInstruction;

class TestInstruction : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void histories_data()
    {
        QTest::addColumn<QString>("createdBy");
        QTest::addColumn<QString>("readable");
        QTest::newRow("classic") << "/bin/sh -c #(nop)  CMD [\"sh\"]" << "CMD [\"sh\"]";
        QTest::newRow("classic run") << "/bin/sh -c make" << "RUN make";
        QTest::newRow("classic run with arguments") << "|2 A=x B=y z /bin/sh -c make $A" << "RUN make $A";
        QTest::newRow("buildkit run") << "RUN /bin/sh -c make all # buildkit" << "RUN make all";
        QTest::newRow("buildkit run with arguments") << "RUN |1 A=x /bin/sh -c make all # buildkit" << "RUN make all";
        QTest::newRow("buildkit copy") << "COPY . /src # buildkit" << "COPY . /src";
        QTest::newRow("another shell") << "RUN /bin/bash -o pipefail -c a | b # buildkit" << "RUN a | b";
        QTest::newRow("not a builder's") << "debuerreotype 0.15" << "debuerreotype 0.15";
        QTest::newRow("arguments without a shell") << "|1 A=x" << "|1 A=x";
        QTest::newRow("nothing") << "  \n" << "";
    }
    void histories()
    {
        QFETCH(QString, createdBy);
        QFETCH(QString, readable);
        QCOMPARE(QString::fromStdString(readableInstruction(createdBy.toStdString())), readable);
    }
};

QTEST_APPLESS_MAIN(TestInstruction)
#include "tst_instruction.moc"
