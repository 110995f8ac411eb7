// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/shell/script.h"

namespace darsena::dockerfile::shell {

namespace visit_detail {

template <typename Visitor> void visitParts(const std::vector<WordPart>& parts, const Visitor& visit)
{
    for (const WordPart& part : parts) {
        if (part.script)
            visitCommands(*part.script, visit);
        visitParts(part.parts, visit);
    }
}

template <typename Visitor> void visitWord(const ShellWord& word, const Visitor& visit)
{
    visitParts(word.parts, visit);
}

} // namespace visit_detail

template <typename Visitor> void visitCommands(const Script& script, const Visitor& visit)
{
    for (const ListItem& item : script.items) {
        for (const Command& command : item.pipeline.commands) {
            visit(command, item.pipeline);
            for (const Assignment& assignment : command.assignments) {
                if (assignment.value)
                    visit_detail::visitWord(*assignment.value, visit);
                for (const ShellWord& word : assignment.elements)
                    visit_detail::visitWord(word, visit);
            }
            for (const ShellWord& word : command.words)
                visit_detail::visitWord(word, visit);
            for (const Redirection& redirection : command.redirections) {
                visit_detail::visitWord(redirection.target, visit);
                visit_detail::visitParts(redirection.content, visit);
            }
            for (const Script& body : command.bodies)
                visitCommands(body, visit);
        }
    }
}

} // namespace darsena::dockerfile::shell
