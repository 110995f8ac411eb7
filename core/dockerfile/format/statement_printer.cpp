// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/format/statement_printer.h"

#include "core/dockerfile/format/same_statement.h"
#include "core/dockerfile/format/shell_layout.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace darsena::dockerfile::format_detail {

namespace {

/// A piece of a statement that keeps its bytes; what is between two of them is layout.
struct Atom {
    enum class Kind { Keyword, Word, Shell, Open, Comma, Close };
    Kind kind = Kind::Word;
    std::uint32_t begin = 0; ///< in the logical line
    std::uint32_t end = 0;
};

/// What stands between two atoms.
struct Gap {
    bool lineBreak = false;
    bool blank = false; ///< the logical line has something there
    std::vector<std::string> comments;
    std::string_view leading; ///< the blanks before the second atom, if it begins its line
};

/// The physical lines of a piece of the file, without their breaks.
std::vector<std::string_view> physicalLines(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (true) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (end != std::string_view::npos) {
            while (line.ends_with('\r'))
                line.remove_suffix(1);
        }
        lines.push_back(line);
        if (end == std::string_view::npos)
            return lines;
        text.remove_prefix(end + 1);
    }
}

class StatementPrinter {
public:
    StatementPrinter(
        const Document& document, const Statement& statement, const FormatOptions& options, std::string_view lineBreak)
        : m_document(document)
        , m_statement(statement)
        , m_line(statement.line)
        , m_options(options)
        , m_break(std::string(1, document.escape) + std::string(lineBreak))
        , m_lineBreak(lineBreak)
        , m_indent(options.indent, ' ')
    { }

    PrintedStatement print()
    {
        collect(m_statement);
        addLeftovers();
        joinHeredocWords();
        planShellIndent();
        for (std::size_t i = 0; i < m_atoms.size(); ++i) {
            if (i > 0)
                printGap(i);
            printAtom(m_atoms[i]);
        }
        const std::uint32_t size = static_cast<std::uint32_t>(m_line.text().size());
        m_result.commentsBehind = gapBehind(m_atoms.empty() ? 0 : m_atoms.back().end, size, endOfLines()).comments;
        return std::move(m_result);
    }

private:
    void add(Atom::Kind kind, std::uint32_t begin, std::uint32_t end)
    {
        if (begin < end)
            m_atoms.push_back({.kind = kind, .begin = begin, .end = end});
    }
    std::uint32_t logicalEnd(const Word& word) const;
    void collect(const Statement& statement);
    void collectArguments(const Statement& statement, std::uint32_t begin);
    void addLeftovers();
    void joinHeredocWords();
    std::uint32_t endOfLines() const;
    std::uint32_t sourceEnd(std::uint32_t end) const { return end == 0 ? 0 : m_line.source(end - 1) + 1; }
    Gap gapBehind(std::uint32_t begin, std::uint32_t end, std::uint32_t sourceEndOfGap) const;
    void printGap(std::size_t index);
    void printBreak(const std::vector<std::string>& comments, std::string_view leading, bool blank);
    void printAtom(const Atom& atom);
    std::string keywordText(const Atom& atom) const;
    void planShellIndent();
    std::string shellLeading(std::string_view leading, std::uint32_t logical) const;
    bool isInCase(const Atom& atom) const;

    const Document& m_document;
    const Statement& m_statement;
    const LogicalLine& m_line;
    const FormatOptions& m_options;
    std::string m_break;
    std::string_view m_lineBreak;
    std::string m_indent;
    std::vector<Atom> m_atoms;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> m_caseWords; ///< AS, CMD, NONE: written as keywords are
    std::optional<std::ptrdiff_t> m_shellShift; ///< by how many columns continued lines of shell code move
    std::vector<bool> m_quoted; ///< of the logical line's bytes, where shell code is moved
    Gap m_carried; ///< what stood before a comma
    PrintedStatement m_result;
};

std::uint32_t StatementPrinter::logicalEnd(const Word& word) const
{
    // Places in the file grow with those in the line.
    std::uint32_t low = word.logicalOffset;
    auto high = static_cast<std::uint32_t>(m_line.text().size());
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        if (m_line.source(middle) < word.range.end)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void StatementPrinter::collect(const Statement& statement)
{
    add(Atom::Kind::Keyword, statement.keyword.logicalOffset, logicalEnd(statement.keyword));
    for (const Word& flag : statement.flags)
        add(Atom::Kind::Word, flag.logicalOffset, logicalEnd(flag));
    if (!statement.trigger.empty()) {
        collect(statement.trigger.front());
        return;
    }
    collectArguments(statement, m_atoms.empty() ? 0 : m_atoms.back().end);
}

void StatementPrinter::collectArguments(const Statement& statement, std::uint32_t begin)
{
    const std::string& name = statement.name;
    const std::vector<Word>& words = statement.arguments;
    const auto size = static_cast<std::uint32_t>(m_line.text().size());
    std::size_t first = 0;
    if (name == "healthcheck" && !words.empty()) {
        add(Atom::Kind::Word, words[0].logicalOffset, logicalEnd(words[0]));
        m_caseWords.emplace_back(m_atoms.back().begin, m_atoms.back().end);
        begin = m_atoms.back().end;
        first = 1;
    }
    if (statement.jsonForm) {
        const std::string& text = m_line.text();
        const auto punctuation = [&](std::uint32_t from, std::uint32_t to) {
            for (std::uint32_t at = from; at < to; ++at) {
                if (text[at] == '[')
                    add(Atom::Kind::Open, at, at + 1);
                else if (text[at] == ',')
                    add(Atom::Kind::Comma, at, at + 1);
                else if (text[at] == ']')
                    add(Atom::Kind::Close, at, at + 1);
            }
        };
        for (std::size_t i = first; i < words.size(); ++i) {
            punctuation(begin, words[i].logicalOffset);
            begin = logicalEnd(words[i]);
            add(Atom::Kind::Word, words[i].logicalOffset, begin);
        }
        punctuation(begin, size);
        return;
    }
    if (name == "env" || name == "label") {
        // Three words a pair: name, value, and "=" or, in the old form, nothing.
        for (std::size_t i = 0; i + 2 < words.size(); i += 3) {
            const std::uint32_t valueEnd = words[i + 1].logicalOffset + static_cast<std::uint32_t>(words[i + 1].text.size());
            if (words[i + 2].text == "=") {
                add(Atom::Kind::Word, words[i].logicalOffset, valueEnd);
            } else {
                add(Atom::Kind::Word, words[i].logicalOffset, logicalEnd(words[i]));
                add(Atom::Kind::Word, words[i + 1].logicalOffset, valueEnd);
            }
        }
        return;
    }
    if (name == "from" && words.size() == 3 && equalsIgnoringCase(words[1].text, "as"))
        m_caseWords.emplace_back(words[1].logicalOffset, logicalEnd(words[1]));
    for (std::size_t i = first; i < words.size(); ++i)
        add(isShellInstruction(name) ? Atom::Kind::Shell : Atom::Kind::Word, words[i].logicalOffset, logicalEnd(words[i]));
}

/// Whatever else shows something keeps its bytes too: the "--" that ends flags, an escape that escapes nothing.
void StatementPrinter::addLeftovers()
{
    const std::string_view text = m_line.text();
    std::vector<Atom> complete;
    std::uint32_t at = 0;
    const auto fill = [&](std::uint32_t end) {
        const std::string_view between = text.substr(at, end - at);
        const std::string_view content = trim(trimLeft(between));
        if (content.empty())
            return;
        const auto begin = static_cast<std::uint32_t>(content.data() - text.data());
        complete.push_back({.kind = Atom::Kind::Word, .begin = begin, .end = begin + static_cast<std::uint32_t>(content.size())});
    };
    for (const Atom& atom : m_atoms) {
        if (atom.begin < at)
            continue;
        fill(atom.begin);
        complete.push_back(atom);
        at = atom.end;
    }
    fill(static_cast<std::uint32_t>(text.size()));
    m_atoms = std::move(complete);
}

/// COPY splits at every blank, the search for heredocs not at quoted ones: blanks in a heredoc's word are its name's.
void StatementPrinter::joinHeredocWords()
{
    for (const Heredoc& heredoc : m_statement.heredocs) {
        const auto inside = [&](const Atom& atom) {
            return m_line.source(atom.begin) >= heredoc.wordRange.begin && m_line.source(atom.begin) < heredoc.wordRange.end;
        };
        const auto first = std::find_if(m_atoms.begin(), m_atoms.end(), inside);
        if (first == m_atoms.end())
            continue;
        auto last = first;
        while (last + 1 != m_atoms.end() && inside(*(last + 1)))
            ++last;
        first->end = last->end;
        m_atoms.erase(first + 1, last + 1);
    }
}

/// The end of the physical lines that make up the logical one.
std::uint32_t StatementPrinter::endOfLines() const
{
    return m_statement.heredocs.empty() ? m_statement.range.end : m_statement.heredocs.front().contentRange.begin;
}

Gap StatementPrinter::gapBehind(std::uint32_t begin, std::uint32_t end, std::uint32_t sourceEndOfGap) const
{
    Gap gap;
    gap.blank = begin < end;
    const std::uint32_t sourceBegin = sourceEnd(begin);
    if (sourceEndOfGap <= sourceBegin)
        return gap;
    const auto lines = physicalLines(m_document.source.slice({sourceBegin, sourceEndOfGap}));
    gap.lineBreak = lines.size() > 1;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        if (trimLeft(lines[i]).starts_with('#'))
            gap.comments.emplace_back(trim(trimLeft(lines[i])));
    }
    gap.leading = lines.back();
    return gap;
}

void StatementPrinter::printBreak(const std::vector<std::string>& comments, std::string_view leading, bool blank)
{
    std::string& out = m_result.text;
    if (blank && !out.ends_with(' ') && !out.ends_with('\t'))
        out += ' ';
    out += m_break;
    for (const std::string& comment : comments) {
        out += leading;
        out += comment;
        out += m_lineBreak;
    }
    out += leading;
}

void StatementPrinter::printGap(std::size_t index)
{
    const Atom& before = m_atoms[index - 1];
    const Atom& after = m_atoms[index];
    Gap gap = gapBehind(before.end, after.begin, m_line.source(after.begin));
    if (m_carried.lineBreak) {
        gap.lineBreak = true;
        gap.comments.insert(gap.comments.begin(), m_carried.comments.begin(), m_carried.comments.end());
        m_carried = {};
    }
    using Kind = Atom::Kind;
    if (after.kind == Kind::Comma) {
        m_carried = std::move(gap);
        return;
    }
    if (gap.lineBreak) {
        // In JSON blanks mean nothing, so there may be one where there was none.
        const bool free = gap.blank || before.kind == Kind::Comma || before.kind == Kind::Open || after.kind == Kind::Close;
        std::string leading = !free || after.kind == Kind::Close ? std::string() : m_indent;
        if (after.kind == Kind::Shell)
            leading = shellLeading(gap.leading, after.begin);
        printBreak(gap.comments, leading, free);
        return;
    }
    if (before.kind == Kind::Open || after.kind == Kind::Close)
        return;
    if (gap.blank || before.kind == Kind::Comma)
        m_result.text += ' ';
}

bool StatementPrinter::isInCase(const Atom& atom) const
{
    return std::find(m_caseWords.begin(), m_caseWords.end(), std::pair(atom.begin, atom.end)) != m_caseWords.end();
}

std::string StatementPrinter::keywordText(const Atom& atom) const
{
    const std::string_view text = std::string_view(m_line.text()).substr(atom.begin, atom.end - atom.begin);
    switch (m_options.instructions) {
    case FormatOptions::Case::Upper:
        return upper(text);
    case FormatOptions::Case::Lower:
        return lower(text);
    case FormatOptions::Case::Keep:
        break;
    }
    return std::string(text);
}

/// The bytes of an atom. One that runs over continuations keeps its lines; comments in between go to the indent of what
/// follows, and lines with nothing on them are dropped.
void StatementPrinter::printAtom(const Atom& atom)
{
    std::string& out = m_result.text;
    const Range range = m_line.source(atom.begin, atom.end);
    const std::string_view raw = m_document.source.slice(range);
    if (raw.find('\n') == std::string_view::npos) {
        out += atom.kind == Atom::Kind::Keyword || isInCase(atom) ? keywordText(atom) : std::string(raw);
        return;
    }
    const auto lines = physicalLines(raw);
    std::uint32_t logical = atom.begin;
    std::vector<std::string> comments;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::string_view line = lines[i];
        const std::string_view content = trimLeft(line);
        if (i > 0 && content.empty())
            continue;
        if (i > 0 && content.starts_with('#')) {
            comments.emplace_back(trim(content));
            continue;
        }
        const bool last = i + 1 == lines.size();
        if (!last) {
            // Up to the escape; the blanks behind it go.
            const std::size_t escape = line.find_last_not_of(" \t");
            line = line.substr(0, escape == std::string_view::npos ? 0 : escape);
        }
        const auto length = static_cast<std::uint32_t>(line.size());
        if (i > 0) {
            const std::size_t blanks = std::min(line.find_first_not_of(" \t"), line.size());
            std::string leading(line.substr(0, blanks));
            if (atom.kind == Atom::Kind::Shell)
                leading = shellLeading(leading, logical + static_cast<std::uint32_t>(blanks));
            printBreak(comments, leading, false);
            comments.clear();
            line.remove_prefix(blanks);
        }
        out += line;
        logical += length;
    }
}

/// Continued lines of shell code move as a block, so that what the author shows by deeper indents stays.
void StatementPrinter::planShellIndent()
{
    // Where the escape is '`', the shell is one of Windows, which quotes otherwise.
    if (!m_options.indentShell || m_document.escape != '\\' || !m_statement.heredocs.empty() || m_atoms.empty()
        || m_atoms.back().kind != Atom::Kind::Shell)
        return;
    const Atom& shell = m_atoms.back();
    const std::string_view text = m_line.text();
    m_quoted.assign(shell.begin, false);
    const std::vector<bool> quoted = quotedBytes(text.substr(shell.begin, shell.end - shell.begin));
    m_quoted.insert(m_quoted.end(), quoted.begin(), quoted.end());
    std::optional<std::size_t> least;
    const auto consider = [&](std::string_view line, std::uint32_t logical) {
        const std::size_t blanks = std::min(line.find_first_not_of(" \t"), line.size());
        if (blanks == line.size() || (logical > shell.begin && (m_quoted[logical] || m_quoted[logical - 1])))
            return;
        std::size_t columns = 0;
        for (const char c : line.substr(0, blanks))
            columns += c == '\t' ? std::max<std::size_t>(m_options.indent, 1) : 1;
        least = std::min(least.value_or(columns), columns);
    };
    const std::size_t first = m_atoms.size() - 1;
    if (first > 0) {
        const Gap gap = gapBehind(m_atoms[first - 1].end, shell.begin, m_line.source(shell.begin));
        if (gap.lineBreak)
            consider(std::string(gap.leading) + "x", shell.begin);
    }
    std::uint32_t logical = shell.begin;
    for (const Range& piece : m_line.pieces(shell.begin, shell.end)) {
        if (logical > shell.begin)
            consider(m_document.source.slice(piece), logical);
        logical += piece.end - piece.begin;
    }
    if (least)
        m_shellShift = static_cast<std::ptrdiff_t>(m_options.indent) - static_cast<std::ptrdiff_t>(*least);
}

std::string StatementPrinter::shellLeading(std::string_view leading, std::uint32_t logical) const
{
    const std::uint32_t begin = logical - static_cast<std::uint32_t>(std::min<std::size_t>(leading.size(), logical));
    const bool inside = begin > 0 && begin < m_quoted.size() && (m_quoted[begin] || m_quoted[begin - 1]);
    if (!m_shellShift || inside || leading.find_first_not_of(" \t") != std::string_view::npos)
        return std::string(leading);
    std::ptrdiff_t columns = *m_shellShift;
    for (const char c : leading)
        columns += c == '\t' ? std::max<std::ptrdiff_t>(m_options.indent, 1) : 1;
    return std::string(static_cast<std::size_t>(std::max<std::ptrdiff_t>(columns, 0)), ' ');
}

} // namespace

PrintedStatement printStatement(
    const Document& document, const Statement& statement, const FormatOptions& options, std::string_view lineBreak)
{
    return StatementPrinter(document, statement, options, lineBreak).print();
}

} // namespace darsena::dockerfile::format_detail
