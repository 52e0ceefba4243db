# SPDX-License-Identifier: MIT
"""Boots that are tests: a folder with a test.toml each, which may say

  system = "system.yaml"   beside test.toml, or "/system.yaml" in the tree
  boards = [..]            default: those of the system that the description allows and this says
  cpus = [1, 2]            a run for each; on qemu_riscv64_plic only the last, but with --full
  nodes = [[256, [0]], …]  a machine with NUMA nodes: MiB and CPUs of each
  input = "…"              fed to the console once it is ready; at its end the shell is told so, but with `host`
  before_input = ["…"]     and once a line for each of these was printed
  ready = "…"              what says that input is taken, instead of the line of components/console
  status = 0               what the run must end with
  seen = true              instead of a status: the run ends when all of `expect` were printed
  expect = ["…"]           regular expressions; each must be found in a line of its own, in any order
  in_order = ["…"]         these one after the other
  forbid = ["…"]           none of these anywhere
  host = "client.py"       a program of the host that runs beside the guest, from when a line for each of `host_when` was printed; the
                           run ends with it, and with what is still missing of `expect`. For each port of `forward = ["tcp/80", …]` it
                           gets an argument `tcp/80=PORT`: where that is on 127.0.0.1; "tcp/80@10.0.2.16" is one of another address of
                           the guest's. Its lines count as those of `check`
  frames = true            the network card leads to that program, frame by frame, instead of the emulator's network: see beside.py
  tap = true               that program shares a cable with the machine's network card, in a namespace of their own, and gets tap=ADDRESS
                           of the guest, which has a fixed one; skipped where the host lets us not
  second = true            a second machine like the first runs beside it, with another address of its network card. What is said of the
                           console holds for each of the two. Both cards lead to `host`, as with `frames`: the second one's to the folder in
                           its argument second=FOLDER. What that program reads ends when both printed all of `expect`, after which it ends
  check = "check.py"       a program that gets the paths of the transcript, of report.json and of the files of
                           `disks`; each line `ok WHAT` it prints is a pass, each `not ok WHAT` a failure
  instructions = true      the guest's clock counts its instructions, whatever the host does
  seconds = 60             host time after which the run is ended
  memory = 1024            MiB of the machine, instead of what the board's description says
  full = true              only with --full; or a table of what is different then
  variants = ["…"]         overlays that are laid on the system
  orders = [{when = "…", execute = "…", arguments = {…}, error = "…"}]
                           orders for QEMU (QMP), one after the other, each once a line for `when` was printed; with
                           `error` it must answer one that this is found in, otherwise none. A PCI function of the
                           board is called by its name there, with _device behind
  machines = {BOARD = "…"} what QEMU emulates instead of that board's machine
  disks = {disk0 = "…"}    a command for each disk of the board that the system drives: the shell runs it beside
                           test.toml with the file to make as $1; without one the disk is empty. If it makes
                           $1.faults too, that says of what the disk fails (QEMU's blkdebug)
  added = {BOARD = {disk3 = "…"}}
                           disks that this board's description does not list: the -device that has each
  networks = {net1 = "…"}  what QEMU's network of a card has besides (-netdev user,…); `HERE` in it is the folder of test.toml
  stack_factor = 2         the bound of a stack is at most so many times what was used
  parts = "/FOLDER"        a system of several that are also tried by themselves with --full: for each
                           NAME.toml in FOLDER what NAME.yaml says when it is booted; here all say it

Each expectation is a test of its own; so is the exit status. In each of them no stack may have become deeper than the bound
that layout computed (stacks.py).

Guests live by the host's clock, and one that shares two cores with three others may meet a bound of time that says nothing of it. So
a boot that fails beside others is run again by itself, once, and what comes of that counts. What failed at first is said as
`unstable`, with its cause, and counted in a line of its own. Where many fail, none is repeated."""

import collections
import concurrent.futures
import dataclasses
import functools
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import tomllib
import traceback

import beside
import firmware
import generator
import qemu
import stacks
from build import Build
from console import Console
from tree import BUILD, Failure, PROJECT, ROOT, run, say

# The machine of another board but for its interrupt controller: of `cpus` only the last, but with --full.
TWINS = ["qemu_riscv64_plic"]
# Three emulators side by side on a machine of two cores: each is one thread of work most of the time, and waits now and then.
PARALLEL = (os.cpu_count() or 2) + 1
REPEATED = 6 # of boots that fail beside others, at most so many are run again; if there are more, the reason is not the host
MEMORY = "/dev/shm" # where the memory of emulated machines is kept until they ended
SECONDS = 90 # a boot's, where its test.toml says nothing
# Boots of one machine from which on they go on from one run of its firmware, where that takes long (firmware.py). Boots of the
# default system never do.
SHARE_FIRMWARE = 3
# Where the guest's clock counts instructions. Firmware waits by that clock: with 1 ns OVMF takes minutes (firmware.py).
INSTRUCTION_NS = 16
SECOND_CARD = "52:54:00:12:34:57" # behind the address that QEMU gives a machine's first network card


@dataclasses.dataclass
class Boot:
    folder: pathlib.Path
    board: str
    cpus: int
    spec: dict

    @property
    def title(self):
        return self.spec.get("part", self.folder.name)

    @property
    def name(self):
        return f"{self.title} ({self.cpus} CPU{'s' if self.cpus > 1 else ''})"

    @property
    def system(self):
        system = self.spec.get("system", "system.yaml")
        return (PROJECT or ROOT) / system[1:] if system.startswith("/") else self.folder / system

    @property
    def variants(self):
        return self.spec.get("variants", [])

    @property
    def machine(self):
        """What is equal where one state after the firmware will do; None: it takes the whole chain."""
        if self.system == ROOT / "system.yaml":
            return None
        return (self.board, self.cpus, str(self.spec.get("nodes")), str(self.spec.get("disks")), self.spec.get("memory"), self.spec.get("instructions"),
                str(self.spec.get("machines")))


@functools.cache
def boards_of(system):
    return generator.system(system)["boards"]


def find(boards, full):
    boots = []
    folder = PROJECT / "tests" if PROJECT else ROOT / "tests" / "boot"
    for path in sorted(folder.glob("*/test.toml")):
        spec = tomllib.loads(path.read_text())
        if spec.get("full") is True and not full:
            continue
        if full and isinstance(spec.get("full"), dict):
            spec |= spec["full"]
        parts = find_parts(spec)
        for spec in [spec, *(parts if full else [])]:
            for board in spec.get("boards") or boards_of(Boot(path.parent, "", 1, spec).system):
                if board in boards:
                    counts = spec.get("cpus", [1])
                    boots += [Boot(path.parent, board, cpus, spec)
                              for cpus in (counts[-1:] if board in TWINS and not full else counts)]
    return boots


def find_parts(spec):
    """What each part expects is expected of the whole, too."""
    if "parts" not in spec:
        return []
    folder, parts = spec["parts"], []
    common = dict(spec)
    for path in sorted(((PROJECT or ROOT) / folder[1:]).glob("*.toml")):
        parts.append({**common, **tomllib.loads(path.read_text()), "part": path.stem, "system": f"{folder}/{path.stem}.yaml"})
        for key in ("expect", "forbid", "before_input"):
            spec[key] = [*spec.get(key, []), *parts[-1].get(key, [])]
        spec |= {key: parts[-1][key] for key in ("input", "ready") if key in parts[-1]}
    if not parts:
        raise Failure(f"no parts in {folder}")
    return parts


def judge(boot, build, console, status, transcript, disks):
    """Yields (what, cause or None) for each expectation."""
    tail = "\n".join(transcript.read_text().splitlines()[-25:])
    if console.beside:
        yield from console.beside.verdicts()
    elif not boot.spec.get("seen"):
        right = boot.spec.get("status", 0)
        ended = "timed out" if console.timed_out else f"ended with {status}"
        yield "exit status", None if status == right and not console.timed_out else f"{ended} instead of {right}:\n{tail}"
    yield from console.machine.verdicts() if console.machine else ()
    yield from judge_lines(boot, transcript)
    if "check" in boot.spec:
        yield from judge_by_program(boot, build, transcript, disks)


def judge_lines(boot, transcript):
    """What was printed and what was not."""
    lines = transcript.read_text().splitlines()
    tail = "\n".join(lines[-25:])
    for expected in boot.spec.get("expect", []):
        found = any(re.search(expected, line) for line in lines)
        yield expected, None if found else f"no line matches; the last lines:\n{tail}"
    rest = iter(lines)
    for expected in boot.spec.get("in_order", []):
        found = any(re.search(expected, line) for line in rest)
        yield expected, None if found else f"no line matches after the one before; the last lines:\n{tail}"
    for forbidden in boot.spec.get("forbid", []):
        bad = [line for line in lines if re.search(forbidden, line)]
        yield f"not {forbidden}", None if not bad else "\n".join(bad[:5])


def judge_stacks(boot, depths):
    """No stack became deeper than its bound; nor is a bound too far above, where the test says how far it may be."""
    for name, (used, bound, size, is_open) in depths.items():
        yield f"stack of {name}", None if used <= bound else f"{used} bytes were used of {size}; the bound is {bound}"
        if "stack_factor" in boot.spec and not is_open:
            good = bound <= used * boot.spec["stack_factor"]
            yield f"bound of {name}'s stack", None if good else f"{bound} is too far above {used}, which were used"


def judge_by_program(boot, build, transcript, disks):
    done = subprocess.run([sys.executable, str(boot.folder / boot.spec["check"]), str(transcript), str(build.report),
                           *map(str, disks.values())],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    verdicts = re.findall(r"^(not )?ok (.*)$", done.stdout, re.MULTILINE)
    if done.returncode != 0 or not verdicts:
        yield boot.spec["check"], f"status {done.returncode}\n{done.stdout[-3000:]}"
    for bad, what in verdicts:
        yield what, what if bad else None


def make_disks(boot, folder):
    """Runs the commands of `disks`; returns the files."""
    disks = {}
    for name, command in boot.spec.get("disks", {}).items():
        disks[name] = pathlib.Path(folder) / f"{name}.img"
        run(f"making {name} of {boot.title}", ["sh", "-ec", command, "sh", disks[name]], cwd=boot.folder)
    return disks


def command(boot, build, folder, disks, share, second=False):
    """QEMU's; the files of the machine are in `folder`."""
    words = qemu.arguments(build, folder, memory_file=folder / "memory", cpus=boot.cpus, nodes=boot.spec.get("nodes", []),
                           memory=boot.spec.get("memory"), disks=disks, machine=boot.spec.get("machines", {}).get(boot.board),
                           added=boot.spec.get("added", {}).get(boot.board),
                           networks={card: words.replace("HERE", str(boot.folder).replace(",", ",,"))
                                     for card, words in boot.spec.get("networks", {}).items()},
                           instruction_ns=INSTRUCTION_NS if boot.spec.get("instructions") else None,
                           frames=folder if boot.spec.get("frames") or boot.spec.get("second") else None)
    if second:
        words = [f"{word},mac={SECOND_CARD}" if ",netdev=" in word else word for word in words]
    # What is kept of the firmware's run is of a card with the emulator's network, or of the first of two.
    if share and not second and not boot.spec.get("tap") and build.board["emulator"]["firmware"] == "ovmf" and firmware.can_be_kept(words):
        words += firmware.passed(words, folder, boot.board)
    return words


class Second:
    """The second machine of a boot, which runs in a thread of its own until the first one's console ends, or it does."""

    def __init__(self, boot, build, folder, share, first):
        self.folder = folder # made with the socket that its card sends to
        self.console = Console(command(boot, build, folder, make_disks(boot, folder), share, second=True),
                               seconds=boot.spec.get("seconds", SECONDS), until=boot.spec["expect"], partner=first)
        self.thread = threading.Thread(target=self.console.run)
        self.thread.start()

    def verdicts(self, boot, build, transcript):
        """As judge() does, once both ended."""
        self.thread.join()
        depths = keep(self.console, transcript, self.folder, build)
        for what, cause in [*judge_lines(boot, transcript), *judge_stacks(boot, depths)]:
            yield f"{what}, by the second", cause and f"{cause}\n(transcript: {transcript.relative_to(ROOT)})"


def keep(console, transcript, folder, build):
    """Leaves what was printed, and the depths of stacks, beside the other logs; returns these."""
    memory = folder / "memory"
    depths = stacks.measure(memory, build.report) if memory.exists() else {}
    transcript.write_text(console.transcript.decode(errors="replace").replace("\r", ""))
    transcript.with_suffix(".stacks").write_text("".join(
        f"{name} {used} of {bound}, stack {size}\n" for name, (used, bound, size, _) in depths.items()))
    return depths


def run_boot(tally, boot, build, share):
    """Yields as judge() does; the transcript and the depths of stacks are left beside the other logs."""
    logs = BUILD / "test-logs"
    logs.mkdir(parents=True, exist_ok=True)
    transcript = logs / f"{boot.title}-{boot.board}-{boot.cpus}.log"
    with tempfile.TemporaryDirectory(prefix="tenon-", dir=MEMORY if os.path.isdir(MEMORY) else None) as name:
        folder = pathlib.Path(name)
        source_end, feed_end = os.pipe()
        os.write(feed_end, boot.spec.get("input", "").encode())
        os.close(feed_end)
        disks = make_disks(boot, folder)
        words = command(boot, build, folder, disks, share)
        visitor = tap = second = None
        if boot.spec.get("tap"):
            try:
                tap = beside.Tap()
            except Failure as failure:
                tally.skip(boot.board, boot.name, str(failure))
                return []
            words = tap.machine(words)
        two = boot.spec.get("second", False)
        if "host" in boot.spec:
            visitor = beside.Beside(boot.folder / boot.spec["host"], boot.spec.get("forward", []), boot.spec.get("host_when", []),
                                    folder, qemu.driven_devices(build), two or boot.spec.get("frames", False), tap, folder / "second" if two else None)
            words += visitor.arguments
        console = Console(words, source=source_end, beside=visitor,
                          seconds=boot.spec.get("seconds", SECONDS), stay="input" not in boot.spec or "host" in boot.spec,
                          before_input=boot.spec.get("before_input", []),
                          **({"ready": boot.spec["ready"]} if "ready" in boot.spec else {}),
                          until=boot.spec.get("expect", []) if boot.spec.get("seen") or "host" in boot.spec else (),
                          orders=boot.spec.get("orders", []), folder=folder)
        if two:
            second = Second(boot, build, folder / "second", share, console)
        with tally.timed(f"boot {boot.name} {boot.board}"):
            status = console.run()
        os.close(source_end)
        depths = keep(console, transcript, folder, build)
        verdicts = [*judge(boot, build, console, status, transcript, disks), *judge_stacks(boot, depths)]
        if console.timed_out:
            verdicts.append(("host time", f"it was ended after {boot.spec.get('seconds', SECONDS)} s"))
        verdicts = [(what, cause and f"{cause}\n(transcript: {transcript.relative_to(ROOT)})") for what, cause in verdicts]
        return verdicts + (list(second.verdicts(boot, build, transcript.with_suffix(".second.log"))) if second else [])


def count(tally, boot, verdicts):
    for what, cause in verdicts:
        tally.add(boot.board, f"{boot.name}: {what}", cause)


def repeat(tally, boot, build, share, first):
    """By itself; what failed beside others is told if it passes now."""
    failed = [(what, cause) for what, cause in first if cause]
    say(f"{boot.name} on {boot.board} failed beside others ({failed[0][0]}); again by itself …")
    transcript = BUILD / "test-logs" / f"{boot.title}-{boot.board}-{boot.cpus}.log"
    transcript.replace(transcript.with_suffix(".first.log"))
    verdicts = run_boot(tally, boot, build, share)
    count(tally, boot, verdicts)
    if not any(cause for _, cause in verdicts):
        for what, cause in failed:
            tally.note_unstable(boot.board, f"{boot.name}: {what}", cause.replace(transcript.name, transcript.with_suffix(".first.log").name))


def run_all(tally, boots):
    """Builds one system after the other (Ninja uses every core), boots those that are ready beside it. First the systems
    that may run longest, so that none of them is alone at the end."""
    longest = {}
    for boot in boots:
        longest[boot.system] = max(longest.get(boot.system, 0), boot.spec.get("seconds", SECONDS))
    machines = collections.Counter(boot.machine for boot in boots if boot.machine)
    with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
        pending = []
        builds = {}
        for boot in sorted(boots, key=lambda boot: -longest[boot.system]):
            key = (boot.system, boot.board, *boot.variants)
            if key not in builds:
                builds[key] = Build(boot.system, boot.board, boot.variants)
                try:
                    with tally.timed(f"build {boot.title} {boot.board}"):
                        builds[key].make(quiet=True)
                except Failure as failure:
                    builds[key] = None
                    tally.add(boot.board, f"build of {boot.title}", str(failure) or "refused by the generator")
            if builds[key] is not None:
                share = machines[boot.machine] >= SHARE_FIRMWARE
                pending.append((boot, builds[key], share, pool.submit(run_boot, tally, boot, builds[key], share)))
        late = []
        for boot, build, share, future in pending:
            if future.exception(): # one that could not be run or judged must not take the others with it
                tally.add(boot.board, boot.name, "".join(traceback.format_exception(future.exception())))
            elif len(boots) > 1 and any(cause for _, cause in future.result()):
                late.append((boot, build, share, future.result()))
            else:
                count(tally, boot, future.result())
    for boot, build, share, verdicts in late:
        if len(late) <= REPEATED:
            repeat(tally, boot, build, share, verdicts)
        else:
            count(tally, boot, verdicts)
