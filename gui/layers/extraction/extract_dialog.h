// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/navigator.h"
#include "gui/base/retranslator.h"
#include "gui/layers/image_loader.h"
#include "gui/theme/theme.h"

#include <QDialog>
#include <QPointer>

#include <memory>

class QButtonGroup;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QRadioButton;

namespace darsena::gui {

class Banner;

/// Takes a file, a directory or a whole layer out of an image: asks what of it, in which form and where to, shows the
/// progress, and says in the status bar how it ended. Does not block: open() it; it deletes itself when closed. Closing it
/// while it works cancels, and what was half written goes.
class ExtractDialog : public QDialog {
    Q_OBJECT
public:
    /// What there is to extract.
    struct Subject {
        std::size_t layer = 0; ///< as it is seen with the layers up to this one, or as this one stores it
        QString path; ///< as in IndexEntry; "" = everything
        bool isFile = false;
        QString name; ///< of the image, for a suggestion: "hello-old"
        qint64 bytes = 0; ///< about, for the progress; 0 = not known
    };

    /// Theme and navigator must outlive it.
    ExtractDialog(const Theme& theme, Navigator& navigator, ImageLoader* loader, const Subject& subject, QWidget* parent);
    ~ExtractDialog() override;

    /// What would be done now.
    ImageLoader::ExtractRequest request() const;
    /// Where files go when nobody said: $HOME/Downloads, or the home.
    static QString defaultFolder();

public Q_SLOTS:
    void reject() override;

private:
    void browse();
    void suggest();
    void start();
    void complain(const QString& why);
    void fitHeight();
    void finish(const Result<void>& result);
    void setWorking(bool working);

    Navigator& m_navigator;
    QPointer<ImageLoader> m_loader;
    const Subject m_subject;
    std::unique_ptr<QObject> m_job; ///< while it works
    bool m_typed = false; ///< the destination is the person's own

    QLabel *m_what, *m_written;
    QWidget* m_form;
    QRadioButton *m_visible, *m_only, *m_folder, *m_tar;
    QLabel* m_destinationLabel;
    QLineEdit* m_destination;
    QPushButton *m_browse, *m_cancel, *m_extract;
    QProgressBar* m_progress;
    Banner* m_banner;
    Retranslator m_texts;
};

} // namespace darsena::gui
