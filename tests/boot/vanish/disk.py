#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A disk with a FAT and one with an ext4: `make NAME FILE` before the boot. Afterwards what was synced before the first was taken out is
on it, and the second is whole."""

import os
import pathlib
import subprocess
import sys
import tempfile

BYTES = 32768
ENVIRONMENT = {**os.environ, "MTOOLS_SKIP_CHECK": "1"}


def content(seed):
    return bytes((at * 31 + (at >> 9) + seed) & 0xff for at in range(BYTES))


def run(*words):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, env=ENVIRONMENT).stdout


def make(name, path):
    with tempfile.TemporaryDirectory() as folder:
        for file in ("large", "never read"):
            pathlib.Path(folder, file).write_bytes(content(3))
        with open(path, "wb") as disk:
            disk.truncate(12 << 20 if name == "ext4" else 8 << 20)
        if name == "fat":
            run("/usr/sbin/mkfs.fat", "-F", "12", "-s", "8", path)
            run("mcopy", "-i", path, *sorted(pathlib.Path(folder).iterdir()), "::")
        else:
            run("/usr/sbin/mke2fs", "-q", "-t", "ext4", "-b", "4096", "-J", "size=4", "-d", folder, path)


def say(is_right, what, why=""):
    print(f"ok {what}" if is_right else f"not ok {what}: {why}")


def check(ext4, fat):
    # What was synced may stand in the journal.
    subprocess.run(["/usr/sbin/e2fsck", "-E", "journal_only", "-y", ext4], check=False, capture_output=True)
    done = subprocess.run(["/usr/sbin/e2fsck", "-fn", ext4], stdout=subprocess.PIPE, text=True)
    say(done.returncode == 0, "e2fsck finds nothing", " / ".join(done.stdout.splitlines()))
    with tempfile.TemporaryDirectory() as folder:
        run("mcopy", "-i", fat, "::before", f"{folder}/fat")
        run("/usr/sbin/debugfs", "-R", f"dump /before {folder}/ext4", ext4)
        run("/usr/sbin/debugfs", "-R", f"dump /after {folder}/after", ext4)
        for file, seed in (("fat", 7), ("ext4", 7), ("after", 8)):
            say(pathlib.Path(folder, file).read_bytes() == content(seed), f"{file} is as it should be")


if sys.argv[1] == "make":
    make(*sys.argv[2:])
else:
    check(*sys.argv[3:])
