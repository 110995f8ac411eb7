// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/file_preview.h"

#include "gui/base/text.h"
#include "gui/layers/content/content_place.h"
#include "gui/layers/content/hex_view.h"
#include "gui/layers/content/image_pane.h"
#include "gui/layers/content/listing_pane.h"
#include "gui/layers/content/text_pane.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/looks.h"

#include <QButtonGroup>
#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>

namespace darsena::gui {

using layers::EntryType;
using layers::Stack;

FilePreview::FilePreview(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_bar(new QWidget)
    , m_facts(new ElidedLabel)
    , m_remarkBar(new QWidget)
    , m_remark(makeLabel({}, "wait"))
    , m_all(makeButton({}, {}, "link"))
    , m_extract(new QToolButton)
    , m_pages(new QStackedWidget)
    , m_views(new QStackedWidget)
    , m_message(new EmptyState(theme, QStringLiteral("file")))
    , m_text(new TextPane(theme))
    , m_hex(new HexView(theme))
    , m_image(new ImagePane(theme))
    , m_listing(new ListingPane(theme))
    , m_texts(this)
{
    setObjectName(QStringLiteral("layers.preview"));
    setLook(this, "surface");
    setLook(m_bar, "bar");
    auto* bar = new QHBoxLayout(m_bar);
    bar->setContentsMargins(space::M, space::XS, space::S, space::XS);
    bar->setSpacing(2);
    auto* group = new QButtonGroup(this);
    static const char* const names[] = { "text", "hex", "picture", "contents" };
    for (std::size_t i = 0; i < m_modes.size(); ++i) {
        m_modes[i] = new QToolButton;
        m_modes[i]->setCheckable(true);
        m_modes[i]->setObjectName(QStringLiteral("layers.preview.") + QLatin1String(names[i]));
        group->addButton(m_modes[i], static_cast<int>(i));
        bar->addWidget(m_modes[i]);
    }
    setLook(m_facts, "small");
    bar->addSpacing(space::S);
    bar->addWidget(m_facts, 1);
    m_extract->setObjectName(QStringLiteral("layers.preview.extract"));
    m_extract->setIcon(theme.icon(QStringLiteral("save"), Theme::Ink::Muted));
    bar->addWidget(m_extract);

    auto* remark = new QHBoxLayout(m_remarkBar);
    remark->setContentsMargins(space::M, space::XS, space::M, space::XS);
    m_remark->setWordWrap(true);
    m_all->setObjectName(QStringLiteral("layers.preview.all"));
    remark->addWidget(m_remark, 1);
    remark->addWidget(m_all);

    for (QWidget* view : { static_cast<QWidget*>(m_text), static_cast<QWidget*>(m_hex), static_cast<QWidget*>(m_image), static_cast<QWidget*>(m_listing) })
        m_views->addWidget(view);
    auto* body = new QWidget;
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_bar);
    column->addWidget(m_remarkBar);
    column->addWidget(m_views, 1);
    m_pages->addWidget(m_message);
    m_pages->addWidget(body);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_pages);

    connect(group, &QButtonGroup::idClicked, this, [this](int id) { setMode(static_cast<Mode>(id)); });
    connect(m_message, &EmptyState::triggered, this, [this] {
        if (m_action)
            m_action();
    });
    const auto extract = [this] {
        if (m_stack && m_version < m_stack->allVersions().size())
            Q_EMIT extractWanted(m_node, static_cast<int>(m_stack->allVersions()[m_version].layer));
    };
    connect(m_message, &EmptyState::secondTriggered, this, extract);
    connect(m_extract, &QToolButton::clicked, this, extract);
    connect(m_all, &QPushButton::clicked, this, [this] {
        if (m_content)
            take(m_content->bytes, MostTextEver);
    });
    m_texts([this] {
        m_modes[0]->setText(tr("Text"));
        m_modes[1]->setText(tr("Hex"));
        m_modes[2]->setText(tr("Picture"));
        m_modes[3]->setText(tr("Contents"));
        m_extract->setToolTip(tr("Extract this file…"));
        m_extract->setAccessibleName(tr("Extract this file…"));
        m_all->setText(tr("Show more of it"));
        m_text->setAccessibleName(tr("Text of the file"));
        m_image->setAccessibleName(tr("Picture"));
        if (m_describe)
            m_describe();
        describe();
    });
    clear();
}

void FilePreview::setLoader(ImageLoader* loader)
{
    m_loader = loader;
    m_reading = false;
    clear();
}

void FilePreview::clear()
{
    ++m_request;
    m_readNext = false;
    m_job.cancel();
    m_stack.reset();
    m_node = m_version = Stack::none;
    m_content.reset();
    m_describe = [this] { say(tr("No file is chosen"), tr("Choose a file to read it here: as text, byte by byte, as a picture, or as the list of what an archive holds.")); };
    m_describe();
}

void FilePreview::say(const QString& title, const QString& sentence, const QString& button, std::function<void()> action, bool extract)
{
    m_message->setTexts(title, sentence);
    m_message->setButton(button);
    m_message->setSecondButton(extract ? tr("Extract…") : QString());
    m_action = std::move(action);
    m_pages->setCurrentIndex(0);
}

void FilePreview::showFile(std::shared_ptr<const Stack> stack, Stack::NodeId node, std::uint32_t version)
{
    if (!stack || node >= stack->nodes().size())
        return clear();
    if (version == Stack::none)
        version = lastVersion(*stack, node);
    if (stack == m_stack && node == m_node && version == m_version)
        return;
    ++m_request;
    m_readNext = false;
    m_job.cancel();
    m_content.reset();
    m_stack = std::move(stack);
    m_node = node;
    m_version = version;
    const auto place = contentPlace(*m_stack, version);
    if (!place) {
        m_describe = [this] { showOther(); };
    } else if (static_cast<qint64>(place->bytes) > MostRead) {
        m_describe = [this, bytes = place->bytes] {
            say(tr("This file is very large"), tr("It has %1, more than can be shown here. Extract it to look at it with another program.").arg(formatBytes(static_cast<qint64>(bytes))), {}, {}, true);
        };
    } else if (static_cast<qint64>(place->bytes) > ReadAtOnce) {
        m_describe = [this, bytes = place->bytes] {
            say(tr("This file is large"), tr("It has %1. Reading it out of its layer may take a moment.").arg(formatBytes(static_cast<qint64>(bytes))), tr("Show it"), [this] { read(); }, true);
        };
    } else {
        return read();
    }
    m_describe();
}

void FilePreview::showOther()
{
    if (m_version >= m_stack->allVersions().size()) {
        say(tr("A directory"), tr("No layer describes it by itself. Choose a file in it."));
        return;
    }
    const layers::IndexEntry& entry = m_stack->entry(m_version);
    switch (entry.type) {
    case EntryType::Symlink: {
        const QString target = toQString(entry.link);
        const QString folder = QLatin1Char('/') + toQString(m_stack->node(m_node).path).section(u'/', 0, -2);
        const QString path = QDir::cleanPath(target.startsWith(u'/') ? target : folder + u'/' + target);
        say(tr("A symbolic link"), tr("It points to %1").arg(target), tr("Go there"), [this, path] { Q_EMIT pathChosen(path); });
        break;
    }
    case EntryType::Directory:
        say(tr("A directory"), tr("Choose a file in it to read it, or extract the whole of it."), {}, {}, true);
        break;
    case EntryType::CharDevice:
    case EntryType::BlockDevice:
        say(tr("A device"), tr("%1 %2, %3: it has no content of its own.").arg(entry.type == EntryType::CharDevice ? tr("Character device") : tr("Block device")).arg(entry.deviceMajor).arg(entry.deviceMinor));
        break;
    case EntryType::Fifo:
    case EntryType::Socket:
        say(entry.type == EntryType::Fifo ? tr("A named pipe") : tr("A socket"), tr("Programs talk through it; it has no content of its own."));
        break;
    case EntryType::Whiteout:
        say(tr("Removed"), tr("This layer removes the path. Choose an earlier layer to see what it was."));
        break;
    case EntryType::File:
        break;
    }
}

void FilePreview::read()
{
    const auto place = m_stack ? contentPlace(*m_stack, m_version) : std::nullopt;
    if (!place)
        return;
    m_describe = [this] { say(tr("Reading the file…"), tr("It is being taken out of its layer.")); };
    // A read cannot be called back and goes through a whole layer: of all files that are passed over with the arrows
    // meanwhile only the last is read.
    if (m_reading && m_loader) {
        ++m_request;
        m_readNext = true;
        return m_describe();
    }
    if (!m_loader) {
        m_describe = [this] { say(tr("The image is not open"), tr("Its layers cannot be read any more. Open the image again.")); };
        return m_describe();
    }
    // A small file comes before the sentence could be read: what was shown stays for the blink of an eye.
    const quint64 request = ++m_request;
    QTimer::singleShot(150, this, [this, request] {
        if (request == m_request && !m_content && m_describe)
            m_describe();
    });
    m_reading = true;
    m_loader->readFile(place->layer, place->path, MostRead, this, [this, request, loader = m_loader.data()](const Result<QByteArray>& bytes) {
        if (loader == m_loader)
            m_reading = false;
        if (request != m_request) {
            if (loader == m_loader && std::exchange(m_readNext, false))
                read();
            return;
        }
        if (bytes)
            return take(*bytes, MostText);
        m_describe = [this, error = bytes.error()] { say(tr("The file could not be read"), errorSentence(error), tr("Try again"), [this] { read(); }); };
        m_describe();
    });
}

void FilePreview::take(const QByteArray& bytes, std::size_t mostText)
{
    const QString path = toQString(m_stack->node(m_node).path);
    m_job.start([=](std::stop_token stop) { return readContent(bytes, path, mostText, stop); },
        [this](std::shared_ptr<const FileContent> content) {
            m_content = std::move(content);
            m_describe = {};
            present();
        });
}

void FilePreview::present()
{
    const FileContent& content = *m_content;
    if (content.kind == FileContent::Kind::Empty) {
        m_describe = [this] { say(tr("An empty file"), tr("It has 0 bytes.")); };
        return m_describe();
    }
    m_text->setContent(content.text.utf8, content.language);
    m_hex->setBytes(content.bytes);
    m_image->setImage(content.image);
    m_listing->setListing(content.listing);
    const bool can[] = { content.isText, true, !content.image.isNull(), content.isArchive };
    for (std::size_t i = 0; i < m_modes.size(); ++i)
        m_modes[i]->setVisible(can[i]);
    setMode(content.kind == FileContent::Kind::Text        ? Mode::Text
            : content.kind == FileContent::Kind::Image     ? Mode::Picture
            : content.kind == FileContent::Kind::Archive ? Mode::Contents
                                                           : Mode::Hex);
    describe();
    m_pages->setCurrentIndex(1);
}

void FilePreview::setMode(Mode mode)
{
    m_modes[static_cast<std::size_t>(mode)]->setChecked(true);
    m_views->setCurrentIndex(static_cast<int>(mode));
    describe();
}

void FilePreview::describe()
{
    if (!m_content)
        return;
    const FileContent& content = *m_content;
    m_facts->setText(QStringLiteral("%1 · %2").arg(formatBytes(content.bytes.size()), content.facts));
    QString remark = content.remark;
    const bool text = m_views->currentIndex() == static_cast<int>(Mode::Text);
    if (text && content.text.cut)
        remark = tr("This is the first %1 of the text.").arg(formatBytes(static_cast<qint64>(content.text.utf8.size())));
    else if (text && content.text.cutLines)
        remark = tr("Very long lines are shown cut; extract the file to have them whole.");
    m_remark->setText(remark);
    m_remarkBar->setVisible(!remark.isEmpty());
    m_all->setVisible(text && content.text.cut && !content.unpacked && content.text.utf8.size() < MostTextEver / 2);
}

} // namespace darsena::gui
