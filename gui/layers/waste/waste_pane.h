// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"
#include "gui/base/retranslator.h"
#include "gui/layers/waste/layer_fixes.h"
#include "gui/layers/waste/rebuild_result.h"

#include <QWidget>

#include <optional>

class QAction;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;

namespace darsena::gui {

class Banner;

/// What an image wastes, largest first, and for each piece the edit that would spare it. An edit is applied to the
/// Dockerfile that is open in the Build page, as one undo step; then the image can be built again, and what that saved is
/// measured on the new image when the viewer shows it.
class WastePane : public QWidget {
    Q_OBJECT
public:
    WastePane(const PageContext& context, LayerLines& lines, QWidget* parent = nullptr);

    /// The image that is shown: its id ("sha256:…"); empty = none.
    void setImage(const QString& id);
    /// Null = not known yet.
    void showWaste(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::Analysis> analysis);
    const LayerFixes& fixes() const { return *m_fixes; }

    /// Applies a row's fix, or all that there are.
    void apply(const WasteRow& row, const dockerfile::SavingFix& fix);
    void applyAllAndRebuild();
    void rebuild();
    void undo();

Q_SIGNALS:
    /// A file in the layer that hides it.
    void chosen(int layer, const QString& path);

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// What was applied since the image was built, and the image as it was then.
    struct Pending {
        QString imageId; ///< of the one before
        RebuildResult::Figures before;
        qint64 expected = 0;
        qint64 lastStep = 0; ///< what undo() takes off again
        QString builtId; ///< of the new one, once it is built
    };
    bool applyEdit(const DockerfileDesk::Edit& edit, qint64 bytes);
    void rebuildList();
    QWidget* makeRow(const WasteRow& row);
    void addFixLine(class QGridLayout& grid, int line, const WasteRow& row);
    void openMenu(const WasteRow& row, const QPoint& at);
    void updateFoot();
    DockerfileDesk* desk() const { return m_context.navigator.dockerfileDesk(); }

    PageContext m_context;
    LayerLines& m_lines;
    LayerFixes* m_fixes;
    QString m_imageId;
    QString m_filterText;
    std::optional<Pending> m_pending;

    QWidget* m_top;
    QLineEdit* m_filter;
    Banner* m_banner;
    RebuildResult* m_result;
    QScrollArea* m_scroll;
    QWidget* m_foot;
    QPushButton* m_applyAll;
    QPushButton* m_rebuild;
    QPushButton* m_undo;
    QLabel* m_expected;
    QAction* m_undoAction;
    Retranslator m_texts;
};

} // namespace darsena::gui
