# SPDX-License-Identifier: MIT
"""./tenon bench: runs the systems of tests/bench with one instruction a nanosecond and prints what they count.

Several systems run at once, as many as the host has CPUs: what is counted does not depend on how busy the host is.

A benchmark is a folder tests/bench/NAME with a system.yaml; its components print lines `bench: NAME VALUE UNIT [mark N]`. A
row with a mark has counts of the QEMU plugin beside it. Where UNIT is "operations" the value is how many there were between the
marks: what they took is counted by the plugin alone, since the guest's clock goes on while a device works. The rows, and which
system prints which, stand in bench_rows.py."""

import concurrent.futures
import json
import os
import pathlib
import re
import tempfile
import time

import firmware
import generator
import performance
import plugin
import qemu
from bench_rows import ROWS
from build import Build
from console import Console
from tree import DEFAULT_BOARD, Failure, ROOT, say

LINE = re.compile(r"bench: (\S+) (\d+(?:\.\d+)?) (\S+)(?: mark (\d+))?")
SECONDS = 900
BOARDS = ["qemu_aarch64", "qemu_riscv64", "qemu_x86_64"]
CPUS = {"pairs": 4}
# Wait for a device of the host's, so idle time is not skipped; and the plugin counts, so an instruction may take what it takes in
# tests, with which OVMF is faster.
DISKS = {"storage": 16, "block": 16}
HOSTILE = "hostile"  # prints no rows: what counts is its longest stay in the kernel
LEAST_CALLS = 1000  # of each CPU between the marks of sharing


def systems():
    return sorted(path.parent.name for path in (ROOT / "tests" / "bench").glob("*/system.yaml"))


def arguments(build, folder, system):
    """With several CPUs each has a thread of the host's and there is no instruction count: see the plugin."""
    if system in CPUS:
        return [*qemu.arguments(build, folder, cpus=CPUS[system]), "-accel", "tcg,thread=multi"]
    words = qemu.arguments(build, folder, cpus=1, instruction_ns=DISKS.get(system, 1), skips_idle=system not in DISKS)
    if build.board["emulator"]["firmware"] == "ovmf":
        words += firmware.passed(words, folder, build.board_name)
    return words


def boot(build, system):
    """Runs a system under the plugin. Returns exit status, transcript, and what the plugin counted."""
    with tempfile.TemporaryDirectory(prefix="tenon-") as folder:
        out = pathlib.Path(folder) / "counts.json"
        words = arguments(build, folder, system) + plugin.arguments(plugin.ready(), out)
        console = Console(words, seconds=SECONDS)
        status = console.run()
        counted = plugin.read(out) if out.exists() else None
    text = console.transcript.decode(errors="replace")
    return status, f"{text}\nstopped after {SECONDS} s" if console.timed_out else text, counted


def row_of(match, counted):
    """One line of the guest's. A rep instruction counts once, which the guest's counter does not do."""
    value = float(match[2]) if "." in match[2] else int(match[2])
    row = {"name": match[1], "unit": match[3], "value": value}
    stretch = counted["stretches"].get(int(match[4])) if match[4] else None
    if stretch is not None and match[3] == "operations":
        return {"name": match[1], "unit": "instructions", "value": round(stretch["instructions"] / value, 1)}
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
        if min(counted["shared_calls"][:CPUS[system]]) < LEAST_CALLS:
            raise Failure(f"{system}: system calls of the CPUs while lines were looked at: {counted['shared_calls']}")
        rows.append(performance.foreign_lines(build, counted))
    stay = counted["longest"]
    stay["where"] = f"in {system}: from {performance.place(build, stay['entry'])}, operation {stay['operation']}"
    if stay["within"]:
        stay["where"] += f", then {performance.place(build, stay['within'])}"
    if system == HOSTILE:
        rows.append(row_of_stay("interrupts_masked_hostile", stay))
    return rows, stay


def measure_all(wanted, boards):
    """{board: (rows, complaints)}: a system that does not build or run costs its own rows only."""
    jobs = [(system, board) for board in boards for system in wanted]
    plugin.ready()
    generator.ready()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        running = {pool.submit(measured, *job): job for job in jobs}
        done = {}
        for future in concurrent.futures.as_completed(running):
            system, board = running[future]
            done[system, board], seconds = future.result()
            rows, _, complaint = done[system, board]
            say(f"[{len(done)}/{len(jobs)}] {system} on {board}: {complaint or f'{len(rows)} rows'} after {seconds:.0f} s")
    return {board: collect(wanted, board, done) for board in boards}


def measured(system, board):
    """((rows, longest stay, complaint), seconds)"""
    started = time.monotonic()
    try:
        result = *measure(system, board), None
    except Failure as failure:
        result = [], None, str(failure)
    return result, time.monotonic() - started


def collect(wanted, board, done):
    results, complaints, longest = [], [], None
    for system in wanted:
        rows, stay, complaint = done[system, board]
        results += rows
        complaints += [(system, complaint)] if complaint else []
        # A CPU that waits for a lock waits for a thread of the host's, which may not run.
        if system not in CPUS and stay and (longest is None or stay["instructions"] > longest["instructions"]):
            longest = stay
    if longest is not None and longest["instructions"]:
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


def chosen_boards(options):
    boards = [board for name in options.board or [DEFAULT_BOARD] for board in (BOARDS if name == "all" else [name])]
    return list(dict.fromkeys(boards))


def command(options):
    if options.document:
        return performance.write(measure_all(systems(), BOARDS))
    present, chosen = choose(options.names)
    by_board = measure_all(present, chosen_boards(options))
    known = {row.name for row in ROWS}
    for board, (results, _) in by_board.items():
        results = [result for result in results if result["name"] in chosen or result["name"] not in known]
        missing = sorted(chosen - {result["name"] for result in results})
        if options.json:
            print(json.dumps({"board": board, "results": results, "missing": missing}))
        else:
            print(performance.text(results, missing, board))
    return 1 if any(complaints for _, complaints in by_board.values()) else 0
