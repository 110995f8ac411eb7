// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/refactor.h"

#include "core/dockerfile/assist/refactor/place.h"

#include <algorithm>

namespace darsena::dockerfile {

std::vector<Refactoring> refactorings(const Dockerfile& file, Range selection, const RefactorContext& context)
{
    using namespace refactor_detail;
    const RefactorPlace place(file, selection, context);
    std::vector<Refactoring> offers;
    for (const auto offer : {offerMerge, offerSplit, offerHeredoc, offerNoHeredoc, offerExecForm, offerShellForm,
             offerExtractStage, offerInlineStage, offerCacheMount, offerCopy, offerDigest, offerIgnore})
        offer(place, offers);
    // Whatever an author wrote, a refactoring must not leave a file that the builder refuses.
    std::erase_if(offers, [&](const Refactoring& offer) {
        if (offer.ignoreLine)
            return false;
        const std::string text = applyFix(file.document.source.text(), Fix {.description = {}, .edits = offer.edits});
        return text == file.document.source.text() || readDockerfile(text).problems.size() > file.problems.size();
    });
    return offers;
}

} // namespace darsena::dockerfile
