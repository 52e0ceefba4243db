#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Is the disk what the client wrote last?"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "disk"))
import pattern # after the path

pattern.compare(sys.argv[3], [(0, 524288, 2)])
