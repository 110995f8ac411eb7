// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/image_loaders.h"

#include "gui/layers/engine_loader.h"
#include "gui/layers/process_loader.h"

namespace darsena::gui {

namespace {

class ImageLoaders : public LoaderFactory {
public:
    explicit ImageLoaders(EngineClient& client)
        : m_client(client)
    {
    }
    bool can(ImageOrigin::Kind) const override { return true; }
    std::unique_ptr<ImageLoader> make(const ImageOrigin& origin) override
    {
        switch (origin.kind) {
        case ImageOrigin::Kind::Archive:
            return reader(origin.reference, origin);
        case ImageOrigin::Kind::Registry:
            return reader(QStringLiteral("docker://") + origin.reference, origin);
        case ImageOrigin::Kind::Engine:
            break;
        }
        if (EngineLoader::serves(m_client))
            return std::make_unique<EngineLoader>(m_client, origin.reference);
        return reader(QStringLiteral("engine:") + origin.reference, origin, m_client.socketPath());
    }

private:
    static std::unique_ptr<ImageLoader> reader(const QString& address, const ImageOrigin& origin, const QString& socket = {})
    {
        return std::make_unique<ProcessLoader>(ProcessLoader::Origin { address, socket, origin.choice });
    }

    EngineClient& m_client;
};

} // namespace

std::unique_ptr<LoaderFactory> imageLoaders(EngineClient& client)
{
    return std::make_unique<ImageLoaders>(client);
}

} // namespace darsena::gui
