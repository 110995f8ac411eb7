// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/layer_figures.h"

#include "gui/base/text.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/looks.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

#include <utility>

namespace darsena::gui {

namespace {

/// Below this part of useful bytes an image is worth a look (dive's lowestEfficiency).
constexpr double goodEfficiency = 0.9;

QString percent(double share)
{
    return QLocale().toString(share * 100, 'f', 1) + QStringLiteral(" %");
}

QString platformText(const oci::Platform& platform)
{
    QString text = toQString(platform.os) + u'/' + toQString(platform.architecture);
    if (!platform.variant.empty())
        text += u'/' + toQString(platform.variant);
    return text;
}

} // namespace

LayerFigures::LayerFigures(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_nameCaption(makeLabel({}, "small"))
    , m_name(new ElidedLabel(Qt::ElideMiddle))
    , m_platform(new QToolButton)
    , m_progress(makeLabel({}, "small"))
    , m_bar(new QProgressBar)
    , m_cancel(makeButton({}))
    , m_texts(this)
{
    setLook(this, "bar");
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::L, space::S, space::L, space::S);
    auto* name = new QVBoxLayout;
    name->setSpacing(0);
    m_name->setFont(theme.monospace());
    m_name->setMinimumWidth(140);
    name->addWidget(m_nameCaption);
    name->addWidget(m_name);
    row->addLayout(name, 3);
    m_platform->setObjectName(QStringLiteral("layers.platform"));
    setLook(m_platform, "chip");
    m_platform->setPopupMode(QToolButton::InstantPopup);
    m_platform->setMenu(new QMenu(m_platform));
    m_platform->hide();
    row->addWidget(m_platform);
    row->addSpacing(space::L);
    m_size = addFigure(*row, m_sizeCaption);
    m_efficiency = addFigure(*row, m_efficiencyCaption);
    m_wasted = addFigure(*row, m_wastedCaption);
    m_scoreText = addFigure(*row, m_scoreCaption);
    row->addStretch(2);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(120);
    m_progress->setObjectName(QStringLiteral("layers.progress"));
    m_cancel->setObjectName(QStringLiteral("layers.cancel"));
    row->addWidget(m_progress);
    row->addWidget(m_bar);
    row->addWidget(m_cancel);
    done();
    connect(m_cancel, &QPushButton::clicked, this, &LayerFigures::cancelled);
    m_texts([this] { retranslate(); });
}

/// A small caption over a large value.
QLabel* LayerFigures::addFigure(QBoxLayout& row, QLabel*& caption)
{
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    caption = makeLabel({}, "small");
    QLabel* value = makeLabel({});
    value->setFont(m_theme.font(type::Title, QFont::DemiBold));
    column->addWidget(caption);
    column->addWidget(value);
    row.addLayout(column);
    row.addSpacing(space::XL);
    return value;
}

void LayerFigures::retranslate()
{
    m_nameCaption->setText(tr("image"));
    m_sizeCaption->setText(tr("size"));
    m_efficiencyCaption->setText(tr("efficiency"));
    m_efficiencyCaption->setToolTip(tr("The part of all bytes stored that a container can see."));
    m_wastedCaption->setText(tr("wasted"));
    m_wastedCaption->setToolTip(tr("Bytes that a later layer replaces or removes: they are stored and sent, and nobody sees them."));
    m_scoreCaption->setText(tr("dive score"));
    m_scoreCaption->setToolTip(tr("What dive calls efficiency. It does not see removed directories; .dive-ci files mean this figure."));
    m_cancel->setText(tr("Cancel"));
    m_bar->setAccessibleName(tr("Reading the layers…"));
    m_platform->setToolTip(tr("Other platforms and tags of this image"));
    m_platform->setAccessibleName(tr("Platform"));
    describe(); // another language, another decimal sign
}

void LayerFigures::addTool(QWidget* tool)
{
    layout()->addWidget(tool);
}

void LayerFigures::setName(const QString& name)
{
    m_name->setText(name);
}

void LayerFigures::forget()
{
    m_bytes = -1;
    m_analysis.reset();
    m_score.reset();
    m_platform->hide();
    describe();
}

void LayerFigures::setSize(qint64 bytes)
{
    m_bytes = bytes;
    describe();
}

void LayerFigures::setAnalysis(std::shared_ptr<const layers::Analysis> analysis)
{
    m_analysis = std::move(analysis);
    describe();
}

void LayerFigures::setDiveScore(std::optional<double> score)
{
    m_score = score;
    describe();
}

void LayerFigures::setChoices(const std::vector<layers::SourceChoice>& choices, const oci::Platform& current)
{
    m_platform->setVisible(choices.size() > 1);
    m_platform->setText(platformText(current) + QStringLiteral(" ▾"));
    m_platform->menu()->clear();
    for (const layers::SourceChoice& choice : choices) {
        QStringList parts;
        if (!choice.platform.architecture.empty())
            parts << platformText(choice.platform);
        if (!choice.name.empty())
            parts << toQString(choice.name);
        if (parts.isEmpty())
            parts << shortId(toQString(choice.manifest.text()));
        m_platform->menu()->addAction(parts.join(QStringLiteral(" · ")), this, [this, choice] { Q_EMIT choiceMade(choice); });
    }
}

void LayerFigures::setProgress(const QString& sentence, qint64 done, qint64 total)
{
    m_progress->setText(total > 0 ? tr("%1 %2 of %3").arg(sentence, formatBytes(done), formatBytes(total)) : sentence);
    m_bar->setRange(0, total > 0 ? 1000 : 0);
    m_bar->setValue(total > 0 ? static_cast<int>(static_cast<double>(done) / static_cast<double>(total) * 1000) : 0);
    m_bar->show();
    m_cancel->show();
}

void LayerFigures::done()
{
    m_progress->clear();
    m_bar->hide();
    m_cancel->hide();
}

void LayerFigures::say(const QString& sentence)
{
    done();
    m_progress->setText(sentence);
}

void LayerFigures::describe()
{
    m_size->setText(m_bytes < 0 ? QString() : formatBytes(m_bytes));
    m_scoreCaption->setVisible(m_score.has_value());
    m_scoreText->setVisible(m_score.has_value());
    if (m_score)
        m_scoreText->setText(percent(*m_score));
    if (!m_analysis) {
        m_efficiency->setText(QStringLiteral("…"));
        m_wasted->setText(QStringLiteral("…"));
        setLook(m_efficiency, "");
        setLook(m_wasted, "");
        return;
    }
    const double efficiency = m_analysis->efficiency();
    m_efficiency->setText(percent(efficiency));
    m_wasted->setText(formatBytes(static_cast<qint64>(m_analysis->wastedBytes)));
    setLook(m_efficiency, efficiency < goodEfficiency ? "wait" : "");
    setLook(m_wasted, m_analysis->wastedBytes > 0 && efficiency < goodEfficiency ? "failed" : "");
}

} // namespace darsena::gui
