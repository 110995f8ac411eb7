// SPDX-License-Identifier: GPL-3.0-or-later
// RUN instructions that follow each other, as one.
#include "core/dockerfile/assist/refactor.h"
#include "core/dockerfile/savings/site.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::savings_detail {

void offerJoin(const Case& waste, std::vector<SavingFix>& fixes)
{
    if (waste.stored->stage != waste.hidden->stage || waste.stored->run() == nullptr || waste.hidden->run() == nullptr)
        return;
    const std::vector<const Placed*> between = waste.site.between(*waste.stored, *waste.hidden);
    if (!std::all_of(between.begin(), between.end(), [](const Placed* each) { return each->run() != nullptr; }))
        return;
    const Range both {waste.stored->begin(), waste.hidden->statement->range.end};
    for (Refactoring& offer : refactorings(waste.site.file(), both)) {
        if (offer.id != "merge-run")
            continue;
        auto inOrder = sorted(std::move(offer.edits));
        if (!inOrder)
            return;
        fixes.push_back({.kind = SavingKind::JoinRuns,
            .title = between.empty() ? fmt::format("Join the RUN of line {} with the one of line {}", waste.stored->line(), waste.hidden->line())
                                     : fmt::format("Join the RUN instructions of lines {} to {}", waste.stored->line(), waste.hidden->line()),
            .reason = "One RUN makes one layer, which stores a file once, as it is in the end, and nothing of what was removed on the way.",
            .line = waste.stored->line(),
            .edits = std::move(*inOrder)});
        return;
    }
}

} // namespace darsena::dockerfile::savings_detail
