// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/confirm.h"

#include "gui/widgets/looks.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>

namespace darsena::gui {

namespace {
constexpr qsizetype mostNames = 12;
}

void confirmRemoval(QWidget* parent, const Removal& removal, const std::function<void()>& remove)
{
    QString consequence = removal.consequence;
    if (removal.names.size() > 1) {
        consequence += QStringLiteral("\n\n") + removal.names.mid(0, mostNames).join(QStringLiteral(", "));
        if (removal.names.size() > mostNames)
            consequence += QStringLiteral(" …");
    }
    auto* box = new QMessageBox(parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIcon(QMessageBox::NoIcon);
    box->setWindowTitle(removal.title);
    box->setText(removal.question);
    box->setInformativeText(consequence);
    QPushButton* yes = box->addButton(QCoreApplication::translate("Confirm", "Remove"), QMessageBox::DestructiveRole);
    setLook(yes, "danger");
    box->setDefaultButton(box->addButton(QCoreApplication::translate("Confirm", "Cancel"), QMessageBox::RejectRole));
    QObject::connect(yes, &QPushButton::clicked, parent, remove);
    box->open();
}

} // namespace darsena::gui
