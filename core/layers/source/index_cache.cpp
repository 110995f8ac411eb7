// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/index_cache.h"

#include "core/base/json.h"
#include "core/base/unique_fd.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// A file: "DARSLAY1" · length of the facts, 8 hexadecimal digits · the facts, JSON · their sha256, 64 digits · the index.
namespace darsena::layers {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view magic = "DARSLAY1";
constexpr std::size_t lengthDigits = 8;
constexpr std::size_t checksumDigits = 64;
constexpr std::uint64_t maxFileBytes = (1ULL << 30) + (16 << 20);

/// JSON holds characters, names hold bytes: a byte becomes the character of its number, and back.
std::string toCharacters(std::string_view bytes)
{
    std::string text;
    for (char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80)
            text += static_cast<char>(0xc0 | byte >> 6);
        text += static_cast<char>(byte < 0x80 ? byte : 0x80 | (byte & 0x3f));
    }
    return text;
}

std::string toBytes(std::string_view text)
{
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto first = static_cast<unsigned char>(text[i]);
        if (first < 0x80 || i + 1 == text.size())
            bytes += text[i];
        else
            bytes += static_cast<char>(first << 6 | (static_cast<unsigned char>(text[++i]) & 0x3f));
    }
    return bytes;
}

std::string factsText(const Digest& diffId, const LayerFacts& facts)
{
    json::Array remarks;
    for (const Remark& remark : facts.remarks)
        remarks.emplace_back(json::Object { { "path", toCharacters(remark.path) }, { "offset", remark.offset }, { "sentence", toCharacters(remark.sentence) } });
    return json::serialize(json::Object { { "diffId", diffId.text() }, { "tarBytes", facts.tarBytes }, { "remarks", std::move(remarks) } });
}

Result<LayerFacts> parseFacts(std::string_view text, const Digest& diffId)
{
    const json::Value document = TRY(json::parse(text));
    if (!document.is_object())
        return Error(ErrorCode::Corrupt, "no facts");
    const json::Object& object = document.as_object();
    const std::string named = TRY(json::text(object, "diffId"));
    if (named != diffId.text())
        return Error(ErrorCode::Corrupt, "another layer's");
    LayerFacts facts;
    facts.diffId = diffId;
    facts.tarBytes = static_cast<std::uint64_t>(TRY(json::integer(object, "tarBytes")));
    facts.fromCache = true;
    if (const json::Array* remarks = TRY(json::array(object, "remarks"))) {
        for (const json::Value& value : *remarks) {
            if (!value.is_object())
                return Error(ErrorCode::Corrupt, "a remark that is none");
            Remark remark;
            remark.path = toBytes(TRY(json::text(value.as_object(), "path")));
            remark.offset = static_cast<std::uint64_t>(TRY(json::integer(value.as_object(), "offset")));
            remark.sentence = toBytes(TRY(json::text(value.as_object(), "sentence")));
            facts.remarks.push_back(std::move(remark));
        }
    }
    return facts;
}

Result<std::string> readWhole(const fs::path& file)
{
    const auto fd = UniqueFd::adopt(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0)
        return Error::system(errno, file.native());
    if (!S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) > maxFileBytes)
        return Error(ErrorCode::Corrupt, "no file of ours");
    std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
    archive::FdSource source(fd.get());
    for (std::size_t got = 0; got < bytes.size();) {
        const std::size_t count = TRY(source.read(std::as_writable_bytes(std::span(bytes)).subspan(got)));
        if (count == 0)
            return Error(ErrorCode::Corrupt, "cut off");
        got += count;
    }
    // Used now: trim() takes away what was not for long. Nothing is lost where that fails.
    ::futimens(fd.get(), nullptr);
    return bytes;
}

Result<IndexCache::Found> parseFile(std::string_view bytes, const Digest& diffId)
{
    const Error damaged(ErrorCode::Corrupt, "damaged");
    if (bytes.size() < magic.size() + lengthDigits + checksumDigits || !bytes.starts_with(magic))
        return damaged;
    bytes.remove_prefix(magic.size());
    std::size_t length = 0;
    const std::string_view digits = bytes.substr(0, lengthDigits);
    if (std::from_chars(digits.data(), digits.data() + digits.size(), length, 16).ptr != digits.data() + digits.size())
        return damaged;
    bytes.remove_prefix(lengthDigits);
    if (length > bytes.size() - checksumDigits)
        return damaged;
    const std::string_view facts = bytes.substr(0, length);
    if (Digest::ofText(facts).hex() != bytes.substr(length, checksumDigits))
        return damaged;
    IndexCache::Found found;
    found.facts = TRY(parseFacts(facts, diffId));
    found.index = std::make_shared<const Index>(TRY(Index::parse(bytes.substr(length + checksumDigits))));
    return found;
}

} // namespace

IndexCache::IndexCache(fs::path folder)
    : m_folder(std::move(folder))
{
}

fs::path IndexCache::defaultFolder()
{
    // The specification wants relative values ignored.
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache == '/')
        return fs::path(cache) / "darsena/layers";
    const char* home = std::getenv("HOME");
    return fs::path(home && *home == '/' ? home : "/nonexistent") / ".cache/darsena/layers";
}

std::optional<IndexCache::Found> IndexCache::find(const Digest& diffId) const
{
    if (diffId.empty())
        return std::nullopt;
    const auto bytes = readWhole(m_folder / diffId.hex());
    if (!bytes)
        return std::nullopt;
    auto found = parseFile(*bytes, diffId);
    return found ? std::optional(std::move(*found)) : std::nullopt;
}

void IndexCache::store(const Digest& diffId, std::string_view indexBytes, const LayerFacts& facts) const
{
    std::error_code ignored;
    fs::create_directories(m_folder, ignored);
    std::string aside = m_folder / (".new-XXXXXX");
    const auto fd = UniqueFd::adopt(::mkostemp(aside.data(), O_CLOEXEC));
    if (!fd)
        return;
    const std::string text = factsText(diffId, facts);
    archive::FdSink sink(fd.get());
    const bool written = sink.write(fmt::format("{}{:08x}{}{}", magic, text.size(), text, Digest::ofText(text).hex())).ok()
        && sink.write(indexBytes).ok();
    // No fsync: what a crash damages counts as not there.
    if (!written || ::rename(aside.c_str(), (m_folder / diffId.hex()).c_str()) != 0)
        ::unlink(aside.c_str());
}

void IndexCache::trim(std::uint64_t maxBytes) const
{
    struct File {
        fs::path path;
        std::uint64_t bytes;
        fs::file_time_type used;
    };
    std::vector<File> files;
    std::uint64_t total = 0;
    std::error_code error;
    const auto dayAgo = fs::file_time_type::clock::now() - std::chrono::hours(24);
    for (fs::directory_iterator at(m_folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        const auto bytes = at->file_size(ignored);
        const auto used = at->last_write_time(ignored);
        if (ignored || !at->is_regular_file(ignored) || at->is_symlink(ignored))
            continue;
        const std::string name = at->path().filename();
        if (name.starts_with(".new-") && used < dayAgo)
            ::unlink(at->path().c_str()); // of one that was killed while writing
        if (!Digest::fromHex(name))
            continue;
        files.push_back({ at->path(), bytes, used });
        total += bytes;
    }
    std::ranges::sort(files, {}, &File::used);
    for (const File& file : files) {
        if (total <= maxBytes)
            return;
        if (::unlink(file.path.c_str()) == 0)
            total -= file.bytes;
    }
}

} // namespace darsena::layers
