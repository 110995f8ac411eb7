// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/reader/reader_process.h"

#include <QPointer>

class QProcess;

namespace darsena::gui {

/// Sends what the reading process takes out of an image on to `darsena unpack-tar`, which alone writes, and only into the
/// folder that the user chose. Destroying it cancels; the unpacking process then takes away what it wrote.
class ReaderExtraction : public QObject {
    Q_OBJECT
public:
    struct Place {
        QString folder;
        QString name; ///< of the one file in it; "" = the names are the image's
        bool asTar = false; ///< the file is the tar itself
    };
    /// Starts later, from the event loop. @p request: as ReaderRequests takes it.
    ReaderExtraction(ReaderProcess& reader, QString program, json::Object request, Place place, std::function<void(qint64)> progress,
        std::function<void(Result<void>)> done);
    ~ReaderExtraction() override;

private:
    void start();
    void sent(const Result<void>& outcome);
    void unpacked();
    void finish(const Result<void>& outcome);

    QPointer<ReaderProcess> m_reader;
    QString m_program;
    json::Object m_request;
    Place m_place;
    std::function<void(qint64)> m_progress;
    std::function<void(Result<void>)> m_done;
    QProcess* m_unpacker = nullptr;
    qint64 m_asked = 0;
    qint64 m_written = 0;
    Result<void> m_outcome;
    QByteArray m_report;
};

} // namespace darsena::gui
