// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/assistant.h"

#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/parser.h"
#include "gui/base/text.h"
#include "gui/editor/assist_card.h"
#include "gui/editor/assist_links.h"
#include "gui/editor/completer.h"
#include "gui/editor/completion_popup.h"
#include "gui/editor/dockerfile_editor.h"
#include "gui/editor/link_pointer.h"
#include "gui/editor/rename_field.h"
#include "gui/theme/theme.h"

#include <QCursor>
#include <QDir>
#include <QKeyEvent>
#include <QMenu>

namespace darsena::gui {
namespace {

using Sci = QsciScintillaBase;
constexpr int SettleMilliseconds = 150;
constexpr int MaxReferences = 60; // of a menu; more is no choice any more

/// "# check=skip=…" for BuildKit's checks and ours, hadolint's pragma for its and ShellCheck's.
QString ignoreComment(const QString& rule)
{
    const bool foreign = rule.startsWith(QLatin1String("DL")) || rule.startsWith(QLatin1String("SC"));
    return (foreign ? QStringLiteral("# hadolint ignore=%1") : QStringLiteral("# check=skip=%1")).arg(rule);
}

} // namespace

Assistant::Assistant(const Theme& theme, DockerfileEditor* editor)
    : QObject(editor)
    , m_editor(editor)
    , m_completer(new Completer(theme, editor))
    , m_card(new AssistCard(theme, editor))
    , m_signature(new AssistCard(theme, editor))
    , m_rename(new RenameField(theme, editor))
    , m_pointer(new LinkPointer(editor))
    , m_explaining(this)
    , m_signing(this)
    , m_marking(this)
    , m_asking(this)
{
    editor->installEventFilter(this);
    editor->viewport()->installEventFilter(this);
    m_settle.setSingleShot(true);
    m_settle.setInterval(SettleMilliseconds);
    connect(&m_settle, &QTimer::timeout, this, &Assistant::markPlaces);
    connect(editor, &Sci::SCN_DWELLSTART, this, [this](int position, int, int) {
        if (position >= 0 && !m_completer->isOpen())
            explainAt(std::uint32_t(position), true);
    });
    connect(editor, &Sci::SCN_DWELLEND, this, [this](int, int, int) {
        m_explaining.cancel();
        m_card->hide();
    });
    connect(editor, &Sci::SCN_CHARADDED, this, [this](int character) {
        m_card->hide();
        if (character == ' ' || character == ',' || character == '=')
            showSignature();
        else if (character == '\n')
            m_signature->hide();
    });
    connect(editor, &QsciScintilla::cursorPositionChanged, this, &Assistant::caretMoved);
    connect(m_pointer, &LinkPointer::clicked, this, &Assistant::goToDefinition);
    connect(editor, &QsciScintilla::textChanged, &m_settle, qOverload<>(&QTimer::start));
}

void Assistant::setWorld(std::function<AssistWorld()> world)
{
    m_world = world;
    m_pointer->setWorld(world);
    m_completer->setWorld(std::move(world));
}

std::uint32_t Assistant::caret() const
{
    return std::uint32_t(m_editor->SendScintilla(Sci::SCI_GETCURRENTPOS));
}

QRect Assistant::placeOf(std::uint32_t position) const
{
    const int x = int(m_editor->SendScintilla(Sci::SCI_POINTXFROMPOSITION, 0UL, long(position)));
    const int y = int(m_editor->SendScintilla(Sci::SCI_POINTYFROMPOSITION, 0UL, long(position)));
    const int height = int(m_editor->SendScintilla(Sci::SCI_TEXTHEIGHT, 0UL));
    return { m_editor->viewport()->mapToGlobal(QPoint(x, y)), QSize(1, height) };
}

template <typename Ask, typename Done>
void Assistant::ask(LatestOnly& jobs, std::uint32_t position, Ask question, Done done)
{
    jobs.start(
        [text = m_editor->bytes(), position, world = m_world(), question = std::move(question)] {
            return question(dockerfile::readDockerfile(text), position, world.surroundings());
        },
        [this, revision = m_editor->revision(), done = std::move(done)](auto answer) {
            if (revision == m_editor->revision())
                done(std::move(answer));
        });
}

void Assistant::explain()
{
    m_signature->hide();
    explainAt(caret(), false);
}

void Assistant::explainAt(std::uint32_t position, bool byPointer)
{
    ask(
        m_explaining, position,
        [findings = m_editor->findings()](const auto& file, std::uint32_t at, const auto& world) {
            return dockerfile::hover(file, at, world, findings);
        },
        [this, byPointer](const std::optional<dockerfile::Hover>& hover) {
            if (!hover) {
                m_card->hide();
                if (!byPointer)
                    Q_EMIT notice(tr("There is nothing to explain here."));
                return;
            }
            m_card->showMarkdown(toQString(hover->markdown), placeOf(hover->range.begin));
        });
}

void Assistant::showSignature()
{
    ask(
        m_signing, caret(),
        [](const auto& file, std::uint32_t at, const auto& world) { return dockerfile::signatureHelp(file, at, world); },
        [this](const std::optional<dockerfile::SignatureHelp>& help) {
            if (!help) {
                m_signature->hide();
                return;
            }
            QString text = QStringLiteral("`%1`").arg(toQString(help->label));
            if (help->active >= 0 && std::size_t(help->active) < help->parameters.size()) {
                const auto& parameter = help->parameters[std::size_t(help->active)];
                const std::string& label = help->label;
                text = QStringLiteral("`%1` **`%2`** `%3`")
                           .arg(toQString(label.substr(0, parameter.begin)).trimmed(),
                               toQString(label.substr(parameter.begin, parameter.end - parameter.begin)),
                               toQString(label.substr(parameter.end)).trimmed());
                text.replace(QStringLiteral("`` "), QString()).replace(QStringLiteral(" ``"), QString());
                if (!parameter.documentation.empty())
                    text += QStringLiteral("\n\n") + toQString(parameter.documentation);
            }
            m_signatureLine = m_editor->currentLine();
            const long line = m_editor->SendScintilla(Sci::SCI_POSITIONFROMLINE, ulong(m_signatureLine - 1));
            m_signature->showMarkdown(text, placeOf(std::uint32_t(line)), true);
        });
}

void Assistant::hideCards()
{
    m_card->hide();
    m_signature->hide();
    m_completer->close();
}

void Assistant::caretMoved()
{
    m_settle.start();
    if (m_signature->isVisible() && m_editor->currentLine() != m_signatureLine)
        m_signature->hide();
}

void Assistant::markPlaces()
{
    ask(
        m_marking, caret(),
        [](const auto& file, std::uint32_t at, const auto& world) { return dockerfile::symbolAt(file, at, world); },
        [this](const std::optional<dockerfile::Symbol>& symbol) {
            std::vector<dockerfile::Range> places;
            if (symbol && symbol->places.size() > 1) {
                for (const auto& place : symbol->places)
                    places.push_back(place.range);
            }
            m_editor->setMarkedPlaces(places);
        });
}

void Assistant::goTo(std::uint32_t position)
{
    m_editor->SendScintilla(Sci::SCI_GOTOPOS, ulong(position));
    m_editor->ensureCursorVisible();
    m_editor->setFocus();
}

void Assistant::goToDefinition()
{
    ask(m_asking, caret(), linkAt, [this](const std::optional<LinkTarget>& target) {
        if (target)
            follow(*target);
        else
            Q_EMIT notice(tr("There is no name, file or address here to go to."));
    });
}

void Assistant::follow(const LinkTarget& target)
{
    const QString path = QDir(m_world().folder).relativeFilePath(target.path);
    switch (target.kind) {
    case LinkTarget::Kind::Position:
        goTo(target.position);
        break;
    case LinkTarget::Kind::File:
        Q_EMIT fileWanted(target.path);
        break;
    case LinkTarget::Kind::Folder:
        Q_EMIT folderWanted(target.path);
        break;
    case LinkTarget::Kind::Missing:
        Q_EMIT notice(tr("%1 is not in the build context.").arg(path));
        break;
    case LinkTarget::Kind::Outside:
        Q_EMIT notice(tr("%1 is outside of the build context.").arg(path));
        break;
    case LinkTarget::Kind::Page:
        Q_EMIT pageWanted(target.url);
        break;
    case LinkTarget::Kind::Undefined:
        Q_EMIT notice(tr("%1 is not defined in this file.").arg(target.path));
        break;
    }
}

QString Assistant::lineText(std::uint32_t position) const
{
    const long line = m_editor->SendScintilla(Sci::SCI_LINEFROMPOSITION, ulong(position));
    return m_editor->text(int(line)).simplified();
}

void Assistant::showReferences()
{
    ask(
        m_asking, caret(),
        [](const auto& file, std::uint32_t at, const auto& world) { return dockerfile::symbolAt(file, at, world); },
        [this](const std::optional<dockerfile::Symbol>& symbol) {
            if (!symbol || symbol->places.empty()) {
                Q_EMIT notice(tr("There is no name here that stands elsewhere too."));
                return;
            }
            auto* menu = new QMenu(m_editor);
            menu->setAttribute(Qt::WA_DeleteOnClose);
            for (const auto& place : symbol->places) {
                if (menu->actions().size() == MaxReferences)
                    break;
                const long line = m_editor->SendScintilla(Sci::SCI_LINEFROMPOSITION, ulong(place.range.begin)) + 1;
                QString text = QStringLiteral("%1   %2").arg(line).arg(lineText(place.range.begin).left(80));
                menu->addAction(text.replace(QLatin1Char('&'), QLatin1String("&&")), this,
                    [this, to = place.range.begin] { goTo(to); });
            }
            menu->popup(placeOf(caret()).bottomLeft());
        });
}

void Assistant::rename()
{
    ask(
        m_asking, caret(),
        [](const auto& file, std::uint32_t at, const auto& world) { return dockerfile::symbolAt(file, at, world); },
        [this, here = caret()](const std::optional<dockerfile::Symbol>& symbol) {
            if (!symbol) {
                Q_EMIT notice(tr("Only stages, variables and the words of heredocs can be renamed."));
                return;
            }
            hideCards();
            const QRect global = placeOf(here);
            m_rename->open(toQString(symbol->name), QRect(m_editor->mapFromGlobal(global.topLeft()), global.size()),
                [this, here, revision = m_editor->revision()](const QString& name) {
                    if (revision != m_editor->revision())
                        return tr("The text has changed meanwhile.");
                    // Small enough for this thread, and the answer is wanted before the field closes.
                    const auto edits = dockerfile::rename(
                        dockerfile::readDockerfile(m_editor->bytes()), here, name.toStdString(), m_world().surroundings());
                    if (!edits)
                        return toQString(dockerfile::translated(edits.error().message(), m_world().language));
                    m_editor->applyEdits(*edits);
                    return QString();
                });
        });
}

void Assistant::showActions()
{
    const auto begin = std::uint32_t(m_editor->SendScintilla(Sci::SCI_GETSELECTIONSTART));
    const auto end = std::uint32_t(m_editor->SendScintilla(Sci::SCI_GETSELECTIONEND));
    const auto images = m_world().images;
    ask(
        m_asking, caret(),
        [begin, end, images](const auto& file, std::uint32_t, const auto&) {
            dockerfile::RefactorContext context;
            context.digestOf = [images](const std::string& reference) -> std::optional<std::string> {
                for (std::size_t i = 0; images && i < images->size(); ++i) {
                    const dockerfile::KnownImage& image = (*images)[i];
                    if (!image.digest.empty() && (image.reference == reference || image.reference == reference + ":latest"))
                        return image.digest;
                }
                return std::nullopt;
            };
            return dockerfile::refactorings(file, { begin, end }, context);
        },
        [this](std::vector<dockerfile::Refactoring> refactorings) {
            hideCards();
            auto* menu = new QMenu(m_editor);
            menu->setObjectName(QStringLiteral("editor.actions"));
            menu->setAttribute(Qt::WA_DeleteOnClose);
            fillActions(menu, std::move(refactorings));
            if (menu->isEmpty()) {
                delete menu;
                Q_EMIT notice(tr("There is nothing to mend or to rewrite here."));
                return;
            }
            menu->popup(placeOf(caret()).bottomLeft());
            menu->setActiveAction(menu->actions().constFirst());
        });
}

void Assistant::fillActions(QMenu* menu, std::vector<dockerfile::Refactoring> refactorings)
{
    const auto label = [](QString text) { return text.replace(QLatin1Char('&'), QLatin1String("&&")); };
    const quint64 revision = m_editor->revision();
    const auto apply = [this, revision](const std::vector<dockerfile::TextEdit>& edits) {
        if (revision == m_editor->revision())
            m_editor->applyEdits(edits);
    };
    const int line = m_editor->currentLine();
    QStringList rules;
    bool anyFix = false;
    for (const dockerfile::Finding& finding : m_editor->findings()) {
        anyFix = anyFix || finding.fix.has_value();
        if (int(finding.begin.line) > line || line > int(finding.end.line))
            continue;
        if (finding.fix)
            menu->addAction(label(QStringLiteral("%1   (%2)").arg(toQString(finding.fix->description), toQString(finding.rule))),
                this, [apply, edits = finding.fix->edits] { apply(edits); });
        if (finding.rule != dockerfile::buildErrorRule && !rules.contains(toQString(finding.rule)))
            rules.append(toQString(finding.rule));
    }
    if (anyFix)
        menu->addAction(tr("Mend everything that can be mended"), this, &Assistant::fixAll);
    for (const QString& rule : rules) {
        menu->addAction(tr("Leave out %1 here").arg(rule), this, [this, apply, line, rule] {
            // The comment goes above the whole instruction, which may have begun earlier.
            const dockerfile::Document document = dockerfile::parse(m_editor->bytes());
            const dockerfile::Statement* statement = document.statementAtLine(std::uint32_t(line));
            const std::uint32_t at = document.source.lineRange(statement ? statement->firstLine : std::uint32_t(line)).begin;
            apply({ { .range = { at, at }, .replacement = (ignoreComment(rule) + QLatin1Char('\n')).toStdString() } });
        });
    }
    if (!menu->isEmpty() && !refactorings.empty())
        menu->addSeparator();
    for (dockerfile::Refactoring& refactoring : refactorings) {
        const QString title = toQString(dockerfile::translated(refactoring.title, m_world().language));
        menu->addAction(label(title), this, [this, apply, refactoring = std::move(refactoring)] {
            if (refactoring.ignoreLine)
                Q_EMIT ignoreLineWanted(toQString(*refactoring.ignoreLine));
            else
                apply(refactoring.edits);
        });
    }
}

void Assistant::fixAll()
{
    dockerfile::LintOptions options;
    const AssistWorld world = m_world();
    options.stages.target = world.target;
    if (auto ignore = dockerfile::IgnoreRules::parse(world.ignoreText); ignore && !world.ignoreText.empty())
        options.contextIgnore = std::move(ignore).value();
    m_asking.start([text = m_editor->bytes(), options] { return dockerfile::fixAll(text, options); },
        [this, revision = m_editor->revision()](const std::string& text) {
            if (revision != m_editor->revision())
                return;
            if (text == m_editor->bytes())
                Q_EMIT notice(tr("Nothing in this file can be mended automatically."));
            else
                m_editor->replaceBytes(text, false);
        });
}

bool Assistant::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::ShortcutOverride:
    case QEvent::KeyPress: {
        auto* key = static_cast<QKeyEvent*>(event);
        if (watched != m_editor)
            break;
        if (event->type() == QEvent::ShortcutOverride) {
            // Escape and Tab belong to the list while it is open, not to a shortcut of the window.
            if (m_completer->isOpen() && (key->key() == Qt::Key_Escape || key->key() == Qt::Key_Tab))
                event->accept();
            break;
        }
        if (m_completer->keyPressed(key))
            return true;
        if (key->key() == Qt::Key_Escape && (m_card->isVisible() || m_signature->isVisible())) {
            hideCards();
            return true;
        }
        if (key->key() != Qt::Key_Shift && key->key() != Qt::Key_Control)
            m_card->hide();
        break;
    }
    case QEvent::FocusOut:
        if (watched == m_editor)
            hideCards();
        break;
    case QEvent::MouseButtonPress:
    case QEvent::Wheel:
        hideCards();
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace darsena::gui
