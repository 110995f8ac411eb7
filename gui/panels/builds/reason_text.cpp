// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/reason_text.h"

#include "gui/base/text.h"

#include <QCoreApplication>
#include <QStringList>

namespace darsena::gui {

namespace {

class Reasons {
    Q_DECLARE_TR_FUNCTIONS(Reasons)
public:
    static QString one(const model::BuildReason& reason)
    {
        const QString name = toQString(reason.name);
        const std::string& kind = reason.kind;
        if (kind == "first")
            return tr("not built before");
        if (kind == "noCache")
            return tr("the cache is switched off");
        if (kind == "instruction")
            return name.isEmpty() ? tr("the instruction changed") : tr("the instruction changed (was: %1)").arg(name);
        //: %1 is a file, or a variable
        if (kind == "file" || kind == "env")
            return tr("%1 changed").arg(name);
        if (kind == "arg")
            return tr("ARG %1 changed").arg(name);
        if (kind == "base")
            return tr("the base image %1 changed").arg(name);
        if (kind == "parent")
            return reason.step < 0 ? tr("what is below it changed") : tr("step %1 changed").arg(reason.step + 1);
        //: %1 is a stage or an image
        if (kind == "source")
            return tr("what it takes from %1 changed").arg(name);
        if (kind == "lost")
            return tr("its layer is no longer stored");
        if (kind == "unchanged")
            return tr("nothing that it depends on changed");
        //: %1 is a stage
        if (kind == "sameFiles")
            return tr("the files are the same, although %1 changed").arg(name);
        if (kind == "image")
            return tr("the image %1").arg(name);
        if (kind == "stage")
            return tr("the files of another stage");
        if (kind == "scratch")
            return tr("an empty file system");
        return {};
    }

    static QString more(int count) { return tr("and %n more", nullptr, count); }
};

} // namespace

QString reasonText(const std::vector<model::BuildReason>& reasons)
{
    // Three causes explain; a list of forty changed files does not.
    constexpr std::size_t shown = 3;
    QStringList parts;
    for (std::size_t i = 0; i < reasons.size() && i < shown; ++i) {
        parts.append(Reasons::one(reasons[i]));
        if (parts.last().isEmpty())
            return {};
    }
    if (reasons.size() > shown)
        parts.append(Reasons::more(static_cast<int>(reasons.size() - shown)));
    return parts.join(QStringLiteral("; "));
}

} // namespace darsena::gui
