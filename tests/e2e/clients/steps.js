// SPDX-License-Identifier: GPL-3.0-or-later
// Runs named steps one after another, prints "ok: …" or "NOT OK: …" for each, exits with 1 when one failed.
"use strict";

exports.eventually = async (condition, seconds = 10) => {
    const end = Date.now() + seconds * 1000;
    while (!(await condition())) {
        if (Date.now() > end)
            throw new Error(`not within ${seconds} s`);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
};

exports.text = async (stream) => {
    const chunks = [];
    for await (const chunk of stream)
        chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString();
};

exports.run = async (steps, afterFailure) => {
    let failed = 0;
    for (const [name, step] of Object.entries(steps)) {
        let timer;
        try {
            await Promise.race([step(), new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("not within 30 s")), 30000); })]);
            console.log(`ok: ${name}`);
        } catch (error) {
            ++failed;
            console.log(`NOT OK: ${name}\n    ${String(error.stack).replace(/\n/g, "\n    ")}`);
            await afterFailure();
        } finally {
            clearTimeout(timer);
        }
    }
    process.exit(failed ? 1 : 0);
};
