# SPDX-License-Identifier: MIT
"""The host program tenon-gen: built when its sources changed, and asked."""

import fcntl
import json
import os
import subprocess

from tree import BUILD, Failure, GENERATOR_BUILD, ROOT, machine_files, run, say

PROGRAM = GENERATOR_BUILD / "tenon-gen"
# Options of a machine that keep its device tree the same at each start.
DETERMINISTIC = {"aarch64": ",dtb-randomness=off"}

# What tenon-gen is built from.
SOURCES = [ROOT / "generator", ROOT / "kernel" / "include" / "tenon", ROOT / "runtime" / "include" / "tenon"]


def newest(folder):
    """The latest change of a file or folder below `folder`, in ns."""
    latest = os.stat(folder).st_mtime_ns
    for entry in os.scandir(folder):
        changed = newest(entry.path) if entry.is_dir(follow_symlinks=False) else entry.stat().st_mtime_ns
        latest = max(latest, changed)
    return latest


def current():
    """Is the program newer than all it is built from? Cheaper than asking Ninja, which `check` would notice."""
    try:
        built = os.stat(PROGRAM).st_mtime_ns
    except FileNotFoundError:
        return False
    return all(newest(folder) < built for folder in SOURCES)


def ready():
    """Builds tenon-gen if anything of it changed."""
    if current():
        return PROGRAM
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / "host.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build()
    return PROGRAM


def build():
    if not (GENERATOR_BUILD / "build.ninja").exists():
        say("setting up the build of the generator …")
        run("setting up the generator's build",
            ["meson", "setup", *machine_files("native", "native"), GENERATOR_BUILD, ROOT / "generator"])
    run("building the generator", ["ninja", "-C", GENERATOR_BUILD, "--quiet", "tenon-gen"])
    PROGRAM.touch()  # Ninja leaves a program alone whose sources changed in their times only


def show(arguments):
    """Runs tenon-gen with its output going to the person. Returns its exit status."""
    return subprocess.run([str(ready()), *map(str, arguments)], check=False).returncode


def board(name):
    """What the board file says, as a dictionary."""
    done = subprocess.run([str(ready()), "board", "--json", name, "--root", str(ROOT)], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failure("", done.returncode)
    return json.loads(done.stdout)


def system(path):
    """The boards and overlays that a system lists, as a dictionary."""
    done = subprocess.run([str(ready()), "system", "--system", str(path), "--root", str(ROOT)], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failure("", done.returncode)
    return json.loads(done.stdout)


def known_device_tree(name):
    """The DTB that an earlier command dumped, if the board file has not changed since; else None."""
    dtb = BUILD / "device_trees" / f"{name}.dtb"
    try:
        return dtb if dtb.stat().st_mtime_ns > (ROOT / "platforms" / name / "board.yaml").stat().st_mtime_ns else None
    except FileNotFoundError:
        return None


def device_tree(board_description):
    """The board's DTB, dumped by its emulator once and again when the board file changed; None where it has none."""
    if board_description["architecture"] == "x86_64":
        return None
    emulator = board_description["emulator"]
    deterministic = DETERMINISTIC.get(board_description["architecture"], "")
    folder = BUILD / "device_trees"
    folder.mkdir(parents=True, exist_ok=True)
    dtb = folder / f"{board_description['board']}.dtb"
    words = [emulator["program"], "-machine", f"{emulator['machine']},dumpdtb={dtb}{deterministic}",
             "-cpu", emulator["cpu"], "-m", str(emulator["memory"] >> 20), "-display", "none"]
    recipe = dtb.with_suffix(".command")
    text = " ".join(words)
    if not dtb.exists() or not recipe.exists() or recipe.read_text() != text:
        run("dumping the board's device tree", words)
        recipe.write_text(text)
    elif known_device_tree(board_description["board"]) is None:
        dtb.touch()
    return dtb
