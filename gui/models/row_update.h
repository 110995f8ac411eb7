// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace darsena::gui {

/// Turns one list of rows into another by the fewest notices a view needs, so that selection and scrolling stay:
/// rows whose key is gone are removed, known ones are changed where they are, new ones are appended. Views sort by
/// a proxy, so the order of the rows means nothing. @p notify has removing(row), removed(), changed(row),
/// inserting(first, last) and inserted().
template<typename Row, typename Key, typename Notify>
void updateRows(std::vector<Row>& rows, std::vector<Row> next, Key key, Notify& notify)
{
    const auto find = [&](std::vector<Row>& where, const Row& wanted) {
        for (std::size_t i = 0; i < where.size(); ++i) {
            if (key(where[i]) == key(wanted))
                return static_cast<std::ptrdiff_t>(i);
        }
        return std::ptrdiff_t(-1);
    };
    for (std::size_t i = rows.size(); i-- > 0;) {
        const std::ptrdiff_t at = find(next, rows[i]);
        if (at < 0) {
            notify.removing(static_cast<int>(i));
            rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i));
            notify.removed();
            continue;
        }
        rows[i] = std::move(next[static_cast<std::size_t>(at)]);
        next.erase(next.begin() + at);
        notify.changed(static_cast<int>(i));
    }
    if (next.empty())
        return;
    notify.inserting(static_cast<int>(rows.size()), static_cast<int>(rows.size() + next.size()) - 1);
    for (Row& row : next)
        rows.push_back(std::move(row));
    notify.inserted();
}

} // namespace darsena::gui
