// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <stop_token>
#include <string>

namespace darsena::cli {

/// Has layers' indexes and single files of one image fetched from Darsena's engine by a process of its own, which alone can
/// reach the engine. Whoever takes an image's contents apart is confined (confineSelf) and must not hold the engine's
/// socket, which is root's power; of this process it can get nothing but what lies in that image.
/// The process ends with this object, and with whoever made it.
class LayerFetcher {
public:
    /// Forks: before any thread is started, and before confineSelf. Nothing is asked yet. Errors: System.
    static Result<LayerFetcher> start(const std::filesystem::path& socket, const std::string& image, std::stop_token stop);
    LayerFetcher(LayerFetcher&& other) noexcept;

    // Layers are numbered from 0 at the base. Any thread; one is served after the other. Errors: the engine's; TooLarge
    // past maxBytes; Cancelled when stopped, after which all that follows is Unavailable.
    Result<std::string> index(std::size_t layer, std::uint64_t maxBytes) { return fetch(layer, {}, maxBytes); }
    /// `path` as in layers::IndexEntry.
    Result<std::string> file(std::size_t layer, const std::string& path, std::uint64_t maxBytes) { return fetch(layer, path, maxBytes); }

private:
    LayerFetcher(UniqueFd channel, std::stop_token stop);
    Result<std::string> fetch(std::size_t layer, const std::string& path, std::uint64_t maxBytes);
    Result<std::string> receiveAnswer(std::uint64_t maxBytes);
    Result<void> receive(void* bytes, std::size_t count);

    std::mutex m_mutex; ///< held while one answer is fetched
    UniqueFd m_channel;
    std::stop_token m_stop;
};

} // namespace darsena::cli
