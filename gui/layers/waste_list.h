// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/analysis.h"
#include "gui/theme/theme.h"

#include <QScrollArea>

#include <memory>

namespace darsena::gui {

/// The largest pieces of what an image wastes: path, bytes, which layer stores them and which hides them. A click goes
/// to the layer that hides it.
class WasteList : public QScrollArea {
    Q_OBJECT
public:
    explicit WasteList(const Theme& theme, QWidget* parent = nullptr);

    /// nullptr = not known yet.
    void showWaste(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::Analysis> analysis);

Q_SIGNALS:
    void chosen(int layer, const QString& path);

protected:
    void changeEvent(QEvent* event) override;

private:
    void rebuild();

    const Theme& m_theme;
    std::shared_ptr<const layers::Stack> m_stack;
    std::shared_ptr<const layers::Analysis> m_analysis;
};

} // namespace darsena::gui
