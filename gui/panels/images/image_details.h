// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/image_viewer.h"
#include "gui/base/page.h"
#include "gui/base/retranslator.h"
#include "gui/client/engine_client.h"

#include <QWidget>

#include <memory>

class QAction;
class QStackedWidget;
class QStandardItemModel;
class QTabBar;
class QTreeView;

namespace darsena::gui {

class Banner;
class CommandLine;
class ElidedLabel;
class JsonView;

/// One image below the table: its layers, its configuration, its history.
class ImageDetails : public QWidget {
    Q_OBJECT
public:
    /// @p layers becomes the widget's own. The engine client must outlive it.
    ImageDetails(const PageContext& context, EngineClient& client, ImageViewer* layers, QWidget* parent = nullptr);
    ~ImageDetails() override;

    void showImage(const QString& reference, const QString& id);
    /// An image that the engine does not have and the viewer shows by itself: its layers only.
    void showUnloaded(const QString& name);
    void clear();
    QString id() const { return m_id; }
    QString reference() const { return m_reference; }
    QTabBar* tabs() const { return m_tabs; }
    /// Lets the details have the whole page; the page shows and hides its table by it.
    QAction* wholePage() const { return m_whole; }

private:
    void load();
    void loadConfiguration();
    void loadHistory();
    void describe();

    EngineClient& m_client;
    QString m_reference;
    QString m_id;
    QAction* m_whole;
    ElidedLabel* m_title;
    QTabBar* m_tabs;
    CommandLine* m_command;
    Banner* m_banner;
    QStackedWidget* m_stack;
    ImageViewer* m_layers;
    JsonView* m_configuration;
    QTreeView* m_history;
    QStandardItemModel* m_historyModel;
    std::unique_ptr<QObject> m_asking; // answers for another image are dropped with it
    bool m_loaded[3] = { false, false, false };
    Retranslator m_texts;
};

} // namespace darsena::gui
