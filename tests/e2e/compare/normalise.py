# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes outputs of two engines comparable: what must differ between them (ids, times, addresses, folders) gets a fixed name."""
import json
import re

# What dockerd puts around the words of the runtime that it calls as a program.
RUNTIME_WRAPPING = re.compile(
    r"(failed to create (shim task|task for container): )*(OCI runtime (create|exec) failed: )?(runc create failed: |exec failed: )"
    r"(unable to start container process: )?(?P<cause>[^\n]*?)(: unknown)?(?=\.?(?:$|\n|\"}|\s*$))")

# What the client of 20.10 adds or leaves out as it happens.
CLIENT_20_CHATTER = re.compile(r"(time=\S+ level=error msg=\"error waiting for container: context canceled\"|See 'docker (run|create) --help'\.)\s*$", re.M)

# What the client says of a pipe whose other end was closed, or does not, as it happens.
CLIENT_PIPE_CHATTER = re.compile(r"^time=.*level=error msg=\"Can't (add file|close tar writer).*closed pipe\"\n?", re.M)

# Order matters: longer things first.
RULES = [(re.compile(pattern), replacement) for pattern, replacement in (
    (r"\b[0-9a-f]{64}\b", "<id>"),
    (r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})", "<time>"),
    (r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)? [+-][0-9]{4} [A-Z]+", "<time>"),
    (r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\b", "<time>"),
    (r"\b(Less than a second|About a minute|About an hour|[0-9]+ (second|minute|hour|day|week|month|year)s?)( ago)?", r"<span>\3"),
    (r"\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b", "<mac>"),
    (r"\b(?!0\.0\.0\.0|127\.0\.0\.1|255\.|192\.0\.2\.|198\.51\.100\.)([0-9]{1,3}\.){3}[0-9]{1,3}\b", "<ip>"),
    (r"\b[a-z]+_[a-z]+\b(?=$|\s*$)", "<name>"),
    (r"\bbr-[0-9a-f]{12}\b", "br-<short>"),
    (r"\b[0-9a-f]{12}\b", "<short>"),
    (r"\bveth[0-9a-z]+\b", "<veth>"),
    (r"(?<=\"timeNano\":)[0-9]{19}\b", "0"),
    (r"(?<=\"time\":)[0-9]{10}\b", "0"),
)]


def text(value, engine):
    for root, name in engine.places:
        value = value.replace(root, name)
    for pattern, replacement in RULES:
        value = pattern.sub(replacement, value)
    value = RUNTIME_WRAPPING.sub(r"\g<cause>", value)
    value = CLIENT_PIPE_CHATTER.sub("", CLIENT_20_CHATTER.sub("", value))
    # Columns are as wide as their widest text, and that may be a time.
    return re.sub(r" {2,}", "  ", value)


def outcome(result, engine):
    code, out, error = result
    return code, text(out, engine), text(error, engine)


def document(value):
    """What JSON says: an object, a list, or the list of what stands one a line; None for what is no JSON."""
    value = value.strip()
    if not value or value[0] not in "{[":
        return None
    try:
        return json.loads(value)
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in value.split("\n")]
    except ValueError:
        return None


def differing(path, ours, peer):
    """[(path, ours, peer)] of the members that two documents do not share."""
    nothing = object()

    def show(part):
        return "(not there)" if part is nothing else json.dumps(part)

    def walk(path, left, right):
        # dockerd lists mounts in no order.
        if path.endswith(".Mounts") and isinstance(left, list) and isinstance(right, list):
            left, right = (sorted(mounts, key=lambda mount: mount.get("Destination", "")) for mounts in (left, right))
        # The client sends its -v in the order of a map, another at each run.
        if path.endswith(".Binds") and isinstance(left, list) and isinstance(right, list):
            left, right = sorted(left), sorted(right)
        if isinstance(left, dict) and isinstance(right, dict):
            for key in sorted(left.keys() | right.keys()):
                yield from walk(f"{path}.{key}", left.get(key, nothing), right.get(key, nothing))
        elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
            for index, (mine, other) in enumerate(zip(left, right)):
                yield from walk(f"{path}[{index}]", mine, other)
        elif left is nothing or right is nothing or left != right:
            # Process ids and moments differ; that both have one must not.
            if path.rsplit(".", 1)[-1] in ("Pid", "Created") and left and right and left is not nothing and right is not nothing:
                return
            if path.endswith(".message") and isinstance(left, str) and isinstance(right, str) and same_sentence(left, right):
                return
            yield path, show(left), show(right)

    return walk(path, ours, peer)


def same_sentence(ours, peer):
    """dockerd 20.10 begins its messages with a capital; later ones, and ours, do not."""
    return ours.lower() == peer.lower()
