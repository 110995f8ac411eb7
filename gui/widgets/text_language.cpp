// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/text_language.h"

#include "gui/widgets/ignore_lexer.h"
#include "gui/theme/theme.h"

#include <QFileInfo>
#include <QHash>

#include <Qsci/qscilexerbash.h>
#include <Qsci/qscilexercmake.h>
#include <Qsci/qscilexercss.h>
#include <Qsci/qscilexerdiff.h>
#include <Qsci/qscilexerhtml.h>
#include <Qsci/qscilexerjava.h>
#include <Qsci/qscilexerjavascript.h>
#include <Qsci/qscilexerjson.h>
#include <Qsci/qscilexerlua.h>
#include <Qsci/qscilexermakefile.h>
#include <Qsci/qscilexermarkdown.h>
#include <Qsci/qscilexerperl.h>
#include <Qsci/qscilexerproperties.h>
#include <Qsci/qscilexerpython.h>
#include <Qsci/qscilexerruby.h>
#include <Qsci/qscilexersql.h>
#include <Qsci/qscilexerxml.h>
#include <Qsci/qscilexeryaml.h>

namespace darsena::gui {
namespace {

/// A language of C's family that QScintilla has no lexer for: its keywords are all that differs.
class KeywordLexer : public QsciLexerCPP {
public:
    KeywordLexer(const char* words, QObject* parent)
        : QsciLexerCPP(parent)
        , m_words(words)
    {
    }
    const char* keywords(int set) const override { return set == 1 ? m_words : nullptr; }

private:
    const char* m_words;
};

constexpr const char* GoWords = "break case chan const continue default defer else fallthrough for func go goto if import "
                                "interface map package range return select struct switch type var true false nil";
constexpr const char* RustWords = "as async await break const continue crate dyn else enum extern false fn for if impl in let "
                                  "loop match mod move mut pub ref return self Self static struct super trait true type "
                                  "unsafe use where while";

QColor colourOf(const QString& style, TextLanguage language, const Tokens& tokens)
{
    const auto has = [&style](std::initializer_list<const char*> words) {
        return std::any_of(words.begin(), words.end(), [&style](const char* word) { return style.contains(QLatin1String(word)); });
    };
    if (has({ "comment", "block quote" }))
        return tokens.comment;
    if (has({ "error", "unclosed", "illegal", "unescaped", "invalid", "bad " }))
        return tokens.failedText;
    if (has({ "removed" }))
        return tokens.failedText;
    if (has({ "added" }))
        return tokens.runningText;
    if (has({ "header", "document delimiter" }))
        return tokens.keyword;
    if (has({ "string", "quote", "character", "here document", "text block", "backtick", "code", "pod", "cdata", "regular" }))
        return tokens.string;
    if (has({ "number", "pre-processor", "preprocessor", "decorator", "section", "attribute", "position", "reference" }))
        return tokens.flag;
    if (has({ "scalar", "parameter", "variable", "link", "entity" }))
        return tokens.variable;
    if (has({ "keyword", "tag", "target", "property", "key" }) && !has({ "user-defined" }))
        return tokens.keyword;
    if (language == TextLanguage::Yaml && has({ "identifier" }))
        return tokens.keyword;
    if (has({ "class name", "function" }))
        return tokens.variable;
    return tokens.text;
}

} // namespace

bool isIgnoreName(const QString& path)
{
    return path.endsWith(QLatin1String(".dockerignore")) || path.endsWith(QLatin1String(".gitignore"))
        || path.endsWith(QLatin1String(".containerignore"));
}

bool isDockerfileName(const QString& path)
{
    const QString name = QFileInfo(path).fileName().toLower();
    if (isIgnoreName(name))
        return false;
    for (const QLatin1String word : { QLatin1String("dockerfile"), QLatin1String("containerfile") }) {
        if (name == word || name.startsWith(word + QLatin1Char('.')) || name.endsWith(QLatin1Char('.') + word))
            return true;
    }
    return false;
}

TextLanguage languageOf(const QString& path, std::string_view text)
{
    if (isDockerfileName(path))
        return TextLanguage::Dockerfile;
    if (isIgnoreName(path))
        return TextLanguage::Ignore;
    const QFileInfo info(path);
    const QString name = info.fileName().toLower();
    static const QHash<QString, TextLanguage> byName {
        { QStringLiteral("makefile"), TextLanguage::Makefile },
        { QStringLiteral("gnumakefile"), TextLanguage::Makefile },
        { QStringLiteral("cmakelists.txt"), TextLanguage::CMake },
        { QStringLiteral(".bashrc"), TextLanguage::Shell },
        { QStringLiteral(".profile"), TextLanguage::Shell },
        { QStringLiteral("gemfile"), TextLanguage::Ruby },
        { QStringLiteral("rakefile"), TextLanguage::Ruby },
        { QStringLiteral(".env"), TextLanguage::Properties },
        { QStringLiteral(".editorconfig"), TextLanguage::Properties },
        { QStringLiteral("go.mod"), TextLanguage::Go },
        { QStringLiteral(".clang-format"), TextLanguage::Yaml },
    };
    if (const auto found = byName.constFind(name); found != byName.constEnd())
        return *found;
    if (name.startsWith(QLatin1String(".env.")))
        return TextLanguage::Properties;
    static const QHash<QString, TextLanguage> bySuffix {
        { QStringLiteral("yml"), TextLanguage::Yaml }, { QStringLiteral("yaml"), TextLanguage::Yaml },
        { QStringLiteral("sh"), TextLanguage::Shell }, { QStringLiteral("bash"), TextLanguage::Shell },
        { QStringLiteral("ash"), TextLanguage::Shell }, { QStringLiteral("py"), TextLanguage::Python },
        { QStringLiteral("json"), TextLanguage::Json }, { QStringLiteral("jsonc"), TextLanguage::Json },
        { QStringLiteral("js"), TextLanguage::JavaScript }, { QStringLiteral("mjs"), TextLanguage::JavaScript },
        { QStringLiteral("cjs"), TextLanguage::JavaScript }, { QStringLiteral("ts"), TextLanguage::JavaScript },
        { QStringLiteral("jsx"), TextLanguage::JavaScript }, { QStringLiteral("tsx"), TextLanguage::JavaScript },
        { QStringLiteral("xml"), TextLanguage::Xml }, { QStringLiteral("svg"), TextLanguage::Xml },
        { QStringLiteral("html"), TextLanguage::Html }, { QStringLiteral("htm"), TextLanguage::Html },
        { QStringLiteral("php"), TextLanguage::Html }, { QStringLiteral("css"), TextLanguage::Css },
        { QStringLiteral("scss"), TextLanguage::Css }, { QStringLiteral("md"), TextLanguage::Markdown },
        { QStringLiteral("markdown"), TextLanguage::Markdown }, { QStringLiteral("c"), TextLanguage::C },
        { QStringLiteral("h"), TextLanguage::C }, { QStringLiteral("cpp"), TextLanguage::C },
        { QStringLiteral("cc"), TextLanguage::C }, { QStringLiteral("hpp"), TextLanguage::C },
        { QStringLiteral("cs"), TextLanguage::C }, { QStringLiteral("go"), TextLanguage::Go },
        { QStringLiteral("rs"), TextLanguage::Rust }, { QStringLiteral("java"), TextLanguage::Java },
        { QStringLiteral("kt"), TextLanguage::Java }, { QStringLiteral("gradle"), TextLanguage::Java },
        { QStringLiteral("rb"), TextLanguage::Ruby }, { QStringLiteral("lua"), TextLanguage::Lua },
        { QStringLiteral("pl"), TextLanguage::Perl }, { QStringLiteral("pm"), TextLanguage::Perl },
        { QStringLiteral("sql"), TextLanguage::Sql }, { QStringLiteral("cmake"), TextLanguage::CMake },
        { QStringLiteral("mk"), TextLanguage::Makefile }, { QStringLiteral("ini"), TextLanguage::Properties },
        { QStringLiteral("cfg"), TextLanguage::Properties }, { QStringLiteral("conf"), TextLanguage::Properties },
        { QStringLiteral("toml"), TextLanguage::Properties }, { QStringLiteral("properties"), TextLanguage::Properties },
        { QStringLiteral("diff"), TextLanguage::Diff }, { QStringLiteral("patch"), TextLanguage::Diff },
    };
    if (const auto found = bySuffix.constFind(info.suffix().toLower()); found != bySuffix.constEnd())
        return *found;
    if (text.starts_with("#!")) {
        const std::string_view line = text.substr(0, text.find('\n'));
        if (line.find("python") != std::string_view::npos)
            return TextLanguage::Python;
        if (line.find("node") != std::string_view::npos)
            return TextLanguage::JavaScript;
        if (line.find("perl") != std::string_view::npos)
            return TextLanguage::Perl;
        if (line.find("ruby") != std::string_view::npos)
            return TextLanguage::Ruby;
        if (line.find("sh") != std::string_view::npos)
            return TextLanguage::Shell;
    }
    return text.starts_with("<?xml") ? TextLanguage::Xml : TextLanguage::Plain;
}

QString languageName(TextLanguage language)
{
    switch (language) {
    case TextLanguage::Plain: return {};
    case TextLanguage::Dockerfile: return QStringLiteral("Dockerfile");
    case TextLanguage::Ignore: return QStringLiteral(".dockerignore");
    case TextLanguage::Yaml: return QStringLiteral("YAML");
    case TextLanguage::Shell: return QStringLiteral("Shell");
    case TextLanguage::Python: return QStringLiteral("Python");
    case TextLanguage::Json: return QStringLiteral("JSON");
    case TextLanguage::JavaScript: return QStringLiteral("JavaScript");
    case TextLanguage::Xml: return QStringLiteral("XML");
    case TextLanguage::Html: return QStringLiteral("HTML");
    case TextLanguage::Css: return QStringLiteral("CSS");
    case TextLanguage::Markdown: return QStringLiteral("Markdown");
    case TextLanguage::C: return QStringLiteral("C/C++");
    case TextLanguage::Go: return QStringLiteral("Go");
    case TextLanguage::Rust: return QStringLiteral("Rust");
    case TextLanguage::Java: return QStringLiteral("Java");
    case TextLanguage::Ruby: return QStringLiteral("Ruby");
    case TextLanguage::Lua: return QStringLiteral("Lua");
    case TextLanguage::Perl: return QStringLiteral("Perl");
    case TextLanguage::Sql: return QStringLiteral("SQL");
    case TextLanguage::CMake: return QStringLiteral("CMake");
    case TextLanguage::Makefile: return QStringLiteral("Makefile");
    case TextLanguage::Properties: return QStringLiteral("INI");
    case TextLanguage::Diff: return QStringLiteral("Diff");
    }
    return {};
}

QString commentPrefixOf(TextLanguage language)
{
    switch (language) {
    case TextLanguage::JavaScript:
    case TextLanguage::C:
    case TextLanguage::Go:
    case TextLanguage::Rust:
    case TextLanguage::Java:
        return QStringLiteral("//");
    case TextLanguage::Lua:
    case TextLanguage::Sql:
        return QStringLiteral("--");
    case TextLanguage::Plain:
    case TextLanguage::Json:
    case TextLanguage::Xml:
    case TextLanguage::Html:
    case TextLanguage::Css:
    case TextLanguage::Markdown:
    case TextLanguage::Diff:
        return {};
    default:
        return QStringLiteral("#");
    }
}

QsciLexer* makeLexer(TextLanguage language, QObject* parent)
{
    switch (language) {
    case TextLanguage::Ignore: return new IgnoreLexer(parent);
    case TextLanguage::Yaml: return new QsciLexerYAML(parent);
    case TextLanguage::Shell: return new QsciLexerBash(parent);
    case TextLanguage::Python: return new QsciLexerPython(parent);
    case TextLanguage::Json: {
        auto* lexer = new QsciLexerJSON(parent);
        lexer->setHighlightComments(true);
        return lexer;
    }
    case TextLanguage::JavaScript: return new QsciLexerJavaScript(parent);
    case TextLanguage::Xml: return new QsciLexerXML(parent);
    case TextLanguage::Html: return new QsciLexerHTML(parent);
    case TextLanguage::Css: return new QsciLexerCSS(parent);
    case TextLanguage::Markdown: return new QsciLexerMarkdown(parent);
    case TextLanguage::C: return new QsciLexerCPP(parent);
    case TextLanguage::Go: return new KeywordLexer(GoWords, parent);
    case TextLanguage::Rust: return new KeywordLexer(RustWords, parent);
    case TextLanguage::Java: return new QsciLexerJava(parent);
    case TextLanguage::Ruby: return new QsciLexerRuby(parent);
    case TextLanguage::Lua: return new QsciLexerLua(parent);
    case TextLanguage::Perl: return new QsciLexerPerl(parent);
    case TextLanguage::Sql: return new QsciLexerSQL(parent);
    case TextLanguage::CMake: return new QsciLexerCMake(parent);
    case TextLanguage::Makefile: return new QsciLexerMakefile(parent);
    case TextLanguage::Properties: return new QsciLexerProperties(parent);
    case TextLanguage::Diff: return new QsciLexerDiff(parent);
    case TextLanguage::Plain:
    case TextLanguage::Dockerfile:
        break;
    }
    return nullptr;
}

void paintLexer(QsciLexer& lexer, TextLanguage language, const Theme& theme)
{
    const Tokens& tokens = theme.tokens();
    const QColor paper = tokens.dark ? mixed(tokens.page, tokens.surface, 0.4) : tokens.surface;
    const QFont font = theme.monospacePoints(type::Base);
    lexer.setDefaultColor(tokens.text);
    lexer.setDefaultPaper(paper);
    lexer.setDefaultFont(font);
    for (int style = 0; style < 128; ++style) {
        const QString description = lexer.description(style).toLower();
        if (description.isEmpty())
            continue;
        const QColor colour = colourOf(description, language, tokens);
        QFont styled = font;
        if (colour == tokens.keyword && !description.contains(QLatin1String("header")))
            styled.setWeight(QFont::Medium);
        if (language == TextLanguage::Markdown && (description.contains(QLatin1String("header")) || description.contains(QLatin1String("strong"))))
            styled.setWeight(QFont::Bold);
        lexer.setColor(colour, style);
        lexer.setPaper(paper, style);
        lexer.setFont(styled, style);
        lexer.setEolFill(false, style);
    }
}

} // namespace darsena::gui
