// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/retranslator.h"
#include "gui/models/file_tree.h"
#include "gui/theme/theme.h"

#include <QScrollArea>

#include <functional>
#include <vector>

class QFormLayout;
class QVBoxLayout;

namespace darsena::gui {

/// What is known of one file: how large, whose, what kind, which step wrote it, and every layer that touched its path.
class FileDetails : public QScrollArea {
    Q_OBJECT
public:
    /// A layer that touched the path.
    struct Touch {
        qint64 layer = 0;
        QString instruction;
        FileTree::Change change = FileTree::Change::None;
        qint64 size = 0;
    };

    explicit FileDetails(const Theme& theme, QWidget* parent = nullptr);

    void showFile(const QString& path, const FileTree::Node& file, const QString& writtenBy, std::vector<Touch> touches);
    void clear();

    /// "-rwxr-sr-x": the type and permission bits as ls writes them.
    static QString modeText(FileTree::Kind kind, qint64 mode);
    static QString kindText(FileTree::Kind kind);

Q_SIGNALS:
    void layerChosen(qint64 layer);

protected:
    void changeEvent(QEvent* event) override;

private:
    void rebuild();

    const Theme& m_theme;
    std::function<void(QVBoxLayout&)> m_fill;
};

} // namespace darsena::gui
