#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The disk with the file that is asked for: `disk.py FILE`."""

import pathlib
import subprocess
import sys
import tempfile

with tempfile.TemporaryDirectory() as name:
    (pathlib.Path(name) / "small").write_bytes(bytes(range(256)) * 4)
    pathlib.Path(sys.argv[1]).unlink(missing_ok=True)
    subprocess.run(["/usr/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-d", name, sys.argv[1], "16M"], check=True)
