// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/retranslator.h"
#include "gui/theme/theme.h"

#include <QString>
#include <QWidget>

class QBoxLayout;
class QLabel;

namespace darsena::gui {

class ElidedLabel;

/// The line above the layer viewer: the image's name, its size, how much of it a container can see, and what is still
/// being read.
class LayerFigures : public QWidget {
    Q_OBJECT
public:
    explicit LayerFigures(const Theme& theme, QWidget* parent = nullptr);

    void setName(const QString& name);
    /// Of another image nothing is known yet.
    void forget();
    /// Bytes of all layers.
    void setSize(qint64 bytes);
    /// Bytes that a later layer replaces or removes.
    void setWasted(qint64 bytes);
    /// A sentence; empty when all is read.
    void setProgress(const QString& sentence);

private:
    QLabel* addFigure(QBoxLayout& row, QLabel*& caption, const Theme& theme);
    void describe();

    qint64 m_bytes = -1;
    qint64 m_wastedBytes = -1;
    QLabel *m_nameCaption, *m_sizeCaption, *m_efficiencyCaption, *m_wastedCaption;
    ElidedLabel* m_name;
    QLabel *m_size, *m_efficiency, *m_wasted, *m_progress;
    Retranslator m_texts;
};

} // namespace darsena::gui
