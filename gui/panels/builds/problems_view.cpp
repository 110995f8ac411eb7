// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/problems_view.h"

#include "gui/base/text.h"
#include "gui/theme/theme.h"
#include "gui/widgets/looks.h"

#include <QEvent>
#include <QHeaderView>

namespace darsena::gui {
namespace {

constexpr std::size_t MaxRows = 1000;
constexpr int LineRole = Qt::UserRole;
enum Column { MessageColumn, LineColumn, RuleColumn };

} // namespace

ProblemsView::ProblemsView(const Theme& theme, QWidget* parent)
    : QTreeWidget(parent)
    , m_theme(theme)
{
    setObjectName(QStringLiteral("build.problems"));
    setUpTree(this, {});
    setColumnCount(3);
    setRootIsDecorated(false);
    setIconSize(QSize(metric::Icon, metric::Icon));
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(MessageColumn, QHeaderView::Stretch);
    header()->setSectionResizeMode(LineColumn, QHeaderView::ResizeToContents);
    header()->setSectionResizeMode(RuleColumn, QHeaderView::ResizeToContents);
    const auto choose = [this](QTreeWidgetItem* item) {
        if (const int line = item->data(MessageColumn, LineRole).toInt(); line > 0)
            Q_EMIT lineChosen(line);
    };
    connect(this, &QTreeWidget::itemClicked, this, choose);
    connect(this, &QTreeWidget::itemActivated, this, choose);
    retranslate();
}

void ProblemsView::setFindings(const std::vector<dockerfile::Finding>& findings)
{
    m_findings = findings;
    std::stable_sort(m_findings.begin(), m_findings.end(), [](const auto& a, const auto& b) {
        return std::pair(a.severity, a.begin.line) < std::pair(b.severity, b.begin.line);
    });
    fill();
}

void ProblemsView::setBuildError(const QString& sentence, int line)
{
    if (sentence == m_buildError && line == m_buildErrorLine)
        return;
    m_buildError = sentence;
    m_buildErrorLine = line;
    fill();
}

void ProblemsView::fill()
{
    clear();
    const auto add = [this](const char* icon, Theme::Ink ink, const QString& kind, const QString& message, int line,
                         const QString& rule) {
        auto* item = new QTreeWidgetItem(this);
        item->setIcon(MessageColumn, m_theme.icon(QLatin1String(icon), ink));
        item->setText(MessageColumn, message);
        item->setSizeHint(MessageColumn, QSize(0, metric::Row - space::XS));
        item->setToolTip(MessageColumn, message);
        item->setData(MessageColumn, Qt::AccessibleTextRole, QStringLiteral("%1: %2").arg(kind, message));
        item->setData(MessageColumn, LineRole, line);
        item->setText(LineColumn, line > 0 ? QString::number(line) : QString());
        item->setText(RuleColumn, rule);
        item->setForeground(RuleColumn, m_theme.tokens().muted);
        item->setForeground(LineColumn, m_theme.tokens().muted);
    };
    if (!m_buildError.isEmpty())
        add("error", Theme::Ink::Failed, tr("Error"), m_buildError, m_buildErrorLine, tr("last build"));
    std::size_t rows = 0;
    for (const dockerfile::Finding& finding : m_findings) {
        if (++rows > MaxRows)
            break;
        const QString message = toQString(finding.message);
        const QString rule = toQString(finding.rule);
        const int line = int(finding.begin.line);
        switch (finding.severity) {
        case dockerfile::Severity::Error:
            add("error", Theme::Ink::Failed, tr("Error"), message, line, rule);
            break;
        case dockerfile::Severity::Warning:
            add("warning", Theme::Ink::Wait, tr("Warning"), message, line, rule);
            break;
        case dockerfile::Severity::Info:
            add("information", Theme::Ink::Cached, tr("Hint"), message, line, rule);
            break;
        }
    }
}

void ProblemsView::retranslate()
{
    setAccessibleName(tr("Problems"));
    setHeaderLabels({ tr("Problem"), tr("Line"), tr("Rule") });
    fill();
}

void ProblemsView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QTreeWidget::changeEvent(event);
}

} // namespace darsena::gui
