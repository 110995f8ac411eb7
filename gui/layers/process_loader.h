// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/image_loader.h"
#include "gui/layers/reader/reader_process.h"

#include <optional>

namespace darsena::gui {

/// Reads images that Darsena's engine does not keep: archives, registries' and other engines' images. Everything that came
/// from there is taken apart in a child process without rights (`darsena read-image`); what the child says is checked.
class ProcessLoader : public ImageLoader {
    Q_OBJECT
public:
    struct Origin {
        /// As `darsena layers` takes it: a path, "docker://NAME" for a registry, "engine:NAME" for an engine.
        QString address;
        QString socket {}; ///< of the engine; "" = the command line's own order
        std::optional<layers::SourceChoice> choice {}; ///< one of choices(), another time's; nothing: the host's platform
    };
    explicit ProcessLoader(Origin origin, QObject* parent = nullptr);
    /// With another program than the one beside the studio.
    ProcessLoader(Origin origin, QString program, QObject* parent = nullptr);
    ~ProcessLoader() override;

    void start() override;
    void readFile(std::size_t layer, const QString& path, qint64 maxBytes, QObject* context,
        std::function<void(Result<QByteArray>)> done) override;
    /// A folder is made when it is not there. Devices are left out, setuid and setgid taken off, unless it is a tar.
    std::unique_ptr<QObject> extract(const ExtractRequest& request, std::function<void(qint64)> progress,
        std::function<void(Result<void>)> done) override;

private:
    void take(ReaderMessage& message);
    Result<void> takeChoices(const json::Object& head);
    Result<void> takeImage(const ReaderMessage& message);
    Result<void> takeLayer(ReaderMessage& message);
    void indexParsed(std::size_t layer, Result<layers::Index> index);
    void fail(const Error& error);
    void checkEnd();
    bool isDirectory(const ExtractRequest& request) const;

    Origin m_origin;
    QString m_program;
    ReaderProcess m_reader;
    std::size_t m_parsing = 0;
    bool m_done = false; ///< the child has read everything
    bool m_ended = false; ///< finished() or failed() was told
};

} // namespace darsena::gui
