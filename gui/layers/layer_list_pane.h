// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"
#include "gui/base/retranslator.h"
#include "gui/models/layer_list_model.h"

#include <QSet>
#include <QWidget>

class QLabel;
class QListView;
class QToolButton;

namespace darsena::gui {

class ElidedLabel;
class LayerDelegate;
class LayerDetails;

/// The left of the layer viewer: the image's steps with their sizes, and below all that is known of the one chosen.
class LayerListPane : public QWidget {
    Q_OBJECT
public:
    explicit LayerListPane(const PageContext& context, QWidget* parent = nullptr);

    LayerListModel& model() { return m_model; }
    QListView* view() const { return m_list; }

    /// Of an image just described: nothing of its layers is read. Chooses the topmost layer.
    void setSteps(std::vector<LayerListModel::Row> rows);
    /// The layer that the chosen step made, or the last one below it; -1 = none.
    int layer() const;
    /// The chosen step made no layer.
    bool isOnEmptyStep() const;
    void chooseLayer(int layer);
    /// Lists only steps that made one of these layers, and says that it is because of a path.
    void showOnlyTouching(const QString& path, const QSet<int>& layers);
    void showAll();
    /// What the list is narrowed to; empty: it is not.
    const QString& touchedPath() const { return m_touchedPath; }

Q_SIGNALS:
    /// Another step is chosen.
    void chosen();

private:
    /// What the details show of a step and may change.
    struct Facts {
        int row = -2;
        qint64 bytes = 0, stored = 0, hidden = 0;
        bool operator==(const Facts&) const = default;
    };

    QWidget* makeHead();
    void showDetails();
    void showRest();
    void retranslate();

    const Theme& m_theme;
    LayerListModel m_model;
    QString m_touchedPath;
    Facts m_shownFacts;
    QLabel *m_layersHead, *m_restHead, *m_addsHead, *m_totalHead;
    QWidget* m_narrowed;
    ElidedLabel* m_narrowedText;
    QToolButton* m_widen;
    QListView* m_list;
    LayerDelegate* m_delegate;
    QLabel* m_legend;
    LayerDetails* m_details;
    Retranslator m_texts;
};

} // namespace darsena::gui
