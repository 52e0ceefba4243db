#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A small disk with a FAT and one with an ext4, of which some sectors fail: `make NAME FILE` before the boot. Reads of the second half of
`bad` and writes into `stuck` fail, what else is there is right. Afterwards the file systems are whole, and what was written is there."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

BYTES = 32768
ENVIRONMENT = {**os.environ, "MTOOLS_SKIP_CHECK": "1"}


def content(seed, length=BYTES):
    return bytes((at * 31 + (at >> 9) + seed) & 0xff for at in range(length))


def run(*words):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, env=ENVIRONMENT).stdout


def sector_of(path, seed):
    """Where the content of that seed begins: it is nowhere else."""
    at = path.read_bytes().index(content(seed)[:4096])
    return at // 512


def make(name, path):
    path = pathlib.Path(path)
    with tempfile.TemporaryDirectory() as folder:
        for i, file in enumerate(["good", "bad", "stuck"]):
            pathlib.Path(folder, file).write_bytes(content(1 + 100 * i))
        with open(path, "wb") as disk:
            disk.truncate(12 << 20 if name == "ext4" else 8 << 20)
        if name == "fat":
            run("/usr/sbin/mkfs.fat", "-F", "12", "-s", "8", path)
            run("mcopy", "-i", path, *sorted(pathlib.Path(folder).iterdir()), "::")
        else:
            run("/usr/sbin/mke2fs", "-q", "-t", "ext4", "-b", "4096", "-J", "size=4", "-d", folder, path)
    with open(f"{path}.faults", "w") as faults:
        for sector in range(sector_of(path, 101) + BYTES // 1024, sector_of(path, 101) + BYTES // 512, 8):
            faults.write(f'[inject-error]\nevent = "none"\niotype = "read"\nsector = "{sector}"\nonce = "off"\n')
        for sector in range(sector_of(path, 201), sector_of(path, 201) + BYTES // 512, 8):
            faults.write(f'[inject-error]\nevent = "none"\niotype = "write"\nsector = "{sector}"\nonce = "off"\n')


def say(is_right, what, why=""):
    print(f"ok {what}" if is_right else f"not ok {what}: {why}")


def check(fat, ext4):
    # What was synced may stand in the journal.
    subprocess.run(["/usr/sbin/e2fsck", "-E", "journal_only", "-y", ext4], check=False, capture_output=True)
    for name, words in (("e2fsck", ["/usr/sbin/e2fsck", "-fn", ext4]), ("fsck.fat", ["/usr/sbin/fsck.fat", "-n", fat])):
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True)
        say(done.returncode == 0, f"{name} finds nothing", " / ".join(done.stdout.splitlines()))
    for name in ("fat", "ext4"):
        with tempfile.TemporaryDirectory() as folder:
            if name == "fat":
                run("mcopy", "-i", fat, "::good", "::bad", "::made", folder)
            else:
                run("/usr/sbin/debugfs", "-R", f"rdump / {folder}", ext4)
            for file, seed in (("good", 1), ("bad", 101), ("made", 7)):
                right = pathlib.Path(folder, file).read_bytes() == content(seed)
                say(right, f"{name}: {file} is as it should be")


if sys.argv[1] == "make":
    make(*sys.argv[2:])
else:
    check(*sys.argv[3:])
