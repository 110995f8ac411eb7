// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/image_diff.h"
#include "core/cli/layers/plain_text.h"
#include "core/cli/layers/size_text.h"

#include <fmt/format.h>

namespace darsena::cli {

namespace {

std::string plural(std::uint64_t count, std::string_view what)
{
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string fileLine(const FileDifference& file, bool all)
{
    const bool directory = file.type == layers::EntryType::Directory;
    const std::string path = plainText(file.path) + (directory && file.path != "/" ? "/" : "");
    const auto before = static_cast<std::int64_t>(file.bytesBefore), after = static_cast<std::int64_t>(file.bytesAfter);
    if (file.mark == layers::Mark::Changed)
        return fmt::format("~ {:>9}  {}  ({})\n", signedSizeText(after - before), path, plainText(file.what));
    const bool added = file.mark == layers::Mark::Added;
    if (directory && !all)
        return fmt::format("{} {:>9}  {}  ({})\n", added ? '+' : '-', sizeText(file.bytesBeneath), path,
            plural(file.filesBeneath, "file"));
    return fmt::format("{} {:>9}  {}\n", added ? '+' : '-', sizeText(added ? file.bytesAfter : file.bytesBefore), path);
}

std::string fieldText(const std::string& value)
{
    return value.empty() ? "(not set)" : plainText(value);
}

std::string commandLine(std::string_view command)
{
    std::string line = plainText(command);
    for (std::size_t at = line.find("\\x0a"); at != std::string::npos; at = line.find("\\x0a", at))
        line.replace(at, 4, "↵");
    return line;
}

std::string versions(const std::vector<std::string>& list)
{
    return plainText(fmt::format("{}", fmt::join(list, ", ")));
}

std::string packageLine(const layers::PackageChange& change)
{
    const std::string name = fmt::format("{} {}", layers::name(change.kind), plainText(change.name));
    if (change.before.empty())
        return fmt::format("+ {} {}\n", name, versions(change.after));
    if (change.after.empty())
        return fmt::format("- {} {}\n", name, versions(change.before));
    return fmt::format("~ {} {} → {}\n", name, versions(change.before), versions(change.after));
}

} // namespace

std::string diffAsText(const ImageDiff& diff, bool all)
{
    std::string text = fmt::format("--- {}  {}\n+++ {}  {}\n", plainText(diff.before.name), diff.before.id.shortHex(),
        plainText(diff.after.name), diff.after.id.shortHex());
    text += fmt::format("{} shared ({}), {} only in the first, {} only in the second\n",
        plural(diff.sharedLayers.size(), "layer"), sizeText(diff.sharedBytes), diff.onlyBefore.size(),
        diff.onlyAfter.size());
    if (diff.same())
        return text + "The images are the same.\n";
    if (!diff.files.empty()) {
        text += fmt::format("\nFiles: {} added ({}), {} removed ({}), {} changed ({})\n", diff.added.files,
            sizeText(diff.added.bytesAfter), diff.removed.files, sizeText(diff.removed.bytesBefore), diff.changed.files,
            signedSizeText(static_cast<std::int64_t>(diff.changed.bytesAfter - diff.changed.bytesBefore)));
        for (const FileDifference& file : diff.files) {
            if (all || !file.beneathOther)
                text += fileLine(file, all);
        }
    }
    if (!diff.config.empty()) {
        text += "\nConfiguration:\n";
        for (const ConfigDifference& difference : diff.config)
            text += fmt::format("~ {}: {} → {}\n", plainText(difference.field), fieldText(difference.before),
                fieldText(difference.after));
    }
    if (!diff.history.empty()) {
        text += "\nHistory:\n";
        for (const HistoryDifference& difference : diff.history)
            text += fmt::format("{} {:>3}  {}\n", difference.added ? '+' : '-', difference.index,
                commandLine(difference.entry.createdBy));
    }
    if (!diff.packages.empty()) {
        text += "\nPackages:\n";
        for (const layers::PackageChange& change : diff.packages)
            text += packageLine(change);
    }
    return text;
}

} // namespace darsena::cli
