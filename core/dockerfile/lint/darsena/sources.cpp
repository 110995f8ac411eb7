// SPDX-License-Identifier: GPL-3.0-or-later
// What COPY and ADD bring in that they should not, or not so.
#include "core/dockerfile/lint/darsena/rules.h"
#include "core/dockerfile/text.h"

#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

using namespace std::string_view_literals;

/// Files that hold secrets and little else.
constexpr std::array secretFiles {".env"sv, ".git-credentials"sv, ".netrc"sv, ".pgpass"sv, ".pypirc"sv, ".vault-token"sv,
    "id_dsa"sv, "id_ecdsa"sv, "id_ed25519"sv, "id_rsa"sv, "_netrc"sv};
/// Ends of paths.
constexpr std::array secretPaths {".aws"sv, ".aws/config"sv, ".aws/credentials"sv, ".docker/config.json"sv, ".gnupg"sv,
    ".kube"sv, ".kube/config"sv, ".ssh"sv};
/// ".env.example" holds none.
constexpr std::array exampleWords {"ci"sv, "default"sv, "defaults"sv, "dist"sv, "example"sv, "sample"sv, "template"sv,
    "test"sv, "tpl"sv};

bool isSecretFile(std::string_view source)
{
    while (source.ends_with('/'))
        source.remove_suffix(1);
    const std::string_view name = lastPathPart(source);
    if (std::find(secretFiles.begin(), secretFiles.end(), name) != secretFiles.end())
        return true;
    if (name.starts_with(".env."))
        return std::find(exampleWords.begin(), exampleWords.end(), name.substr(name.rfind('.') + 1)) == exampleWords.end();
    return std::any_of(secretPaths.begin(), secretPaths.end(), [&](std::string_view path) {
        return source.ends_with(path) && (source.size() == path.size() || source[source.size() - path.size() - 1] == '/');
    });
}

} // namespace

void checkSecretFileCopied(LintContext& context, const RuleInfo& rule)
{
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        const Copy* copy = entry.instruction->as<Copy>();
        const Add* add = entry.instruction->as<Add>();
        if (add == nullptr && (copy == nullptr || copy->from))
            continue;
        for (const Word& source : (copy != nullptr ? copy->paths : add->paths).sources) {
            const std::string* text = entry.textOf(source);
            if (text == nullptr || !isSecretFile(*text))
                continue;
            // What .dockerignore keeps out never gets there; CopyIgnoredFile tells of it.
            const auto& ignored = context.options().contextIgnore;
            if (ignored && ignored->ignores(cleanPath({}, *text).substr(1)))
                continue;
            context.report(rule, *entry.instruction, source.range,
                fmt::format("{} holds secrets, and whoever has the image can read them", *text));
        }
    }
}

void checkUncheckedDownload(LintContext& context, const RuleInfo& rule)
{
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        const Add* add = entry.instruction->as<Add>();
        if (add == nullptr || add->checksum)
            continue;
        for (const Word& source : add->paths.sources) {
            const std::string* text = entry.textOf(source);
            if (text == nullptr || !(text->starts_with("http://") || text->starts_with("https://")))
                continue;
            // A repository, which has commits to name.
            const std::string_view path = std::string_view(*text).substr(0, text->find_first_of("?#"));
            if (!path.ends_with(".git"))
                context.report(rule, *entry.instruction, source.range,
                    fmt::format("{} is taken as it comes: --checksum=sha256:… would notice a change", *text));
        }
    }
}

} // namespace darsena::dockerfile::lint_detail
