// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/privileged/runtime/box.h"

#include <QProcess>

/// A bundle, and darsena-oci run on it.
namespace darsena::test {

struct Ran {
    int code = -1;
    std::string out, err;
};

class Bundle {
public:
    explicit Bundle(std::vector<std::string> command)
    {
        spec = runtime::defaultSpec();
        spec.process->args = std::move(command);
        spec.process->env = { "PATH=/bin" };
        spec.root.path = "rootfs";
        spec.linux.cgroupsPath = testGroup + "/oci";
        fs::rename(box.lower(), box.base() / "rootfs");
        write();
    }
    void write() const { std::ofstream(box.base() / "config.json") << oci::serializeRuntimeSpec(spec); }

    Ran run(const QStringList& arguments, const std::string& input = {}, const QStringList& environment = {}) const
    {
        QProcess process;
        if (!environment.isEmpty())
            process.setEnvironment(environment);
        process.start(QString(DARSENA_BIN_DIR) + "/darsena-oci", QStringList { "--root", QString::fromStdString(box.base() / "state") } + arguments);
        process.write(input.data(), static_cast<qint64>(input.size()));
        process.closeWriteChannel();
        process.waitForFinished();
        return { process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput().toStdString(),
            process.readAllStandardError().toStdString() };
    }
    /// `run` of the bundle as it is written now.
    Ran runIt() const { return run({ "run", "--bundle", path(), "one" }); }
    /// Nothing is left of any container.
    bool isClean() const { return fs::is_empty(box.base() / "state"); }

    QString path() const { return QString::fromStdString(box.base()); }
    fs::path rootfs() const { return box.base() / "rootfs"; }

    Box box;
    oci::RuntimeSpec spec;
};

} // namespace darsena::test
