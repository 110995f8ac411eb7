// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/containers/run_request.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace darsena::gui {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(darsena::gui::RunRequest)
};

Error invalid(const QString& sentence)
{
    return Error(ErrorCode::Invalid, sentence.toStdString());
}

QStringList portWords(const QString& ports)
{
    static const QRegularExpression separators(QStringLiteral("[,\\s]+"));
    return ports.split(separators, Qt::SkipEmptyParts);
}

QStringList environmentLines(const QString& environment)
{
    QStringList lines;
    for (const QString& line : environment.split(u'\n')) {
        if (!line.trimmed().isEmpty())
            lines << line.trimmed();
    }
    return lines;
}

Result<int> portNumber(const QString& text, const QString& whole)
{
    bool ok = false;
    const int number = text.toInt(&ok);
    if (!ok || number < 1 || number > 65535)
        return invalid(Texts::tr("Port “%1”: write it as 8080:80, this computer's port first; ports go from 1 to 65535.").arg(whole));
    return number;
}

} // namespace

Result<QStringList> RunRequest::splitWords(const QString& text)
{
    QStringList words;
    QString word;
    bool inWord = false;
    QChar quote;
    for (qsizetype at = 0; at < text.size(); ++at) {
        const QChar c = text[at];
        if (!quote.isNull()) {
            if (c == quote)
                quote = QChar();
            else if (c == u'\\' && quote == u'"' && at + 1 < text.size() && QStringView(u"\"\\$`").contains(text[at + 1]))
                word += text[++at];
            else
                word += c;
        } else if (c == u'\'' || c == u'"') {
            quote = c;
            inWord = true;
        } else if (c == u'\\' && at + 1 < text.size()) {
            word += text[++at];
            inWord = true;
        } else if (c.isSpace()) {
            if (inWord)
                words << std::exchange(word, {});
            inWord = false;
        } else {
            word += c;
            inWord = true;
        }
    }
    if (!quote.isNull())
        return invalid(Texts::tr("Command: a quote (%1) is opened and not closed.").arg(quote));
    if (inWord)
        words << word;
    return words;
}

Result<model::ContainerCreate> RunRequest::toModel() const
{
    model::ContainerCreate create;
    if (image.trimmed().isEmpty())
        return invalid(Texts::tr("Choose an image to run."));
    create.config.image = image.trimmed().toStdString();
    static const QRegularExpression names(QStringLiteral("^[A-Za-z0-9][A-Za-z0-9_.-]*$"));
    if (!name.trimmed().isEmpty() && !names.match(name.trimmed()).hasMatch())
        return invalid(Texts::tr("Name “%1”: use letters, digits, “_”, “.” and “-”, and begin with a letter or a digit.").arg(name.trimmed()));

    const QStringList words = TRY(splitWords(command));
    if (!words.isEmpty()) {
        create.config.cmd.emplace();
        for (const QString& word : words)
            create.config.cmd->push_back(word.toStdString());
    }
    for (const QString& line : environmentLines(environment)) {
        if (line.indexOf(u'=') < 1)
            return invalid(Texts::tr("Environment “%1”: write one NAME=value a line.").arg(line));
        create.config.env.push_back(line.toStdString());
    }
    for (const QString& word : portWords(ports)) {
        const QString protocol = word.contains(u'/') ? word.section(u'/', 1) : QStringLiteral("tcp");
        if (protocol != u"tcp" && protocol != u"udp" && protocol != u"sctp")
            return invalid(Texts::tr("Port “%1”: the protocol is tcp, udp or sctp.").arg(word));
        const QString numbers = word.section(u'/', 0, 0);
        const qsizetype inner = numbers.lastIndexOf(u':');
        const int inside = TRY(portNumber(numbers.mid(inner + 1), word));
        model::PortBinding binding;
        if (inner >= 0) {
            const QString outer = numbers.left(inner);
            const qsizetype address = outer.lastIndexOf(u':');
            const QString outside = outer.mid(address + 1);
            if (!outside.isEmpty())
                binding.hostPort = std::to_string(TRY(portNumber(outside, word)));
            if (address >= 0)
                binding.hostIp = outer.left(address).toStdString();
        }
        const std::string key = std::to_string(inside) + '/' + protocol.toStdString();
        create.config.exposedPorts.insert(key);
        create.hostConfig.portBindings[key].push_back(binding);
    }
    create.hostConfig.networkMode = network.trimmed().isEmpty() ? "default" : network.trimmed().toStdString();
    create.hostConfig.autoRemove = removeAfter;
    return create;
}

QStringList RunRequest::dockerCommand() const
{
    QStringList words { QStringLiteral("docker"), QStringLiteral("run"), QStringLiteral("-d") };
    if (removeAfter)
        words << QStringLiteral("--rm");
    if (!name.trimmed().isEmpty())
        words << QStringLiteral("--name") << name.trimmed();
    for (const QString& line : environmentLines(environment))
        words << QStringLiteral("-e") << line;
    for (const QString& port : portWords(ports))
        words << QStringLiteral("-p") << port;
    if (!network.trimmed().isEmpty())
        words << QStringLiteral("--network") << network.trimmed();
    words << (image.trimmed().isEmpty() ? QStringLiteral("IMAGE") : image.trimmed());
    const auto split = splitWords(command);
    return words + (split ? *split : QStringList { command });
}

} // namespace darsena::gui
