#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A disk with a GPT and a file system in each of its two partitions: `disks.py fat|ext4 FILE` makes it before the boot. In `programs` one
program is sure to find the space that it needs, `stress` fsstress fills."""

import os
import subprocess
import sys

SECTOR, MIB = 512, 1 << 20
PARTITIONS = {"programs": (1, 32), "stress": (33, 94)} # first MiB, MiB
SIZE = 128 * MIB
MAKE = {"fat": ["/usr/sbin/mkfs.fat"], "ext4": ["/usr/sbin/mke2fs", "-q", "-F", "-t", "ext4"]}


def run(*words):
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)


def make_empty(path, size):
    with open(path, "wb") as file:
        file.truncate(size)


def make(kind, path):
    make_empty(path, SIZE)
    for number, (name, (first, size)) in enumerate(PARTITIONS.items(), 1):
        part = f"{path}.{name}"
        end = (first + size) * MIB // SECTOR - 1
        run("sgdisk", f"--new={number}:{first * MIB // SECTOR}:{end}", f"--change-name={number}:{name}", path)
        make_empty(part, size * MIB)
        run(*MAKE[kind], part)
        run("dd", f"if={part}", f"of={path}", "bs=1M", f"seek={first}", "conv=notrunc,sparse", "status=none")
        os.unlink(part)


def take_out(disk, name, path):
    """One partition of a disk as a file of its own."""
    first, size = PARTITIONS[name]
    run("dd", f"if={disk}", f"of={path}", "bs=1M", f"skip={first}", f"count={size}", "conv=sparse", "status=none")


if __name__ == "__main__":
    make(*sys.argv[1:])
