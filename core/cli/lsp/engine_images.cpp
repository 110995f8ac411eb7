// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/engine_images.h"

#include "core/api/client/calls.h"
#include "core/api/client/unix_transport.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace darsena::cli::lsp {

namespace {

using namespace std::chrono_literals;

constexpr auto enginePatience = 1s;
constexpr auto askAgainAfter = 30s;
constexpr std::size_t maxWanted = 32; ///< details are a question each

std::string engineSocket(const std::string& setting)
{
    if (!setting.empty())
        return setting.starts_with("unix://") ? setting.substr(7) : setting;
    if (const char* given = std::getenv("DARSENA_SOCKET"); given != nullptr && *given != '\0')
        return given;
    if (const char* host = std::getenv("DOCKER_HOST"); host != nullptr && std::string_view(host).starts_with("unix://"))
        return std::string(host).substr(7);
    for (const char* usual : {"/run/darsena/darsena.sock", "/run/docker.sock"}) {
        std::error_code error;
        if (std::filesystem::is_socket(usual, error))
            return usual;
    }
    return {};
}

void addDetails(EngineImage& image, const model::ImageInspect& details)
{
    for (const std::string& variable : details.config.env) {
        const std::size_t equals = variable.find('=');
        if (equals != std::string::npos)
            image.known.variables.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
    }
    for (const std::string& port : details.config.exposedPorts)
        image.known.ports.push_back(port);
    image.known.user = details.config.user;
    image.known.workdir = details.config.workingDir;
    if (!details.os.empty() && !details.architecture.empty()) {
        image.platform = details.os + "/" + details.architecture;
        if (!details.variant.empty())
            image.platform += "/" + details.variant;
    }
}

std::string digestOf(const model::ImageSummary& image, std::string_view repository)
{
    for (const std::string& entry : image.repoDigests) {
        const std::size_t at = entry.find('@');
        if (at != std::string::npos && std::string_view(entry).substr(0, at) == repository)
            return entry.substr(at + 1);
    }
    return {};
}

bool areSame(const EngineImages& a, const EngineImages& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        const dockerfile::KnownImage& left = x.second.known;
        const dockerfile::KnownImage& right = y.second.known;
        return x.first == y.first && left.digest == right.digest && left.bytes == right.bytes
            && left.created == right.created && left.variables == right.variables
            && x.second.platform == y.second.platform;
    });
}

} // namespace

std::string withTag(std::string_view reference)
{
    if (reference.find('@') != std::string_view::npos)
        return std::string(reference);
    const std::size_t slash = reference.rfind('/');
    const bool tagged = reference.find(':', slash == std::string_view::npos ? 0 : slash) != std::string_view::npos;
    return std::string(reference) + (tagged ? "" : ":latest");
}

EngineWatch::EngineWatch(std::function<void()> onChange)
    : m_onChange(std::move(onChange))
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{ }

EngineWatch::~EngineWatch() = default;

void EngineWatch::setSocket(std::string socket)
{
    const std::scoped_lock lock(m_mutex);
    m_askNow = m_askNow || !m_hasSocket || socket != m_socket;
    m_socket = std::move(socket);
    m_hasSocket = true;
    m_wake.notify_all();
}

std::shared_ptr<const EngineImages> EngineWatch::images() const
{
    const std::scoped_lock lock(m_mutex);
    return m_images;
}

std::uint64_t EngineWatch::generation() const
{
    const std::scoped_lock lock(m_mutex);
    return m_generation;
}

void EngineWatch::want(const std::set<std::string>& references)
{
    const std::scoped_lock lock(m_mutex);
    for (const std::string& reference : references) {
        if (m_wanted.size() < maxWanted && m_wanted.insert(withTag(reference)).second)
            m_askNow = true;
    }
    m_wake.notify_all();
}

void EngineWatch::run(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        std::string socket;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait_for(lock, stop, askAgainAfter, [&] { return m_askNow && m_hasSocket; });
            if (stop.stop_requested())
                return;
            if (!m_hasSocket)
                continue;
            m_askNow = false;
            socket = engineSocket(m_socket);
        }
        if (!socket.empty())
            ask(socket);
    }
}

void EngineWatch::ask(const std::string& socket)
{
    const client::UnixTransport transport(socket, enginePatience);
    const auto summaries = transport.send(client::listImages());
    if (!summaries)
        return;
    std::set<std::string> wanted;
    {
        const std::scoped_lock lock(m_mutex);
        wanted = m_wanted;
    }
    auto images = std::make_shared<EngineImages>();
    for (const model::ImageSummary& summary : *summaries) {
        for (const std::string& tag : summary.repoTags) {
            if (tag.empty() || tag == "<none>:<none>")
                continue;
            EngineImage image;
            image.known.reference = tag;
            image.known.bytes = summary.size;
            if (summary.created > 0)
                image.known.created = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(summary.created)));
            image.known.digest = digestOf(summary, std::string_view(tag).substr(0, tag.rfind(':')));
            if (wanted.contains(tag)) {
                const std::string key = summary.id + " " + tag;
                if (!m_details.contains(key)) {
                    // Details of an image never change: its id is a digest of them.
                    if (const auto details = transport.send(client::inspectImage(tag))) {
                        addDetails(image, *details);
                        m_details.emplace(key, image);
                    }
                }
                if (const auto known = m_details.find(key); known != m_details.end())
                    image = known->second;
            }
            images->insert_or_assign(tag, std::move(image));
        }
    }
    bool changed = false;
    {
        const std::scoped_lock lock(m_mutex);
        changed = !areSame(*m_images, *images);
        if (changed) {
            m_images = std::move(images);
            ++m_generation;
        }
    }
    if (changed)
        m_onChange();
}

} // namespace darsena::cli::lsp
