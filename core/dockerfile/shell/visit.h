// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/shell/script.h"

namespace darsena::dockerfile::shell {

namespace visit_detail {

template <typename Visitor> void visitWord(const ShellWord& word, const Visitor& visit)
{
    for (const WordPart& part : word.parts) {
        if (part.script)
            visitCommands(*part.script, visit);
    }
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
            }
            for (const ShellWord& word : command.words)
                visit_detail::visitWord(word, visit);
            for (const Script& body : command.bodies)
                visitCommands(body, visit);
        }
    }
}

} // namespace darsena::dockerfile::shell
