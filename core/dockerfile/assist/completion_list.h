// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"
#include "core/dockerfile/assist/names.h"
#include "core/dockerfile/assist/place.h"

#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::assist_detail {

// Internal to core/dockerfile/assist: what completion collects, and the parts that offer something, a file each.

/// An entry before it knows what it replaces. `text` empty: the label goes in.
struct Offer {
    CompletionKind kind = CompletionKind::Value;
    std::string label {};
    std::string text {};
    std::string detail {};
    std::string documentation {};
    char rank = '5'; ///< lists go by it first: '0' is on top
    bool snippet = false;
    bool again = false;
    bool deprecated = false;
};

class CompletionList {
public:
    CompletionList(const Dockerfile& file, const Surroundings& world, const Place& place)
        : m_file(file)
        , m_world(world)
        , m_place(place)
    { }

    const Dockerfile& file() const { return m_file; }
    const Surroundings& world() const { return m_world; }
    const Place& place() const { return m_place; }
    const std::string& language() const { return m_world.language; }
    char escape() const { return m_file.document.escape; }

    /// What is offered from here on replaces this piece of the logical line. False: it cannot be replaced, for it runs
    /// over lines.
    bool aim(std::uint32_t begin, std::uint32_t end);
    bool aim(Span span) { return aim(span.begin, span.end); }
    /// The same for a range of the file.
    void aimAt(Range range);

    /// What stands before the caret in what is replaced.
    const std::string& prefix() const { return m_prefix; }

    /// Takes an entry whose label begins with the prefix, in any case.
    void add(Offer offer);

    /// Ordered, each label of a kind once.
    std::vector<Completion> take();

private:
    const Dockerfile& m_file;
    const Surroundings& m_world;
    const Place& m_place;
    Range m_range {};
    std::string m_prefix;
    std::vector<Completion> m_items;
};

bool startsWithIgnoringCase(std::string_view text, std::string_view prefix);

// complete_instructions.cpp
void offerInstructions(CompletionList& list);
// complete_flags.cpp
void offerFlags(CompletionList& list);
// complete_mounts.cpp
/// Within the value of --mount, which is this piece of the line.
void offerMount(CompletionList& list, Span value);
// complete_sources.cpp
/// Stages that come before the instruction; those without a name by number where that is understood.
void offerStages(CompletionList& list, bool numbers);
void offerImages(CompletionList& list);
void offerFrom(CompletionList& list);
// complete_paths.cpp
/// Of the build context; the path is this piece of the line.
void offerContextPaths(CompletionList& list, Span path);
void offerCopyArguments(CompletionList& list);
/// Of the image; `files`: what commands name, too.
void offerFolders(CompletionList& list, Span path, bool files = false);
// complete_variables.cpp
/// If the caret is behind '$' or in "${…": offers what can be named there, and says true. The text is looked at from
/// `begin`.
bool offerVariables(CompletionList& list, std::uint32_t begin, NameReader reader);
bool offerHeredocBody(CompletionList& list);
void offerVariableNames(CompletionList& list);
// complete_values.cpp
void offerUsers(CompletionList& list, Span word);
void offerArguments(CompletionList& list);
bool offerHeredocWords(CompletionList& list);
// complete_comments.cpp
void offerComment(CompletionList& list);

} // namespace darsena::dockerfile::assist_detail
