// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/layer.h"

#include "core/api/model/fields.h"

namespace darsena::model {

template<>
struct Fields<LayerSummary> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("index", o.index);
        visit("diffId", o.diffId);
        visit("instruction", o.instruction);
        visit("createdBy", o.createdBy);
        visit("created", o.created);
        visit("bytes", o.bytes);
        visit("files", o.files);
        visit("emptyLayer", o.emptyLayer);
    }
};
DARSENA_MODEL_JSON(LayerSummary)

template<>
struct Fields<FileChange> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("path", o.path);
        visit("type", o.type);
        visit("size", o.size);
        visit("mode", o.mode);
        visit("uid", o.uid);
        visit("gid", o.gid);
        visit("mtime", o.mtime);
        visit.unlessEmpty("link", o.link);
        visit("change", o.change);
    }
};
DARSENA_MODEL_JSON(FileChange)

template<>
struct Fields<DescribedLayer> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("diffId", o.diffId);
        visit("storedBytes", o.storedBytes);
        visit("tarBytes", o.tarBytes);
        visit("indexBytes", o.indexBytes);
    }
};
DARSENA_MODEL_JSON(DescribedLayer)

template<>
struct Fields<StepOrigin> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("dockerfile", o.dockerfile);
        visit("line", o.line);
        visit("endLine", o.endLine);
        visit("stage", o.stage);
    }
};
DARSENA_MODEL_JSON(StepOrigin)

template<>
struct Fields<ImageDescription> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("name", o.name);
        visit("id", o.id);
        visit("config", o.config);
        visit("layers", o.layers);
        visit("origins", o.origins);
    }
};
DARSENA_MODEL_JSON(ImageDescription)

} // namespace darsena::model
