// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/layer.h"

#include <QAbstractListModel>

#include <vector>

namespace darsena::gui {

/// The steps of an image, oldest first, with what each adds and what all so far weigh together.
class LayerModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        IndexRole = Qt::UserRole + 1, ///< qint64, position in the image's history
        InstructionRole, ///< QString, one line
        CreatedByRole, ///< QString, as the image says
        DiffIdRole, ///< QString, empty for a step without a layer
        EmptyRole, ///< bool: the step made no layer
        BytesRole, ///< qint64, what it adds
        TotalRole, ///< qint64, all layers up to it
        ShareRole, ///< double 0…1, of the largest layer
        HiddenShareRole, ///< double 0…1, the part of ShareRole's bar that a later layer hides
        HiddenRole, ///< qint64, bytes that a later layer hides; -1 = not known (yet)
        FilesRole, ///< qint64
    };

    explicit LayerModel(QObject* parent = nullptr);

    void setLayers(std::vector<model::LayerSummary> layers);
    const std::vector<model::LayerSummary>& layers() const { return m_layers; }
    /// Bytes of each layer that later ones hide, in the order of the layers.
    void setHidden(std::vector<std::int64_t> bytes);
    qint64 totalBytes() const { return m_layers.empty() ? 0 : m_totals.back(); }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    std::vector<model::LayerSummary> m_layers;
    std::vector<std::int64_t> m_totals;
    std::vector<std::int64_t> m_hidden;
    std::int64_t m_largest = 0;
};

} // namespace darsena::gui
