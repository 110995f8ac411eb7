// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/analysis.h"

#include "core/dockerfile/pages/pages.h"
#include "gui/base/text.h"
#include "gui/editor/shell_check.h"

#include <QFile>

#include <map>
#include <set>

namespace darsena::gui {
namespace {

constexpr int StillMilliseconds = 500;
constexpr qint64 MaxConfigBytes = 256 * 1024;
constexpr qint64 MaxIgnoreBytes = 1024 * 1024;

/// The .hadolint.yaml beside a Dockerfile; without one, the defaults.
Result<dockerfile::LintConfig> configIn(const QString& folder)
{
    for (const char* name : { ".hadolint.yaml", ".hadolint.yml" }) {
        QFile file(folder + QLatin1Char('/') + QLatin1String(name));
        if (!folder.isEmpty() && file.open(QIODevice::ReadOnly))
            return dockerfile::LintConfig::parse(file.read(MaxConfigBytes).toStdString());
    }
    return dockerfile::LintConfig();
}

/// Several families find the same; an editor that says it twice says it worse.
std::vector<dockerfile::Finding> withoutEchoes(std::vector<dockerfile::Finding> findings)
{
    static const std::map<std::string, std::string, std::less<>> sameAs = [] {
        std::map<std::string, std::string, std::less<>> names;
        for (const dockerfile::RuleInfo& rule : dockerfile::lintRules()) {
            if (!rule.sameAs.empty())
                names.emplace(rule.name, rule.sameAs);
        }
        return names;
    }();
    std::set<std::pair<std::string, std::uint32_t>> said;
    for (const dockerfile::Finding& finding : findings)
        said.emplace(finding.rule, finding.begin.line);
    std::erase_if(findings, [&](const dockerfile::Finding& finding) {
        const auto other = sameAs.find(finding.rule);
        return other != sameAs.end() && said.contains({ other->second, finding.begin.line });
    });
    return findings;
}

/// With a stop token that can stop, shellcheck is asked too.
Analysis look(Analyser::Request request, std::stop_token stop)
{
    Analysis analysis;
    analysis.path = request.path;
    if (QFile ignore(request.ignorePath); request.ignoreText.empty() && !request.ignorePath.isEmpty()
        && ignore.open(QIODevice::ReadOnly))
        request.ignoreText = ignore.read(MaxIgnoreBytes).toStdString();
    analysis.revision = request.revision;
    analysis.file = dockerfile::readDockerfile(request.text);
    dockerfile::StageOptions stages;
    stages.target = request.target;
    analysis.graph = dockerfile::stageGraph(analysis.file, stages);
    analysis.outline = dockerfile::outline(analysis.file);
    analysis.folds = dockerfile::folds(analysis.file);
    dockerfile::LintOptions options;
    if (!request.ignoreText.empty()) {
        Result<dockerfile::IgnoreRules> rules = dockerfile::IgnoreRules::parse(request.ignoreText);
        if (rules)
            options.contextIgnore = std::move(rules).value();
        else
            analysis.ignoreProblem = errorSentence(rules.error());
    }
    options.stages = stages;
    options.imageVariables = request.imageVariables;
    options.imagePlatforms = request.imagePlatforms;
    Result<dockerfile::LintConfig> config = configIn(request.folder);
    if (config)
        options.config = std::move(config).value();
    else
        analysis.configProblem = errorSentence(config.error());
    std::vector<dockerfile::Finding> findings = dockerfile::lint(analysis.file, options);
    if (stop.stop_possible()) {
        // Once more through lint(), which knows pragmas, severities and the order.
        std::vector<dockerfile::Finding> more = runShellCheck(analysis.file, options, stop);
        if (!more.empty()) {
            for (const dockerfile::Finding& finding : findings) {
                if (finding.rule.starts_with("SC"))
                    more.push_back(finding);
            }
            options.shellCheck = std::move(more);
            findings = dockerfile::lint(analysis.file, options);
        }
    }
    analysis.findings = withoutEchoes(std::move(findings));
    for (dockerfile::Finding& finding : analysis.findings)
        finding = dockerfile::translated(std::move(finding), request.language);
    return analysis;
}

} // namespace

Analyser::Analyser(QObject* parent)
    : QObject(parent)
    , m_shellCheck(this)
{
    m_still.setSingleShot(true);
    m_still.setInterval(StillMilliseconds);
    connect(&m_still, &QTimer::timeout, this, &Analyser::startShellCheck);
}

void Analyser::request(Request request)
{
    m_shellCheck.cancel();
    m_still.stop();
    m_waiting = std::move(request);
    if (!m_running)
        startNext();
}

void Analyser::startNext()
{
    m_running = true;
    m_last = *m_waiting;
    async(
        this,
        [request = std::move(*m_waiting)]() mutable { return std::make_shared<const Analysis>(analyse(std::move(request))); },
        [this](std::shared_ptr<const Analysis> analysis) {
            m_running = false;
            if (m_waiting)
                startNext();
            else if (hasShellCheck())
                m_still.start();
            Q_EMIT finished(std::move(analysis));
        });
    m_waiting.reset();
}

void Analyser::startShellCheck()
{
    m_shellCheck.start(
        [request = m_last](std::stop_token stop) mutable {
            return std::make_shared<const Analysis>(analyseWithShellCheck(std::move(request), stop));
        },
        [this](std::shared_ptr<const Analysis> analysis) { Q_EMIT finished(std::move(analysis)); });
}

Analysis Analyser::analyse(Request request)
{
    return look(std::move(request), {});
}

Analysis Analyser::analyseWithShellCheck(Request request, std::stop_token stop)
{
    return look(std::move(request), stop);
}

} // namespace darsena::gui
