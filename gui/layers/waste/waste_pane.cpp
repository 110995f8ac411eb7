// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/waste/waste_pane.h"

#include "gui/base/text.h"
#include "gui/layers/waste/fix_text.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/flow_layout.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QEvent>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace darsena::gui {

namespace {

constexpr int MostShown = 60;
/// A filter above fewer rows is only in the way.
constexpr std::size_t FewRows = 6;

} // namespace

WastePane::WastePane(const PageContext& context, LayerLines& lines, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_lines(lines)
    , m_fixes(new LayerFixes(lines, this))
    , m_top(new QWidget(this))
    , m_filter(new QLineEdit(m_top))
    , m_banner(new Banner(context.theme, m_top))
    , m_result(new RebuildResult(context.theme, m_top))
    , m_scroll(new QScrollArea(this))
    , m_foot(new QWidget(this))
    , m_undoAction(new QAction(this))
    , m_texts(this)
{
    setObjectName(QStringLiteral("layers.waste"));
    m_filter->setObjectName(QStringLiteral("waste.filter"));
    m_filter->setClearButtonEnabled(true);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_undoAction->setShortcut(QKeySequence::Undo);
    m_undoAction->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(m_undoAction);
    connect(m_undoAction, &QAction::triggered, this, &WastePane::undo);

    m_applyAll = makeButton({}, {}, "primary", m_foot);
    m_applyAll->setObjectName(QStringLiteral("waste.applyAll"));
    m_rebuild = makeButton({}, {}, "primary", m_foot);
    m_rebuild->setObjectName(QStringLiteral("waste.rebuild"));
    m_undo = makeButton({}, {}, "", m_foot);
    m_undo->setObjectName(QStringLiteral("waste.undo"));
    m_expected = makeLabel({}, "small", m_foot);
    m_expected->setObjectName(QStringLiteral("waste.expected"));
    m_expected->setWordWrap(true);
    connect(m_applyAll, &QPushButton::clicked, this, &WastePane::applyAllAndRebuild);
    connect(m_rebuild, &QPushButton::clicked, this, &WastePane::rebuild);
    connect(m_undo, &QPushButton::clicked, this, &WastePane::undo);
    auto* foot = new QVBoxLayout(m_foot);
    foot->setContentsMargins(space::L, space::M, space::L, space::M);
    foot->setSpacing(space::S);
    auto* buttons = new FlowLayout(space::S);
    buttons->addWidget(m_applyAll);
    buttons->addWidget(m_rebuild);
    buttons->addWidget(m_undo);
    foot->addLayout(buttons);
    foot->addWidget(m_expected);

    auto* top = new QVBoxLayout(m_top);
    top->setContentsMargins(space::M, space::S, space::M, space::S);
    top->setSpacing(space::S);
    for (QWidget* part : { static_cast<QWidget*>(m_banner), static_cast<QWidget*>(m_result), static_cast<QWidget*>(m_filter) }) {
        top->addWidget(part);
        part->installEventFilter(this);
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_top);
    column->addWidget(m_scroll, 1);
    column->addWidget(makeRule(Qt::Horizontal, this));
    column->addWidget(m_foot);

    connect(m_fixes, &LayerFixes::changed, this, &WastePane::rebuildList);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filterText = text.trimmed();
        rebuildList();
    });
    if (desk())
        connect(desk(), &DockerfileDesk::changed, this, &WastePane::updateFoot);
    m_texts([this] {
        m_filter->setPlaceholderText(tr("Filter by path"));
        m_filter->setAccessibleName(tr("Filter the waste by path"));
        //: What an image wastes.
        m_scroll->setAccessibleName(tr("Waste"));
        m_applyAll->setText(tr("Apply all and rebuild"));
        m_rebuild->setText(tr("Rebuild and measure"));
        m_undo->setText(tr("Undo"));
        m_undoAction->setText(tr("Undo the edit of the Dockerfile"));
        m_undo->setToolTip(tr("Takes the edit of the Dockerfile back  (%1)").arg(m_undoAction->shortcut().toString(QKeySequence::NativeText)));
        rebuildList();
    });
}

void WastePane::setImage(const QString& id)
{
    if (id == m_imageId)
        return;
    m_imageId = id;
    m_banner->dismiss();
    m_result->hide();
    // Another image: what was applied for the one before is no longer told here.
    if (m_pending && id != m_pending->imageId && id != m_pending->builtId)
        m_pending.reset();
    updateFoot();
}

void WastePane::showWaste(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::Analysis> analysis)
{
    m_fixes->setImage(std::move(stack), analysis);
    if (analysis && m_pending && !m_pending->builtId.isEmpty() && m_pending->builtId == m_imageId) {
        m_result->show(m_pending->before, RebuildResult::Figures::of(*analysis), m_pending->expected);
        m_pending.reset();
    }
    updateFoot();
}

bool WastePane::applyEdit(const DockerfileDesk::Edit& edit, qint64 bytes)
{
    if (!desk() || !m_fixes->analysis())
        return false;
    if (const auto applied = desk()->apply(edit); !applied) {
        m_banner->showProblem(tr("Nothing was applied."), errorSentence(applied.error()));
        return false;
    }
    if (!m_pending)
        m_pending = Pending {.imageId = m_imageId, .before = RebuildResult::Figures::of(*m_fixes->analysis()), .expected = 0, .lastStep = 0, .builtId = {}};
    m_pending->expected += bytes;
    m_pending->lastStep = bytes;
    m_result->hide();
    updateFoot();
    // The button that was pressed goes with the list; from here one key takes the edit back.
    m_undo->setFocus(Qt::OtherFocusReason);
    return true;
}

void WastePane::apply(const WasteRow& row, const dockerfile::SavingFix& fix)
{
    if (!m_fixes->plan() || !fix.applies())
        return;
    const DockerfileDesk::Text& text = m_fixes->plan()->text;
    DockerfileDesk::Edit edit {.path = text.path, .before = text.text,
        .after = dockerfile::applyFix(text.text, dockerfile::Fix {.description = {}, .edits = fix.edits}), .ignoreLines = {}};
    for (const std::string& line : fix.ignoreLines)
        edit.ignoreLines << toQString(line);
    // By value: the list is made anew when the text changes.
    const QString title = fixTitle(fix, row);
    const int line = static_cast<int>(fix.line);
    const QString path = text.path;
    if (applyEdit(edit, row.bytes))
        m_banner->showNotice(tr("Applied: %1.").arg(title), {}, tr("Show it"), [this, path, line] { m_context.navigator.openDockerfile(path, line); });
}

void WastePane::applyAllAndRebuild()
{
    const auto plan = m_fixes->plan();
    if (!plan || plan->all.applied.empty())
        return;
    DockerfileDesk::Edit edit {.path = plan->text.path, .before = plan->text.text, .after = plan->all.text, .ignoreLines = {}};
    for (const std::string& line : plan->all.ignoreLines)
        edit.ignoreLines << toQString(line);
    if (applyEdit(edit, static_cast<qint64>(plan->all.bytes)))
        rebuild();
}

void WastePane::rebuild()
{
    if (!desk() || !m_pending)
        return;
    m_banner->dismiss();
    desk()->build(this, [this](const Result<DockerfileDesk::Built>& built) {
        if (!built) {
            m_banner->showProblem(tr("The image was not rebuilt."), errorSentence(built.error()), tr("Show the build"),
                [this] { m_context.navigator.goTo(PageId::Build); });
        } else if (m_pending) {
            m_pending->builtId = built->id;
            if (built->id == m_imageId)
                m_banner->showNotice(tr("The image is the same as before."));
            else
                // By its id: the name may still be the old image's in a list that is about to be read again.
                m_context.navigator.openImage(built->id);
        }
        updateFoot();
    });
    updateFoot();
}

void WastePane::undo()
{
    if (!desk() || !m_pending)
        return;
    if (!desk()->undo()) {
        m_banner->showProblem(tr("The edit was not taken back."), tr("The Dockerfile was changed since; undo it in the editor."));
        return;
    }
    m_pending->expected -= m_pending->lastStep;
    m_pending->lastStep = 0;
    if (m_pending->expected <= 0)
        m_pending.reset();
    m_banner->showNotice(tr("The edit was taken back."));
    updateFoot();
}

void WastePane::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        updateFoot();
}

bool WastePane::eventFilter(QObject* watched, QEvent* event)
{
    // No margins around nothing.
    if (event->type() == QEvent::ShowToParent || event->type() == QEvent::HideToParent)
        m_top->setVisible(!m_banner->isHidden() || !m_result->isHidden() || !m_filter->isHidden());
    return QWidget::eventFilter(watched, event);
}

void WastePane::rebuildList()
{
    const int scrolled = m_scroll->verticalScrollBar()->value();
    auto* body = new QWidget;
    setLook(body, "surface");
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    const auto say = [&](const QString& text) {
        QLabel* label = makeLabel(text, "muted");
        label->setWordWrap(true);
        label->setContentsMargins(space::L, space::M, space::L, space::M);
        column->addWidget(label);
    };
    const auto& plan = m_fixes->plan();
    m_filter->setVisible(plan && plan->rows.size() >= FewRows);
    if (!plan) {
        say(tr("Reading the layers…"));
    } else if (plan->rows.empty()) {
        say(tr("Nothing is wasted: no layer replaces or removes a file of one below."));
    } else {
        if (m_lines.isOtherFile())
            say(tr("The open Dockerfile is not the one that this image was built from. Open that one in the Build page, and each piece gets its edit."));
        else if (!m_lines.known() && m_lines.ready())
            say(tr("Open this image's Dockerfile in the Build page, and each piece gets its edit."));
        int shown = 0;
        int left = 0;
        for (const WasteRow& row : plan->rows) {
            if (!m_filterText.isEmpty() && !row.path.contains(m_filterText, Qt::CaseInsensitive))
                continue;
            if (++shown > MostShown) {
                ++left;
                continue;
            }
            column->addWidget(makeRow(row));
            column->addWidget(makeRule(Qt::Horizontal));
        }
        if (left > 0)
            say(tr("and %Ln more, smaller ones", nullptr, left));
        else if (shown == 0)
            say(tr("No waste has “%1” in its path.").arg(m_filterText));
    }
    column->addStretch(1);
    m_scroll->setWidget(body); // which deletes the one before
    m_scroll->verticalScrollBar()->setValue(scrolled);
    updateFoot();
}

QWidget* WastePane::makeRow(const WasteRow& row)
{
    auto* widget = new QWidget;
    auto* grid = new QGridLayout(widget);
    grid->setContentsMargins(space::L, space::S, space::L, space::S);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(0, 1);
    auto* path = new ElidedLabel(Qt::ElideMiddle);
    path->setFont(m_context.theme.monospace(type::Base - 1));
    path->setText(row.path);
    grid->addWidget(path, 0, 0);
    QLabel* bytes = makeLabel(formatBytes(row.bytes), "failed");
    bytes->setFont(m_context.theme.font(type::Base, QFont::DemiBold));
    grid->addWidget(bytes, 0, 1, Qt::AlignRight);
    auto* story = new ElidedLabel;
    setLook(story, "small");
    story->setText(wasteStory(row));
    grid->addWidget(story, 1, 0);
    QString largest;
    for (const WasteRow::File& file : row.largest)
        largest += (largest.isEmpty() ? QString() : QStringLiteral("\n")) + formatBytes(file.bytes) + QStringLiteral("  ") + file.path;
    if (!largest.isEmpty())
        story->setToolTip(largest);
    auto* go = makeButton(tr("show"), {}, "link");
    go->setAccessibleName(tr("Show %1 in layer %2").arg(row.path).arg(row.hiddenBy));
    const QString file = row.largest.empty() ? row.path : row.largest.front().path;
    connect(go, &QPushButton::clicked, this, [this, layer = row.hiddenBy, file] { Q_EMIT chosen(layer, file); });
    grid->addWidget(go, 1, 1, Qt::AlignRight);
    if (!row.fixes.empty())
        addFixLine(*grid, 2, row);
    widget->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(widget, &QWidget::customContextMenuRequested, this, [this, widget, row](const QPoint& at) { openMenu(row, widget->mapToGlobal(at)); });
    return widget;
}

void WastePane::addFixLine(QGridLayout& grid, int line, const WasteRow& row)
{
    const dockerfile::SavingFix& fix = row.fixes.front();
    QLabel* title = makeLabel(fixTitle(fix, row), fix.applies() ? "" : "muted");
    title->setWordWrap(true);
    title->setToolTip(fixReason(fix, row));
    grid.addWidget(title, line, 0, Qt::AlignTop);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(space::XS);
    if (fix.applies()) {
        auto* apply = makeButton(tr("apply · line %1").arg(fix.line), {}, "link");
        apply->setObjectName(QStringLiteral("waste.apply"));
        apply->setAccessibleName(tr("%1: apply to line %2").arg(title->text()).arg(fix.line));
        apply->setToolTip(fixReason(fix, row));
        connect(apply, &QPushButton::clicked, this, [this, row, fix] { this->apply(row, fix); });
        buttons->addWidget(apply);
    } else if (fix.line > 0) {
        auto* go = makeButton(tr("line %1").arg(fix.line), {}, "link");
        go->setAccessibleName(tr("Show line %1 of the Dockerfile").arg(fix.line));
        connect(go, &QPushButton::clicked, this, [this, at = static_cast<int>(fix.line)] { m_context.navigator.openDockerfile(m_lines.text().path, at); });
        buttons->addWidget(go);
    }
    if (row.fixes.size() > 1) {
        auto* more = new QToolButton;
        more->setAutoRaise(true);
        more->setText(QStringLiteral("⋯"));
        more->setToolTip(tr("Other ways to save it"));
        more->setAccessibleName(tr("Other ways to save %1").arg(row.path));
        connect(more, &QToolButton::clicked, this, [this, more, row] { openMenu(row, more->mapToGlobal(QPoint(0, more->height()))); });
        buttons->addWidget(more);
    }
    grid.addLayout(buttons, line, 1, Qt::AlignRight | Qt::AlignTop);
}

void WastePane::openMenu(const WasteRow& row, const QPoint& at)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const dockerfile::SavingFix& fix : row.fixes) {
        if (!fix.applies())
            continue;
        QAction* action = menu->addAction(fixTitle(fix, row), this, [this, row, fix] { apply(row, fix); });
        action->setToolTip(fixReason(fix, row));
    }
    menu->setToolTipsVisible(true);
    if (!menu->isEmpty())
        menu->addSeparator();
    menu->addAction(tr("Show it in layer %1").arg(row.hiddenBy), this, [this, row] { Q_EMIT chosen(row.hiddenBy, row.largest.empty() ? row.path : row.largest.front().path); });
    for (const int line : { row.storedLine, row.hiddenLine }) {
        if (line > 0)
            menu->addAction(tr("Go to line %1").arg(line), this, [this, line] { m_context.navigator.openDockerfile(m_lines.text().path, line); });
    }
    menu->popup(at);
}

void WastePane::updateFoot()
{
    const auto& plan = m_fixes->plan();
    const bool canApply = plan && !plan->all.applied.empty();
    const bool building = desk() && desk()->isBuilding();
    const bool canUndo = m_pending && m_pending->lastStep > 0 && desk() && desk()->canUndo();
    m_applyAll->setVisible(canApply);
    m_applyAll->setEnabled(canApply && !building);
    m_rebuild->setVisible(m_pending && m_pending->builtId.isEmpty());
    m_rebuild->setEnabled(!building);
    setLook(m_rebuild, canApply ? "" : "primary");
    m_undo->setVisible(canUndo);
    m_undo->setEnabled(!building);
    m_undoAction->setEnabled(canUndo && !building);
    QString sentence;
    if (building)
        sentence = tr("The image is being built…");
    else if (canApply)
        sentence = tr("Expected %1, measured after the build.").arg(formatBytes(static_cast<qint64>(plan->all.bytes) + (m_pending ? m_pending->expected : 0)));
    else if (m_pending)
        sentence = tr("Expected %1, measured after the build.").arg(formatBytes(m_pending->expected));
    m_expected->setText(sentence);
    m_foot->setVisible(!sentence.isEmpty() || canUndo);
}

} // namespace darsena::gui
