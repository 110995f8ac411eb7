// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/extraction/extract_dialog.h"

#include "gui/base/text.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/looks.h"

#include <QButtonGroup>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QVBoxLayout>

namespace darsena::gui {

ExtractDialog::ExtractDialog(const Theme& theme, Navigator& navigator, ImageLoader* loader, const Subject& subject, QWidget* parent)
    : QDialog(parent)
    , m_navigator(navigator)
    , m_loader(loader)
    , m_subject(subject)
    , m_what(makeLabel({}, "strong"))
    , m_written(makeLabel({}, "muted"))
    , m_form(new QWidget)
    , m_visible(new QRadioButton)
    , m_only(new QRadioButton)
    , m_folder(new QRadioButton)
    , m_tar(new QRadioButton)
    , m_destinationLabel(makeLabel({}, "muted"))
    , m_destination(new QLineEdit)
    , m_browse(makeButton({}))
    , m_cancel(makeButton({}))
    , m_extract(makeButton({}, {}, "primary"))
    , m_progress(new QProgressBar)
    , m_banner(new Banner(theme))
    , m_texts(this)
{
    setObjectName(QStringLiteral("layers.extract"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(520);
    m_what->setWordWrap(true);
    m_destination->setObjectName(QStringLiteral("layers.extract.destination"));
    m_only->setObjectName(QStringLiteral("layers.extract.only"));
    m_tar->setObjectName(QStringLiteral("layers.extract.tar"));
    m_extract->setObjectName(QStringLiteral("layers.extract.start"));
    m_cancel->setObjectName(QStringLiteral("layers.extract.cancel"));
    m_extract->setDefault(true);
    m_progress->setTextVisible(false);
    m_progress->setRange(0, 0);

    auto* scope = new QButtonGroup(this);
    scope->addButton(m_visible);
    scope->addButton(m_only);
    auto* shape = new QButtonGroup(this);
    shape->addButton(m_folder);
    shape->addButton(m_tar);
    m_visible->setChecked(true);
    m_folder->setChecked(true);

    auto* form = new QVBoxLayout(m_form);
    form->setContentsMargins(0, 0, 0, 0);
    form->setSpacing(space::S);
    // A file is a file: nothing to choose but where to.
    if (!subject.isFile) {
        form->addWidget(m_visible);
        form->addWidget(m_only);
        form->addSpacing(space::S);
        form->addWidget(m_folder);
        form->addWidget(m_tar);
        form->addSpacing(space::S);
    } else {
        for (QRadioButton* button : { m_visible, m_only, m_folder, m_tar }) {
            button->setParent(m_form);
            button->hide();
        }
    }
    form->addWidget(m_destinationLabel);
    auto* where = new QHBoxLayout;
    where->addWidget(m_destination, 1);
    where->addWidget(m_browse);
    form->addLayout(where);

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_written, 1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_extract);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::XL, space::L, space::XL, space::L);
    column->setSpacing(space::M);
    column->addWidget(m_what);
    column->addWidget(m_form);
    column->addWidget(m_banner);
    column->addWidget(m_progress);
    column->addLayout(buttons);

    connect(m_destination, &QLineEdit::textEdited, this, [this] { m_typed = true; });
    connect(shape, &QButtonGroup::buttonToggled, this, &ExtractDialog::suggest);
    connect(m_browse, &QPushButton::clicked, this, &ExtractDialog::browse);
    connect(m_cancel, &QPushButton::clicked, this, &ExtractDialog::reject);
    connect(m_extract, &QPushButton::clicked, this, &ExtractDialog::start);
    m_texts([this] {
        setWindowTitle(tr("Extract"));
        m_what->setText(m_subject.path.isEmpty() ? tr("Extract all files") : tr("Extract /%1").arg(m_subject.path));
        m_visible->setText(m_subject.layer == 0 ? tr("What a container sees of the first layer") : tr("What a container sees with the layers 0 to %1").arg(m_subject.layer));
        m_only->setText(tr("Only what layer %1 stores").arg(m_subject.layer));
        m_folder->setText(tr("As a folder"));
        m_tar->setText(tr("As a tar archive, which keeps owners too"));
        m_destinationLabel->setText(tr("Where to"));
        m_destination->setAccessibleName(tr("Where to"));
        m_browse->setText(tr("Browse…"));
        m_cancel->setText(tr("Cancel"));
        m_extract->setText(tr("Extract"));
        m_progress->setAccessibleName(tr("Progress"));
        fitHeight();
    });
    suggest();
    setWorking(false);
}

ExtractDialog::~ExtractDialog() = default;

QString ExtractDialog::defaultFolder()
{
    const QString downloads = QStandardPaths::writableLocation(QStandardPaths::DownloadLocation);
    return QFileInfo(downloads).isDir() ? downloads : QDir::homePath();
}

void ExtractDialog::suggest()
{
    if (m_typed)
        return;
    QString name = m_subject.path.section(u'/', -1);
    if (name.isEmpty())
        name = m_subject.name.isEmpty() ? QStringLiteral("layer-%1").arg(m_subject.layer) : m_subject.name;
    // Names of an image are other people's: no separators, nothing that hides the file.
    name.replace(QRegularExpression(QStringLiteral("[/:\\x00-\\x1f]")), QStringLiteral("-"));
    while (name.startsWith(u'.') && !m_subject.isFile)
        name.remove(0, 1);
    if (!m_subject.isFile && m_tar->isChecked())
        name += QStringLiteral(".tar");
    m_destination->setText(defaultFolder() + u'/' + name);
}

void ExtractDialog::browse()
{
    auto* dialog = new QFileDialog(this, tr("Where to"), QFileInfo(m_destination->text()).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    const bool folder = !m_subject.isFile && m_folder->isChecked();
    dialog->setAcceptMode(folder ? QFileDialog::AcceptOpen : QFileDialog::AcceptSave);
    dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::AnyFile);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // what is there is not overwritten
    const QString name = QFileInfo(m_destination->text()).fileName();
    if (!folder)
        dialog->selectFile(name);
    connect(dialog, &QFileDialog::fileSelected, this, [this, folder, name](const QString& chosen) {
        m_typed = true;
        m_destination->setText(folder ? chosen + u'/' + name : chosen);
    });
    dialog->open();
}

ImageLoader::ExtractRequest ExtractDialog::request() const
{
    ImageLoader::ExtractRequest request;
    request.layer = m_subject.layer;
    request.path = m_subject.path;
    request.onlyLayer = !m_subject.isFile && m_only->isChecked();
    request.asTar = !m_subject.isFile && m_tar->isChecked();
    request.destination = QDir::cleanPath(m_destination->text().trimmed());
    return request;
}

void ExtractDialog::start()
{
    m_banner->dismiss();
    const ImageLoader::ExtractRequest request = this->request();
    const QFileInfo info(request.destination);
    if (m_destination->text().trimmed().isEmpty() || info.isRelative())
        return complain(tr("Say where to, with the whole path."));
    if (!info.dir().exists())
        return complain(tr("There is no folder %1.").arg(info.path()));
    // A folder that is there may be filled, but only an empty one: files of an image do not mix with somebody's own.
    const bool folder = !m_subject.isFile && !request.asTar;
    if (info.exists() && (!folder || !info.isDir() || !QDir(request.destination).isEmpty()))
        return complain(tr("%1 is there already. Choose another name.").arg(request.destination));
    if (!m_loader)
        return complain(tr("The image is not open any more."));
    setWorking(true);
    QPointer<ExtractDialog> self(this);
    m_job = m_loader->extract(
        request,
        [self](qint64 bytes) {
            if (!self)
                return;
            self->m_written->setText(tr("%1 are written.").arg(formatBytes(bytes)));
            if (self->m_subject.bytes > 0) {
                self->m_progress->setRange(0, 1000);
                self->m_progress->setValue(static_cast<int>(std::min<qint64>(1000, bytes * 1000 / self->m_subject.bytes)));
            }
        },
        [self](const Result<void>& result) {
            if (self)
                self->finish(result);
        });
}

void ExtractDialog::complain(const QString& why)
{
    m_banner->showProblem(tr("Nothing was extracted."), why);
    fitHeight();
}

void ExtractDialog::fitHeight()
{
    // A layout with text that wraps does not make its window higher by itself.
    layout()->activate();
    resize(width(), std::max(height(), layout()->totalHeightForWidth(width())));
}

void ExtractDialog::finish(const Result<void>& result)
{
    // Called from inside the job: it goes once it has returned.
    if (m_job)
        m_job.release()->deleteLater();
    const QString destination = request().destination;
    setWorking(false);
    if (!result)
        return complain(errorSentence(result.error()));
    m_navigator.notify(tr("Extracted to %1.").arg(destination));
    accept();
}

void ExtractDialog::reject()
{
    if (m_job) {
        m_job.reset();
        m_navigator.notify(tr("Extracting was cancelled; nothing is left of it."));
    }
    QDialog::reject();
}

void ExtractDialog::setWorking(bool working)
{
    m_form->setEnabled(!working);
    m_extract->setEnabled(!working);
    m_progress->setVisible(working);
    m_progress->setRange(0, 0);
    m_written->setText({});
    if (working)
        m_cancel->setFocus();
}

} // namespace darsena::gui
