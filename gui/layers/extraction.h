// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/image_loader.h"

#include <QObject>
#include <QPointer>

#include <memory>

class QProgressDialog;
class QWidget;

namespace darsena::gui {

class Navigator;

/// Takes files out of an image: asks where to, shows how far it is, says how it ended. One at a time.
class Extraction : public QObject {
    Q_OBJECT
public:
    Extraction(Navigator& navigator, QWidget* window);
    ~Extraction() override;

    /// Asks for the destination of request.path as it is with layers 0 … request.layer, or of what that layer stores.
    /// @p isDirectory: a folder, or a tar of it, else one file. The loader must outlive what is started; destroying it
    /// while something runs ends in an error.
    void ask(ImageLoader& loader, ImageLoader::ExtractRequest request, bool isDirectory);
    /// To where request.destination says.
    void run(ImageLoader& loader, const ImageLoader::ExtractRequest& request);
    bool running() const { return m_running != nullptr; }
    void cancel();

Q_SIGNALS:
    void finished(const darsena::Result<void>& result);

private:
    void ended(const QString& destination, const Result<void>& result);

    Navigator& m_navigator;
    QWidget* m_window;
    QPointer<QProgressDialog> m_dialog;
    std::unique_ptr<QObject> m_running;
};

} // namespace darsena::gui
