#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// testcontainers against the engine at DOCKER_HOST that has the image busybox. Nothing here knows which engine it is.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const http = require("node:http");
const { GenericContainer, Network, Wait } = require("testcontainers");
const { run, text } = require("./steps.js");

const page = (host, port) => new Promise((resolve, reject) => http.get({ host, port, path: "/" }, (answer) => resolve(text(answer))).on("error", reject));
const serve = "mkdir /www; echo served > /www/index.html; sleep 0.3; echo ready to serve; httpd -f -p 80 -h /www";

const steps = {
    async "an exposed port, waiting for a line of the log"() {
        const container = await new GenericContainer("busybox").withCommand(["sh", "-c", serve]).withExposedPorts(80)
            .withWaitStrategy(Wait.forLogMessage("ready to serve")).start();
        let answer = "";
        for (let tries = 0; tries < 50 && !answer; ++tries)
            answer = await page(container.getHost(), container.getMappedPort(80)).catch(() => new Promise((resolve) => setTimeout(resolve, 100, "")));
        assert.equal(answer, "served\n");
        await container.stop();
    },
    async "waiting for listening ports"() {
        const container = await new GenericContainer("busybox").withCommand(["sh", "-c", serve]).withExposedPorts(80)
            .withWaitStrategy(Wait.forListeningPorts()).withStartupTimeout(20000).start();
        assert.equal(await page(container.getHost(), container.getMappedPort(80)), "served\n");
        await container.stop();
    },
    async "waiting for an HTTP answer"() {
        const container = await new GenericContainer("busybox").withCommand(["sh", "-c", serve]).withExposedPorts(80)
            .withWaitStrategy(Wait.forHttp("/", 80)).withStartupTimeout(20000).start();
        await container.stop();
    },
    async "waiting for a health check"() {
        const container = await new GenericContainer("busybox").withCommand(["sh", "-c", "sleep 0.5; touch /tmp/well; sleep 1000"])
            .withHealthCheck({ test: ["CMD-SHELL", "test -e /tmp/well"], interval: 200, timeout: 1000, retries: 20, startPeriod: 100 })
            .withWaitStrategy(Wait.forHealthCheck()).withStartupTimeout(20000).start();
        assert.equal((await container.exec(["test", "-e", "/tmp/well"])).exitCode, 0);
        await container.stop({ timeout: 0 });
    },
    async "waiting for a command, and for the end"() {
        const ready = await new GenericContainer("busybox").withCommand(["sh", "-c", "sleep 0.3; touch /tmp/x; sleep 1000"])
            .withWaitStrategy(Wait.forSuccessfulCommand("test -e /tmp/x")).start();
        await ready.stop({ timeout: 0 });
        const once = await new GenericContainer("busybox").withCommand(["sh", "-c", "echo done"]).withWaitStrategy(Wait.forOneShotStartup()).start();
        assert.ok((await text(await once.logs())).includes("done"));
        await once.stop();
    },
    async "files and contents copied in, and an archive out"() {
        fs.writeFileSync("source.txt", "from a file\n");
        fs.mkdirSync("folder", { recursive: true });
        fs.writeFileSync("folder/inner.txt", "from a folder\n");
        const container = await new GenericContainer("busybox").withCommand(["sleep", "1000"])
            .withCopyFilesToContainer([{ source: "source.txt", target: "/in/file.txt" }])
            .withCopyDirectoriesToContainer([{ source: "folder", target: "/in/folder" }])
            .withCopyContentToContainer([{ content: "from a text\n", target: "/in/text.txt", mode: 0o600 }]).start();
        assert.equal((await container.exec(["cat", "/in/file.txt", "/in/folder/inner.txt", "/in/text.txt"])).output,
            "from a file\nfrom a folder\nfrom a text\n");
        await container.copyContentToContainer([{ content: "later\n", target: "/in/later.txt" }]);
        assert.ok((await text(await container.copyArchiveFromContainer("/in/later.txt"))).includes("later\n"));
        await container.stop({ timeout: 0 });
    },
    async "exec, environment, working directory, user"() {
        const container = await new GenericContainer("busybox").withCommand(["sleep", "1000"]).withEnvironment({ A: "b" })
            .withWorkingDir("/tmp").withName("named").withLabels({ l: "1" }).start();
        const result = await container.exec(["sh", "-c", "echo $A $PWD; echo err >&2; exit 3"]);
        assert.deepEqual([result.exitCode, result.output.includes("b /tmp\n"), result.output.includes("err\n")], [3, true, true]);
        assert.ok((await container.exec("id", { user: "7" })).output.startsWith("uid=7"));
        assert.equal(container.getName().replace("/", ""), "named");
        await container.restart({ timeout: 0 });
        await container.stop({ timeout: 0 });
    },
    async "a network with aliases"() {
        const network = await new Network().start();
        const server = await new GenericContainer("busybox").withCommand(["sh", "-c", serve]).withNetwork(network)
            .withNetworkAliases("web", "www").withWaitStrategy(Wait.forLogMessage("ready")).start();
        const client = await new GenericContainer("busybox").withCommand(["sleep", "1000"]).withNetwork(network).start();
        for (const name of ["web", "www"]) {
            const result = await client.exec(["sh", "-c", `for i in 1 2 3 4 5 6 7 8 9 10; do wget -q -O - http://${name}/ && break; sleep 0.2; done`]);
            assert.equal(result.output, "served\n");
        }
        assert.ok(server.getIpAddress(network.getName()));
        await client.stop({ timeout: 0 });
        await server.stop();
        await network.stop();
    },
    async "logs that are followed"() {
        const container = await new GenericContainer("busybox").withCommand(["sh", "-c", "for i in 1 2 3; do echo line $i; sleep 0.1; done"]).start();
        const lines = [];
        const stream = await container.logs();
        await new Promise((resolve) => stream.on("data", (line) => lines.push(String(line).trim())).on("end", resolve).on("close", resolve));
        assert.deepEqual(lines, ["line 1", "line 2", "line 3"]);
        await container.stop();
    },
    async "tmpfs, bind mount, limits, ulimits, dropped capabilities"() {
        fs.writeFileSync(`${process.env.BOUND}/f`, "bound\n");
        const container = await new GenericContainer("busybox").withCommand(["sleep", "1000"]).withTmpFs({ "/scratch": "rw,size=1m" })
            .withBindMounts([{ source: process.env.BOUND, target: "/bound", mode: "ro" }]).withResourcesQuota({ memory: 0.0625, cpu: 0.5 })
            .withUlimits({ nofile: { hard: 200, soft: 100 } }).withDroppedCapabilities("MKNOD").start();
        assert.equal((await container.exec(["cat", "/bound/f"])).output, "bound\n");
        // Of the process itself: an exec has the container's soft limit with some versions of runc only.
        assert.match((await container.exec(["grep", "open files", "/proc/1/limits"])).output, /open files +100 +200 /);
        await container.stop({ timeout: 0 });
    },
    async "an image built from a Dockerfile"() {
        fs.mkdirSync("project", { recursive: true });
        fs.writeFileSync("project/Dockerfile", "FROM busybox\nARG WHO=world\nRUN echo hello $WHO > /greeting\nCMD [\"sleep\", \"1000\"]\n");
        const image = await GenericContainer.fromDockerfile("project").withBuildArgs({ WHO: "there" }).withCache(true).build("built:1", { deleteOnExit: false });
        const container = await image.start();
        assert.equal((await container.exec(["cat", "/greeting"])).output, "hello there\n");
        await container.stop({ timeout: 0 });
    },
};

run(steps, async () => {});
