// SPDX-License-Identifier: GPL-3.0-or-later
// The same as bench_dockerfile.cpp, done by dockerfile-utils and dockerfile-language-service (npm):
// node dockerfile_peers.js MODULES ROUNDS FILE…
'use strict';
const fs = require('fs');
const path = require('path');

const [modules, roundsText, ...files] = process.argv.slice(2);
const rounds = Number(roundsText);
const load = (name) => require(path.join(modules, 'node_modules', name));
const { DockerfileParser } = load('dockerfile-ast');
const utils = load('dockerfile-utils');
const { DockerfileLanguageServiceFactory } = load('dockerfile-language-service');
const { TextDocument } = load('vscode-languageserver-textdocument');

const longest = 5000; // milliseconds a row; three rounds that count there are in any case
let sink = 0;

function median(work) {
  const times = [];
  // More rounds before it counts than for the other: the engine compiles what runs often.
  const end = Date.now() + longest;
  for (let round = -Math.max(10, rounds); round < rounds; round++) {
    if (Date.now() > end) {
      if (times.length >= 3) break;
      round = Math.max(round, 0);
    }
    const began = process.hrtime.bigint();
    sink += work(round);
    const time = Number(process.hrtime.bigint() - began) / 1e6;
    if (round >= 0) times.push(time);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)];
}

function measure(text) {
  const service = DockerfileLanguageServiceFactory.createLanguageService();
  service.setCapabilities({ completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } } });
  const document = TextDocument.create('file:///Dockerfile', 'dockerfile', 1, text);
  const behind = (piece) => {
    const at = text.lastIndexOf(piece, Math.floor(text.length / 2));
    return at < 0 ? 0 : at + piece.length;
  };
  const stageUse = document.positionAt(behind('COPY --from=build'));
  const stageBegin = document.positionAt(behind('COPY --from=build') - 5);
  const variableUse = document.positionAt(behind('echo $VERS'));
  const typed = behind('RUN echo ');
  const rows = {};
  const row = (name, work) => {
    try {
      rows[name] = median(work);
    } catch (error) {
      process.stderr.write(`${name}: ${error}\n`);
    }
  };
  const size = (value) => (value ? value.length || 1 : 0);
  row('parse', () => DockerfileParser.parse(text).getInstructions().length);
  row('lint', () => size(utils.validate(text)));
  row('keystroke', (round) => {
    const letter = String.fromCharCode(97 + ((round + 26 * rounds) % 26));
    return size(utils.validate(text.slice(0, typed) + letter + text.slice(typed)));
  });
  row('completion', () => size(service.computeCompletionItems(text, stageBegin)));
  row('completion of a variable', () => size(service.computeCompletionItems(text, variableUse)));
  row('hover', () => size(service.computeHover(text, variableUse)));
  row('rename', () => size(service.computeRename({ uri: 'file:///Dockerfile' }, text, stageUse, 'compile')));
  row('semantic tokens', () => size(service.computeSemanticTokens(text).data));
  row('formatting', () => size(service.format(text, { insertSpaces: true, tabSize: 4 })));
  row('outline', () => size(service.computeSymbols({ uri: 'file:///Dockerfile' }, text)));
  return rows;
}

const result = {};
for (const file of files) result[file] = measure(fs.readFileSync(file, 'utf8'));
process.stdout.write(JSON.stringify(result) + '\n');
