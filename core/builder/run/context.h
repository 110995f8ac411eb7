// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/builder/build_request.h"
#include "core/builder/plan/plan.h"
#include "core/builder/run/step_keys.h"
#include "core/store/store.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace darsena::builder {

/// Finds images in the store and keeps their layers from garbage collection while it lives.
class StoreImages : public ImageLookup {
public:
    explicit StoreImages(store::Store& store)
        : m_store(store)
    {
    }
    Result<BaseImage> find(const std::string& reference) override;

private:
    store::Store& m_store;
    std::vector<std::shared_ptr<const void>> m_holds;
};

/// The context of a request with its .dockerignore ("<Dockerfile>.dockerignore" wins). `empty` is made and stands for a
/// context that there is none of. Errors: Invalid for a Dockerfile name that leaves the context.
Result<BuildContext> openContext(const BuildRequest& request, const std::filesystem::path& empty);

/// The text of the Dockerfile, from the request or the context. Errors: NotFound naming it, TooLarge.
Result<std::string> dockerfileText(const BuildRequest& request, const BuildContext& context);

} // namespace darsena::builder
