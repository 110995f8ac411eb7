// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/waste/fix_text.h"

#include "gui/base/text.h"

#include <QCoreApplication>

namespace darsena::gui {

namespace {

struct FixText {
    Q_DECLARE_TR_FUNCTIONS(FixText)
};

QString ignoreText(const std::vector<std::string>& lines)
{
    QStringList list;
    for (const std::string& line : lines)
        list << toQString(line);
    return list.join(QStringLiteral(", "));
}

} // namespace

QString fixTitle(const dockerfile::SavingFix& fix, const WasteRow& row)
{
    switch (fix.kind) {
    case dockerfile::SavingKind::MoveRemoval:
        return FixText::tr("Remove it in the same RUN (line %1)").arg(row.storedLine);
    case dockerfile::SavingKind::JoinRuns:
        return FixText::tr("Join the RUN lines %1 to %2").arg(row.storedLine).arg(row.hiddenLine);
    case dockerfile::SavingKind::CopyOwner:
        return fix.applies() ? FixText::tr("Let COPY set owner and mode") : FixText::tr("Create the user before COPY, and let COPY set the owner");
    case dockerfile::SavingKind::CacheMount:
        return FixText::tr("Keep the downloads in a cache mount");
    case dockerfile::SavingKind::BindMount:
        return FixText::tr("Mount it in the RUN instead of copying it");
    case dockerfile::SavingKind::Ignore:
        return FixText::tr("Add %1 to .dockerignore").arg(ignoreText(fix.ignoreLines));
    case dockerfile::SavingKind::OwnStage:
        return FixText::tr("Move the build to its own stage");
    case dockerfile::SavingKind::BaseImage:
        return FixText::tr("Use a smaller or a newer base image");
    case dockerfile::SavingKind::Advice:
        break;
    }
    return row.hiddenLine > 0 ? FixText::tr("Write it once: line %1 stores it again").arg(row.hiddenLine) : FixText::tr("No line of this Dockerfile hides it");
}

QString fixReason(const dockerfile::SavingFix& fix, const WasteRow& row)
{
    switch (fix.kind) {
    case dockerfile::SavingKind::MoveRemoval:
        return FixText::tr("A layer keeps what was there when its instruction ended. Files that the same RUN removes are never stored.");
    case dockerfile::SavingKind::JoinRuns:
        return FixText::tr("One RUN makes one layer. It stores a file once, as it is in the end, and nothing of what was removed on the way.");
    case dockerfile::SavingKind::CopyOwner:
        return FixText::tr("A change of owner or mode stores the whole file again. COPY sets both as it stores it.");
    case dockerfile::SavingKind::CacheMount:
        return FixText::tr("The downloads stay with the builder, for the next build, and no layer stores them.");
    case dockerfile::SavingKind::BindMount:
        return FixText::tr("A mounted file is there while the RUN works, and in no layer.");
    case dockerfile::SavingKind::Ignore:
        return FixText::tr("What .dockerignore names is never sent to the builder, so nothing has to be removed again.");
    case dockerfile::SavingKind::OwnStage:
        return FixText::tr("What line %1 stores may be needed until line %2 removes it, so no line can be moved for sure. In a stage of its own it stays out of the image: COPY --from takes only the result.")
            .arg(row.storedLine).arg(row.hiddenLine);
    case dockerfile::SavingKind::BaseImage:
        return FixText::tr("The base image stores these bytes. Whatever hides them later, they stay in its layer.");
    case dockerfile::SavingKind::Advice:
        break;
    }
    return FixText::tr("Whether the lines between need the first copy cannot be told from the file.");
}

QString wasteStory(const WasteRow& row)
{
    QString story = row.how == layers::How::Overwritten ? FixText::tr("stored in %1, replaced in %2") : FixText::tr("stored in %1, removed in %2");
    story = story.arg(row.storedIn).arg(row.hiddenBy);
    if (row.files > 1)
        story += QStringLiteral(" · ") + FixText::tr("%Ln file(s)", nullptr, row.files);
    return story;
}

} // namespace darsena::gui
