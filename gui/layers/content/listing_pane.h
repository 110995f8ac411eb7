// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/archive_listing.h"
#include "gui/base/retranslator.h"
#include "gui/models/rows_model.h"
#include "gui/theme/theme.h"

#include <QSortFilterProxyModel>
#include <QTableView>

namespace darsena::gui {

/// What an archive holds, as a table.
class ListingPane : public QTableView {
    Q_OBJECT
public:
    explicit ListingPane(const Theme& theme, QWidget* parent = nullptr);
    void setListing(const archive::ArchiveListing& listing);

private:
    RowsModel m_model;
    QSortFilterProxyModel m_proxy;
    Retranslator m_texts;
};

} // namespace darsena::gui
