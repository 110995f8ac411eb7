// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/stack.h"
#include "gui/base/async.h"
#include "gui/base/retranslator.h"
#include "gui/layers/content/file_content.h"
#include "gui/layers/image_loader.h"

#include <QPointer>
#include <QWidget>

#include <array>

class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace darsena::gui {

class ElidedLabel;
class EmptyState;
class HexView;
class ImagePane;
class ListingPane;
class TextPane;

/// What a file of an image holds: as text, as bytes, as a picture, as a list of what an archive has in it. What is large is
/// read when asked for. Everything is taken apart in workers.
class FilePreview : public QWidget {
    Q_OBJECT
public:
    explicit FilePreview(const Theme& theme, QWidget* parent = nullptr);

    /// Of the image that is looked at; may be nullptr. Forgets what is shown.
    void setLoader(ImageLoader* loader);
    /// Shows a version of a path (index into Stack::allVersions(); none: the highest there is). The stack is kept.
    void showFile(std::shared_ptr<const layers::Stack> stack, layers::Stack::NodeId node, std::uint32_t version = layers::Stack::none);
    void clear();

    enum class Mode { Text, Hex, Picture, Contents };
    void setMode(Mode mode);
    /// What is shown now; nullptr while there is nothing, or it is being read.
    const FileContent* content() const { return m_content.get(); }

    static constexpr qint64 ReadAtOnce = 8'000'000; ///< bytes; more is asked for
    static constexpr qint64 MostRead = 256'000'000;
    static constexpr std::size_t MostText = 1'000'000; ///< of a text, until more of it is asked for
    static constexpr std::size_t MostTextEver = 8'000'000;

Q_SIGNALS:
    void extractWanted(darsena::layers::Stack::NodeId node, int layer);
    /// The target of a symbolic link: absolute, clean.
    void pathChosen(const QString& path);

private:
    void say(const QString& title, const QString& sentence, const QString& button = {}, std::function<void()> action = {}, bool extract = false);
    void read();
    void take(const QByteArray& bytes, std::size_t mostText);
    void present();
    void describe();
    void showOther();

    const Theme& m_theme;
    QPointer<ImageLoader> m_loader;
    std::shared_ptr<const layers::Stack> m_stack;
    layers::Stack::NodeId m_node = layers::Stack::none;
    std::uint32_t m_version = layers::Stack::none;
    std::shared_ptr<const FileContent> m_content;
    quint64 m_request = 0; ///< what comes for another one is dropped
    bool m_reading = false; ///< the loader has been asked and has not answered
    bool m_readNext = false; ///< what is chosen now is read once it has
    std::function<void()> m_action;
    std::function<void()> m_describe; ///< the message again, in another language

    std::array<QToolButton*, 4> m_modes {};
    QWidget* m_bar;
    ElidedLabel* m_facts;
    QWidget* m_remarkBar;
    QLabel* m_remark;
    QPushButton* m_all;
    QToolButton* m_extract;
    QStackedWidget* m_pages;
    QStackedWidget* m_views;
    EmptyState* m_message;
    TextPane* m_text;
    HexView* m_hex;
    ImagePane* m_image;
    ListingPane* m_listing;
    LatestOnly m_job { this };
    Retranslator m_texts;
};

} // namespace darsena::gui
