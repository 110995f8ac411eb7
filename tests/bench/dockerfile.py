#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes Dockerfiles of three sizes, times Darsena and its peers on them and prints a table; see dockerfile.sh."""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

# Forty lines as people write them: packages, a heredoc, caches, variables, a small final stage.
BLOCK = """\
# Stage {i}: compiles one of the services.
FROM golang:${{GO_VERSION}} AS build{i}
ARG VERSION=1.{i}
ARG TARGETARCH
ENV CGO_ENABLED=0 \\
    GOFLAGS="-trimpath -mod=readonly"
WORKDIR /src/service{i}
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\
    apt-get update \\
    && apt-get install -y --no-install-recommends \\
        ca-certificates \\
        git=1:2.39.* \\
        make \\
    && rm -rf /var/lib/apt/lists/*
COPY service{i}/go.mod service{i}/go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY --chown=1000:1000 service{i}/ ./
RUN echo $VERSION > version.txt && if [ -n "$TARGETARCH" ]; then echo "$TARGETARCH"; fi
RUN <<EOF
set -e
go vet ./...
go build -o /out/service{i} \\
    -ldflags "-X main.version=$VERSION" ./cmd/service{i}
for f in /out/*; do
    echo "made $f"
done
EOF
RUN cd /tmp && curl -sSL https://example.com/tool.tar.gz | tar xz

FROM debian:12-slim AS service{i}
LABEL org.opencontainers.image.title="service {i}" \\
      org.opencontainers.image.version=$VERSION
RUN useradd --system --uid 1{i:04} app
COPY --from=build{i} /out/service{i} /usr/local/bin/
COPY --from=build{i} --chmod=0644 /src/service{i}/version.txt /etc/
EXPOSE 8080/tcp 9090
USER app
HEALTHCHECK --interval=30s --timeout=3s CMD ["/usr/local/bin/service{i}", "--health"]
ENTRYPOINT ["/usr/local/bin/service{i}"]
CMD ["--port", "8080"]

"""
SIZES = (200, 1000, 10000)
ROUNDS = {200: 200, 1000: 60, 10000: 15}
# Row, lines, what it may take (ms).
ROWS = [
    ("parse", 200, None), ("parse", 1000, None), ("parse", 10000, None),
    ("lint", 200, 5), ("lint", 1000, None), ("lint", 10000, None),
    ("keystroke", 200, None), ("keystroke", 1000, 16), ("keystroke", 10000, 50),
    ("completion", 1000, 5), ("completion", 10000, 5),
    ("completion of a variable", 1000, 5), ("completion of a variable", 10000, 5),
    ("hover", 1000, None), ("hover", 10000, None), ("rename", 1000, None), ("rename", 10000, None),
    ("semantic tokens", 1000, None), ("semantic tokens", 10000, None), ("formatting", 1000, None), ("formatting", 10000, None),
    ("outline", 1000, None), ("outline", 10000, None),
]


def dockerfile(lines):
    text = "# syntax=docker/dockerfile:1\nARG GO_VERSION=1.22\n"
    number = 0
    while text.count("\n") < lines:
        text += BLOCK.format(i=number)
        number += 1
    return "\n".join(text.split("\n")[:lines]) + "\n"


def measured(command, files):
    """By lines: a program's rows; a program that cannot run gives none."""
    result = {}
    for lines, file in files.items():
        try:
            output = subprocess.run([*command, str(ROUNDS[lines]), file], check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{command[0]}: {error}: {getattr(error, 'stderr', '')}", file=sys.stderr)
            return {}
        if output.stderr:
            print(output.stderr, file=sys.stderr)
        result[lines] = json.loads(output.stdout)[file]
    return result


def cell(value):
    return "-" if value is None else f"{value:.3f}"


arguments = argparse.ArgumentParser()
arguments.add_argument("--program", required=True)
arguments.add_argument("--modules", required=True)
options = arguments.parse_args()
late = 0
with tempfile.TemporaryDirectory() as folder:
    files = {}
    for lines in SIZES:
        path = pathlib.Path(folder) / f"{lines}.Dockerfile"
        path.write_text(dockerfile(lines))
        files[lines] = str(path)
    ours = measured([options.program], files)
    peers = {}
    if (pathlib.Path(options.modules) / "node_modules/dockerfile-language-service").is_dir():
        peers = measured(["node", str(pathlib.Path(__file__).with_name("dockerfile_peers.js")), options.modules], files)
print(f"{'median, ms':<26} {'lines':>6} {'darsena':>10} {'npm':>10} {'budget':>8}")
for row, lines, budget in ROWS:
    value = ours.get(lines, {}).get(row)
    over = budget is not None and (value is None or value > budget)
    late += over
    print(f"{row:<26} {lines:>6} {cell(value):>10} {cell(peers.get(lines, {}).get(row)):>10} {budget or '':>8}{'  OVER' if over else ''}")
if not peers:
    print("Left out: dockerfile-utils and dockerfile-language-service (npm) are not there; --install brings them.")
print("lint, keystroke: all rules of Darsena (BuildKit's, hadolint's, ShellCheck's in RUN, its own) against dockerfile-utils' validator;")
print("keystroke: one letter is typed, the text is read again, checked, and (Darsena) its stage graph made.")
sys.exit(1 if late else 0)
