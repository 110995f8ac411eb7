// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/problems_panel.h"

#include "core/dockerfile/pages/pages.h"
#include "gui/base/text.h"
#include "gui/panels/builds/problems_view.h"
#include "gui/theme/theme.h"
#include "gui/widgets/looks.h"
#include "gui/widgets/markdown.h"
#include "gui/widgets/splitter.h"

#include <QBoxLayout>
#include <QEvent>
#include <QLocale>
#include <QPushButton>
#include <QTextBrowser>

namespace darsena::gui {

ProblemsPanel::ProblemsPanel(const Theme& theme, Settings& settings, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_list(new ProblemsView(theme, this))
{
    auto* split = new Splitter(Qt::Horizontal, settings, QStringLiteral("build/problems"), this);
    auto* side = new QWidget(split);
    setLook(side, "surface");
    m_page = new QTextBrowser(side);
    m_page->setObjectName(QStringLiteral("build.rulePage"));
    m_page->setFrameShape(QFrame::NoFrame);
    m_page->setOpenExternalLinks(true);
    m_page->document()->setDocumentMargin(space::M);
    m_mend = makeButton({}, {}, "primary", side);
    m_mend->setObjectName(QStringLiteral("build.mend"));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(space::M, space::S, space::M, 0);
    row->addWidget(m_mend);
    row->addStretch(1);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(m_page, 1);
    split->addWidget(m_list);
    split->addWidget(side);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->restore({ 840, 520 });
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(split);
    setFocusProxy(m_list);

    connect(m_list, &ProblemsView::lineChosen, this, &ProblemsPanel::lineChosen);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &ProblemsPanel::showPage);
    connect(m_list, &ProblemsView::filled, this, &ProblemsPanel::showPage);
    connect(m_mend, &QPushButton::clicked, this, [this] {
        if (const dockerfile::Finding* finding = m_list->currentFinding(); finding && finding->fix)
            Q_EMIT fixWanted(*finding);
    });
    connect(&theme, &Theme::changed, this, &ProblemsPanel::showPage);
    retranslate();
}

void ProblemsPanel::showPage()
{
    const dockerfile::Finding* finding = m_list->currentFinding();
    QString page;
    if (finding)
        page = toQString(dockerfile::rulePage(finding->rule, QLocale().name().toStdString()));
    if (finding && !finding->url.empty())
        page += QStringLiteral("\n\n[%1](%2)").arg(toQString(finding->rule), toQString(finding->url));
    if (page.isEmpty())
        page = m_list->topLevelItemCount() > 0 ? tr("Choose a problem to read why it is one and what to write instead.")
                                               : tr("There are no problems in this Dockerfile.");
    m_page->setHtml(markdownToHtml(page, m_theme));
    m_mend->setVisible(finding && finding->fix);
    if (finding && finding->fix)
        m_mend->setText(toQString(finding->fix->description));
}

void ProblemsPanel::retranslate()
{
    m_page->setAccessibleName(tr("About the problem"));
    showPage();
}

void ProblemsPanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace darsena::gui
