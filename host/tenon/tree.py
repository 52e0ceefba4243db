# SPDX-License-Identifier: MIT
"""Where things are, and how to speak to the person."""

import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("TENON_ROOT") or pathlib.Path(__file__).resolve().parents[2])
BUILD = ROOT / "build"
GENERATOR_BUILD = BUILD / "host"
CROSS = ROOT / "platforms" / "cross"
DEFAULT_BOARD = "qemu_aarch64"


def find_project():
    """The folder of a system outside the tree that the person works in, made by `tenon new system`; or None."""
    given = os.environ.get("TENON_PROJECT")
    if given:
        return pathlib.Path(given)
    here = pathlib.Path.cwd().resolve()
    for folder in [here, *here.parents]:
        if folder == ROOT:
            return None
        if (folder / "system.yaml").exists() and (folder / "tenon").exists():
            return folder
    return None


PROJECT = find_project()
DEFAULT_SYSTEM = (PROJECT or ROOT) / "system.yaml"

# ccache: the kernel and the runtime are the same for all systems of an architecture, and no path is in an object.
os.environ.setdefault("CCACHE_DIR", str(BUILD / "ccache"))
# What a file includes is taken from the compiler's list, so that nothing is preprocessed twice; payload.S carries the hash of
# what it has assembled in, which no such list names.
os.environ.update(CCACHE_BASEDIR=str(ROOT), CCACHE_NOHASHDIR="1", CCACHE_DEPEND="1", CCACHE_MAXSIZE="1G")


class Failure(Exception):
    """Something the person has to know; the message is all of it. `status` becomes the exit status."""

    def __init__(self, message, status=1):
        super().__init__(message)
        self.status = status


def colour(code, text, stream=sys.stderr):
    if os.environ.get("NO_COLOR") or not stream.isatty():
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def say(text):
    print(f"{colour('1', 'tenon:')} {text}", file=sys.stderr, flush=True)


def shown(path):
    """A path as the person would write it."""
    relative = os.path.relpath(path)
    return relative if len(relative) < len(str(path)) else str(path)


def machine_files(kind, *names):
    """Meson's arguments --KIND-file for platforms/cross/NAME.ini, with ccache where it is installed."""
    names += ("cached",) if shutil.which("ccache") else ()
    return [word for name in names for word in (f"--{kind}-file", CROSS / f"{name}.ini")]


def run(what, command, **options):
    """Runs a command that is quiet when it succeeds; when it fails, its output is the message."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", stdin=subprocess.DEVNULL, **options)
    if done.returncode != 0:
        last = "\n".join(done.stdout.rstrip().splitlines()[-15:])
        raise Failure(f"{last}\n{what} failed: {' '.join(str(word) for word in command[:2])} …")
    return done.stdout
