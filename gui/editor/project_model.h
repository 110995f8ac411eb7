// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/ignore.h"

#include <QFileSystemModel>
#include <QIdentityProxyModel>

namespace darsena::gui {

class Theme;

/// The files of a folder, read lazily and kept in step with the disk by QFileSystemModel, with what this studio knows of
/// them: which ones the .dockerignore leaves out of the build context, and by which line.
class ProjectModel : public QIdentityProxyModel {
    Q_OBJECT
public:
    explicit ProjectModel(const Theme& theme, QObject* parent = nullptr);

    /// Shows another folder; returns its index, the root of a view.
    QModelIndex setFolder(const QString& folder);
    const QString& folder() const { return m_folder; }
    void setIgnoreRules(dockerfile::IgnoreRules rules);

    QString path(const QModelIndex& index) const;
    bool isFolder(const QModelIndex& index) const;
    QModelIndex indexOf(const QString& path) const;
    /// Left out of the build context.
    bool isIgnored(const QModelIndex& index) const { return verdict(index).ignored; }

    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// Renames, in a worker: renamed() or failed() follows.
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;

Q_SIGNALS:
    void renamed(const QString& from, const QString& to);
    void failed(const QString& sentence);

private:
    dockerfile::IgnoreRules::Verdict verdict(const QModelIndex& index) const;

    const Theme& m_theme;
    QFileSystemModel m_files;
    QString m_folder;
    dockerfile::IgnoreRules m_rules;
    mutable QHash<QString, dockerfile::IgnoreRules::Verdict> m_verdicts; ///< asked for with every paint
};

} // namespace darsena::gui
