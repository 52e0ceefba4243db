#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A disk with a FAT and one with an ext4, both empty: `make NAME FILE` before the boot. Afterwards both have the files of the client's
last round. e2fsck finds nothing; a FAT has no journal, so fsck.fat may find clusters
that nobody has and a second table that was not written, and nothing else."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

PIECE, FILES, LAST = 40 * 1024 + 77, 6, 99 # as in client.c


def make(name, path):
    with open(path, "wb") as disk:
        disk.truncate(48 << 20)
    command = {"fat": ["/usr/sbin/mkfs.fat", "-F", "32", "-s", "1"], "ext4": ["/usr/sbin/mke2fs", "-q", "-t", "ext4"]}[name]
    subprocess.run([*command, path], check=True, stdout=subprocess.PIPE)


def content(number):
    found = bytearray()
    for i in range(1 + number):
        state = ((LAST * 1000 + number * 20 + i) * 2654435761 + 1) & 0xFFFFFFFF
        for _ in range(PIECE):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            found.append(state >> 24)
    return bytes(found)


def say(is_right, what, why=""):
    print(f"ok {what}" if is_right else f"not ok {what}: {why}")


def check_files(name, folder):
    differ = [i for i in range(FILES) if pathlib.Path(folder, f"file{i}").read_bytes() != content(i)]
    say(not differ, f"{name}: the files are those of the last round", f"{differ} differ")


def check(fat, ext4):
    # What was synced may stand in the journal.
    subprocess.run(["/usr/sbin/e2fsck", "-E", "journal_only", "-y", ext4], check=False, capture_output=True)
    done = subprocess.run(["/usr/sbin/e2fsck", "-fn", ext4], stdout=subprocess.PIPE, text=True)
    say(done.returncode == 0, "e2fsck finds nothing", " / ".join(done.stdout.splitlines()))
    done = subprocess.run(["/usr/sbin/fsck.fat", "-n", fat], stdout=subprocess.PIPE, text=True)
    known = r"fsck.fat .*|Reclaimed \d+ unused clusters? .*|Free cluster summary wrong .*|Leaving .*|  Auto-correcting.*|" \
            r"FATs differ but appear to be intact\.|  Using first FAT\.|.*\d+ files, \d+/\d+ clusters|Dirty bit is set.*|  Automatically.*|.*Filesystem was.*|"
    other = [line for line in done.stdout.splitlines() if not re.fullmatch(known, line)]
    say(not other, "fsck.fat finds clusters that nobody has, and nothing else", " / ".join(other))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["/usr/sbin/debugfs", "-R", f"rdump / {folder}", ext4], check=True, capture_output=True)
        check_files("ext4", folder)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mcopy", "-s", "-i", fat, "::/", folder], check=True, capture_output=True,
                       env={**os.environ, "MTOOLS_SKIP_CHECK": "1"})
        check_files("fat", folder)


if sys.argv[1] == "make":
    make(*sys.argv[2:])
else:
    check(*sys.argv[3:])
