// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/image_loaders.h"

#include "gui/layers/list_loader.h"

namespace darsena::gui {

namespace {

class ImageLoaders : public LoaderFactory {
public:
    explicit ImageLoaders(EngineClient& client)
        : m_client(client)
    {
    }
    bool can(ImageOrigin::Kind kind) const override { return kind == ImageOrigin::Kind::Engine; }
    std::unique_ptr<ImageLoader> make(const ImageOrigin& origin) override { return std::make_unique<ListLoader>(m_client, origin.reference); }

private:
    EngineClient& m_client;
};

} // namespace

std::unique_ptr<LoaderFactory> imageLoaders(EngineClient& client)
{
    return std::make_unique<ImageLoaders>(client);
}

} // namespace darsena::gui
