// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/async.h"
#include "gui/base/retranslator.h"
#include "gui/models/duplicates_model.h"
#include "gui/theme/theme.h"

#include <QWidget>

class QLabel;
class QStackedWidget;
class QTreeView;

namespace darsena::gui {

class EmptyState;

/// The files that an image has more than once, with what one copy alone would spare.
class DuplicatesView : public QWidget {
    Q_OBJECT
public:
    explicit DuplicatesView(const Theme& theme, QWidget* parent = nullptr);

    /// What is there in the later state of the view; nullptr: nothing known yet. Found in a worker;
    /// what is shown already is not looked for again.
    void setData(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::View> view);
    QTreeView* tree() const { return m_tree; }

Q_SIGNALS:
    /// A group gives its first place.
    void chosen(darsena::layers::Stack::NodeId node);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void describe();

    std::shared_ptr<const layers::Stack> m_stack;
    std::shared_ptr<const layers::View> m_view;
    DuplicatesModel m_model;
    bool m_known = false;
    QLabel* m_summary;
    QTreeView* m_tree;
    EmptyState* m_empty;
    QStackedWidget* m_pages;
    LatestOnly m_job { this };
    Retranslator m_texts;
};

} // namespace darsena::gui
