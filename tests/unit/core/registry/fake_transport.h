// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registry/transport.h"

#include <functional>
#include <map>
#include <vector>

/// Answers from a table of addresses; remembers what was asked.
class FakeTransport : public darsena::registry::Transport {
public:
    struct Answer {
        int status = 200;
        std::vector<darsena::registry::Header> headers;
        std::string body;
        std::size_t breaksAfter = std::string::npos; ///< bytes of the body, then the connection is gone
    };
    using Handler = std::function<Answer(const darsena::registry::Request&)>;

    /// Addresses without a handler cannot be reached.
    std::map<std::string, Handler> handlers;
    std::vector<darsena::registry::Request> asked;

    void answer(const std::string& url, Answer what)
    {
        handlers[url] = [what](const darsena::registry::Request&) { return what; };
    }

    static std::string header(const darsena::registry::Request& request, std::string_view name)
    {
        for (const auto& header : request.headers) {
            if (header.name == name)
                return header.value;
        }
        return {};
    }

    darsena::Result<std::unique_ptr<darsena::registry::Exchange>> send(
        const darsena::registry::Request& request, std::stop_token) override
    {
        asked.push_back(request);
        const auto found = handlers.find(request.url.text());
        if (found == handlers.end())
            return darsena::Error(darsena::ErrorCode::Unavailable, "nobody at " + request.url.text());
        return std::unique_ptr<darsena::registry::Exchange>(std::make_unique<FakeExchange>(found->second(request)));
    }

private:
    class FakeExchange : public darsena::registry::Exchange {
    public:
        explicit FakeExchange(Answer answer)
            : m_answer(std::move(answer))
            , m_body(std::string_view(m_answer.body).substr(0, m_answer.breaksAfter))
        {
            m_head.status = m_answer.status;
            m_head.headers = m_answer.headers;
        }
        const darsena::registry::Head& head() const override { return m_head; }
        darsena::Result<std::size_t> read(std::span<std::byte> buffer) override
        {
            // Small pieces, as from a network.
            const std::size_t count = TRY(m_body.read(buffer.first(std::min<std::size_t>(buffer.size(), 1000))));
            if (count == 0 && m_answer.breaksAfter != std::string::npos)
                return darsena::Error(darsena::ErrorCode::Unavailable, "the connection broke");
            return count;
        }

    private:
        Answer m_answer;
        darsena::registry::Head m_head;
        darsena::archive::MemorySource m_body;
    };
};
