// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/build.h"
#include "core/engine/build_service.h"

#include <vector>

namespace darsena::server {

/// Turns a build's events into the messages that docker build prints: "Step 1/4 : FROM busybox", the output, "Successfully
/// built …". Stages that run side by side are told apart by saying the step again when the output changes hands.
/// Used by one thread at a time.
class BuildText {
public:
    /// `quiet`: nothing but the image's id (docker build -q), and the error.
    explicit BuildText(bool quiet)
        : m_quiet(quiet)
    {
    }
    std::vector<model::BuildMessage> messages(const builder::BuildEvent& event);

private:
    std::string title(int step) const;

    bool m_quiet;
    std::vector<builder::PlanStep> m_steps;
    int m_speaker = builder::noStep; ///< whose output was last
};

} // namespace darsena::server
