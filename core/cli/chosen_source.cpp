// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/chosen_source.h"

#include "core/oci/reference.h"

#include <fmt/format.h>

namespace darsena::cli {

namespace {

constexpr std::size_t maxNamed = 10;

/// Whether an image is meant: by the same name, however it is written, or by its tag alone, as OCI layouts have it.
bool isMeant(const std::string& image, const std::string& wanted)
{
    if (image == wanted)
        return true;
    const auto left = oci::Reference::parse(image);
    const auto right = oci::Reference::parse(wanted);
    if (left && right && left->text() == right->text())
        return true;
    return left && image.find(':') != std::string::npos && left->tag() == wanted;
}

class ChosenSource : public layers::ImageSource {
public:
    ChosenSource(std::unique_ptr<layers::ImageSource> source, std::string name)
        : m_source(std::move(source))
        , m_name(std::move(name))
    {
    }

    Result<std::vector<layers::SourceChoice>> choices() override
    {
        std::vector<layers::SourceChoice> meant;
        std::string others;
        std::size_t named = 0;
        for (layers::SourceChoice& choice : TRY(m_source->choices())) {
            if (isMeant(choice.name, m_name))
                meant.push_back(std::move(choice));
            else if (!choice.name.empty() && named++ < maxNamed)
                others += fmt::format("{}{}", others.empty() ? "" : ", ", choice.name);
        }
        if (meant.empty())
            return Error(ErrorCode::NotFound,
                fmt::format("there is no image {}; there is: {}", m_name, others.empty() ? "nothing with a name" : others));
        return meant;
    }
    Result<layers::SourceImage> open(const layers::SourceChoice& choice) override { return m_source->open(choice); }
    Result<std::unique_ptr<archive::ByteSource>> layer(std::size_t n) override { return m_source->layer(n); }
    std::string label() const override { return m_source->label(); }

private:
    std::unique_ptr<layers::ImageSource> m_source;
    std::string m_name;
};

} // namespace

Result<std::unique_ptr<layers::ImageSource>> chosen(Result<std::unique_ptr<layers::ImageSource>> source, const std::string& name)
{
    if (!source || name.empty())
        return source;
    return std::unique_ptr<layers::ImageSource>(std::make_unique<ChosenSource>(std::move(source).value(), name));
}

} // namespace darsena::cli
