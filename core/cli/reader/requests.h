// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cli/reader/output.h"
#include "core/layers/stack.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace darsena::cli {

/// Answers what the program that started `darsena read-image --serve` asks about the image's contents: lines of JSON on
/// standard input.
///
///   {"id":N,"do":"file","layer":L,"path":"etc/passwd","maxBytes":M}   the content that layer L stores there
///   {"id":N,"do":"tar","layer":L,"path":"etc","onlyLayer":false}   a tar of what is visible with layers 0…L, or stored in L
///   {"id":N,"do":"take","bytes":K}   K bytes of the answer were used: at most 4 MiB are under way without
///   {"id":N,"do":"stop"}   the answer is not wanted any longer; it ends with Cancelled
///
/// Each runs in a thread of its own, at most eight at a time. The end of standard input ends the process.
class ReaderRequests {
public:
    /// The output must outlive it.
    explicit ReaderRequests(ReaderOutput& output);
    ~ReaderRequests();

    /// From now on there is something to answer from. The source must outlive this object.
    void setSource(layers::ImageSource& source);
    void setLayer(std::size_t number, std::size_t count, std::shared_ptr<const layers::Index> index);

    /// Reads requests until the end of the descriptor. Lines above 64 KiB end it, too: nobody of ours writes such.
    void serve(int fd);

private:
    struct Job;
    class Answer;

    void handle(const std::string& line);
    void start(const json::Object& request, std::int64_t id);
    Result<void> run(Job& job);
    Result<std::shared_ptr<const layers::Stack>> stackUpTo(std::size_t layer, bool onlyLayer);
    Result<layers::ImageSource*> source();
    void sweep();

    ReaderOutput& m_output;
    std::mutex m_mutex;
    std::map<std::int64_t, std::shared_ptr<Job>> m_jobs; ///< running, and those that ended since the last sweep
    layers::ImageSource* m_source = nullptr;
    std::vector<std::shared_ptr<const layers::Index>> m_indexes;
};

} // namespace darsena::cli
