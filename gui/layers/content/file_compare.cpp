// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/file_compare.h"

#include "core/layers/view.h"
#include "gui/base/text.h"
#include "gui/layers/content/content_place.h"
#include "gui/layers/content/hex_compare.h"
#include "gui/layers/content/hex_view.h"
#include "gui/layers/content/text_compare.h"
#include "gui/layers/content/text_pane.h"
#include "gui/models/layer_text.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QToolButton>

namespace darsena::gui {

namespace {
constexpr int NarrowWidth = 640;
} // namespace

FileCompare::FileCompare(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_previous(new QAction(theme.icon(QStringLiteral("chevron-up"), Theme::Ink::Muted), {}, this))
    , m_next(new QAction(theme.icon(QStringLiteral("chevron-down"), Theme::Ink::Muted), {}, this))
    , m_count(new ElidedLabel)
    , m_titleBar(new QWidget)
    , m_remark(makeLabel({}, "wait"))
    , m_pages(new QStackedWidget)
    , m_body(new QStackedWidget)
    , m_message(new EmptyState(theme, QStringLiteral("file")))
    , m_texts(new TextCompare(theme))
    , m_bytes(new HexCompare(theme))
    , m_words(this)
{
    setObjectName(QStringLiteral("layers.compare"));
    setLook(this, "surface");
    auto* tools = new QWidget;
    setLook(tools, "bar");
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(space::M, space::XS, space::S, space::XS);
    row->setSpacing(2);
    auto* group = new QButtonGroup(this);
    static const char* const names[] = { "sides", "unified", "bytes" };
    for (int i = 0; i < 3; ++i) {
        m_views[i] = new QToolButton;
        m_views[i]->setCheckable(true);
        m_views[i]->setObjectName(QStringLiteral("layers.compare.view.") + QLatin1String(names[i]));
        group->addButton(m_views[i], i);
        row->addWidget(m_views[i]);
    }
    setLook(m_count, "small");
    row->addSpacing(space::S);
    row->addWidget(m_count, 1);
    // The keys of most programs that show differences.
    m_previous->setShortcut(QKeySequence(Qt::SHIFT | Qt::Key_F7));
    m_next->setShortcut(QKeySequence(Qt::Key_F7));
    for (QAction* action : { m_previous, m_next }) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
        row->addWidget(makeIconButton(action));
    }

    auto* titles = new QHBoxLayout(m_titleBar);
    titles->setContentsMargins(0, space::XS, 0, space::XS);
    titles->setSpacing(0);
    for (ElidedLabel*& title : m_titles) {
        title = new ElidedLabel(Qt::ElideMiddle);
        setLook(title, "strong");
        title->setContentsMargins(space::M, 0, space::M, 0);
        titles->addWidget(title, 1);
    }
    m_remark->setWordWrap(true);
    m_remark->setContentsMargins(space::M, space::XS, space::M, space::XS);
    m_body->addWidget(m_texts);
    m_body->addWidget(m_bytes);

    auto* body = new QWidget;
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(tools);
    column->addWidget(m_titleBar);
    column->addWidget(m_remark);
    column->addWidget(m_body, 1);
    m_pages->addWidget(m_message);
    m_pages->addWidget(body);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_pages);

    connect(group, &QButtonGroup::idClicked, this, [this](int view) {
        if (m_comparison && m_comparison->isText)
            m_chosenView = view;
        setView(view);
    });
    connect(m_previous, &QAction::triggered, this, [this] { step(true); });
    connect(m_next, &QAction::triggered, this, [this] { step(false); });
    connect(m_message, &EmptyState::triggered, this, &FileCompare::read);
    m_words([this] {
        m_views[0]->setText(tr("Side by side"));
        m_views[1]->setText(tr("Unified"));
        m_views[2]->setText(tr("Bytes"));
        m_previous->setText(tr("Previous change"));
        m_next->setText(tr("Next change"));
        m_texts->before()->setAccessibleName(tr("Before"));
        m_texts->after()->setAccessibleName(tr("After"));
        m_texts->unified()->setAccessibleName(tr("Changes"));
        m_bytes->before()->setAccessibleName(tr("Bytes before"));
        m_bytes->after()->setAccessibleName(tr("Bytes after"));
        if (m_describe)
            m_describe();
        describe();
    });
    clear();
}

void FileCompare::say(const QString& title, const QString& sentence, const QString& button)
{
    m_message->setTexts(title, sentence);
    m_message->setButton(button);
    m_pages->setCurrentIndex(0);
}

void FileCompare::clear()
{
    ++m_request;
    m_readNext = false;
    m_missing = 0;
    m_job.cancel();
    m_comparison.reset();
    m_describe = [this] { say(tr("Nothing to compare yet"), tr("Choose a file that two layers store, or that two images have, to see what changed in it.")); };
    m_describe();
}

void FileCompare::compare(const QString& path, Side before, Side after)
{
    if (path == m_path && before == m_sides[0] && after == m_sides[1] && (m_comparison || m_missing > 0))
        return;
    // Of loaders that have gone no answer comes.
    if (before.loader != m_sides[0].loader || after.loader != m_sides[1].loader)
        m_underWay = 0;
    m_path = path;
    m_sides[0] = std::move(before);
    m_sides[1] = std::move(after);
    read();
}

void FileCompare::read()
{
    const quint64 request = ++m_request;
    m_job.cancel();
    m_comparison.reset();
    m_describe = [this] { say(tr("Reading both files…"), tr("They are being taken out of their layers.")); };
    m_missing = 0;
    for (int i = 0; i < 2; ++i) {
        m_read[i] = {};
        const Side& side = m_sides[i];
        const auto place = side.stack ? contentPlace(*side.stack, side.version) : std::nullopt;
        if (!place)
            continue; // not there, or nothing that has bytes: compared as an empty one
        if (!side.loader || static_cast<qint64>(place->bytes) > MostCompared) {
            m_describe = [this, bytes = place->bytes, gone = side.loader.isNull()] {
                if (gone)
                    say(tr("The image is not open"), tr("Its layers cannot be read any more. Open the image again."));
                else
                    say(tr("These files are too large"), tr("One has %1. Extract both to compare them with another program.").arg(formatBytes(static_cast<qint64>(bytes))));
            };
            ++m_request;
            return m_describe();
        }
        ++m_missing;
    }
    m_describe();
    if (m_missing == 0)
        return present();
    // Reads cannot be called back: of all that is passed over meanwhile only the last is read.
    m_readNext = m_underWay > 0;
    if (m_readNext)
        return;
    for (int i = 0; i < 2; ++i) {
        const auto place = m_sides[i].stack ? contentPlace(*m_sides[i].stack, m_sides[i].version) : std::nullopt;
        if (!place)
            continue;
        ++m_underWay;
        m_sides[i].loader->readFile(place->layer, place->path, MostCompared, this, [this, i, request](const Result<QByteArray>& bytes) {
            m_underWay = std::max(0, m_underWay - 1);
            if (request == m_request)
                take(i, bytes);
            else if (m_underWay == 0 && m_readNext)
                read();
        });
    }
}

void FileCompare::take(int side, const Result<QByteArray>& bytes)
{
    if (!bytes) {
        ++m_request;
        m_missing = 0;
        m_describe = [this, side, error = bytes.error()] {
            say(tr("A file could not be read"), m_sides[side].title + QStringLiteral(": ") + errorSentence(error), tr("Try again"));
        };
        return m_describe();
    }
    m_read[side] = *bytes;
    if (--m_missing == 0)
        present();
}

void FileCompare::present()
{
    m_job.start(
        [before = m_read[0], after = m_read[1], path = m_path, first = m_sides[0].title, second = m_sides[1].title](std::stop_token stop) {
            return compareContents(before, after, path, first + QStringLiteral("/") + path, second + QStringLiteral("/") + path, stop);
        },
        [this](std::shared_ptr<const Comparison> comparison) {
            m_comparison = std::move(comparison);
            m_describe = {};
            if (m_comparison->isText)
                m_texts->setComparison(m_comparison);
            m_bytes->setComparison(m_comparison);
            for (int i = 0; i < 2; ++i)
                m_views[i]->setVisible(m_comparison->isText);
            // Two texts need room beside one another; whoever chose a view keeps it.
            setView(!m_comparison->isText ? 2 : m_chosenView >= 0 ? m_chosenView : width() < NarrowWidth ? 1 : 0);
            m_pages->setCurrentIndex(1);
            if (m_comparison->isText && m_texts->changes() > 0)
                step(false);
        });
}

void FileCompare::setView(int view)
{
    m_views[view]->setChecked(true);
    m_body->setCurrentIndex(view == 2 ? 1 : 0);
    if (view != 2)
        m_texts->setUnified(view == 1);
    // Unified text names both in its first lines.
    m_titleBar->setVisible(view != 1);
    describe();
}

void FileCompare::step(bool backwards)
{
    if (!m_comparison)
        return;
    if (m_body->currentIndex() == 1)
        m_bytes->goToNext(backwards);
    else
        m_texts->goToNext(backwards);
    describe();
}

QString FileCompare::changedAttributes() const
{
    if (!m_sides[0].stack || !m_sides[1].stack || m_sides[0].version >= m_sides[0].stack->allVersions().size() || m_sides[1].version >= m_sides[1].stack->allVersions().size())
        return {};
    const layers::IndexEntry& before = m_sides[0].stack->entry(m_sides[0].version);
    const layers::IndexEntry& after = m_sides[1].stack->entry(m_sides[1].version);
    const auto reasons = static_cast<std::uint16_t>(layers::differences(before, after) & (layers::metadataReasons | layers::Type | layers::Link));
    return layertext::reasons(before, after, reasons);
}

void FileCompare::describe()
{
    if (!m_comparison)
        return;
    for (int i = 0; i < 2; ++i) {
        const bool there = m_sides[i].version != layers::Stack::none;
        m_titles[i]->setText(there ? m_sides[i].title : tr("%1: not there").arg(m_sides[i].title));
    }
    const bool text = m_body->currentIndex() == 0;
    QStringList words;
    if (m_comparison->same)
        words += tr("The contents are the same");
    else if (text && m_texts->currentChange() >= 0)
        words += tr("Change %1 of %2").arg(m_texts->currentChange() + 1).arg(m_texts->changes());
    else if (text)
        words += tr("%Ln change(s)", nullptr, m_texts->changes());
    if (const QString attributes = changedAttributes(); !attributes.isEmpty())
        words += attributes;
    m_count->setText(words.join(QStringLiteral(" · ")));
    m_remark->setText(text && m_comparison->cut ? tr("Only the beginning of the texts, and of very long lines, is compared here.") : QString());
    m_remark->setVisible(!m_remark->text().isEmpty());
    m_previous->setEnabled(!m_comparison->same);
    m_next->setEnabled(!m_comparison->same);
}

} // namespace darsena::gui
