// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"
#include "gui/client/engine_client.h"

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace darsena::gui {

class Banner;
class CommandLine;

/// Gives an image another name. What goes wrong is said inside, and what was typed stays.
class TagDialog : public QDialog {
    Q_OBJECT
public:
    /// @p reference names the image; the engine client must outlive the dialog.
    TagDialog(const PageContext& context, EngineClient& client, const QString& reference, QWidget* parent = nullptr);

    QLineEdit* field() const { return m_field; }
    Banner* banner() const { return m_banner; }

    /// "registry:5000/team/app:1.0" is {"registry:5000/team/app", "1.0"}; without a tag it is "latest".
    static std::pair<QString, QString> split(const QString& name);

public Q_SLOTS:
    void apply();

Q_SIGNALS:
    /// The image has the new name.
    void tagged(const QString& name);

private:
    void describe();

    EngineClient& m_client;
    QString m_reference;
    Banner* m_banner;
    QLineEdit* m_field;
    CommandLine* m_docker;
    QPushButton* m_apply;
};

} // namespace darsena::gui
