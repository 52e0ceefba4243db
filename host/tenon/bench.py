# SPDX-License-Identifier: MIT
"""./tenon bench: runs the systems of tests/bench with one instruction a nanosecond and prints what they count.

A benchmark is a folder tests/bench/NAME with a system.yaml; its components print lines `bench: NAME VALUE UNIT`."""

import json
import re
import tempfile

import qemu
from build import Build
from console import Console
from tree import Failure, ROOT, say

LINE = re.compile(r"bench: (\S+) (\d+(?:\.\d+)?) (\S+)")
SECONDS = 600


def names():
    return sorted(path.parent.name for path in (ROOT / "tests" / "bench").glob("*/system.yaml"))


def measure(name, board):
    build = Build(ROOT / "tests" / "bench" / name / "system.yaml", board)
    build.make(quiet=True)
    with tempfile.TemporaryDirectory(prefix="tenon-") as folder:
        console = Console(qemu.arguments(build, folder, cpus=1, instruction_count=True), seconds=SECONDS)
        status = console.run()
    text = console.transcript.decode(errors="replace")
    results = [{"name": match[1], "unit": match[3], "value": float(match[2]) if "." in match[2] else int(match[2])}
               for match in LINE.finditer(text)]
    if status != 0 or not results:
        raise Failure(f"{text[-2000:]}\nbench {name} on {board} ended with {status} and {len(results)} results")
    return results


def command(options):
    chosen = options.names or names()
    for name in chosen:
        if name not in names():
            raise Failure(f"no benchmark {name}; there are {', '.join(names())}")
    results = []
    for name in chosen:
        if not options.json:
            say(f"{name} on {options.board} …")
        results += measure(name, options.board)
    if options.json:
        print(json.dumps({"board": options.board, "results": results}))
        return 0
    width = max(len(result["name"]) for result in results)
    for result in results:
        print(f"{result['name']:{width}}  {result['value']:>12,} {result['unit']}")
    print("\nguest instructions, user stubs included: QEMU -icount shift=0,sleep=off, one CPU, the guest's own counter")
    return 0
