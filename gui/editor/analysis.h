// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"
#include "core/dockerfile/lint.h"
#include "gui/base/async.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>
#include <memory>

namespace darsena::gui {

/// What a Dockerfile's text comes to.
struct Analysis {
    QString path; ///< of the Dockerfile
    quint64 revision = 0; ///< of the editor's text
    dockerfile::Dockerfile file;
    dockerfile::StageGraph graph;
    std::vector<dockerfile::OutlineItem> outline;
    std::vector<dockerfile::Fold> folds;
    /// In the language asked for; of two that say the same of a line, one (BuildKit's).
    std::vector<dockerfile::Finding> findings;
    QString configProblem; ///< .hadolint.yaml cannot be read; empty = fine
    QString ignoreProblem; ///< the .dockerignore cannot be read as patterns; empty = fine
};

/// Reads, lints and graphs in a worker. While one runs, the newest request waits and replaces those before it, so that
/// fast typing never queues work. When the text has been still for a moment, a program shellcheck, where it is
/// installed, is asked too, beside the worker, and finished() comes a second time.
class Analyser : public QObject {
    Q_OBJECT
public:
    struct Request {
        QString path {};
        quint64 revision = 0;
        std::string text;
        std::string target; ///< empty = the last stage
        std::string ignoreText; ///< .dockerignore
        QString ignorePath {}; ///< read when there is no text: a file that is open nowhere
        std::string language = "en"; ///< of the findings' sentences
        QString folder {}; ///< of the Dockerfile: where .hadolint.yaml is looked for; empty = nowhere
        /// What is known of images, as in dockerfile::LintOptions.
        std::map<std::string, std::vector<std::string>, std::less<>> imageVariables {};
        std::map<std::string, std::string, std::less<>> imagePlatforms {};
    };

    explicit Analyser(QObject* parent = nullptr);

    void request(Request request);
    /// What the worker does.
    static Analysis analyse(Request request);
    /// The same, and what the installed shellcheck adds. Blocking, for long.
    static Analysis analyseWithShellCheck(Request request, std::stop_token stop);

Q_SIGNALS:
    void finished(std::shared_ptr<const darsena::gui::Analysis> analysis);

private:
    void startNext();
    void startShellCheck();

    std::optional<Request> m_waiting;
    Request m_last; ///< the newest that was looked at
    bool m_running = false;
    QTimer m_still; ///< nobody has typed for a moment: time for shellcheck
    LatestOnly m_shellCheck;
};

} // namespace darsena::gui
