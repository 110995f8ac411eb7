#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session with `darsena lsp` over its standard input and output: what an editor sends, and what has to come back."""
import os
import pathlib
import random
import sys
import tempfile
import time

from lsp_client import Client, apply, position_of, range_of

program = sys.argv[1]
failures = 0


def check(condition, what, *details):
    global failures
    if not condition:
        failures += 1
        print("FAILED:", what, *details)


CAPABILITIES = {
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "completion": {"completionItem": {"snippetSupport": True}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "codeAction": {"resolveSupport": {"properties": ["edit"]}},
        "publishDiagnostics": {"codeDescriptionSupport": True, "tagSupport": {"valueSet": [1, 2]}},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]}},
}

BROKEN = """\
# ñandú 😀 first
ARG VERSION=1.22
FROM golang:${VERSION} AS Build
RUN echo "😀" && go build -o /app .
ONBUILD RUN echo hi
from debian:12
COPY --from=Build /app /app
MAINTAINER ana@example.com
CMD /app
"""


class Document:
    """A document as the client has it."""

    def __init__(self, client, uri, text, language="dockerfile"):
        self.client, self.uri, self.text, self.version = client, uri, text, 1
        client.notify("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": language, "version": 1, "text": text}})

    def change(self, edits):
        """Edits one after the other: (begin, end, new text) as indices of the text before each."""
        self.version += 1
        changes = []
        for begin, end, new in edits:
            start, stop = (position_of(self.text, at, self.client.encoding) for at in (begin, end))
            changes.append({"range": {"start": start, "end": stop}, "text": new})
            self.text = self.text[:begin] + new + self.text[end:]
        self.client.notify("textDocument/didChange", {"textDocument": {"uri": self.uri, "version": self.version}, "contentChanges": changes})

    def replace(self, text):
        self.version += 1
        self.text = text
        self.client.notify("textDocument/didChange", {"textDocument": {"uri": self.uri, "version": self.version}, "contentChanges": [{"text": text}]})

    def diagnostics(self):
        return self.client.diagnostics(self.uri, self.version)

    def at(self, piece, inside=0):
        return position_of(self.text, self.text.index(piece) + inside, self.client.encoding)

    def ask(self, method, **params):
        return self.client.ask("textDocument/" + method, {"textDocument": {"uri": self.uri}, **params})

    def labels(self, text):
        """What is offered at the caret "|" of a text."""
        self.replace(text.replace("|", "", 1))
        position = position_of(self.text, text.index("|"), self.client.encoding)
        return self.ask("completion", position=position)["items"]

    def whole(self):
        return {"start": {"line": 0, "character": 0}, "end": position_of(self.text, len(self.text), self.client.encoding)}

    def applied(self, edit):
        if "documentChanges" in edit:
            edits = next(change["edits"] for change in edit["documentChanges"] if change.get("textDocument", {}).get("uri") == self.uri)
        else:
            edits = edit["changes"][self.uri]
        return apply(self.text, edits, self.client.encoding)


def diagnostics_and_actions(document):
    found = document.diagnostics()
    rules = {d["code"] for d in found}
    check({"StageNameCasing", "MaintainerDeprecated", "JSONArgsRecommended", "ConsistentInstructionCasing"} <= rules, "rules found", rules)
    casing = next(d for d in found if d["code"] == "StageNameCasing")
    check(casing["range"] == range_of(document.text, "Build", document.client.encoding), "range of the stage's name", casing["range"])
    check(casing["codeDescription"]["href"].startswith("https://"), "page of a rule")
    check(next(d for d in found if d["code"] == "MaintainerDeprecated")["tags"] == [2], "deprecated is tagged")

    actions = document.ask("codeAction", range=casing["range"], context={"diagnostics": [casing]})
    fix = next(a for a in actions if a["kind"] == "quickfix" and "edit" in a and "ignor" not in a["title"].lower())
    mended = document.applied(fix["edit"])
    check("AS build\n" in mended, "a quick fix writes the name", mended)

    ignore = next(a for a in actions if a["title"] == "Ignore StageNameCasing here")
    ignored = document.applied(ignore["edit"])
    check("# check=skip=StageNameCasing\nFROM golang" in ignored, "a comment ignores the rule", ignored)
    before = document.text
    document.replace(ignored)
    check("StageNameCasing" not in {d["code"] for d in document.diagnostics()}, "an ignored rule is silent")
    document.replace(before)

    only = document.ask("codeAction", range=document.whole(), context={"diagnostics": [], "only": ["source.fixAll"]})
    check([a["kind"] for a in only] == ["source.fixAll.darsena"], "fix all when asked for", only)
    resolved = document.client.ask("codeAction/resolve", only[0])
    document.replace(document.applied(resolved["edit"]))
    left = {d["code"] for d in document.diagnostics()}
    check(not left & {"StageNameCasing", "MaintainerDeprecated", "JSONArgsRecommended", "ConsistentInstructionCasing"}, "fix all", left, document.text)
    document.replace(before)


def navigation(document):
    place = document.at("--from=Build", 8)
    definition = document.ask("definition", position=place)
    check([d["range"] for d in definition] == [range_of(document.text, "Build", document.client.encoding)], "definition of a stage", definition)
    check(len(document.ask("references", position=place, context={"includeDeclaration": True})) == 2, "references of a stage")
    check(len(document.ask("references", position=place, context={"includeDeclaration": False})) == 1, "references without the definition")
    check({h["kind"] for h in document.ask("documentHighlight", position=place)} == {2, 3}, "highlights")
    prepared = document.ask("prepareRename", position=place)
    check(prepared["placeholder"] == "Build", "what is renamed", prepared)
    renamed = document.applied(document.ask("rename", position=place, newName="compile"))
    check("AS compile\n" in renamed and "--from=compile " in renamed, "rename of a stage", renamed)
    renamed = document.applied(document.ask("rename", position=document.at("VERSION="), newName="GO"))
    check("ARG GO=1.22" in renamed and "golang:${GO}" in renamed, "rename of an ARG", renamed)
    error = document.client.error("textDocument/rename", {"textDocument": {"uri": document.uri}, "position": place, "newName": "not a name"})
    check(error["code"] == -32803 and error["message"], "a name that cannot be", error)
    hover = document.ask("hover", position=document.at("${VERSION}", 3))
    check(hover and "1.22" in hover["contents"]["value"], "hover over a variable", hover)
    check("RUN" in document.ask("hover", position=document.at("RUN echo", 1))["contents"]["value"], "hover over an instruction")


def structure(document):
    symbols = document.ask("documentSymbol")
    stages = [s for s in symbols if s.get("children")]
    check([s["kind"] for s in symbols] == [13, 2, 2], "outline: an ARG and two stages", [(s["name"], s["kind"]) for s in symbols])
    check(len(stages) == 2, "stages have children")
    folds = document.ask("foldingRange")
    check(any(f["startLine"] == 2 and f["endLine"] == 4 for f in folds), "a stage folds", folds)
    document.ask("documentLink")
    document.ask("inlayHint", range=document.whole())
    check(document.ask("codeLens") == [], "no lens unless the client asked for it")

    first = document.ask("semanticTokens/full")
    check(len(first["data"]) % 5 == 0 and len(first["data"]) > 50, "semantic tokens")
    line = character = 0
    pieces = []
    for i in range(0, len(first["data"]), 5):
        down, right, length, kind, _ = first["data"][i : i + 5]
        line, character = line + down, right if down else character + right
        raw = document.text.split("\n")[line].encode("utf-16-le" if document.client.encoding == "utf-16" else "utf-8")
        unit = 2 if document.client.encoding == "utf-16" else 1
        pieces.append(raw[character * unit : (character + length) * unit].decode("utf-16-le" if unit == 2 else "utf-8"))
    check("# ñandú 😀 first" in pieces and "FROM" in pieces, "tokens are whole words", pieces)
    document.change([(len(document.text), len(document.text), "RUN true\n")])
    delta = document.ask("semanticTokens/full/delta", previousResultId=first["resultId"])
    data = list(first["data"])
    for edit in sorted(delta["edits"], key=lambda e: -e["start"]):
        data[edit["start"] : edit["start"] + edit["deleteCount"]] = edit.get("data", [])
    check(data == document.ask("semanticTokens/full")["data"], "a delta gives the same tokens")
    part = document.ask("semanticTokens/range", range={"start": {"line": 2, "character": 0}, "end": {"line": 3, "character": 0}})
    check(part["data"] and part["data"][0] == 2 and all(d == 0 for d in part["data"][5::5]), "tokens of a line", part)


def completion(document):
    def names(text):
        return {item["label"] for item in document.labels(text)}

    def inserted(text):
        return {item["textEdit"]["newText"] for item in document.labels(text)}

    check(any(label.startswith("RUN") for label in names("FROM a\nR|")), "instructions", names("FROM a\nR|"))
    check(any(text.startswith("--from=") for text in inserted("FROM a AS one\nFROM b\nCOPY --|")), "flags of COPY")
    check("one" in inserted("FROM a AS one\nFROM b\nCOPY --from=|"), "stages")
    kinds = inserted("FROM a\nRUN --mount=type=|")
    check({"bind", "cache", "secret", "ssh", "tmpfs"} <= {text.rstrip(",").split(",")[0] for text in kinds}, "types of mounts", kinds)
    check(any("VERSION" in text for text in inserted("ARG VERSION=1\nFROM a:$|")), "variables")
    items = document.labels("FROM a\nCOPY | /srv/\n")
    paths = {item["textEdit"]["newText"].rstrip("/") for item in items}
    check({"main.go", "sub"} <= paths and "secret.txt" not in paths, "files of the context", paths)
    check("sub/inner.txt" in {t.rstrip("/") for t in inserted("FROM a\nCOPY sub/| /srv/\n")} or "inner.txt" in inserted("FROM a\nCOPY sub/| /srv/\n"), "files of a folder")
    item = next(i for i in document.labels("FROM a\nRU|") if i["label"].startswith("RUN"))
    resolved = document.client.ask("completionItem/resolve", item)
    check("documentation" in resolved, "documentation of a completion", resolved)
    document.replace("FROM a\nCOPY a b\n")
    help_ = document.ask("signatureHelp", position=document.at("COPY a b", 6))
    check(help_ and "COPY" in help_["signatures"][0]["label"], "signature help", help_)


def formatting(document):
    document.replace("from  debian:12\nRUN   echo a \\\n        && echo ñ\n\n\n\nCMD [ \"a\" ]   \n")
    formatted = apply(document.text, document.ask("formatting", options={"tabSize": 4, "insertSpaces": True}), document.client.encoding)
    check(formatted.startswith("FROM debian:12\nRUN echo a \\\n") and "\n\n\n" not in formatted, "formatting", formatted)
    part = apply(
        document.text,
        document.ask("rangeFormatting", range={"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}, options={"tabSize": 4, "insertSpaces": True}),
        document.client.encoding,
    )
    check(part == document.text.replace("from  debian", "FROM debian"), "formatting of a line", part)
    document.replace("FROM debian:12\nRUN echo a \\\n\n")
    typed = document.ask("onTypeFormatting", position={"line": 2, "character": 0}, ch="\n", options={"tabSize": 2, "insertSpaces": True})
    check(apply(document.text, typed, document.client.encoding) == "FROM debian:12\nRUN echo a \\\n  \n", "indent of a continued line", typed)


def edits_against_full_texts(client, encoding):
    """A document that is edited in pieces says the same as one that is opened with what came out."""
    generator = random.Random(42)
    pieces = ["", "a", "\n", "RUN x\n", "FROM y AS é\n", "😀", " \\\n", "<<EOF\n", "EOF\n", "# ñ\n", "$VAR", '["a"]', "\t"]
    edited = Document(client, "file:///nowhere/edited/Dockerfile", BROKEN)
    for round_ in range(60):
        changes = []
        length = len(edited.text)
        for _ in range(generator.randint(1, 4)):
            begin = generator.randint(0, length)
            end = min(length, begin + generator.choice([0, 0, 1, 3, 20]))
            new = generator.choice(pieces)
            changes.append((begin, end, new))
            length += len(new) - (end - begin)
        edited.change(changes)
        fresh = Document(client, "file:///nowhere/fresh/Dockerfile", edited.text)
        same = all(edited.ask(method) == fresh.ask(method) for method in ("documentSymbol", "foldingRange"))
        same = same and edited.ask("semanticTokens/full")["data"] == fresh.ask("semanticTokens/full")["data"]
        same = same and edited.diagnostics() == fresh.diagnostics()
        check(same, f"edits against the full text ({encoding}, round {round_})", repr(edited.text))
        client.notify("textDocument/didClose", {"textDocument": {"uri": fresh.uri}})
        check(client.diagnostics(fresh.uri) == [], "nothing is left of a closed document")
        if not same:
            return


def session(folder, encoding):
    client = Client(program, {**os.environ, "DARSENA_SOCKET": str(folder / "no.sock")})
    capabilities = {**CAPABILITIES, "general": {"positionEncodings": [encoding, "utf-16"]}}
    check(client.error("textDocument/hover")["code"] == -32002, "nothing before initialize")
    result = client.initialize(capabilities, rootUri=folder.as_uri())
    check(client.encoding == encoding, "the encoding that was negotiated", client.encoding)
    check(client.error("initialize")["code"] == -32803, "initialize comes once")
    document = Document(client, (folder / "Dockerfile").as_uri(), BROKEN)
    for part in (diagnostics_and_actions, navigation, structure, completion, formatting):
        try:
            part(document)
        except Exception as error:  # The other parts are worth looking at, too.
            check(False, f"{part.__name__} ({encoding})", repr(error))
        document.replace(BROKEN)
    edits_against_full_texts(client, encoding)
    check(client.end() == 0, "an orderly end")


def pulled_diagnostics(folder):
    client = Client(program)
    client.initialize({"textDocument": {"diagnostic": {}}}, locale="es", initializationOptions={"ignore": ["MaintainerDeprecated"], "codeLens": True})
    document = Document(client, (folder / "Dockerfile").as_uri(), BROKEN)
    report = document.ask("diagnostic")
    check("debería ir en minúsculas" in str(report["items"]), "sentences in Spanish", report)
    check("MaintainerDeprecated" not in str(report), "a rule that the settings switch off")
    check(document.ask("diagnostic", previousResultId=report["resultId"])["kind"] == "unchanged", "the same report again")
    client.notify("workspace/didChangeConfiguration", {"settings": {"darsena": {"ignore": []}}})
    check("MaintainerDeprecated" in str(document.ask("diagnostic")), "settings that change")
    check(not client.published, "who pulls is not pushed to")
    graph = client.ask("workspace/executeCommand", {"command": "darsena.graph", "arguments": [document.uri]})
    check("flowchart" in graph or "graph" in graph, "the graph as Mermaid", graph)
    check(client.end() == 0, "an orderly end")


def ignore_files(folder):
    client = Client(program)
    client.initialize()
    document = Document(client, (folder / ".dockerignore").as_uri(), "*.md\n[a-\nmain\n", "ignore")
    found = document.diagnostics()
    check([d["range"]["start"]["line"] for d in found] == [1], "a pattern that is none", found)
    items = document.ask("completion", position={"line": 2, "character": 2})["items"]
    check([i["label"] for i in items] == ["main.go"], "paths in an ignore file", items)
    # An ignore file that changes on disk is seen.
    dockerfile = Document(client, (folder / "Dockerfile").as_uri(), "FROM scratch\nCOPY secret.txt /\n")
    check("CopyIgnoredFile" in {d["code"] for d in dockerfile.diagnostics()}, "a source that is ignored")
    (folder / ".dockerignore").write_text("*.nothing\n")
    client.notify("workspace/didChangeWatchedFiles", {"changes": []})
    check("CopyIgnoredFile" not in {d["code"] for d in dockerfile.diagnostics()}, "an ignore file that changed")
    (folder / ".dockerignore").write_text("secret.txt\n")
    check(client.end() == 0, "an orderly end")


def burst(folder):
    """Typing fast: the last version's diagnostics come soon, and not one list for each key."""
    client = Client(program)
    client.initialize()
    text = "FROM debian:12 AS Build\n" + "RUN echo one \\\n && echo two\n" * 500
    document = Document(client, (folder / "Dockerfile").as_uri(), text)
    document.diagnostics()
    began = time.monotonic()
    for _ in range(300):
        document.change([(len(document.text), len(document.text), "x")])
        client.start("textDocument/semanticTokens/full", {"textDocument": {"uri": document.uri}})
    while True:
        with client.arrived:
            lists = len(client.published.get(document.uri, []))
            if lists and client.published[document.uri][-1]["version"] == document.version:
                break
        if time.monotonic() - began > 20:
            raise TimeoutError("no diagnostics after a burst")
        time.sleep(0.01)
    seconds = time.monotonic() - began
    check(lists < 100, "typing does not queue work", lists)
    check(seconds < 10, "the last version is checked soon", seconds)
    # Cancelled while it waits: either of the two answers, but one.
    for _ in range(50):
        number = client.start("textDocument/documentSymbol", {"textDocument": {"uri": document.uri}})
        client.notify("$/cancelRequest", {"id": number})
        answer = client.wait(number)
        check("result" in answer or answer["error"]["code"] in (-32800, -32801), "a cancelled request", answer)
    check(client.end() == 0, "an orderly end")


def bad_input(folder):
    client = Client(program)
    client.raw(b"nonsense\r\n\r\n")
    check(client.nameless.get(timeout=20)["code"] == -32600, "no length")
    client.raw(b"Content-Length: 7\r\n\r\n{\"id\": ")
    check(client.nameless.get(timeout=20)["code"] == -32700, "no JSON")
    client.raw(b"Content-Length: 2\r\n\r\n[]")
    check(client.nameless.get(timeout=20)["code"] == -32600, "a batch")
    client.raw(b"Content-Length: 99999999999999999999\r\n\r\n")
    check(client.nameless.get(timeout=20)["code"] == -32600, "more bytes than there are")
    client.raw(b"Content-Length: 5000\r\n\r\n" + b"[" * 5000)
    check(client.nameless.get(timeout=20)["code"] == -32700, "too deep")
    client.initialize({"textDocument": 7, "general": {"positionEncodings": "utf-8"}})
    check(client.error("no/such")["code"] == -32601, "no such request")
    uri = (folder / "Dockerfile").as_uri()
    here = {"textDocument": {"uri": uri}}
    check(client.error("textDocument/hover", {**here, "position": {"line": 0, "character": 0}})["code"] == -32602, "not open")
    Document(client, uri, "FROM a\n")
    for bad in ({}, {"position": 7}, {"position": {}}, {"position": {"line": "x", "character": 0}}, {"position": {"line": -1, "character": 0}}):
        check(client.error("textDocument/hover", {**here, **bad})["code"] == -32602, "params", bad)
    check(client.error("textDocument/codeAction", {**here, "range": {"start": {}}})["code"] == -32602, "a range")
    for bad in ({"contentChanges": [7]}, {"contentChanges": 7}, {}, {"contentChanges": [{"range": {}, "text": ""}]}, {"contentChanges": [{"text": 7}]}):
        client.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": 2}, **bad})
    client.notify("textDocument/didOpen", {"textDocument": "x"})
    client.notify("textDocument/didClose", {"textDocument": {"uri": "file:///not/open"}})
    check(client.error("workspace/executeCommand", {"command": "rm -rf"})["code"] == -32602, "no such command")
    far = {"line": 4000000000, "character": 4000000000}
    client.ask("textDocument/hover", {**here, "position": far})
    client.ask("textDocument/completion", {**here, "position": far})
    # Any text: NULs, long lines, deep nesting, half of everything.
    for text in ("\0" * 500, "RUN " + "x" * 70000, "FROM a\n" * 5000, "RUN <<A <<B <<C\n", "ENV " + "${a:-" * 3000, "[" * 3000, "FROM a\nRUN \\\n" * 2000, "\r", "\ufeff", "COPY [\"" + "\\" * 999):
        document = Document(client, "untitled:Untitled-1", text)
        for method in ("completion", "hover", "signatureHelp", "definition", "prepareRename", "documentHighlight"):
            document.ask(method, position=position_of(text, len(text) // 2, client.encoding))
        for method in ("documentSymbol", "foldingRange", "documentLink", "semanticTokens/full"):
            document.ask(method)
        document.ask("codeAction", range=document.whole(), context={"diagnostics": []})
        document.ask("inlayHint", range=document.whole())
        document.ask("formatting", options={"tabSize": 4, "insertSpaces": True})
    check(client.end() == 0, "an orderly end")

    gone = Client(program)
    gone.initialize()
    gone.process.stdin.close()
    check(gone.process.wait(20) == 1, "a client that goes without a word")


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name).resolve()
    (folder / "sub").mkdir()
    for file in ("main.go", "secret.txt", "sub/inner.txt"):
        (folder / file).write_text("x")
    (folder / ".dockerignore").write_text("secret.txt\n")
    for encoding in ("utf-16", "utf-8"):
        session(folder, encoding)
    for part in (pulled_diagnostics, ignore_files, burst, bad_input):
        try:
            part(folder)
        except Exception as error:
            check(False, part.__name__, repr(error))
print("FAILED" if failures else "ok", failures)
sys.exit(1 if failures else 0)
