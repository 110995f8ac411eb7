// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/retranslator.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace darsena::gui {

class ElidedLabel;
class EngineChip;
class PaletteField;
class Theme;

/// The bar above the page: title, breadcrumb, the field that opens the command palette, the engine chip.
class TopBar : public QWidget {
    Q_OBJECT
public:
    explicit TopBar(const Theme& theme, QWidget* parent = nullptr);

    void setPlace(const QString& title, const QStringList& breadcrumb);
    EngineChip* engineChip() const { return m_chip; }
    /// The field under which the palette opens.
    QWidget* paletteField() const;

Q_SIGNALS:
    void paletteRequested();

private:
    QLabel* m_title;
    ElidedLabel* m_breadcrumb;
    PaletteField* m_field;
    EngineChip* m_chip;
    Retranslator m_texts;
};

} // namespace darsena::gui
