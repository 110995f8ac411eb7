// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a Dockerfile, through everything that reads one: parser, instructions, stage graph, checks, formatter,
// fixes, refactorings, and what an editor asks at some offsets. A crash, a hang or a broken promise of a header is a
// finding.
#include "core/dockerfile/assist/assist.h"
#include "core/dockerfile/assist/refactor.h"
#include "core/dockerfile/dump.h"
#include "core/dockerfile/format/format.h"
#include "core/dockerfile/format/same_statement.h"
#include "core/dockerfile/lint.h"
#include "core/dockerfile/parser.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

using namespace darsena::dockerfile;

namespace {

/// Fixes lint again and again; small texts show as much.
constexpr std::size_t maxFixedBytes = 2048;

void require(bool condition, const char* promise)
{
    if (condition)
        return;
    std::fprintf(stderr, "broken promise: %s\n", promise);
    std::abort();
}

void checkTokens(const Document& document)
{
    std::string printed;
    for (const Token& token : document.tokens) {
        require(token.range.begin == printed.size() && token.range.end > token.range.begin, "tokens tile the text");
        printed += document.source.slice(token.range);
    }
    require(printed == document.source.text(), "printing the tokens gives the text");
}

bool sameStatements(const Document& a, const Document& b, bool ignoreShellLayout)
{
    if (a.statements.size() != b.statements.size() || a.comments.size() != b.comments.size())
        return false;
    for (std::size_t i = 0; i < a.statements.size(); ++i) {
        if (!format_detail::isSameStatement(a.statements[i], b.statements[i], ignoreShellLayout))
            return false;
    }
    for (std::size_t i = 0; i < a.comments.size(); ++i) {
        if (a.comments[i].text != b.comments[i].text)
            return false;
    }
    return true;
}

void checkFormat(const Document& document, const FormatOptions& options)
{
    const std::string once = format(document.source.text(), options);
    require(format(once, options) == once, "formatting is idempotent");
    const Document after = parse(once);
    require(sameStatements(document, after, options.indentShell), "formatting keeps the statements and comments");
    require(after.problems.size() <= document.problems.size(), "formatting makes no problems");
}

void checkFix(const Fix& fix, std::size_t size)
{
    std::uint32_t at = 0;
    std::vector<TextEdit> edits = fix.edits;
    std::sort(
        edits.begin(), edits.end(), [](const TextEdit& a, const TextEdit& b) { return a.range.begin < b.range.begin; });
    for (const TextEdit& edit : edits) {
        require(edit.range.begin >= at && edit.range.end >= edit.range.begin && edit.range.end <= size,
            "edits lie in the text and do not overlap");
        at = edit.range.end;
    }
}

void requireRange(Range range, std::uint32_t size, const char* promise)
{
    require(range.begin <= range.end && range.end <= size, promise);
}

void checkWholeFile(const Dockerfile& file, const Surroundings& world)
{
    const std::uint32_t size = file.document.source.size();
    std::uint32_t at = 0;
    for (const SemanticToken& token : semanticTokens(file)) {
        require(token.range.begin >= at && token.range.begin < token.range.end, "colours are in order");
        at = token.range.end;
    }
    require(at <= size, "colours lie in the text");
    for (const Link& link : links(file, world))
        requireRange(link.range, size, "a link lies in the text");
    for (const InlayHint& hint : inlayHints(file, world))
        require(hint.offset <= size, "a hint lies in the text");
    for (const Fold& fold : folds(file))
        require(fold.firstLine < fold.lastLine, "a fold has lines");
    outline(file);
}

void checkOffset(
    const Dockerfile& file, std::uint32_t offset, const Surroundings& world, const std::vector<Finding>& findings)
{
    const std::uint32_t size = file.document.source.size();
    for (const Completion& item : complete(file, offset, world)) {
        requireRange(item.replace, size, "a completion lies in the text");
        require(item.replace.begin <= offset && offset <= item.replace.end, "a completion is about the caret");
    }
    if (const auto found = hover(file, offset, world, findings))
        requireRange(found->range, size, "what is told is about the text");
    if (const auto help = signatureHelp(file, offset, world))
        require(help->active < static_cast<int>(help->parameters.size()), "the active parameter is one of them");
    if (const auto symbol = symbolAt(file, offset, world)) {
        for (const Symbol::Place& place : symbol->places)
            requireRange(place.range, size, "a symbol's place lies in the text");
    }
    if (auto edits = rename(file, offset, "other", world))
        checkFix({.description = {}, .edits = std::move(*edits)}, size);
}

std::size_t refusals(const std::vector<Finding>& findings)
{
    return static_cast<std::size_t>(std::count_if(
        findings.begin(), findings.end(), [](const Finding& finding) { return finding.rule == buildErrorRule; }));
}

void checkRefactorings(const Dockerfile& file, Range selection)
{
    RefactorContext context;
    context.digestOf = [](const std::string&) { return std::optional("sha256:" + std::string(64, 'a')); };
    for (const Refactoring& offer : refactorings(file, selection, context)) {
        if (offer.ignoreLine)
            continue;
        const Fix fix {.description = {}, .edits = offer.edits};
        checkFix(fix, file.document.source.size());
        const Dockerfile after = readDockerfile(applyFix(file.document.source.text(), fix));
        require(after.problems.size() <= file.problems.size(), "refactorings make no problems");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    const Dockerfile file = readDockerfile(text);
    checkTokens(file.document);
    dumpSexp(file.document);
    dumpJson(file.document);
    stageGraph(file);

    LintOptions options;
    for (const RuleInfo& rule : lintRules()) {
        if (rule.off)
            options.config.severities.emplace(rule.name, rule.severity);
    }
    const std::vector<Finding> findings = lint(file, options);
    for (const Finding& finding : findings) {
        require(finding.range.begin <= finding.range.end && finding.range.end <= size, "a finding lies in the text");
        if (finding.fix)
            checkFix(*finding.fix, size);
    }

    const Surroundings world;
    checkWholeFile(file, world);
    for (const std::size_t offset : {size, size / 2, size / 3, size - std::min<std::size_t>(size, 2)})
        checkOffset(file, static_cast<std::uint32_t>(offset), world, findings);

    FormatOptions other;
    other.indent = 2;
    other.indentShell = true;
    other.instructions = FormatOptions::Case::Lower;
    checkFormat(file.document, {});
    checkFormat(file.document, other);

    if (size <= maxFixedBytes) {
        // The whole, and places that the input chooses.
        const auto length = static_cast<std::uint32_t>(size);
        checkRefactorings(file, {0, length});
        for (const std::uint32_t offset : {length, length / 2, length == 0 ? 0 : data[size / 2] % (length + 1)})
            checkRefactorings(file, {offset, offset});
        const std::string fixed = fixAll(text, options);
        require(refusals(lint(readDockerfile(fixed), options)) <= refusals(findings), "fixes make no errors");
    }
    return 0;
}
