// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace darsena::gui {

class Theme;

/// Looks like a search field and is a button: it opens the command palette, which has the real field.
class PaletteField : public QAbstractButton {
    Q_OBJECT
public:
    explicit PaletteField(const Theme& theme, QWidget* parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
};

} // namespace darsena::gui
