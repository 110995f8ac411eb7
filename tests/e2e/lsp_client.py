# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of a language server, for tests: requests, answers, what the server publishes by itself."""
import json
import queue
import subprocess
import threading


class Client:
    def __init__(self, program, environment=None):
        self.process = subprocess.Popen([program, "lsp", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.last_id = 0
        self.answers = {}
        self.published = {}  # by URI: what came and was not looked at
        self.requests = queue.Queue()
        self.nameless = queue.Queue()  # errors that answer no request that we know
        self.arrived = threading.Condition()
        self.encoding = "utf-16"
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        stream = self.process.stdout
        while True:
            length = 0
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if length == 0:
                with self.arrived:
                    self.answers[None] = True
                    self.arrived.notify_all()
                return
            message = json.loads(stream.read(length))
            if message.get("method") == "textDocument/publishDiagnostics":
                with self.arrived:
                    self.published.setdefault(message["params"]["uri"], []).append(message["params"])
                    self.arrived.notify_all()
            elif "method" in message:
                self.requests.put(message)
                if "id" in message:
                    self.send({"id": message["id"], "result": None})
            elif message["id"] is None:
                self.nameless.put(message["error"])
            else:
                with self.arrived:
                    self.answers[message["id"]] = message
                    self.arrived.notify_all()

    def raw(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def notify(self, method, params=None):
        self.send({"method": method, "params": params or {}})

    def start(self, method, params=None):
        self.last_id += 1
        self.send({"id": self.last_id, "method": method, "params": params or {}})
        return self.last_id

    def wait(self, number, seconds=20):
        with self.arrived:
            if not self.arrived.wait_for(lambda: number in self.answers or None in self.answers, seconds):
                raise TimeoutError(f"no answer to request {number}")
            if number not in self.answers:
                raise EOFError("the server is gone")
            return self.answers.pop(number)

    def ask(self, method, params=None):
        """The result; an error raises."""
        answer = self.wait(self.start(method, params))
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def error(self, method, params=None):
        return self.wait(self.start(method, params))["error"]

    def initialize(self, capabilities=None, **more):
        result = self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": capabilities or {}, **more})
        self.encoding = result["capabilities"]["positionEncoding"]
        self.notify("initialized")
        return result

    def diagnostics(self, uri, version=None, seconds=20):
        """What is published for a version of a document; what came before it is dropped."""
        def newest():
            found = [p for p in self.published.get(uri, []) if version in (None, p.get("version"))]
            return found[-1] if found else None

        with self.arrived:
            if not self.arrived.wait_for(newest, seconds):
                raise TimeoutError(f"no diagnostics of version {version} of {uri}")
            result = newest()
            del self.published[uri]
            return result["diagnostics"]

    def end(self):
        """What the process exits with after an orderly end."""
        self.ask("shutdown")
        self.notify("exit")
        return self.process.wait(20)


def offset_of(text, position, encoding):
    """The index in a Python string of a position."""
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: position["line"]])
    units = 0
    for index, character in enumerate(lines[position["line"]]):
        if units >= position["character"]:
            return start + index
        units += len(character.encode(encoding)) // (2 if encoding.startswith("utf-16") else 1)
    return start + len(lines[position["line"]])


def position_of(text, index, encoding):
    before = text[:index]
    line = before.count("\n")
    rest = before[before.rfind("\n") + 1 :]
    codec = "utf-16-le" if encoding == "utf-16" else encoding
    return {"line": line, "character": len(rest.encode(codec)) // (2 if encoding == "utf-16" else 1)}


def range_of(text, piece, encoding, start=0):
    begin = text.index(piece, start)
    return {"start": position_of(text, begin, encoding), "end": position_of(text, begin + len(piece), encoding)}


def apply(text, edits, encoding):
    """The text with a list of TextEdit applied, as a client does."""
    codec = "utf-16-le" if encoding == "utf-16" else encoding
    places = sorted(
        ((offset_of(text, e["range"]["start"], codec), offset_of(text, e["range"]["end"], codec), i, e["newText"]) for i, e in enumerate(edits)),
        reverse=True,
    )
    for begin, end, _, new in places:
        text = text[:begin] + new + text[end:]
    return text
