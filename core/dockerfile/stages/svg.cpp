// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/stages/svg.h"

#include "core/dockerfile/text.h"

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

// Colours and measures are those of gui/theme, which core may not include.
struct Colours {
    std::string_view page, surface, raised, line, lineStrong, text, muted, accent, from;
};
constexpr Colours lightColours {"#F7F9FB", "#FFFFFF", "#F2F5F8", "#E3E8EE", "#CFD7E0", "#16202C", "#5B6B7C", "#0E8C8C", "#5B7FA6"};
constexpr Colours darkColours {"#0E1620", "#15202C", "#1C2937", "#243244", "#33455B", "#E6EDF4", "#93A4B5", "#2BB8B0", "#7FA3D1"};

constexpr double border = 24;
constexpr double side = 14; ///< inner left and right of a card
constexpr double codeLetter = 7.2; ///< of 12 px monospace
constexpr double labelLetter = 6.6; ///< of 11 px monospace
constexpr double labelWidth = 150;
constexpr double arrowLength = 9;
constexpr double arrowHalf = 4.5;

std::string escaped(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result += c;
        }
    }
    return result;
}

std::size_t letters(std::string_view text)
{
    std::size_t count = 0;
    for (; !text.empty(); ++count)
        text.remove_prefix(characterLength(text));
    return count;
}

/// The first letters that fit, and "…" if not all do.
std::string elided(std::string_view text, double width, double letter)
{
    const auto room = static_cast<std::size_t>(std::max(1.0, width / letter));
    if (letters(text) <= room)
        return std::string(text);
    std::string result;
    for (std::size_t i = 0; i + 1 < room; ++i) {
        const std::size_t length = characterLength(text);
        result += text.substr(0, length);
        text.remove_prefix(length);
    }
    return result + "…";
}

class SvgWriter {
public:
    SvgWriter(const StagePicture& picture, const PictureLayout& layout, const SvgOptions& options)
        : m_picture(picture)
        , m_layout(layout)
        , m_options(options)
        , m_colours(options.dark ? darkColours : lightColours)
    {
        const Box& b = layout.bounds;
        const double width = b.width + 2 * border;
        const double height = b.height + 2 * border;
        m_svg = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
                            "viewBox=\"{2:.1f} {3:.1f} {0:.0f} {1:.0f}\" role=\"img\">\n<title>{4}</title>\n",
            width, height, b.x - border, b.y - border, "Stages");
        if (options.background)
            m_svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.0f}\" height=\"{:.0f}\" fill=\"{}\"/>\n",
                b.x - border, b.y - border, width, height, m_colours.page);
    }

    std::string run()
    {
        for (std::size_t i = 0; i < m_picture.edges.size(); ++i)
            addCurve(m_picture.edges[i], m_layout.edges[i]);
        for (std::size_t i = 0; i < m_picture.nodes.size(); ++i) {
            if (m_picture.nodes[i].kind == PictureNode::Kind::Stage)
                addCard(m_picture.nodes[i], m_layout.nodes[i]);
            else
                addPill(m_picture.nodes[i], m_layout.nodes[i]);
        }
        for (std::size_t i = 0; i < m_picture.edges.size(); ++i)
            addLabel(m_picture.edges[i], m_layout.edges[i]);
        return std::move(m_svg) + "</svg>\n";
    }

private:
    /// As attributes, because not every viewer reads style sheets.
    std::string fontOf(std::string_view style) const
    {
        const bool code = style == "code" || style == "label";
        const bool small = style == "small" || style == "label";
        return fmt::format("font-family=\"{}\" font-size=\"{}\"{}", escaped(code ? m_options.codeFont : m_options.textFont),
            style == "title" ? 13 : small ? 11 : 12, style == "title" ? " font-weight=\"600\"" : "");
    }

    void addText(double x, double y, std::string_view style, std::string_view colour, std::string_view text,
        std::string_view anchor = "start")
    {
        m_svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" {} fill=\"{}\" text-anchor=\"{}\">{}</text>\n", x, y,
            fontOf(style), colour, anchor, escaped(text));
    }

    void addCurve(const PictureEdge& edge, const EdgeCurve& curve)
    {
        const std::string_view colour = !edge.needed ? m_colours.lineStrong
            : edge.kind == EdgeKind::From            ? m_colours.from
                                                     : m_colours.accent;
        const std::string_view dashes = !edge.needed ? " stroke-dasharray=\"4.5 4.5\""
            : edge.kind == EdgeKind::Mount           ? " stroke-dasharray=\"1.8 3.6\""
                                                     : "";
        const auto& c = curve;
        m_svg += fmt::format("<path d=\"M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}\" fill=\"none\" "
                             "stroke=\"{}\" stroke-width=\"1.5\"{}/>\n",
            c.start.x, c.start.y, c.control1.x, c.control1.y, c.control2.x, c.control2.y, c.tip.x, c.tip.y, colour, dashes);
        const Point back {.x = c.tip.x - c.direction.x * arrowLength, .y = c.tip.y - c.direction.y * arrowLength};
        const Point across {.x = -c.direction.y * arrowHalf, .y = c.direction.x * arrowHalf};
        m_svg += fmt::format("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}Z\" fill=\"{}\"/>\n", c.tip.x, c.tip.y,
            back.x + across.x, back.y + across.y, back.x - across.x, back.y - across.y, colour);
    }

    void addLabel(const PictureEdge& edge, const EdgeCurve& curve)
    {
        if (edge.label.empty())
            return;
        const std::string text = elided(edge.label, labelWidth, labelLetter);
        const double width = static_cast<double>(letters(text)) * labelLetter + 10;
        m_svg += fmt::format("<g><title>{}</title><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"18\" rx=\"4\" "
                             "fill=\"{}\"/>\n",
            escaped(edge.label), curve.label.x - width / 2, curve.label.y - 9, width, m_colours.page);
        addText(curve.label.x, curve.label.y + 4, "label", m_colours.muted, text, "middle");
        m_svg += "</g>\n";
    }

    void addPill(const PictureNode& node, const Box& box)
    {
        m_svg += fmt::format("<g{}><title>{}</title><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
                             "rx=\"{:.1f}\" fill=\"{}\" stroke=\"{}\"/>\n",
            node.needed ? "" : " opacity=\"0.55\"", escaped(node.title), box.x, box.y, box.width, box.height, box.height / 2,
            m_colours.raised, m_colours.lineStrong);
        addText(box.centre().x, box.centre().y + 4.2, "code", m_colours.text,
            elided(node.title, box.width - card::PillPadding + 8, codeLetter), "middle");
        m_svg += "</g>\n";
    }

    void addCard(const PictureNode& node, const Box& box)
    {
        m_svg += fmt::format("<g{}><title>{}</title><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
                             "rx=\"6\" fill=\"{}\" stroke=\"{}\"{}/>\n",
            node.needed ? "" : " opacity=\"0.55\"", escaped(node.title), box.x, box.y, box.width, box.height,
            m_colours.surface, node.target ? m_colours.accent : m_colours.line,
            node.target ? " stroke-width=\"1.6\"" : "");
        m_svg += fmt::format("<path d=\"M{:.1f} {:.1f}h{:.1f}\" stroke=\"{}\"/>\n", box.x, box.y + card::Header, box.width,
            m_colours.line);
        const std::string title = node.named ? node.title : fmt::format("stage {}", node.title);
        const double noteWidth = static_cast<double>(node.platform.size()) * 6.2;
        addText(box.x + side, box.y + 19.5, "title", node.named ? m_colours.text : m_colours.muted,
            elided(title, box.width - 2 * side - noteWidth, 7.6));
        if (!node.platform.empty())
            addText(box.right() - side, box.y + 19.5, "small", m_colours.muted, node.platform, "end");
        for (std::size_t row = 0; row < node.rows.size(); ++row) {
            const PictureRow& content = node.rows[row];
            const std::string whole
                = content.text.empty() ? content.keyword : fmt::format("{} {}", content.keyword, content.text);
            addText(box.x + side, box.y + rowCentre(static_cast<int>(row)) + 6, "code", m_colours.text,
                elided(whole, box.width - 2 * side, codeLetter));
        }
        m_svg += "</g>\n";
    }

    const StagePicture& m_picture;
    const PictureLayout& m_layout;
    const SvgOptions& m_options;
    const Colours& m_colours;
    std::string m_svg;
};

std::string quotedForDot(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result += '\\';
        result += c;
    }
    return result + '"';
}

std::string quotedForMermaid(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '#' || c == '<' || c == '>' || c == '&' || c == '`' || c == '|')
            result += fmt::format("#{};", static_cast<int>(c));
        else
            result += c;
    }
    return result + '"';
}

std::string idOf(const StagePicture& picture, std::size_t node)
{
    return fmt::format("{}{}", picture.nodes[node].kind == PictureNode::Kind::Stage ? 's' : 'i', node);
}

std::string titleOf(const PictureNode& node)
{
    std::string title
        = node.kind == PictureNode::Kind::Image || node.named ? node.title : fmt::format("stage {}", node.title);
    return node.platform.empty() ? title : fmt::format("{} ({})", title, node.platform);
}

} // namespace

std::string pictureAsSvg(const StagePicture& picture, const PictureLayout& layout, const SvgOptions& options)
{
    return SvgWriter(picture, layout, options).run();
}

std::string pictureAsSvg(const StagePicture& picture, const SvgOptions& options)
{
    std::vector<double> widths;
    for (const PictureNode& node : picture.nodes)
        widths.push_back(static_cast<double>(letters(node.title)) * codeLetter);
    return pictureAsSvg(picture, layOut(picture, widths, {}), options);
}

std::string pictureAsDot(const StagePicture& picture)
{
    std::string text = "digraph stages {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n"
                       "  edge [fontname=\"sans-serif\", fontsize=10];\n";
    for (std::size_t i = 0; i < picture.nodes.size(); ++i) {
        const PictureNode& node = picture.nodes[i];
        std::string_view style;
        if (node.kind == PictureNode::Kind::Image)
            style = ", style=dashed";
        else if (node.target)
            style = ", style=filled, fillcolor=lightgrey";
        else if (!node.needed)
            style = ", color=grey, fontcolor=grey";
        text += fmt::format("  {} [label={}{}];\n", idOf(picture, i), quotedForDot(titleOf(node)), style);
    }
    for (const PictureEdge& edge : picture.edges) {
        constexpr std::string_view styles[]
            = {"style=solid", "style=dashed, arrowhead=empty", "style=dotted, arrowhead=ediamond"};
        text += fmt::format("  {} -> {} [{}{}];\n", idOf(picture, edge.from), idOf(picture, edge.to),
            styles[static_cast<std::size_t>(edge.kind)],
            edge.label.empty() ? std::string() : ", label=" + quotedForDot(edge.label));
    }
    return text + "}\n";
}

std::string pictureAsMermaid(const StagePicture& picture)
{
    std::string text = "flowchart LR\n";
    for (std::size_t i = 0; i < picture.nodes.size(); ++i) {
        const PictureNode& node = picture.nodes[i];
        const bool image = node.kind == PictureNode::Kind::Image;
        text += fmt::format("  {}{}{}{}\n", idOf(picture, i), image ? "([" : "[", quotedForMermaid(titleOf(node)),
            image ? "])" : "]");
    }
    for (const PictureEdge& edge : picture.edges) {
        std::string label = edge.label;
        if (edge.kind == EdgeKind::Mount)
            label = edge.label.empty() ? "mount" : "mount " + edge.label;
        else if (edge.kind == EdgeKind::Copy && label.empty())
            label = "copy";
        const std::string_view arrow = edge.kind == EdgeKind::From ? "-->" : "-.->";
        text += label.empty()
            ? fmt::format("  {} {} {}\n", idOf(picture, edge.from), arrow, idOf(picture, edge.to))
            : fmt::format(
                "  {} {}|{}| {}\n", idOf(picture, edge.from), arrow, quotedForMermaid(label), idOf(picture, edge.to));
    }
    for (std::size_t i = 0; i < picture.nodes.size(); ++i) {
        const PictureNode& node = picture.nodes[i];
        if (node.target)
            text += fmt::format("  style {} stroke-width:3px\n", idOf(picture, i));
        else if (!node.needed)
            text += fmt::format("  style {} opacity:0.5\n", idOf(picture, i));
    }
    return text;
}

} // namespace darsena::dockerfile
