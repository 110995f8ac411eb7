// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/analysis.h"

#include "gui/base/text.h"

namespace darsena::gui {

Analyser::Analyser(QObject* parent)
    : QObject(parent)
{
}

void Analyser::request(Request request)
{
    m_waiting = std::move(request);
    if (!m_running)
        startNext();
}

void Analyser::startNext()
{
    m_running = true;
    async(
        this,
        [request = std::move(*m_waiting)] { return std::make_shared<const Analysis>(analyse(request)); },
        [this](std::shared_ptr<const Analysis> analysis) {
            m_running = false;
            if (m_waiting)
                startNext();
            Q_EMIT finished(std::move(analysis));
        });
    m_waiting.reset();
}

Analysis Analyser::analyse(const Request& request)
{
    Analysis analysis;
    analysis.revision = request.revision;
    analysis.file = dockerfile::readDockerfile(request.text);
    dockerfile::StageOptions stages;
    stages.target = request.target;
    analysis.graph = dockerfile::stageGraph(analysis.file, stages);
    dockerfile::LintOptions options;
    if (!request.ignoreText.empty()) {
        Result<dockerfile::IgnoreRules> rules = dockerfile::IgnoreRules::parse(request.ignoreText);
        if (rules)
            options.contextIgnore = std::move(rules).value();
        else
            analysis.ignoreProblem = errorSentence(rules.error());
    }
    analysis.findings = dockerfile::lint(analysis.file, options);
    return analysis;
}

} // namespace darsena::gui
