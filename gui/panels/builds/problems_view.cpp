// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/problems_view.h"

#include "gui/base/text.h"
#include "gui/theme/theme.h"
#include "gui/widgets/looks.h"

#include <QEvent>
#include <QHeaderView>
#include <QSignalBlocker>

namespace darsena::gui {
namespace {

constexpr std::size_t MaxRows = 1000;
constexpr int LineRole = Qt::UserRole, FindingRole = Qt::UserRole + 1;
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

const dockerfile::Finding* ProblemsView::currentFinding() const
{
    const QTreeWidgetItem* item = currentItem();
    const int index = item ? item->data(MessageColumn, FindingRole).toInt() - 1 : -1;
    return index >= 0 && std::size_t(index) < m_findings.size() ? &m_findings[std::size_t(index)] : nullptr;
}

void ProblemsView::fill()
{
    // Who reads about a problem while the text changes goes on reading about it.
    const dockerfile::Finding* before = currentFinding();
    const std::string keptRule = before ? before->rule : std::string();
    const std::uint32_t keptLine = before ? before->begin.line : 0;
    QSignalBlocker quiet(this);
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
    QTreeWidgetItem* kept = nullptr;
    for (std::size_t i = 0; i < std::min(m_findings.size(), MaxRows); ++i) {
        const dockerfile::Finding& finding = m_findings[i];
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
        QTreeWidgetItem* item = topLevelItem(topLevelItemCount() - 1);
        item->setData(MessageColumn, FindingRole, int(i) + 1);
        if (finding.rule == keptRule && (!kept || finding.begin.line == keptLine))
            kept = item;
    }
    setCurrentItem(kept);
    quiet.unblock();
    Q_EMIT filled();
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
