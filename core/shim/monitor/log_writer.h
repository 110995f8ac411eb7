// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <cstdint>
#include <string>
#include <string_view>

#include <time.h>

namespace darsena::shim {

/// A container's log as Docker's json-file driver writes it: one object a line,
/// {"log":"text\n","stream":"stdout","time":"…"}. A line of output longer than 16 KiB is written in parts, of which only
/// the last ends with \n.
class LogWriter {
public:
    enum Stream { Output = 0, Error = 1 };

    /// Does nothing when path is empty. `attributes`: a JSON object for every record. A torn last line, left by a crash, is cut off. No link is followed, and only a
    /// regular file is taken (CVE-2026-53489).
    static Result<LogWriter> open(const std::string& path, std::uint64_t maxSize, unsigned maxFiles, std::string_view attributes = {});

    /// Takes output as it comes; whole lines go to the file before this returns. A full disk loses lines, never blocks:
    /// the container does not stop because its log cannot grow.
    void add(Stream stream, std::string_view bytes);
    /// The streams ended: writes what has no line end yet.
    void finish();
    std::uint64_t size() const { return m_size; }

private:
    LogWriter() = default;
    void appendRecord(Stream stream, std::string_view text, const timespec& now);
    void flush();
    void turnOver();
    Result<void> reopen();

    std::string m_path;
    std::uint64_t m_maxSize = 0;
    unsigned m_maxFiles = 1;
    UniqueFd m_file;
    std::uint64_t m_size = 0;
    std::string m_partial[2];
    std::string m_encoded;
    std::string m_attributes; ///< as it stands in a record
};

} // namespace darsena::shim
