// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/models/log_store.h"

#include <QObject>
#include <QRegularExpression>
#include <QTimer>

#include <vector>

namespace darsena::gui {

/// Finds the lines of a log that match, in slices of some milliseconds between which the window lives on; goes on by
/// itself when lines are added. Keeps line numbers only, at most a million of them.
class LogSearch : public QObject {
    Q_OBJECT
public:
    /// @p store must outlive the search.
    explicit LogSearch(LogStore* store, QObject* parent = nullptr);

    /// An empty pattern ends the search. Case does not matter unless the pattern says so. False, and nothing changed,
    /// when a regular expression is wrong; errorText() says how.
    bool setPattern(const QString& text, bool regularExpression);
    QString errorText() const { return m_error; }
    bool active() const { return !m_pattern.pattern().isEmpty(); }
    /// What matches within a line's text, for marking it.
    const QRegularExpression& pattern() const { return m_pattern; }

    const std::vector<qint64>& lines() const { return m_lines; }
    bool scanning() const { return m_timer.isActive(); }
    /// The next matching line after, or before, this one, going round at the ends; -1 when there is none.
    qint64 next(qint64 line) const;
    qint64 previous(qint64 line) const;

Q_SIGNALS:
    /// lines() grew, or the search was begun or ended.
    void changed();

private:
    void scan();

    LogStore* m_store;
    QRegularExpression m_pattern;
    QString m_error;
    std::vector<qint64> m_lines;
    qint64 m_scanned = 0; // lines below this number have been looked at
    QTimer m_timer;
};

} // namespace darsena::gui
