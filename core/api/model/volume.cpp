// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/volume.h"

#include "core/api/model/fields.h"

namespace darsena::model {

template<>
struct Fields<VolumeUsage> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Size", o.size);
        visit("RefCount", o.refCount);
    }
};
DARSENA_MODEL_JSON(VolumeUsage)

template<>
struct Fields<Volume> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit.unlessEmpty("CreatedAt", o.createdAt);
        visit("Driver", o.driver);
        visit.nullIfEmpty("Labels", o.labels);
        visit("Mountpoint", o.mountpoint);
        visit("Name", o.name);
        visit.nullIfEmpty("Options", o.options);
        visit("Scope", o.scope);
        visit.unlessEmpty("UsageData", o.usageData);
    }
};
DARSENA_MODEL_JSON(Volume)

template<>
struct Fields<VolumeList> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Volumes", o.volumes);
        visit.nullIfEmpty("Warnings", o.warnings);
    }
};
DARSENA_MODEL_JSON(VolumeList)

template<>
struct Fields<VolumeCreate> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Name", o.name);
        visit("Driver", o.driver);
        visit("DriverOpts", o.driverOpts);
        visit("Labels", o.labels);
        visit.unlessEmpty("ClusterVolumeSpec", o.clusterVolumeSpec);
    }
};
DARSENA_MODEL_JSON(VolumeCreate)

template<>
struct Fields<VolumesPruned> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("VolumesDeleted", o.volumesDeleted);
        visit("SpaceReclaimed", o.spaceReclaimed);
    }
};
DARSENA_MODEL_JSON(VolumesPruned)

} // namespace darsena::model
