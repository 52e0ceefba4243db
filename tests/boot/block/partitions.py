#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A disk with a GPT around the pattern of ../disk/pattern.py: `make FILE` before the boot, afterwards what is expected of it."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "disk"))
import pattern # after the path

SECTORS = 16384
OWN = (0, 2048), (SECTORS - 64, SECTORS) # of the table and its spare, which must be as they were
# Sectors that cannot be read, or written.
FAULTS = {"read": 12300, "write": 12308}
# Discarded sectors may have any content, and those of a write that failed.
VERSIONS = [(2048, 2112, None), (2176, 6144, 1), (6144, 6208, None), (6272, 10240, 2), (10240, 12300, 0), (12301, 12304, 0), (12320, SECTORS - 64, 0)]


def make(path):
    pattern.make(path, SECTORS)
    for first, end in OWN:
        pattern.put(path, first, bytes(512 * (end - first)))
    subprocess.run(["sgdisk", "--clear", "--new=1:2048:6143", "--change-name=1:left", "--new=2:6144:10239", "--change-name=2:right",
                    "--new=3:10240:12287", "--change-name=3:hostile",
                    "--new=4:12288:14335", "--change-name=4:broken", path],
                   check=True, stdout=subprocess.DEVNULL)


    with open(f"{path}.faults", "w") as file:
        for kind, number in FAULTS.items():
            file.write(f'[inject-error]\nevent = "none"\niotype = "{kind}"\nerrno = "5"\nsector = "{number}"\n')


def check(path):
    pattern.compare(path, VERSIONS)
    done = subprocess.run(["sgdisk", "--verify", path], stdout=subprocess.PIPE, text=True)
    print("ok the table is whole" if "No problems found" in done.stdout else f"not ok the table: {done.stdout}")


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    check(sys.argv[3])
