// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cli/lsp/context_folder.h"
#include "core/cli/lsp/engine_images.h"
#include "core/cli/lsp/settings.h"
#include "core/cli/lsp/snapshot.h"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::cli::lsp {

/// The open documents and the world around them. Documents are the answering thread's alone; what a snapshot comes to
/// (surroundings, options, findings) may be asked from any thread.
class Workspace {
public:
    /// `onEngineChange` is called in another thread when the engine's images are others than before.
    explicit Workspace(std::function<void()> onEngineChange);

    void begin(ClientTraits traits, std::filesystem::path root, std::string locale);
    const ClientTraits& traits() const { return m_traits; }
    Encoding encoding() const;
    void setSettings(Settings settings);
    std::shared_ptr<const Settings> settings() const;
    std::string language() const;
    ContextFolder& folder() { return m_folder; }

    void open(const std::string& uri, std::string_view languageId, std::int64_t version, std::string text);
    void close(const std::string& uri);
    /// nullptr: not open.
    TextDocument* document(std::string_view uri);
    /// After a change of the document's text.
    void setVersion(std::string_view uri, std::int64_t version);
    /// The document as it stands. nullptr: not open.
    SnapshotPtr snapshot(std::string_view uri);
    std::vector<SnapshotPtr> snapshots();

    dockerfile::Surroundings surroundings(const Snapshot& snapshot);
    dockerfile::LintOptions lintOptions(const Snapshot& snapshot);
    /// In the language of the user, with one of two where rules of two families say the same of a line.
    Snapshot::Findings findings(const Snapshot& snapshot);
    /// The ignore file that holds for a document; nullopt: it has no place on disk.
    std::optional<ContextFolder::Place> placeOf(const Snapshot& snapshot) const;
    std::shared_ptr<const EngineImages> images() const { return m_engine.images(); }

private:
    struct Open {
        TextDocument text;
        DocumentKind kind;
        std::int64_t version;
        SnapshotPtr snapshot; ///< nullptr: made at the next question
    };
    std::vector<dockerfile::Finding> lintIgnoreFile(const Snapshot& snapshot) const;

    ClientTraits m_traits;
    std::filesystem::path m_root;
    std::string m_locale;
    ContextFolder m_folder;
    std::map<std::string, Open, std::less<>> m_open;
    mutable std::mutex m_settingsMutex;
    std::shared_ptr<const Settings> m_settings = std::make_shared<Settings>();
    std::uint64_t m_settingsGeneration = 0;
    EngineWatch m_engine; ///< last: its thread ends first
};

} // namespace darsena::cli::lsp
