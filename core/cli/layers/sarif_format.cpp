// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/cli/layers/formats.h"
#include "core/cli/layers/size_text.h"
#include "core/cli/utf8.h"

#include <array>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

constexpr std::array kinds {layers::How::Overwritten, layers::How::Removed, layers::How::Opaque};

std::string_view wasteHelp(layers::How how)
{
    switch (how) {
    case layers::How::Overwritten:
        return "A later layer stores the path again, so that these bytes are carried and never seen. Make the file as "
               "it shall be in the layer that brings it: "
               "COPY --chown and --chmod instead of RUN chown and chmod, one RUN instead of two.";
    case layers::How::Removed:
        return "A later layer removes the path, but the bytes stay in the layer below. Remove it in the instruction "
               "that makes it, or keep it out of the image "
               "with RUN --mount=type=cache or a build stage.";
    case layers::How::Opaque:
        break;
    }
    return "A later layer hides everything that the directory held, but the bytes stay in the layer below. Make the "
           "directory anew in the instruction that filled it.";
}

std::string ruleId(layers::How how)
{
    return fmt::format("waste/{}", layers::name(how));
}

json::Object sarifText(std::string text)
{
    return {{"text", std::move(text)}};
}

/// Bytes that stand for themselves in the path of an URI (RFC 3986); all others are escaped.
std::string uriPath(std::string_view path)
{
    constexpr std::string_view plain = "-._~!$&'()*+,;=:@/";
    std::string uri;
    for (const char c : path) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        uri += letter || plain.find(c) != std::string_view::npos
            ? std::string(1, c)
            : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return uri;
}

json::Object wasteResult(const ImageReport& report, const layers::Waste& waste)
{
    const std::string path = wastePath(report, waste);
    const auto layerText
        = [&](std::uint32_t layer) { return fmt::format("layer {} ({})", layer, report.title(layer, 80)); };
    const json::Object place {
        {"artifactLocation", json::Object {{"uri", uriPath(path.substr(1))}, {"uriBaseId", "IMAGE"}}}};
    const json::Array named {json::Object {{"fullyQualifiedName", validUtf8(path)}, {"kind", "resource"}}};
    return {{"ruleId", ruleId(waste.how)}, {"level", "warning"},
        {"message",
            sarifText(fmt::format("{} of {}, stored in {}, are hidden by {}.", sizeText(waste.bytes), validUtf8(path),
                layerText(waste.storedIn), layerText(waste.hiddenBy)))},
        {"locations", json::Array {json::Object {{"physicalLocation", place}, {"logicalLocations", named}}}},
        {"partialFingerprints",
            json::Object {{"path/v1",
                Digest::ofText(fmt::format("{}\n{}\n{}", path, waste.bytes, layers::name(waste.how))).hex()}}},
        {"properties",
            json::Object {{"bytes", waste.bytes}, {"storedIn", waste.storedIn}, {"hiddenBy", waste.hiddenBy}}}};
}

} // namespace

std::string layersAsSarif(const ImageReport& report, std::size_t top, const std::optional<Evaluation>& evaluation)
{
    json::Array rules, results;
    for (const layers::How how : kinds)
        rules.push_back(json::Object {{"id", ruleId(how)},
            {"shortDescription",
                sarifText(fmt::format(
                    "Bytes that are {} by a later layer", how == layers::How::Opaque ? "hidden" : layers::name(how)))},
            {"help", sarifText(std::string(wasteHelp(how)))},
            {"defaultConfiguration", json::Object {{"level", "warning"}}}});
    if (evaluation) {
        for (const RuleResult& result : evaluation->results) {
            const std::string id = "limit/" + result.rule;
            rules.push_back(json::Object {{"id", id},
                {"shortDescription", sarifText("A limit that was set for the image: " + result.rule)},
                {"defaultConfiguration", json::Object {{"level", "error"}}}});
            if (result.status == RuleStatus::Fail)
                results.push_back(json::Object {{"ruleId", id}, {"level", "error"},
                    {"message", sarifText(validUtf8(result.rule + ": " + result.message))}});
        }
    }
    for (std::size_t i = 0; i < std::min(top, report.exact.waste.size()); ++i)
        results.push_back(wasteResult(report, report.exact.waste[i]));
    const json::Object driver {{"name", "darsena"}, {"version", DARSENA_VERSION}, {"rules", std::move(rules)}};
    const json::Object base {{"description", sarifText("the root of " + validUtf8(report.image.name))}};
    const json::Object run {{"tool", json::Object {{"driver", driver}}},
        {"originalUriBaseIds", json::Object {{"IMAGE", base}}}, {"results", std::move(results)}};
    const json::Object document {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"},
        {"runs", json::Array {run}}};
    return json::serialize(document) + "\n";
}

} // namespace darsena::cli
