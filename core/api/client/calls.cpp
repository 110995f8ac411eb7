// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/client/calls.h"

#include "core/api/client/decoders.h"
#include "core/api/http/target.h"

#include <fmt/format.h>

namespace darsena::client {
namespace {

constexpr std::string_view dockerPrefix = "/v1.41";

std::string docker(std::string_view path, const http::Query& query = {})
{
    return std::string(dockerPrefix) + http::makeTarget(path, query);
}

std::string id(std::string_view name)
{
    return http::percentEncode(name);
}

std::string mapText(const std::map<std::string, std::string>& map)
{
    json::Object object;
    for (const auto& [key, value] : map)
        object[key] = value;
    return json::serialize(object);
}

std::string filtersText(const Filters& filters)
{
    json::Object object;
    for (const auto& [key, values] : filters)
        object[key] = json::fromTexts(values);
    return json::serialize(object);
}

void addFilters(http::Query& query, const Filters& filters)
{
    if (!filters.empty())
        query.add("filters", filtersText(filters));
}

http::Request request(std::string method, std::string target)
{
    return { std::move(method), std::move(target), {}, {} };
}

http::Request jsonRequest(std::string target, const json::Value& body)
{
    return { "POST", std::move(target), { { "Content-Type", "application/json" } }, json::serialize(body) };
}

/// A body that the transport streams.
http::Request tarRequest(std::string target)
{
    return { "POST", std::move(target), { { "Content-Type", "application/x-tar" }, { "Transfer-Encoding", "chunked" } }, {} };
}

/// A call whose answer has no body worth reading. 304 (it runs already, it was stopped) is success to whoever clicks.
Call<void> plain(http::Request request)
{
    return { std::move(request), [](const http::Response& response) -> Result<void> {
                if (response.ok() || response.status == 304)
                    return {};
                return statusError(response);
            } };
}

template<typename T>
Call<T> decoded(http::Request request)
{
    return { std::move(request), [](const http::Response& response) -> Result<T> {
                if (!response.ok())
                    return statusError(response);
                return model::parse<T>(response.body).withContext("the engine's answer");
            } };
}

template<typename T>
Call<std::vector<T>> decodedList(http::Request request)
{
    return { std::move(request), [](const http::Response& response) -> Result<std::vector<T>> {
                if (!response.ok())
                    return statusError(response);
                return model::fromJsonList<T>(TRY_CONTEXT("the engine's answer", json::parse(response.body)))
                    .withContext("the engine's answer");
            } };
}

template<typename T>
StreamCall<T> jsonStream(http::Request request)
{
    return { std::move(request), [] { return std::make_unique<JsonDecoder<T>>(); } };
}

StreamCall<http::StdioFrame> stdioStream(http::Request request, bool tty)
{
    return { std::move(request), [tty] { return std::make_unique<StdioStreamDecoder>(tty); } };
}

StreamCall<std::string> byteStream(http::Request request)
{
    return { std::move(request), [] { return std::make_unique<ByteDecoder>(); } };
}

http::Request upgraded(http::Request request)
{
    request.headers.add("Connection", "Upgrade");
    request.headers.add("Upgrade", "tcp");
    return request;
}

http::Query secondsQuery(std::optional<int> seconds)
{
    http::Query query;
    if (seconds)
        query.add("t", std::to_string(*seconds));
    return query;
}

http::Query sizeQuery(int rows, int columns)
{
    http::Query query;
    query.add("h", std::to_string(rows));
    query.add("w", std::to_string(columns));
    return query;
}

http::Query buildQuery(const BuildOptions& options)
{
    http::Query query;
    query.add("dockerfile", options.dockerfile);
    for (const std::string& tag : options.tags)
        query.add("t", tag);
    if (!options.target.empty())
        query.add("target", options.target);
    if (!options.buildArgs.empty())
        query.add("buildargs", mapText(options.buildArgs));
    if (!options.labels.empty())
        query.add("labels", mapText(options.labels));
    query.addFlag("nocache", options.noCache);
    if (!options.network.empty())
        query.add("networkmode", options.network);
    query.add("rm", "1");
    return query;
}

} // namespace

Call<void> ping()
{
    return plain(request("GET", "/_ping"));
}

Call<model::VersionInfo> version()
{
    return decoded<model::VersionInfo>(request("GET", docker("/version")));
}

Call<model::SystemInfo> info()
{
    return decoded<model::SystemInfo>(request("GET", docker("/info")));
}

Call<model::DiskUsage> diskUsage()
{
    return decoded<model::DiskUsage>(request("GET", docker("/system/df")));
}

StreamCall<model::Event> events(const Filters& filters, const std::string& since, const std::string& until)
{
    http::Query query;
    addFilters(query, filters);
    if (!since.empty())
        query.add("since", since);
    if (!until.empty())
        query.add("until", until);
    return jsonStream<model::Event>(request("GET", docker("/events", query)));
}

Call<std::vector<model::ContainerSummary>> listContainers(bool all, const Filters& filters, bool size)
{
    http::Query query;
    query.addFlag("all", all);
    query.addFlag("size", size);
    addFilters(query, filters);
    return decodedList<model::ContainerSummary>(request("GET", docker("/containers/json", query)));
}

Call<model::ContainerCreated> createContainer(const model::ContainerCreate& container, const std::string& name)
{
    http::Query query;
    if (!name.empty())
        query.add("name", name);
    return decoded<model::ContainerCreated>(jsonRequest(docker("/containers/create", query), model::toJson(container)));
}

Call<model::ContainerInspect> inspectContainer(const std::string& container)
{
    return decoded<model::ContainerInspect>(request("GET", docker("/containers/" + id(container) + "/json")));
}

Call<void> startContainer(const std::string& container)
{
    return plain(request("POST", docker("/containers/" + id(container) + "/start")));
}

Call<void> stopContainer(const std::string& container, std::optional<int> seconds)
{
    return plain(request("POST", docker("/containers/" + id(container) + "/stop", secondsQuery(seconds))));
}

Call<void> restartContainer(const std::string& container, std::optional<int> seconds)
{
    return plain(request("POST", docker("/containers/" + id(container) + "/restart", secondsQuery(seconds))));
}

Call<void> killContainer(const std::string& container, const std::string& signal)
{
    http::Query query;
    query.add("signal", signal);
    return plain(request("POST", docker("/containers/" + id(container) + "/kill", query)));
}

Call<void> pauseContainer(const std::string& container)
{
    return plain(request("POST", docker("/containers/" + id(container) + "/pause")));
}

Call<void> unpauseContainer(const std::string& container)
{
    return plain(request("POST", docker("/containers/" + id(container) + "/unpause")));
}

Call<void> renameContainer(const std::string& container, const std::string& newName)
{
    http::Query query;
    query.add("name", newName);
    return plain(request("POST", docker("/containers/" + id(container) + "/rename", query)));
}

Call<void> removeContainer(const std::string& container, bool force, bool volumes)
{
    http::Query query;
    query.addFlag("force", force);
    query.addFlag("v", volumes);
    return plain(request("DELETE", docker("/containers/" + id(container), query)));
}

Call<model::WaitResult> waitContainer(const std::string& container, const std::string& condition)
{
    http::Query query;
    query.add("condition", condition);
    return decoded<model::WaitResult>(request("POST", docker("/containers/" + id(container) + "/wait", query)));
}

Call<void> resizeContainer(const std::string& container, int rows, int columns)
{
    return plain(request("POST", docker("/containers/" + id(container) + "/resize", sizeQuery(rows, columns))));
}

Call<model::TopResult> topContainer(const std::string& container)
{
    return decoded<model::TopResult>(request("GET", docker("/containers/" + id(container) + "/top")));
}

StreamCall<http::StdioFrame> containerLogs(const std::string& container, const LogOptions& options, bool tty)
{
    http::Query query;
    query.addFlag("stdout", options.out);
    query.addFlag("stderr", options.err);
    query.addFlag("follow", options.follow);
    query.addFlag("timestamps", options.timestamps);
    query.add("tail", options.tail ? std::to_string(*options.tail) : "all");
    if (!options.since.empty())
        query.add("since", options.since);
    return stdioStream(request("GET", docker("/containers/" + id(container) + "/logs", query)), tty);
}

StreamCall<http::StdioFrame> attachContainer(const std::string& container, bool in, bool logs, bool tty)
{
    http::Query query;
    query.add("stream", "1");
    query.addFlag("stdin", in);
    query.add("stdout", "1");
    query.add("stderr", "1");
    query.addFlag("logs", logs);
    return stdioStream(upgraded(request("POST", docker("/containers/" + id(container) + "/attach", query))), tty);
}

Call<model::ExecCreated> createExec(const std::string& container, const model::ExecCreate& exec)
{
    return decoded<model::ExecCreated>(jsonRequest(docker("/containers/" + id(container) + "/exec"), model::toJson(exec)));
}

StreamCall<http::StdioFrame> startExec(const std::string& exec, bool tty)
{
    model::ExecStart start;
    start.tty = tty;
    return stdioStream(upgraded(jsonRequest(docker("/exec/" + id(exec) + "/start"), model::toJson(start))), tty);
}

Call<model::ExecInspect> inspectExec(const std::string& exec)
{
    return decoded<model::ExecInspect>(request("GET", docker("/exec/" + id(exec) + "/json")));
}

Call<void> resizeExec(const std::string& exec, int rows, int columns)
{
    return plain(request("POST", docker("/exec/" + id(exec) + "/resize", sizeQuery(rows, columns))));
}

Call<std::vector<model::ImageSummary>> listImages(bool all, const Filters& filters)
{
    http::Query query;
    query.addFlag("all", all);
    addFilters(query, filters);
    return decodedList<model::ImageSummary>(request("GET", docker("/images/json", query)));
}

Call<model::ImageInspect> inspectImage(const std::string& image)
{
    return decoded<model::ImageInspect>(request("GET", docker("/images/" + id(image) + "/json")));
}

Call<std::vector<model::ImageHistoryItem>> imageHistory(const std::string& image)
{
    return decodedList<model::ImageHistoryItem>(request("GET", docker("/images/" + id(image) + "/history")));
}

Call<void> tagImage(const std::string& image, const std::string& repository, const std::string& tag)
{
    http::Query query;
    query.add("repo", repository);
    query.add("tag", tag);
    return plain(request("POST", docker("/images/" + id(image) + "/tag", query)));
}

Call<std::vector<model::ImageDeleteItem>> removeImage(const std::string& image, bool force)
{
    http::Query query;
    query.addFlag("force", force);
    return decodedList<model::ImageDeleteItem>(request("DELETE", docker("/images/" + id(image), query)));
}

http::Request saveImage(const std::string& image)
{
    return request("GET", docker("/images/" + id(image) + "/get"));
}

StreamCall<model::BuildMessage> loadImages()
{
    return jsonStream<model::BuildMessage>(tarRequest(docker("/images/load")));
}

StreamCall<model::BuildMessage> buildImage(const BuildOptions& options)
{
    return jsonStream<model::BuildMessage>(tarRequest(docker("/build", buildQuery(options))));
}

StreamCall<model::BuildEvent> buildImageEvents(const BuildOptions& options)
{
    http::Query query = buildQuery(options);
    if (!options.origin.empty())
        query.add("origin", options.origin);
    return jsonStream<model::BuildEvent>(tarRequest(http::makeTarget("/darsena/v1/build", query)));
}

Call<std::vector<model::LayerSummary>> imageLayers(const std::string& image)
{
    return decodedList<model::LayerSummary>(request("GET", "/darsena/v1/images/" + id(image) + "/layers"));
}

StreamCall<model::FileChange> layerFiles(const std::string& image, std::int64_t index)
{
    return jsonStream<model::FileChange>(request("GET", fmt::format("/darsena/v1/images/{}/layers/{}/files", id(image), index)));
}

Call<model::ImageDescription> describeImage(const std::string& image)
{
    return decoded<model::ImageDescription>(request("GET", "/darsena/v1/images/" + id(image) + "/description"));
}

StreamCall<std::string> layerIndex(const std::string& image, std::size_t layer)
{
    return byteStream(request("GET", fmt::format("/darsena/v1/images/{}/diffs/{}/index", id(image), layer)));
}

StreamCall<std::string> layerFile(const std::string& image, std::size_t layer, const std::string& path)
{
    http::Query query;
    query.add("path", path);
    return byteStream(request("GET", http::makeTarget(fmt::format("/darsena/v1/images/{}/diffs/{}/file", id(image), layer), query)));
}

StreamCall<std::string> layerArchive(const std::string& image, std::size_t layer, const std::string& path, bool onlyLayer)
{
    http::Query query;
    query.add("path", path);
    query.addFlag("only", onlyLayer);
    return byteStream(request("GET", http::makeTarget(fmt::format("/darsena/v1/images/{}/diffs/{}/archive", id(image), layer), query)));
}

Call<std::vector<model::Network>> listNetworks()
{
    return decodedList<model::Network>(request("GET", docker("/networks")));
}

Call<model::VolumeList> listVolumes()
{
    return decoded<model::VolumeList>(request("GET", docker("/volumes")));
}

Call<model::Volume> createVolume(const model::VolumeCreate& volume)
{
    return decoded<model::Volume>(jsonRequest(docker("/volumes/create"), model::toJson(volume)));
}

Call<void> removeVolume(const std::string& name, bool force)
{
    http::Query query;
    query.addFlag("force", force);
    return plain(request("DELETE", docker("/volumes/" + id(name), query)));
}

} // namespace darsena::client
