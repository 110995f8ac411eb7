// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string_view>

class QObject;
class QsciLexer;

namespace darsena::gui {

class Theme;

/// What a text is written in, as far as an editor cares.
enum class TextLanguage {
    Plain, Dockerfile, Ignore, Yaml, Shell, Python, Json, JavaScript, Xml, Html, Css, Markdown, C, Go, Rust, Java, Ruby,
    Lua, Perl, Sql, CMake, Makefile, Properties, Diff
};

/// By the file's name, and where that says nothing by its first line ("#!/bin/sh").
TextLanguage languageOf(const QString& path, std::string_view text = {});
/// Dockerfile, api.Dockerfile, Dockerfile.dev, Containerfile…
bool isDockerfileName(const QString& path);
bool isIgnoreName(const QString& path);
/// "YAML", "Python"; empty for Plain.
QString languageName(TextLanguage language);
/// "#", "//"; empty where a line cannot be made a comment.
QString commentPrefixOf(TextLanguage language);
/// QScintilla's lexer, or nullptr (Plain and Dockerfile, which has one of ours).
QsciLexer* makeLexer(TextLanguage language, QObject* parent);
/// Puts the theme's colours and font on every style of a lexer.
void paintLexer(QsciLexer& lexer, TextLanguage language, const Theme& theme);

} // namespace darsena::gui
