// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/curl_transport.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>

#include <curl/curl.h>
#include <fmt/format.h>

namespace darsena::registry {

namespace {

constexpr std::size_t maxHeadBytes = 64 * 1024;
constexpr std::size_t maxWaiting = 1 << 20;
constexpr std::size_t maxIdle = 8;

using Clock = std::chrono::steady_clock;

void setUpOnce()
{
    static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(done);
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    return text;
}

} // namespace

/// A multi handle with the connections that it keeps, and the easy handle that uses them.
struct Line {
    std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi { curl_multi_init(), &curl_multi_cleanup };
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy { curl_easy_init(), &curl_easy_cleanup };
};

/// Lines that nobody uses at the moment.
class CurlTransport::Pool {
public:
    std::unique_ptr<Line> take()
    {
        const std::scoped_lock lock(m_mutex);
        if (m_idle.empty())
            return std::make_unique<Line>();
        auto line = std::move(m_idle.back());
        m_idle.pop_back();
        return line;
    }
    void giveBack(std::unique_ptr<Line> line)
    {
        const std::scoped_lock lock(m_mutex);
        if (m_idle.size() < maxIdle)
            m_idle.push_back(std::move(line));
    }

private:
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Line>> m_idle;
};

/// One request under way. libcurl works only inside our calls, so that a slow reader slows the sender.
class CurlExchange : public Exchange {
public:
    CurlExchange(std::shared_ptr<CurlTransport::Pool> pool, const CurlTransport::Options& options, const Request& request, std::stop_token stop)
        : m_pool(std::move(pool))
        , m_options(options)
        , m_line(m_pool->take())
        , m_where(fmt::format("{}:{}", request.url.host(), request.url.port()))
        , m_form(request.form)
        , m_stop(std::move(stop))
    {
        CURL* const easy = m_line->easy.get();
        const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
        set(CURLOPT_URL, request.url.text().c_str());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        // HTTP/2's window would let 32 MiB a stream wait in memory.
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connectPatience.count()));
        set(CURLOPT_USERAGENT, "darsena/" DARSENA_VERSION);
        set(CURLOPT_ERRORBUFFER, m_errorText);
        if (!request.verify) {
            set(CURLOPT_SSL_VERIFYPEER, 0L);
            set(CURLOPT_SSL_VERIFYHOST, 0L);
        }
        if (const char* const authorities = std::getenv("SSL_CERT_FILE"); authorities != nullptr && *authorities != '\0')
            set(CURLOPT_CAINFO, authorities);
        for (const Header& header : request.headers)
            m_headers.reset(curl_slist_append(m_headers.release(), fmt::format("{}: {}", header.name, header.value).c_str()));
        if (!m_form.empty()) {
            set(CURLOPT_POSTFIELDS, m_form.c_str());
            set(CURLOPT_POSTFIELDSIZE, static_cast<long>(m_form.size()));
        }
        set(CURLOPT_HTTPHEADER, m_headers.get());
        set(CURLOPT_WRITEFUNCTION, &CurlExchange::onBody);
        set(CURLOPT_WRITEDATA, static_cast<void*>(this));
        set(CURLOPT_HEADERFUNCTION, &CurlExchange::onHeader);
        set(CURLOPT_HEADERDATA, static_cast<void*>(this));
        curl_multi_add_handle(m_line->multi.get(), easy);
    }

    ~CurlExchange() override
    {
        curl_multi_remove_handle(m_line->multi.get(), m_line->easy.get());
        curl_easy_reset(m_line->easy.get());
        m_pool->giveBack(std::move(m_line));
    }

    const Head& head() const override { return m_head; }

    Result<void> awaitHead()
    {
        return pump([this] { return m_headDone; });
    }

    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        if (m_waiting.size() == m_taken) {
            m_waiting.clear();
            m_taken = 0;
            if (std::exchange(m_paused, false))
                curl_easy_pause(m_line->easy.get(), CURLPAUSE_CONT);
            TRY(pump([this] { return !m_waiting.empty(); }));
        }
        const std::size_t count = std::min(buffer.size(), m_waiting.size() - m_taken);
        std::memcpy(buffer.data(), m_waiting.data() + m_taken, count);
        m_taken += count;
        return count;
    }

private:
    /// Lets libcurl work until `enough` or the end.
    template<typename Enough>
    Result<void> pump(Enough enough)
    {
        CURLM* const multi = m_line->multi.get();
        const std::stop_callback wake(m_stop, [multi] { curl_multi_wakeup(multi); });
        Clock::time_point heard = Clock::now();
        std::uint64_t bytes = m_bytes;
        while (!enough() && !m_end) {
            if (m_stop.stop_requested())
                return Error(ErrorCode::Cancelled, "stopped");
            int running = 0;
            curl_multi_perform(multi, &running);
            collectEnd();
            if (enough() || m_end)
                break;
            if (std::exchange(bytes, m_bytes) != m_bytes)
                heard = Clock::now();
            const auto silence = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - heard);
            if (silence >= m_options.silencePatience)
                return Error(ErrorCode::Unavailable, fmt::format("{} has been silent for {} seconds", m_where, silence.count() / 1000));
            curl_multi_poll(multi, nullptr, 0, static_cast<int>((m_options.silencePatience - silence).count()) + 1, nullptr);
        }
        if (enough())
            return {};
        return outcome();
    }

    void collectEnd()
    {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(m_line->multi.get(), &left)) {
            if (message->msg == CURLMSG_DONE)
                m_end = message->data.result;
        }
    }

    Result<void> outcome() const
    {
        if (m_headTooLarge)
            return Error(ErrorCode::TooLarge, fmt::format("{}: the head of its answer is larger than {} bytes", m_where, maxHeadBytes));
        if (*m_end == CURLE_OK && m_headDone)
            return {};
        const char* const text = m_errorText[0] != '\0' ? m_errorText : curl_easy_strerror(*m_end);
        return Error(ErrorCode::Unavailable, fmt::format("{}: {}", m_where, *m_end == CURLE_OK ? "no answer" : text));
    }

    static std::size_t onBody(char* bytes, std::size_t, std::size_t count, void* self)
    {
        auto& exchange = *static_cast<CurlExchange*>(self);
        if (exchange.m_waiting.size() >= maxWaiting) {
            exchange.m_paused = true;
            return CURL_WRITEFUNC_PAUSE;
        }
        exchange.m_waiting.append(bytes, count);
        exchange.m_bytes += count;
        return count;
    }

    static std::size_t onHeader(char* bytes, std::size_t, std::size_t count, void* self)
    {
        auto& exchange = *static_cast<CurlExchange*>(self);
        exchange.m_bytes += count;
        // Every interim answer (100 Continue) counts, too: a server could send them for ever.
        exchange.m_headBytes += count;
        if (exchange.m_headBytes > maxHeadBytes) {
            exchange.m_headTooLarge = true;
            return 0;
        }
        const std::string_view line = trimmed({ bytes, count });
        if (line.starts_with("HTTP/")) {
            exchange.m_head = {};
            long status = 0;
            curl_easy_getinfo(exchange.m_line->easy.get(), CURLINFO_RESPONSE_CODE, &status);
            exchange.m_head.status = static_cast<int>(status);
        } else if (line.empty()) {
            exchange.m_headDone = exchange.m_headDone || exchange.m_head.status >= 200;
        } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos && !exchange.m_headDone) {
            exchange.m_head.headers.push_back({ std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1))) });
        }
        return count;
    }

    std::shared_ptr<CurlTransport::Pool> m_pool;
    CurlTransport::Options m_options;
    std::unique_ptr<Line> m_line;
    std::string m_where;
    std::string m_form;
    std::stop_token m_stop;
    std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> m_headers { nullptr, &curl_slist_free_all };
    char m_errorText[CURL_ERROR_SIZE] {};

    Head m_head;
    bool m_headDone = false;
    bool m_headTooLarge = false;
    std::size_t m_headBytes = 0;
    std::string m_waiting;
    std::size_t m_taken = 0;
    bool m_paused = false;
    std::uint64_t m_bytes = 0; ///< whatever came, as a sign of life
    std::optional<CURLcode> m_end;
};

CurlTransport::CurlTransport(Options options)
    : m_options(options)
{
    setUpOnce();
    m_pool = std::make_shared<Pool>();
}

CurlTransport::CurlTransport()
    : CurlTransport(Options {})
{
}

CurlTransport::~CurlTransport() = default;

Result<std::unique_ptr<Exchange>> CurlTransport::send(const Request& request, std::stop_token stop)
{
    auto exchange = std::make_unique<CurlExchange>(m_pool, m_options, request, std::move(stop));
    TRY(exchange->awaitHead());
    return std::unique_ptr<Exchange>(std::move(exchange));
}

} // namespace darsena::registry
