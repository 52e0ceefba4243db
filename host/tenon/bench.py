# SPDX-License-Identifier: MIT
"""./tenon bench: runs the systems of tests/bench with one instruction a nanosecond and prints what they count.

Several systems run at once, as many as the host has CPUs: what is counted does not depend on how busy the host is.

A benchmark is a folder tests/bench/NAME with a system.yaml; its components print lines `bench: NAME VALUE UNIT [mark N]`. A
row with a mark has counts of the QEMU plugin beside it. Where UNIT is "operations" the value is how many there were between the
marks: what they took is counted by the plugin alone, since the guest's clock goes on while a device works. Where there is a
program disk.py, `disk.py FILE` makes the disk; where there is one host.py, it runs beside the guest (beside.py). Where UNIT is
"since_entry" the value is what the plugin counted from the kernel's first instruction to the mark ARM. The rows, and which system prints which, stand in bench_rows.py. Without names all
systems run but `linux`, which fetches a kernel (linux.py)."""

import concurrent.futures
import json
import os
import pathlib
import re
import tempfile
import time

import beside
import firmware
import generator
import linux
import performance
import places
import plugin
import qemu
from bench_rows import LINUX as LINUX_ROWS, ROWS
from build import Build
from console import Console
from tree import DEFAULT_BOARD, Failure, ROOT, run, say

LINE = re.compile(r"bench: (\S+) (\d+(?:\.\d+)?) (\S+)(?: mark (\d+))?")
SECONDS = 900
BOARDS = ["qemu_aarch64", "qemu_riscv64", "qemu_x86_64"]
CPUS = {"pairs": 4}
# Wait for a device of the host's, so idle time is not skipped; and the plugin counts, so an instruction may take what it takes in
# tests, with which OVMF is faster.
DISKS = {"storage": 16, "block": 16, "files": 16, "network": 16}
# Of systems with a program host.py: the ports that it gets, and after which lines.
FORWARDS = ["udp/7", "tcp/9", "tcp/19", "tcp/80"]
HOSTS = {"network": ["target: ready at port 7", "httpd: at port 80"], "linux": ["bench: ready at port 7"]}
HOSTILE = "hostile"  # prints no rows: what counts is its longest stay in the kernel
FUNCTIONS = 40  # that `--functions` shows of a row
LEAST_CALLS = 1000  # of each CPU between the marks of sharing


LINUX = "linux"  # not a system of ours, but beside ours on the same disks
RAW_BYTES = 64 << 20  # of the disk without a file system, as guest.c has it


def systems():
    return sorted([LINUX, *(path.parent.name for path in (ROOT / "tests" / "bench").glob("*/system.yaml"))])


def arguments(build, folder, system):
    """With several CPUs each has a thread of the host's and there is no instruction count: see the plugin."""
    if system in CPUS:
        return [*qemu.arguments(build, folder, cpus=CPUS[system]), "-accel", "tcg,thread=multi"]
    words = qemu.arguments(build, folder, cpus=1, instruction_ns=DISKS.get(system, 1), skips_idle=system not in DISKS,
                           disks=make_disk(folder, system))
    if build.board["emulator"]["firmware"] == "ovmf":
        words += firmware.passed(words, folder, build.board_name)
    return words


def measure_linux(board):
    """The rows of Debian's Linux, on boards that it is compared on."""
    architecture = performance.architecture_of(board)
    if architecture not in linux.architectures():
        return [], None
    with tempfile.TemporaryDirectory(prefix="tenon-") as folder:
        out = pathlib.Path(folder) / "counts.json"
        words = linux.arguments(architecture, folder, DISKS["files"], RAW_BYTES, lambda folder: make_disk(folder, "files")["disk0"])
        other = visitor(LINUX, folder, [{"path": linux.NETWORK, "network": True}])
        console = Console([*words, *plugin.arguments(plugin.ready(), out), *other.arguments], seconds=SECONDS, beside=other)
        console.run()
        counted = plugin.read(out) if out.exists() else None
    text = (console.transcript + other.output).decode(errors="replace")
    if counted is None or "bench: done" not in text:
        raise Failure(f"{text[-2000:]}\nLinux on {board} did not come to its end")
    return [row_of(match, counted, None) for match in LINE.finditer(text)], None


def make_disk(folder, system):
    """The medium of a system that has a program disk.py to make it."""
    program = ROOT / "tests" / "bench" / system / "disk.py"
    if not program.exists():
        return {}
    disk = pathlib.Path(folder) / "disk0.img"
    run(f"making the disk of {system}", [program, disk])
    return {"disk0": disk}


def visitor(system, folder, devices):
    """The program of the host that runs beside a system, or None."""
    program = ROOT / "tests" / "bench" / "network" / "host.py"
    return beside.Beside(program, FORWARDS, HOSTS[system], pathlib.Path(folder), devices) if system in HOSTS else None


def boot(build, system):
    """Runs a system under the plugin. Returns exit status, transcript, and what the plugin counted."""
    with tempfile.TemporaryDirectory(prefix="tenon-") as folder:
        out = pathlib.Path(folder) / "counts.json"
        other = visitor(system, folder, qemu.driven_devices(build))
        words = arguments(build, folder, system) + plugin.arguments(plugin.ready(), out) + (other.arguments if other else [])
        console = Console(words, seconds=SECONDS, beside=other)
        status = console.run()
        counted = plugin.read(out) if out.exists() else None
    text = console.transcript.decode(errors="replace") + (other.output.decode(errors="replace") if other else "")
    return status, f"{text}\nstopped after {SECONDS} s" if console.timed_out else text, counted


def row_of(match, counted, shared):
    """One line of the guest's. A rep instruction counts once, which the guest's counter does not do. `shared`: as
    places.share() answers, or None where nobody asks where."""
    value = float(match[2]) if "." in match[2] else int(match[2])
    row = {"name": match[1], "unit": match[3], "value": value}
    if match[3] == "since_entry":
        return {**row, "unit": "instructions", "value": counted["before"]}
    stretch = counted["stretches"].get(int(match[4])) if match[4] else None
    if stretch is not None and match[3] == "operations":
        row = {"name": match[1], "unit": "instructions", "value": round(stretch["instructions"] / value, 1)}
        if shared is None:
            return row
        turns, functions = value * stretch["times"], shared[int(match[4])]
        return {**row, "components": [(name, round(executed / turns, 1)) for name, executed in places.by_component(functions)],
                "functions": [(f"{component} {function}", round(executed / turns, 1))
                              for (component, function), executed in functions.most_common(FUNCTIONS)]}
    if stretch is not None:
        row["value"] = round(value - stretch["repeated"], 1)
        row["beside"] = {key: stretch[key] for key in ("data_lines", "code_lines", "atomics", "barriers", "tlb")}
    return row


def row_of_stay(name, stay):
    return {"name": name, "unit": "instructions", "value": stay["instructions"], "where": stay["where"]}


def measure(system, board):
    """The rows of one system, and its longest stay in the kernel."""
    if system == LINUX:
        return measure_linux(board)
    build = Build(ROOT / "tests" / "bench" / system / "system.yaml", board)
    build.make(quiet=True)
    status, text, counted = boot(build, system)
    shared = places.share(build, counted) if counted else {}
    rows = [row_of(match, counted, shared) for match in LINE.finditer(text)] if counted else []
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
    if system in HOSTS:
        rows.append({"name": "appliance_image", "unit": "bytes", "value": build.image("tenon.efi").stat().st_size})
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
    rows = {row.name: row for row in ROWS + LINUX_ROWS}
    wanted, chosen = [], set()
    for name in names:
        if name not in rows and name not in systems():
            raise Failure(f"no benchmark {name}; there are {', '.join(systems())} and the rows {', '.join(rows)}")
        chosen |= {name} if name in rows else {row.name for row in rows.values() if row.system == name}
        wanted.append(rows[name].system if name in rows else name)
    present = [system for system in systems() if system in wanted or not names and system != LINUX]
    return present, chosen or {row.name for row in ROWS if row.system in present}


def chosen_boards(options):
    boards = [board for name in options.board or [DEFAULT_BOARD] for board in (BOARDS if name == "all" else [name])]
    return list(dict.fromkeys(boards))


def command(options):
    if options.document:
        present, _ = choose(options.names or systems())
        boards = chosen_boards(options) if options.board else BOARDS
        measured_now = measure_all(present, boards)
        failed = {(system, board) for board, (_, complaints) in measured_now.items() for system, _ in complaints}
        return performance.write(BOARDS, measured_now, {(system, board) for system in present for board in boards} - failed)
    present, chosen = choose(options.names)
    by_board = measure_all(present, chosen_boards(options))
    known = {row.name for row in ROWS + LINUX_ROWS}
    for board, (results, _) in by_board.items():
        results = [result for result in results if result["name"] in chosen or result["name"] not in known]
        missing = sorted(chosen - {result["name"] for result in results})
        if not options.functions:
            for result in results:
                result.pop("functions", None)
        if options.json:
            print(json.dumps({"board": board, "results": results, "missing": missing}))
        else:
            print(performance.text(results, missing, board))
    return 1 if any(complaints for _, complaints in by_board.values()) else 0
