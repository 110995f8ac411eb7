// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/file_details.h"

#include "gui/base/text.h"
#include "gui/widgets/looks.h"

#include <QDateTime>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace darsena::gui {

FileDetails::FileDetails(const Theme& theme, QWidget* parent)
    : QScrollArea(parent)
    , m_theme(theme)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    clear();
}

QString FileDetails::modeText(FileTree::Kind kind, qint64 mode)
{
    static constexpr char kinds[] = { '-', 'd', 'l', '-', 'b', 'p', 's' };
    QString text(1, QLatin1Char(kinds[static_cast<int>(kind)]));
    for (int shift = 6; shift >= 0; shift -= 3) {
        const qint64 bits = mode >> shift;
        text += bits & 4 ? u'r' : u'-';
        text += bits & 2 ? u'w' : u'-';
        text += bits & 1 ? u'x' : u'-';
    }
    const auto special = [&](qint64 bit, qsizetype at, QChar with, QChar without) {
        if (mode & bit)
            text[at] = text[at] == u'x' ? with : without;
    };
    special(04000, 3, u's', u'S');
    special(02000, 6, u's', u'S');
    special(01000, 9, u't', u'T');
    return text;
}

QString FileDetails::kindText(FileTree::Kind kind)
{
    switch (kind) {
    case FileTree::Kind::File:
        return tr("file");
    case FileTree::Kind::Directory:
        return tr("directory");
    case FileTree::Kind::Link:
        return tr("symbolic link");
    case FileTree::Kind::HardLink:
        return tr("hard link");
    case FileTree::Kind::Device:
        return tr("device");
    case FileTree::Kind::Fifo:
        return tr("named pipe");
    case FileTree::Kind::Socket:
        return tr("socket");
    }
    return {};
}

void FileDetails::clear()
{
    m_fill = [this](QVBoxLayout& column) {
        QLabel* hint = makeLabel(tr("Choose a file to see how large it is, whose it is and which step wrote it."), "muted");
        hint->setWordWrap(true);
        column.addWidget(hint);
    };
    rebuild();
}

void FileDetails::showFile(const QString& path, const FileTree::Node& file, const QString& writtenBy, std::vector<Touch> touches)
{
    m_fill = [=, this, node = file](QVBoxLayout& column) {
        QLabel* name = makeLabel(path, "");
        name->setFont(m_theme.monospace());
        name->setWordWrap(true);
        name->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        column.addWidget(name);

        auto* grid = new QGridLayout;
        grid->setHorizontalSpacing(space::M);
        grid->setVerticalSpacing(6);
        grid->setColumnStretch(1, 1);
        const auto add = [&](const QString& what, const QString& value, bool mono = false) {
            if (value.isEmpty())
                return;
            const int row = grid->rowCount();
            grid->addWidget(makeLabel(what, "muted"), row, 0, Qt::AlignTop);
            QLabel* label = makeLabel(value, "");
            label->setWordWrap(true);
            label->setTextInteractionFlags(Qt::TextSelectableByMouse);
            if (mono)
                label->setFont(m_theme.monospace(type::Base - 1));
            grid->addWidget(label, row, 1);
        };
        add(tr("Kind"), kindText(node.kind));
        add(tr("Size"), node.kind == FileTree::Kind::Directory ? tr("%1 in %n file(s)", nullptr, node.files).arg(formatBytes(node.size))
                                                                 : tr("%1 (%2 bytes)").arg(formatBytes(node.size), QLocale().toString(qlonglong(node.size))));
        if (node.layer >= 0) {
            add(tr("Mode"), QStringLiteral("%1  %2").arg(modeText(node.kind, node.mode)).arg(node.mode, 4, 8, QLatin1Char('0')), true);
            add(tr("Owner"), QStringLiteral("%1:%2").arg(node.uid).arg(node.gid), true);
            if (node.mtime > 0)
                add(tr("Modified"), QLocale().toString(QDateTime::fromSecsSinceEpoch(node.mtime), QLocale::ShortFormat));
        }
        add(tr("Target"), QString::fromStdString(node.link), true);
        add(node.change == FileTree::Change::Removed ? tr("Stored by") : tr("Written by"), writtenBy, true);
        column.addLayout(grid);

        if (touches.empty())
            return;
        column.addSpacing(space::S);
        column.addWidget(makeLabel(tr("Layers that touch it"), "strong"));
        for (const Touch& touch : touches) {
            const QString verb = touch.change == FileTree::Change::Removed ? tr("removes it")
                : touch.change == FileTree::Change::Added                  ? tr("adds it")
                                                                           : tr("changes it");
            const QString size = touch.change == FileTree::Change::Removed ? QString() : QStringLiteral(" · ") + formatBytes(touch.size);
            auto* button = makeButton(QStringLiteral("%1 · %2%3").arg(touch.layer).arg(verb, size), {}, "link");
            button->setToolTip(touch.instruction);
            connect(button, &QPushButton::clicked, this, [this, layer = touch.layer] { Q_EMIT layerChosen(layer); });
            column.addWidget(button, 0, Qt::AlignLeft);
        }
    };
    rebuild();
}

void FileDetails::changeEvent(QEvent* event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::LanguageChange && m_fill)
        rebuild();
}

void FileDetails::rebuild()
{
    auto* body = new QWidget;
    setLook(body, "surface");
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(space::L, space::M, space::L, space::M);
    column->setSpacing(space::S);
    m_fill(*column);
    column->addStretch(1);
    setWidget(body); // which deletes the one before
}

} // namespace darsena::gui
