// SPDX-License-Identifier: GPL-3.0-or-later
// The compiled filter is run here, instruction by instruction, on system calls of the test's choice.
#include "core/runtime/defaults.h"
#include "core/runtime/seccomp.h"

#include <QTest>

#include <cerrno>
#include <cstring>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/socket.h>
#include <sys/syscall.h>

using namespace darsena;

namespace {

constexpr std::uint32_t allow = SECCOMP_RET_ALLOW;
constexpr std::uint32_t denied = SECCOMP_RET_ERRNO | EPERM;
constexpr std::uint32_t missing = SECCOMP_RET_ERRNO | ENOSYS;

#if defined(__x86_64__)
constexpr std::uint32_t native = AUDIT_ARCH_X86_64;
#else
constexpr std::uint32_t native = AUDIT_ARCH_AARCH64;
#endif

/// Classic BPF as the kernel runs it (the instructions that seccomp allows and libseccomp makes).
std::uint32_t evaluate(const runtime::SeccompProgram& program, const seccomp_data& data)
{
    std::vector<sock_filter> code(program.instructions.size());
    std::memcpy(code.data(), program.instructions.data(), code.size() * sizeof(sock_filter));
    std::uint32_t accumulator = 0;
    for (std::size_t at = 0; at < code.size(); ++at) {
        const sock_filter& i = code[at];
        const bool immediate = BPF_SRC(i.code) == BPF_K;
        switch (i.code) {
        case BPF_LD | BPF_W | BPF_ABS:
            if (i.k + 4 > sizeof data)
                qFatal("load outside the data");
            std::memcpy(&accumulator, reinterpret_cast<const char*>(&data) + i.k, 4);
            break;
        case BPF_RET | BPF_K: return i.k;
        case BPF_ALU | BPF_AND | BPF_K: accumulator &= i.k; break;
        case BPF_JMP | BPF_JA: at += i.k; break;
        case BPF_JMP | BPF_JEQ | BPF_K: at += accumulator == i.k ? i.jt : i.jf; break;
        case BPF_JMP | BPF_JGT | BPF_K: at += accumulator > i.k ? i.jt : i.jf; break;
        case BPF_JMP | BPF_JGE | BPF_K: at += accumulator >= i.k ? i.jt : i.jf; break;
        case BPF_JMP | BPF_JSET | BPF_K: at += (accumulator & i.k) != 0 ? i.jt : i.jf; break;
        default: qFatal("instruction %x %d", i.code, immediate);
        }
    }
    qFatal("fell off the end");
}

std::uint32_t ask(const runtime::SeccompProgram& program, long call, std::uint64_t first = 0, std::uint64_t second = 0,
    std::uint32_t architecture = native)
{
    seccomp_data data {};
    data.nr = static_cast<int>(call);
    data.arch = architecture;
    data.args[0] = first;
    data.args[1] = second;
    return evaluate(program, data);
}

runtime::SeccompProgram filterFor(const std::vector<std::string>& capabilities)
{
    const auto profile = runtime::defaultSeccomp(capabilities);
    if (!profile)
        qFatal("%s", profile.error().message().c_str());
    const auto program = runtime::compileSeccomp(*profile);
    if (!program)
        qFatal("%s", program.error().message().c_str());
    return **program;
}

} // namespace

class TstSeccomp : public QObject {
    Q_OBJECT
private slots:
    void defaults_data();
    void defaults();
    void everyOtherSocketFamily();
    void otherArchitectures();
    void newerCalls();
    void capabilitiesOpenDoors();
    void customProfiles();
    void badProfiles_data();
    void badProfiles();
    void sameProfileIsCompiledOnce();
};

void TstSeccomp::defaults_data()
{
    QTest::addColumn<qlonglong>("call");
    QTest::addColumn<qulonglong>("argument");
    QTest::addColumn<uint>("answer");
    const auto row = [](const char* name, long call, std::uint64_t argument, std::uint32_t answer) {
        QTest::newRow(name) << qlonglong(call) << qulonglong(argument) << uint(answer);
    };
    row("read", SYS_read, 0, allow);
    row("execve", SYS_execve, 0, allow);
    row("capset", SYS_capset, 0, allow);
    row("close_range", SYS_close_range, 0, allow);
    row("openat2", SYS_openat2, 0, allow);
    row("faccessat2", SYS_faccessat2, 0, allow);
    row("listen", SYS_listen, 0, allow);
    row("mount", SYS_mount, 0, denied);
    row("umount2", SYS_umount2, 0, denied);
    row("setns", SYS_setns, 0, denied);
    row("unshare of users", SYS_unshare, 0x10000000, denied);
    row("clone of a thread", SYS_clone, 0x003d0f00, allow);
    row("clone of a user namespace", SYS_clone, 0x10000000, denied);
    row("clone of a network namespace", SYS_clone, 0x40000000, denied);
    row("clone3", SYS_clone3, 0, missing);
    row("bpf", SYS_bpf, 0, denied);
    row("io_uring_setup", SYS_io_uring_setup, 0, denied);
    row("userfaultfd", SYS_userfaultfd, 0, denied);
    row("perf_event_open", SYS_perf_event_open, 0, denied);
    row("kexec_load", SYS_kexec_load, 0, denied);
    row("init_module", SYS_init_module, 0, denied);
    row("keyctl", SYS_keyctl, 0, denied);
    row("add_key", SYS_add_key, 0, denied);
    row("request_key", SYS_request_key, 0, denied);
    row("open_by_handle_at", SYS_open_by_handle_at, 0, denied);
    row("open_tree", SYS_open_tree, 0, denied);
    row("reboot", SYS_reboot, 0, denied);
    row("swapon", SYS_swapon, 0, denied);
    row("settimeofday", SYS_settimeofday, 0, denied);
    row("personality of Linux", SYS_personality, 0, allow);
    row("personality asked for", SYS_personality, 0xFFFFFFFF, allow);
    row("personality without address randomisation", SYS_personality, 0x0040000, denied);
    row("socket unix", SYS_socket, AF_UNIX, allow);
    row("socket inet", SYS_socket, AF_INET, allow);
    row("socket inet6", SYS_socket, AF_INET6, allow);
    row("socket netlink", SYS_socket, AF_NETLINK, allow);
    row("socket packet", SYS_socket, AF_PACKET, allow);
    // The kernel reads 32 bits of the family; the high ones must change nothing in either direction.
    row("socket inet, high bits", SYS_socket, 0x7700000000 + AF_INET, allow);
    row("socket vsock", SYS_socket, 40, denied);
    row("socket vsock, high bits", SYS_socket, 0x100000028, denied);
    row("socket alg", SYS_socket, 38, denied);
    row("socket alg, high bits", SYS_socket, 0xFFFFFFFF00000026, denied);
}

void TstSeccomp::defaults()
{
    QFETCH(qlonglong, call);
    QFETCH(qulonglong, argument);
    QFETCH(uint, answer);
    const runtime::SeccompProgram program = filterFor(runtime::defaultCapabilities());
    QCOMPARE(ask(program, call, argument), answer);
}

void TstSeccomp::everyOtherSocketFamily()
{
    const runtime::SeccompProgram program = filterFor(runtime::defaultCapabilities());
    for (std::uint64_t family = 0; family < 256; ++family) {
        const bool named = family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK || family == AF_PACKET;
        for (const std::uint64_t high : { std::uint64_t { 0 }, std::uint64_t { 1 } << 32, std::uint64_t { 1 } << 63 })
            QCOMPARE(ask(program, SYS_socket, family | high), named ? allow : denied);
    }
}

void TstSeccomp::otherArchitectures()
{
    const runtime::SeccompProgram program = filterFor(runtime::defaultCapabilities());
    // 102 is socketcall of 32-bit x86, which hides the family from any filter.
    QCOMPARE(ask(program, 102, 1, 0, AUDIT_ARCH_I386), missing);
    QCOMPARE(ask(program, SYS_read, 0, 0, AUDIT_ARCH_I386), missing);
#if defined(__x86_64__)
    QCOMPARE(ask(program, 0x40000000 | SYS_read), missing); // x32
#endif
}

void TstSeccomp::newerCalls()
{
    const runtime::SeccompProgram program = filterFor(runtime::defaultCapabilities());
    QCOMPARE(ask(program, 452), allow); // fchmodat2: libseccomp 2.5.4 does not know it
    QCOMPARE(ask(program, 462), allow); // mseal
    for (const long call : { 467L, 470L, 500L, 1000L, 0x3FFFFFFFL })
        QCOMPARE(ask(program, call), missing);
}

void TstSeccomp::capabilitiesOpenDoors()
{
    const auto with = [](std::vector<std::string> added) {
        std::vector<std::string> names = runtime::defaultCapabilities();
        names.insert(names.end(), added.begin(), added.end());
        return filterFor(names);
    };
    const runtime::SeccompProgram admin = with({ "CAP_SYS_ADMIN" });
    QCOMPARE(ask(admin, SYS_mount), allow);
    QCOMPARE(ask(admin, SYS_clone, 0x10000000), allow);
    QCOMPARE(ask(admin, SYS_clone3), allow);
    QCOMPARE(ask(admin, SYS_init_module), denied);
    QCOMPARE(ask(with({ "CAP_SYS_MODULE" }), SYS_init_module), allow);
    QCOMPARE(ask(with({ "CAP_SYS_TIME" }), SYS_settimeofday), allow);
    QCOMPARE(ask(with({ "CAP_BPF" }), SYS_bpf), allow);
    QCOMPARE(ask(filterFor({}), SYS_chroot), denied);
    QCOMPARE(ask(filterFor(runtime::defaultCapabilities()), SYS_chroot), allow);
}

void TstSeccomp::customProfiles()
{
    const auto profile = runtime::parseSeccompProfile(R"({
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [
            {"names": ["mkdir", "mkdirat", "no_such_call"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13},
            {"names": ["kill"], "action": "SCMP_ACT_KILL_PROCESS", "args": [{"index": 1, "value": 9, "op": "SCMP_CMP_EQ"}]},
            {"names": ["sync"], "action": "SCMP_ACT_ERRNO", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
            {"names": ["syncfs"], "action": "SCMP_ACT_ERRNO", "excludes": {"caps": ["CAP_SYS_ADMIN"]}}
        ]})", { "CAP_CHOWN" });
    QVERIFY2(profile.ok(), profile.ok() ? "" : profile.error().message().c_str());
    const auto program = runtime::compileSeccomp(*profile);
    QVERIFY(program.ok());
    QCOMPARE(ask(**program, SYS_mkdirat), std::uint32_t(SECCOMP_RET_ERRNO | EACCES));
    QCOMPARE(ask(**program, SYS_kill, 1, 9), std::uint32_t(SECCOMP_RET_KILL_PROCESS));
    QCOMPARE(ask(**program, SYS_kill, 1, 15), allow);
    QCOMPARE(ask(**program, SYS_sync), allow);
    QCOMPARE(ask(**program, SYS_syncfs), denied);
    QCOMPARE(ask(**program, 100000), allow);
}

void TstSeccomp::badProfiles_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("not JSON") << "{";
    QTest::newRow("a list") << "[]";
    QTest::newRow("no default") << "{}";
    QTest::newRow("unknown default") << R"({"defaultAction":"SCMP_ACT_MAYBE"})";
    QTest::newRow("unknown action") << R"({"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"x"}]})";
    QTest::newRow("unknown operator")
        << R"({"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_ERRNO","args":[{"index":0,"value":1,"op":"x"}]}]})";
    QTest::newRow("argument 6")
        << R"({"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_ERRNO","args":[{"index":6,"value":1,"op":"SCMP_CMP_EQ"}]}]})";
    QTest::newRow("errno too large") << R"({"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":70000})";
    QTest::newRow("unknown capability")
        << R"({"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_ERRNO","includes":{"caps":["CAP_X"]}}]})";
    QTest::newRow("calls that are no objects") << R"({"defaultAction":"SCMP_ACT_ALLOW","syscalls":["read"]})";
}

void TstSeccomp::badProfiles()
{
    QFETCH(QString, text);
    const auto profile = runtime::parseSeccompProfile(text.toStdString(), {});
    if (profile)
        QVERIFY(!runtime::compileSeccomp(*profile).ok());
    else
        QCOMPARE(profile.error().code(), ErrorCode::Invalid);
}

void TstSeccomp::sameProfileIsCompiledOnce()
{
    const auto profile = runtime::defaultSeccomp(runtime::defaultCapabilities());
    QCOMPARE(runtime::compileSeccomp(*profile)->get(), runtime::compileSeccomp(*profile)->get());
}

QTEST_GUILESS_MAIN(TstSeccomp)
#include "tst_seccomp.moc"
