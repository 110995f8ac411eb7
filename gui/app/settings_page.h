// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"
#include "gui/base/retranslator.h"

class QComboBox;
class QLineEdit;

namespace darsena::gui {

/// Look, language and engine; every change takes effect at once.
class SettingsPage : public Page {
    Q_OBJECT
public:
    explicit SettingsPage(PageContext context, QWidget* parent = nullptr);

    QString title() const override { return tr("Settings"); }

private:
    void fillTheme();
    void fillLanguage();

    PageContext m_context;
    QComboBox* m_theme;
    QComboBox* m_language;
    QLineEdit* m_socket;
    Retranslator m_texts;
};

} // namespace darsena::gui
