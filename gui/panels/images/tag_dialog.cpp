// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/images/tag_dialog.h"

#include "gui/base/text.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/command_line.h"
#include "gui/widgets/looks.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace darsena::gui {

TagDialog::TagDialog(const PageContext& context, EngineClient& client, const QString& reference, QWidget* parent)
    : QDialog(parent)
    , m_client(client)
    , m_reference(reference)
    , m_banner(new Banner(context.theme, this))
    , m_field(new QLineEdit(this))
    , m_docker(new CommandLine(context.theme, this))
    , m_apply(makeButton(tr("Tag"), {}, "primary", this))
{
    setWindowTitle(tr("Tag an image"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(480);
    m_field->setPlaceholderText(tr("name:tag"));
    m_field->setFont(context.theme.monospace());
    m_field->setText(reference.startsWith(u"sha256:") ? QString() : reference);
    m_field->selectAll();
    auto* label = makeLabel(tr("Another name for %1").arg(reference.startsWith(u"sha256:") ? shortId(reference) : reference));
    label->setBuddy(m_field);
    m_field->setAccessibleName(label->text());
    auto* cancel = makeButton(tr("Cancel"));
    m_apply->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_apply);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::XL, space::L, space::XL, space::L);
    column->setSpacing(space::M);
    column->addWidget(m_banner);
    column->addWidget(label);
    column->addWidget(m_field);
    column->addWidget(m_docker);
    column->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_apply, &QPushButton::clicked, this, &TagDialog::apply);
    connect(m_field, &QLineEdit::textChanged, this, &TagDialog::describe);
    describe();
}

std::pair<QString, QString> TagDialog::split(const QString& name)
{
    const QString text = name.trimmed();
    const qsizetype colon = text.lastIndexOf(u':');
    if (colon <= text.lastIndexOf(u'/'))
        return { text, QStringLiteral("latest") };
    return { text.left(colon), text.mid(colon + 1) };
}

void TagDialog::describe()
{
    const QString name = m_field->text().trimmed();
    m_docker->setCommand(CommandLine::join({ QStringLiteral("docker"), QStringLiteral("tag"), m_reference, name.isEmpty() ? QStringLiteral("NAME:TAG") : name }));
    m_apply->setEnabled(!name.isEmpty() && name != m_reference);
}

void TagDialog::apply()
{
    const auto [repository, tag] = split(m_field->text());
    m_apply->setEnabled(false);
    m_client.send(client::tagImage(m_reference.toStdString(), repository.toStdString(), tag.toStdString()), this,
        [this, name = repository + u':' + tag](Result<void> result) {
            m_apply->setEnabled(true);
            if (!result) {
                m_banner->showProblem(tr("The image was not tagged."), errorSentence(result.error()));
                return;
            }
            Q_EMIT tagged(name);
            accept();
        });
}

} // namespace darsena::gui
