// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/instructions.h"
#include "core/dockerfile/stages.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace darsena::dockerfile::assist_detail {

// Where variables and stages are named. Goes by statements, so that it works in files with errors. Internal to
// core/dockerfile/assist.

struct Occurrence {
    enum class Role {
        Use,
        Declare, ///< ARG without a value
        Define, ///< ARG with a default, ENV
        Comment, ///< "# NAME what it is for" above an ARG
    };
    std::string_view name; ///< valid during the visit
    Range range; ///< of the name alone
    Role role = Role::Use;
    std::optional<std::size_t> stage; ///< nullopt: the global scope, of FROM lines and what stands before the first
};
/// What reads the shell form at a statement: variables are $x, $env:X or %X%.
enum class ShellKind { Posix, PowerShell, Cmd };
/// As the last SHELL before it says, in its stage or those that it is built on.
ShellKind shellBefore(const Dockerfile& file, const StageGraph& graph, std::size_t statement);

using OccurrenceVisitor = std::function<void(const Occurrence&)>;

class OccurrenceFinder {
public:
    OccurrenceFinder(const Dockerfile& file, const StageGraph& graph);

    /// Every variable that a statement names.
    void visit(std::size_t statement, const OccurrenceVisitor& visitor);
    void visitAll(const OccurrenceVisitor& visitor);

private:
    void visitStatement(std::size_t index);
    void visitArg(const Statement& statement, const Statement& holder);
    void visitPairs(const Statement& statement, const Statement& holder);
    void visitWords(const Statement& statement, const Statement& holder);
    void visitCommand(const Statement& statement, const Statement& holder);
    void visitHeredocs(const Statement& statement);
    void visitSpan(const LogicalLine& line, std::uint32_t begin, std::uint32_t end);
    void visitScript(std::string_view text, std::uint32_t begin, std::uint32_t end,
        const std::function<Range(std::uint32_t, std::uint32_t)>& place);
    void emit(std::string_view name, Range range, Occurrence::Role role)
    {
        (*m_visitor)({.name = name, .range = range, .role = role, .stage = m_scope});
    }

    const Dockerfile& m_file;
    const StageGraph& m_graph;
    const OccurrenceVisitor* m_visitor = nullptr;
    std::optional<std::size_t> m_scope;
    ShellKind m_shell = ShellKind::Posix;
};

/// A place that takes from a stage: --from of COPY, from= of a RUN mount, those of ONBUILD too.
struct SourceName {
    Range range; ///< of the value
    std::string_view text; ///< as written in the file
    bool mount = false; ///< then a number is no stage
};
void visitSourceNames(
    const Dockerfile& file, const Statement& statement, const std::function<void(const SourceName&)>& visitor);

/// Finds the stage that such a place means: by name in any case, the last of it, or by number.
class StageNames {
public:
    StageNames(const Dockerfile& file, const StageOptions& options);
    /// nullopt: an image, a context, or nothing.
    std::optional<std::size_t> find(const SourceName& source) const;

private:
    std::map<std::string_view, std::size_t> m_last;
    std::set<std::string, std::less<>> m_contexts;
    std::size_t m_count;
};

/// Where a name stands in a comment "# name text" above an instruction.
std::optional<Range> nameInComment(const SourceText& source, const Comment& comment, std::string_view name);

} // namespace darsena::dockerfile::assist_detail
