// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/stack.h"
#include "gui/base/async.h"
#include "gui/base/retranslator.h"
#include "gui/layers/content/comparison.h"
#include "gui/layers/image_loader.h"
#include "gui/theme/theme.h"

#include <QPointer>
#include <QWidget>

class QAction;
class QLabel;
class QStackedWidget;
class QToolButton;

namespace darsena::gui {

class ElidedLabel;
class EmptyState;
class HexCompare;
class TextCompare;

/// A file before and after: of two layers, or of two images. Texts line beside line or as a unified diff, other contents
/// byte by byte.
class FileCompare : public QWidget {
    Q_OBJECT
public:
    explicit FileCompare(const Theme& theme, QWidget* parent = nullptr);

    /// One of the two.
    struct Side {
        QPointer<ImageLoader> loader;
        std::shared_ptr<const layers::Stack> stack;
        std::uint32_t version = layers::Stack::none; ///< index into allVersions(); none: the file is not there
        QString title; ///< "layer 2", "hello:old"
        bool operator==(const Side& other) const = default;
    };
    /// What is shown already is not read again. @p path without a leading slash; for the headings and the language.
    void compare(const QString& path, Side before, Side after);
    void clear();

    /// nullptr while there is nothing, or it is being read.
    const Comparison* comparison() const { return m_comparison.get(); }
    TextCompare* texts() const { return m_texts; }
    HexCompare* bytes() const { return m_bytes; }

    static constexpr qint64 MostCompared = 64'000'000; ///< bytes of one side

private:
    void say(const QString& title, const QString& sentence, const QString& button = {});
    void read();
    void take(int side, const Result<QByteArray>& bytes);
    void present();
    void describe();
    void setView(int view);
    void step(bool backwards);
    QString changedAttributes() const;

    QString m_path;
    Side m_sides[2];
    QByteArray m_read[2];
    int m_missing = 0; ///< of m_read
    int m_underWay = 0; ///< answers that loaders owe us, wanted or not
    bool m_readNext = false; ///< what is to be compared now is read once they have come
    quint64 m_request = 0;
    std::shared_ptr<const Comparison> m_comparison;
    std::function<void()> m_describe;

    int m_chosenView = -1; ///< of texts, by the person
    QToolButton* m_views[3]; ///< side by side, unified, bytes
    QAction *m_previous, *m_next;
    ElidedLabel* m_count;
    ElidedLabel* m_titles[2];
    QWidget* m_titleBar;
    QLabel* m_remark;
    QStackedWidget *m_pages, *m_body;
    EmptyState* m_message;
    TextCompare* m_texts;
    HexCompare* m_bytes;
    LatestOnly m_job { this };
    Retranslator m_words;
};

} // namespace darsena::gui
