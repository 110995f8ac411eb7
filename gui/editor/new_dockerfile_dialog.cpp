// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/new_dockerfile_dialog.h"

#include "gui/base/text.h"
#include "gui/editor/dockerfile_editor.h"
#include "gui/editor/file_io.h"
#include "gui/editor/language_editor.h"
#include "gui/settings/settings.h"
#include "gui/widgets/looks.h"

#include <QCheckBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTabBar>

namespace darsena::gui {
namespace {

QString uiLanguage()
{
    return QLocale().language() == QLocale::Spanish ? QStringLiteral("es") : QStringLiteral("en");
}

QString expanded(QString path)
{
    if (path == QLatin1String("~") || path.startsWith(QLatin1String("~/")))
        path.replace(0, 1, QDir::homePath());
    return QDir::cleanPath(path);
}

QString shortened(const QString& path)
{
    return path.startsWith(QDir::homePath() + QLatin1Char('/')) ? QLatin1Char('~') + path.mid(QDir::homePath().size()) : path;
}

/// Puts both files there. What stood in their way goes to the trash when `replace`, else it stays.
Result<void> writeTemplate(const QString& folder, const TemplateFiles& files, bool replace)
{
    if (!QDir().mkpath(folder))
        return Error(ErrorCode::System, folder.toStdString() + " cannot be made");
    const std::pair<QString, QString> all[] = { { QStringLiteral("Dockerfile"), files.dockerfile },
        { QStringLiteral(".dockerignore"), files.ignore } };
    for (const auto& [name, text] : all) {
        const QString path = QDir(folder).filePath(name);
        if (QFile::exists(path)) {
            if (!replace)
                continue;
            TRY(moveToTrash(path));
        }
        FileText file;
        file.bytes = text.toStdString();
        TRY(writeTextFile(path, file));
    }
    return {};
}

} // namespace

NewDockerfileDialog::NewDockerfileDialog(PageContext context, const QString& folder, QWidget* parent)
    : QDialog(parent)
    , m_context(context)
    , m_list(new QListWidget(this))
    , m_about(makeLabel({}, "muted", this))
    , m_form(new QWidget(this))
    , m_fields(new QFormLayout(m_form))
    , m_folderLabel(makeLabel({}, "", this))
    , m_folder(new QLineEdit(this))
    , m_browse(makeButton({}, {}, "", this))
    , m_tabs(new QTabBar(this))
    , m_texts(new QStackedWidget(this))
    , m_dockerfile(new DockerfileEditor(context.theme, this))
    , m_ignore(new LanguageEditor(context.theme, this))
    , m_problem(makeLabel({}, "failed", this))
    , m_replace(new QCheckBox(this))
    , m_cancel(makeButton({}, {}, "", this))
    , m_create(makeButton({}, {}, "primary", this))
    , m_look(this)
    , m_words(this)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("newDockerfile"));
    resize(1040, 680);
    m_list->setObjectName(QStringLiteral("newDockerfile.stacks"));
    m_folder->setObjectName(QStringLiteral("newDockerfile.folder"));
    m_replace->setObjectName(QStringLiteral("newDockerfile.replace"));
    m_create->setObjectName(QStringLiteral("newDockerfile.create"));
    m_problem->setWordWrap(true);
    m_folder->setText(QDir::toNativeSeparators(shortened(folder)));
    m_folder->setFont(context.theme.monospace(12));
    m_create->setDefault(true);

    auto* upper = new QHBoxLayout;
    upper->setSpacing(0);
    m_list->setFixedWidth(170);
    m_list->setStyleSheet(QStringLiteral("QListWidget { padding: 8px 0; } QListWidget::item { padding: 7px 12px; }"));
    m_list->setFrameShape(QFrame::NoFrame);
    upper->addWidget(m_list);
    upper->addWidget(makeRule(Qt::Vertical, this));
    upper->addWidget(makeChoices());
    upper->addWidget(makeRule(Qt::Vertical, this));
    upper->addWidget(makePreview(), 1);
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(space::L, space::M, space::L, space::M);
    buttons->setSpacing(space::S);
    buttons->addWidget(m_replace);
    buttons->addWidget(m_problem, 1);
    buttons->addStretch(0);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_create);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(upper, 1);
    column->addWidget(makeRule(Qt::Horizontal, this));
    column->addLayout(buttons);

    connect(m_list, &QListWidget::currentRowChanged, this, &NewDockerfileDialog::choose);
    connect(m_folder, &QLineEdit::textChanged, this, &NewDockerfileDialog::lookAtFolder);
    connect(m_replace, &QCheckBox::toggled, this, &NewDockerfileDialog::updateState);
    connect(m_browse, &QPushButton::clicked, this, &NewDockerfileDialog::askFolder);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_create, &QPushButton::clicked, this, &NewDockerfileDialog::create);
    m_words([this] {
        setWindowTitle(tr("New Dockerfile"));
        m_list->setAccessibleName(tr("Kinds of projects"));
        m_folderLabel->setText(tr("Folder"));
        m_folder->setAccessibleName(tr("Folder of the project"));
        m_browse->setText(tr("Choose…"));
        m_tabs->setAccessibleName(tr("Files that will be made"));
        m_dockerfile->setAccessibleName(tr("The Dockerfile as it will be"));
        m_ignore->setAccessibleName(tr("The .dockerignore as it will be"));
        m_replace->setText(tr("Replace what is there (it goes to the trash)"));
        m_cancel->setText(tr("Cancel"));
        m_create->setText(tr("Create"));
        fillTemplates();
        updateState();
    });
    lookAtFolder();
    m_list->setFocus();
}

NewDockerfileDialog::~NewDockerfileDialog() = default;

QWidget* NewDockerfileDialog::makeChoices()
{
    auto* side = new QWidget(this);
    side->setFixedWidth(290);
    m_about->setWordWrap(true);
    m_fields->setContentsMargins(0, 0, 0, 0);
    m_fields->setVerticalSpacing(space::XS);
    m_fields->setRowWrapPolicy(QFormLayout::WrapAllRows);
    m_folderLabel->setBuddy(m_folder);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(space::L, space::L, space::L, space::L);
    column->setSpacing(space::M);
    column->addWidget(m_about);
    column->addWidget(m_form);
    column->addSpacing(space::S);
    column->addWidget(m_folderLabel);
    column->addWidget(m_folder);
    column->addWidget(m_browse, 0, Qt::AlignLeft);
    column->addStretch(1);
    return side;
}

QWidget* NewDockerfileDialog::makePreview()
{
    auto* side = new QWidget(this);
    auto* header = new QWidget(side);
    setLook(header, "bar");
    header->setFixedHeight(metric::TabBar);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->addTab(QStringLiteral("Dockerfile"));
    m_tabs->addTab(QStringLiteral(".dockerignore"));
    m_tabs->setObjectName(QStringLiteral("newDockerfile.tabs"));
    connect(m_tabs, &QTabBar::currentChanged, m_texts, &QStackedWidget::setCurrentIndex);
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(space::S, 0, space::S, 0);
    row->addWidget(m_tabs);
    row->addStretch(1);
    m_ignore->setLanguage(TextLanguage::Ignore);
    m_dockerfile->setObjectName(QStringLiteral("newDockerfile.dockerfile"));
    for (CodeEditor* editor : { static_cast<CodeEditor*>(m_dockerfile), static_cast<CodeEditor*>(m_ignore) }) {
        EditorOptions options = m_context.settings.editor();
        options.wrapLines = true;
        options.zoom = -1;
        editor->applyOptions(options);
        editor->setReadOnly(true);
        // A text that cannot be changed takes no Tab for itself.
        editor->SendScintilla(QsciScintilla::SCI_CLEARCMDKEY, ulong(QsciScintilla::SCK_TAB));
        m_texts->addWidget(editor);
    }
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header);
    column->addWidget(m_texts, 1);
    return side;
}

void NewDockerfileDialog::fillTemplates()
{
    const QSignalBlocker quiet(m_list);
    const int row = m_list->currentRow();
    m_templates = fileTemplates(uiLanguage());
    m_list->clear();
    for (const FileTemplate& one : m_templates)
        m_list->addItem(one.title);
    const int wanted = row >= 0 ? row : 0;
    m_list->setCurrentRow(wanted);
    m_chosen = -1;
    choose(wanted);
}

void NewDockerfileDialog::choose(int row)
{
    if (row < 0 || row >= int(m_templates.size()) || row == m_chosen)
        return;
    m_chosen = row;
    const FileTemplate& chosen = m_templates[std::size_t(row)];
    m_about->setText(chosen.about);
    while (m_fields->rowCount() > 0)
        m_fields->removeRow(0);
    for (const FileTemplate::Variable& variable : chosen.variables) {
        auto* field = new QLineEdit(variable.value, m_form);
        field->setObjectName(QStringLiteral("newDockerfile.") + variable.key);
        field->setFont(m_context.theme.monospace(12));
        field->setAccessibleName(variable.label);
        auto* label = makeLabel(variable.label, "", m_form);
        label->setBuddy(field);
        m_fields->addRow(label, field);
        connect(field, &QLineEdit::textChanged, this, &NewDockerfileDialog::preview);
    }
    preview();
}

QHash<QString, QString> NewDockerfileDialog::values() const
{
    QHash<QString, QString> values;
    for (const QLineEdit* field : m_form->findChildren<QLineEdit*>())
        values.insert(field->objectName().section(QLatin1Char('.'), 1), field->text().trimmed());
    return values;
}

void NewDockerfileDialog::preview()
{
    m_files = renderTemplate(m_templates[std::size_t(m_chosen)], values(), uiLanguage());
    m_dockerfile->setBytes(m_files.dockerfile.toStdString());
    m_ignore->setBytes(m_files.ignore.toStdString());
    updateState();
}

QString NewDockerfileDialog::folder() const
{
    return expanded(QDir::fromNativeSeparators(m_folder->text().trimmed()));
}

void NewDockerfileDialog::lookAtFolder()
{
    struct Seen {
        QStringList names;
    };
    m_look.start([path = folder()] { return Seen { QDir(path).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot) }; },
        [this](const Seen& seen) {
            m_hasDockerfile = seen.names.contains(QLatin1String("Dockerfile"));
            m_hasIgnore = seen.names.contains(QLatin1String(".dockerignore"));
            if (const int found = detectTemplate(m_templates, seen.names); found >= 0)
                m_list->setCurrentRow(found);
            updateState();
        });
}

QString NewDockerfileDialog::problem() const
{
    if (m_chosen < 0)
        return {};
    const QHash<QString, QString> chosen = values();
    for (const FileTemplate::Variable& variable : m_templates[std::size_t(m_chosen)].variables) {
        const QRegularExpression pattern(QRegularExpression::anchoredPattern(variable.pattern));
        if (!pattern.match(chosen.value(variable.key)).hasMatch())
            return tr("This cannot be: %1 \"%2\".").arg(variable.label, chosen.value(variable.key));
    }
    if (m_folder->text().trimmed().isEmpty() || !QDir::isAbsolutePath(folder()))
        return tr("Give the folder with its whole path.");
    if (m_hasDockerfile && !m_replace->isChecked())
        return tr("This folder has a Dockerfile already.");
    return {};
}

void NewDockerfileDialog::updateState()
{
    const QString said = problem();
    m_problem->setText(said);
    m_replace->setVisible(m_hasDockerfile || m_hasIgnore);
    m_create->setEnabled(said.isEmpty() && !m_busy);
}

void NewDockerfileDialog::askFolder()
{
    auto* dialog = new QFileDialog(this, tr("Folder of the project"), folder());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this,
        [this](const QString& path) { m_folder->setText(QDir::toNativeSeparators(shortened(path))); });
    dialog->open();
}

void NewDockerfileDialog::create()
{
    m_busy = true;
    updateState();
    async(
        this, [path = folder(), files = m_files, replace = m_replace->isChecked()] { return writeTemplate(path, files, replace); },
        [this](const Result<void>& written) {
            m_busy = false;
            updateState();
            if (!written) {
                m_problem->setText(errorSentence(written.error()));
                return;
            }
            Q_EMIT created(QDir(folder()).filePath(QStringLiteral("Dockerfile")));
            accept();
        });
}

} // namespace darsena::gui
