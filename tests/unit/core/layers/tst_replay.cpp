// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/analysis.h"
#include "core/layers/view.h"

#include "core/archive/tar_writer.h"
#include "tests/unit/core/layers/layer_lines.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <random>
#include <set>

using namespace darsena;
using namespace darsena::layers;

namespace {

namespace fs = std::filesystem;

/// One layer by path, without what it removes; and what it removes.
struct Made {
    std::map<std::string, Line> lines;
    bool hasBelow(const std::string& path) const
    {
        const auto next = lines.upper_bound(path + "/");
        return next != lines.end() && next->first.starts_with(path + "/");
    }
};

/// Makes layers at random, over few names, so that they often meet.
class Random {
public:
    explicit Random(unsigned seed)
        : m_engine(seed)
    {
    }
    unsigned below(unsigned bound) { return std::uniform_int_distribution<unsigned>(0, bound - 1)(m_engine); }
    std::string path()
    {
        std::string result;
        for (unsigned depth = 1 + below(3); depth-- > 0;)
            result += (result.empty() ? "" : "/") + std::string(1, "abc"[below(3)]);
        return result;
    }
    Made layer()
    {
        Made made;
        for (unsigned i = 2 + below(9); i-- > 0;)
            add(made, path());
        return made;
    }

private:
    void add(Made& made, const std::string& path)
    {
        if (made.lines.contains(path))
            return;
        const unsigned kind = below(10);
        std::vector<std::string> parents;
        for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
            parents.push_back(path.substr(0, slash));
        for (const std::string& parent : parents) {
            const auto there = made.lines.find(parent);
            if (there != made.lines.end() && there->second.kind != 'd' && there->second.kind != 'o')
                return; // a file or a whiteout of this layer
        }
        Line line { 'f', path, fmt::format("{} {}", 1 + below(200), below(3)), 0644 };
        if (kind == 0 || kind == 1) {
            if (made.hasBelow(path))
                return;
            line = { 'w', path };
        } else if (kind == 2) {
            line = { 'o', path };
        } else if (kind == 3) {
            line = { 'd', path, below(2) == 0 ? "755" : "700" };
        } else if (made.hasBelow(path)) {
            line = { 'd', path };
        } else if (kind == 4) {
            line = { 'l', path, "a/b" };
        } else if (kind == 5) {
            std::vector<std::string> files;
            for (const auto& [name, other] : made.lines) {
                if (other.kind == 'f')
                    files.push_back(name);
            }
            if (!files.empty())
                line = { 'h', path, files[below(static_cast<unsigned>(files.size()))] };
        }
        for (const std::string& parent : parents)
            made.lines.try_emplace(parent, Line { 'd', parent });
        made.lines.emplace(path, line);
    }
    std::mt19937 m_engine;
};

std::string contentOf(const Line& line)
{
    return std::string(std::stoull(line.rest), line.rest.back());
}

/// The layer's ordinary members, hard links last; whiteouts are done by hand (unpackLayer).
std::string tarOf(const Made& made)
{
    archive::MemorySink sink;
    archive::TarWriter writer(sink);
    for (const bool links : { false, true }) {
        for (const auto& [path, line] : made.lines) {
            if (line.kind == 'w' || (line.kind == 'h') != links)
                continue;
            archive::Entry entry;
            entry.path = path;
            entry.mode = line.mode;
            entry.uid = ::getuid();
            entry.gid = ::getgid();
            std::string content;
            switch (line.kind) {
            case 'f':
                content = contentOf(line);
                break;
            case 'h':
                entry.type = archive::EntryType::Hardlink;
                entry.link = line.rest;
                break;
            case 'l':
                entry.type = archive::EntryType::Symlink;
                entry.link = line.rest;
                break;
            default:
                entry.type = archive::EntryType::Directory;
                if (line.kind == 'd' && !line.rest.empty())
                    entry.mode = static_cast<std::uint32_t>(std::stoul(line.rest, nullptr, 8));
            }
            entry.size = content.size();
            if (!writer.addFile(entry, content))
                qFatal("tar");
        }
    }
    if (!writer.finish())
        qFatal("tar");
    return sink.take();
}

/// Whether all parents of a path are directories, and no links that would lead elsewhere.
bool canBeReached(const fs::path& root, const std::string& path)
{
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        if (!fs::is_directory(fs::symlink_status(root / path.substr(0, slash))))
            return false;
    }
    return true;
}

/// What the image specification tells someone with rm and tar to do.
void unpackLayer(const Made& made, const fs::path& root)
{
    for (const auto& [path, line] : made.lines) {
        const fs::path target = root / path;
        if (!canBeReached(root, path))
            continue;
        if (line.kind == 'w') {
            fs::remove_all(target);
        } else if (line.kind == 'o' && fs::is_directory(fs::symlink_status(target))) {
            for (const auto& child : fs::directory_iterator(target))
                fs::remove_all(child.path());
        } else if (line.kind != 'd' && fs::is_directory(fs::symlink_status(target))) {
            fs::remove_all(target); // which tar refuses to do for a file
        }
    }
    QProcess tar;
    tar.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    tar.start(QStringLiteral("tar"), { QStringLiteral("-x"), QStringLiteral("--no-same-owner"), QStringLiteral("-p"), QStringLiteral("-C"), QString::fromStdString(root.native()) });
    tar.write(QByteArray::fromStdString(tarOf(made)));
    tar.closeWriteChannel();
    if (!tar.waitForFinished() || tar.exitCode() != 0)
        qFatal("tar failed");
}

/// "d 755 a" · "f 644 12 a/b" · "l a/c": everything in a directory; `bytes`: of contents, each inode once.
std::set<std::string> measure(const fs::path& root, std::uint64_t& bytes)
{
    std::set<std::string> found;
    std::set<ino_t> inodes;
    for (const auto& item : fs::recursive_directory_iterator(root)) {
        struct stat status {};
        ::lstat(item.path().c_str(), &status);
        const std::string path = item.path().native().substr(root.native().size() + 1);
        if (S_ISDIR(status.st_mode))
            found.insert(fmt::format("d {:o} {}", status.st_mode & 07777, path));
        else if (S_ISLNK(status.st_mode))
            found.insert(fmt::format("l {}", path));
        else
            found.insert(fmt::format("f {:o} {}", status.st_mode & 07777, path));
        if (S_ISREG(status.st_mode) && inodes.insert(status.st_ino).second)
            bytes += static_cast<std::uint64_t>(status.st_size);
    }
    return found;
}

std::set<std::string> seen(const Stack& stack, const View& view)
{
    std::set<std::string> found;
    for (Stack::NodeId id = 1; id < stack.nodes().size(); ++id) {
        const View::Cell& cell = view.cell(id);
        if (cell.mark == Mark::Absent || cell.mark == Mark::Removed)
            continue;
        const IndexEntry& entry = stack.entry(cell.version);
        if (entry.type == EntryType::Directory)
            found.insert(fmt::format("d {:o} {}", entry.mode, stack.node(id).path));
        else if (entry.type == EntryType::Symlink)
            found.insert(fmt::format("l {}", stack.node(id).path));
        else
            found.insert(fmt::format("f {:o} {}", entry.mode, stack.node(id).path));
    }
    return found;
}

} // namespace

/// The replay of layers in memory against GNU tar in a real directory: the same paths, modes and bytes after every layer.
class TestReplay : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsUnpackingWithTar();
};

void TestReplay::equalsUnpackingWithTar()
{
    if (QStandardPaths::findExecutable(QStringLiteral("tar")).isEmpty())
        QSKIP("tar is not installed");
    std::uint64_t wasted = 0, links = 0;
    for (unsigned seed = 1; seed <= 60; ++seed) {
        Random random(seed);
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        std::vector<std::shared_ptr<const Index>> indexes;
        for (int n = 0; n < 6; ++n) {
            const Made made = random.layer();
            std::vector<Line> lines;
            for (const auto& [path, line] : made.lines) {
                lines.push_back(line);
                if (line.kind == 'h') { // a link has its file's mode
                    lines.back().mode = made.lines.at(line.rest).mode;
                    ++links;
                }
            }
            indexes.push_back(layer(lines));
            unpackLayer(made, root);

            const Stack stack = stackOf(indexes);
            const View view = View::of(stack, { indexes.size() - 1, indexes.size() - 1 });
            std::uint64_t bytes = 0;
            const auto real = measure(root, bytes);
            const auto ours = seen(stack, view);
            const auto where = QStringLiteral("seed %1, layer %2").arg(seed).arg(n);
            QVERIFY2(real == ours, qPrintable(where + QString::fromStdString(fmt::format("\ntar:  {}\nours: {}", fmt::join(real, ", "), fmt::join(ours, ", ")))));
            QVERIFY2(view.cell(Stack::root).bytes == bytes, qPrintable(where));
            const Analysis analysis = analyse(stack);
            QVERIFY2(analysis.storedBytes - analysis.wastedBytes == bytes, qPrintable(where));
            wasted += analysis.wastedBytes;
        }
    }
    // Else the layers that chance made prove nothing.
    QVERIFY(wasted > 10'000);
    QVERIFY(links > 50);
}

QTEST_GUILESS_MAIN(TestReplay)
#include "tst_replay.moc"
