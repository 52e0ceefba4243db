# SPDX-License-Identifier: MIT
"""Tests of a component as a host program: `tenon test COMPONENT`.

They stand in components/NAME/tests/*.c, beside a component of the tree or of the person's own folder, or, where a system
describes the component in place, in tests/NAME/*.c beside that system. tenon-gen writes the component's glue, clients that call it and mocks of what it uses; runtime/host is the kernel. One Ninja file builds all that
are wanted, under ASan and UBSan."""

import dataclasses
import hashlib
import os
import pathlib
import platform
import re
import subprocess

import generator
from build import Build
from tree import BUILD, Failure, PROJECT, ROOT, run, shown

SECONDS = 120 # after which a program is ended; ten times that with --full
SANITIZE = ["-g", "-O1", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls", "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all"]
WARNINGS = ["-Wall", "-Wextra", "-Werror"]
# What of the runtime is not the same on the host: runtime/host has it, or nobody needs it there.
BOARD_ONLY = ["heap.c", "start.c"]
SUBPROJECTS = ROOT / "subprojects"
# These define functions of the C library; on the host that has them, and the sanitizers look into those.
STRING = ["memory.c", "string.c"]
OWN_STRING = [f"-D{name}=runtime_{name}" for name in
              ("memcpy", "memmove", "memset", "memcmp", "memchr", "strlen", "strnlen", "strcmp", "strncmp", "strchr")]


# The peers' two parts, and what test_glue.h calls each side; the runtime of which both have a copy of their own.
PEERS = {"clients": "client", "mocks": "server"}
PEER_RUNTIME = ["channel", "pool", "room", "session"]


@dataclasses.dataclass
class Component:
    name: str
    folder: pathlib.Path    # of its tests
    system: pathlib.Path    # a file of the folder that is looked through first
    in_place: bool = False  # the system describes it

    @property
    def tests(self):
        return sorted(self.folder.glob("*.c"))

    @property
    def build(self):
        inside = hashlib.sha256(str(self.folder).encode()).hexdigest()[:8]
        return BUILD / "component_tests" / (self.name if self.folder.is_relative_to(ROOT / "components") else f"{self.name}-{inside}")

    @property
    def program(self):
        return self.build / "test"


def find_all(system):
    """Those beside a system that have tests: in components/NAME/tests, and of those that it describes in place in
    tests/NAME."""
    system = pathlib.Path(system).resolve()
    found = [Component(path.parent.name, path.parent / "tests", system)
             for path in sorted((system.parent / "components").glob("*/component.yaml"))]
    if system.parent != ROOT:
        known = {component.name for component in found}
        found += [Component(path.name, path, system, True) for path in sorted((system.parent / "tests").glob("*"))
                  if path.name not in known]
    return [component for component in found if component.tests]


def generator_words(component):
    words = ["test", component.name, "--root", ROOT, "--out", component.build]
    if not component.in_place:
        return [*words, "--system", shown(component.system)]
    board = Build(component.system, generator.system(component.system)["boards"][0])
    return [*words, *(word for word in board.compose_arguments() if word not in ("--root", ROOT))]


# ---- building ------------------------------------------------------------------------------------------------------


class Ninja:
    """The text of a build.ninja."""

    def __init__(self):
        compiler = "ccache clang-19" if subprocess.run(["which", "ccache"], stdout=subprocess.DEVNULL).returncode == 0 else "clang-19"
        self.lines = [f"rule c\n  command = {compiler} -std=gnu11 $flags -MD -MF $out.d -c $in -o $out\n  depfile = $out.d\n  deps = gcc",
                      "rule peer\n  command = ld.lld -r $in -o $out.whole && llvm-objcopy-19 --wildcard -G 'client_*' -G 'mock_*' -G 'test_*' "
                      "-G '___asan*' $out.whole $out",
                      "rule kernel\n  command = ld.lld -r $in -o $out.whole && llvm-objcopy-19 --wildcard -G 'test_*' -G 'tenon_*' "
                      "-G 'heap_*' -G main -G component_start -G '__asan_default_options' -G '___asan*' $out.whole $out",
                      f"rule link\n  command = clang-19 -fuse-ld=lld {' '.join(SANITIZE)} $in -lcmocka -o $out"]
        self.made = set()

    def compile(self, source, out, flags):
        if out not in self.made:
            self.made.add(out)
            self.lines.append(f"build {out}: c {escape(source)}\n  flags = {' '.join(str(flag) for flag in flags)}")
        return out

    def text(self):
        return "\n".join(self.lines) + "\n"


def escape(path):
    return str(path).replace("$", "$$").replace(" ", "$ ").replace(":", "$:")


def shared_objects(ninja):
    """What is the same for all: the kernel, and the runtime of the component."""
    folder = BUILD / "component_tests" / "runtime"
    include = [f"-I{ROOT}/runtime/include", f"-I{ROOT}/kernel/include"]
    objects = [ninja.compile(path, folder / f"host_{path.stem}.o", ["-D_GNU_SOURCE", *SANITIZE, *WARNINGS, *include])
               for path in sorted((ROOT / "runtime" / "host").glob("*.c"))]
    ninja.lines.append(f"build {folder}/kernel.o: kernel {' '.join(map(str, objects))}") # a component may use its names
    objects = [folder / "kernel.o"]
    for name in sorted(path.name for path in (ROOT / "runtime").glob("*.c")
                       if path.name not in BOARD_ONLY and not path.name.startswith("harness")):
        flags = [*part_flags(), *include, f"-I{ROOT}/runtime", *(OWN_STRING if name in STRING else [])]
        objects.append(ninja.compile(ROOT / "runtime" / name, folder / f"{name[:-2]}.o", flags))
    frame = ROOT / "runtime" / "arch" / platform.machine() / "frame.c"
    objects.append(ninja.compile(frame, folder / "frame.o", [*part_flags(), *include]))
    return objects


def part_flags():
    """Of what is part of the component: its data is made anew at a restart, and its names hide none of the C library's."""
    return [*SANITIZE, *WARNINGS, "-ffreestanding", "-fvisibility=hidden", "-include", ROOT / "runtime" / "host" / "sections.h"]


def peer_flags(name):
    """Of the clients, or of the mocks: their data is changed with the client that is present, or made anew for each test."""
    return [*SANITIZE, *WARNINGS, "-include", ROOT / "runtime" / "host" / f"{PEERS[name]}_sections.h",
            f"-I{ROOT}/runtime/include", f"-I{ROOT}/kernel/include"]


def peer_runtime(ninja, name):
    """The part of the runtime that the peers have a copy of."""
    folder = BUILD / "component_tests" / "runtime"
    side = PEERS[name]
    flags = [f"-Dtenon_trap=test_{side}_trap", f"-Dtenon_host_buffer=test_{side}_buffer", "-Dtenon_log=test_peer_log"]
    return [ninja.compile(ROOT / "runtime" / f"{part}.c", folder / f"{side}_{part}.o", [*peer_flags(name), *flags])
            for part in PEER_RUNTIME]


def read_plan(component):
    """Sources, include folders and libraries of the instance."""
    sources, includes, libraries, mine = [], [], [], False
    for line in (component.build / "plan").read_text().splitlines():
        word, _, value = line.partition(" ")
        if word == "instance":
            mine = value == component.name
        elif mine and word == "source":
            sources.append(pathlib.Path(value))
        elif mine and word == "include":
            includes.append(pathlib.Path(value))
        elif mine and word == "library":
            libraries.append(value)
    return sources, includes, libraries


def library_flags(name):
    """A library of headers and sources that a component compiles itself: where they are, unpacked as Meson does."""
    given = SUBPROJECTS / "packagefiles" / name / "include_folders"
    if not given.exists():
        return []
    run("filling the libraries", [SUBPROJECTS / "fill", name])
    run("unpacking a library", ["meson", "subprojects", "download", name, "--sourcedir", ROOT])
    folder = re.search(r"^directory = (.*)$", (SUBPROJECTS / f"{name}.wrap").read_text(), re.MULTILINE)[1]
    return [f"-isystem{SUBPROJECTS / folder / inside}" for inside in given.read_text().split()]


def add_component(ninja, component, shared):
    gen = component.build / component.name
    sources, includes, libraries = read_plan(component)
    include = [f"-I{gen}", *(f"-I{path}" for path in includes), f"-I{ROOT}/runtime/include", f"-I{ROOT}/kernel/include",
               *(flag for name in libraries for flag in library_flags(name))]
    objects = []
    for number, source in enumerate([*sources, gen / f"{component.name}.glue.c"]):
        if source.suffix == ".c":
            objects.append(ninja.compile(source, component.build / f"part_{number}_{source.stem}.o", [*part_flags(), *include]))
    for name, peer in (("clients", "mock_client_0"), ("mocks", "mock_server")):
        if (component.build / peer).exists():
            whole = ninja.compile(gen / f"{name}.c", component.build / f"{name}_whole.o",
                                  [*peer_flags(name), f"-I{component.build / peer}"])
            ninja.lines.append(f"build {component.build / name}.o: peer {whole} {' '.join(map(str, peer_runtime(ninja, name)))}")
            objects.append(component.build / f"{name}.o")
    objects.append(ninja.compile(gen / "component.c", component.build / "component.o", [*SANITIZE, *include]))
    for source in component.tests:
        objects.append(ninja.compile(source, component.build / f"test_{source.stem}.o", [*SANITIZE, *WARNINGS, *include]))
    ninja.lines.append(f"build {component.program}: link {' '.join(str(path) for path in [*objects, *shared])}")


def build(components):
    """Programs of all of them. Raises Failure with the compiler's words."""
    ninja = Ninja()
    shared = shared_objects(ninja)
    for component in components:
        component.build.mkdir(parents=True, exist_ok=True)
        if generator.show(generator_words(component)) != 0:
            raise Failure("")
        add_component(ninja, component, shared)
    folder = BUILD / "component_tests"
    name = hashlib.sha256(" ".join(str(component.build) for component in components).encode()).hexdigest()[:8]
    path = folder / f"{name}.ninja"
    if not path.exists() or path.read_text() != ninja.text():
        path.write_text(ninja.text())
    done = subprocess.run(["ninja", "-C", str(folder), "-f", str(path), "--quiet"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        noise = re.compile(r"^(ninja: |FAILED: |clang-19 |ccache )")
        raise Failure("".join(line for line in done.stdout.splitlines(True) if not noise.match(line)).rstrip()
                      + f"\nthe tests of {', '.join(component.name for component in components)} could not be built")


# ---- running -------------------------------------------------------------------------------------------------------


def results(component):
    """Yields (test, None or why it failed)."""
    seconds = SECONDS * 10 if os.environ.get("TENON_FULL") else SECONDS
    environment = {**os.environ, "CMOCKA_MESSAGE_OUTPUT": "TAP", "UBSAN_OPTIONS": "print_stacktrace=1", "ASAN_SYMBOLIZER_PATH": "/usr/bin/llvm-symbolizer-19"}
    try:
        done = subprocess.run([str(component.program)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=seconds, env=environment)
        output, status = done.stdout, done.returncode
    except subprocess.TimeoutExpired as expired:
        output, status = (expired.stdout or b"").decode(errors="replace"), f"not finished after {seconds} s"
    for base in (PROJECT or ROOT, ROOT):
        output = output.replace(f"{base}/", "")
    seen, failed = 0, False
    for good, name, said in re.findall(r"^(not ok|ok) (?:\d+ )?- (\S+)[^\n]*\n((?:#[^\n]*\n)*)", output + "\n", re.MULTILINE):
        seen += 1
        failed = failed or good != "ok"
        yield name, None if good == "ok" else "\n".join(line[2:] for line in said.splitlines()).strip() or "failed"
    died = re.search(r"^the program ended in the test (\S+)$", output, re.MULTILINE)
    if died or seen == 0 or (status != 0 and not failed):
        report = output[max(output.find("==ERROR"), output.find("runtime error") - 200, 0):]
        report = report.partition("Shadow bytes around")[0]
        yield died.group(1) if died else "the program", f"status {status}\n{report[:3000]}"
