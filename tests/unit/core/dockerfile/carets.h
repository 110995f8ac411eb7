// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"

#include <QString>

#include <string>
#include <string_view>
#include <utility>

namespace darsena::dockerfile::tests {

/// A text with a '|' where the caret is: the text without it, and the caret's offset. "\|" is a '|' of the text.
inline std::pair<std::string, std::uint32_t> withoutCaret(std::string_view marked)
{
    std::string text;
    std::uint32_t caret = 0;
    for (std::size_t i = 0; i < marked.size(); ++i) {
        if (marked[i] == '|' && i > 0 && marked[i - 1] == '\\')
            text.back() = '|';
        else if (marked[i] == '|')
            caret = static_cast<std::uint32_t>(text.size());
        else
            text += marked[i];
    }
    return {text, caret};
}

/// A world with an engine and a context, for tests.
inline Surroundings someWorld()
{
    Surroundings world;
    world.stages.namedContexts = {"docs"};
    world.images = {KnownImage {.reference = "debian:12",
                        .bytes = 117'000'000,
                        .created = "2026-01-31T10:00:00Z",
                        .digest = "sha256:0123",
                        .users = {"root", "www-data"},
                        .variables = {{"LANG", "C.UTF-8"}},
                        .ports = {},
                        .user = "",
                        .workdir = "/"},
        KnownImage {.reference = "nginx:1.27",
            .bytes = 192'000'000,
            .created = "2026-02-01T10:00:00Z",
            .digest = "",
            .users = {"root", "nginx"},
            .variables = {{"NGINX_VERSION", "1.27.4"}},
            .ports = {"80/tcp"},
            .user = "",
            .workdir = "/usr/share/nginx"}};
    world.list = [](const std::string& folder) -> std::vector<ContextEntry> {
        if (folder.empty())
            return {
                {"src", true}, {"go.mod", false}, {"go.sum", false}, {"secret.key", false, true}, {"my file", false}};
        if (folder == "src")
            return {{"main.go", false}, {"util", true}};
        return {};
    };
    world.contextUri = "file:///home/ana/project/";
    return world;
}

} // namespace darsena::dockerfile::tests
