// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/retranslator.h"
#include "gui/theme/theme.h"

#include <QStringList>
#include <QWidget>

class QAction;

namespace darsena::gui {

class ElidedLabel;

/// A command a person could type instead, in monospace, with a button that copies it.
class CommandLine : public QWidget {
    Q_OBJECT
public:
    explicit CommandLine(const Theme& theme, QWidget* parent = nullptr);

    QString command() const { return m_command; }
    void setCommand(const QString& command);
    void copy() const;

    /// The words as a shell takes them: quoted where it needs to be.
    static QString join(const QStringList& words);

Q_SIGNALS:
    void copied();

private:
    QString m_command;
    ElidedLabel* m_label;
    QAction* m_copy;
    QWidget* m_button;
    Retranslator m_texts;
};

} // namespace darsena::gui
