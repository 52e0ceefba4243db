#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A disk that is a FAT: `make FILE` before the boot; afterwards fsck.fat finds nothing, and the file is what the guest wrote."""

import subprocess
import sys

PIECE, COUNT = 200 * 1024 + 77, 20 # as in client.c


def pattern():
    for number in range(COUNT):
        state = (number * 2654435761 + 1) & 0xFFFFFFFF
        for _ in range(PIECE):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            yield state >> 24


def make(path):
    with open(path, "wb") as disk:
        disk.truncate(64 << 20)
    subprocess.run(["/usr/sbin/mkfs.fat", "-F", "32", path], check=True, stdout=subprocess.DEVNULL)


def check(path):
    done = subprocess.run(["/usr/sbin/fsck.fat", "-n", path], stdout=subprocess.PIPE, text=True)
    print("ok fsck.fat finds nothing" if done.returncode == 0 else f"not ok {done.stdout}")
    got = subprocess.run(["mtype", "-i", path, "::file with a long name.bin"], stdout=subprocess.PIPE).stdout
    print("ok the file is what was written" if got == bytes(pattern()) else "not ok the file differs")


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    check(sys.argv[3])
