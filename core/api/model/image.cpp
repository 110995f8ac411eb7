// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/image.h"

#include "core/api/model/fields.h"

namespace darsena::model {

template<>
struct Fields<ImageSummary> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Id", o.id);
        visit("ParentId", o.parentId);
        visit("RepoTags", o.repoTags);
        visit.nullIfEmpty("RepoDigests", o.repoDigests);
        visit("Created", o.created);
        visit("Size", o.size);
        visit("SharedSize", o.sharedSize);
        visit.nullIfEmpty("Labels", o.labels);
        visit("Containers", o.containers);
    }
};
DARSENA_MODEL_JSON(ImageSummary)

template<>
struct Fields<ImageInspect> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Id", o.id);
        visit("RepoTags", o.repoTags);
        visit("RepoDigests", o.repoDigests);
        visit("Parent", o.parent);
        visit("Comment", o.comment);
        visit.unlessEmpty("Created", o.created);
        visit("DockerVersion", o.dockerVersion);
        visit("Author", o.author);
        visit("Config", o.config);
        // A container's labels are an object always, an image's are null when it has none.
        if constexpr (V::writes) {
            if (o.config.labels.empty())
                visit.object()["Config"].get_object()["Labels"] = nullptr;
        }
        visit("Architecture", o.architecture);
        visit.unlessEmpty("Variant", o.variant);
        visit("Os", o.os);
        visit.unlessEmpty("OsVersion", o.osVersion);
        visit("Size", o.size);
        visit("GraphDriver", o.graphDriver);
        visit.nested("RootFS", [&](auto& inner) {
            std::string type = "layers";
            inner("Type", type);
            inner("Layers", o.layers);
        });
        visit.nested("Metadata", [&](auto& inner) { inner("LastTagTime", o.lastTagTime); });
    }
};
DARSENA_MODEL_JSON(ImageInspect)

template<>
struct Fields<ImageHistoryItem> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Id", o.id);
        visit("Created", o.created);
        visit("CreatedBy", o.createdBy);
        visit.nullIfEmpty("Tags", o.tags);
        visit("Size", o.size);
        visit("Comment", o.comment);
    }
};
DARSENA_MODEL_JSON(ImageHistoryItem)

template<>
struct Fields<ImageDeleteItem> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit.unlessEmpty("Untagged", o.untagged);
        visit.unlessEmpty("Deleted", o.deleted);
    }
};
DARSENA_MODEL_JSON(ImageDeleteItem)

template<>
struct Fields<ImagesPruned> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("ImagesDeleted", o.imagesDeleted);
        visit("SpaceReclaimed", o.spaceReclaimed);
    }
};
DARSENA_MODEL_JSON(ImagesPruned)

} // namespace darsena::model
