// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace darsena::gui {

/// A one-line label that shortens its text with … instead of widening its row; the whole text is its tool tip then.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(Qt::TextElideMode mode = Qt::ElideRight, QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Qt::TextElideMode m_mode;
};

} // namespace darsena::gui
