// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/process_loader.h"

#include "gui/base/async.h"
#include "gui/layers/reader/reader_extraction.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QPointer>

#include <fmt/format.h>

namespace darsena::gui {

namespace {

constexpr std::size_t maxChoices = 4096;

Result<Digest> digestOf(const json::Object& object, std::string_view key)
{
    const std::string text = TRY(json::text(object, key));
    if (text.empty())
        return Digest();
    return Digest::parse(text);
}

Result<std::uint64_t> count(const json::Object& object, std::string_view key)
{
    const std::int64_t value = TRY(json::integer(object, key));
    if (value < 0)
        return Error(ErrorCode::Corrupt, fmt::format("{} is negative", key));
    return static_cast<std::uint64_t>(value);
}

/// The objects in an array.
Result<std::vector<const json::Object*>> objects(const json::Object& object, std::string_view key)
{
    std::vector<const json::Object*> found;
    if (const json::Array* const array = TRY(json::array(object, key))) {
        for (const json::Value& value : *array) {
            if (!value.is_object())
                return Error(ErrorCode::Corrupt, fmt::format("{} holds something else than objects", key));
            found.push_back(&value.as_object());
        }
    }
    return found;
}

Result<layers::LayerFacts> factsOf(const json::Object& object)
{
    layers::LayerFacts facts;
    facts.diffId = TRY(digestOf(object, "diffId"));
    facts.storedBytes = TRY(count(object, "storedBytes"));
    facts.tarBytes = TRY(count(object, "tarBytes"));
    facts.fromCache = TRY(json::boolean(object, "fromCache"));
    for (const json::Object* const remark : TRY(objects(object, "remarks")))
        facts.remarks.push_back({ TRY(json::text(*remark, "path")), TRY(count(*remark, "offset")), TRY(json::text(*remark, "sentence")) });
    return facts;
}

Error errorOf(const json::Object& object)
{
    const std::int64_t code = json::integer(object, "code").valueOr(-1);
    const bool known = code >= 0 && code <= static_cast<int>(ErrorCode::Internal);
    return { known ? static_cast<ErrorCode>(code) : ErrorCode::Internal, json::text(object, "message").valueOr({}) };
}

QString programBesideUs()
{
    return QCoreApplication::applicationDirPath() + QStringLiteral("/darsena");
}

} // namespace

ProcessLoader::ProcessLoader(Origin origin, QObject* parent)
    : ProcessLoader(std::move(origin), programBesideUs(), parent)
{
}

ProcessLoader::ProcessLoader(Origin origin, QString program, QObject* parent)
    : ImageLoader(parent)
    , m_origin(std::move(origin))
    , m_program(std::move(program))
    , m_reader(m_program)
{
    connect(&m_reader, &ReaderProcess::event, this, &ProcessLoader::take);
    connect(&m_reader, &ReaderProcess::ended, this, &ProcessLoader::fail);
}

ProcessLoader::~ProcessLoader() = default;

void ProcessLoader::start()
{
    QStringList arguments;
    if (!m_origin.socket.isEmpty())
        arguments << QStringLiteral("--socket=") + m_origin.socket;
    if (m_origin.choice)
        arguments << QStringLiteral("--number=%1").arg(m_origin.choice->number);
    arguments << QStringLiteral("--") << m_origin.address;
    m_reader.start(arguments);
}

void ProcessLoader::take(ReaderMessage& message)
{
    if (m_ended)
        return;
    const std::string event = json::text(message.head, "event").valueOr({});
    Result<void> taken;
    if (event == "choices")
        taken = takeChoices(message.head);
    else if (event == "image")
        taken = takeImage(message);
    else if (event == "layer")
        taken = takeLayer(message);
    else if (event == "progress")
        Q_EMIT progressed(json::integer(message.head, "done").valueOr(0), json::integer(message.head, "total").valueOr(0));
    else if (event == "failed")
        taken = errorOf(message.head);
    else if (event == "done")
        m_done = true;
    if (!taken)
        return fail(taken.error());
    checkEnd();
}

Result<void> ProcessLoader::takeChoices(const json::Object& head)
{
    const auto list = TRY(objects(head, "choices"));
    if (list.size() > maxChoices)
        return Error(ErrorCode::TooLarge, tr("too many images to choose from").toStdString());
    m_choices.clear();
    for (const json::Object* const entry : list) {
        layers::SourceChoice choice;
        choice.name = TRY(json::text(*entry, "name"));
        if (const json::Object* const platform = TRY(json::object(*entry, "platform")))
            choice.platform = TRY(oci::Platform::fromJson(*platform));
        choice.manifest = TRY(digestOf(*entry, "manifest"));
        choice.number = static_cast<std::size_t>(TRY(count(*entry, "number")));
        m_choices.push_back(std::move(choice));
    }
    return {};
}

Result<void> ProcessLoader::takeImage(const ReaderMessage& message)
{
    if (!m_image.configText.empty())
        return Error(ErrorCode::Corrupt, "the reader describes the image twice");
    layers::SourceImage image;
    image.name = TRY(json::text(message.head, "name"));
    image.id = TRY(digestOf(message.head, "id"));
    image.configText = message.bytes.toStdString();
    image.config = TRY(oci::ImageConfig::parse(image.configText));
    for (const json::Object* const entry : TRY(objects(message.head, "layers")))
        image.layers.push_back({ TRY(digestOf(*entry, "diffId")), TRY(count(*entry, "storedBytes")), TRY(json::text(*entry, "where")) });
    if (image.layers.size() != image.config.diffIds.size())
        return Error(ErrorCode::Corrupt, "the reader describes other layers than the image has");
    m_image = std::move(image);
    m_indexes.resize(m_image.layers.size());
    m_facts.resize(m_image.layers.size());
    Q_EMIT described();
    return {};
}

Result<void> ProcessLoader::takeLayer(ReaderMessage& message)
{
    const auto layer = static_cast<std::size_t>(TRY(count(message.head, "number")));
    if (layer >= m_indexes.size() || m_indexes[layer])
        return Error(ErrorCode::Corrupt, "the reader gives a layer that the image does not have");
    const json::Object* const facts = TRY(json::object(message.head, "facts"));
    if (!facts)
        return Error(ErrorCode::Corrupt, "the reader tells nothing of a layer");
    m_facts[layer] = TRY(factsOf(*facts));
    ++m_parsing;
    async(
        this,
        [bytes = std::move(message.bytes)] {
            return layers::Index::parse({ bytes.constData(), static_cast<std::size_t>(bytes.size()) });
        },
        [this, layer](Result<layers::Index> index) { indexParsed(layer, std::move(index)); });
    return {};
}

void ProcessLoader::indexParsed(std::size_t layer, Result<layers::Index> index)
{
    --m_parsing;
    if (!index)
        return fail(index.error());
    m_indexes[layer] = std::make_shared<const layers::Index>(std::move(index).value());
    const QPointer<ProcessLoader> self(this);
    Q_EMIT layerRead(static_cast<int>(layer));
    if (self)
        checkEnd();
}

void ProcessLoader::fail(const Error& error)
{
    if (!std::exchange(m_ended, true))
        Q_EMIT failed(error);
}

void ProcessLoader::checkEnd()
{
    if (m_done && m_parsing == 0 && !std::exchange(m_ended, true))
        Q_EMIT finished();
}

void ProcessLoader::readFile(
    std::size_t layer, const QString& path, qint64 maxBytes, QObject* context, std::function<void(Result<QByteArray>)> done)
{
    const auto content = std::make_shared<QByteArray>();
    json::Object request { { "do", "file" }, { "layer", layer }, { "path", path.toStdString() }, { "maxBytes", maxBytes } };
    m_reader.ask(std::move(request),
        { [content, maxBytes](const QByteArray& piece) {
             if (content->size() <= maxBytes) // the child keeps the bound, unless it is somebody else's by now
                 content->append(piece);
         },
            [content, maxBytes, context = QPointer<QObject>(context), done = std::move(done)](const Result<void>& outcome) {
                if (!context)
                    return;
                if (!outcome)
                    done(outcome.error());
                else if (content->size() > maxBytes)
                    done(Error(ErrorCode::TooLarge, fmt::format("more than {} bytes", maxBytes)));
                else
                    done(std::move(*content));
            } });
}

bool ProcessLoader::isDirectory(const ExtractRequest& request) const
{
    const std::string path = request.path.toStdString();
    if (path.empty())
        return true;
    for (std::size_t n = std::min(request.layer + 1, m_indexes.size()); n-- > 0;) {
        if (const layers::IndexEntry* const entry = m_indexes[n] ? m_indexes[n]->find(path) : nullptr)
            return entry->type == layers::EntryType::Directory;
        if (request.onlyLayer)
            break;
    }
    return true; // what is not there becomes nothing in a folder, and an error says so
}

std::unique_ptr<QObject> ProcessLoader::extract(
    const ExtractRequest& request, std::function<void(qint64)> progress, std::function<void(Result<void>)> done)
{
    ReaderExtraction::Place place;
    place.asTar = request.asTar;
    if (!request.asTar && isDirectory(request)) {
        place.folder = request.destination;
        QDir().mkpath(place.folder); // where that fails the unpacker says why
    } else {
        const QFileInfo file(request.destination);
        place.folder = file.absolutePath();
        place.name = file.fileName();
    }
    json::Object question { { "do", "tar" }, { "layer", request.layer }, { "path", request.path.toStdString() },
        { "maxBytes", 0 }, { "onlyLayer", request.onlyLayer } };
    return std::make_unique<ReaderExtraction>(m_reader, m_program, std::move(question), std::move(place), std::move(progress), std::move(done));
}

} // namespace darsena::gui
