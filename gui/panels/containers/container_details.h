// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"
#include "gui/base/retranslator.h"
#include "gui/client/engine_client.h"

#include <QWidget>

#include <memory>

class QStackedWidget;
class QTabBar;

namespace darsena::gui {

class Banner;
class CommandLine;
class ElidedLabel;
class JsonView;
class LogPanel;

/// One container below the table: its log, which follows, and what the engine says of it.
class ContainerDetails : public QWidget {
    Q_OBJECT
public:
    /// The engine client must outlive the widget.
    ContainerDetails(const PageContext& context, EngineClient& client, QWidget* parent = nullptr);
    ~ContainerDetails() override;

    /// Shows it, or takes up its new state when it is shown already.
    void showContainer(const QString& id, const QString& name, const QString& state);
    void clear();
    QString id() const { return m_id; }
    LogPanel* log() const { return m_log; }

private:
    void openLog();
    void loadInspect();
    void describe();

    EngineClient& m_client;
    Navigator& m_navigator;
    QString m_id;
    QString m_name;
    QString m_state;
    ElidedLabel* m_title;
    QTabBar* m_tabs;
    CommandLine* m_command;
    QStackedWidget* m_stack;
    Banner* m_banner;
    LogPanel* m_log;
    JsonView* m_inspect;
    std::unique_ptr<EngineStream> m_stream;
    std::unique_ptr<QObject> m_asking; // answers for another container are dropped with it
    bool m_logEnded = false;
    Retranslator m_texts;
};

} // namespace darsena::gui
