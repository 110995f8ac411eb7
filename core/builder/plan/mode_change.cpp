// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/plan/mode_change.h"

#include "core/dockerfile/values.h"

namespace darsena::builder {

namespace {

/// Copies the bits of a triple (rwx as 07) into every triple of `who`.
mode_t spread(mode_t bits, mode_t who)
{
    return static_cast<mode_t>((bits | bits << 3 | bits << 6) & who);
}

mode_t triple(mode_t mode, mode_t which)
{
    if (which == 0700)
        return (mode >> 6) & 07;
    if (which == 0070)
        return (mode >> 3) & 07;
    return mode & 07;
}

} // namespace

Result<ModeChange> ModeChange::parse(std::string_view text)
{
    const auto invalid = [&] {
        return Error(ErrorCode::Invalid, dockerfile::invalidFileMode(text));
    };
    ModeChange change;
    if (text.empty())
        return invalid();
    if (text.front() >= '0' && text.front() <= '9') {
        mode_t mode = 0;
        for (const char digit : text) {
            if (digit < '0' || digit > '7' || mode > 0777)
                return invalid();
            mode = mode * 8 + static_cast<mode_t>(digit - '0');
        }
        if (mode > 07777)
            return invalid();
        change.m_octal = true;
        change.m_mode = mode;
        return change;
    }

    std::size_t at = 0;
    while (at < text.size()) {
        mode_t who = 0;
        for (; at < text.size(); ++at) {
            if (text[at] == 'u')
                who |= 0700;
            else if (text[at] == 'g')
                who |= 0070;
            else if (text[at] == 'o')
                who |= 0007;
            else if (text[at] == 'a')
                who |= 0777;
            else
                break;
        }
        if (who == 0)
            who = 0777;
        bool any = false;
        while (at < text.size() && (text[at] == '+' || text[at] == '-' || text[at] == '=')) {
            any = true;
            Clause clause { .who = who, .operation = text[at++] };
            for (bool more = true; more && at < text.size(); at += more ? 1 : 0) {
                switch (text[at]) {
                case 'r':
                    clause.bits |= 04;
                    break;
                case 'w':
                    clause.bits |= 02;
                    break;
                case 'x':
                    clause.bits |= 01;
                    break;
                case 'X':
                    clause.conditionalExecute = true;
                    break;
                case 's':
                    clause.setId = true;
                    break;
                case 't':
                    clause.sticky = true;
                    break;
                case 'u':
                    clause.copyFrom = 0700;
                    break;
                case 'g':
                    clause.copyFrom = 0070;
                    break;
                case 'o':
                    clause.copyFrom = 0007;
                    break;
                default:
                    more = false;
                }
            }
            change.m_clauses.push_back(clause);
        }
        if (!any)
            return invalid();
        if (at < text.size()) {
            if (text[at] != ',' || at + 1 == text.size())
                return invalid();
            ++at;
        }
    }
    return change;
}

mode_t ModeChange::apply(mode_t mode, bool isDirectory) const
{
    if (m_octal)
        return m_mode;
    for (const Clause& clause : m_clauses) {
        mode_t bits = clause.bits;
        if (clause.conditionalExecute && (isDirectory || (mode & 0111) != 0))
            bits |= 01;
        if (clause.copyFrom != 0)
            bits |= triple(mode, clause.copyFrom);
        mode_t change = spread(bits, clause.who);
        if (clause.setId && (clause.who & 0700) != 0)
            change |= 04000;
        if (clause.setId && (clause.who & 0070) != 0)
            change |= 02000;
        if (clause.sticky)
            change |= 01000;
        if (clause.operation == '+') {
            mode |= change;
        } else if (clause.operation == '-') {
            mode &= ~change;
        } else {
            // "=" clears what it names; the set-id bits of a directory stay unless named, as chmod(1) keeps them.
            mode_t cleared = clause.who;
            if (!isDirectory || clause.setId)
                cleared |= ((clause.who & 0700) != 0 ? 04000U : 0U) | ((clause.who & 0070) != 0 ? 02000U : 0U);
            mode = (mode & ~cleared) | change;
        }
    }
    return mode & 07777;
}

} // namespace darsena::builder
