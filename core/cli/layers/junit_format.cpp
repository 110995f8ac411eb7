// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/formats.h"
#include "core/cli/xml_text.h"

#include <fmt/format.h>

namespace darsena::cli {

std::string layersAsJunit(const ImageReport& report, const Evaluation& evaluation)
{
    const std::string image = xmlText(report.image.name);
    std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
    xml += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n", image,
        evaluation.results.size(), evaluation.count(RuleStatus::Fail), evaluation.count(RuleStatus::Skip));
    for (const RuleResult& result : evaluation.results) {
        xml += fmt::format("    <testcase name=\"{}\" classname=\"{}\"", xmlText(result.rule), image);
        if (result.status == RuleStatus::Pass)
            xml += "/>\n";
        else
            xml += fmt::format(">\n      <{} message=\"{}\"/>\n    </testcase>\n",
                result.status == RuleStatus::Fail ? "failure" : "skipped", xmlText(result.message));
    }
    return xml + "  </testsuite>\n</testsuites>\n";
}

} // namespace darsena::cli
