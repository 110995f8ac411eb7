// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/layers/source/image_reader.h"

#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace darsena::cli {

/// What `darsena read-image` says to the program that started it: messages on standard output, each one line of JSON; where
/// it has a member "bytes", so many raw bytes follow the line. Texts that are no UTF-8 have U+FFFD where they are not.
///
///   {"event":"choices","choices":[{"name","platform","manifest","number"}]}   what the source holds
///   {"event":"image","name","id","layers":[{"diffId","storedBytes","where"}],"bytes"}   the bytes: the configuration
///   {"event":"progress","done","total"}   bytes; total 0: not known, the image is still being fetched
///   {"event":"layer","number","facts":{…},"bytes"}   the bytes: the layer's index
///   {"event":"done"} or {"event":"failed","code","message"}   reading has ended; code is an ErrorCode's number
///   {"reply":ID,"bytes"} … {"reply":ID,"done":true} or {"reply":ID,"failed":CODE,"message"}   see requests.h
///
/// Any thread. When nobody listens any longer the process ends.
class ReaderOutput {
public:
    explicit ReaderOutput(int fd)
        : m_fd(fd)
    {
    }

    void choices(const std::vector<layers::SourceChoice>& choices);
    void image(const layers::SourceImage& image);
    void progress(std::uint64_t done, std::uint64_t total);
    void layer(std::size_t number, const layers::Index& index, const layers::LayerFacts& facts);
    void done();
    void failed(const Error& error);

    void replyBytes(std::int64_t request, std::span<const std::byte> bytes);
    void replyDone(std::int64_t request);
    void replyFailed(std::int64_t request, const Error& error);

private:
    void send(json::Object message);
    void send(json::Object message, std::string_view bytes);
    void write(std::string_view bytes);

    int m_fd;
    std::mutex m_mutex; ///< one message at a time
};

} // namespace darsena::cli
