// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/special_files.h"
#include "gui/base/async.h"
#include "gui/base/retranslator.h"
#include "gui/layers/lists/table_list.h"

#include <optional>

namespace darsena::gui {

/// The files that run with somebody else's rights or that everybody may write: where to look first when an image is to be
/// trusted.
class SpecialFilesView : public TableList {
    Q_OBJECT
public:
    explicit SpecialFilesView(const Theme& theme, QWidget* parent = nullptr);

    /// Of the later state of the view; nullptr: nothing known yet.
    void setData(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::View> view);

Q_SIGNALS:
    void nodeChosen(darsena::layers::Stack::NodeId node);

private:
    void describe();

    std::shared_ptr<const layers::Stack> m_stack;
    std::shared_ptr<const layers::View> m_view;
    std::optional<std::vector<layers::SpecialFile>> m_files;
    LatestOnly m_job { this };
    Retranslator m_texts;
};

} // namespace darsena::gui
