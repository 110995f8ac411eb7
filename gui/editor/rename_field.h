// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include <functional>

class QLabel;
class QLineEdit;

namespace darsena::gui {

class Theme;

/// A field beside a name in the text that takes another name for it. Enter takes it, Escape leaves; what cannot be is
/// said below, and the field stays.
class RenameField : public QFrame {
    Q_OBJECT
public:
    /// @p apply: the new name; an empty sentence = done.
    using Apply = std::function<QString(const QString& name)>;

    RenameField(const Theme& theme, QWidget* parent);

    /// @p place: below what, in the parent's coordinates.
    void open(const QString& name, const QRect& place, Apply apply);
    QLineEdit* field() const { return m_field; }
    QString problem() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void take();
    void leave();

    QLineEdit* m_field;
    QLabel* m_problem;
    Apply m_apply;
};

} // namespace darsena::gui
