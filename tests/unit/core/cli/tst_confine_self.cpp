// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/confine_self.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cerrno>
#include <functional>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::cli;

namespace {

/// What a call came to: 0, or its errno.
int outcome(long result)
{
    return result >= 0 ? 0 : errno;
}

int tryOpen(const std::string& path, int flags)
{
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
    const int result = outcome(fd);
    if (fd >= 0)
        ::close(fd);
    return result;
}

int trySocket(int family)
{
    return outcome(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

bool kernelHasLandlock()
{
    return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 1;
}

/// Confines a child of this test, and gives what `attempt` returned there; -1 when it could not be confined.
int inConfinedChild(const Confinement& needs, const std::function<int()>& attempt)
{
    const pid_t child = ::fork();
    if (child == 0) {
        const auto confined = confineSelf(needs);
        ::_exit(confined ? attempt() : 255);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) == 255)
        return -1;
    return WEXITSTATUS(status);
}

} // namespace

class TestConfineSelf : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)).toStdString(); }

private slots:
    void initTestCase()
    {
        for (const char* name : {"source/file", "other/file"}) {
            const QString file = m_folder.filePath(QString::fromLatin1(name));
            QVERIFY(QDir().mkpath(QFileInfo(file).path()));
            QFile writer(file);
            QVERIFY(writer.open(QIODevice::WriteOnly) && writer.write("x") == 1);
        }
        QVERIFY(QDir().mkpath(m_folder.filePath(QStringLiteral("cache"))));
    }

    void files()
    {
        if (!kernelHasLandlock())
            QSKIP("this kernel has no Landlock");
        const Confinement needs {{path("source"), path("missing")}, {path("cache")}, false};
        QCOMPARE(inConfinedChild(needs, [&] { return tryOpen(path("source/file"), O_RDONLY); }), 0);
        QCOMPARE(inConfinedChild(needs, [&] { return tryOpen(path("source/file"), O_WRONLY); }), EACCES);
        QCOMPARE(inConfinedChild(needs, [&] { return tryOpen(path("source/new"), O_WRONLY | O_CREAT); }), EACCES);
        QCOMPARE(inConfinedChild(needs, [&] { return tryOpen(path("other/file"), O_RDONLY); }), EACCES);
        QCOMPARE(inConfinedChild(needs, [&] { return tryOpen("/etc/passwd", O_RDONLY); }), EACCES);
        QCOMPARE(inConfinedChild(needs, [&] { return tryOpen(path("cache/new"), O_RDWR | O_CREAT); }), 0);
        QCOMPARE(inConfinedChild(needs, [&] { return tryOpen(path("cache"), O_RDWR | O_TMPFILE); }), 0);
        QCOMPARE(inConfinedChild(needs, [&] { return outcome(::rename(path("cache/new").c_str(), path("cache/newer").c_str())); }), 0);
        // Not Landlock's matter: the mode of a file elsewhere that is the user's own.
        QCOMPARE(inConfinedChild(needs, [&] { return outcome(::chmod(path("other/file").c_str(), 0777)); }), EPERM);
        // A name that leads out of the folder is of no use.
        QCOMPARE(inConfinedChild(needs,
                     [&] {
                         if (::symlinkat("/etc/passwd", AT_FDCWD, path("cache/link").c_str()) != 0)
                             return 1;
                         return tryOpen(path("cache/link"), O_RDONLY);
                     }),
            EACCES);
    }

    void oneFile()
    {
        if (!kernelHasLandlock())
            QSKIP("this kernel has no Landlock");
        const Confinement needs {{path("source/file")}, {}, false};
        QCOMPARE(inConfinedChild(needs, [&] { return tryOpen(path("source/file"), O_RDONLY); }), 0);
        QCOMPARE(inConfinedChild(needs, [&] { return tryOpen(path("source"), O_RDONLY | O_DIRECTORY); }), EACCES);
    }

    void processes()
    {
        QCOMPARE(inConfinedChild({},
                     [] {
                         char* const none[] = {nullptr};
                         return outcome(::execve("/bin/true", none, none));
                     }),
            EPERM);
        QCOMPARE(inConfinedChild({}, [] { return outcome(::fork()); }), EPERM);
        QCOMPARE(inConfinedChild({}, [] { return outcome(::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr)); }), EPERM);
        QCOMPARE(inConfinedChild({}, [] { return outcome(::kill(::getppid(), 0)); }), EPERM);
        QCOMPARE(inConfinedChild({}, [] { return outcome(::unshare(CLONE_NEWUSER)); }), EPERM);
        QCOMPARE(inConfinedChild({}, [] { return outcome(::syscall(SYS_bpf, 0, nullptr, 0)); }), EPERM);
    }

    void sockets()
    {
        QCOMPARE(inConfinedChild({}, [] { return trySocket(AF_UNIX); }), EPERM);
        QCOMPARE(inConfinedChild({}, [] { return trySocket(AF_INET); }), EPERM);
        const Confinement network {{}, {}, true};
        QCOMPARE(inConfinedChild(network, [] { return trySocket(AF_INET); }), 0);
        QCOMPARE(inConfinedChild(network, [] { return trySocket(AF_INET6); }), 0);
        // An engine's socket would be root's power.
        QCOMPARE(inConfinedChild(network, [] { return trySocket(AF_UNIX); }), EPERM);
        QCOMPARE(inConfinedChild(network, [] { return trySocket(AF_PACKET); }), EPERM);
    }

    void executableMemory()
    {
        const auto map = [] {
            return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
        };
        QCOMPARE(inConfinedChild({}, map), EPERM);
    }

    void whatIsOpenStaysOpen()
    {
        int ends[2];
        QCOMPARE(::pipe2(ends, O_CLOEXEC), 0);
        QCOMPARE(inConfinedChild({}, [&] { return ::write(ends[1], "hello", 5) == 5 ? 0 : errno; }), 0);
        char text[5];
        QCOMPARE(::read(ends[0], text, 5), 5);
        ::close(ends[0]);
        ::close(ends[1]);
    }

    void threadsRun()
    {
        QCOMPARE(inConfinedChild({},
                     [&] {
                         int inThread = 0;
                         std::thread thread([&] { inThread = trySocket(AF_INET); });
                         thread.join();
                         return inThread;
                     }),
            EPERM);
    }

    void namesAreFoundInTheNetwork()
    {
        const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        QCOMPARE(::bind(listener, reinterpret_cast<sockaddr*>(&address), length), 0);
        QCOMPARE(::listen(listener, 1), 0);
        QCOMPARE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length), 0);
        const std::string port = std::to_string(ntohs(address.sin_port));
        QCOMPARE(inConfinedChild({{}, {}, true},
                     [&] {
                         addrinfo hints {};
                         hints.ai_family = AF_INET;
                         hints.ai_socktype = SOCK_STREAM;
                         addrinfo* found = nullptr;
                         if (::getaddrinfo("localhost", port.c_str(), &hints, &found) != 0)
                             return 200;
                         const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
                         return outcome(::connect(fd, found->ai_addr, found->ai_addrlen));
                     }),
            0);
        ::close(listener);
    }
};

QTEST_GUILESS_MAIN(TestConfineSelf)
#include "tst_confine_self.moc"
