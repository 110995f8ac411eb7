// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/build_query.h"
#include "core/api/server/build_text.h"
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"
#include "core/engine/build_service.h"

#include <functional>

namespace darsena::server {
namespace {

/// Sends each event as one or more lines. The answer begins with the first: a context that cannot be read has a status of
/// its own. A client that reads slowly holds the build back.
class Reporter final : public builder::BuildObserver {
public:
    using Lines = std::function<std::vector<json::Value>(const builder::BuildEvent&)>;

    Reporter(Exchange& exchange, std::string_view contentType, Lines lines)
        : m_exchange(exchange)
        , m_contentType(contentType)
        , m_lines(std::move(lines))
    {
    }

    void onEvent(const builder::BuildEvent& event) override
    {
        if (m_broken)
            return;
        if (auto sent = send(event); !sent)
            m_broken = sent.error();
    }
    bool begun() const { return m_stream != nullptr; }
    const std::optional<Error>& broken() const { return m_broken; }

private:
    Result<void> send(const builder::BuildEvent& event)
    {
        if (!m_stream)
            m_stream = TRY(m_exchange.beginStream(m_contentType));
        for (const json::Value& line : m_lines(event))
            TRY(m_stream->writeLine(line));
        return {};
    }

    Exchange& m_exchange;
    std::string_view m_contentType;
    Lines m_lines;
    ResponseStream* m_stream = nullptr;
    std::optional<Error> m_broken;
};

Result<void> runBuild(Exchange& exchange, std::string_view contentType, Reporter::Lines lines)
{
    const auto parameters = TRY(parseBuildQuery(exchange.query()));
    Reporter reporter(exchange, contentType, std::move(lines));
    const ClientWatch watch(exchange.connection());
    const auto built = exchange.services().builds.build(exchange.body(UINT64_MAX), parameters, reporter, watch.token());
    if (reporter.broken())
        return *reporter.broken();
    // Once events were sent, the last of them said how it ended.
    if (!built && !reporter.begun())
        return built.error();
    return {};
}

Result<void> build(Exchange& exchange)
{
    BuildText text(exchange.query().flag("q"));
    return runBuild(exchange, "application/json", [&](const builder::BuildEvent& event) {
        std::vector<json::Value> lines;
        for (const model::BuildMessage& message : text.messages(event))
            lines.push_back(model::toJson(message));
        return lines;
    });
}

Result<void> buildEvents(Exchange& exchange)
{
    return runBuild(exchange, "application/x-ndjson",
        [](const builder::BuildEvent& event) { return std::vector<json::Value> { builder::toJson(event) }; });
}

Result<void> forecast(Exchange& exchange)
{
    const auto parameters = TRY(parseBuildQuery(exchange.query()));
    const ClientWatch watch(exchange.connection());
    const auto forecast = TRY(exchange.services().builds.forecast(exchange.body(UINT64_MAX), parameters, watch.token()));
    return exchange.reply(200, forecast);
}

Result<void> prune(Exchange& exchange)
{
    engine::CachePruneOptions options;
    options.filters = TRY(engine::Filters::parse(exchange.query().value("filters")));
    options.all = exchange.query().flag("all");
    if (TRY(exchange.integer("min-free-space")).value_or(0) != 0)
        return Error(ErrorCode::Unsupported, "min-free-space is not supported: say how much to keep (reserved-space)");
    // "keep-storage" is what "reserved-space" was called before 1.48; "max-used-space" is a bound from above with the same effect.
    for (const char* name : { "keep-storage", "reserved-space", "max-used-space" })
        options.keepBytes = std::max(options.keepBytes, TRY(exchange.integer(name)).value_or(0));
    const ClientWatch watch(exchange.connection());
    return exchange.reply(200, model::toJson(TRY(exchange.services().builds.prune(options, watch.token()))));
}

} // namespace

void addBuildRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "POST", "/build", build },
            { "POST", "/build/prune", prune },
            { "POST", "/darsena/v1/build", buildEvents },
            { "POST", "/darsena/v1/forecast", forecast },
        });
}

} // namespace darsena::server
