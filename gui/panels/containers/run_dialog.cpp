// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/containers/run_dialog.h"

#include "gui/base/text.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/command_line.h"
#include "gui/widgets/looks.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace darsena::gui {

RunDialog::RunDialog(const PageContext& context, EngineClient& client, QWidget* parent)
    : QDialog(parent)
    , m_theme(context.theme)
    , m_client(client)
    , m_banner(new Banner(context.theme, this))
    , m_image(new QComboBox(this))
    , m_name(new QLineEdit(this))
    , m_command(new QLineEdit(this))
    , m_environment(new QPlainTextEdit(this))
    , m_ports(new QLineEdit(this))
    , m_network(new QComboBox(this))
    , m_remove(new QCheckBox(tr("Remove the container when it ends"), this))
    , m_docker(new CommandLine(context.theme, this))
    , m_progress(makeLabel({}, "small", this))
    , m_run(makeButton(tr("Run"), context.theme.icon(QStringLiteral("play"), Theme::Ink::OnAccent), "primary", this))
{
    setWindowTitle(tr("Run a container"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(580);
    m_image->setEditable(true);
    m_image->setInsertPolicy(QComboBox::NoInsert);
    m_network->setEditable(true);
    m_network->setInsertPolicy(QComboBox::NoInsert);
    m_network->addItems({ QStringLiteral("bridge"), QStringLiteral("none"), QStringLiteral("host") });
    m_network->setCurrentText({});
    m_network->lineEdit()->setPlaceholderText(tr("the engine's default (bridge)"));
    m_image->lineEdit()->setPlaceholderText(tr("name:tag"));
    m_name->setPlaceholderText(tr("chosen by the engine"));
    m_command->setPlaceholderText(tr("as the image says"));
    m_command->setFont(m_theme.monospace());
    m_environment->setPlaceholderText(QStringLiteral("NAME=value"));
    m_environment->setFont(m_theme.monospace());
    m_environment->setFixedHeight(68);
    m_environment->setTabChangesFocus(true);
    setLook(m_environment, "input");
    m_ports->setPlaceholderText(QStringLiteral("8080:80"));
    m_ports->setFont(m_theme.monospace());

    auto* form = new QFormLayout;
    form->setHorizontalSpacing(space::L);
    form->setVerticalSpacing(space::M);
    form->setLabelAlignment(Qt::AlignRight);
    form->addRow(tr("&Image"), m_image);
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("&Command"), m_command);
    form->addRow(tr("&Environment"), m_environment);
    form->addRow(tr("&Ports"), m_ports);
    form->addRow(tr("Ne&twork"), m_network);
    form->addRow(QString(), m_remove);

    auto* dockerCard = new QFrame;
    setLook(dockerCard, "card");
    auto* dockerRow = new QHBoxLayout(dockerCard);
    dockerRow->setContentsMargins(space::M, space::XS, space::XS, space::XS);
    dockerRow->addWidget(m_docker);

    auto* cancel = makeButton(tr("Cancel"));
    m_run->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_progress, 1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_run);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_run, &QPushButton::clicked, this, &RunDialog::run);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::XL, space::L, space::XL, space::L);
    column->setSpacing(space::L);
    column->addWidget(m_banner);
    column->addLayout(form);
    column->addWidget(makeLabel(tr("The same with docker:"), "small"));
    column->addWidget(dockerCard);
    column->addLayout(buttons);

    connect(m_image, &QComboBox::currentTextChanged, this, &RunDialog::describe);
    connect(m_network, &QComboBox::currentTextChanged, this, &RunDialog::describe);
    for (QLineEdit* field : { m_name, m_command, m_ports })
        connect(field, &QLineEdit::textChanged, this, &RunDialog::describe);
    connect(m_environment, &QPlainTextEdit::textChanged, this, &RunDialog::describe);
    connect(m_remove, &QCheckBox::toggled, this, &RunDialog::describe);

    // What there is to choose from; without it one types.
    m_client.send(client::listImages(), this, [this](Result<std::vector<model::ImageSummary>> images) {
        if (!images)
            return;
        const QString typed = m_image->currentText();
        for (const model::ImageSummary& image : *images) {
            for (const std::string& tag : image.repoTags)
                m_image->addItem(QString::fromStdString(tag));
        }
        m_image->setCurrentText(typed);
    });
    m_client.send(client::listNetworks(), this, [this](Result<std::vector<model::Network>> networks) {
        if (!networks)
            return;
        const QString typed = m_network->currentText();
        for (const model::Network& network : *networks) {
            const QString name = QString::fromStdString(network.name);
            if (m_network->findText(name) < 0)
                m_network->addItem(name);
        }
        m_network->setCurrentText(typed);
    });
    describe();
}

void RunDialog::setImage(const QString& image)
{
    m_image->setCurrentText(image);
    m_name->setFocus();
}

void RunDialog::setRequest(const RunRequest& request)
{
    m_image->setCurrentText(request.image);
    m_name->setText(request.name);
    m_command->setText(request.command);
    m_environment->setPlainText(request.environment);
    m_ports->setText(request.ports);
    m_network->setCurrentText(request.network);
    m_remove->setChecked(request.removeAfter);
}

RunRequest RunDialog::request() const
{
    return { m_image->currentText(), m_name->text(), m_command->text(), m_environment->toPlainText(), m_ports->text(), m_network->currentText(),
        m_remove->isChecked() };
}

void RunDialog::describe()
{
    m_docker->setCommand(CommandLine::join(request().dockerCommand()));
    m_run->setEnabled(!m_busy && !m_image->currentText().trimmed().isEmpty());
}

void RunDialog::setBusy(bool busy, const QString& what)
{
    m_busy = busy;
    m_progress->setText(what);
    describe();
}

void RunDialog::run()
{
    if (m_busy)
        return;
    const RunRequest typed = request();
    const Result<model::ContainerCreate> create = typed.toModel();
    if (!create) {
        m_banner->showProblem(tr("Something in the form is not right."), errorSentence(create.error()));
        return;
    }
    m_banner->dismiss();
    setBusy(true, tr("Creating the container…"));
    m_client.send(client::createContainer(*create, typed.name.trimmed().toStdString()), this, [this](Result<model::ContainerCreated> made) {
        if (made)
            return created(QString::fromStdString(made->id), made->warnings);
        setBusy(false);
        QString why = errorSentence(made.error());
        if (made.error().code() == ErrorCode::NotFound)
            why += u' ' + tr("Build or load the image first, or choose one of the list.");
        m_banner->showProblem(tr("The container was not created."), why);
    });
}

void RunDialog::created(const QString& id, const std::vector<std::string>&)
{
    setBusy(true, tr("Starting it…"));
    m_client.send(client::startContainer(id.toStdString()), this, [this, id](Result<void> result) {
        if (result) {
            Q_EMIT started(id);
            accept();
            return;
        }
        setBusy(false);
        const QString why = errorSentence(result.error());
        // What was created and never ran would only be in the way of the next attempt's name.
        m_client.send(client::removeContainer(id.toStdString(), true), this, [](const Result<void>&) {});
        m_banner->showProblem(tr("The container did not start."), why + u' ' + tr("Nothing of it was kept; change the form and run it again."));
    });
}

} // namespace darsena::gui
