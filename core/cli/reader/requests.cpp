// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/reader/requests.h"

#include "core/layers/source/layer_content.h"

#include <array>
#include <atomic>
#include <cerrno>

#include <fmt/format.h>
#include <unistd.h>

namespace darsena::cli {

namespace {

constexpr std::size_t maxLineBytes = 64 * 1024;
constexpr std::size_t maxJobs = 8;
constexpr std::uint64_t window = 4 << 20; ///< bytes of one answer that may be under way
constexpr std::size_t pieceBytes = 64 * 1024;

} // namespace

struct ReaderRequests::Job {
    std::int64_t id = 0;
    bool tar = false;
    std::size_t layer = 0;
    std::string path;
    std::uint64_t maxBytes = 0;
    bool onlyLayer = false;

    std::stop_source stop;
    std::mutex mutex;
    std::condition_variable_any taken;
    std::uint64_t underWay = 0;
    std::atomic<bool> ended = false;
    std::jthread thread; ///< last: it is joined first
};

/// Sends what is written as pieces of a job's answer, no faster than they are taken.
class ReaderRequests::Answer : public archive::ByteSink {
public:
    Answer(ReaderOutput& output, Job& job)
        : m_output(output)
        , m_job(job)
    {
    }
    Result<void> write(std::span<const std::byte> bytes) override
    {
        // A tar comes in pieces of 512 bytes, which would each cost a message.
        while (!bytes.empty()) {
            const std::size_t count = std::min(bytes.size(), pieceBytes - m_piece.size());
            m_piece.insert(m_piece.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
            bytes = bytes.subspan(count);
            if (m_piece.size() == pieceBytes)
                TRY(flush());
        }
        return {};
    }
    /// Once everything was written.
    Result<void> flush()
    {
        if (m_piece.empty())
            return {};
        {
            std::unique_lock lock(m_job.mutex);
            const std::size_t size = m_piece.size();
            if (!m_job.taken.wait(lock, m_job.stop.get_token(), [&] { return m_job.underWay + size <= window; }))
                return Error(ErrorCode::Cancelled, "stopped");
            m_job.underWay += size;
        }
        m_output.replyBytes(m_job.id, m_piece);
        m_piece.clear();
        return {};
    }
    using ByteSink::write;

private:
    ReaderOutput& m_output;
    Job& m_job;
    std::vector<std::byte> m_piece;
};

ReaderRequests::ReaderRequests(ReaderOutput& output)
    : m_output(output)
{
}

ReaderRequests::~ReaderRequests()
{
    for (const auto& [id, job] : m_jobs)
        job->stop.request_stop();
    m_jobs.clear();
}

void ReaderRequests::setSource(layers::ImageSource& source)
{
    const std::scoped_lock lock(m_mutex);
    m_source = &source;
}

void ReaderRequests::setLayer(std::size_t number, std::size_t count, std::shared_ptr<const layers::Index> index)
{
    const std::scoped_lock lock(m_mutex);
    m_indexes.resize(count);
    m_indexes[number] = std::move(index);
}

void ReaderRequests::serve(int fd)
{
    std::string line;
    std::array<char, 4096> buffer;
    while (true) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return;
        for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(count))) {
            if (c == '\n') {
                handle(line);
                line.clear();
            } else {
                line += c;
            }
        }
        if (line.size() > maxLineBytes)
            return;
    }
}

void ReaderRequests::handle(const std::string& line)
{
    const auto value = json::parse(line);
    if (!value || !value->is_object())
        return;
    const json::Object& request = value->as_object();
    const std::int64_t id = json::integer(request, "id").valueOr(0);
    const std::string verb = json::text(request, "do").valueOr({});
    if (verb == "file" || verb == "tar")
        return start(request, id);
    std::shared_ptr<Job> job;
    {
        const std::scoped_lock lock(m_mutex);
        if (const auto found = m_jobs.find(id); found != m_jobs.end())
            job = found->second;
    }
    if (!job)
        return; // it ended meanwhile
    if (verb == "stop") {
        job->stop.request_stop();
    } else if (verb == "take") {
        const auto bytes = static_cast<std::uint64_t>(json::integer(request, "bytes").valueOr(0));
        const std::scoped_lock lock(job->mutex);
        job->underWay -= std::min(job->underWay, bytes);
        job->taken.notify_all();
    }
}

void ReaderRequests::sweep()
{
    std::erase_if(m_jobs, [](const auto& entry) { return entry.second->ended.load(); });
}

void ReaderRequests::start(const json::Object& request, std::int64_t id)
{
    const auto layer = json::integer(request, "layer");
    const auto maxBytes = json::integer(request, "maxBytes");
    const auto path = json::text(request, "path");
    if (!layer || !maxBytes || !path || *layer < 0 || *maxBytes < 0)
        return m_output.replyFailed(id, Error(ErrorCode::Invalid, "the request cannot be understood"));
    auto job = std::make_shared<Job>();
    job->id = id;
    job->tar = json::text(request, "do").valueOr({}) == "tar";
    job->layer = static_cast<std::size_t>(*layer);
    job->path = *path;
    job->maxBytes = static_cast<std::uint64_t>(*maxBytes);
    job->onlyLayer = json::boolean(request, "onlyLayer").valueOr(false);
    const std::scoped_lock lock(m_mutex);
    sweep();
    if (m_jobs.size() >= maxJobs)
        return m_output.replyFailed(id, Error(ErrorCode::Unavailable, "too much is asked for at once"));
    if (!m_jobs.emplace(id, job).second)
        return m_output.replyFailed(id, Error(ErrorCode::Invalid, "a request of that number is being answered"));
    job->thread = std::jthread([this, raw = job.get()] {
        if (const auto answered = run(*raw))
            m_output.replyDone(raw->id);
        else
            m_output.replyFailed(raw->id, answered.error());
        raw->ended = true;
    });
}

Result<layers::ImageSource*> ReaderRequests::source()
{
    const std::scoped_lock lock(m_mutex);
    if (!m_source || m_indexes.empty())
        return Error(ErrorCode::Conflict, "the image is not read yet");
    return m_source;
}

Result<std::shared_ptr<const layers::Stack>> ReaderRequests::stackUpTo(std::size_t layer, bool onlyLayer)
{
    std::vector<std::shared_ptr<const layers::Index>> indexes;
    {
        const std::scoped_lock lock(m_mutex);
        if (layer >= m_indexes.size())
            return Error(ErrorCode::NotFound, fmt::format("there is no layer {}", layer));
        indexes.assign(m_indexes.begin(), m_indexes.begin() + static_cast<std::ptrdiff_t>(layer) + 1);
    }
    for (std::size_t n = onlyLayer ? layer : 0; n <= layer; ++n) {
        if (!indexes[n])
            return Error(ErrorCode::Conflict, fmt::format("layer {} is not read yet", n));
    }
    return std::make_shared<const layers::Stack>(TRY(layers::Stack::build(std::move(indexes))));
}

Result<void> ReaderRequests::run(Job& job)
{
    layers::ImageSource* const from = TRY(source());
    Answer answer(m_output, job);
    if (!job.tar) {
        const std::string content = TRY(layers::readFile(*from, job.layer, job.path, job.maxBytes, job.stop.get_token()));
        TRY(answer.write(content));
        return answer.flush();
    }
    const auto stack = TRY(stackUpTo(job.layer, job.onlyLayer));
    TRY(layers::extract(*from, *stack, job.layer + 1, job.path, job.onlyLayer, answer, {}, job.stop.get_token()));
    return answer.flush();
}

} // namespace darsena::cli
