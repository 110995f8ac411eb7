// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/elf_facts.h"
#include "gui/layers/content/file_content.h"
#include "gui/layers/content/svg_check.h"

#include "core/archive/stream.h"
#include "core/archive/tar_writer.h"

#include <QBuffer>
#include <QFile>
#include <QGuiApplication>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

namespace {

using Kind = FileContent::Kind;

QByteArray png(const QSize& size)
{
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::darkCyan);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

QByteArray tar()
{
    archive::MemorySink sink;
    archive::TarWriter writer(sink);
    archive::Entry entry;
    entry.path = "a/b.txt";
    entry.size = 5;
    if (!writer.addFile(entry, "hello") || !writer.finish())
        qFatal("tar");
    return QByteArray::fromStdString(sink.take());
}

} // namespace

class TestFileContent : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void kinds_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("facts");
        QTest::newRow("empty") << QByteArray() << "a" << int(Kind::Empty) << "";
        QTest::newRow("text") << QByteArray("hello\n") << "a" << int(Kind::Text) << "text, UTF-8";
        QTest::newRow("script") << QByteArray("#!/bin/sh\necho\n") << "usr/bin/x" << int(Kind::Text) << "Shell, UTF-8";
        QTest::newRow("latin 1") << QByteArray("a\xf1o\n") << "a" << int(Kind::Text) << "text, Latin-1";
        QTest::newRow("utf-16") << QByteArray("\xff\xfe" "a\0b\0", 6) << "a" << int(Kind::Text) << "text, UTF-16 LE";
        QTest::newRow("zeros") << QByteArray("abc\0def", 7) << "a.txt" << int(Kind::Binary) << "binary data";
        QTest::newRow("png") << png({ 30, 20 }) << "a" << int(Kind::Image) << "PNG image, 30 × 20";
        QTest::newRow("svg") << QByteArray("<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><rect width='5' height='5'/></svg>") << "x.svg" << int(Kind::Image)
                             << "SVG drawing, 10 × 10";
        QTest::newRow("tar") << tar() << "a" << int(Kind::Archive) << "tar archive, 1 entries";
        QTest::newRow("half a png") << png({ 300, 200 }).left(40) << "a.png" << int(Kind::Binary) << "PNG image";
        QTest::newRow("control characters") << QByteArray(100, '\1') << "a" << int(Kind::Binary) << "binary data";
        QTest::newRow("colours of a terminal") << QByteArray("\x1b[31mred\x1b[0m\n") << "a" << int(Kind::Text) << "text, UTF-8";
    }
    void kinds()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, path);
        QFETCH(int, kind);
        QFETCH(QString, facts);
        const auto content = readContent(bytes, path, 1'000'000);
        QCOMPARE(int(content->kind), kind);
        QCOMPARE(content->facts, facts);
        QCOMPARE(content->bytes, bytes);
        QCOMPARE(content->image.isNull(), kind != int(Kind::Image));
        QCOMPARE(content->isArchive, kind == int(Kind::Archive));
    }
    void anSvgIsTextToo()
    {
        const auto content = readContent("<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>", "x.svg", 1000);
        QVERIFY(content->isText);
        QCOMPARE(content->language, TextLanguage::Xml);
    }
    void hostileDrawings_data()
    {
        QTest::addColumn<QByteArray>("svg");
        QTest::addColumn<bool>("harmless");
        const auto in = [](const QByteArray& body) { return "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>" + body + "</svg>"; };
        QTest::newRow("plain") << in("<g><path d='M0 0'/></g>") << true;
        QTest::newRow("use of its own") << in("<use xlink:href='#a'/>") << true;
        QTest::newRow("a file") << in("<image xlink:href='/etc/passwd'/>") << false;
        QTest::newRow("an address") << in("<image href='http://example.org/x.png'/>") << false;
        QTest::newRow("entities") << QByteArray("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>") << false;
        QTest::newRow("multiplying") << in(QByteArray("<use href='#a'/>").repeated(17)) << false;
        QTest::newRow("deep") << in(QByteArray("<g>").repeated(200) + QByteArray("</g>").repeated(200)) << false;
        QTest::newRow("broken") << QByteArray("<svg><g></svg>") << false;
        QTest::newRow("something else") << QByteArray("<html/>") << false;
        QTest::newRow("large") << in(QByteArray(2'000'001, ' ')) << false;
    }
    void hostileDrawings()
    {
        QFETCH(QByteArray, svg);
        QFETCH(bool, harmless);
        QCOMPARE(isHarmlessSvg(svg), harmless);
        const auto content = readContent(svg, "x.svg", 1000);
        QCOMPARE(content->remark.isEmpty(), content->kind == Kind::Image || !svg.startsWith('<'));
    }
    void picturesHaveBounds()
    {
        // A header that claims 60 000 × 60 000.
        QByteArray bytes = png({ 30, 20 });
        bytes.replace(16, 8, QByteArray("\x00\x00\xea\x60\x00\x00\xea\x60", 8));
        const auto content = readContent(bytes, "a.png", 1000);
        QVERIFY(content->image.isNull());
        QVERIFY(!content->remark.isEmpty());
    }
    void textIsCut()
    {
        QByteArray lines;
        for (int i = 0; i < 1000; ++i)
            lines += "line " + QByteArray::number(i) + "\n";
        const auto text = displayText(lines.toStdString(), 1000);
        QVERIFY(text && text->cut);
        QVERIFY(text->utf8.size() <= 1000 && text->utf8.ends_with('\n'));
        // Not in the middle of a character: that would be no UTF-8 any more.
        const std::string letters = QString(1000, u'ñ').toStdString();
        for (const std::size_t most : { 500U, 501U }) {
            const auto cut = displayText(letters, most);
            QVERIFY(cut);
            QCOMPARE(cut->encoding, QStringLiteral("UTF-8"));
            QCOMPARE(cut->utf8.size(), 500U);
        }
        const auto whole = displayText("hello", 5);
        QVERIFY(whole && !whole->cut);
    }
    void longLinesAreCut()
    {
        const auto text = displayText("short\n" + std::string(100'000, 'x') + "\nend\n", 1'000'000);
        QVERIFY(text && text->cutLines && !text->cut);
        QVERIFY(text->utf8.size() < 6'000);
        QVERIFY(text->utf8.starts_with("short\nxxx"));
        QVERIFY(text->utf8.ends_with(" more\nend\n"));
    }
    void elf()
    {
        QFile self(QCoreApplication::applicationFilePath());
        QVERIFY(self.open(QIODevice::ReadOnly));
        const QByteArray bytes = self.read(100'000);
        const QString facts = describeElf(std::string_view(bytes.constData(), std::size_t(bytes.size())));
        QVERIFY2(facts.startsWith(QStringLiteral("ELF, ")), qPrintable(facts));
        QVERIFY2(facts.contains(QStringLiteral("program, dynamically linked")), qPrintable(facts));
        QCOMPARE(readContent(bytes, "x", 1000)->facts, facts);
        for (qsizetype size = 0; size < 200; ++size)
            describeElf(std::string_view(bytes.constData(), std::size_t(size)));
        QByteArray wild = bytes.left(200);
        wild.replace(32, 8, QByteArray(8, '\xff'));
        wild.replace(54, 4, QByteArray(4, '\xff'));
        QVERIFY(describeElf(std::string_view(wild.constData(), std::size_t(wild.size()))).startsWith(QStringLiteral("ELF")));
        QVERIFY(describeElf("\x7f" "ELF").isEmpty());
    }
};

QTEST_MAIN(TestFileContent)
#include "tst_file_content.moc"
