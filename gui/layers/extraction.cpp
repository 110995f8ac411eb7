// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/extraction.h"

#include "gui/base/navigator.h"
#include "gui/base/text.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QProgressDialog>

#include <utility>

namespace darsena::gui {

Extraction::Extraction(Navigator& navigator, QWidget* window)
    : QObject(window)
    , m_navigator(navigator)
    , m_window(window)
{
}

Extraction::~Extraction() = default;

void Extraction::ask(ImageLoader& loader, ImageLoader::ExtractRequest request, bool isDirectory)
{
    if (m_running)
        return;
    QString name = QFileInfo(request.path).fileName();
    if (name.isEmpty())
        name = QStringLiteral("layer-%1").arg(request.layer);
    auto* dialog = new QFileDialog(m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(QStringLiteral("layers.extractTo"));
    if (isDirectory && !request.asTar) {
        dialog->setWindowTitle(tr("Extract %1 into a folder").arg(name));
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
    } else {
        dialog->setWindowTitle(tr("Extract %1").arg(name));
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->selectFile(request.asTar ? name + QStringLiteral(".tar") : name);
    }
    connect(dialog, &QFileDialog::fileSelected, this, [this, loader = QPointer<ImageLoader>(&loader), request](const QString& where) {
        if (!loader)
            return;
        ImageLoader::ExtractRequest whole = request;
        whole.destination = where;
        run(*loader, whole);
    });
    dialog->open();
}

void Extraction::run(ImageLoader& loader, const ImageLoader::ExtractRequest& request)
{
    m_dialog = new QProgressDialog(tr("Extracting…"), tr("Cancel"), 0, 0, m_window);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    m_dialog->setMinimumDuration(400);
    m_dialog->setAutoClose(false);
    connect(m_dialog, &QProgressDialog::canceled, this, &Extraction::cancel);
    m_running = loader.extract(
        request,
        [dialog = m_dialog](qint64 bytes) {
            if (dialog)
                dialog->setLabelText(tr("Extracting… %1").arg(formatBytes(bytes)));
        },
        [this, destination = request.destination](const Result<void>& result) { ended(destination, result); });
}

void Extraction::cancel()
{
    m_running.reset();
    if (m_dialog)
        m_dialog->close();
}

void Extraction::ended(const QString& destination, const Result<void>& result)
{
    if (m_running)
        m_running.release()->deleteLater(); // it is what calls
    if (m_dialog)
        m_dialog->close();
    if (result) {
        m_navigator.notify(tr("Extracted to %1.").arg(QDir::toNativeSeparators(destination)));
    } else {
        auto* box = new QMessageBox(QMessageBox::Warning, tr("Nothing was extracted"), errorSentence(result.error()), QMessageBox::Close, m_window);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    }
    Q_EMIT finished(result);
}

} // namespace darsena::gui
