# SPDX-License-Identifier: MIT
"""./tenon test: everything, on all boards.

Five kinds of test:
  tree       programs in tests/tree: status 0 is a pass; with 77 nothing was tried, and the last line says why
  host       Meson tests of two builds, under ASan and UBSan: the generator's, and tests/unit (kernel, runtime,
             components, loader)
  component  components/NAME/tests/*.c, each component a host program with mocks of what it uses (component.py)
  docs       documents whose snippets are run
  boot       folders tests/boot/NAME with a test.toml, booted through the real chain on every board of its system:
               system = "system.yaml"   beside test.toml, or "/system.yaml" in the tree
               boards = [..]            default: those of the system that the description allows and this says
               cpus = [1, 2]            a run for each; on qemu_riscv64_plic only the last, but with --full
               nodes = [[256, [0]], …]  a machine with NUMA nodes: MiB and CPUs of each
               input = "…"              fed to the console once it is ready
               before_input = ["…"]     and once a line for each of these was printed
               ready = "…"              what says that input is taken, instead of the line of components/console
               status = 0               what the run must end with
               seen = true              instead of a status: the run ends when all of `expect` were printed
               expect = ["…"]           regular expressions; each must be found in a line of its own, in any order
               in_order = ["…"]         these one after the other
               forbid = ["…"]           none of these anywhere
               check = "check.py"       a program that gets the paths of the transcript, of report.json and of the files of
                                        `disks`; each line `ok WHAT` it prints is a pass, each `not ok WHAT` a failure
               instructions = true      the guest's clock counts its instructions, whatever the host does
               seconds = 60             host time after which the run is a failure
               memory = 1024            MiB of the machine, instead of what the board's description says
               full = true              only with --full; or a table of what is different then
               variants = ["…"]         overlays that are laid on the system
               disks = {disk0 = "…"}    a command for each disk of the board that the system drives: the shell runs it beside
                                        test.toml with the file to make as $1; without one the disk is empty. If it makes
                                        $1.faults too, that says of what the disk fails (QEMU's blkdebug)
               stack_factor = 2         the bound of a stack is at most so many times what was used
In each of them no stack may have become deeper than the bound that layout computed (stacks.py).
               parts = "/FOLDER"        a system of several that are also tried by themselves with --full: for each
                                        NAME.toml in FOLDER what NAME.yaml says when it is booted; here all say it
Each expectation is a test of its own; so is the exit status.

A name that is a component's means that component's tests; any other one all tests that contain it.

In the folder of a system outside the tree there are boots and components: tests/NAME/test.toml, where "/system.yaml" is that
system, on all boards that it lists, and components/NAME/tests/*.c."""

import collections
import concurrent.futures
import contextlib
import dataclasses
import functools
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import traceback

import component
import firmware
import generator
import qemu
import stacks
from build import Build
from console import Console
from tree import BUILD, Failure, GENERATOR_BUILD, PROJECT, ROOT, colour, machine_files, run, say, shown

BOARDS = ["qemu_aarch64", "qemu_riscv64", "qemu_riscv64_plic", "qemu_x86_64"]
# The machine of another board but for its interrupt controller: of `cpus` only the last, but with --full.
TWINS = ["qemu_riscv64_plic"]
DOCUMENTS = ["docs/first_component.md", "docs/first_driver.md", "docs/component_tests.md", "docs/systems.md", "docs/seeing.md", "docs/build.md",
             "docs/comparison.md", "docs/stacks.md", "docs/sessions.md"]
# Three emulators side by side on a machine of two cores: each is one thread of work most of the time, and waits now and then.
PARALLEL = (os.cpu_count() or 2) + 1
SKIPPED = 77 # the status of a program that this machine cannot run, as Automake and Meson have it
MEMORY = "/dev/shm" # where the memory of emulated machines is kept until they ended
SECONDS = 90 # a boot's, where its test.toml says nothing
# Boots of one machine from which on they go on from one run of its firmware, where that takes long (firmware.py). Boots of the
# default system never do.
SHARE_FIRMWARE = 3
# Where the guest's clock counts instructions. Firmware waits by that clock: with 1 ns OVMF takes minutes (firmware.py).
INSTRUCTION_NS = 16


class Tally:
    """What passed and what failed, by board; failures are shown with their cause when they happen."""

    def __init__(self):
        self.lock = threading.Lock()
        self.passed, self.failed, self.skipped = {}, {}, {}
        self.seconds = []

    def add(self, group, name, cause=None):
        with self.lock:
            counts = self.passed if cause is None else self.failed
            counts[group] = counts.get(group, 0) + 1
            if cause is not None:
                print(f"{colour('31', 'FAILED', sys.stdout)} {group}: {name}\n    " + cause.rstrip().replace("\n", "\n    "),
                      flush=True)

    def skip(self, group, name, why):
        """A test that this machine cannot run."""
        with self.lock:
            self.skipped[group] = self.skipped.get(group, 0) + 1
            print(f"skipped {group}: {name}: {why}", flush=True)

    @contextlib.contextmanager
    def timed(self, what):
        started = time.monotonic()
        yield
        with self.lock:
            self.seconds.append((time.monotonic() - started, what))

    def write_seconds(self, path):
        """What took how long, the longest first."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{seconds:7.1f}  {what}\n" for seconds, what in sorted(self.seconds, reverse=True)))

    def total(self, counts):
        return sum(counts.values())


# ---- programs ------------------------------------------------------------------------------------------------------


def environment(full):
    """What tests that choose their own slice look at."""
    return {**os.environ, "TENON_FULL": "1" if full else ""}


def run_program(tally, group, name, command, full):
    seconds = 7200 if full else 900
    try:
        with tally.timed(f"{group} {name}"):
            done = subprocess.run([str(word) for word in command], cwd=ROOT, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                  timeout=seconds, env=environment(full))
    except subprocess.TimeoutExpired as expired:
        tally.add(group, name, f"not finished after {seconds} s\n{(expired.stdout or b'')[-2000:]!r}")
        return
    if done.returncode == SKIPPED:
        tally.skip(group, name, (done.stdout.strip().splitlines() or ["it does not say why"])[-1])
        return
    cause = None if done.returncode == 0 else f"status {done.returncode}\n{done.stdout[-3000:]}"
    tally.add(group, name, cause)


def run_programs(tally, group, programs, full):
    """One for each core: most of them are one thread of work. A build folder that two want has a lock."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for future in [pool.submit(run_program, tally, group, name, words, full) for name, words in programs]:
            future.result()


def tree_programs():
    return sorted(path for path in (ROOT / "tests" / "tree").iterdir() if os.access(path, os.X_OK) and path.is_file())


def run_host(tally, full):
    unit = BUILD / "unit"
    if not (unit / "build.ninja").exists():
        run("setting up the unit tests", ["meson", "setup", *machine_files("native", "native"), unit, ROOT / "tests" / "unit"])
    for build in (GENERATOR_BUILD, unit):
        run_meson_tests(tally, build, full)


def run_meson_tests(tally, build, full):
    """Meson's own tests: one line each in its log of JSON lines."""
    import json
    try:
        run("building the host tests", ["ninja", "-C", build, "--quiet"])
    except Failure as failure:
        tally.add("host", f"build of {build.name}", str(failure))
        return
    log = build / "meson-logs" / "testlog.json"
    log.unlink(missing_ok=True)
    done = subprocess.run(["meson", "test", "-C", str(build), "--no-rebuild", "--print-errorlogs",
                           "--timeout-multiplier", "20" if full else "1"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment(full),
                          stdin=subprocess.DEVNULL)
    seen = 0
    for line in log.read_text().splitlines() if log.exists() else []:
        entry = json.loads(line)
        seen += 1
        good = entry["result"] in ("OK", "EXPECTEDFAIL")
        cause = None if good else f"{entry['result']}\n{entry.get('stdout', '')[-2500:]}{entry.get('stderr', '')[-2500:]}"
        tally.seconds.append((entry.get("duration", 0.0), f"host {entry['name']}"))
        count_cmocka(tally, entry, cause)
    if seen == 0:
        tally.add("host", f"meson test of {build.name}", f"no test ran\n{done.stdout[-2000:]}")


def count_cmocka(tally, entry, cause):
    """A test program that prints TAP or cmocka's `[  PASSED  ] N test(s)` counts as so many; what it says it counted
    is said here too."""
    text = entry.get("stdout", "") + entry.get("stderr", "")
    passed = sum(int(number) for number in re.findall(r"\[  PASSED  \] (\d+) test", text))
    passed += len(re.findall(r"^ok ", text, re.MULTILINE))
    if cause is not None:
        tally.add("host", entry["name"], cause)
        return
    for line in re.findall(r"^counted: (.*)$", text, re.MULTILINE):
        print(f"host: {entry['name'].split(' / ')[-1]}: {line}", flush=True)
    for _ in range(max(1, passed)):
        tally.add("host", entry["name"])


# ---- boots ---------------------------------------------------------------------------------------------------------


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
        return (self.board, self.cpus, str(self.spec.get("nodes")), str(self.spec.get("disks")), self.spec.get("memory"), self.spec.get("instructions"))


@functools.cache
def boards_of(system):
    return generator.system(system)["boards"]


def find_boots(boards, full):
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
    text = transcript.read_text()
    lines = text.splitlines()
    tail = "\n".join(lines[-25:])
    if not boot.spec.get("seen"):
        right = boot.spec.get("status", 0)
        ended = "timed out" if console.timed_out else f"ended with {status}"
        yield "exit status", None if status == right and not console.timed_out else f"{ended} instead of {right}:\n{tail}"
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
    if "check" in boot.spec:
        yield from judge_by_program(boot, build, transcript, disks)


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


def run_boot(tally, boot, build, share):
    logs = BUILD / "test-logs"
    logs.mkdir(parents=True, exist_ok=True)
    transcript = logs / f"{boot.title}-{boot.board}-{boot.cpus}.log"
    with tempfile.TemporaryDirectory(prefix="tenon-", dir=MEMORY if os.path.isdir(MEMORY) else None) as folder:
        source_end, feed_end = os.pipe()
        os.write(feed_end, boot.spec.get("input", "").encode())
        os.close(feed_end)
        memory = pathlib.Path(folder) / "memory"
        disks = make_disks(boot, folder)
        words = qemu.arguments(build, folder, memory_file=memory, cpus=boot.cpus, nodes=boot.spec.get("nodes", []),
                               memory=boot.spec.get("memory"), disks=disks,
                               instruction_ns=INSTRUCTION_NS if boot.spec.get("instructions") else None)
        if share and build.board["emulator"]["firmware"] == "ovmf" and firmware.can_be_kept(words):
            words += firmware.passed(words, folder, boot.board)
        console = Console(words, source=source_end,
                          seconds=boot.spec.get("seconds", SECONDS), stay="input" not in boot.spec,
                          before_input=boot.spec.get("before_input", []),
                          **({"ready": boot.spec["ready"]} if "ready" in boot.spec else {}),
                          until=boot.spec["expect"] if boot.spec.get("seen") else ())
        with tally.timed(f"boot {boot.name} {boot.board}"):
            status = console.run()
        os.close(source_end)
        depths = stacks.measure(memory, build.report) if memory.exists() else {}
        transcript.write_text(console.transcript.decode(errors="replace").replace("\r", ""))
        transcript.with_suffix(".stacks").write_text("".join(
            f"{name} {used} of {bound}, stack {size}\n" for name, (used, bound, size, _) in depths.items()))
        verdicts = [*judge(boot, build, console, status, transcript, disks), *judge_stacks(boot, depths)]
    for what, cause in verdicts:
        tally.add(boot.board, f"{boot.name}: {what}", cause and f"{cause}\n(transcript: {transcript.relative_to(ROOT)})")


def run_boots(tally, boots):
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
                pending.append((boot, pool.submit(run_boot, tally, boot, builds[key], share)))
        for boot, future in pending:
            if future.exception(): # one that could not be run or judged must not take the others with it
                tally.add(boot.board, boot.name, "".join(traceback.format_exception(future.exception())))


# ---- components ----------------------------------------------------------------------------------------------------


def find_components(options):
    """The components whose tests are wanted: those that are named, which are no words for other tests then, and those
    with a word in their test's name."""
    everybody = component.find_all(options.system)
    named = [found for found in everybody if found.name in options.names]
    options.names = [name for name in options.names if name not in {found.name for found in named}]
    options.only_components = bool(named) and not options.names
    return named, [found for found in everybody if found not in named and wanted(f"component {found.name}", options)]


def run_components(tally, components, names_them):
    """Builds all at once; where that fails, one by one, so that each one that is broken is told."""
    if not components:
        return
    try:
        with tally.timed(f"build of {len(components)} component tests"):
            component.build(components)
    except Failure as failure:
        if len(components) == 1:
            tally.add("component", f"build of {components[0].name}", str(failure) or "refused by the generator")
            return
        for one in components:
            run_components(tally, [one], names_them)
        return
    for one in components:
        with tally.timed(f"component {one.name}"):
            for name, cause in component.results(one):
                tally.add("component", f"{one.name}: {name}", cause)
                if names_them and cause is None:
                    print(f"{colour('32', 'ok', sys.stdout)} {one.name}: {name}", flush=True)


# ---- all -----------------------------------------------------------------------------------------------------------


def wanted(name, options):
    return not options.only_components and (not options.names or any(word in name for word in options.names))


def command(options):
    started = time.monotonic()
    boards = options.board or BOARDS
    os.environ.update(environment(options.full)) # also for commands that make disks and judge them
    generator.ready()
    named, components = find_components(options)
    boots = [boot for boot in find_boots(boards, options.full)
             if wanted(f"boot {boot.folder.name} {boot.title}", options) or wanted(f"boot {boot.name}", options)]
    programs = [(path.name, [path]) for path in tree_programs() if not PROJECT and wanted(f"tree {path.name}", options)]
    host = not PROJECT and wanted("host", options)
    documents = [name for name in DOCUMENTS if not PROJECT and wanted(f"docs {name}", options)]
    if options.list:
        for line in [f"tree {name}" for name, _ in programs] + ["host"] * host + \
                [f"component {found.name}" for found in named + components] + \
                [f"docs {name}" for name in documents] + [f"boot {boot.name} {boot.board}" for boot in boots]:
            print(line)
        return 0
    tally = Tally()
    if programs:
        say("checking the tree …")
        run_programs(tally, "tree", programs, options.full)
    if host:
        say("host tests …")
        run_host(tally, options.full)
    if named or components:
        say("components …")
        run_components(tally, named, True)
        run_components(tally, components, False)
    if boots:
        say(f"{len(boots)} boots on {len({boot.board for boot in boots})} boards …")
        run_boots(tally, boots)
    if documents:
        say("running what documents say …")
        run_programs(tally, "docs", [(name, [ROOT / "tests" / "docs" / "snippets", ROOT / name]) for name in documents],
                     options.full)
    for group in sorted({*tally.passed, *tally.failed}):
        passed, failed = tally.passed.get(group, 0), tally.failed.get(group, 0)
        print(f"{group}: {passed + failed} tests ran, {passed} passed, {failed} failed")
    seconds = BUILD / "test-logs" / "seconds.txt"
    tally.write_seconds(seconds)
    say(f"in {time.monotonic() - started:.0f} s; what took how long is in {shown(seconds)}")
    passed, failed = tally.total(tally.passed), tally.total(tally.failed)
    skipped = tally.total(tally.skipped)
    if passed + failed + skipped == 0:
        raise Failure("no test of that name")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed else 0
