// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint.h"

#include <QTreeWidget>

#include <vector>

namespace darsena::gui {

class Theme;

/// The problems of the open Dockerfile: errors first, then by line. Enter or a click goes to the place.
class ProblemsView : public QTreeWidget {
    Q_OBJECT
public:
    explicit ProblemsView(const Theme& theme, QWidget* parent = nullptr);

    void setFindings(const std::vector<dockerfile::Finding>& findings);
    /// What the last build said of a line; empty clears it.
    void setBuildError(const QString& sentence, int line);

    /// The finding of the current row; nullptr for none and for what the build said. Valid until the next setFindings().
    const dockerfile::Finding* currentFinding() const;

Q_SIGNALS:
    void lineChosen(int line);
    /// The rows are new ones.
    void filled();

protected:
    void changeEvent(QEvent* event) override;

private:
    void fill();
    void retranslate();

    const Theme& m_theme;
    std::vector<dockerfile::Finding> m_findings;
    QString m_buildError;
    int m_buildErrorLine = 0;
};

} // namespace darsena::gui
