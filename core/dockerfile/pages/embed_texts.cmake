# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DFROM=resources/dockerfile -DTO=texts.cpp -P embed_texts.cmake: the pages as a table in C++ (see texts.h).
file(GLOB_RECURSE files RELATIVE ${FROM} ${FROM}/*.md ${FROM}/*.txt ${FROM}/*.template)
list(SORT files COMPARE STRING)
set(code "// Made by embed_texts.cmake.\n#include \"core/dockerfile/pages/texts.h\"\n\n#include <array>\n\n")
string(APPEND code "namespace darsena::dockerfile::pages_detail {\n\nnamespace {\n\nconstexpr auto texts = std::to_array<EmbeddedText>({\n")
foreach(file ${files})
    file(READ ${FROM}/${file} text)
    string(APPEND code "    {\"${file}\", R\"~~(${text})~~\"},\n")
endforeach()
string(APPEND code "});\n\n} // namespace\n\nstd::span<const EmbeddedText> embeddedTexts()\n{\n    return texts;\n}\n\n} // namespace darsena::dockerfile::pages_detail\n")
file(WRITE ${TO}.new "${code}")
file(COPY_FILE ${TO}.new ${TO} ONLY_IF_DIFFERENT)
file(REMOVE ${TO}.new)
