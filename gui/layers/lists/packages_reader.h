// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/packages.h"
#include "gui/layers/image_loader.h"

#include <QObject>
#include <QPointer>

#include <deque>
#include <functional>

namespace darsena::gui {

/// Reads what packages an image has: finds the files that say so, has them read, takes them apart in workers. Destroying it
/// stops it.
class PackagesReader : public QObject {
    Q_OBJECT
public:
    struct Found {
        std::vector<layers::Package> packages; ///< sorted
        QStringList unread; ///< paths that could not be read, each with the reason; at most 20
        bool cut = false; ///< there are more files than are read
    };

    explicit PackagesReader(QObject* parent);

    /// @p done once, later; a second start forgets the first.
    void start(ImageLoader* loader, std::shared_ptr<const layers::Stack> stack, std::size_t layerCount, std::function<void(Found)> done);

    /// npm has a file for each package: reading them one by one takes its time.
    static constexpr std::size_t MostFiles = 5'000;

Q_SIGNALS:
    void progressed(int done, int total);

private:
    void next();
    void take(const layers::PackageFile& file, const QByteArray& content);
    void miss(const QString& path, const QString& why);

    QPointer<ImageLoader> m_loader;
    std::shared_ptr<const layers::Stack> m_stack;
    std::deque<layers::PackageFile> m_files;
    int m_total = 0;
    quint64 m_run = 0;
    Found m_found;
    std::function<void(Found)> m_done;
};

} // namespace darsena::gui
