// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/reader/output.h"

#include "core/archive/stream.h"
#include "core/cli/utf8.h"

#include <cstdlib>

namespace darsena::cli {

namespace {

json::Object errorMembers(const Error& error)
{
    return {{"message", validUtf8(error.message())}};
}

json::Object factsMembers(const layers::LayerFacts& facts)
{
    json::Array remarks;
    for (const layers::Remark& remark : facts.remarks)
        remarks.emplace_back(json::Object {
            {"path", validUtf8(remark.path)}, {"offset", remark.offset}, {"sentence", validUtf8(remark.sentence)}});
    return {{"diffId", facts.diffId.text()}, {"storedBytes", facts.storedBytes}, {"tarBytes", facts.tarBytes},
        {"fromCache", facts.fromCache}, {"remarks", std::move(remarks)}};
}

std::string_view textOf(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

void ReaderOutput::choices(const std::vector<layers::SourceChoice>& choices)
{
    json::Array list;
    for (const layers::SourceChoice& choice : choices)
        list.emplace_back(json::Object {{"name", validUtf8(choice.name)}, {"platform", choice.platform.toJson()},
            {"manifest", choice.manifest.text()}, {"number", choice.number}});
    send({{"event", "choices"}, {"choices", std::move(list)}});
}

void ReaderOutput::image(const layers::SourceImage& image)
{
    json::Array list;
    for (const layers::SourceLayer& layer : image.layers)
        list.emplace_back(json::Object {
            {"diffId", layer.diffId.text()}, {"storedBytes", layer.storedBytes}, {"where", validUtf8(layer.where)}});
    send({{"event", "image"}, {"name", validUtf8(image.name)}, {"id", image.id.text()}, {"layers", std::move(list)}},
        image.configText);
}

void ReaderOutput::progress(std::uint64_t done, std::uint64_t total)
{
    send({{"event", "progress"}, {"done", done}, {"total", total}});
}

void ReaderOutput::layer(std::size_t number, const layers::Index& index, const layers::LayerFacts& facts)
{
    archive::MemorySink sink;
    layers::IndexWriter writer(sink);
    Result<void> written;
    for (const layers::IndexEntry& entry : index.entries()) {
        written = writer.add(entry);
        if (!written)
            break;
    }
    if (written)
        written = writer.finish();
    // An index that was read can be written; if not, the reader must not wait for the layer.
    if (!written)
        return failed(written.error());
    send({{"event", "layer"}, {"number", number}, {"facts", factsMembers(facts)}}, sink.bytes());
}

void ReaderOutput::done()
{
    send({{"event", "done"}});
}

void ReaderOutput::failed(const Error& error)
{
    json::Object message = errorMembers(error);
    message["event"] = "failed";
    message["code"] = static_cast<int>(error.code());
    send(std::move(message));
}

void ReaderOutput::replyBytes(std::int64_t request, std::span<const std::byte> bytes)
{
    send({{"reply", request}}, textOf(bytes));
}

void ReaderOutput::replyDone(std::int64_t request)
{
    send({{"reply", request}, {"done", true}});
}

void ReaderOutput::replyFailed(std::int64_t request, const Error& error)
{
    json::Object message = errorMembers(error);
    message["reply"] = request;
    message["failed"] = static_cast<int>(error.code());
    send(std::move(message));
}

void ReaderOutput::send(json::Object message)
{
    const std::scoped_lock lock(m_mutex);
    write(json::serialize(message) + '\n');
}

void ReaderOutput::send(json::Object message, std::string_view bytes)
{
    message["bytes"] = bytes.size();
    const std::scoped_lock lock(m_mutex);
    write(json::serialize(message) + '\n');
    write(bytes);
}

void ReaderOutput::write(std::string_view bytes)
{
    archive::FdSink sink(m_fd);
    if (!sink.write(bytes))
        std::_Exit(2);
}

} // namespace darsena::cli
