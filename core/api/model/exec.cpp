// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/exec.h"

#include "core/api/model/fields.h"

namespace darsena::model {

template<>
struct Fields<ExecCreate> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("User", o.user);
        visit("Privileged", o.privileged);
        visit("Tty", o.tty);
        visit.unlessEmpty("ConsoleSize", o.consoleSize);
        visit("AttachStdin", o.attachStdin);
        visit("AttachStderr", o.attachStderr);
        visit("AttachStdout", o.attachStdout);
        visit("DetachKeys", o.detachKeys);
        visit("Env", o.env);
        visit("WorkingDir", o.workingDir);
        visit("Cmd", o.cmd);
    }
};
DARSENA_MODEL_JSON(ExecCreate)

template<>
struct Fields<ExecCreated> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Id", o.id);
    }
};
DARSENA_MODEL_JSON(ExecCreated)

template<>
struct Fields<ExecStart> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Detach", o.detach);
        visit("Tty", o.tty);
        visit.unlessEmpty("ConsoleSize", o.consoleSize);
    }
};
DARSENA_MODEL_JSON(ExecStart)

template<>
struct Fields<ExecProcess> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("tty", o.tty);
        visit("entrypoint", o.entrypoint);
        visit("arguments", o.arguments);
        visit("privileged", o.privileged);
        visit.unlessEmpty("user", o.user);
    }
};
DARSENA_MODEL_JSON(ExecProcess)

template<>
struct Fields<ExecInspect> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("ID", o.id);
        visit("Running", o.running);
        visit("ExitCode", o.exitCode);
        visit("ProcessConfig", o.process);
        visit("OpenStdin", o.openStdin);
        visit("OpenStderr", o.openStderr);
        visit("OpenStdout", o.openStdout);
        visit("CanRemove", o.canRemove);
        visit("ContainerID", o.containerId);
        visit("DetachKeys", o.detachKeys);
        visit("Pid", o.pid);
    }
};
DARSENA_MODEL_JSON(ExecInspect)

} // namespace darsena::model
