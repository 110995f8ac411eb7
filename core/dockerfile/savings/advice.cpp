// SPDX-License-Identifier: GPL-3.0-or-later
// Why there is no edit for some waste, and what can be done all the same.
#include "core/dockerfile/savings/site.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::savings_detail {

namespace {

SavingFix advice(SavingKind kind, std::uint32_t line, std::string title, std::string reason)
{
    return {.kind = kind, .title = std::move(title), .reason = std::move(reason), .line = line};
}

SavingFix adviceForBase(const Case& waste)
{
    if (waste.group.hiddenBy == 0)
        return advice(SavingKind::BaseImage, 0, "Use a smaller or a newer base image",
            "The base image stores these bytes and hides them itself: no line of this file can change that.");
    const bool removed = waste.group.how != WasteEntry::How::Overwritten;
    return advice(SavingKind::BaseImage, waste.group.hiddenBy, removed ? "Use a base image without it" : "Use a newer base image",
        fmt::format("The base image stores it, and line {} only {} it: the bytes stay in the base image's layer.", waste.group.hiddenBy,
            removed ? "hides" : "stores another copy of"));
}

} // namespace

SavingFix adviceFor(const Case& waste)
{
    if (waste.group.storedIn == 0)
        return adviceForBase(waste);
    const std::uint32_t from = waste.group.storedIn;
    const std::uint32_t to = waste.group.hiddenBy;
    if (waste.stored == nullptr || waste.hidden == nullptr)
        return advice(SavingKind::Advice, from, "Look at the line that stores it",
            to == 0 ? "What hides it is no instruction of this file." : fmt::format("Line {} or line {} is no instruction that makes a layer.", from, to));
    const bool copied = waste.stored->run() == nullptr;
    const bool replaced = waste.group.how == WasteEntry::How::Overwritten;
    if (replaced && waste.hidden->run() == nullptr)
        return advice(SavingKind::Advice, to, "Bring it once",
            fmt::format("Line {} brings what line {} brought before. Where the first is there so that the lines between keep their cache, it is worth its bytes.", to, from));
    if (replaced && waste.sameContent)
        return advice(SavingKind::Advice, to, copied ? "Set owner and mode where it is copied" : "Set owner and mode where it is made",
            fmt::format("Line {} changes owner, mode or time and so stores the whole file again. It is not certain that line {} can do all of that: what stands between may matter.", to, from));
    if (replaced)
        return advice(SavingKind::Advice, to, "Write it once",
            fmt::format("Line {} writes again what line {} wrote. Instructions between them need the first, or cannot be joined with it.", to, from));
    return advice(SavingKind::OwnStage, from, "Build in a stage of its own",
        fmt::format("What line {} stores may be needed until line {} removes it. In a stage of its own it stays out of the image altogether: COPY --from takes only the result.", from, to));
}

} // namespace darsena::dockerfile::savings_detail
