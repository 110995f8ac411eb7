// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/svg_check.h"

#include <QXmlStreamReader>

namespace darsena::gui {

namespace {
constexpr qsizetype MostSvgBytes = 2'000'000;
constexpr int MostSvgDepth = 100;
constexpr int MostSvgElements = 50'000;
constexpr int MostSvgUses = 16;
} // namespace

bool isHarmlessSvg(const QByteArray& bytes)
{
    if (bytes.size() > MostSvgBytes)
        return false;
    QXmlStreamReader xml(bytes);
    int depth = 0;
    int elements = 0;
    int uses = 0;
    bool svg = false;
    while (!xml.atEnd()) {
        switch (xml.readNext()) {
        case QXmlStreamReader::DTD:
        case QXmlStreamReader::EntityReference:
            return false;
        case QXmlStreamReader::StartElement: {
            const QStringView name = xml.name();
            svg = svg || name == u"svg";
            uses += name == u"use" ? 1 : 0;
            if (++depth > MostSvgDepth || ++elements > MostSvgElements || uses > MostSvgUses || name == u"script")
                return false;
            for (const QXmlStreamAttribute& attribute : xml.attributes()) {
                const QStringView value = attribute.value().trimmed();
                if (attribute.name() == u"href" && !value.startsWith(u'#') && !value.startsWith(u"data:image/png;") && !value.startsWith(u"data:image/jpeg;"))
                    return false;
                // Dashes a thousandth of a pixel long make a line endless work.
                if (attribute.name() == u"stroke-dasharray" && value.startsWith(u"0.0"))
                    return false;
            }
            break;
        }
        case QXmlStreamReader::EndElement:
            --depth;
            break;
        default:
            break;
        }
    }
    return svg && !xml.hasError();
}

} // namespace darsena::gui
