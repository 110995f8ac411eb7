// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/stack.h"
#include "gui/theme/theme.h"

#include <QWidget>

#include <memory>

class QHBoxLayout;

namespace darsena::gui {

/// The way from the root to a directory as links: "/ › usr › lib".
class Crumbs : public QWidget {
    Q_OBJECT
public:
    explicit Crumbs(const Theme& theme, QWidget* parent = nullptr);

    /// A stack of nullptr shows nothing. Of a deep path the middle is left out.
    void showWay(const std::shared_ptr<const layers::Stack>& stack, layers::Stack::NodeId directory);
    QSize minimumSizeHint() const override { return QSize(60, 24); }

Q_SIGNALS:
    void chosen(darsena::layers::Stack::NodeId directory);

private:
    const Theme& m_theme;
    QWidget* m_body = nullptr;
};

} // namespace darsena::gui
