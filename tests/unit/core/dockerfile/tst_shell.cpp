// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/shell/scripts.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

using namespace darsena::dockerfile;
using namespace darsena::dockerfile::shell;

namespace {

// Trees as text. A command is (words); a word as its parts, each with a mark: "…" quoted, $x variable, `(…)`
// substitution.

std::string dumpScript(const Script& script);

std::string dumpParts(const std::vector<WordPart>& parts)
{
    std::string text;
    for (const WordPart& part : parts) {
        std::string piece;
        switch (part.kind) {
        case WordPart::Kind::Literal:
        case WordPart::Kind::SingleQuoted:
            piece = part.text;
            break;
        case WordPart::Kind::Variable:
            piece = fmt::format("${{{}{}}}", part.text, part.modifier.empty() ? "" : " " + part.modifier);
            break;
        case WordPart::Kind::CommandSubstitution:
            piece = fmt::format("$({})", dumpScript(*part.script));
            break;
        case WordPart::Kind::ProcessSubstitution:
            piece = fmt::format("{}({})", part.text.front(), dumpScript(*part.script));
            break;
        case WordPart::Kind::Arithmetic:
            piece = fmt::format("$[{}]", dumpParts(part.parts));
            break;
        case WordPart::Kind::Glob:
            piece = fmt::format("<{}>", part.text);
            break;
        case WordPart::Kind::Tilde:
            piece = fmt::format("<{}>", part.text);
            break;
        case WordPart::Kind::Brace:
            piece = fmt::format("<{{{}}}>", dumpParts(part.parts));
            break;
        }
        text += part.quoted && part.kind != WordPart::Kind::Arithmetic ? "'" + piece + "'" : piece;
    }
    return text;
}

std::string dumpWord(const ShellWord& word)
{
    return dumpParts(word.parts);
}

std::string kindName(Command::Kind kind)
{
    constexpr std::array names {
        "", "group", "subshell", "if", "while", "until", "for", "case", "function", "test", "arithmetic"};
    return names.at(std::size_t(kind));
}

std::string dumpCommand(const Command& command)
{
    std::vector<std::string> pieces;
    if (command.kind != Command::Kind::Simple)
        pieces.push_back(kindName(command.kind) + ":");
    if (!command.name.empty())
        pieces.push_back(command.name);
    for (const Assignment& assignment : command.assignments) {
        std::string value = assignment.value ? dumpWord(*assignment.value) : "";
        if (assignment.array) {
            std::vector<std::string> elements;
            for (const ShellWord& word : assignment.elements)
                elements.push_back(dumpWord(word));
            value = fmt::format("({})", fmt::join(elements, " "));
        }
        pieces.push_back(fmt::format("{}{}{}", assignment.name, assignment.append ? "+=" : "=", value));
    }
    for (const ShellWord& word : command.words)
        pieces.push_back(dumpWord(word));
    for (std::size_t i = 0; i < command.bodies.size(); ++i) {
        std::string patterns;
        if (i < command.patterns.size()) {
            for (const ShellWord& word : command.patterns[i])
                patterns += dumpWord(word) + "|";
        }
        pieces.push_back(fmt::format("{}[{}]", patterns, dumpScript(command.bodies[i])));
    }
    for (const Redirection& redirection : command.redirections) {
        const std::string fd = redirection.fd < 0 ? "" : std::to_string(redirection.fd);
        std::string text = fmt::format("{}{}{}", fd, redirection.op, dumpWord(redirection.target));
        if (!redirection.content.empty())
            text += "=" + dumpParts(redirection.content);
        pieces.push_back(text);
    }
    return fmt::format("({})", fmt::join(pieces, " "));
}

std::string dumpScript(const Script& script)
{
    std::string text;
    for (const ListItem& item : script.items) {
        text += item.pipeline.negated ? "!" : "";
        for (std::size_t i = 0; i < item.pipeline.commands.size(); ++i)
            text += (i > 0 ? "|" : "") + dumpCommand(item.pipeline.commands[i]);
        constexpr std::array separators {"", ";", "&", "&&", "||"};
        text += separators.at(std::size_t(item.separator));
    }
    return text;
}

std::string dumpErrors(const ParsedScript& parsed)
{
    std::string text;
    for (const ParseError& error : parsed.errors)
        text += fmt::format(" {}@{}", error.code, error.range.begin);
    return text;
}

std::string dumpTokens(std::string_view text, const ParsedScript& parsed)
{
    constexpr std::array names {"cmd", "kw", "op", "opt", "txt", "str", "var", "com", "num", "bi", "doc"};
    std::vector<std::string> pieces;
    for (const ShellToken& token : parsed.tokens)
        pieces.push_back(fmt::format("{}:{}", names.at(std::size_t(token.kind)),
            text.substr(token.range.begin, token.range.end - token.range.begin)));
    return fmt::format("{}", fmt::join(pieces, " "));
}

bool inside(Range inner, Range outer)
{
    return inner.begin <= inner.end && outer.begin <= inner.begin && inner.end <= outer.end;
}

bool partsAreSound(const std::vector<WordPart>& parts, Range outer);

bool scriptIsSound(const Script& script, Range outer)
{
    if (!inside(script.range, outer))
        return false;
    for (const ListItem& item : script.items) {
        if (!inside(item.pipeline.range, outer) || item.pipeline.commands.empty()
            || !inside(item.separatorRange, outer))
            return false;
        for (const Command& command : item.pipeline.commands) {
            if (!inside(command.range, outer))
                return false;
            for (const Assignment& assignment : command.assignments) {
                if (!inside(assignment.range, outer)
                    || (assignment.value && !partsAreSound(assignment.value->parts, outer)))
                    return false;
            }
            for (const ShellWord& word : command.words) {
                if (!inside(word.range, outer) || !partsAreSound(word.parts, outer))
                    return false;
            }
            for (const Script& body : command.bodies) {
                if (!scriptIsSound(body, outer))
                    return false;
            }
            for (const Redirection& redirection : command.redirections) {
                if (!inside(redirection.range, outer) || (!redirection.body.empty() && !inside(redirection.body, outer))
                    || !partsAreSound(redirection.content, outer))
                    return false;
            }
        }
    }
    return true;
}

bool partsAreSound(const std::vector<WordPart>& parts, Range outer)
{
    std::uint32_t at = outer.begin;
    for (const WordPart& part : parts) {
        if (!inside(part.range, outer) || part.range.begin < at)
            return false;
        at = part.range.end;
        if (!partsAreSound(part.parts, part.range) || (part.script && !scriptIsSound(*part.script, outer)))
            return false;
    }
    return true;
}

/// Everything lies within the text, and tokens are in order.
bool isSound(std::string_view text, const ParsedScript& parsed)
{
    const Range whole {0, std::uint32_t(text.size())};
    std::uint32_t at = 0;
    for (const ShellToken& token : parsed.tokens) {
        if (!inside(token.range, whole) || token.range.begin < at || token.range.empty())
            return false;
        at = token.range.end;
    }
    return scriptIsSound(parsed.script, whole)
        && std::all_of(parsed.errors.begin(), parsed.errors.end(),
            [&](const ParseError& error) { return inside(error.range, whole); });
}

struct TreeCase {
    const char* name;
    const char* text;
    const char* tree;
    Dialect dialect = Dialect::Posix;
};

const std::vector<TreeCase>& treeCases();

std::string repeated(std::string_view text, std::size_t times)
{
    std::string result;
    for (std::size_t i = 0; i < times; ++i)
        result += text;
    return result;
}

std::string describe(const EmbeddedScript& script)
{
    constexpr std::array kinds {"sh", "powershell", "cmd", "python", "other"};
    std::string text = fmt::format("{}/{} {}{}{}:{}{} {}", script.stage, script.statement, script.instruction,
        script.heredoc ? "<<" : "", fmt::format(" {}", script.interpreter.name),
        kinds.at(std::size_t(script.interpreter.kind)), script.interpreter.pipefail ? "+pipefail" : "",
        script.text.text());
    std::replace(text.begin(), text.end(), '\n', '~');
    return text + (script.interpreter.errexit ? " +e" : "");
}

} // namespace

class TestShell : public QObject {
    Q_OBJECT

private slots:
    void trees_data();
    void trees();
    void mistakes_data();
    void mistakes();
    void tokens_data();
    void tokens();
    void everyPrefixIsRead();
    void hostileBytes();
    void deepNesting_data();
    void deepNesting();
    void longScripts_data();
    void longScripts();
    void visiting();
    void scripts_data();
    void scripts();
    void places();
    void everyPrefixOfAFile();
};

namespace {

const std::vector<TreeCase>& treeCases()
{
    static const std::vector<TreeCase> cases {
        {"nothing", "", ""},
        {"words", "apt-get update  -qq", "(apt-get update -qq)"},
        {"list", "a; b && c || d & e", "(a);(b)&&(c)||(d)&(e)"},
        {"lines", "a\n\n# no\nb # no\nc#yes", "(a);(b);(c#yes)"},
        {"line break behind and", "a &&\n\n  b", "(a)&&(b)"},
        {"escaped line break", "a \\\n  b\\\nc", "(a bc)"},
        {"pipeline", "! a | b |& c", "!(a)|(b)|(c)"},
        {"quotes", "a 'b c' \"d $e\" f\\ g \"\"", "(a 'b c' 'd ''${e}' f g '')"},
        {"joined quotes", "a\"b\"'c'd", "(a'b''c'd)"},
        {"escapes in quotes", R"(a "\$x \"q\" \n")", R"((a '$x "q" \n'))"},
        {"variables", "$a ${b} ${c:-d e} $1x $@ \"$#\" ${#f} ${g##*/} $",
            "(${a} ${b} ${c :-d e} ${1}x ${@} '${#}' ${f #} ${g ##*/} $)"},
        {"quotes in a default", "a \"${b:-\"c d\"}\" ${e:-'}'}", "(a '${b :-\"c d\"}' ${e :-'}'})"},
        {"substitution", "a $(b | c) `d e` \"$(f \"$g\")\"", "(a $((b)|(c)) $((d e)) '$((f '${g}'))')"},
        {"substitution in a default", "a ${b:-$(c)}", "(a ${b :-$(c)})"},
        {"arithmetic", "a $((1 + b * $c)) $(( (1) ))", "(a $['${b}''${c}'] $[])"},
        {"subshell in a substitution", "a $((b); c)", "(a $((subshell: [(b)]);(c)))"},
        {"globs", "a * *.txt b? [ab]c [x [ -f", "(a <*> <*>.txt b<?> <[ab]>c [x [ -f)"},
        {"quoted globs", "a '*' \"?\" \\*", "(a '*' '?' *)"},
        {"braces", "a {b,c} {1..3} {d} x{$e,f}y {", "(a <{b,c}> <{1..3}> {d} x<{${e},f}>y {)"},
        {"tilde", "cd ~ && cd ~me/a b~", "(cd <~>)&&(cd <~me>/a b~)"},
        {"assignments", "A=1 B+=x\"y\" c D=2", "(A=1 B+=x'y' c D=2)"},
        {"empty assignment", "A= b; C=", "(A= b);(C=)"},
        {"array", "a=(b $c\n d)", "(a=(b ${c} d))", Dialect::Bash},
        {"declared array", "declare -a a=(b c)", "(a=(b c) declare -a)", Dialect::Bash},
        {"subscript", "a[1]=b c", "(a=b c)", Dialect::Bash},
        {"redirections", "a >b 2>&1 <c >>d 3<>e >|f", "(a >b 2>&1 <c >>d 3<>e >|f)"},
        {"redirection alone", "> a", "(>a)"},
        {"both outputs", "a &>b &>>c", "(a &>b &>>c)"},
        {"here-string", "a <<<\"$b\"", "(a <<<'${b}')", Dialect::Bash},
        {"process substitution", "a <(b) > >(c)", "(a <((b)) >>((c)))", Dialect::Bash},
        {"here-document", "a <<E | b\nx $y\nE\nc", "(a <<E='${y}')|(b);(c)"},
        {"quoted here-document", "a <<'E'\nx $y\nE\nc", "(a <<'E');(c)"},
        {"here-document with tabs", "a <<-E\n\tx\n\tE\nc", "(a <<-E);(c)"},
        {"two here-documents", "a <<E 3<<F\n1\nE\n2\nF\nb", "(a <<E 3<<F);(b)"},
        {"here-document in a substitution", "a \"$(b <<E\nx\nE\n)\" c", "(a '$((b <<E);)' c)"},
        {"group", "{ a; b; } >c", "(group: [(a);(b);] >c)"},
        {"subshell", "(a; b) && c", "(subshell: [(a);(b)])&&(c)"},
        {"nested subshells", "((a) | (b))", "(subshell: [(subshell: [(a)])|(subshell: [(b)])])"},
        {"if", "if a; then b; elif c; then d; else e; fi", "(if: [(a);] [(b);] [(c);] [(d);] [(e);])"},
        {"if test", "if [ -f a ]; then b; fi", "(if: [([ -f a ]);] [(b);])"},
        {"while", "while a; do b; done <c", "(while: [(a);] [(b);] <c)"},
        {"until", "until a\ndo b\ndone", "(until: [(a);] [(b);])"},
        {"for", "for i in a $b *; do c; done", "(for: i a ${b} <*> [(c);])"},
        {"for without words", "for i do c; done", "(for: i [(c);])"},
        {"for on lines", "for i in a\ndo\nc\ndone | d", "(for: i a [(c);])|(d)"},
        {"arithmetic for", "for ((i=0; i<3; i++)); do a; done", "(for: $['${i}''${i}''${i}'] [(a);])", Dialect::Bash},
        {"case", "case $a in b|c*) d;; (e) f;; *) g; esac", "(case: ${a} b|c<*>|[(d)] e|[(f)] <*>|[(g);])"},
        {"empty case", "case a in b) ;; esac; c", "(case: a b|[]);(c)"},
        {"case in a substitution", "$(case a in b) c;; esac)", "($((case: a b|[(c)])))"},
        {"function", "f() { a; }; f", "(function: f [(group: [(a);])]);(f)"},
        {"function keyword", "function f { a; }", "(function: f [(group: [(a);])])", Dialect::Bash},
        {"double brackets", "[[ -n $a && ( b < c ) ]] || d", "(test: -n ${a} && ( b < c ))||(d)", Dialect::Bash},
        {"regular expression", "[[ $a =~ ^(b|c)$ ]]", "(test: ${a} =~ ^(b|c)$)", Dialect::Bash},
        {"arithmetic command", "((a++)) || b", "(arithmetic: $['${a}'])||(b)", Dialect::Bash},
        {"dollar quotes", "a $'b\\n' $\"c\"", "(a 'b\\n' 'c')", Dialect::Bash},
        {"extended globs", "a !(b|c) @(d)", "(a <!(b|c)> <@(d)>)", Dialect::Bash},
        {"keywords as words", "echo if then done { }", "(echo if then done { })"},
        {"carriage returns", "a b\r\nc\r\n", "(a b);(c);"},
        {"time", "time a", "(a)", Dialect::Bash},
    };
    return cases;
}

} // namespace

void TestShell::trees_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < treeCases().size(); ++i)
        QTest::newRow(treeCases()[i].name) << int(i);
}

void TestShell::trees()
{
    QFETCH(int, index);
    const TreeCase& entry = treeCases()[std::size_t(index)];
    const ParsedScript parsed = parseScript(entry.text, entry.dialect);
    QCOMPARE(QString::fromStdString(dumpScript(parsed.script)), QString(entry.tree));
    QCOMPARE(QString::fromStdString(dumpErrors(parsed)), QString());
    QVERIFY(isSound(entry.text, parsed));
}

void TestShell::mistakes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("errors");
    QTest::addColumn<QString>("tree");
    QTest::newRow("double quote") << "a \"b c"
                                  << " SC1073@2"
                                  << "(a 'b c')";
    QTest::newRow("single quote") << "a 'b c"
                                  << " SC1073@2"
                                  << "(a 'b c')";
    QTest::newRow("substitution") << "a $(b"
                                  << " SC1073@2"
                                  << "(a $((b)))";
    QTest::newRow("backtick") << "a `b"
                              << " SC1073@2"
                              << "(a $((b)))";
    QTest::newRow("parameter") << "a ${b"
                               << " SC1073@2"
                               << "(a ${b})";
    QTest::newRow("if") << "if a; then b"
                        << " SC1046@0"
                        << "(if: [(a);] [(b)])";
    QTest::newRow("then") << "if a; b; fi; c"
                          << " SC1049@0"
                          << "(if: [(a);(b);] []);(c)";
    QTest::newRow("do") << "while a; b; done; c"
                        << " SC1058@0"
                        << "(while: [(a);(b);] []);(c)";
    QTest::newRow("done") << "while a; do b; c"
                          << " SC1061@9"
                          << "(while: [(a);] [(b);(c)])";
    QTest::newRow("esac") << "case a in b) c;;"
                          << " SC1073@0"
                          << "(case: a b|[(c)])";
    QTest::newRow("lost fi") << "a; fi; b"
                             << " SC1089@3 SC1070@5"
                             << "(a);(b)";
    QTest::newRow("lost parenthesis") << "a) && b"
                                      << " SC1089@1 SC1070@3"
                                      << "(a)(b)";
    QTest::newRow("no command") << "a && && b"
                                << " SC1072@5"
                                << "(a)&&(b)";
    QTest::newRow("ends with and") << "a && "
                                   << " SC1072@5"
                                   << "(a)&&";
    QTest::newRow("begins with or") << "|| a"
                                    << " SC1070@0"
                                    << "(a)";
    QTest::newRow("parentheses of a word") << "a b (c) d"
                                           << " SC1036@4"
                                           << "(a b c)(d)";
    QTest::newRow("background and semicolon") << "a &; b"
                                              << " SC1045@2"
                                              << "(a)&(b)";
    QTest::newRow("redirection") << "a >"
                                 << " SC1073@2"
                                 << "(a >)";
    QTest::newRow("here-document") << "a <<E\nb"
                                   << " SC1044@4"
                                   << "(a <<E);";
    QTest::newRow("then without if in a loop") << "for i in a; do then; done"
                                               << " SC1089@15 SC1070@19 SC1072@12"
                                               << "(for: i a [])";
    QTest::newRow("inner if open") << "while a; do if b; then c; done; d"
                                   << " SC1046@12"
                                   << "(while: [(a);] [(if: [(b);] [(c);])]);(d)";
}

void TestShell::mistakes()
{
    QFETCH(QString, text);
    QFETCH(QString, errors);
    QFETCH(QString, tree);
    const std::string input = text.toStdString();
    const ParsedScript parsed = parseScript(input);
    QStringList got = QString::fromStdString(dumpErrors(parsed)).split(' ');
    QStringList expected = errors.split(' ');
    got.sort();
    expected.sort();
    QCOMPARE(got, expected);
    QCOMPARE(QString::fromStdString(dumpScript(parsed.script)), tree);
    QVERIFY(isSound(input, parsed));
}

void TestShell::tokens_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("tokens");
    QTest::newRow("command") << "apt-get install -y curl 7 # c"
                             << "cmd:apt-get txt:install opt:-y txt:curl num:7 com:# c";
    QTest::newRow("builtin") << "cd /a && X=1 make"
                             << "bi:cd txt:/a op:&& var:X op:= txt:1 cmd:make";
    QTest::newRow("string") << "a \"b $c d\" 'e'"
                            << "cmd:a str:\"b  var:$c str: d\" str:'e'";
    QTest::newRow("keywords") << "if a; then b; fi"
                              << "kw:if cmd:a op:; kw:then cmd:b op:; kw:fi";
    QTest::newRow("substitution") << "x=$(a b)"
                                  << "var:x op:= op:$( cmd:a txt:b op:)";
    QTest::newRow("document") << "a <<E; b\nx $y\nE"
                              << "cmd:a op:<< str:E op:; cmd:b doc:x  var:$y doc:\n str:E";
    QTest::newRow("redirection") << "a 2>&1 >b"
                                 << "cmd:a op:2>& txt:1 op:> txt:b";
}

void TestShell::tokens()
{
    QFETCH(QString, text);
    QFETCH(QString, tokens);
    const std::string input = text.toStdString();
    QCOMPARE(QString::fromStdString(dumpTokens(input, parseScript(input))), tokens);
}

void TestShell::everyPrefixIsRead()
{
    for (const TreeCase& entry : treeCases()) {
        const std::string_view text = entry.text;
        for (const Dialect dialect : {Dialect::Posix, Dialect::Bash}) {
            for (std::size_t length = 0; length <= text.size(); ++length) {
                QVERIFY2(isSound(text.substr(0, length), parseScript(text.substr(0, length), dialect)), entry.name);
                QVERIFY2(isSound(text.substr(length), parseScript(text.substr(length), dialect)), entry.name);
            }
        }
    }
}

/// Every text over a small alphabet of what means something.
void TestShell::hostileBytes()
{
    const std::vector<std::string> pieces {"$(", ")", "`", "\"", "'", "${", "}", "{", "if ", "fi", "((", "))", "\n",
        ";", "<<E\n", "E\n", "\\", "case x in ", ";;", "[[ ", "]]", " ", "a", "=", "=(", "|", "&", "f()", "do", "done",
        "for ", std::string(1, '\0'), "\xff", "#", "<(", "$[", "*", "!", "while ", "then", "{a,", "~", ",", "=~ "};
    std::uint32_t state = 1;
    const auto next = [&] { return state = state * 1'664'525U + 1'013'904'223U, state >> 8U; };
    for (int round = 0; round < 30'000; ++round) {
        std::string text;
        for (std::uint32_t i = next() % 14 + 1; i > 0; --i)
            text += pieces[next() % pieces.size()];
        const auto dialect = static_cast<Dialect>(next() % 4);
        if (!isSound(text, parseScript(text, dialect)))
            QFAIL(("not sound: " + QByteArray::fromStdString(text).toPercentEncoding(" $(){}[]'\"`;|&=<>!#*")
                + QByteArray::fromStdString(dumpScript(parseScript(text, dialect).script))
                + QByteArray::number(int(dialect)))
                      .constData());
    }
}

void TestShell::deepNesting_data()
{
    QTest::addColumn<QString>("piece");
    for (const char* piece :
        {"$(", "(", "((", "$((", "{ ", "if ", "while ", "`", "\"$(", "${x:-", "case x in a) ", "f() ", "[[ ", "<(",
            "{a,", "! ", "a | ", "a && ", "x=(", "<<E\n$(", "then ", "function f ", "for i in a; do ", "{", "}", "[",
            "a[", "{'", "\\", "$'", "@(", "(a ", "$", "&", "a <<E ", "$[", "\"", "'", ";;", "\"${x#'"})
        QTest::newRow(piece) << piece;
}

void TestShell::deepNesting()
{
    QFETCH(QString, piece);
    QElapsedTimer timer;
    timer.start();
    const std::string open = repeated(piece.toStdString(), 100'000);
    for (const Dialect dialect : {Dialect::Posix, Dialect::Bash})
        QVERIFY(isSound(open, parseScript(open, dialect)));
    const std::string closed = repeated(piece.toStdString(), 20'000) + repeated("})]; fi done esac\"`", 20'000);
    QVERIFY(isSound(closed, parseScript(closed, Dialect::Bash)));
    QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed())));
}

void TestShell::longScripts_data()
{
    QTest::addColumn<QString>("line");
    QTest::newRow("ordinary") << "apt-get update && apt-get install -y \"$pkg\" $(cat list) | tee /tmp/log # why\n";
    QTest::newRow("documents") << "cat <<EOF > /etc/x\nhello $world\nEOF\n";
    QTest::newRow("loops") << "for i in a b *; do if [ \"$i\" = a ]; then echo ${i%.txt}; fi; done\n";
    QTest::newRow("cases") << "case \"$(uname -m)\" in x86_64|amd64) a=1;; *) exit 1;; esac\n";
    QTest::newRow("no end of documents") << "cat <<EOF\n";
}

void TestShell::longScripts()
{
    QFETCH(QString, line);
    const std::string text = repeated(line.toStdString(), 10'000);
    QElapsedTimer timer;
    timer.start();
    const ParsedScript parsed = parseScript(text);
    const qint64 elapsed = timer.elapsed();
    QVERIFY(!parsed.script.items.empty());
    // Generous: debug builds, sanitizers and busy machines. Quadratic time would take minutes.
    QVERIFY2(elapsed < 2'000, qPrintable(QString::number(elapsed)));
}

void TestShell::visiting()
{
    const ParsedScript parsed
        = parseScript("a $(b `c`) | d; if e; then f() { g; }; fi; h <<E\n$(i)\nE\nx=$(j) k ${l:-$(m)} {n,$(o)} >$(p)");
    std::string names;
    visitCommands(parsed.script, [&](const Command& command, const Pipeline&) { names += command.program(); });
    QCOMPARE(QString::fromStdString(names), QStringLiteral("abcdeghikjmop"));
}

void TestShell::scripts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("run") << "FROM a\nRUN --mount=type=cache,target=/x \\\n  --network=none b c\n"
                         << QStringList {"0/1 RUN sh:sh b c"};
    QTest::newRow("continued") << "FROM a\nRUN b && \\\n# no\n\n  c\n" << QStringList {"0/1 RUN sh:sh b &&   c"};
    QTest::newRow("others") << "FROM a\nCMD b c\nENTRYPOINT d\nHEALTHCHECK --retries=1 CMD e\nRUN [\"f\"]\nLABEL g=h\n"
                            << QStringList {"0/1 CMD sh:sh b c", "0/2 ENTRYPOINT sh:sh d", "0/3 HEALTHCHECK sh:sh e"};
    QTest::newRow("onbuild") << "FROM a\nONBUILD RUN --mount=type=cache,target=/x b\nONBUILD CMD c\n"
                             << QStringList {"0/1 RUN sh:sh b", "0/2 CMD sh:sh c"};
    QTest::newRow("heredoc") << "FROM a\nRUN <<EOF\nb\n  c\nEOF\nRUN d\n"
                             << QStringList {"0/1 RUN<< sh:sh b~  c~", "0/2 RUN sh:sh d"};
    QTest::newRow("chomped heredoc") << "FROM a\nRUN <<-EOF\n\t\tb\n\tc\n\tEOF\n"
                                     << QStringList {"0/1 RUN<< sh:sh b~c~"};
    QTest::newRow("shebang") << "FROM a\nRUN <<EOF\n#!/usr/bin/env -S bash -eo pipefail\nb\nEOF\n"
                             << QStringList {"0/1 RUN<< bash:sh+pipefail #!/usr/bin/env -S bash -eo pipefail~b~ +e"};
    QTest::newRow("python shebang") << "FROM a\nRUN <<EOF\n#!/usr/bin/python3\nb\nEOF\n"
                                    << QStringList {"0/1 RUN<< python3:python #!/usr/bin/python3~b~"};
    QTest::newRow("python") << "FROM a\nRUN python3 <<EOF\nprint(1)\nEOF\n"
                            << QStringList {
                                   "0/1 RUN sh:sh python3 <<EOF~print(1)~EOF", "0/1 RUN<< python3:python print(1)~"};
    QTest::newRow("bash") << "FROM a\nRUN bash -ex <<EOF\nb\nEOF\n"
                          << QStringList {"0/1 RUN sh:sh bash -ex <<EOF~b~EOF", "0/1 RUN<< bash:sh b~ +e"};
    QTest::newRow("not code") << "FROM a\nRUN cat <<EOF >/x\nb\nEOF\n"
                              << QStringList {"0/1 RUN sh:sh cat <<EOF >/x~b~EOF"};
    QTest::newRow("two heredocs") << "FROM a\nRUN <<A cat && sh <<B\n1\nA\n2\nB\n"
                                  << QStringList {"0/1 RUN sh:sh <<A cat && sh <<B~1~A~2~B", "0/1 RUN<< sh:sh 2~"};
    QTest::newRow("shell") << "FROM a\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN b\nFROM c\nRUN d\n"
                           << QStringList {"0/2 RUN bash:sh+pipefail b", "1/4 RUN sh:sh d"};
    QTest::newRow("shell of the base")
        << "FROM a AS B\nSHELL [\"/bin/ash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN c\nFROM b\nRUN d\n"
        << QStringList {"0/2 RUN ash:sh+pipefail c +e", "1/4 RUN ash:sh+pipefail d +e"};
    QTest::newRow("powershell") << "FROM a\nSHELL [\"powershell.exe\", \"-Command\"]\nRUN b\n"
                                << QStringList {"0/2 RUN powershell:powershell b"};
    QTest::newRow("pragma") << "# hadolint shell=bash\nFROM a\nRUN b\nFROM c\n# hadolint shell = pwsh\nRUN d\n"
                            << QStringList {"0/1 RUN bash:sh b", "1/3 RUN pwsh:powershell d"};
    QTest::newRow("windows") << "# escape=`\nFROM a\nRUN b `\n  c\n" << QStringList {"0/1 RUN cmd:cmd b   c"};
    QTest::newRow("windows image") << "FROM mcr.example/windows/servercore:1\nRUN b\n"
                                   << QStringList {"0/1 RUN cmd:cmd b"};
    QTest::newRow("nothing to run in") << "RUN a\nFROM b\n" << QStringList {};
}

void TestShell::scripts()
{
    QFETCH(QString, text);
    QFETCH(QStringList, expected);
    QStringList got;
    for (const EmbeddedScript& script : scriptsOf(readDockerfile(text.toStdString())))
        got << QString::fromStdString(describe(script));
    QCOMPARE(got, expected);
}

/// Where the words of scripts stand in the file.
void TestShell::places()
{
    const std::string text
        = "FROM a\nRUN one && \\\n# c\n  t\\\nwo\nRUN <<-EOF\n\tthree\n\t\tfour\nEOF\nRUN sh <<'EOF'\nfive\nEOF\n"
          "ONBUILD RUN six\nHEALTHCHECK CMD seven\n";
    const Dockerfile file = readDockerfile(text);
    QStringList got;
    for (const EmbeddedScript& script : scriptsOf(file)) {
        visitCommands(script.parsed.script, [&](const Command& command, const Pipeline&) {
            const Range range = script.source(command.words.front().range);
            got << QString::fromStdString(text.substr(range.begin, range.end - range.begin));
        });
    }
    QCOMPARE(got, (QStringList {"one", "t\\\nwo", "three", "four", "sh", "five", "six", "seven"}));
}

void TestShell::everyPrefixOfAFile()
{
    const std::string text = "# hadolint shell=bash\nFROM a AS b\nSHELL [\"sh\", \"-c\"]\nRUN python3 - <<EOF && sh "
                             "<<-E\nx\nEOF\n\ty\n\tE\n"
                             "ONBUILD RUN a \\\n b <<E\nc\nE\nHEALTHCHECK CMD d";
    for (std::size_t length = 0; length <= text.size(); ++length) {
        const Dockerfile file = readDockerfile(text.substr(0, length));
        for (const EmbeddedScript& script : scriptsOf(file)) {
            QVERIFY(isSound(script.text.text(), script.parsed));
            const Range whole = script.source({0, std::uint32_t(script.text.text().size())});
            QVERIFY(whole.begin <= whole.end && whole.end <= length);
        }
    }
}

QTEST_APPLESS_MAIN(TestShell)
#include "tst_shell.moc"
