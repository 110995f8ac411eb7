// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/settings_page.h"

#include "gui/settings/settings.h"
#include "gui/widgets/looks.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace darsena::gui {

SettingsPage::SettingsPage(PageContext context, QWidget* parent)
    : Page(PageId::Settings, parent)
    , m_context(context)
    , m_theme(new QComboBox(this))
    , m_language(new QComboBox(this))
    , m_socket(new QLineEdit(this))
    , m_texts(this)
{
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::XXL, space::XL, space::XXL, space::XL);
    column->setSpacing(space::M);

    const auto addCard = [&](QLabel* heading) {
        auto* card = new QFrame(content);
        setLook(card, "card");
        card->setMaximumWidth(640);
        auto* form = new QFormLayout(card);
        form->setContentsMargins(space::L, space::L, space::L, space::L);
        form->setHorizontalSpacing(space::XL);
        form->setVerticalSpacing(space::M);
        form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        column->addWidget(heading);
        column->addWidget(card);
        column->addSpacing(space::M);
        return form;
    };

    auto* lookHeading = makeLabel({}, "title", content);
    auto* look = addCard(lookHeading);
    auto* themeLabel = makeLabel({}, "", content);
    auto* languageLabel = makeLabel({}, "", content);
    m_theme->setObjectName(QStringLiteral("settings.theme"));
    m_language->setObjectName(QStringLiteral("settings.language"));
    themeLabel->setBuddy(m_theme);
    languageLabel->setBuddy(m_language);
    m_theme->setMinimumWidth(220);
    m_language->setMinimumWidth(220);
    look->addRow(themeLabel, m_theme);
    look->addRow(languageLabel, m_language);

    auto* editorHeading = makeLabel({}, "title", content);
    auto* editor = addCard(editorHeading);
    struct Choice {
        const char* name;
        bool EditorOptions::* option;
    };
    static constexpr Choice choices[] = { { "autosave", &EditorOptions::autosave },
        { "formatOnSave", &EditorOptions::formatOnSave }, { "wrapLines", &EditorOptions::wrapLines },
        { "showWhitespace", &EditorOptions::showWhitespace }, { "indentGuides", &EditorOptions::indentGuides } };
    QList<QCheckBox*> boxes;
    for (const Choice& choice : choices) {
        auto* box = new QCheckBox(content);
        box->setObjectName(QStringLiteral("settings.") + QLatin1String(choice.name));
        box->setChecked(context.settings.editor().*choice.option);
        editor->addRow(box);
        boxes.append(box);
        connect(box, &QCheckBox::toggled, this, [this, option = choice.option](bool on) {
            EditorOptions options = m_context.settings.editor();
            options.*option = on;
            m_context.settings.setEditor(options);
        });
        // The palette has the same switches.
        connect(&context.settings, &Settings::editorChanged, box,
            [box, option = choice.option](const EditorOptions& options) { box->setChecked(options.*option); });
    }

    auto* engineHeading = makeLabel({}, "title", content);
    auto* engine = addCard(engineHeading);
    auto* socketLabel = makeLabel({}, "", content);
    auto* socketHelp = makeLabel({}, "small", content);
    socketHelp->setWordWrap(true);
    m_socket->setObjectName(QStringLiteral("settings.socket"));
    m_socket->setFont(context.theme.monospace());
    m_socket->setPlaceholderText(QStringLiteral("/run/darsena/darsena.sock"));
    m_socket->setText(context.settings.socketPath());
    m_socket->setMinimumWidth(320);
    socketLabel->setBuddy(m_socket);
    engine->addRow(socketLabel, m_socket);
    engine->addRow(nullptr, socketHelp);
    column->addStretch(1);

    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(content);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setStyleSheet(QStringLiteral("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }"));
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);

    m_texts([=, this] {
        lookHeading->setText(tr("Look"));
        themeLabel->setText(tr("Theme"));
        languageLabel->setText(tr("Language"));
        editorHeading->setText(tr("Editor"));
        boxes[0]->setText(tr("Save by itself, a second after the last key"));
        boxes[1]->setText(tr("Format Dockerfiles when saving"));
        boxes[2]->setText(tr("Wrap long lines"));
        boxes[3]->setText(tr("Show blanks and tabs"));
        boxes[4]->setText(tr("Show indent guides"));
        engineHeading->setText(tr("Engine"));
        socketLabel->setText(tr("Socket"));
        socketHelp->setText(tr("The Unix socket of the engine this window talks to. Darsena's own engine, dockerd and "
                               "podman all work; leave it empty for Darsena's."));
        m_theme->setAccessibleName(tr("Theme"));
        m_language->setAccessibleName(tr("Language"));
        m_socket->setAccessibleName(tr("Socket of the engine"));
        fillTheme();
        fillLanguage();
    });

    connect(m_theme, &QComboBox::activated, this,
        [this](int index) { m_context.settings.setTheme(m_theme->itemData(index).value<Theme::Mode>()); });
    connect(m_language, &QComboBox::activated, this,
        [this](int index) { m_context.settings.setLanguage(m_language->itemData(index).toString()); });
    connect(m_socket, &QLineEdit::editingFinished, this, [this] {
        if (m_socket->text() != m_context.settings.socketPath())
            m_context.settings.setSocketPath(m_socket->text().trimmed());
    });
    connect(&context.settings, &Settings::themeChanged, this, &SettingsPage::fillTheme);
}

void SettingsPage::fillTheme()
{
    const QSignalBlocker quiet(m_theme);
    m_theme->clear();
    m_theme->addItem(tr("As the system"), QVariant::fromValue(Theme::Mode::System));
    m_theme->addItem(tr("Light"), QVariant::fromValue(Theme::Mode::Light));
    m_theme->addItem(tr("Dark"), QVariant::fromValue(Theme::Mode::Dark));
    m_theme->setCurrentIndex(m_theme->findData(QVariant::fromValue(m_context.settings.theme())));
}

void SettingsPage::fillLanguage()
{
    const QSignalBlocker quiet(m_language);
    m_language->clear();
    m_language->addItem(tr("As the system"), QString());
    // Languages stand in their own words, so that who cannot read the current one finds theirs.
    m_language->addItem(QStringLiteral("English"), QStringLiteral("en"));
    m_language->addItem(QStringLiteral("Español"), QStringLiteral("es"));
    m_language->setCurrentIndex(std::max(0, m_language->findData(m_context.settings.language())));
}

} // namespace darsena::gui
