// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/symbols.h"

#include "core/dockerfile/assist/occurrences.h"
#include "core/dockerfile/assist/place.h"
#include "core/dockerfile/assist/variables.h"
#include "core/dockerfile/text.h"

#include <algorithm>

namespace darsena::dockerfile {

namespace assist_detail {

namespace {

bool touches(Range range, std::uint32_t offset)
{
    return range.begin <= offset && offset <= range.end;
}

class SymbolFinder {
public:
    SymbolFinder(const Dockerfile& file, std::uint32_t offset, const Surroundings& world)
        : m_file(file)
        , m_source(file.document.source)
        , m_offset(std::min(offset, file.document.source.size()))
        , m_world(world)
        , m_graph(stageGraph(file, world.stages))
        , m_names(file, world.stages)
    { }

    std::optional<FoundSymbol> run();

private:
    const Statement* statementHere(std::size_t& index) const;
    std::optional<std::size_t> stageHere(const Statement& statement, std::size_t index) const;
    std::optional<FoundSymbol> heredocHere(const Statement& statement) const;
    std::optional<FoundSymbol> variableHere(std::size_t index);
    std::optional<Range> variableOrigin(std::size_t index, const Symbol& symbol, Occurrence::Role role) const;
    FoundSymbol stageSymbol(std::size_t stage) const;
    FoundSymbol variableSymbol(const std::string& name, std::optional<std::size_t> stage);
    VariableScopes scopesOf(const std::string& name, std::optional<std::size_t> stage);
    void addDefaultsThatName(const Stage& user, const std::string& name, Symbol& symbol) const;
    static void finish(Symbol& symbol);

    const Dockerfile& m_file;
    const SourceText& m_source;
    std::uint32_t m_offset;
    const Surroundings& m_world;
    StageGraph m_graph;
    StageNames m_names;
};

/// In order, each place once.
void SymbolFinder::finish(Symbol& symbol)
{
    std::stable_sort(symbol.places.begin(), symbol.places.end(),
        [](const Symbol::Place& a, const Symbol::Place& b) { return a.range.begin < b.range.begin; });
    const auto last = std::unique(symbol.places.begin(), symbol.places.end(),
        [](const Symbol::Place& a, const Symbol::Place& b) { return a.range == b.range; });
    symbol.places.erase(last, symbol.places.end());
}

/// The statement at the offset, comments above it counted.
const Statement* SymbolFinder::statementHere(std::size_t& index) const
{
    const std::vector<Statement>& statements = m_file.document.statements;
    const auto next = std::partition_point(statements.begin(), statements.end(),
        [&](const Statement& statement) { return statement.range.end < m_offset; });
    if (next == statements.end())
        return nullptr;
    index = static_cast<std::size_t>(next - statements.begin());
    const bool inComment = std::any_of(next->commentsAbove.begin(), next->commentsAbove.end(),
        [&](const Comment& comment) { return touches(comment.range, m_offset); });
    return touches(next->range, m_offset) || inComment ? &*next : nullptr;
}

std::optional<FoundSymbol> SymbolFinder::run()
{
    std::size_t index = 0;
    const Statement* statement = statementHere(index);
    if (statement == nullptr)
        return std::nullopt;
    if (const auto stage = stageHere(*statement, index))
        return stageSymbol(*stage);
    if (auto variable = variableHere(index))
        return variable;
    return heredocHere(*statement);
}

std::optional<std::size_t> SymbolFinder::stageHere(const Statement& statement, std::size_t index) const
{
    if (statement.name == "from") {
        const auto stage = stageOf(m_file, index);
        if (!stage || m_file.stages[*stage].from.statement != index)
            return std::nullopt;
        const From& from = m_file.stages[*stage].fromBody();
        if (from.alias && touches(from.alias->range, m_offset))
            return stage;
        for (const Comment& comment : statement.commentsAbove) {
            const auto range = nameInComment(m_source, comment, m_file.stages[*stage].name);
            if (range && touches(*range, m_offset) && !m_file.stages[*stage].name.empty())
                return stage;
        }
        if (touches(from.image.range, m_offset) && m_graph.stages[*stage].base == from.image.text)
            return m_graph.stages[*stage].baseStage;
        return std::nullopt;
    }
    std::optional<std::size_t> found;
    visitSourceNames(m_file, statement, [&](const SourceName& source) {
        if (touches(source.range, m_offset))
            found = m_names.find(source);
    });
    return found;
}

/// `ARG BASE=build` for `FROM $BASE`: the default names the stage as well.
void SymbolFinder::addDefaultsThatName(const Stage& user, const std::string& name, Symbol& symbol) const
{
    std::string_view variable = user.base;
    if (variable.starts_with("${") && variable.ends_with('}'))
        variable = variable.substr(2, variable.size() - 3);
    else if (variable.starts_with('$'))
        variable.remove_prefix(1);
    else
        return;
    for (const Instruction& instruction : m_file.globalArgs) {
        for (const Arg::Variable& argument : std::get<Arg>(instruction.body).variables) {
            if (argument.name != variable || argument.value != name)
                continue;
            const auto begin = argument.word.range.begin + static_cast<std::uint32_t>(argument.name.size()) + 1;
            symbol.places.push_back({.range = {begin, argument.word.range.end}});
        }
    }
}

FoundSymbol SymbolFinder::stageSymbol(std::size_t index) const
{
    const Stage& stage = m_file.stages[index];
    const Statement& statement = m_file.document.statements[stage.from.statement];
    FoundSymbol found {.symbol
        = {.kind = Symbol::Kind::Stage, .name = stage.name.empty() ? std::to_string(index) : stage.name, .places = {}},
        .stage = index,
        .scopes = {}};
    Symbol& symbol = found.symbol;
    if (const auto& alias = stage.fromBody().alias) {
        symbol.places.push_back({.range = alias->range, .definition = true, .write = true});
        symbol.origin = alias->range;
        for (const Comment& comment : statement.commentsAbove) {
            if (const auto range = nameInComment(m_source, comment, stage.name))
                symbol.places.push_back({.range = *range});
        }
    } else {
        // Without a name the FROM itself is where it is defined.
        symbol.places.push_back({.range = statement.keyword.range, .definition = true});
        symbol.origin = statement.keyword.range;
    }
    for (const Stage& user : m_file.stages) {
        if (m_graph.stages[user.index].baseStage != index)
            continue;
        if (user.base == stage.name)
            symbol.places.push_back({.range = user.fromBody().image.range});
        else
            addDefaultsThatName(user, stage.name, symbol);
    }
    for (const Statement& other : m_file.document.statements) {
        visitSourceNames(m_file, other, [&](const SourceName& source) {
            if (m_names.find(source) == index)
                symbol.places.push_back({.range = source.range});
        });
    }
    finish(symbol);
    return found;
}

std::optional<FoundSymbol> SymbolFinder::variableHere(std::size_t index)
{
    std::string name;
    std::optional<std::size_t> stage;
    Occurrence::Role role = Occurrence::Role::Use;
    OccurrenceFinder(m_file, m_graph).visit(index, [&](const Occurrence& occurrence) {
        if (touches(occurrence.range, m_offset) && name.empty()) {
            name = occurrence.name;
            stage = occurrence.stage;
            role = occurrence.role;
        }
    });
    if (name.empty())
        return std::nullopt;
    FoundSymbol found = variableSymbol(name, stage);
    found.symbol.origin = variableOrigin(index, found.symbol, role);
    return found;
}

std::optional<Range> SymbolFinder::variableOrigin(std::size_t index, const Symbol& symbol, Occurrence::Role role) const
{
    // Within an ARG a name sees those before it, itself included.
    const bool after = role != Occurrence::Role::Use || m_file.document.statements[index].name == "arg";
    const std::vector<Variable> variables
        = after ? variablesAfter(m_file, index, m_world) : variablesAt(m_file, index, m_world);
    const Variable* variable = findVariable(variables, symbol.name);
    if (variable == nullptr || variable->definition.empty())
        return std::nullopt;
    const bool standsHere = touches(variable->definition, m_offset);
    if (variable->origin == Variable::Origin::GlobalArg && standsHere && !m_file.stages.empty()) {
        const std::vector<Variable> global = variablesAt(m_file, m_file.stages.front().from.statement, m_world);
        if (const Variable* first = findVariable(global, symbol.name); first != nullptr && !first->definition.empty())
            return first->definition;
    }
    return variable->definition;
}

/// A stage and those FROM it share a variable from the topmost one down that sets it; ARG without a value ties it to
/// the one from before the first FROM.
VariableScopes SymbolFinder::scopesOf(const std::string& name, std::optional<std::size_t> stage)
{
    const std::size_t count = m_file.stages.size();
    std::vector<bool> defines(count, false);
    std::vector<bool> redeclares(count, false);
    bool globalDefines = false;
    OccurrenceFinder(m_file, m_graph).visitAll([&](const Occurrence& occurrence) {
        if (occurrence.name != name || occurrence.role == Occurrence::Role::Use
            || occurrence.role == Occurrence::Role::Comment)
            return;
        if (!occurrence.stage) {
            globalDefines = true;
            return;
        }
        defines[*occurrence.stage] = true;
        if (occurrence.role == Occurrence::Role::Declare)
            redeclares[*occurrence.stage] = true;
    });
    const bool isGlobal = globalDefines || platformArgs(m_world.stages).contains(name);
    // By stage: the one that owns the name there.
    std::vector<std::size_t> owner(count);
    std::vector<bool> tied(count, false);
    std::vector<bool> defined(count, false);
    for (std::size_t i = 0; i < count; ++i) {
        const std::optional<std::size_t> base = m_graph.stages[i].baseStage;
        owner[i] = base && (defined[*base] || !defines[i]) ? owner[*base] : i;
        defined[i] = defines[i] || (base && defined[*base]);
        if (redeclares[i] && isGlobal)
            tied[owner[i]] = true;
    }
    VariableScopes scopes;
    scopes.global = !stage || tied[owner[*stage]];
    for (std::size_t i = 0; i < count; ++i) {
        if ((stage && owner[i] == owner[*stage]) || (scopes.global && tied[owner[i]]))
            scopes.stages.insert(i);
    }
    return scopes;
}

FoundSymbol SymbolFinder::variableSymbol(const std::string& name, std::optional<std::size_t> stage)
{
    FoundSymbol found {.symbol = {.kind = Symbol::Kind::Variable, .name = name, .places = {}},
        .stage = {},
        .scopes = scopesOf(name, stage)};
    OccurrenceFinder(m_file, m_graph).visitAll([&](const Occurrence& occurrence) {
        const bool inScope = occurrence.stage ? found.scopes.stages.contains(*occurrence.stage) : found.scopes.global;
        if (occurrence.name != name || !inScope)
            return;
        const bool sets = occurrence.role == Occurrence::Role::Define || occurrence.role == Occurrence::Role::Declare;
        found.symbol.places.push_back(
            {.range = occurrence.range, .definition = sets, .write = occurrence.role == Occurrence::Role::Define});
    });
    finish(found.symbol);
    return found;
}

std::optional<FoundSymbol> SymbolFinder::heredocHere(const Statement& statement) const
{
    /// Where the name stands in "<<EOF" or in the line that ends it.
    const auto nameIn = [&](Range range, const std::string& name) -> std::optional<Range> {
        const std::size_t at = m_source.slice(range).rfind(name);
        if (at == std::string_view::npos || name.empty())
            return std::nullopt;
        const auto begin = range.begin + static_cast<std::uint32_t>(at);
        return Range {begin, begin + static_cast<std::uint32_t>(name.size())};
    };
    for (const Heredoc& heredoc : statement.heredocs) {
        if (!touches(heredoc.wordRange, m_offset)
            && !(touches(heredoc.endRange, m_offset) && !heredoc.endRange.empty()))
            continue;
        FoundSymbol found {.symbol = {.kind = Symbol::Kind::Heredoc, .name = heredoc.name, .places = {}},
            .stage = {},
            .scopes = {},
            .statement = &statement};
        found.symbol.origin = nameIn(heredoc.wordRange, heredoc.name);
        if (const auto word = found.symbol.origin)
            found.symbol.places.push_back({.range = *word, .definition = true, .write = true});
        if (const auto end = nameIn(heredoc.endRange, heredoc.name))
            found.symbol.places.push_back({.range = *end});
        finish(found.symbol);
        return found;
    }
    return std::nullopt;
}

} // namespace

std::optional<FoundSymbol> findSymbol(const Dockerfile& file, std::uint32_t offset, const Surroundings& world)
{
    return SymbolFinder(file, offset, world).run();
}

} // namespace assist_detail

std::optional<Symbol> symbolAt(const Dockerfile& file, std::uint32_t offset, const Surroundings& world)
{
    auto found = assist_detail::findSymbol(file, offset, world);
    if (!found)
        return std::nullopt;
    return std::move(found->symbol);
}

} // namespace darsena::dockerfile
