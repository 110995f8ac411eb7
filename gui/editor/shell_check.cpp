// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/shell_check.h"

#include "core/dockerfile/shell/shellcheck.h"
#include "gui/base/text.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <set>

namespace darsena::gui {
namespace {

constexpr qint64 LimitMilliseconds = 10'000;
constexpr int LookMilliseconds = 50; // how often a stop is looked for
constexpr qint64 MaxOutputBytes = 16 * 1024 * 1024;

const QString& program()
{
    static const QString path = QStandardPaths::findExecutable(QStringLiteral("shellcheck"));
    return path;
}

/// Empty = it failed, or was stopped.
QByteArray outputOf(const QString& folder, const QStringList& arguments, const std::stop_token& stop)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.setStandardErrorFile(QProcess::nullDevice());
    process.start(program(), arguments, QIODevice::ReadOnly);
    QElapsedTimer clock;
    clock.start();
    while (!process.waitForFinished(LookMilliseconds)) {
        if (process.state() == QProcess::NotRunning)
            break;
        if (stop.stop_requested() || clock.hasExpired(LimitMilliseconds) || process.bytesAvailable() > MaxOutputBytes) {
            process.kill();
            process.waitForFinished();
            return {};
        }
    }
    const bool answered = process.exitStatus() == QProcess::NormalExit && process.exitCode() <= 1;
    return answered ? process.readAllStandardOutput() : QByteArray();
}

bool isOurs(const dockerfile::Finding& finding)
{
    static const std::set<std::string_view> rules = [] {
        std::set<std::string_view> names;
        for (const dockerfile::RuleInfo& rule : dockerfile::lintRules())
            names.insert(rule.name);
        return names;
    }();
    return rules.contains(finding.rule);
}

} // namespace

bool hasShellCheck()
{
    return !program().isEmpty();
}

std::vector<dockerfile::Finding> runShellCheck(
    const dockerfile::Dockerfile& file, const dockerfile::LintOptions& options, std::stop_token stop)
{
    using dockerfile::shell::ShellCheckJob;
    ShellCheckJob job;
    job.add(file, options);
    QTemporaryDir folder;
    if (job.scripts().empty() || !folder.isValid())
        return {};
    for (std::size_t i = 0; i < job.scripts().size(); ++i) {
        QFile script(folder.filePath(toQString(ShellCheckJob::fileName(i))));
        const std::string& text = job.scripts()[i];
        if (!script.open(QIODevice::WriteOnly) || script.write(text.data(), qint64(text.size())) != qint64(text.size()))
            return {};
    }
    QStringList arguments;
    for (const std::string& argument : job.arguments())
        arguments.append(toQString(argument));
    const QByteArray output = outputOf(folder.path(), arguments, stop);
    auto findings = job.findings(std::string_view(output.constData(), std::size_t(output.size())));
    if (!findings || findings->empty())
        return {};
    std::vector<dockerfile::Finding> others = std::move(findings->front());
    std::erase_if(others, isOurs);
    return others;
}

} // namespace darsena::gui
