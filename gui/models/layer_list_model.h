// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QDateTime>

#include <cstdint>
#include <vector>

namespace darsena::gui {

/// The steps of an image, oldest first: those that made a layer, with its three sizes, and those that made none.
class LayerListModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        LayerRole = Qt::UserRole + 1, ///< int, from 0 at the base; -1 for a step without a layer
        TopLayerRole, ///< int: the last layer at or below this step; -1 = there is none yet
        InstructionRole, ///< QString, one line, as one would write it
        CreatedByRole, ///< QString, as the image says
        CommentRole, ///< QString
        AuthorRole, ///< QString
        CreatedRole, ///< QDateTime, maybe invalid
        DiffIdRole, ///< QString, empty for a step without a layer
        StoredRole, ///< qint64, at rest (compressed as the source keeps it); 0 = not known
        BytesRole, ///< qint64, of the files it brings; -1 = not read yet
        TotalRole, ///< qint64, all layers up to it; -1 = not all of them are read
        ShareRole, ///< double 0…1, of the largest layer
        HiddenRole, ///< qint64, of its bytes those that later layers hide; -1 = not known (yet)
        HiddenShareRole, ///< double 0…1, of the largest layer: a part of ShareRole
        FilesRole, ///< int, paths that are no directories
    };
    struct Row {
        int layer = -1;
        QString createdBy {}, comment {}, author {};
        QDateTime created {};
        QString diffId {};
        qint64 stored = 0;
        // Known when the layer is read.
        qint64 bytes = -1;
        qint64 hidden = -1;
        int files = 0;
    };

    explicit LayerListModel(QObject* parent = nullptr);

    /// Layers are numbered 0, 1, … in the order of the rows.
    void setRows(std::vector<Row> rows);
    void setRead(int layer, qint64 bytes, int files);
    void setStored(int layer, qint64 bytes);
    /// Bytes per layer that later ones hide. Empty: not known.
    void setHidden(const std::vector<qint64>& bytes);

    int layerCount() const { return m_layers; }
    /// -1 when there is none.
    int rowOfLayer(int layer) const;
    const Row& row(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    QString instructionOfLayer(int layer) const;
    /// Of all layers that are read.
    qint64 totalBytes() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    double share(qint64 bytes) const;
    qint64 totalUpTo(int row) const;
    QString accessibleText(const Row& row) const;

    std::vector<Row> m_rows;
    std::vector<QString> m_instructions;
    int m_layers = 0;
    qint64 m_largest = 0;
};

} // namespace darsena::gui
