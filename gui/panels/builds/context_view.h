// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/async.h"
#include "gui/panels/builds/context_scan.h"

#include <QWidget>

class QLabel;
class QTreeWidget;

namespace darsena::gui {

class Theme;

/// What the build sends: how many files and bytes, what is left out, the largest files.
class ContextView : public QWidget {
    Q_OBJECT
public:
    explicit ContextView(const Theme& theme, QWidget* parent = nullptr);

    /// Looks at the folder in a worker; the answer before stays until the new one is there.
    void scan(const ContextSpec& spec);
    /// The last answer's bytes; -1 = none.
    qint64 bytes() const { return m_bytes; }

Q_SIGNALS:
    void bytesChanged(qint64 bytes);

protected:
    void changeEvent(QEvent* event) override;

private:
    void show(const Result<ContextSummary>& summary);
    void describe();

    const Theme& m_theme;
    QLabel* m_summary;
    QTreeWidget* m_files;
    std::optional<Result<ContextSummary>> m_last;
    qint64 m_bytes = -1;
    LatestOnly m_scan;
};

} // namespace darsena::gui
