// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/formats.h"
#include "core/cli/layers/plain_text.h"
#include "core/cli/layers/size_text.h"
#include "core/cli/xml_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

/// No script and nothing from elsewhere, and the page says so to the browser that shows it.
constexpr std::string_view pageStart = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<style>
:root { --page: #fbfbfa; --text: #1f2328; --quiet: #5b636d; --line: #d9dde2; --seen: #2f6fb3; --waste: #c2571a; --card: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --page: #15181c; --text: #e3e6ea; --quiet: #9aa3ad; --line: #333a42; --seen: #5b9ade; --waste: #e58a4f; --card: #1c2026; }
}
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--page); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.quiet { color: var(--quiet); }
.cards { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .9rem; min-width: 9rem; }
.card b { display: block; font-size: 1.25rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 600; }
td.n, th.n { text-align: right; white-space: nowrap; }
td.path { font-family: ui-monospace, monospace; font-size: .87rem; overflow-wrap: anywhere; }
.bar { display: flex; width: 9rem; height: .8rem; margin-top: .3rem; background: var(--line); border-radius: 2px; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--seen); }
.bar i.w { background: var(--waste); }
</style>
)";

std::string card(std::string_view what, const std::string& value, const std::string& beside)
{
    return fmt::format(
        "<div class=\"card\"><span class=\"quiet\">{}</span><b>{}</b><span class=\"quiet\">{}</span></div>\n", what,
        value, beside);
}

std::string htmlText(std::string_view text)
{
    return xmlText(plainText(text));
}

/// The length of a bar as a share of the longest, in percent.
std::string barPart(std::uint64_t bytes, std::uint64_t longest, std::string_view style)
{
    const double share = longest == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(longest) * 100;
    return share <= 0 ? "" : fmt::format("<i{} style=\"width:{:.2f}%\"></i>", style, share);
}

std::string layerRows(const ImageReport& report)
{
    std::uint64_t longest = 0;
    for (const layers::LayerFigures& layer : report.exact.layers)
        longest = std::max(longest, layer.storedBytes);
    std::string rows;
    for (std::size_t n = 0; n < report.layerCount(); ++n) {
        const layers::LayerFigures& layer = report.exact.layers[n];
        rows += fmt::format(
            "<tr><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>", n,
            sizeText(layer.storedBytes), sizeText(layer.visibleBytes), sizeText(report.facts[n].storedBytes));
        rows += fmt::format("<div class=\"bar\">{}{}</div></td>", barPart(layer.visibleBytes, longest, ""),
            barPart(layer.storedBytes - layer.visibleBytes, longest, " class=\"w\""));
        rows += fmt::format(
            "<td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"path\">{}</td></tr>\n",
            layer.added.files, layer.changed.files, layer.removed.files, htmlText(report.title(n, 400)));
    }
    return rows;
}

std::string wasteRows(const ImageReport& report, std::size_t top)
{
    std::string rows;
    for (std::size_t i = 0; i < std::min(top, report.exact.waste.size()); ++i) {
        const layers::Waste& waste = report.exact.waste[i];
        rows += fmt::format("<tr><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td><td "
                            "class=\"path\">{}</td></tr>\n",
            sizeText(waste.bytes), waste.storedIn, waste.hiddenBy, layers::name(waste.how),
            htmlText(wastePath(report, waste)));
    }
    return rows;
}

} // namespace

std::string layersAsHtml(const ImageReport& report, std::size_t top)
{
    const layers::Analysis& exact = report.exact;
    const std::string name = htmlText(report.image.name);
    std::string page(pageStart);
    page += fmt::format("<title>{}: layers</title>\n</head>\n<body>\n<h1>{}</h1>\n<p class=\"quiet\">{} {} "
                        "{}</p>\n<div class=\"cards\">\n",
        name, name, htmlText(report.image.config.platform.text()), htmlText(report.image.id.text()),
        htmlText(report.image.config.created));
    page += card("stored", sizeText(exact.storedBytes), fmt::format("{} layers", report.layerCount()));
    page += card("visible", sizeText(report.visibleBytes()), "what a container sees");
    page += card("wasted", sizeText(exact.wastedBytes), "dive says " + sizeText(report.dive.wastedBytes));
    page += card("efficiency", percentText(exact.efficiency()), "dive says " + percentText(report.dive.efficiency));
    page += "</div>\n<h2>Layers</h2>\n<table>\n<tr><th class=\"n\">Layer</th><th class=\"n\">Stored</th><th "
            "class=\"n\">Visible</th><th class=\"n\">Blob</th><th>Seen and wasted</th>"
            "<th class=\"n\">Added</th><th class=\"n\">Changed</th><th "
            "class=\"n\">Removed</th><th>Instruction</th></tr>\n";
    page += layerRows(report) + "</table>\n<h2>Waste</h2>\n";
    if (exact.waste.empty()) {
        page += "<p>Nothing is wasted.</p>\n";
    } else {
        if (exact.waste.size() > top)
            page
                += fmt::format("<p class=\"quiet\">The {} largest of {} wasted copies.</p>\n", top, exact.waste.size());
        page += "<table>\n<tr><th class=\"n\">Bytes</th><th class=\"n\">Stored in</th><th class=\"n\">Hidden "
                "by</th><th>How</th><th>Path</th></tr>\n"
            + wasteRows(report, top) + "</table>\n";
    }
    if (report.packages) {
        page += fmt::format("<h2>Packages ({})</h2>\n<table>\n<tr><th>Kind</th><th>Name</th><th>Version</th></tr>\n",
            report.packages->size());
        for (const layers::Package& package : *report.packages)
            page += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", layers::name(package.kind),
                htmlText(package.name), htmlText(package.version));
        page += "</table>\n";
    }
    return page + fmt::format("<p class=\"quiet\">darsena {}</p>\n</body>\n</html>\n", DARSENA_VERSION);
}

} // namespace darsena::cli
