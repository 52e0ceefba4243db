#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The disk with an ext4 that the rows of files are counted on: `disk.py FILE`. Sizes as in places.h and client.c."""

import pathlib
import random
import subprocess
import sys
import tempfile

with tempfile.TemporaryDirectory() as name:
    tree = pathlib.Path(name)
    chance = random.Random(1)
    (tree / "folder").mkdir()
    (tree / "folder" / "small").write_bytes(bytes(100))
    (tree / "random").write_bytes(chance.randbytes(24 << 20))
    (tree / "long").write_bytes(chance.randbytes(28 << 20))
    pathlib.Path(sys.argv[1]).unlink(missing_ok=True)
    subprocess.run(["/usr/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-d", tree, sys.argv[1], "96M"], check=True)
