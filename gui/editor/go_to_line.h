// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/retranslator.h"

#include <QFrame>
#include <QPointer>

class QLabel;
class QLineEdit;

namespace darsena::gui {

class CodeEditor;
class Theme;

/// A small bar above the text that takes a line, or line:column; it shows the line while one types. Return stays
/// there, Escape goes back to where one was.
class GoToLine : public QFrame {
    Q_OBJECT
public:
    explicit GoToLine(const Theme& theme, QWidget* parent = nullptr);

    void open(CodeEditor* editor);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void preview();
    void finish(bool stay);

    QPointer<CodeEditor> m_editor;
    QLabel* m_label;
    QLineEdit* m_field;
    QLabel* m_hint;
    long m_caret = 0;
    long m_firstLine = 0;
    Retranslator m_texts;
};

} // namespace darsena::gui
