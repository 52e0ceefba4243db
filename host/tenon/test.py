# SPDX-License-Identifier: MIT
"""./tenon test: everything, on all boards.

Five kinds of test:
  tree       programs in tests/tree: status 0 is a pass; with 77 nothing was tried, and the last line says why
  host       Meson tests of two builds, under ASan and UBSan: the generator's, and tests/unit (kernel, runtime,
             components, loader)
  component  components/NAME/tests/*.c, each component a host program with mocks of what it uses (component.py)
  docs       documents whose snippets are run
  boot       folders tests/boot/NAME with a test.toml, booted through the real chain on every board of its system;
             what such a file may say is in boots.py

A name that is a component's means that component's tests; any other one all tests that contain it.

In the folder of a system outside the tree there are boots and components: tests/NAME/test.toml, where "/system.yaml" is that
system, on all boards that it lists, and components/NAME/tests/*.c."""

import concurrent.futures
import os
import re
import subprocess
import sys
import time

import boots
import component
import generator
from tally import Tally
from tree import BUILD, Failure, GENERATOR_BUILD, PROJECT, ROOT, colour, machine_files, run, say, shown

BOARDS = ["qemu_aarch64", "qemu_riscv64", "qemu_riscv64_plic", "qemu_x86_64"]
DOCUMENTS = ["docs/first_component.md", "docs/first_driver.md", "docs/component_tests.md", "docs/systems.md", "docs/seeing.md", "docs/build.md",
             "docs/comparison.md", "docs/stacks.md", "docs/sessions.md", "docs/gateway.md"]
SKIPPED = 77 # the status of a program that this machine cannot run, as Automake and Meson have it


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
    found = [boot for boot in boots.find(boards, options.full)
             if wanted(f"boot {boot.folder.name} {boot.title}", options) or wanted(f"boot {boot.name}", options)]
    programs = [(path.name, [path]) for path in tree_programs() if not PROJECT and wanted(f"tree {path.name}", options)]
    host = not PROJECT and wanted("host", options)
    documents = [name for name in DOCUMENTS if not PROJECT and wanted(f"docs {name}", options)]
    if options.list:
        for line in [f"tree {name}" for name, _ in programs] + ["host"] * host + \
                [f"component {one.name}" for one in named + components] + \
                [f"docs {name}" for name in documents] + [f"boot {boot.name} {boot.board}" for boot in found]:
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
    if found:
        say(f"{len(found)} boots on {len({boot.board for boot in found})} boards …")
        boots.run_all(tally, found)
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
    if tally.unstable:
        say(f"{len(tally.unstable)} of these failed beside other boots and passed by themselves: {'; '.join(tally.unstable)}")
    passed, failed = tally.total(tally.passed), tally.total(tally.failed)
    skipped = tally.total(tally.skipped)
    if passed + failed + skipped == 0:
        raise Failure("no test of that name")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed else 0
