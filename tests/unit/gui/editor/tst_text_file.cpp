// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/text_file.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

class TextFileTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    QString write(const char* name, const QByteArray& bytes)
    {
        const QString path = m_dir.filePath(QLatin1String(name));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(path));
        return path;
    }
    static QByteArray read(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("unreadable");
    }

private Q_SLOTS:
    void aFileReadAndWrittenIsTheSame_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("crlf");
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("lf") << QByteArray("FROM a\nRUN b\n") << false;
        QTest::newRow("crlf") << QByteArray("FROM a\r\nRUN b\r\n") << true;
        QTest::newRow("mixed, mostly lf") << QByteArray("a\r\nb\nc\nd\n") << false;
        QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF" "FROM a\n") << false;
        QTest::newRow("not utf-8") << QByteArray("FROM a\nRUN \xff\xfe\n") << false;
        QTest::newRow("no last line break") << QByteArray("FROM a") << false;
    }
    void aFileReadAndWrittenIsTheSame()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, crlf);
        const QString path = write("Dockerfile", bytes);
        const Result<FileText> text = readTextFile(path);
        QVERIFY(text.ok());
        QCOMPARE(text->lineEnds.crlf, crlf);
        const QString copy = m_dir.filePath(QStringLiteral("copy"));
        QVERIFY(writeTextFile(copy, *text).ok());
        QCOMPARE(read(copy), bytes);
    }

    void aMissingFileIsEmpty()
    {
        const Result<FileText> text = readTextFile(m_dir.filePath(QStringLiteral("nothing")));
        QVERIFY(text.ok());
        QVERIFY(!text->exists);
    }

    void aFolderIsRefused()
    {
        const Result<FileText> text = readTextFile(m_dir.path());
        QVERIFY(!text.ok());
        QCOMPARE(text.error().code(), ErrorCode::Invalid);
    }

    void aHugeFileIsRefused()
    {
        const QString path = m_dir.filePath(QStringLiteral("huge"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.resize(maxTextFileBytes + 1));
        file.close();
        QCOMPARE(readTextFile(path).error().code(), ErrorCode::TooLarge);
    }

    void writingKeepsPermissions()
    {
        const QString path = write("script.sh", "a\n");
        QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        FileText text = *readTextFile(path);
        text.bytes = "b\n";
        QVERIFY(writeTextFile(path, text).ok());
        QCOMPARE(read(path), QByteArray("b\n"));
        QVERIFY(QFileInfo(path).isExecutable());
    }

    void writingGoesThroughALink()
    {
        const QString target = write("target", "a\n");
        const QString link = m_dir.filePath(QStringLiteral("link"));
        QVERIFY(QFile::link(target, link));
        FileText text;
        text.bytes = "new\n";
        QVERIFY(writeTextFile(link, text).ok());
        QVERIFY(QFileInfo(link).isSymLink());
        QCOMPARE(read(target), QByteArray("new\n"));
    }

    void writingIntoNowhereSaysWhere()
    {
        FileText text;
        const Result<void> written = writeTextFile(m_dir.filePath(QStringLiteral("no/such/folder/file")), text);
        QVERIFY(!written.ok());
        QVERIFY(written.error().message().find("no/such/folder/file") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TextFileTest)
#include "tst_text_file.moc"
