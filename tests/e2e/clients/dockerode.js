#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// dockerode at its everyday work, against the engine at DOCKER_HOST that has the image busybox. Nothing here knows which one.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const { PassThrough } = require("node:stream");
const tar = require("tar-stream");
const Docker = require("dockerode");
const { eventually, run, text } = require("./steps.js");

const docker = new Docker({ socketPath: process.env.DOCKER_HOST.replace("unix://", "") });
const none = { NetworkMode: "none" };

const status = async (code, call) => {
    await assert.rejects(call, (error) => {
        assert.equal(error.statusCode, code, error.message);
        return true;
    });
};
const started = async (options) => {
    const container = await docker.createContainer({ Image: "busybox", Cmd: ["sleep", "1000"], HostConfig: none, ...options });
    await container.start();
    return container;
};
const away = (container) => container.remove({ force: true, v: true });
const archive = (files) => {
    const pack = tar.pack();
    for (const [name, content] of Object.entries(files))
        pack.entry({ name }, content);
    pack.finalize();
    return pack;
};
const split = async (stream) => {
    const out = new PassThrough(), err = new PassThrough();
    docker.modem.demuxStream(stream, out, err);
    stream.on("end", () => { out.end(); err.end(); });
    return Promise.all([text(out), text(err)]);
};
const progress = (stream) => new Promise((resolve, reject) =>
    docker.modem.followProgress(stream, (error, lines) => (error ? reject(error) : resolve(lines))));

const steps = {
    async "ping, version, info, df"() {
        assert.equal(String(await docker.ping()), "OK");
        assert.ok((await docker.version()).ApiVersion);
        assert.equal((await docker.info()).OSType, "linux");
        assert.ok((await docker.df()).Images.length > 0);
    },
    async "run with its output"() {
        const out = new PassThrough(), err = new PassThrough();
        const [result, container] = await docker.run("busybox", ["sh", "-c", "echo out; echo err >&2; exit 3"], [out, err],
            { Tty: false, HostConfig: none });
        out.end();
        err.end();
        assert.equal(result.StatusCode, 3);
        assert.equal(await text(out), "out\n");
        assert.equal(await text(err), "err\n");
        await away(container);
    },
    async "create, start, inspect, list, stop, remove"() {
        const container = await docker.createContainer({
            Image: "busybox", name: "life", Cmd: ["sh", "-c", "trap 'exit 4' TERM; while :; do sleep 0.1; done"], Labels: { role: "web" },
            Env: ["A=b"], HostConfig: { ...none, Memory: 64 << 20, CapDrop: ["MKNOD"] },
        });
        await container.start();
        await status(304, () => container.start());
        const found = await container.inspect();
        assert.equal(found.State.Running, true);
        assert.equal(found.HostConfig.Memory, 64 << 20);
        const list = await docker.listContainers({ filters: { label: ["role=web"] } });
        assert.deepEqual(list[0].Names, ["/life"]);
        await container.pause();
        await container.unpause();
        await container.rename({ name: "renamed" });
        await container.restart({ t: 1 });
        await container.stop({ t: 5 });
        await status(304, () => container.stop());
        assert.equal((await container.wait()).StatusCode, 4);
        await container.remove();
        await status(404, () => container.inspect());
    },
    async "errors"() {
        await status(404, () => docker.getContainer("nosuch").start());
        await status(404, () => docker.createContainer({ Image: "nosuch" }));
        await status(400, () => docker.createContainer({ Image: "busybox", name: "bad name" }));
        await status(404, () => docker.getImage("nosuch").inspect());
        const container = await docker.createContainer({ Image: "busybox", name: "taken" });
        await status(409, () => docker.createContainer({ Image: "busybox", name: "taken" }));
        await status(409, () => container.kill());
        await away(container);
    },
    async "logs, at once and followed"() {
        const container = await started({ Cmd: ["sh", "-c", "for i in 1 2 3; do echo line $i; sleep 0.2; done; echo end >&2"] });
        const [out, err] = await split(await container.logs({ follow: true, stdout: true, stderr: true }));
        assert.equal(out, "line 1\nline 2\nline 3\n");
        assert.equal(err, "end\n");
        const all = await container.logs({ stdout: true, tail: 2 });
        assert.equal(all.subarray(8).toString(), "line 3\n");
        await away(container);
    },
    async "attach with input"() {
        const container = await docker.createContainer({
            Image: "busybox", Cmd: ["cat"], OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, HostConfig: none });
        const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
        await container.start();
        stream.end("through\n");
        assert.equal((await split(stream))[0], "through\n");
        await container.wait();
        await away(container);
    },
    async "a terminal, resized"() {
        const container = await docker.createContainer({ Image: "busybox", Cmd: ["sh"], Tty: true, OpenStdin: true, HostConfig: none });
        const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
        let seen = "";
        stream.on("data", (data) => { seen += data; });
        await container.start();
        await container.resize({ h: 33, w: 99 });
        stream.write("stty size; exit\n");
        await eventually(() => seen.includes("33 99"));
        await container.wait();
        await away(container);
    },
    async "exec"() {
        const container = await started();
        const exec = await container.exec({ Cmd: ["sh", "-c", "cat; echo err >&2; exit 5"], AttachStdin: true, AttachStdout: true, AttachStderr: true });
        const stream = await exec.start({ hijack: true, stdin: true });
        stream.end("typed\n");
        assert.deepEqual(await split(stream), ["typed\n", "err\n"]);
        await eventually(async () => (await exec.inspect()).ExitCode === 5);
        await away(container);
    },
    async "top and stats"() {
        const container = await started({ HostConfig: { ...none, Memory: 64 << 20 } });
        assert.ok((await container.top()).Processes.some((row) => row.join(" ").includes("sleep 1000")));
        const once = await container.stats({ stream: false });
        assert.equal(once.memory_stats.limit, 64 << 20);
        const stream = await container.stats({ stream: true });
        await new Promise((resolve) => stream.once("data", resolve));
        stream.destroy();
        await away(container);
    },
    async "archives in and out, changes, export, commit"() {
        const container = await started();
        await container.putArchive(archive({ a: "alpha" }), { path: "/tmp" });
        const extract = tar.extract();
        const names = [];
        extract.on("entry", (header, stream, next) => { names.push(header.name); stream.on("end", next); stream.resume(); });
        const stream = await container.getArchive({ path: "/tmp/a" });
        await new Promise((resolve, reject) => stream.pipe(extract).on("finish", resolve).on("error", reject));
        assert.deepEqual(names, ["a"]);
        assert.ok((await container.changes()).some((change) => change.Path === "/tmp/a" && change.Kind === 1));
        assert.ok((await text(await container.export())).includes("alpha"));
        await container.commit({ repo: "committed", tag: "1", changes: "LABEL m=1" });
        assert.equal((await docker.getImage("committed:1").inspect()).Config.Labels.m, "1");
        await away(container);
        await docker.getImage("committed:1").remove();
    },
    async "images: list, inspect, tag, history, get, load, remove"() {
        const image = docker.getImage("busybox:latest");
        assert.deepEqual((await image.inspect()).RepoTags, ["busybox:latest"]);
        await image.tag({ repo: "other", tag: "1" });
        assert.equal((await docker.listImages({ filters: { reference: ["other"] } })).length, 1);
        assert.ok((await image.history()).length > 0);
        const saved = "saved.tar";
        await new Promise((resolve, reject) => docker.getImage("other:1").get().then(
            (stream) => stream.pipe(fs.createWriteStream(saved)).on("finish", resolve).on("error", reject), reject));
        await docker.getImage("other:1").remove();
        assert.ok(JSON.stringify(await progress(await docker.loadImage(saved))).includes("Loaded image"));
        await docker.getImage("other:1").remove();
    },
    async "build"() {
        const context = archive({ Dockerfile: "FROM busybox\nCOPY file /\nRUN cat /file > /copy\nCMD [\"cat\", \"/copy\"]\n", file: "built" });
        const lines = await progress(await docker.buildImage(context, { t: "built:1", networkmode: "none" }));
        assert.ok(lines.some((line) => (line.stream || "").includes("Successfully tagged built:1")));
        const out = new PassThrough();
        const [, container] = await docker.run("built:1", [], out, { Cmd: undefined, HostConfig: none });
        out.end();
        assert.ok((await text(out)).includes("built"));
        await away(container);
        await docker.getImage("built:1").remove({ force: true });
    },
    async "events"() {
        const stream = await docker.getEvents({ filters: { type: ["container"], event: ["create", "destroy"] } });
        let seen = "";
        stream.on("data", (data) => { seen += data; });
        await away(await docker.createContainer({ Image: "busybox", name: "told", HostConfig: none }));
        await eventually(() => seen.includes('"destroy"'));
        assert.ok(seen.includes('"create"') && seen.includes("told"));
        stream.destroy();
    },
    async "networks"() {
        const network = await docker.createNetwork({ Name: "lan", Labels: { a: "b" }, IPAM: { Config: [{ Subnet: "10.82.0.0/24" }] } });
        const container = await started({ name: "member", HostConfig: { NetworkMode: "lan" } });
        const other = await started({ name: "guest", HostConfig: { NetworkMode: "bridge" } });
        await network.connect({ Container: other.id, EndpointConfig: { Aliases: ["gast"] } });
        assert.equal(Object.keys((await network.inspect()).Containers).length, 2);
        await network.disconnect({ Container: other.id });
        assert.equal((await docker.listNetworks({ filters: { name: ["lan"] } })).length, 1);
        await away(container);
        await away(other);
        await network.remove();
        assert.ok("NetworksDeleted" in await docker.pruneNetworks());
    },
    async "ports"() {
        const container = await started({
            ExposedPorts: { "80/tcp": {} }, HostConfig: { PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] } } });
        const ports = (await container.inspect()).NetworkSettings.Ports;
        assert.ok(Number(ports["80/tcp"][0].HostPort) > 0);
        assert.equal((await docker.listContainers())[0].Ports[0].PrivatePort, 80);
        await away(container);
    },
    async "volumes"() {
        await docker.createVolume({ Name: "vol", Labels: { a: "b" } });
        const volume = docker.getVolume("vol");
        assert.deepEqual((await volume.inspect()).Labels, { a: "b" });
        const container = await started({ HostConfig: { ...none, Binds: ["vol:/data"] } });
        await status(409, () => volume.remove());
        assert.equal((await container.inspect()).Mounts[0].Name, "vol");
        await away(container);
        assert.deepEqual((await docker.listVolumes({ filters: { label: ["a=b"] } })).Volumes.map((found) => found.Name), ["vol"]);
        await volume.remove();
        assert.ok("SpaceReclaimed" in await docker.pruneVolumes());
    },
    async "update, and prune of containers and images"() {
        const container = await started({ HostConfig: { ...none, Memory: 64 << 20 } });
        await container.update({ Memory: 32 << 20, MemorySwap: 64 << 20 });
        assert.equal((await container.inspect()).HostConfig.Memory, 32 << 20);
        await container.kill();
        await container.wait();
        assert.equal((await docker.pruneContainers()).ContainersDeleted.length, 1);
        await docker.pruneImages();
    },
};

run(steps, async () => {
    for (const found of await docker.listContainers({ all: true }))
        await away(docker.getContainer(found.Id));
});
