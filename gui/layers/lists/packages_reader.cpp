// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/lists/packages_reader.h"

#include "gui/base/async.h"
#include "gui/base/text.h"

#include <algorithm>

namespace darsena::gui {

PackagesReader::PackagesReader(QObject* parent)
    : QObject(parent)
{
}

void PackagesReader::start(ImageLoader* loader, std::shared_ptr<const layers::Stack> stack, std::size_t layerCount, std::function<void(Found)> done)
{
    const quint64 run = ++m_run;
    m_loader = loader;
    m_stack = std::move(stack);
    m_found = {};
    m_done = std::move(done);
    async(this, [stack = m_stack, layerCount] { return layers::packageFiles(*stack, layerCount); },
        [this, run](std::vector<layers::PackageFile> files) {
            if (run != m_run)
                return;
            m_found.cut = files.size() > MostFiles;
            files.resize(std::min(files.size(), MostFiles));
            m_files.assign(files.begin(), files.end());
            m_total = static_cast<int>(files.size());
            next();
        });
}

void PackagesReader::next()
{
    Q_EMIT progressed(m_total - static_cast<int>(m_files.size()), m_total);
    if (m_files.empty() || !m_loader) {
        std::ranges::sort(m_found.packages);
        const auto done = std::exchange(m_done, {});
        if (done)
            done(std::move(m_found));
        return;
    }
    const layers::PackageFile file = m_files.front();
    m_files.pop_front();
    const QString path = toQString(file.path);
    if (!file.readable) {
        miss(path, tr("a format that is not read"));
        return next();
    }
    m_loader->readFile(file.layer, path, static_cast<qint64>(layers::maxPackageFileBytes), this, [this, run = m_run, file, path](const Result<QByteArray>& content) {
        if (run != m_run)
            return;
        if (content)
            return take(file, *content);
        miss(path, errorSentence(content.error()));
        next();
    });
}

void PackagesReader::take(const layers::PackageFile& file, const QByteArray& content)
{
    async(this, [kind = file.kind, content] { return layers::packages(kind, { content.constData(), static_cast<std::size_t>(content.size()) }); },
        [this, run = m_run, path = toQString(file.path)](Result<std::vector<layers::Package>> packages) {
            if (run != m_run)
                return;
            if (!packages) {
                miss(path, errorSentence(packages.error()));
            } else {
                const std::size_t room = layers::maxPackages - std::min(layers::maxPackages, m_found.packages.size());
                m_found.cut = m_found.cut || packages->size() > room;
                packages->resize(std::min(packages->size(), room));
                m_found.packages.insert(m_found.packages.end(), std::make_move_iterator(packages->begin()), std::make_move_iterator(packages->end()));
            }
            next();
        });
}

void PackagesReader::miss(const QString& path, const QString& why)
{
    if (m_found.unread.size() < 20)
        m_found.unread.append(QStringLiteral("/%1: %2").arg(path, why));
}

} // namespace darsena::gui
