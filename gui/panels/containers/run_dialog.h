// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"
#include "gui/client/engine_client.h"
#include "gui/panels/containers/run_request.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace darsena::gui {

class Banner;
class CommandLine;

/// The form that runs a container. Not modal to the engine: what goes wrong is said inside it, and what was typed stays.
/// Shows the docker command that does the same, as one types.
class RunDialog : public QDialog {
    Q_OBJECT
public:
    /// The engine client must outlive the dialog.
    RunDialog(const PageContext& context, EngineClient& client, QWidget* parent = nullptr);

    void setImage(const QString& image);
    RunRequest request() const;
    /// Fills the form.
    void setRequest(const RunRequest& request);
    Banner* banner() const { return m_banner; }

public Q_SLOTS:
    /// Creates and starts; closes when it runs.
    void run();

Q_SIGNALS:
    /// The container runs: its id.
    void started(const QString& id);

private:
    void created(const QString& id, const std::vector<std::string>& warnings);
    void setBusy(bool busy, const QString& what = {});
    void describe();

    Theme& m_theme;
    EngineClient& m_client;
    Banner* m_banner;
    QComboBox* m_image;
    QLineEdit* m_name;
    QLineEdit* m_command;
    QPlainTextEdit* m_environment;
    QLineEdit* m_ports;
    QComboBox* m_network;
    QCheckBox* m_remove;
    CommandLine* m_docker;
    QLabel* m_progress;
    QPushButton* m_run;
    bool m_busy = false;
};

} // namespace darsena::gui
