// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <functional>
#include <vector>

class QWidget;

namespace darsena::gui {

/// Keeps a widget's texts in the current language. Each text is given as a function, run at once and again whenever
/// the language changes:
///
///     m_texts([this] { m_build->setText(tr("Build")); });
class Retranslator : public QObject {
    Q_OBJECT
public:
    /// Watches @p owner, which must outlive it (make it a member or child).
    explicit Retranslator(QWidget* owner);

    void operator()(std::function<void()> text);

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    std::vector<std::function<void()>> m_texts;
};

} // namespace darsena::gui
