// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/image_loader.h"

#include <QString>

#include <memory>
#include <optional>

namespace darsena::gui {

/// Where an image is to be read from.
struct ImageOrigin {
    enum class Kind {
        Engine, ///< of the engine that the window talks to
        Archive, ///< a file or a folder: docker-archive, OCI layout
        Registry,
    };
    Kind kind = Kind::Engine;
    QString reference; ///< a name or id as the engine takes it; an absolute path; a registry's reference
    QString name {}; ///< for people; empty: the reference
    std::optional<layers::SourceChoice> choice {}; ///< of those that the source offered; nothing: as the loader sees fit

    const QString& title() const { return name.isEmpty() ? reference : name; }
    bool samePlace(const ImageOrigin& other) const { return kind == other.kind && reference == other.reference; }
};

/// Makes loaders, so that the viewer knows none of them.
class LoaderFactory {
public:
    virtual ~LoaderFactory() = default;
    virtual bool can(ImageOrigin::Kind kind) const = 0;
    /// Not started. Never null for a kind that it can.
    virtual std::unique_ptr<ImageLoader> make(const ImageOrigin& origin) = 0;
};

} // namespace darsena::gui
