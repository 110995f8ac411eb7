// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace darsena::cli::lsp {

/// What an engine says of an image.
struct EngineImage {
    dockerfile::KnownImage known;
    std::string platform; ///< "linux/amd64"; empty until it was looked at
};
using EngineImages = std::map<std::string, EngineImage, std::less<>>; ///< by reference, with tag: "debian:12"

/// "debian" as an engine lists it: "debian:latest". A reference with a tag or digest stays.
std::string withTag(std::string_view reference);

/// Asks an engine for its images, in a thread of its own: an engine that is slow, or is not there, delays nobody.
class EngineWatch {
public:
    /// `onChange` is called in the watch's thread when other images are known than before.
    explicit EngineWatch(std::function<void()> onChange);
    /// Waits for a question that is under way, a second at most.
    ~EngineWatch();

    /// Where to ask; empty = the first there is of DARSENA_SOCKET, DOCKER_HOST (unix://), Darsena's socket, Docker's.
    /// Nothing is asked before the first call.
    void setSocket(std::string socket);
    /// Any thread; never blocks. What was known when the engine was last asked.
    std::shared_ptr<const EngineImages> images() const;
    /// Another number whenever images() gives something else.
    std::uint64_t generation() const;
    /// References of FROM lines: their details are worth a question each.
    void want(const std::set<std::string>& references);

private:
    void run(const std::stop_token& stop);
    void ask(const std::string& socket);

    std::function<void()> m_onChange;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::string m_socket;
    std::uint64_t m_generation = 0;
    bool m_hasSocket = false;
    bool m_askNow = false;
    std::set<std::string> m_wanted;
    std::map<std::string, EngineImage> m_details; ///< by image id and reference
    std::shared_ptr<const EngineImages> m_images = std::make_shared<EngineImages>();
    std::jthread m_thread; ///< last: it uses the members above
};

} // namespace darsena::cli::lsp
