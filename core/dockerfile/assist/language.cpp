// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/language.h"

#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>

namespace darsena::dockerfile::assist_detail {

namespace {

constexpr std::array fromFlags {
    FlagInfo {"platform", ValueKind::Platform, "The platform of the image, where it is there for several."},
};
constexpr std::array runFlags {
    FlagInfo {"mount", ValueKind::Mount,
        "Makes files, a cache, a secret or an SSH agent available during this step only.", true},
    FlagInfo {"network", ValueKind::Network, "Which network the command has."},
    FlagInfo {"security", ValueKind::Security, "How much the command may do; insecure needs the builder's permission."},
    FlagInfo {
        "device", ValueKind::Text, "A CDI device for the command: vendor/class=name. Needs the labs syntax.", true},
};
constexpr std::array copyFlags {
    FlagInfo {
        "from", ValueKind::Source, "Copies from a stage, an image or a named context instead of the build context."},
    FlagInfo {"chown", ValueKind::Owner, "Who owns the files in the image: user or user:group."},
    FlagInfo {"chmod", ValueKind::Mode, "The files' permissions: 755, or u=rwX,go=rX."},
    FlagInfo {"link", ValueKind::Boolean,
        "Puts the files into a layer of their own that does not depend on those before it: it stays cached when they "
        "change."},
    FlagInfo {"parents", ValueKind::Boolean, "Keeps the folders of the sources; a /./ in a source says from where on."},
    FlagInfo {"exclude", ValueKind::Text, "Leaves out what matches the pattern.", true},
};
constexpr std::array addFlags {
    FlagInfo {"chown", ValueKind::Owner, "Who owns the files in the image: user or user:group."},
    FlagInfo {"chmod", ValueKind::Mode, "The files' permissions: 755, or u=rwX,go=rX."},
    FlagInfo {
        "checksum", ValueKind::Checksum, "What the download must be: sha256:…, or the commit of a Git repository."},
    FlagInfo {"unpack", ValueKind::Boolean,
        "Whether archives are unpacked: those of the context are, those from URLs are not."},
    FlagInfo {"keep-git-dir", ValueKind::Boolean, "Keeps the .git folder of a Git repository."},
    FlagInfo {"link", ValueKind::Boolean,
        "Puts the files into a layer of their own that does not depend on those before it: it stays cached when they "
        "change."},
    FlagInfo {"exclude", ValueKind::Text, "Leaves out what matches the pattern.", true},
};
constexpr std::array healthcheckFlags {
    FlagInfo {"interval", ValueKind::Duration, "The time from the end of one check to the next; 30s by default."},
    FlagInfo {"timeout", ValueKind::Duration, "After this time a check counts as failed; 30s by default."},
    FlagInfo {"start-period", ValueKind::Duration, "For so long after the start failures do not count; 0s by default."},
    FlagInfo {"start-interval", ValueKind::Duration, "The interval during the start period; 5s by default."},
    FlagInfo {"retries", ValueKind::Number, "So many failures in a row make the container unhealthy; 3 by default."},
};

constexpr std::array addSnippets {SnippetInfo {"ADD source destination", "ADD ${1:source} ${2:destination}$0"},
    SnippetInfo {"ADD --checksum URL destination",
        "ADD --checksum=sha256:${1:digest} ${2:https://example.com/file} ${3:destination}$0"}};
constexpr std::array argSnippets {
    SnippetInfo {"ARG name", "ARG ${1:name}$0"}, SnippetInfo {"ARG name=value", "ARG ${1:name}=${2:value}$0"}};
constexpr std::array cmdSnippets {
    SnippetInfo {"CMD [\"program\", \"argument\"]", "CMD [\"${1:program}\", \"${2:argument}\"]$0"}};
constexpr std::array copySnippets {SnippetInfo {"COPY source destination", "COPY ${1:source} ${2:destination}$0"},
    SnippetInfo {"COPY --from=stage source destination", "COPY --from=${1:stage} ${2:source} ${3:destination}$0"},
    SnippetInfo {"COPY <<EOF destination", "COPY <<EOF ${1:destination}\n$0\nEOF"}};
constexpr std::array entrypointSnippets {
    SnippetInfo {"ENTRYPOINT [\"program\", \"argument\"]", "ENTRYPOINT [\"${1:program}\", \"${2:argument}\"]$0"}};
constexpr std::array envSnippets {SnippetInfo {"ENV name=value", "ENV ${1:name}=${2:value}$0"}};
constexpr std::array exposeSnippets {SnippetInfo {"EXPOSE port", "EXPOSE ${1:8080}$0"}};
constexpr std::array fromSnippets {SnippetInfo {"FROM image", "FROM ${1:image}$0"},
    SnippetInfo {"FROM image AS stage", "FROM ${1:image} AS ${2:stage}$0"}};
constexpr std::array healthcheckSnippets {
    SnippetInfo {"HEALTHCHECK --interval CMD", "HEALTHCHECK --interval=${1:30s} --timeout=${2:3s} CMD ${3:command}$0"},
    SnippetInfo {"HEALTHCHECK NONE", "HEALTHCHECK NONE$0"}};
constexpr std::array labelSnippets {SnippetInfo {"LABEL key=\"value\"", "LABEL ${1:key}=\"${2:value}\"$0"}};
constexpr std::array onbuildSnippets {SnippetInfo {"ONBUILD instruction", "ONBUILD ${1:RUN} $0"}};
constexpr std::array runSnippets {SnippetInfo {"RUN command", "RUN ${1:command}$0"},
    SnippetInfo {"RUN <<EOF", "RUN <<EOF\n$0\nEOF"},
    SnippetInfo {
        "RUN --mount=type=cache command", "RUN --mount=type=cache,target=${1:/root/.cache} \\\\\n    ${2:command}$0"},
    SnippetInfo {"RUN --mount=type=secret command", "RUN --mount=type=secret,id=${1:name} \\\\\n    ${2:command}$0"},
    SnippetInfo {"RUN apt-get install",
        "RUN apt-get update \\\\\n    && apt-get install -y --no-install-recommends ${1:package} \\\\\n    && rm -rf "
        "/var/lib/apt/lists/*$0"}};
constexpr std::array shellSnippets {SnippetInfo {
    "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]", "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]$0"}};
constexpr std::array stopsignalSnippets {SnippetInfo {"STOPSIGNAL signal", "STOPSIGNAL ${1:SIGTERM}$0"}};
constexpr std::array userSnippets {SnippetInfo {"USER user", "USER ${1:user}$0"}};
constexpr std::array volumeSnippets {SnippetInfo {"VOLUME [\"path\"]", "VOLUME [\"${1:/data}\"]$0"}};
constexpr std::array workdirSnippets {SnippetInfo {"WORKDIR path", "WORKDIR ${1:/app}$0"}};

constexpr std::span<const FlagInfo> noFlags {};
constexpr std::array table {
    InstructionInfo {"ADD",
        "Adds files to the image: from the context, from a URL or a Git repository; unpacks archives of the context.",
        addFlags, addSnippets, "source… destination"},
    InstructionInfo {"ARG", "Declares a variable that a build may set.", noFlags, argSnippets, "name[=default]…"},
    InstructionInfo {"CMD", "Says what a container runs when it is given no command of its own.", noFlags, cmdSnippets,
        "[\"program\", \"argument\"…]"},
    InstructionInfo {"COPY", "Copies files into the image: from the context, from another stage or from an image.",
        copyFlags, copySnippets, "source… destination"},
    InstructionInfo {"ENTRYPOINT", "Sets the program that a container runs; CMD gives its arguments.", noFlags,
        entrypointSnippets, "[\"program\", \"argument\"…]"},
    InstructionInfo {
        "ENV", "Sets variables for the instructions below and for containers.", noFlags, envSnippets, "name=value…"},
    InstructionInfo {"EXPOSE", "Says which ports the program listens on; publishes nothing.", noFlags, exposeSnippets,
        "port[/protocol]…"},
    InstructionInfo {"FROM", "Begins a stage on top of an image or of an earlier stage.", fromFlags, fromSnippets,
        "image [AS name]"},
    InstructionInfo {"HEALTHCHECK", "Says how to tell whether a container works.", healthcheckFlags,
        healthcheckSnippets, "CMD command | NONE"},
    InstructionInfo {
        "LABEL", "Attaches information to the image, as keys and values.", noFlags, labelSnippets, "key=value…"},
    InstructionInfo {"MAINTAINER", "Names the author. Deprecated: use LABEL.", noFlags, {}, "name"},
    InstructionInfo {"ONBUILD", "Keeps an instruction for builds that are FROM this image.", noFlags, onbuildSnippets,
        "instruction"},
    InstructionInfo {"RUN", "Runs a command and keeps what it changes as a layer.", runFlags, runSnippets, "command"},
    InstructionInfo {"SHELL", "Sets the shell of the shell form from here on.", noFlags, shellSnippets,
        "[\"program\", \"argument\"…]"},
    InstructionInfo {
        "STOPSIGNAL", "Sets the signal that asks a container to stop.", noFlags, stopsignalSnippets, "signal"},
    InstructionInfo {
        "USER", "Sets who runs the commands below and the container.", noFlags, userSnippets, "user[:group]"},
    InstructionInfo {"VOLUME", "Declares folders whose content lives outside of the image's layers.", noFlags,
        volumeSnippets, "path…"},
    InstructionInfo {"WORKDIR",
        "Sets the folder of the instructions below and of containers; makes it if it is not there.", noFlags,
        workdirSnippets, "path"},
};

constexpr std::array keys {
    MountKey {"type", "", ValueKind::MountType, "bind cache tmpfs secret ssh", "What is mounted; bind if left out."},
    MountKey {"from", "", ValueKind::Source, "bind cache",
        "The stage, image or named context that the files come from; else the build context."},
    MountKey {"source", "src", ValueKind::Path, "bind cache", "The path in what from names."},
    MountKey {"target", "dst", ValueKind::Target, "bind cache tmpfs secret ssh", "Where the command finds it."},
    MountKey {"id", "", ValueKind::Secret, "cache secret ssh",
        "Its name: mounts of one id share what is in them. Of a cache the target if left out."},
    MountKey {"sharing", "", ValueKind::Sharing, "cache",
        "What happens when two builds use the cache at once; shared if left out."},
    MountKey {"readwrite", "rw", ValueKind::Boolean, "bind", "The command may write; what it writes is thrown away."},
    MountKey {"readonly", "ro", ValueKind::Boolean, "bind cache", "The command may only read."},
    MountKey {"env", "", ValueKind::Text, "secret", "The variable that holds the secret, instead of or beside a file."},
    MountKey {"required", "", ValueKind::Boolean, "secret ssh",
        "Without the secret or agent the step fails; else it runs without."},
    MountKey {"mode", "", ValueKind::Mode, "cache secret ssh",
        "Permissions, octal: 0755 for a cache, 0400 for a secret, 0600 for an agent if left out."},
    MountKey {"uid", "", ValueKind::Number, "cache secret ssh", "The owner's number; 0 if left out."},
    MountKey {"gid", "", ValueKind::Number, "cache secret ssh", "The group's number; 0 if left out."},
    MountKey {"size", "", ValueKind::Text, "tmpfs", "The most it may hold: 512m, 1g."},
};

constexpr std::array typeValues {
    ValueInfo {"bind", "Files of the context, a stage or an image, without a copy."},
    ValueInfo {"cache", "A folder that is kept from one build to the next: downloads, compiler caches."},
    ValueInfo {"secret", "A secret in a file or variable that stays out of the image."},
    ValueInfo {"ssh", "The SSH agent of whoever builds, for private repositories."},
    ValueInfo {"tmpfs", "An empty folder in memory, gone after the step."},
};
constexpr std::array sharingValues {
    ValueInfo {"shared", "Several builds write at the same time. The default."},
    ValueInfo {"locked", "The second build waits for the first: right for apt."},
    ValueInfo {"private", "The second build gets a new, empty cache."},
};
constexpr std::array networkValues {
    ValueInfo {"default", "The builder's own network."},
    ValueInfo {"none", "No network but the loopback."},
    ValueInfo {"host", "The network of the machine that builds; needs its permission."},
};
constexpr std::array securityValues {
    ValueInfo {"sandbox", "As any container. The default."},
    ValueInfo {"insecure", "With all privileges; needs the builder's permission."},
};
constexpr std::array booleanValues {ValueInfo {"true", ""}, ValueInfo {"false", ""}};
constexpr std::array platformValues {
    ValueInfo {"$BUILDPLATFORM", "The machine that builds: for stages that compile for another platform."},
    ValueInfo {"$TARGETPLATFORM", "What is built for: this is the default."},
    ValueInfo {"linux/amd64", ""},
    ValueInfo {"linux/arm64", ""},
    ValueInfo {"linux/arm/v7", ""},
    ValueInfo {"linux/arm/v6", ""},
    ValueInfo {"linux/386", ""},
    ValueInfo {"linux/ppc64le", ""},
    ValueInfo {"linux/riscv64", ""},
    ValueInfo {"linux/s390x", ""},
    ValueInfo {"windows/amd64", ""},
};
constexpr std::array modeValues {
    ValueInfo {"644", "rw-r--r--"},
    ValueInfo {"755", "rwxr-xr-x"},
    ValueInfo {"600", "rw-------"},
    ValueInfo {"700", "rwx------"},
    ValueInfo {"444", "r--r--r--"},
    ValueInfo {"555", "r-xr-xr-x"},
    ValueInfo {"+x", "Executable, everything else as it is."},
    ValueInfo {
        "u=rwX,go=rX", "Readable by all, writable by the owner; X: executable if a folder or executable already."},
};
constexpr std::array durationValues {ValueInfo {"5s", ""}, ValueInfo {"10s", ""}, ValueInfo {"30s", ""},
    ValueInfo {"1m", ""}, ValueInfo {"1m30s", ""}, ValueInfo {"5m", ""}};
constexpr std::array checksumValues {ValueInfo {"sha256:", "64 hexadecimal digits follow."}};

constexpr std::array caches {
    ValueInfo {"/var/cache/apt", "apt: packages (sharing=locked)"},
    ValueInfo {"/var/lib/apt", "apt: lists (sharing=locked)"},
    ValueInfo {"/var/cache/apk", "apk: packages (sharing=locked)"},
    ValueInfo {"/var/cache/dnf", "dnf: packages (sharing=locked)"},
    ValueInfo {"/var/cache/yum", "yum: packages (sharing=locked)"},
    ValueInfo {"/var/cache/zypp", "zypper: packages (sharing=locked)"},
    ValueInfo {"/var/cache/pacman/pkg", "pacman: packages (sharing=locked)"},
    ValueInfo {"/root/.cache/pip", "pip"},
    ValueInfo {"/root/.cache/uv", "uv"},
    ValueInfo {"/root/.cache/pypoetry", "Poetry"},
    ValueInfo {"/root/.npm", "npm"},
    ValueInfo {"/usr/local/share/.cache/yarn", "Yarn 1"},
    ValueInfo {"/root/.yarn/berry/cache", "Yarn 2 and later"},
    ValueInfo {"/root/.local/share/pnpm/store", "pnpm"},
    ValueInfo {"/root/.bun/install/cache", "Bun"},
    ValueInfo {"/go/pkg/mod", "Go: modules"},
    ValueInfo {"/root/.cache/go-build", "Go: compiler"},
    ValueInfo {"/usr/local/cargo/registry", "Cargo: registry"},
    ValueInfo {"/usr/local/cargo/git", "Cargo: Git repositories"},
    ValueInfo {"/root/.m2", "Maven"},
    ValueInfo {"/root/.gradle", "Gradle"},
    ValueInfo {"/root/.cache/composer", "Composer"},
    ValueInfo {"/usr/local/bundle/cache", "Bundler"},
    ValueInfo {"/root/.nuget/packages", "NuGet"},
    ValueInfo {"/root/.cache/ccache", "ccache"},
    ValueInfo {"/root/.cache/sccache", "sccache"},
    ValueInfo {"/root/.cache", "many tools"},
};

constexpr std::array signalValues {
    ValueInfo {"SIGTERM", "15: please end. The default."},
    ValueInfo {"SIGINT", "2: Ctrl+C"},
    ValueInfo {"SIGQUIT", "3: nginx ends gracefully at it"},
    ValueInfo {"SIGHUP", "1: the terminal is gone"},
    ValueInfo {"SIGUSR1", "10"},
    ValueInfo {"SIGUSR2", "12"},
    ValueInfo {"SIGWINCH", "28: Apache ends gracefully at it"},
    ValueInfo {"SIGKILL", "9: ends at once, cannot be caught"},
    ValueInfo {"SIGRTMIN+3", "37: systemd shuts down at it"},
    ValueInfo {"SIGABRT", "6"},
    ValueInfo {"SIGALRM", "14"},
    ValueInfo {"SIGCONT", "18"},
    ValueInfo {"SIGPIPE", "13"},
    ValueInfo {"SIGPWR", "30"},
    ValueInfo {"SIGSTOP", "19: stops, cannot be caught"},
    ValueInfo {"SIGTSTP", "20"},
};

constexpr std::array portValues {
    ValueInfo {"80", "HTTP"},
    ValueInfo {"443", "HTTPS"},
    ValueInfo {"8080", "HTTP, without privileges"},
    ValueInfo {"8443", "HTTPS, without privileges"},
    ValueInfo {"3000", "Node, Rails, Grafana"},
    ValueInfo {"4200", "Angular"},
    ValueInfo {"5000", "Flask, registry"},
    ValueInfo {"5173", "Vite"},
    ValueInfo {"8000", "Django, uvicorn"},
    ValueInfo {"9000", "PHP-FPM"},
    ValueInfo {"9090", "Prometheus"},
    ValueInfo {"22", "SSH"},
    ValueInfo {"25", "SMTP"},
    ValueInfo {"53/udp", "DNS"},
    ValueInfo {"1883", "MQTT"},
    ValueInfo {"3306", "MySQL, MariaDB"},
    ValueInfo {"5432", "PostgreSQL"},
    ValueInfo {"5672", "AMQP"},
    ValueInfo {"6379", "Redis"},
    ValueInfo {"9092", "Kafka"},
    ValueInfo {"9200", "Elasticsearch"},
    ValueInfo {"11211", "memcached"},
    ValueInfo {"27017", "MongoDB"},
};

constexpr std::array labels {
    ValueInfo {"org.opencontainers.image.title", "The image's name for people."},
    ValueInfo {"org.opencontainers.image.description", "What is in it."},
    ValueInfo {"org.opencontainers.image.version", "The version of what is in it."},
    ValueInfo {"org.opencontainers.image.authors", "Who answers for it."},
    ValueInfo {"org.opencontainers.image.vendor", "The organisation that gives it out."},
    ValueInfo {"org.opencontainers.image.licenses", "Its licences, as an SPDX expression."},
    ValueInfo {"org.opencontainers.image.url", "A page about it."},
    ValueInfo {"org.opencontainers.image.documentation", "A page that says how it is used."},
    ValueInfo {"org.opencontainers.image.source", "Where its sources are."},
    ValueInfo {"org.opencontainers.image.revision", "The commit that it was built from."},
    ValueInfo {"org.opencontainers.image.created", "When it was built, as in RFC 3339."},
    ValueInfo {"org.opencontainers.image.ref.name", "Its tag."},
    ValueInfo {"org.opencontainers.image.base.name", "The image that it is built on."},
    ValueInfo {"org.opencontainers.image.base.digest", "The digest of the image that it is built on."},
};

constexpr std::array images {
    ValueInfo {"scratch", "Nothing at all: for programs that need no files beside them."},
    ValueInfo {"alpine", "A small Linux with musl and apk."},
    ValueInfo {"debian", "Debian"},
    ValueInfo {"ubuntu", "Ubuntu"},
    ValueInfo {"fedora", "Fedora"},
    ValueInfo {"busybox", "The smallest tools."},
    ValueInfo {"python", "Python"},
    ValueInfo {"node", "Node.js"},
    ValueInfo {"golang", "Go"},
    ValueInfo {"rust", "Rust"},
    ValueInfo {"gcc", "C and C++"},
    ValueInfo {"eclipse-temurin", "Java"},
    ValueInfo {"maven", "Java with Maven"},
    ValueInfo {"gradle", "Java with Gradle"},
    ValueInfo {"ruby", "Ruby"},
    ValueInfo {"php", "PHP"},
    ValueInfo {"perl", "Perl"},
    ValueInfo {"elixir", "Elixir"},
    ValueInfo {"swift", "Swift"},
    ValueInfo {"nginx", "Web server"},
    ValueInfo {"httpd", "Apache's web server"},
    ValueInfo {"caddy", "Web server"},
    ValueInfo {"postgres", "PostgreSQL"},
    ValueInfo {"mysql", "MySQL"},
    ValueInfo {"mariadb", "MariaDB"},
    ValueInfo {"redis", "Redis"},
    ValueInfo {"mongo", "MongoDB"},
    ValueInfo {"wordpress", "WordPress"},
};

} // namespace

std::span<const InstructionInfo> instructions()
{
    return table;
}

const InstructionInfo* findInstruction(std::string_view name)
{
    const auto found = std::find_if(table.begin(), table.end(),
        [&](const InstructionInfo& instruction) { return equalsIgnoringCase(instruction.name, name); });
    return found == table.end() ? nullptr : &*found;
}

const FlagInfo* findFlag(const InstructionInfo& instruction, std::string_view name)
{
    const auto found = std::find_if(
        instruction.flags.begin(), instruction.flags.end(), [&](const FlagInfo& flag) { return flag.name == name; });
    return found == instruction.flags.end() ? nullptr : &*found;
}

std::span<const MountKey> mountKeys()
{
    return keys;
}

const MountKey* findMountKey(std::string_view name)
{
    if (name == "destination")
        name = "target";
    const auto found = std::find_if(keys.begin(), keys.end(),
        [&](const MountKey& key) { return key.name == name || (!name.empty() && key.alias == name); });
    return found == keys.end() ? nullptr : &*found;
}

std::span<const ValueInfo> mountTypes()
{
    return typeValues;
}

std::span<const ValueInfo> valuesOf(ValueKind kind)
{
    switch (kind) {
    case ValueKind::Boolean:
        return booleanValues;
    case ValueKind::Platform:
        return platformValues;
    case ValueKind::Mode:
        return modeValues;
    case ValueKind::Checksum:
        return checksumValues;
    case ValueKind::Duration:
        return durationValues;
    case ValueKind::MountType:
        return typeValues;
    case ValueKind::Network:
        return networkValues;
    case ValueKind::Security:
        return securityValues;
    case ValueKind::Sharing:
        return sharingValues;
    default:
        return {};
    }
}

std::span<const ValueInfo> cacheTargets()
{
    return caches;
}

std::span<const ValueInfo> stopSignals()
{
    return signalValues;
}

std::span<const ValueInfo> wellKnownPorts()
{
    return portValues;
}

std::span<const ValueInfo> labelKeys()
{
    return labels;
}

std::span<const ValueInfo> officialImages()
{
    return images;
}

} // namespace darsena::dockerfile::assist_detail
