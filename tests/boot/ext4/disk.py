#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The disk with an ext4: `make FILE` before the boot, and afterwards what is expected of it."""

import os
import pathlib
import subprocess
import sys
import tempfile

BYTES = 300000


def content(seed, length=BYTES):
    return bytes((at * 31 + (at >> 9) + seed) & 0xff for at in range(length))


def make(path):
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        (tree / "many").mkdir()
        for i in range(500):
            (tree / "many" / f"{i}").touch()
        (tree / "data").write_bytes(content(1))
        (tree / "gone").write_bytes(content(2))
        (tree / "way").symlink_to("many/17")
        pathlib.Path(path).unlink(missing_ok=True)
        subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-d", tree, path, "32M"], check=True)


def say(good, what):
    print(f"{'ok' if good else 'not ok'} {what}")


def check(path):
    done = subprocess.run(["e2fsck", "-fn", path], capture_output=True, text=True)
    say(done.returncode == 0, "e2fsck finds nothing" + (f": {done.stdout}" if done.returncode else ""))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["debugfs", "-R", f"rdump / {folder}", path], capture_output=True, check=True)
        tree = pathlib.Path(folder)
        names = set(os.listdir(tree)) - {"lost+found"}
        say(names == {"many", "made", "second", "way", "new_way"}, f"the names are {sorted(names)}")
        files = {"made/file": content(7), "second": content(7), "made/moved": content(1, 100001)}
        for name, wanted in files.items():
            say((tree / name).is_file() and (tree / name).read_bytes() == wanted, f"{name} has what was written")
        say(os.readlink(tree / "new_way") == "made/file", "new_way leads where it should")


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    check(sys.argv[3])
