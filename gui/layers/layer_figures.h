// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/analysis.h"
#include "gui/base/retranslator.h"
#include "gui/layers/image_loader.h"
#include "gui/theme/theme.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace darsena::gui {

class ElidedLabel;

/// The line above the layer viewer: the image's name, its platform, its size, how much of it a container can see, dive's
/// score, and what is still being read.
class LayerFigures : public QWidget {
    Q_OBJECT
public:
    explicit LayerFigures(const Theme& theme, QWidget* parent = nullptr);

    void setName(const QString& name);
    /// Of another image nothing is known yet.
    void forget();
    /// Bytes of all layers that are read.
    void setSize(qint64 bytes);
    /// nullptr: not known yet.
    void setAnalysis(std::shared_ptr<const layers::Analysis> analysis);
    /// What dive would call the efficiency, 0…1; nothing: not known.
    void setDiveScore(std::optional<double> score);
    /// What the source holds; @p current is the image that is shown. Fewer than two: nothing to choose.
    void setChoices(const std::vector<layers::SourceChoice>& choices, const oci::Platform& current);
    /// Something at the right end.
    void addTool(QWidget* tool);
    /// Bytes; total 0: not known. Shows a bar and Cancel until done().
    void setProgress(const QString& sentence, qint64 done, qint64 total);
    void done();
    /// Instead of progress: a sentence that stays.
    void say(const QString& sentence);

    QPushButton* cancelButton() const { return m_cancel; }
    QToolButton* platformButton() const { return m_platform; }

Q_SIGNALS:
    void cancelled();
    void choiceMade(const darsena::layers::SourceChoice& choice);

private:
    QLabel* addFigure(QBoxLayout& row, QLabel*& caption);
    void describe();
    void retranslate();

    const Theme& m_theme;
    qint64 m_bytes = -1;
    std::shared_ptr<const layers::Analysis> m_analysis;
    std::optional<double> m_score;
    QLabel *m_nameCaption, *m_sizeCaption = nullptr, *m_efficiencyCaption = nullptr, *m_wastedCaption = nullptr, *m_scoreCaption = nullptr;
    ElidedLabel* m_name;
    QLabel *m_size = nullptr, *m_efficiency = nullptr, *m_wasted = nullptr, *m_scoreText = nullptr;
    QToolButton* m_platform;
    QLabel* m_progress;
    QProgressBar* m_bar;
    QPushButton* m_cancel;
    Retranslator m_texts;
};

} // namespace darsena::gui
