# SPDX-License-Identifier: MIT
"""./tenon bench: runs the systems of tests/bench with one instruction a nanosecond and prints what they count.

A benchmark is a folder tests/bench/NAME with a system.yaml; its components print lines `bench: NAME VALUE UNIT [mark N]`. A
row with a mark has counts of the QEMU plugin beside it. The rows, and which system prints which, stand in bench_rows.py."""

import json
import pathlib
import re
import tempfile

import performance
import plugin
import qemu
from bench_rows import ROWS
from build import Build
from console import Console
from tree import Failure, ROOT, say

LINE = re.compile(r"bench: (\S+) (\d+(?:\.\d+)?) (\S+)(?: mark (\d+))?")
SECONDS = 900
BOARDS = ["qemu_aarch64", "qemu_riscv64", "qemu_x86_64"]
CPUS = {"pairs": 4}
HOSTILE = "hostile"  # prints no rows: what counts is its longest stay in the kernel


def systems():
    return sorted(path.parent.name for path in (ROOT / "tests" / "bench").glob("*/system.yaml"))


def boot(build, system):
    """Runs a system under the plugin. Returns exit status, transcript, and what the plugin counted."""
    with tempfile.TemporaryDirectory(prefix="tenon-") as folder:
        out = pathlib.Path(folder) / "counts.json"
        words = qemu.arguments(build, folder, cpus=CPUS.get(system, 1), instruction_count=True,
                               extra=plugin.arguments(plugin.ready(), out))
        console = Console(words, seconds=SECONDS)
        status = console.run()
        counted = plugin.read(out) if out.exists() else None
    return status, console.transcript.decode(errors="replace"), counted


def row_of(match, counted):
    """One line of the guest's. A rep instruction counts once, which the guest's counter does not do."""
    value = float(match[2]) if "." in match[2] else int(match[2])
    row = {"name": match[1], "unit": match[3], "value": value}
    stretch = counted["stretches"].get(int(match[4])) if match[4] else None
    if stretch is not None:
        row["value"] = round(value - stretch["repeated"], 1)
        row["beside"] = {key: stretch[key] for key in ("data_lines", "code_lines", "atomics", "barriers", "tlb")}
    return row


def row_of_stay(name, stay):
    return {"name": name, "unit": "instructions", "value": stay["instructions"], "where": stay["where"]}


def measure(system, board):
    """The rows of one system, and its longest stay in the kernel."""
    build = Build(ROOT / "tests" / "bench" / system / "system.yaml", board)
    build.make(quiet=True)
    status, text, counted = boot(build, system)
    rows = [row_of(match, counted) for match in LINE.finditer(text)] if counted else []
    if status != 0 or not (rows or system in CPUS or system == HOSTILE):
        raise Failure(f"{text[-2000:]}\nbench {system} on {board} ended with {status} and {len(rows)} results")
    if system in CPUS:
        rows.append(performance.foreign_lines(build, counted))
    stay = counted["longest"]
    stay["where"] = f"in {system}: from {performance.place(build, stay['entry'])}, operation {stay['operation']}"
    if stay["within"]:
        stay["where"] += f", then {performance.place(build, stay['within'])}"
    if system == HOSTILE:
        rows.append(row_of_stay("interrupts_masked_hostile", stay))
    return rows, stay


def measure_all(wanted, board):
    """(rows, complaints): a system that does not build or run costs its own rows only."""
    results, complaints, longest = [], [], None
    for system in wanted:
        say(f"{system} on {board} …")
        try:
            rows, stay = measure(system, board)
        except Failure as failure:
            complaints.append((system, str(failure)))
            continue
        results += rows
        # Where CPUs take turns in one emulating thread, one that waits for a lock waits for the other's turn.
        if system not in CPUS and stay["instructions"] and (longest is None or stay["instructions"] > longest["instructions"]):
            longest = stay
    if longest is not None:
        results.append(row_of_stay("interrupts_masked_longest", longest))
    return results, complaints


def choose(names):
    """Names are rows or systems. Returns (systems to run, rows to print or None for all)."""
    rows = {row.name: row for row in ROWS}
    wanted, chosen = [], set()
    for name in names:
        if name not in rows and name not in systems():
            raise Failure(f"no benchmark {name}; there are {', '.join(systems())} and the rows {', '.join(rows)}")
        chosen |= {name} if name in rows else {row.name for row in ROWS if row.system == name}
        wanted.append(rows[name].system if name in rows else name)
    present = [system for system in systems() if not names or system in wanted]
    return present, chosen or set(rows)


def command(options):
    if options.document:
        return performance.write({board: measure_all(systems(), board) for board in BOARDS})
    present, chosen = choose(options.names)
    results, complaints = measure_all(present, options.board)
    results = [result for result in results if result["name"] in chosen or not any(
        result["name"] == row.name for row in ROWS)]
    missing = sorted(chosen - {result["name"] for result in results})
    if options.json:
        print(json.dumps({"board": options.board, "results": results, "missing": missing}))
    else:
        print(performance.text(results, missing, options.board))
    for system, complaint in complaints:
        say(f"{system} on {options.board}: {complaint}")
    return 1 if complaints else 0
