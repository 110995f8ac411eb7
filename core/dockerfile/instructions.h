// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dockerfile/document.h"
#include "core/dockerfile/expand.h"

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace darsena::dockerfile {

// Values stand as written, quotes and variables included, unless a comment says otherwise: expansion needs the
// environment of the build (expand.h). What is left to the shell (RUN, CMD, ENTRYPOINT, HEALTHCHECK CMD) is final.

struct From {
    Word image;
    std::optional<Word> platform;
    std::optional<Word> alias; ///< as written; Stage::name has it in lower case
    Range asRange {}; ///< the word "AS"; empty without one
};

struct Arg {
    struct Variable {
        std::string name;
        std::optional<std::string> value; ///< nullopt: `ARG name`, no default
        Word word; ///< "name=value" as written
        std::string comment; ///< "# name what it is for" above it
    };
    std::vector<Variable> variables;
};

/// A pair of ENV or LABEL.
struct KeyValue {
    Word key;
    Word value;
    bool legacy = false; ///< `ENV key value`, one pair only
};
struct Env {
    std::vector<KeyValue> pairs;
};
struct Label {
    std::vector<KeyValue> pairs;
};

/// A command of RUN, CMD, ENTRYPOINT or HEALTHCHECK.
struct CommandLine {
    bool shellForm = true;
    /// Shell form: one element, the script, to be run with SHELL (default /bin/sh -c). Exec form: argv, maybe empty.
    std::vector<std::string> arguments;
};

enum class MountType { Bind, Cache, Tmpfs, Secret, Ssh };
enum class CacheSharing { Shared, Private, Locked };

/// One --mount of RUN. As it stands in Run::mounts, variables are not expanded: texts are as written, and a type, mode,
/// size or the like with a variable in it has its default. See readMount().
struct Mount {
    Word flag; ///< "--mount=…" as written
    MountType type = MountType::Bind;
    std::optional<std::string> from; ///< a stage name, image or named context; never a variable, never a stage number
    std::string source;
    std::string target; ///< empty when left out
    bool readOnly = true; ///< bind: true unless rw; cache: false unless ro
    std::string id;
    CacheSharing sharing = CacheSharing::Shared;
    bool required = false;
    std::optional<std::uint64_t> size; ///< tmpfs, bytes
    std::optional<std::uint32_t> mode;
    std::optional<std::uint32_t> uid;
    std::optional<std::uint32_t> gid;
    std::optional<std::string> env; ///< secret: the variable that gets it
    Range fromRange {}; ///< the value of from=, for messages and navigation; empty without one
};

enum class RunNetwork { Default, None, Host };
enum class RunSecurity { Sandbox, Insecure };

/// What the shell form of a RUN comes to, heredocs worked in.
struct RunScript {
    std::string text;
    /// The text is one heredoc that begins with "#!": it is to be put in a file of this name, mode 0755 (BuildKit:
    /// /dev/pipes/<name>), and the shell is given the file's path. Empty: the text itself is for the shell.
    std::string executableName;
};

struct Run {
    CommandLine command;
    std::vector<Heredoc> heredocs; ///< none in exec form
    /// For the shell form. A line that is a heredoc only ("<<EOF") gives the heredoc's content; a line with more on it
    /// gives line and heredocs as written, for the shell's own heredocs. Never has variables expanded.
    RunScript script() const;
    std::vector<Mount> mounts;
    std::vector<Word> devices; ///< values of --device, as written
    RunNetwork network = RunNetwork::Default;
    RunSecurity security = RunSecurity::Sandbox;
};

/// A heredoc as a source of COPY or ADD: a file of this name and content.
struct InlineFile {
    std::string name;
    std::string content; ///< chomped already
    bool expand = true; ///< expand its variables (ExpandOptions::heredoc())
    Range range; ///< the word in the line
};

struct SourcesAndDestination {
    std::vector<Word> sources; ///< paths, globs, URLs; heredocs are in `files`
    std::vector<InlineFile> files;
    Word destination;
};

struct Copy {
    SourcesAndDestination paths;
    std::optional<Word> from; ///< the value of --from: stage, index, image or named context; never a variable
    std::optional<Word> chown;
    std::optional<Word> chmod;
    bool link = false;
    bool parents = false;
    std::vector<Word> excludes;
};

struct Add {
    SourcesAndDestination paths;
    std::optional<Word> chown;
    std::optional<Word> chmod;
    std::optional<Word> checksum;
    bool link = false;
    bool keepGitDir = false;
    std::optional<bool> unpack; ///< nullopt: archives of the context are unpacked, those from URLs are not
    std::vector<Word> excludes;
};

struct Workdir {
    Word path;
};
struct User {
    Word user; ///< user, user:group, numbers
};
struct Expose {
    std::vector<Word> ports;
};
struct Volume {
    std::vector<Word> paths;
};
struct StopSignal {
    Word signal;
};
struct Maintainer {
    Word name;
};
struct Entrypoint {
    CommandLine command; ///< shellForm with no arguments: `ENTRYPOINT` alone, resets it
};
struct Cmd {
    CommandLine command;
};
struct Shell {
    std::vector<std::string> arguments;
};

struct Healthcheck {
    bool none = false; ///< HEALTHCHECK NONE
    CommandLine command;
    std::chrono::nanoseconds interval {}; ///< 0 = the default, as for those below
    std::chrono::nanoseconds timeout {};
    std::chrono::nanoseconds startPeriod {};
    std::chrono::nanoseconds startInterval {};
    std::uint32_t retries = 0;
};

struct OnBuild {
    std::string expression; ///< the instruction as an image's config keeps it, heredocs included
};

using InstructionBody = std::variant<From, Arg, Env, Label, Run, Copy, Add, Workdir, User, Expose, Volume, StopSignal,
    Maintainer, Entrypoint, Cmd, Shell, Healthcheck, OnBuild>;

struct Instruction {
    InstructionBody body;
    std::string name; ///< upper-case: "RUN"
    std::string original; ///< its logical line, as build logs and image history show it
    Range range;
    std::uint32_t firstLine = 0;
    std::uint32_t lastLine = 0;
    std::size_t statement = 0; ///< index in Document::statements

    template <typename T> const T* as() const { return std::get_if<T>(&body); }
};

/// FROM and what follows it.
struct Stage {
    std::size_t index = 0;
    std::string name; ///< lower-case; empty without AS
    std::string base; ///< FROM's image as written, variables included
    std::optional<std::string> platform; ///< as written
    std::string comment; ///< "# name what it is for" above it
    Instruction from; ///< body is a From
    std::vector<Instruction> instructions; ///< without the FROM; what has a Problem is left out
    /// What BuildKit refuses only once it builds this stage; a stage that is not needed may have them.
    std::vector<Problem> problems;
    Range range; ///< from FROM to the end of its last instruction
    std::uint32_t firstLine = 0;
    std::uint32_t lastLine = 0;

    const From& fromBody() const { return std::get<From>(from.body); }
};

/// A Dockerfile, fully read. With problems it is as complete as could be made; only without any may it be built.
struct Dockerfile {
    Document document;
    std::vector<Instruction> globalArgs; ///< the ARGs before the first FROM; bodies are Arg
    std::vector<Stage> stages;
    /// Everything that BuildKit refuses before it looks at stages and variables, in order of place; those of the
    /// document included. What needs the graph or the environment: stages.h.
    std::vector<Problem> problems;

    bool ok() const { return problems.empty(); }
    /// "Dockerfile:3:6: unknown instruction: FRM": the first problem as an error of code Invalid.
    Error error(std::string_view fileName = "Dockerfile") const;
};

/// parse() and then BuildKit's instruction rules (frontend/dockerfile/instructions). Never fails: see `problems`.
/// Pure; any thread.
Dockerfile readDockerfile(std::string text);

/// Reads a --mount flag of RUN with its variables expanded, as the builder needs it just before the step.
/// Errors: Invalid, BuildKit's sentences.
Result<Mount> readMount(const Word& flag, const VariableLookup& variables, char escape = '\\');

/// Reads one instruction without a file around it: what an image's OnBuild list holds. Its ranges mean nothing.
/// Errors: Invalid.
Result<Instruction> readInstruction(std::string_view text, char escape = '\\');

/// "30s", "1h2m3.5s", "100ms", "-1s" as Go's time.ParseDuration takes it. Errors: Invalid.
Result<std::chrono::nanoseconds> parseDuration(std::string_view text);

} // namespace darsena::dockerfile
