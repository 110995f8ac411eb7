// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/container_config.h"

#include "core/api/model/fields.h"

namespace darsena::model {

template<>
struct Fields<HealthConfig> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit.unlessEmpty("Test", o.test);
        visit.unlessEmpty("Interval", o.interval);
        visit.unlessEmpty("Timeout", o.timeout);
        visit.unlessEmpty("StartPeriod", o.startPeriod);
        visit.unlessEmpty("StartInterval", o.startInterval);
        visit.unlessEmpty("Retries", o.retries);
    }
};
DARSENA_MODEL_JSON(HealthConfig)

template<>
struct Fields<ContainerConfig> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Hostname", o.hostname);
        visit("Domainname", o.domainname);
        visit("User", o.user);
        visit("AttachStdin", o.attachStdin);
        visit("AttachStdout", o.attachStdout);
        visit("AttachStderr", o.attachStderr);
        visit.unlessEmpty("ExposedPorts", o.exposedPorts);
        visit("Tty", o.tty);
        visit("OpenStdin", o.openStdin);
        visit("StdinOnce", o.stdinOnce);
        visit("Env", o.env);
        visit.command("Cmd", o.cmd);
        visit.unlessEmpty("Healthcheck", o.healthcheck);
        visit.unlessEmpty("ArgsEscaped", o.argsEscaped);
        visit("Image", o.image);
        visit.nullIfEmpty("Volumes", o.volumes);
        visit("WorkingDir", o.workingDir);
        visit.command("Entrypoint", o.entrypoint);
        visit.unlessEmpty("NetworkDisabled", o.networkDisabled);
        visit.unlessEmpty("MacAddress", o.macAddress);
        visit.nullIfEmpty("OnBuild", o.onBuild);
        visit("Labels", o.labels);
        visit.unlessEmpty("StopSignal", o.stopSignal);
        visit.unlessEmpty("StopTimeout", o.stopTimeout);
        visit.unlessEmpty("Shell", o.shell);
    }
};
DARSENA_MODEL_JSON(ContainerConfig)

} // namespace darsena::model
