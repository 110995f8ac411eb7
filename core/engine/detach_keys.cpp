// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detach_keys.h"

#include <fmt/format.h>

namespace darsena::engine {

namespace {

Result<char> parseKey(std::string_view key)
{
    constexpr std::string_view kControl = "ctrl-";
    if (key.size() == 1)
        return key.front();
    if (key.size() == kControl.size() + 1 && key.starts_with(kControl)) {
        const char letter = key.back();
        if (letter >= 'a' && letter <= 'z')
            return static_cast<char>(letter - 'a' + 1);
        // '@' and '[' … '_' are the control characters 0 and 27 … 31.
        if (letter == '@' || (letter >= '[' && letter <= '_'))
            return static_cast<char>(letter - '@');
    }
    return Error(ErrorCode::Invalid, fmt::format("unknown detach key '{}'", key));
}

} // namespace

Result<DetachKeys> DetachKeys::parse(std::string_view text)
{
    if (text.empty())
        text = "ctrl-p,ctrl-q";
    if (text.size() > 256)
        return Error(ErrorCode::Invalid, "the detach key sequence is longer than 256 characters");
    std::string sequence;
    for (;;) {
        const auto comma = text.find(',');
        sequence.push_back(TRY(parseKey(text.substr(0, comma))));
        if (comma == std::string_view::npos)
            return DetachKeys(std::move(sequence));
        text.remove_prefix(comma + 1);
    }
}

DetachKeys::Fed DetachKeys::feed(std::string_view typed)
{
    Fed fed;
    for (const char key : typed) {
        if (key == m_sequence[m_matched]) {
            if (++m_matched == m_sequence.size()) {
                m_matched = 0;
                fed.detach = true;
                return fed;
            }
            continue;
        }
        // What was held back was no detach after all. The key itself may begin a new sequence.
        fed.pass.append(m_sequence, 0, m_matched);
        m_matched = 0;
        if (key == m_sequence.front() && m_sequence.size() > 1)
            m_matched = 1;
        else
            fed.pass.push_back(key);
    }
    return fed;
}

} // namespace darsena::engine
