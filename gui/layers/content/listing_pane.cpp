// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/listing_pane.h"

#include "gui/base/text.h"
#include "gui/widgets/looks.h"

#include <QDateTime>
#include <QHeaderView>
#include <QLocale>

namespace darsena::gui {

ListingPane::ListingPane(const Theme& theme, QWidget* parent)
    : QTableView(parent)
    , m_model(3)
    , m_texts(this)
{
    setObjectName(QStringLiteral("layers.preview.listing"));
    m_model.setRightAligned({ 1 });
    m_proxy.setSourceModel(&m_model);
    m_proxy.setSortRole(RowsModel::SortRole);
    setModel(&m_proxy);
    setUpTable(this, {});
    setFont(theme.font(type::Base - 1));
    verticalHeader()->setDefaultSectionSize(24);
    // As in the archive, until somebody asks otherwise.
    sortByColumn(-1, Qt::AscendingOrder);
    horizontalHeader()->setStretchLastSection(false);
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    horizontalHeader()->resizeSection(1, 84);
    horizontalHeader()->resizeSection(2, 150);
    m_texts([this] {
        m_model.setHeaders({ tr("Name"), tr("Size"), tr("Modified") });
        widenToTitles(horizontalHeader());
        setAccessibleName(tr("Contents of the archive"));
    });
}

void ListingPane::setListing(const archive::ArchiveListing& listing)
{
    std::vector<RowsModel::Row> rows;
    rows.reserve(listing.members.size());
    for (const archive::ListedMember& member : listing.members) {
        const bool directory = member.type == archive::EntryType::Directory;
        QString name = toQString(member.path);
        if (!member.link.empty())
            name += QStringLiteral(" → ") + toQString(member.link);
        rows.push_back({ { name, directory ? QString() : formatBytes(static_cast<qint64>(member.size)),
                             member.mtime > 0 ? QLocale().toString(QDateTime::fromSecsSinceEpoch(member.mtime), QLocale::ShortFormat) : QString() },
            { QVariant(), static_cast<qulonglong>(member.size), static_cast<qlonglong>(member.mtime) }, {}, name });
    }
    m_model.setRows(std::move(rows));
}

} // namespace darsena::gui
