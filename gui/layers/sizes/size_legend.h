// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/sizes/size_picture.h"
#include "gui/theme/theme.h"

#include <QListWidget>
#include <QStringList>

namespace darsena::gui {

/// What the colours of a picture of sizes mean, with the bytes of each in the directory that is shown, largest first. An
/// entry of a layer can be chosen.
class SizeLegend : public QListWidget {
    Q_OBJECT
public:
    explicit SizeLegend(const Theme& theme, QWidget* parent = nullptr);

    struct Entry {
        QColor colour;
        bool hatched = false;
        QString text;
        QString more; ///< tool tip
        int layer = -1; ///< -1: none
    };
    void setEntries(const std::vector<Entry>& entries);

    QSize sizeHint() const override;

Q_SIGNALS:
    void layerChosen(int layer);

private:
    const Theme& m_theme;
};

} // namespace darsena::gui
