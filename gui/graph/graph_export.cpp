// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/graph/graph_export.h"

#include "core/dockerfile/stages/svg.h"
#include "gui/base/async.h"
#include "gui/base/text.h"

#include <QBuffer>
#include <QClipboard>
#include <QCoreApplication>
#include <QFileDialog>
#include <QGuiApplication>
#include <QImage>
#include <QMenu>
#include <QPainter>
#include <QSaveFile>
#include <QSvgRenderer>

namespace darsena::gui {
namespace {

struct ExportTexts {
    Q_DECLARE_TR_FUNCTIONS(darsena::gui::GraphExport)
};

constexpr int PngScale = 2;
constexpr int MaxPngSide = 32'000; // Qt's painter goes no further

QImage imageOf(const QByteArray& svg)
{
    QSvgRenderer renderer(svg);
    const QSize size = renderer.defaultSize() * PngScale;
    QImage image(size.boundedTo({ MaxPngSide, MaxPngSide }), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    renderer.render(&painter);
    return image;
}

QString suffixOf(GraphFormat format)
{
    switch (format) {
    case GraphFormat::Svg:
        return QStringLiteral("svg");
    case GraphFormat::Png:
        return QStringLiteral("png");
    case GraphFormat::Dot:
        return QStringLiteral("dot");
    case GraphFormat::Mermaid:
        break;
    }
    return QStringLiteral("mmd");
}

/// Empty = written.
QString write(const QString& path, const QByteArray& bytes)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return {};
    return ExportTexts::tr("%1 cannot be written: %2").arg(path, file.errorString());
}

} // namespace

QByteArray exportGraph(const dockerfile::StagePicture& picture, GraphFormat format, bool dark)
{
    if (format == GraphFormat::Dot)
        return QByteArray::fromStdString(dockerfile::pictureAsDot(picture));
    if (format == GraphFormat::Mermaid)
        return QByteArray::fromStdString(dockerfile::pictureAsMermaid(picture));
    dockerfile::SvgOptions options;
    options.dark = dark;
    if (format == GraphFormat::Svg)
        return QByteArray::fromStdString(dockerfile::pictureAsSvg(picture, options));
    // Qt's renderer takes one family, not a list.
    options.textFont = "Inter";
    options.codeFont = "JetBrains Mono";
    const QByteArray svg = QByteArray::fromStdString(dockerfile::pictureAsSvg(picture, options));
    QByteArray png;
    QBuffer buffer(&png);
    buffer.open(QIODevice::WriteOnly);
    imageOf(svg).save(&buffer, "PNG");
    return png;
}

void fillExportMenu(QMenu* menu, QWidget* parent, std::function<GraphModel()> model, std::function<bool()> dark,
    std::function<void(const QString& sentence)> failed)
{
    const auto make = [=](GraphFormat format, auto use) {
        async(parent, [picture = model().picture, format, dark = dark()] { return exportGraph(picture, format, dark); },
            std::move(use));
    };
    const auto save = [=](const QString& title, GraphFormat format) {
        auto* dialog = new QFileDialog(parent, title);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->setDefaultSuffix(suffixOf(format));
        dialog->selectFile(QStringLiteral("stages.") + suffixOf(format));
        QObject::connect(dialog, &QFileDialog::fileSelected, parent, [=](const QString& path) {
            make(format, [=](const QByteArray& bytes) {
                if (const QString sentence = write(path, bytes); !sentence.isEmpty())
                    failed(sentence);
            });
        });
        dialog->open();
    };
    const auto addSave = [&](const QString& text, GraphFormat format) {
        QObject::connect(menu->addAction(text), &QAction::triggered, parent, [=] { save(text, format); });
    };
    addSave(ExportTexts::tr("Save as SVG…"), GraphFormat::Svg);
    addSave(ExportTexts::tr("Save as PNG…"), GraphFormat::Png);
    addSave(ExportTexts::tr("Save as Graphviz DOT…"), GraphFormat::Dot);
    addSave(ExportTexts::tr("Save as Mermaid…"), GraphFormat::Mermaid);
    menu->addSeparator();
    QObject::connect(menu->addAction(ExportTexts::tr("Copy as an image")), &QAction::triggered, parent, [=] {
        make(GraphFormat::Png, [](const QByteArray& bytes) {
            QGuiApplication::clipboard()->setImage(QImage::fromData(bytes));
        });
    });
    QObject::connect(menu->addAction(ExportTexts::tr("Copy as Mermaid")), &QAction::triggered, parent, [=] {
        make(GraphFormat::Mermaid, [](const QByteArray& bytes) {
            QGuiApplication::clipboard()->setText(QString::fromUtf8(bytes));
        });
    });
}

} // namespace darsena::gui
