// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint/shellcheck/facts.h"

#include <array>
#include <map>
#include <unordered_map>

namespace darsena::dockerfile::lint_detail {

/// Goes over one script as the shell would, keeping in mind what each variable may hold, and notes what ShellCheck 0.9
/// says. Internal to lint/shellcheck. By file: the order of things in checker.cpp, words in expansion_checks.cpp,
/// commands in command_checks.cpp, mistakes of form in form_checks.cpp, what commands assign in assignments.cpp.
class ShellChecker {
public:
    ShellChecker(
        const shell::EmbeddedScript& script, ShellEnvironment::View environment, std::vector<ShellFact>& facts);
    void run();

private:
    /// What unquoted use of a variable would do: Clean values are one word whatever happens.
    enum class Space : std::uint8_t { Initial, Dirty, Empty, Clean };
    /// Variables beyond these are taken for Dirty, so that copies stay cheap.
    static constexpr std::size_t maxVariables = 64;
    struct State {
        std::array<Space, maxVariables> spaces {};
        bool reachable = true;
    };
    /// How a word is used.
    struct Place {
        bool quoteFree = false; ///< no splitting happens, or it is wanted
        bool program = false; ///< names the command to run
        bool nested = false; ///< inside the braces of another variable: no use of its own
    };
    struct Function {
        const shell::Script* body = nullptr;
        bool checked = false;
    };

    // checker.cpp
    void walkScript(const shell::Script& script);
    void walkChain(const shell::Script& script, std::size_t first, std::size_t last);
    void walkPipeline(const shell::Pipeline& pipeline);
    void walkCommand(const shell::Command& command, const shell::Pipeline& pipeline);
    void walkSimple(const shell::Command& command, const shell::Pipeline& pipeline);
    void walkIf(const shell::Command& command);
    void walkLoop(const shell::Command& command);
    void walkCase(const shell::Command& command);
    void walkFunction(const shell::Command& command);
    void walkCondition(const shell::Script& script);
    void walkApart(const shell::Script& script); ///< in a subshell: what it assigns is gone afterwards
    void callFunction(Function& function);
    void checkFunctions();
    void merge(State& into, const State& other) const;

    // assignments.cpp
    std::size_t idOf(std::string_view name);
    Space spaceOf(std::string_view name);
    Space spaceOf(const std::vector<shell::WordPart>& parts, bool front = false);
    void assign(std::string_view name, Space space);
    void assignArguments(const shell::Command& command, const std::string& program);
    void assignDeclared(const shell::Command& command, bool isInteger);
    void assignRead(const shell::Command& command);
    void assignArithmetic(const shell::WordPart& part);

    // expansion_checks.cpp
    void checkWord(const shell::ShellWord& word, Place place);
    void checkParts(const std::vector<shell::WordPart>& parts, const shell::ShellWord* word, Place place);
    void checkVariable(const shell::WordPart& part, const shell::ShellWord* word, Place place);
    void checkSubstitution(const shell::WordPart& part, const shell::ShellWord* word, Place place);
    void noteUse(const shell::WordPart& part, bool nested);
    void noteTests(const shell::Command& command, std::string_view program);
    void reportUnassigned();

    // command_checks.cpp
    void checkSimple(const shell::Command& command, const shell::Pipeline& pipeline, const std::string& program);
    void checkChangeDirectory(const shell::Command& command, const shell::Pipeline& pipeline);
    void checkGlobs(const shell::Command& command, const std::string& program);
    void checkEcho(const shell::Command& command);
    void checkMaskedReturn(const shell::Command& command, const std::string& program);
    void checkSource(const shell::Command& command);
    void checkAndOr(const shell::Script& script, std::size_t first, std::size_t last);
    void noteErrexit();

    // form_checks.cpp
    bool checkErrors();
    bool checkBrackets();
    std::optional<Fix> fixOf(std::string_view code, Range range) const;
    void checkForm(const shell::Command& command);
    void readDirectives();
    bool isDisabled(std::string_view code, std::uint32_t place) const;

    void report(std::string_view code, Range range, std::string message, std::optional<Fix> fix = {});
    std::string_view slice(Range range) const
    {
        return std::string_view(m_text).substr(range.begin, range.end - range.begin);
    }
    Range insertionPlace(std::uint32_t at) const; ///< of an insertion, in the file
    Fix insertion(std::string description, std::uint32_t at, std::string text) const;

    const shell::EmbeddedScript& m_script;
    const std::string& m_text;
    ShellEnvironment::View m_environment;
    std::vector<ShellFact>& m_facts;
    State m_state;
    bool m_silent = false; ///< a rehearsal: only what it assigns counts
    bool m_inCondition = false;
    bool m_hasErrexit = false;
    bool m_beforeOperator = false; ///< the command at hand is followed by what makes a fix unsafe
    unsigned m_calls = 0;
    unsigned m_callDepth = 0;
    std::vector<std::string> m_names; ///< by id
    std::unordered_map<std::string_view, std::size_t> m_ids;
    std::map<std::string, Function, std::less<>> m_functions;
    VariableNames m_assigned;
    const shell::Command* m_command = nullptr; ///< whose words are being looked at
    struct Use {
        Range range;
        std::string name;
        bool guarded = false;
    };
    std::vector<Use> m_uses; ///< the first of each variable
    VariableNames m_used;
    struct Directive {
        Range range; ///< what it governs
        VariableNames codes;
    };
    std::vector<Directive> m_directives;
};

} // namespace darsena::dockerfile::lint_detail
