// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace darsena::dockerfile::lint_detail {

// What the values of labels can be asked to look like. Pure.

/// An absolute URI by its letters: a scheme, and what RFC 3986 allows behind it.
bool isUri(std::string_view text);
/// "2026-01-02T03:04:05Z", with a fraction or an offset: RFC 3339. The date and the time have to exist.
bool isRfc3339(std::string_view text);
/// "1.2.3-rc.1+build.5": semver.org, version 2.
bool isSemanticVersion(std::string_view text);
/// A commit of Git, whole (40 digits) or short (7), in lower case.
bool isGitHash(std::string_view text);
/// local@domain, RFC 5322's addr-spec without comments and folding.
bool isEmailAddress(std::string_view text);
/// An identifier of the SPDX licence list, also one out of use.
bool isSpdxLicense(std::string_view text);
/// The identifier that differs from a text in nothing but case; empty if there is none.
std::string_view spdxLicenseLike(std::string_view text);

} // namespace darsena::dockerfile::lint_detail
