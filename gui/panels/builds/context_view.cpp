// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/context_view.h"

#include "gui/base/text.h"
#include "gui/theme/theme.h"
#include "gui/widgets/looks.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace darsena::gui {

ContextView::ContextView(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_summary(makeLabel({}, "muted", this))
    , m_files(new QTreeWidget(this))
    , m_scan(this)
{
    setObjectName(QStringLiteral("build.context"));
    setLook(this, "surface");
    m_summary->setWordWrap(true);
    m_summary->setContentsMargins(space::L, space::S, space::L, space::S);
    setUpTree(m_files, {});
    m_files->setRootIsDecorated(false);
    m_files->setColumnCount(2);
    m_files->header()->setStretchLastSection(false);
    m_files->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_files->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_summary);
    column->addWidget(m_files, 1);
    describe();
}

void ContextView::scan(const ContextSpec& spec)
{
    m_scan.start([spec](std::stop_token stop) { return scanContext(spec, std::move(stop)); },
        [this](Result<ContextSummary> summary) { show(summary); });
}

void ContextView::show(const Result<ContextSummary>& summary)
{
    m_last = summary;
    m_bytes = summary ? qint64(summary->bytes) : -1;
    describe();
    Q_EMIT bytesChanged(m_bytes);
}

void ContextView::describe()
{
    m_files->setAccessibleName(tr("Largest files of the build context"));
    m_files->setHeaderLabels({ tr("File"), tr("Size") });
    m_files->clear();
    if (!m_last) {
        m_summary->setText(tr("The build context has not been looked at yet."));
        return;
    }
    const Result<ContextSummary>& last = *m_last;
    if (!last) {
        setLook(m_summary, "failed");
        m_summary->setText(errorSentence(last.error()));
        return;
    }
    setLook(m_summary, "muted");
    QString text = tr("%n file(s) are sent: %1.", nullptr, int(last->files)).arg(formatBytes(qint64(last->bytes)));
    if (last->ignoredFiles > 0)
        text += QLatin1Char(' ')
            + tr(".dockerignore leaves out %n entries.", nullptr, int(last->ignoredFiles));
    else
        text += QLatin1Char(' ') + tr("Nothing is left out.");
    m_summary->setText(text);
    const QFont code = m_theme.monospace(12);
    for (const ContextFile& file : last->largest) {
        auto* item = new QTreeWidgetItem(m_files, { toQString(file.path), formatBytes(qint64(file.bytes)) });
        item->setFont(0, code);
        item->setSizeHint(0, QSize(0, metric::Row - space::XS));
        item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
    }
}

void ContextView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        describe();
    QWidget::changeEvent(event);
}

} // namespace darsena::gui
