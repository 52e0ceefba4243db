#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The content of the disk: `make FILE` before the boot, and afterwards what is expected of it."""

import array
import sys

SECTORS = 8192
WORDS = 64  # of a sector
VERSIONS = [(0, 2048, 0), (2048, 6144, 1), (6144, 6656, None), (7168, 8192, 0)]  # discarded sectors may have any content


def sector(number, version):
    if version is None:
        return bytes(8 * WORDS)
    return array.array("Q", [((number << 8 | i) * 0x9e3779b97f4a7c15 + version) % 2**64 for i in range(WORDS)]).tobytes()


def make(path, sectors=SECTORS):
    with open(path, "wb") as file:
        for number in range(sectors):
            file.write(sector(number, 0))


def put(path, first, content):
    with open(path, "r+b") as file:
        file.seek(first * 8 * WORDS)
        file.write(content)


def compare(path, versions):
    with open(path, "rb") as file:
        for first, end, version in versions:
            file.seek(first * 8 * WORDS)
            wrong = [number for number in range(first, end) if file.read(8 * WORDS) != sector(number, version)]
            print(f"not ok sectors {first} to {end}: {len(wrong)} differ, the first is {wrong[0]}" if wrong
                  else f"ok sectors {first} to {end} are as they should be")


if __name__ == "__main__" and sys.argv[1] == "make":
    make(sys.argv[2])
elif __name__ == "__main__":
    compare(sys.argv[3], VERSIONS)
