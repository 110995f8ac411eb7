# SPDX-License-Identifier: GPL-3.0-or-later
"""The Engine API without a client in between, for tests that make thousands of calls or bad ones."""
import argparse
import http.client
import json
import socket
import struct
import subprocess
import sys
import threading
import time


class Gone(Exception):
    """The engine went away in the middle of a call: whether it did the work is not known."""


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=60):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Api:
    """Any thread; each has a connection of its own, which is kept."""

    def __init__(self, path):
        self.path = path
        self.local = threading.local()

    def call(self, method, path, body=None):
        """Returns status and the answer, decoded when it is JSON. Raises Gone."""
        headers = {}
        if body is not None and not isinstance(body, (bytes, str)):
            body, headers = json.dumps(body), {"Content-Type": "application/json"}
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = self.local.connection = UnixConnection(self.path)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            self.local.connection = None
            raise Gone(f"{method} {path}: {error!r}") from error
        if answer.will_close:
            connection.close()
            self.local.connection = None
        if answer.getheader("Content-Type", "").startswith("application/json"):
            try:
                data = json.loads(data)
            except ValueError:
                pass # a stream of values, or nothing
        return answer.status, data

    def forget(self):
        """Drops this thread's connection: the engine was started anew."""
        self.local.connection = None

    def must(self, method, path, body=None, ok=(200, 201, 204)):
        status, answer = self.call(method, path, body)
        if status not in ok:
            raise AssertionError(f"{method} {path}: {status} {answer}")
        return answer

    def stream(self, method, path, body=None):
        """What comes until the connection ends; a cut one looks like a short one."""
        connection = UnixConnection(self.path)
        try:
            connection.request(method, path, json.dumps(body or {}), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            data = b""
            while True:
                try:
                    more = answer.read1(65536)
                except (OSError, http.client.HTTPException):
                    break
                if not more:
                    break
                data += more
            return answer.status, data
        except (OSError, http.client.HTTPException) as error:
            raise Gone(f"{method} {path}: {error!r}") from error
        finally:
            connection.close()

    def raw(self, data, timeout=10.0, wait_end=True):
        """Sends bytes as they are, and returns what comes back until the end or the time is over."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(timeout)
            link.connect(self.path)
            try:
                link.sendall(data)
            except (BrokenPipeError, ConnectionResetError):
                pass # it had heard enough
            got = b""
            try:
                while more := link.recv(65536):
                    got += more
                    if not wait_end and b"\r\n\r\n" in got:
                        break
            except (TimeoutError, ConnectionResetError):
                pass
            return got


def frames(data):
    """Docker's multiplexed stream as [(stream, bytes)]; a torn last frame is left out."""
    result, at = [], 0
    while at + 8 <= len(data):
        stream, length = struct.unpack(">BxxxI", data[at:at + 8])
        if at + 8 + length > len(data):
            break
        result.append((stream, data[at + 8:at + 8 + length]))
        at += 8 + length
    return result


def standard_output(data):
    return b"".join(text for stream, text in frames(data) if stream == 1)


class Helper:
    """A darsena-helper in the namespaces of the caller, started and killed at will."""

    def __init__(self, bin_folder, work):
        self.command = [f"{bin_folder}/darsena-helper", "--root", f"{work}/root", "--run", f"{work}/run", "--socket", f"{work}/darsena.sock",
                        "--libexec", bin_folder]
        self.log_path = f"{work}/helper.log"
        self.process = None

    @property
    def pid(self):
        return self.process.pid

    def spawn(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log)

    def await_ready(self):
        line = self.process.stdout.readline()
        if not line.startswith(b"ready "):
            raise AssertionError(f"the helper did not start: {line!r}, exit {self.process.wait()}")

    def start(self):
        self.spawn()
        self.await_ready()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(60)
        self.process.stdout.close()
        return code


def until(condition, seconds=30.0):
    """Waits for something to become true; False when it did not."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def run_container(api, words, name=None, keep=False):
    """Makes and starts a container. Unless it is kept: waits for its end, prints what it said, and removes it."""
    def asked(method, path, body=None):
        status, answer = api.call(method, path, body)
        if status >= 300:
            print(answer.get("message", answer) if isinstance(answer, dict) else answer)
            raise SystemExit(125)
        return answer

    made = asked("POST", "/containers/create" + (f"?name={name}" if name else ""), words)["Id"]
    if keep:
        asked("POST", f"/containers/{made}/start")
        print(made)
        return 0
    try:
        asked("POST", f"/containers/{made}/start")
        code = asked("POST", f"/containers/{made}/wait")["StatusCode"]
        said = frames(asked("GET", f"/containers/{made}/logs?stdout=1&stderr=1"))
        sys.stdout.buffer.write(b"".join(text for _, text in said))
        return code
    finally:
        api.call("DELETE", f"/containers/{made}?force=1&v=1")


def main():
    parser = argparse.ArgumentParser(description="One container as the API's own words make it.")
    parser.add_argument("socket")
    parser.add_argument("verb", choices=("run", "start"))
    parser.add_argument("--name")
    parser.add_argument("words", help="the body of POST /containers/create")
    arguments = parser.parse_args()
    return run_container(Api(arguments.socket), json.loads(arguments.words), arguments.name, keep=arguments.verb == "start")


if __name__ == "__main__":
    sys.exit(main())
