# SPDX-License-Identifier: MIT
"""From YAML to an image: compose, Meson and Ninja, in a build folder per board and system."""

import fcntl
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import generator
from hints import hints
from tree import BUILD, Failure, ROOT, machine_files, run, say, shown


class Build:
    """The build folder of one system for one board, as one variant of it."""

    def __init__(self, system, board_name, variants=()):
        self.system = pathlib.Path(system).resolve()
        self.board_name = board_name
        self.variants = list(variants)
        try:
            name = str(self.system.relative_to(ROOT).with_suffix("")).replace(os.sep, "-")
        except ValueError:
            name = self.system.stem + "-" + hashlib.sha256(str(self.system).encode()).hexdigest()[:8]
        self.folder = BUILD / board_name / "+".join([name, *self.variants])
        self.gen = self.folder / "gen"
        self.ninja = self.folder / "ninja"
        self._board = None

    @property
    def board(self):
        if self._board is None:
            self._board = generator.board(self.board_name)
        return self._board

    @property
    def report(self):
        return self.ninja / "report.json"

    @property
    def kernel(self):
        return self.ninja / "kernel.elf"

    def image(self, name):
        return self.ninja / "images" / name

    def instances(self):
        """Name and ELF of each instance, in the order of the system file."""
        plan = (self.gen / "plan").read_text().splitlines()
        return {line.split()[1]: self.ninja / "components" / f"{line.split()[1]}.elf"
                for line in plan if line.startswith("instance ")}

    def compose_arguments(self):
        dtb = generator.known_device_tree(self.board_name) or generator.device_tree(self.board)
        arguments = ["--root", ROOT, "--system", shown(self.system), "--board", self.board_name]
        arguments += [word for variant in self.variants for word in ("--variant", variant)]
        return arguments + (["--dtb", dtb] if dtb else [])

    def check(self, form="text"):
        """Only reads and judges. Returns tenon-gen's exit status; its messages have gone to the person."""
        return generator.show(["check", *self.compose_arguments(), "--format", form])

    def make(self, quiet=False):
        """Two commands at once must not run Ninja in one folder: it would lose what it knows of headers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._make(quiet)

    def _make(self, quiet):
        started = time.monotonic()
        arguments = self.compose_arguments()
        self.gen.mkdir(parents=True, exist_ok=True)
        if generator.show(["compose", *arguments, "--out", self.gen]) != 0:
            raise Failure("")
        if not (self.ninja / "build.ninja").exists():
            fetch_libraries()
            if not quiet:
                say(f"setting up the build of {shown(self.system)} for {self.board_name} …")
            run("setting up the build",
                ["meson", "setup", *machine_files("cross", self.board["architecture"]),
                 *machine_files("native", "native"), f"-Dboard={self.board_name}",
                 f"-Dgen={self.gen}", f"-Dgenerator={generator.PROGRAM}", f"-Dkept={BUILD / 'kernel'}", self.ninja, ROOT])
        self._run_ninja(quiet)
        if not quiet:
            say(f"built {shown(self.folder)} in {time.monotonic() - started:.1f} s")

    def _run_ninja(self, quiet):
        """Shows one line of progress on a terminal, and the failing command's output alone when one fails."""
        process = subprocess.Popen(["ninja", "-C", str(self.ninja)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL, text=True, errors="replace",
                                   env={**os.environ, "NINJA_STATUS": "[%f/%t] "})
        terminal = sys.stderr.isatty() and not quiet
        output = []
        for line in process.stdout:
            if re.match(r"\[\d+/\d+\] ", line):
                if terminal:
                    print(f"\r\x1b[K{line.rstrip()[:100]}", end="", file=sys.stderr, flush=True)
            else:
                output.append(line)
        if terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        if process.wait() != 0:
            noise = re.compile(r"^(ninja: (Entering|build stopped)|.*clang-19 .* -o |.*tenon-gen layout |FAILED:|Cleaning\.\.\.)")
            here = re.compile(re.escape(f"{pathlib.Path.cwd()}/") + r"(?=\S+:\d)")  # as the person would write a place
            said = "".join(here.sub("", line) for line in output if not noise.match(line)).rstrip()
            print("\n".join([said, *hints(output, self.gen)]), file=sys.stderr, flush=True)  # places begin their lines
            raise Failure(f"the build of {shown(self.system)} for {self.board_name} failed")

    def copy_out(self, folder):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        copied = []
        for path in [*sorted((self.ninja / "images").iterdir()), self.ninja / "report.txt", self.report, self.kernel]:
            if path.is_file() and path.suffix in (".efi", ".img", ".itb", ".txt", ".json", ".elf"):
                shutil.copyfile(path, folder / path.name)
                copied.append(path.name)
        say(f"wrote {', '.join(copied)} to {shown(folder)}")

    def sizes(self):
        """Bytes of what the image holds, as [(name, bytes)]."""
        rows = [(f"component {name}", loaded_bytes(elf)) for name, elf in self.instances().items()]
        payload = self.ninja / "payload.bin"
        kernel_text = section_bytes(self.kernel)
        rows.append(("kernel text", kernel_text.get(".text", 0)))
        rows.append(("kernel, tables and components", self.kernel_stripped()))
        if payload.exists():
            rows.append(("payload (segments of all components)", payload.stat().st_size))
        rows.append(("image payload (EFI application)", self.image("tenon.efi").stat().st_size))
        return rows

    def kernel_stripped(self):
        return sum(size for name, size in section_bytes(self.kernel).items() if name not in (".bss", ".noinit"))


def fetch_libraries():
    """The libraries that images are built with, once for all builds; Meson would do it too, but speechless."""
    if not (BUILD / "third_party" / "libfdt").exists():
        say("fetching the source of libfdt …")
        run("fetching the libraries' sources", [ROOT / "images" / "fetch_sources"])


def section_bytes(elf):
    """Allocated sections of an ELF file and their sizes."""
    text = run("reading sections", ["llvm-readelf-19", "--sections", "--wide", elf])
    sizes = {}
    for line in text.splitlines():
        match = re.match(r"\s*\[\s*\d+\]\s+(\S+)\s+\S+\s+\S+\s+\S+\s+([0-9a-f]+)\s+\S+\s+(\S*)", line)
        if match and "A" in match.group(3):
            sizes[match.group(1)] = int(match.group(2), 16)
    return sizes


def loaded_bytes(elf):
    return sum(size for name, size in section_bytes(elf).items() if name != ".bss")


def command(options):
    build = Build(options.system, options.board, options.variant)
    build.make()
    if options.out:
        build.copy_out(options.out)
    if options.sizes:
        rows = build.sizes()
        width = max(len(name) for name, _ in rows)
        for name, size in rows:
            print(f"{name:{width}}  {size:10,d} bytes")
    if options.json:
        print(json.dumps({"board": options.board, "sizes": dict(build.sizes())}))
    return 0
