// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/cgroups/device_filter.h"

#include "core/base/unique_fd.h"

#include <cerrno>
#include <cstring>
#include <limits>

#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

// Registers: 2 = type, 3 = access, 4 = major, 5 = minor, 1 = scratch (the context before).
class Program {
public:
    void add(std::uint8_t code, std::uint8_t target, std::uint8_t source, std::int16_t offset, std::int32_t value)
    {
        bpf_insn instruction {};
        instruction.code = code;
        instruction.dst_reg = target & 0xF;
        instruction.src_reg = source & 0xF;
        instruction.off = offset;
        instruction.imm = value;
        std::uint64_t number = 0;
        static_assert(sizeof instruction == sizeof number);
        std::memcpy(&number, &instruction, sizeof number);
        m_instructions.push_back(number);
    }
    void load(std::uint8_t target, std::size_t contextOffset)
    {
        add(BPF_LDX | BPF_MEM | BPF_W, target, BPF_REG_1, static_cast<std::int16_t>(contextOffset), 0);
    }
    void answer(bool allow)
    {
        add(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, allow ? 1 : 0);
        add(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
    }
    /// Jumps past this rule when register != value.
    void require(std::uint8_t reg, std::int32_t value)
    {
        m_skips.push_back(m_instructions.size());
        add(BPF_JMP | BPF_JNE | BPF_K, reg, 0, 0, value);
    }
    void requireZero(std::uint8_t reg) { require(reg, 0); }
    void requireNotZero(std::uint8_t reg)
    {
        m_skips.push_back(m_instructions.size());
        add(BPF_JMP | BPF_JEQ | BPF_K, reg, 0, 0, 0);
    }
    void endRule()
    {
        for (const std::size_t at : m_skips) {
            bpf_insn instruction {};
            std::memcpy(&instruction, &m_instructions[at], sizeof instruction);
            instruction.off = static_cast<std::int16_t>(m_instructions.size() - at - 1);
            std::memcpy(&m_instructions[at], &instruction, sizeof instruction);
        }
        m_skips.clear();
    }
    std::vector<std::uint64_t> take() { return std::move(m_instructions); }

private:
    std::vector<std::uint64_t> m_instructions;
    std::vector<std::size_t> m_skips;
};

std::int32_t accessBits(const std::string& access)
{
    std::int32_t bits = 0;
    for (const char c : access)
        bits |= c == 'r' ? BPF_DEVCG_ACC_READ : c == 'w' ? BPF_DEVCG_ACC_WRITE : BPF_DEVCG_ACC_MKNOD;
    return bits;
}

void addRule(Program& program, const oci::DeviceRule& rule)
{
    constexpr std::int32_t all = BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE | BPF_DEVCG_ACC_MKNOD;
    if (rule.type != 'a')
        program.require(BPF_REG_2, rule.type == 'c' ? BPF_DEVCG_DEV_CHAR : BPF_DEVCG_DEV_BLOCK);
    if (const std::int32_t bits = accessBits(rule.access); bits != all) {
        program.add(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_3, 0, 0);
        if (rule.allow) { // everything asked for must be allowed
            program.add(BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_1, 0, 0, all & ~bits);
            program.requireZero(BPF_REG_1);
        } else { // anything asked for is denied
            program.add(BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_1, 0, 0, bits);
            program.requireNotZero(BPF_REG_1);
        }
    }
    if (rule.major)
        program.require(BPF_REG_4, static_cast<std::int32_t>(*rule.major));
    if (rule.minor)
        program.require(BPF_REG_5, static_cast<std::int32_t>(*rule.minor));
    program.answer(rule.allow);
    program.endRule();
}

long bpf(int command, bpf_attr& attributes)
{
    return ::syscall(SYS_bpf, command, &attributes, sizeof attributes);
}

} // namespace

std::vector<std::uint64_t> deviceFilter(const std::vector<oci::DeviceRule>& rules)
{
    Program program;
    program.load(BPF_REG_2, offsetof(bpf_cgroup_dev_ctx, access_type));
    program.add(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_3, BPF_REG_2, 0, 0);
    program.add(BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_2, 0, 0, 0xFFFF);
    program.add(BPF_ALU64 | BPF_RSH | BPF_K, BPF_REG_3, 0, 0, 16);
    program.load(BPF_REG_4, offsetof(bpf_cgroup_dev_ctx, major));
    program.load(BPF_REG_5, offsetof(bpf_cgroup_dev_ctx, minor));
    for (auto it = rules.rbegin(); it != rules.rend(); ++it) {
        addRule(program, *it);
        const bool everything = it->type == 'a' && !it->major && !it->minor && accessBits(it->access) == 7;
        if (everything) // what comes before it cannot matter, and unreachable code is refused by the kernel
            return program.take();
    }
    program.answer(false);
    return program.take();
}

Result<void> attachDeviceFilter(int cgroupFd, const std::vector<std::uint64_t>& program)
{
    static constexpr char licence[] = "GPL";
    bpf_attr load {};
    load.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    load.insns = reinterpret_cast<std::uintptr_t>(program.data());
    load.insn_cnt = static_cast<std::uint32_t>(program.size());
    load.license = reinterpret_cast<std::uintptr_t>(licence);
    const UniqueFd loaded = UniqueFd::adopt(static_cast<int>(bpf(BPF_PROG_LOAD, load)));
    if (!loaded)
        return Error::system(errno, "device filter");
    // Ours is the only program that we ever put on our groups, so that plain attaching replaces it.
    bpf_attr attach {};
    attach.target_fd = static_cast<std::uint32_t>(cgroupFd);
    attach.attach_bpf_fd = static_cast<std::uint32_t>(loaded.get());
    attach.attach_type = BPF_CGROUP_DEVICE;
    attach.attach_flags = BPF_F_ALLOW_OVERRIDE;
    if (bpf(BPF_PROG_ATTACH, attach) != 0)
        return Error::system(errno, "device filter: attach");
    return {};
}

} // namespace darsena::runtime
