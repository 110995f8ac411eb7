// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/theme/theme.h"

#include <QPersistentModelIndex>
#include <QScrollArea>

class QLabel;
class QVBoxLayout;

namespace darsena::gui {

/// All that an image says of one of its steps: the whole command, sizes, digest, when and by whom. Everything can be
/// selected and copied.
class LayerDetails : public QScrollArea {
    Q_OBJECT
public:
    explicit LayerDetails(const Theme& theme, QWidget* parent = nullptr);

    /// A row of a LayerListModel; invalid: nothing.
    void showStep(const QModelIndex& step);

protected:
    void changeEvent(QEvent* event) override;

private:
    void rebuild();

    const Theme& m_theme;
    QPersistentModelIndex m_step;
};

} // namespace darsena::gui
