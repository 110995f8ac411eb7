// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/elf_facts.h"

#include <QCoreApplication>
#include <QStringList>

#include <cstdint>

namespace darsena::gui {

namespace {

struct ElfFacts {
    Q_DECLARE_TR_FUNCTIONS(ElfFacts)
};

/// Numbers of a header in the file's own byte order; past the end they are 0.
class Fields {
public:
    Fields(std::string_view bytes, bool big)
        : m_bytes(bytes)
        , m_big(big)
    {
    }
    std::uint64_t at(std::uint64_t offset, unsigned size) const
    {
        if (offset > m_bytes.size() || m_bytes.size() - offset < size)
            return 0;
        std::uint64_t value = 0;
        for (unsigned i = 0; i < size; ++i) {
            const auto byte = static_cast<unsigned char>(m_bytes[offset + (m_big ? i : size - 1 - i)]);
            value = value << 8 | byte;
        }
        return value;
    }

private:
    std::string_view m_bytes;
    bool m_big;
};

QString machineName(std::uint64_t machine)
{
    switch (machine) {
    case 3: return QStringLiteral("x86");
    case 8: return QStringLiteral("MIPS");
    case 20: return QStringLiteral("PowerPC");
    case 21: return QStringLiteral("PowerPC 64");
    case 22: return QStringLiteral("S/390");
    case 40: return QStringLiteral("ARM");
    case 62: return QStringLiteral("x86-64");
    case 183: return QStringLiteral("ARM 64");
    case 243: return QStringLiteral("RISC-V");
    case 247: return QStringLiteral("BPF");
    case 258: return QStringLiteral("LoongArch");
    default: return ElfFacts::tr("machine %1").arg(machine);
    }
}

constexpr std::uint64_t dynamicSegment = 2;
constexpr std::uint64_t interpreterSegment = 3;
constexpr std::uint64_t mostSegments = 64; // real files have about a dozen

} // namespace

QString describeElf(std::string_view bytes)
{
    if (bytes.size() < 52 || !bytes.starts_with("\x7f" "ELF") || (bytes[4] != 1 && bytes[4] != 2) || (bytes[5] != 1 && bytes[5] != 2))
        return {};
    const bool wide = bytes[4] == 2;
    const Fields fields(bytes, bytes[5] == 2);
    bool interpreter = false;
    bool dynamic = false;
    const std::uint64_t table = wide ? fields.at(32, 8) : fields.at(28, 4);
    const std::uint64_t each = wide ? fields.at(54, 2) : fields.at(42, 2);
    const std::uint64_t count = std::min(mostSegments, wide ? fields.at(56, 2) : fields.at(44, 2));
    for (std::uint64_t i = 0; i < count && table < bytes.size(); ++i) {
        const std::uint64_t type = fields.at(table + i * each, 4);
        interpreter = interpreter || type == interpreterSegment;
        dynamic = dynamic || type == dynamicSegment;
    }
    QStringList words { QStringLiteral("ELF"), wide ? ElfFacts::tr("64-bit") : ElfFacts::tr("32-bit"), machineName(fields.at(18, 2)) };
    switch (fields.at(16, 2)) {
    case 1:
        words += ElfFacts::tr("object file");
        break;
    case 2:
        words += ElfFacts::tr("program");
        words += interpreter ? ElfFacts::tr("dynamically linked") : ElfFacts::tr("statically linked");
        break;
    case 3:
        words += interpreter ? ElfFacts::tr("program") : dynamic ? ElfFacts::tr("shared library") : ElfFacts::tr("program");
        if (interpreter)
            words += ElfFacts::tr("dynamically linked");
        break;
    case 4:
        words += ElfFacts::tr("core dump");
        break;
    default:
        break;
    }
    return words.join(QStringLiteral(", "));
}

} // namespace darsena::gui
