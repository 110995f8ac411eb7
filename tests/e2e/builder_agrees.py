# SPDX-License-Identifier: GPL-3.0-or-later
"""Dockerfiles, right and wrong, judged by "darsena lint" and by the BuildKit in dockerd.

    builder_agrees.py --lint PROGRAM --work FOLDER [--engine] SOCKET

BuildKit turns the whole file into its build graph before it runs anything: what it refuses there must be a BuildError of
ours, and what it takes must be none. Whatever happens afterwards (a COPY of a file that is not there, say) counts as
taken; most files begin with such a COPY, so that nothing runs. No image is pulled: there is scratch, and busybox.
A BuildKit this old has no build checks, so warnings are not compared. Their fixes are: for the files in fixes.txt, whose
fixes are all said to change nothing, the image is the same before and after.

The files lie in builder_agrees/: right.txt and wrong.txt have instructions, each for a stage of its own; files.txt has whole
files, parted by lines "@@@"; of those in seeds.txt MUTATIONS are made, the same in every run. Debian's dockerd is older than
the language that we read: EXCEPTIONS lists what may differ, feature by feature. A difference that no entry explains is a
failure, and so is an entry that explains none.

With --engine the socket is that of our own engine, whose builder has to refuse the same files as "darsena lint", with the
first of its sentences. It is asked for a forecast, which plans the build and runs nothing. LIMITS lists what the language
allows and this engine does not do.
"""
import argparse
import collections
import concurrent.futures
import http.client
import io
import json
import os
import random
import re
import socket
import subprocess
import sys
import tarfile

MUTATIONS = 150

# Each instruction in a stage that fails before anything runs.
STAGE = "FROM scratch\nCOPY no-such-file /\n"



# What may differ because Debian's BuildKit (0.8, Dockerfile 1.2) is older than the language that we read: a name, a pattern
# for the file (None: any), one for our sentences or the builder's (None: any), and the reason.
Exception_ = collections.namedtuple("Exception_", "name text said reason")
EXCEPTIONS = [Exception_(*entry) for entry in [
    # Features that it does not know. It refuses them, or reads them as something else.
    ("heredoc", r"<<", None, "here-documents came with Dockerfile 1.4"),
    ("--link", r"--link", None, "Dockerfile 1.4"),
    ("--parents", r"--parents", None, "Dockerfile 1.20"),
    ("--exclude", r"--exclude", None, "Dockerfile 1.19"),
    ("--checksum", r"--checksum", None, "Dockerfile 1.6"),
    ("--keep-git-dir", r"--keep-git-dir", None, "Dockerfile 1.1 by its documents; Debian's has it not"),
    ("--unpack", r"--unpack", None, "Dockerfile 1.17"),
    ("--network", r"--network", None, "Dockerfile 1.3"),
    ("--security", r"--security", None, "Dockerfile 1.20"),
    ("--device", r"--device", None, "Dockerfile 1.14"),
    ("--start-interval", r"--start-interval", None, "Dockerfile 1.6"),
    ("operators without colon", r"\$\{\w+[-+?]", None, "Dockerfile 1.6"),
    ("patterns", r"\$\{\w+[#%/]", None, "Dockerfile 1.7"),
    ("mount size", r"size=", None, "Dockerfile 1.4"),
    ("mount env", r"env=", None, "Dockerfile 1.10"),
    ("TARGETSTAGE", r"TARGETSTAGE", None, "Dockerfile 1.21"),
    ("zero in HEALTHCHECK", r"--(interval|retries)=0 ", None, "0 means the default since Dockerfile 1.6"),
    ("variables in mounts", r"--mount=", r"unsupported mount type",
     "mounts are read before it is known whether their stage is built; since they may hold variables (1.5), they are not"),
    # What it takes and newer ones refuse, or read in another way.
    ("wrong --chmod", r"--chmod=", r"^invalid chmod parameter", "ignored until symbolic modes came (1.14)"),
    ("text behind a JSON array", r"\] *[^\s\]]", None, "the rest of the line was ignored; now it is no JSON (1.5)"),
    ("wrong default of a global ARG", r"^ARG A=\$\{B$", r"failed to process", "ignored until 1.5"),
]]
# What is no fault of the file: sentences of our engine, and why they are no refusals.
LIMITS = [(re.compile(pattern), reason) for pattern, reason in [
    (r'there is no image "', "images are not pulled"),
    (r"^ADD \S+: fetching (a git repository|from the network) is not supported", "the network"),
    (r"^ADD --checksum is for files from the network", "the network"),
    (r"forwarding an ssh agent into a build is not supported", "no agent reaches the engine"),
    (r"a cache that starts with files of its own \(from, source\) is not supported", "not done"),
    (r"^RUN --security=insecure is refused", "builds never get more rights than containers"),
    (r"^RUN --device=\S+: builds are given no devices", "builds never get more rights than containers"),
    (r"building for another platform than \S+ is not supported", "one machine, one platform"),
]]
# The plan is made by then.
MISSING_FILE = re.compile(r'^"[^"]*" was not found in ')
NEW_FEATURES = [
    "FROM scratch\nCOPY no-such-file /\nRUN <<EOF\ntrue\nEOF\n",
    "FROM scratch\nCOPY <<a <<'b' /\n$x\na\n$y\nb\n",
    "FROM scratch\nCOPY --link a /\n",
    "FROM scratch\nCOPY --parents a /\n",
    "FROM scratch\nCOPY --exclude=*.o a /\n",
    "FROM scratch\nADD --checksum=sha256:" + "0" * 64 + " http://127.0.0.1:1/x /\n",
    "FROM scratch\nADD --keep-git-dir=true a /\n",
    "FROM scratch\nADD --unpack a /\n",
    "FROM scratch\nCOPY no-such-file /\nRUN --network=none true\n",
    "FROM scratch\nCOPY no-such-file /\nRUN --security=sandbox true\n",
    "FROM scratch\nCOPY no-such-file /\nRUN --security=insecure true\n",
    "FROM --platform=linux/s390x scratch\nCOPY no-such-file /\n",
    "FROM scratch\nCOPY no-such-file /\nRUN --device=vendor.example/class=name true\n",
    "FROM scratch\nHEALTHCHECK --start-interval=1s CMD true\n",
    "FROM scratch\nENV A=${B-x} C=${D+y}\n",
    "FROM scratch\nENV B=abc\nENV A=${B#a} C=${B%%c} D=${B/b/x} E=${B//b/x}\n",
    "FROM scratch\nCOPY no-such-file /\nRUN --mount=type=tmpfs,target=/x,size=1m true\n",
    "FROM scratch\nCOPY no-such-file /\nRUN --mount=type=secret,id=s,env=S true\n",
    "FROM scratch\nSHELL [\"x\"] y\n",
    "FROM scratch\nCOPY [\"a\"] /\n",
    "FROM --platform=linux/amd64 scratch AS default\nARG TARGETSTAGE\nENV A=${TARGETSTAGE:?}\n",
]

class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


REFUSED = "failed to solve with frontend dockerfile.v0: "
# These come from there too, and have nothing to do with the file.
UNDECIDED = re.compile(r"failed to do request|network is unreachable|no match for platform|not found: manifest unknown")

# With a file of ARGs alone, Debian's dockerd panics (dispatchStates.lastTarget: index out of range).
CRASHES = "dockerfile contains no stages to build"


def request(path, method, url, body=None):
    """(status, body)"""
    connection = Connection(path)
    connection.request(method, url, body=body, headers={"Content-Type": "application/x-tar"} if body else {})
    response = connection.getresponse()
    return response.status, response.read()


def context_of(text):
    """A small build context as a tar archive."""
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as tar:
        for name, content in {"Dockerfile": text.encode(), "a": b"a", "b": b"b", "dir/c": b"c"}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return context.getvalue()


def build(path, text, query=""):
    """(status, body) of a build, with a small context."""
    return request(path, "POST", "/v1.41/build?version=2&dockerfile=Dockerfile" + query, context_of(text))


def builders_verdict(path, text):
    """("taken" | "refused" | "undecided", what it says)"""
    status, said = build(path, text, "&q=1")
    error = ""
    for line in said.splitlines():
        try:
            error = json.loads(line).get("error", error)
        except ValueError:
            error = line.decode(errors="replace")
    if status != 200:
        error = REFUSED + said.decode(errors="replace")
    if not error.startswith(REFUSED):
        return "taken", error
    error = error.removeprefix(REFUSED).removeprefix("failed to create LLB definition: ")
    return ("undecided" if UNDECIDED.search(error) else "refused"), error


def our_verdicts(program, folder, texts):
    """Our refusals by index. The builder looks at what the last stage needs, so that is the target."""
    by_target = collections.defaultdict(list)
    for index, text in enumerate(texts):
        with open(f"{folder}/{index}", "w", newline="") as file:
            file.write(text)
        stages = len(re.findall(r"^\s*FROM\s", text, re.MULTILINE | re.IGNORECASE))
        by_target[stages].append(f"{folder}/{index}")
    refusals = collections.defaultdict(list)
    for stages, files in by_target.items():
        target = ["--target", str(stages - 1)] if stages > 1 else []
        done = subprocess.run([program, "lint", "--format", "json", *target, *files], capture_output=True, text=True)
        if done.returncode not in (0, 1):
            sys.exit(f"darsena lint: exit {done.returncode}: {done.stderr}")
        for finding in json.loads(done.stdout):
            if finding["rule"] == "BuildError":
                refusals[int(os.path.basename(finding["file"]))].append(finding["message"])
    return refusals


def engines_verdict(path, text):
    """The same of our own engine: ("taken" | "refused" | "limit", what it says)"""
    status, said = request(path, "POST", "/darsena/v1/forecast?dockerfile=Dockerfile", context_of(text))
    message = "" if status == 200 else re.sub(r"^Dockerfile:\d+(:\d+)?: ", "", json.loads(said)["message"])
    if status == 200 or MISSING_FILE.search(message):
        return "taken", message
    limit = next((reason for pattern, reason in LIMITS if pattern.search(message)), None)
    return ("limit" if limit else "refused"), message


def builder_is_lint(path, texts, ours):
    """Whether our engine's builder and "darsena lint" agree about every file; prints where they do not."""
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        verdicts = list(pool.map(lambda text: engines_verdict(path, text), texts))
    differing = 0
    for index, (text, (verdict, said)) in enumerate(zip(texts, verdicts)):
        # Which stage is the last was counted by us, on sight.
        refusals = [sentence for sentence in ours[index] if not sentence.startswith("target stage ")]
        if (verdict == "refused" and refusals[:1] == [said]) or (verdict != "refused" and not refusals):
            continue
        differing += 1
        print(f"--- {index}: the engine: {verdict}: {said}\n    lint: {refusals or 'no refusal'}\n{text}")
    for pattern, reason in LIMITS:
        if not any(verdict == "limit" and pattern.search(said) for verdict, said in verdicts):
            differing += 1
            print(f"--- no file meets the limit {pattern.pattern}")
    counts = collections.Counter(verdict for verdict, _ in verdicts)
    print(f"{len(texts)} files: {counts['taken']} taken, {counts['refused']} refused with lint's sentence, {counts['limit']} beyond "
          f"what the engine does; {differing} differences")
    return differing == 0 and counts["taken"] >= 150 and counts["refused"] >= 150


def mutated(text, chance):
    """One small change, such as people make."""
    lines = text.splitlines(keepends=True)
    line = chance.randrange(len(lines))
    at = chance.randrange(len(text))
    words = text.split(" ")
    kind = chance.randrange(14)
    if kind == 0:
        return text[:at] + text[at + 1:]
    if kind == 1:
        return text[:at] + chance.choice("\"'\\$`{}[]=,:#-/ \n\t") + text[at:]
    if kind == 2:
        return "".join(lines[:line] + lines[line + 1:])
    if kind == 3:
        return "".join(lines[:line] + [lines[line]] + lines[line:])
    if kind == 4:
        other = chance.randrange(len(lines))
        lines[line], lines[other] = lines[other], lines[line]
        return "".join(lines)
    if kind == 5:
        return text[:at]
    if kind == 6:
        word = chance.randrange(len(words))
        return " ".join(words[:word] + words[word + 1:])
    if kind == 7:
        other = chance.randrange(len(words))
        word = chance.randrange(len(words))
        words[word], words[other] = words[other], words[word]
        return " ".join(words)
    if kind == 8:
        return text[:at] + text[at:at + 1].swapcase() + text[at + 1:]
    if kind == 9:
        places = [match.start() for match in re.finditer(r"[\"'\[\]{}=,]", text)]
        place = chance.choice(places)
        return text[:place] + text[place + 1:]
    if kind == 10:
        lines[line] = lines[line].rstrip("\n") + chance.choice([" \\\n", "\\\n", " `\n", " # x\n"])
        return "".join(lines)
    if kind == 11:
        return "".join(lines[:line] + ["\n"] + lines[line:])
    if kind == 12:
        return "".join(lines[:line] + [lines[line].lower()] + lines[line + 1:])
    return text[:at] + text[at + 1:at + 2] + text[at:at + 1] + text[at + 2:]


def data(name):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "builder_agrees", name)) as file:
        return file.read()


def cases():
    texts = []
    for name in ("right.txt", "wrong.txt"):
        # What follows a "\" at a line's end belongs to the line, whatever it is.
        for entry in re.findall(r"(?:.*\\\n)*.*\n", data(name)):
            texts.append(STAGE + entry)
    texts += data("files.txt").split("@@@\n") + NEW_FEATURES
    seeds = data("seeds.txt").split("@@@\n")
    chance = random.Random(4)
    seen = set(texts)
    made = 0
    while made < MUTATIONS:
        text = mutated(chance.choice(seeds), chance)
        if chance.random() < 0.3:
            text = mutated(text, chance) if text else text
        if text in seen:
            continue
        seen.add(text)
        texts.append(text)
        made += 1
    return texts + seeds


def explanations(text, said):
    """The exceptions that allow a difference; `said` is what those say that refuse the file."""
    return [entry.name for entry in EXCEPTIONS
            if (entry.text is None or re.search(entry.text, text, re.MULTILINE))
            and (entry.said is None or all(re.search(entry.said, sentence) for sentence in said))]


def image_of(path, text):
    """What an image is started with and made of; a sentence if it cannot be built."""
    _, said = build(path, text, "&t=builder-agrees:fixed")
    for line in said.splitlines():
        if "error" in json.loads(line):
            return json.loads(line)["error"]
    image = json.loads(request(path, "GET", "/v1.41/images/builder-agrees:fixed/json")[1])
    return {"Config": image["Config"], "Layers": image["RootFS"], "Author": image["Author"]}


def mended(program, folder, text):
    """The text with the fixes of BuildKit's checks, one after the other; and their rules."""
    rules = []
    for _ in range(50):
        with open(f"{folder}/fixed", "w") as file:
            file.write(text)
        done = subprocess.run([program, "lint", "--format", "json", f"{folder}/fixed"], capture_output=True, text=True)
        fixable = [finding for finding in json.loads(done.stdout)
                   if "fix" in finding and "/dockerfile/rule/" in finding["url"]]
        if not fixable:
            break
        rules.append(fixable[0]["rule"])
        lines = text.splitlines(keepends=True)
        place = lambda line, column: sum(map(len, lines[:line - 1])) + column - 1
        for edit in sorted(fixable[0]["fix"]["edits"], key=lambda edit: (edit["line"], edit["column"]), reverse=True):
            text = (text[:place(edit["line"], edit["column"])] + edit["text"]
                    + text[place(edit["endLine"], edit["endColumn"]):])
    return text, rules


def fixes_keep_images(program, folder, path):
    """Prints what differs; how many fixes changed nothing, or None."""
    same = 0
    differs = False
    for text in data("fixes.txt").split("@@@\n"):
        after, rules = mended(program, folder, text)
        was, is_now = image_of(path, text), image_of(path, after)
        if "MaintainerDeprecated" in rules:
            # That one moves from a field of its own to a label.
            is_now["Config"]["Labels"] = {name: value for name, value in is_now["Config"]["Labels"].items()
                                          if (name, value) != ("org.opencontainers.image.authors", was["Author"])} or None
            is_now["Author"] = was["Author"]
        if isinstance(was, str) or was != is_now or not rules:
            differs = True
            print(f"--- not the same image after {rules}: {was}\n    {is_now}\n{text}---\n{after}")
        same += len(rules)
    return None if differs else same


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lint", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--engine", action="store_true")
    parser.add_argument("socket")
    arguments = parser.parse_args()
    texts = cases()
    os.makedirs(arguments.work, exist_ok=True)
    ours = our_verdicts(arguments.lint, arguments.work, texts)
    if arguments.engine:
        sys.exit(not builder_is_lint(arguments.socket, texts, ours))

    def judge(index):
        if ours[index] == [CRASHES]:
            return "undecided", "not asked: the daemon would crash"
        return builders_verdict(arguments.socket, texts[index])
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        theirs = list(pool.map(judge, range(len(texts))))

    counts = collections.Counter()
    used = collections.Counter()
    failed = False
    for index, (text, (verdict, said)) in enumerate(zip(texts, theirs)):
        counts[verdict] += 1
        if verdict == "undecided" or (verdict == "refused") == bool(ours[index]):
            continue
        explained = explanations(text, ours[index] or [said])
        used.update(explained)
        counts["explained"] += bool(explained)
        if not explained:
            failed = True
            print(f"--- {index}: the builder: {verdict}: {said}\n    ours: {ours[index] or 'no refusal'}\n{text}")
    for entry in EXCEPTIONS:
        if not used[entry.name]:
            failed = True
            print(f"--- {entry.name} explains nothing: has the builder learned it? Then the entry can go.")
    print(f"{len(texts)} files: {counts['taken']} taken, {counts['refused']} refused, {counts['undecided']} undecided "
          f"(they ask for an image, or crash it); {counts['explained']} differences explained")
    fixed = fixes_keep_images(arguments.lint, arguments.work, arguments.socket)
    failed = failed or fixed is None
    print(f"{fixed} fixes that change nothing in the image")
    if counts["taken"] < 150 or counts["refused"] < 150:
        failed = True
        print("too few of one kind to say anything")
    sys.exit(failed)


if __name__ == "__main__":
    main()
