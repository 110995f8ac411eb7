// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/analysis.h"
#include "gui/theme/theme.h"

#include <QFrame>

class QGridLayout;
class QLabel;

namespace darsena::gui {

/// What a rebuild changed: size, wasted and efficiency before and after, and what was saved beside what was expected.
class RebuildResult : public QFrame {
    Q_OBJECT
public:
    struct Figures {
        qint64 bytes = 0;
        qint64 wasted = 0;
        double efficiency = 1;

        static Figures of(const layers::Analysis& analysis);
    };

    explicit RebuildResult(const Theme& theme, QWidget* parent = nullptr);

    void show(const Figures& before, const Figures& after, qint64 expected);
    /// "saved 68 MB (expected 77 MB)", for tests and screen readers.
    QString sentence() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void describe();

    const Theme& m_theme;
    Figures m_before;
    Figures m_after;
    qint64 m_expected = 0;
    QLabel* m_title;
    QLabel* m_names[3];
    QLabel* m_values[3];
};

} // namespace darsena::gui
