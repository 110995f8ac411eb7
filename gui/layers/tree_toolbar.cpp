// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/tree_toolbar.h"

#include "gui/base/text.h"
#include "gui/layers/delegates.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QActionGroup>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QPixmap>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace darsena::gui {

namespace {

struct KindOfChange {
    const char* look; ///< of the chip
    layers::Mark mark;
    bool metadataOnly;
    QKeyCombination key;
};
constexpr std::array<KindOfChange, TreeToolbar::KindCount> kinds { {
    { "added", layers::Mark::Added, false, Qt::CTRL | Qt::Key_A },
    { "changed", layers::Mark::Changed, false, Qt::CTRL | Qt::Key_M },
    { "metadata", layers::Mark::Changed, true, Qt::CTRL | Qt::SHIFT | Qt::Key_M },
    { "removed", layers::Mark::Removed, false, Qt::CTRL | Qt::Key_R },
    { "same", layers::Mark::Same, false, Qt::CTRL | Qt::Key_U },
} };

} // namespace

TreeToolbar::TreeToolbar(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_scope(new QTabBar)
    , m_byName(new QAction(this))
    , m_attributes(new QAction(this))
    , m_collapse(new QAction(this))
    , m_expand(new QAction(this))
    , m_focusFilter(new QAction(this))
    , m_setIds(new QAction(this))
    , m_worldWritable(new QAction(this))
    , m_sizes(new QActionGroup(this))
    , m_more(new QToolButton)
    , m_filter(new QLineEdit)
    , m_complaint(makeLabel({}, "failed"))
    , m_texts(this)
{
    makeActions();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeUpperRow());
    column->addWidget(makeLowerRow());
    paintSigns();
    connect(&theme, &Theme::changed, this, &TreeToolbar::paintSigns);
    m_texts([this] { retranslate(); });
}

/// The signs that the files have, in the colours of the theme.
void TreeToolbar::paintSigns()
{
    constexpr int side = 12;
    for (std::size_t kind = 0; kind < Same; ++kind) {
        QPixmap pixmap(QSize(side, side) * devicePixelRatioF());
        pixmap.setDevicePixelRatio(devicePixelRatioF());
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        paintChange(painter, QRectF(0, 0, side, side), kinds[kind].mark, kinds[kind].metadataOnly, m_theme.tokens());
        painter.end();
        m_chips[kind]->setIcon(pixmap);
    }
}

void TreeToolbar::makeActions()
{
    for (int kind = 0; kind < KindCount; ++kind) {
        m_kinds[kind] = new QAction(this);
        m_kinds[kind]->setCheckable(true);
        m_kinds[kind]->setChecked(kind != Same || m_sameShown[OnlyLayer]);
        m_kinds[kind]->setEnabled(kind != Same);
        m_kinds[kind]->setShortcut(QKeySequence(kinds[kind].key));
        connect(m_kinds[kind], &QAction::toggled, this, [this, kind](bool shown) { kindToggled(kind, shown); });
    }
    for (QAction* action : { m_byName, m_attributes, m_setIds, m_worldWritable })
        action->setCheckable(true);
    m_byName->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_O));
    m_byName->setIcon(m_theme.icon(QStringLiteral("view-sort-ascending-name"), Theme::Ink::Muted));
    m_attributes->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_B));
    m_attributes->setIcon(m_theme.icon(QStringLiteral("view-list-details"), Theme::Ink::Muted));
    m_collapse->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Space));
    m_collapse->setIcon(m_theme.icon(QStringLiteral("collapse-all"), Theme::Ink::Muted));
    m_expand->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Space));
    m_expand->setIcon(m_theme.icon(QStringLiteral("expand-all"), Theme::Ink::Muted));
    m_focusFilter->setShortcut(QKeySequence::Find);
    connect(m_focusFilter, &QAction::triggered, this, [this] {
        m_filter->setFocus(Qt::ShortcutFocusReason);
        m_filter->selectAll();
    });
    for (const qint64 bytes : { qint64(0), qint64(100'000), qint64(1'000'000), qint64(10'000'000), qint64(100'000'000) }) {
        QAction* size = m_sizes->addAction(QString());
        size->setCheckable(true);
        size->setChecked(bytes == 0);
        size->setData(bytes);
    }
    const auto tell = [this] {
        describe();
        Q_EMIT changed();
    };
    connect(m_setIds, &QAction::toggled, this, tell);
    connect(m_worldWritable, &QAction::toggled, this, tell);
    connect(m_sizes, &QActionGroup::triggered, this, tell);
}

QWidget* TreeToolbar::makeUpperRow()
{
    auto* bar = new QWidget;
    setLook(bar, "bar");
    bar->setFixedHeight(metric::TabBar + 2);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(space::XS, 0, space::S, 0);
    row->setSpacing(space::XS);
    m_scope->setObjectName(QStringLiteral("scope"));
    m_scope->setDrawBase(false);
    m_scope->setExpanding(false);
    for (int i = 0; i < 3; ++i)
        m_scope->addTab({});
    m_scope->setCurrentIndex(OnlyLayer);
    row->addWidget(m_scope);
    row->addStretch(1);
    for (QAction* action : { m_byName, m_attributes, m_collapse, m_expand })
        row->addWidget(makeIconButton(action));
    connect(m_scope, &QTabBar::currentChanged, this, [this](int now) {
        {
            const QSignalBlocker quiet(m_kinds[Same]);
            m_kinds[Same]->setChecked(m_sameShown[static_cast<std::size_t>(now)]);
            m_kinds[Same]->setEnabled(now != OnlyLayer);
        }
        describe();
        Q_EMIT scopeChanged();
    });
    return bar;
}

QWidget* TreeToolbar::makeLowerRow()
{
    auto* bar = new QWidget;
    setLook(bar, "bar");
    auto* column = new QVBoxLayout(bar);
    column->setContentsMargins(space::M, space::XS, space::S, space::XS);
    column->setSpacing(2);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::XS);
    for (int kind = 0; kind < KindCount; ++kind) {
        auto* chip = new QToolButton;
        chip->setObjectName(QStringLiteral("layers.chip.") + QLatin1String(kinds[kind].look));
        chip->setCheckable(true);
        chip->setFocusPolicy(Qt::TabFocus);
        setLook(chip, kinds[kind].look);
        chip->setIconSize(QSize(12, 12));
        chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        // The button is not the action's: it says how many there are.
        connect(chip, &QToolButton::clicked, m_kinds[kind], &QAction::trigger);
        m_chips[kind] = chip;
        row->addWidget(chip);
    }
    row->addStretch(1);
    m_filter->setObjectName(QStringLiteral("layers.filter"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMinimumWidth(150);
    m_filter->setMaximumWidth(280);
    row->addWidget(m_filter, 3);
    m_more->setObjectName(QStringLiteral("layers.more"));
    m_more->setIcon(m_theme.icon(QStringLiteral("view-filter"), Theme::Ink::Muted));
    m_more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_more->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_more);
    menu->addActions(m_sizes->actions());
    menu->addSeparator();
    menu->addActions({ m_setIds, m_worldWritable });
    m_more->setMenu(menu);
    row->addWidget(m_more);
    column->addLayout(row);
    m_complaint->setObjectName(QStringLiteral("layers.complaint"));
    m_complaint->setWordWrap(true);
    m_complaint->hide();
    column->addWidget(m_complaint);
    connect(m_filter, &QLineEdit::textChanged, this, &TreeToolbar::readFilter);
    return bar;
}

void TreeToolbar::readFilter()
{
    auto filter = layers::PathFilter::parse(m_filter->text().toStdString());
    m_complaint->setVisible(!filter);
    setLook(m_filter, filter ? "" : "failed");
    if (!filter) {
        m_complaint->setText(tr("This is no regular expression: %1.").arg(toQString(filter.error().message())));
        return;
    }
    m_path = std::move(*filter);
    Q_EMIT changed();
}

void TreeToolbar::kindToggled(int kind, bool shown)
{
    if (kind == Same)
        m_sameShown[static_cast<std::size_t>(scope())] = shown;
    describe();
    Q_EMIT changed();
}

TreeToolbar::Scope TreeToolbar::scope() const
{
    return static_cast<Scope>(m_scope->currentIndex());
}

void TreeToolbar::setScope(Scope scope)
{
    m_scope->setCurrentIndex(scope);
}

layers::Criteria TreeToolbar::criteria() const
{
    layers::Criteria criteria;
    criteria.path = m_path;
    criteria.added = m_kinds[Added]->isChecked();
    criteria.changed = m_kinds[Changed]->isChecked();
    criteria.metadataOnly = m_kinds[MetadataOnly]->isChecked();
    criteria.removed = m_kinds[Removed]->isChecked();
    criteria.same = scope() != OnlyLayer && m_sameShown[static_cast<std::size_t>(scope())];
    criteria.minimumBytes = m_sizes->checkedAction()->data().toULongLong();
    criteria.setIds = m_setIds->isChecked();
    criteria.worldWritable = m_worldWritable->isChecked();
    return criteria;
}

bool TreeToolbar::filtersPaths() const
{
    const layers::Criteria all = criteria();
    return !all.path.everything() || all.minimumBytes > 0 || all.setIds || all.worldWritable;
}

void TreeToolbar::setTotals(const layers::View::Totals& totals)
{
    m_totals = totals;
    describe();
}

void TreeToolbar::describe()
{
    const int content = static_cast<int>(m_totals.changed - m_totals.metadataOnly);
    const std::array<int, KindCount> counts { static_cast<int>(m_totals.added), content, static_cast<int>(m_totals.metadataOnly),
        static_cast<int>(m_totals.removed), static_cast<int>(m_totals.same) };
    const std::array<QString, KindCount> names { tr("%Ln added", nullptr, counts[Added]), tr("%Ln changed", nullptr, counts[Changed]),
        tr("%Ln with only metadata changed", nullptr, counts[MetadataOnly]), tr("%Ln removed", nullptr, counts[Removed]), tr("%Ln unchanged", nullptr, counts[Same]) };
    for (int kind = 0; kind < KindCount; ++kind) {
        QToolButton* chip = m_chips[kind];
        const QAction* action = m_kinds[kind];
        chip->setText(kind == Same ? QStringLiteral("= ") + QLocale().toString(counts[kind]) : QLocale().toString(counts[kind]));
        chip->setChecked(action->isChecked());
        chip->setEnabled(action->isEnabled());
        QFont font = chip->font();
        font.setStrikeOut(!action->isChecked()); // not told by the colour alone
        chip->setFont(font);
        chip->setAccessibleName(names[kind]);
        chip->setToolTip(QStringLiteral("%1\n%2  (%3)").arg(names[kind], action->text(), action->shortcut().toString(QKeySequence::NativeText)));
    }
    const int filters = (m_sizes->checkedAction()->data().toLongLong() > 0) + m_setIds->isChecked() + m_worldWritable->isChecked();
    m_more->setText(filters > 0 ? QLocale().toString(filters) : QString());
    setLook(m_more, filters > 0 ? "chip" : "");
}

void TreeToolbar::retranslate()
{
    m_scope->setTabText(AsOfLayer, tr("As of this layer"));
    m_scope->setTabText(OnlyLayer, tr("Only this layer"));
    m_scope->setTabText(Compared, tr("Compare with…"));
    m_scope->setAccessibleName(tr("Which files are shown"));
    m_kinds[Added]->setText(tr("Show added files"));
    m_kinds[Changed]->setText(tr("Show changed files"));
    m_kinds[MetadataOnly]->setText(tr("Show files with only metadata changed"));
    m_kinds[Removed]->setText(tr("Show removed files"));
    m_kinds[Same]->setText(tr("Show unchanged files"));
    m_byName->setText(tr("Sort by name instead of size"));
    m_attributes->setText(tr("Show mode, owner and time"));
    m_collapse->setText(tr("Collapse everything"));
    m_expand->setText(tr("Expand everything"));
    m_focusFilter->setText(tr("Filter the files"));
    m_setIds->setText(tr("Only setuid and setgid files"));
    m_worldWritable->setText(tr("Only what everybody may write"));
    for (QAction* size : m_sizes->actions()) {
        const qint64 bytes = size->data().toLongLong();
        size->setText(bytes == 0 ? tr("Any size") : tr("%1 and more").arg(formatBytes(bytes)));
    }
    m_more->setToolTip(tr("More filters: size, setuid, writable by everybody"));
    m_more->setAccessibleName(tr("More filters"));
    m_filter->setPlaceholderText(tr("Filter: name, *.so, /regex/"));
    m_filter->setAccessibleName(tr("Filter the files"));
    describe();
}

} // namespace darsena::gui
