// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/seccomp.h"

#include "core/base/unique_fd.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <list>
#include <memory>
#include <mutex>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t nativeArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t nativeArchitecture = AUDIT_ARCH_AARCH64;
#elif defined(__riscv)
constexpr std::uint32_t nativeArchitecture = AUDIT_ARCH_RISCV64;
#endif

// Newer than libseccomp 2.5.4. From 424 on a call has one number on every architecture.
constexpr std::array<std::pair<std::string_view, int>, 20> newerCalls { {
    { "cachestat", 451 },
    { "fchmodat2", 452 },
    { "map_shadow_stack", 453 },
    { "futex_wake", 454 },
    { "futex_wait", 455 },
    { "futex_requeue", 456 },
    { "statmount", 457 },
    { "listmount", 458 },
    { "lsm_get_self_attr", 459 },
    { "lsm_set_self_attr", 460 },
    { "lsm_list_modules", 461 },
    { "mseal", 462 },
    { "setxattrat", 463 },
    { "getxattrat", 464 },
    { "listxattrat", 465 },
    { "removexattrat", 466 },
    { "open_tree_attr", 467 },
    { "file_getattr", 468 },
    { "file_setattr", 469 },
#if defined(__x86_64__)
    { "uretprobe", 335 },
#else
    { "riscv_hwprobe", 258 },
#endif
} };

/// The number of a call on this architecture; below -1 = only others have it; -1 (__NR_SCMP_ERROR) = nobody knows it.
int callNumber(const std::string& name)
{
    for (const auto& [known, number] : newerCalls) {
        if (known == name)
            return number;
    }
    return ::seccomp_syscall_resolve_name(name.c_str());
}

Result<std::uint32_t> actionOf(const std::string& name, std::optional<std::uint32_t> errnoRet)
{
    const std::uint32_t code = errnoRet.value_or(EPERM);
    if (code > 4095)
        return Error(ErrorCode::Invalid, "seccomp: errno out of range");
    if (name == "SCMP_ACT_ALLOW")
        return SCMP_ACT_ALLOW;
    if (name == "SCMP_ACT_ERRNO")
        return SCMP_ACT_ERRNO(code);
    if (name == "SCMP_ACT_KILL" || name == "SCMP_ACT_KILL_THREAD")
        return SCMP_ACT_KILL_THREAD;
    if (name == "SCMP_ACT_KILL_PROCESS")
        return SCMP_ACT_KILL_PROCESS;
    if (name == "SCMP_ACT_TRAP")
        return SCMP_ACT_TRAP;
    if (name == "SCMP_ACT_TRACE")
        return SCMP_ACT_TRACE(code);
    if (name == "SCMP_ACT_LOG")
        return SCMP_ACT_LOG;
    if (name == "SCMP_ACT_NOTIFY")
        return Error(ErrorCode::Unsupported, "seccomp: SCMP_ACT_NOTIFY is not supported: nobody here answers for the process");
    return Error(ErrorCode::Invalid, "seccomp: unknown action " + name);
}

Result<scmp_arg_cmp> comparison(const oci::SeccompArgument& argument)
{
    static constexpr std::array<std::pair<std::string_view, scmp_compare>, 7> operators { {
        { "SCMP_CMP_NE", SCMP_CMP_NE },
        { "SCMP_CMP_LT", SCMP_CMP_LT },
        { "SCMP_CMP_LE", SCMP_CMP_LE },
        { "SCMP_CMP_EQ", SCMP_CMP_EQ },
        { "SCMP_CMP_GE", SCMP_CMP_GE },
        { "SCMP_CMP_GT", SCMP_CMP_GT },
        { "SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ },
    } };
    if (argument.index > 5)
        return Error(ErrorCode::Invalid, "seccomp: argument " + std::to_string(argument.index) + " does not exist");
    for (const auto& [name, value] : operators) {
        if (name == argument.op)
            return scmp_arg_cmp { argument.index, value, argument.value, argument.valueTwo };
    }
    return Error(ErrorCode::Invalid, "seccomp: unknown operator " + argument.op);
}

Result<std::uint32_t> flagsOf(const std::vector<std::string>& names)
{
    std::uint32_t flags = 0;
    for (const std::string& name : names) {
        if (name == "SECCOMP_FILTER_FLAG_LOG")
            flags |= SECCOMP_FILTER_FLAG_LOG;
        else if (name == "SECCOMP_FILTER_FLAG_SPEC_ALLOW")
            flags |= SECCOMP_FILTER_FLAG_SPEC_ALLOW;
        else if (name != "SECCOMP_FILTER_FLAG_TSYNC") // one thread: nothing to synchronise
            return Error(ErrorCode::Unsupported, "seccomp: flag " + name + " is not supported");
    }
    return flags;
}

struct ReleaseContext {
    void operator()(void* context) const { ::seccomp_release(context); }
};
using Context = std::unique_ptr<void, ReleaseContext>;

Error libraryError(int negative, std::string_view what)
{
    return Error::system(-negative, "seccomp: " + std::string(what));
}

/// Adds a rule for one call. Docker joins comparisons on one argument by "or" (they come as alternatives), on different
/// arguments by "and".
Result<void> addRule(void* context, std::uint32_t action, int call, const std::vector<scmp_arg_cmp>& comparisons)
{
    bool sameArgument = false;
    for (std::size_t i = 0; i < comparisons.size(); ++i) {
        for (std::size_t j = i + 1; j < comparisons.size(); ++j)
            sameArgument = sameArgument || comparisons[i].arg == comparisons[j].arg;
    }
    const auto add = [&](std::span<const scmp_arg_cmp> some) {
        return ::seccomp_rule_add_array(context, action, call, static_cast<unsigned>(some.size()), some.data());
    };
    int done = 0;
    if (sameArgument) {
        for (const scmp_arg_cmp& one : comparisons)
            done = std::min(done, add({ &one, 1 }));
    } else {
        done = add(comparisons);
    }
    // EEXIST: said already, by another rule.
    if (done != 0 && done != -EEXIST)
        return libraryError(done, "rule for call " + std::to_string(call));
    return {};
}

/// The other architectures of this machine that the profile names: 32-bit programs are filtered by the same rules then,
/// where one that names none keeps them out. True = there are any.
Result<bool> addArchitectures(void* context, const std::vector<std::string>& names)
{
    static constexpr std::array<std::pair<std::string_view, std::uint32_t>, 17> known { {
        { "SCMP_ARCH_X86", SCMP_ARCH_X86 },
        { "SCMP_ARCH_X86_64", SCMP_ARCH_X86_64 },
        { "SCMP_ARCH_X32", SCMP_ARCH_X32 },
        { "SCMP_ARCH_ARM", SCMP_ARCH_ARM },
        { "SCMP_ARCH_AARCH64", SCMP_ARCH_AARCH64 },
        { "SCMP_ARCH_MIPS", SCMP_ARCH_MIPS },
        { "SCMP_ARCH_MIPS64", SCMP_ARCH_MIPS64 },
        { "SCMP_ARCH_MIPS64N32", SCMP_ARCH_MIPS64N32 },
        { "SCMP_ARCH_MIPSEL", SCMP_ARCH_MIPSEL },
        { "SCMP_ARCH_MIPSEL64", SCMP_ARCH_MIPSEL64 },
        { "SCMP_ARCH_MIPSEL64N32", SCMP_ARCH_MIPSEL64N32 },
        { "SCMP_ARCH_PPC", SCMP_ARCH_PPC },
        { "SCMP_ARCH_PPC64", SCMP_ARCH_PPC64 },
        { "SCMP_ARCH_PPC64LE", SCMP_ARCH_PPC64LE },
        { "SCMP_ARCH_RISCV64", SCMP_ARCH_RISCV64 },
        { "SCMP_ARCH_S390", SCMP_ARCH_S390 },
        { "SCMP_ARCH_S390X", SCMP_ARCH_S390X },
    } };
    bool others = false;
    for (const std::string& name : names) {
        const auto found = std::ranges::find(known, std::string_view(name), &std::pair<std::string_view, std::uint32_t>::first);
        if (found == known.end())
            return Error(ErrorCode::Invalid, "seccomp: unknown architecture " + name);
        if (found->second == ::seccomp_arch_native())
            continue;
        const int done = ::seccomp_arch_add(context, found->second);
        // EINVAL: of another byte order, so never of this machine.
        if (done != 0 && done != -EEXIST && done != -EINVAL)
            return libraryError(done, name);
        others = others || done == 0;
    }
    return others;
}

/// Puts a few instructions in front of libseccomp's: on the native architecture, calls after the last one that the profile
/// names answer ENOSYS. A C library that tries a new call then falls back, where EPERM would break it.
std::vector<std::uint64_t> withUnknownCallsMissing(std::vector<std::uint64_t> program, std::uint32_t lastCall)
{
    const sock_filter prologue[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nativeArchitecture, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, lastCall, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
    };
    std::vector<std::uint64_t> out(std::size(prologue));
    std::memcpy(out.data(), prologue, sizeof prologue);
    out.insert(out.end(), program.begin(), program.end());
    return out;
}

Result<std::vector<std::uint64_t>> exported(void* context)
{
    const UniqueFd memory = UniqueFd::adopt(::memfd_create("seccomp", MFD_CLOEXEC));
    if (!memory)
        return Error::system(errno, "seccomp: memfd");
    if (const int done = ::seccomp_export_bpf(context, memory.get()); done != 0)
        return libraryError(done, "export");
    const off_t size = ::lseek(memory.get(), 0, SEEK_END);
    if (size < 0 || static_cast<std::size_t>(size) % sizeof(sock_filter) != 0)
        return Error(ErrorCode::Internal, "seccomp: export has an odd size");
    std::vector<std::uint64_t> program(static_cast<std::size_t>(size) / sizeof(sock_filter));
    if (::pread(memory.get(), program.data(), static_cast<std::size_t>(size), 0) != size)
        return Error::system(errno, "seccomp: export");
    return program;
}

Result<SeccompProgram> compile(const oci::Seccomp& seccomp)
{
    const std::uint32_t fallback = TRY(actionOf(seccomp.defaultAction, seccomp.defaultErrnoRet));
    const Context context(::seccomp_init(fallback));
    if (!context)
        return Error(ErrorCode::Invalid, "seccomp: default action " + seccomp.defaultAction);
    SeccompProgram program;
    program.flags = TRY(flagsOf(seccomp.flags));
    // Every other architecture of this machine (x32 and 32-bit programs) gets ENOSYS: see resources/seccomp.
    if (const int done = ::seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS)); done != 0)
        return libraryError(done, "architecture");
    ::seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2); // a binary tree instead of a chain
    const bool others = TRY(addArchitectures(context.get(), seccomp.architectures));

    int last = -1;
    for (const oci::SeccompRule& rule : seccomp.syscalls) {
        const std::uint32_t action = TRY(actionOf(rule.action, rule.errnoRet));
        std::vector<scmp_arg_cmp> comparisons;
        for (const oci::SeccompArgument& argument : rule.args)
            comparisons.push_back(TRY(comparison(argument)));
        for (const std::string& name : rule.names) {
            const int call = callNumber(name);
            if (call == __NR_SCMP_ERROR || (call < 0 && !others)) // of another architecture
                continue;
            last = std::max(last, call);
            if (action != fallback) // libseccomp refuses a rule that says nothing new
                TRY_CONTEXT(name, addRule(context.get(), action, call, comparisons));
        }
    }
    program.instructions = TRY(exported(context.get()));
    const bool denies = fallback != SCMP_ACT_ALLOW && fallback != SCMP_ACT_LOG && last >= 0;
    if (denies)
        program.instructions = withUnknownCallsMissing(std::move(program.instructions), static_cast<std::uint32_t>(last));
    if (program.instructions.size() > BPF_MAXINSNS)
        return Error(ErrorCode::TooLarge, "seccomp: the filter has more instructions than the kernel takes");
    return program;
}

std::string keyOf(const oci::Seccomp& seccomp)
{
    std::string key = seccomp.defaultAction + "|" + std::to_string(seccomp.defaultErrnoRet.value_or(0));
    for (const std::string& flag : seccomp.flags)
        key += "|" + flag;
    for (const std::string& architecture : seccomp.architectures)
        key += "|" + architecture;
    for (const oci::SeccompRule& rule : seccomp.syscalls) {
        key += "\n" + rule.action + "," + std::to_string(rule.errnoRet.value_or(0));
        for (const std::string& name : rule.names)
            key += " " + name;
        for (const oci::SeccompArgument& a : rule.args)
            key += "(" + std::to_string(a.index) + a.op + std::to_string(a.value) + "," + std::to_string(a.valueTwo);
    }
    return key;
}

} // namespace

Result<std::shared_ptr<const SeccompProgram>> compileSeccomp(const oci::Seccomp& seccomp)
{
    struct Entry {
        std::string key;
        std::shared_ptr<const SeccompProgram> program;
    };
    constexpr std::size_t kept = 8;
    static std::mutex mutex;
    static std::list<Entry> cache;

    std::string key = keyOf(seccomp);
    const std::scoped_lock lock(mutex);
    for (auto it = cache.begin(); it != cache.end(); ++it) {
        if (it->key == key) {
            cache.splice(cache.begin(), cache, it);
            return it->program;
        }
    }
    auto program = std::make_shared<const SeccompProgram>(TRY(compile(seccomp)));
    cache.push_front({ std::move(key), program });
    if (cache.size() > kept)
        cache.pop_back();
    return program;
}

} // namespace darsena::runtime
