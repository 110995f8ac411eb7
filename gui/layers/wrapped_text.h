// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTextEdit>

namespace darsena::gui {

/// Text to read and to copy that breaks anywhere if it must, as high as it needs: a label would widen its column for a path
/// or a digest. Plain text only; it may come from an image.
class WrappedText : public QTextEdit {
    Q_OBJECT
public:
    explicit WrappedText(const QString& text, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
};

} // namespace darsena::gui
