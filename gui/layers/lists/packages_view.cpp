// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/lists/packages_view.h"

#include "gui/base/text.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QTableView>

namespace darsena::gui {

namespace {

QString joined(const std::vector<std::string>& versions)
{
    QStringList texts;
    for (const std::string& version : versions)
        texts += toQString(version);
    return texts.join(QStringLiteral(", "));
}

} // namespace

PackagesView::PackagesView(const Theme& theme, QWidget* parent)
    : TableList(theme, QStringLiteral("images"), 4, parent)
    , m_texts(this)
{
    setObjectName(QStringLiteral("layers.packages"));
    for (PackagesReader& reader : m_readers) {
        connect(&reader, &PackagesReader::progressed, this, [this](int done, int total) {
            m_done = done;
            m_total = total;
            if (!m_shown)
                describe();
        });
    }
    m_texts([this] {
        table()->setAccessibleName(tr("Packages"));
        filter()->setPlaceholderText(tr("Filter packages"));
        filter()->setAccessibleName(tr("Filter packages"));
        describe();
    });
}

void PackagesView::clear()
{
    setState({});
}

void PackagesView::setState(const State& state)
{
    if (!m_comparing && state == m_states[0])
        return;
    m_comparing = false;
    m_states[0] = state;
    m_states[1] = {};
    read();
}

void PackagesView::setStates(const State& before, const State& after)
{
    if (m_comparing && before == m_states[0] && after == m_states[1])
        return;
    m_comparing = true;
    m_states[0] = before;
    m_states[1] = after;
    read();
}

void PackagesView::showEvent(QShowEvent* event)
{
    TableList::showEvent(event);
    if (m_wanted)
        read();
}

void PackagesView::read()
{
    m_found[0].reset();
    m_found[1].reset();
    m_shown.reset();
    m_job.cancel();
    m_done = m_total = 0;
    m_wanted = !isVisible();
    for (int i = 0; i < (m_comparing ? 2 : 1) && !m_wanted; ++i) {
        if (!m_states[i].stack || !m_states[i].loader)
            continue;
        m_readers[i].start(m_states[i].loader, m_states[i].stack, m_states[i].layerCount, [this, i](PackagesReader::Found found) {
            m_found[i] = std::move(found);
            takeAll();
        });
    }
    describe();
}

void PackagesView::describe()
{
    if (m_shown)
        return m_comparing ? describeChanges() : describeList();
    if (m_total > 1)
        showMessage(tr("Reading packages…"), tr("%1 of %2 lists are read.").arg(m_done).arg(m_total));
    else
        showMessage(tr("Reading packages…"), tr("What dpkg, apk, rpm, npm and pip say is installed is listed here once the layers are read."));
}

QString PackagesView::problems() const
{
    QStringList all;
    bool cut = false;
    for (const auto& found : m_found) {
        if (found) {
            all += found->unread;
            cut = cut || found->cut;
        }
    }
    QString text;
    if (cut)
        text += u' ' + tr("There are more than can be listed.");
    if (!all.isEmpty())
        text += u' ' + tr("Not read: %1").arg(all.join(QStringLiteral("; ")));
    return text;
}

void PackagesView::takeAll()
{
    if (!m_found[0] || (m_comparing && !m_found[1]))
        return;
    m_job.start(
        [comparing = m_comparing, before = m_found[0]->packages, after = m_found[1] ? m_found[1]->packages : std::vector<layers::Package>()] {
            auto shown = std::make_shared<Shown>();
            const auto kind = [](layers::PackageKind of) { return toQString(layers::name(of)); };
            if (!comparing) {
                for (const layers::Package& package : before)
                    shown->rows.push_back({ { toQString(package.name), toQString(package.version), kind(package.kind), toQString(package.architecture) }, {}, {}, {} });
                return std::shared_ptr<const Shown>(shown);
            }
            for (const layers::PackageChange& change : layers::packageChanges(before, after)) {
                shown->added += change.before.empty() ? 1 : 0;
                shown->removed += change.after.empty() ? 1 : 0;
                const QString sign = change.before.empty() ? QStringLiteral("+ ") : change.after.empty() ? QStringLiteral("− ") : QStringLiteral("~ ");
                shown->rows.push_back({ { sign + toQString(change.name), joined(change.before), joined(change.after), kind(change.kind) }, { toQString(change.name) }, {}, {} });
            }
            return std::shared_ptr<const Shown>(shown);
        },
        [this](std::shared_ptr<const Shown> shown) {
            m_shown = std::move(shown);
            describe();
        });
}

void PackagesView::describeList()
{
    model().setHeaders({ tr("Package"), tr("Version"), tr("Kind"), tr("Architecture") });
    setSpareColumns({ 3, 2 });
    if (m_shown->rows.empty())
        return showMessage(tr("No packages are known"), tr("None of the files that dpkg, apk, rpm, npm and pip keep about what they install is in this image.") + problems());
    table()->horizontalHeader()->resizeSection(1, 130);
    table()->horizontalHeader()->resizeSection(2, 60);
    table()->horizontalHeader()->resizeSection(3, 96);
    showRows(m_shown->rows, tr("%Ln package(s) are installed.", nullptr, static_cast<int>(m_shown->rows.size())) + problems());
}

void PackagesView::describeChanges()
{
    model().setHeaders({ tr("Package"), tr("Before"), tr("After"), tr("Kind") });
    setSpareColumns({ 3 });
    const int installed = static_cast<int>(m_found[0]->packages.size());
    if (m_shown->rows.empty()) {
        if (installed == 0)
            return showMessage(tr("No packages are known"), tr("None of the files that dpkg, apk, rpm, npm and pip keep about what they install is in these images.") + problems());
        return showMessage(tr("The packages are the same"), tr("%Ln package(s) are installed in both, in the same versions.", nullptr, installed) + problems());
    }
    table()->horizontalHeader()->resizeSection(1, 112);
    table()->horizontalHeader()->resizeSection(2, 112);
    table()->horizontalHeader()->resizeSection(3, 60);
    const int others = static_cast<int>(m_shown->rows.size()) - m_shown->added - m_shown->removed;
    showRows(m_shown->rows, tr("%1 added, %2 removed, %3 in another version.").arg(m_shown->added).arg(m_shown->removed).arg(others) + problems());
}

} // namespace darsena::gui
