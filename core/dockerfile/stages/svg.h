// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/stages/layout.h"

#include <string>

namespace darsena::dockerfile {

/// A picture as SVG 1.1, in the studio's light or dark colours: what the studio's graph shows, without live states. Texts
/// are texts (to be found, copied, read aloud), with the fonts that the studio uses and their usual stand-ins.
struct SvgOptions {
    bool dark = false;
    bool background = true; ///< the page's colour behind everything; else transparent
    std::string textFont = "Inter, 'Noto Sans', sans-serif"; ///< as CSS lists families
    std::string codeFont = "JetBrains Mono, 'DejaVu Sans Mono', monospace";
};
std::string pictureAsSvg(const StagePicture& picture, const PictureLayout& layout, const SvgOptions& options = {});
/// Lays out with the widths that its letters need.
std::string pictureAsSvg(const StagePicture& picture, const SvgOptions& options = {});

/// Graphviz's language: stages are boxes (filled: the target, grey: not needed), images dashed; FROM solid, COPY dashed,
/// mounts dotted, each with its paths.
std::string pictureAsDot(const StagePicture& picture);
/// The same for Mermaid.
std::string pictureAsMermaid(const StagePicture& picture);

} // namespace darsena::dockerfile
