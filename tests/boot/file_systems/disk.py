#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A disk that is a FAT with a tree of files: `make FILE` before the boot. Afterwards the hashes that the guest printed are the
host's, fsck.fat finds nothing, the tree that the guest copied is the one that it had, and the large file is what it wrote."""

import hashlib
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

PIECE, COUNT = 200 * 1024 + 77, 20 # as in client.c
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "MTOOLS_SKIP_CHECK": "1"}


def pattern():
    for number in range(COUNT):
        state = (number * 2654435761 + 1) & 0xFFFFFFFF
        for _ in range(PIECE):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            yield state >> 24


def tree():
    """Path -> content of the tree's files, the same each time."""
    chance = random.Random(5)
    found = {"tree/leer": b"", "tree/größere-datei.bin": chance.randbytes(3_000_001), "tree/名前/файл.txt": b"text\n"}
    for i in range(150):
        folder = "/".join(["tree", *(f"folder-{chance.randrange(3)}-of-depth-{depth}" for depth in range(chance.randrange(4)))])
        found[f"{folder}/File.{i}.with-a-long-name"] = chance.randbytes(chance.choice([1, 511, 512, 4096, 5000, 70_000]))
    return found


def make(path):
    with open(path, "wb") as disk:
        disk.truncate(64 << 20)
    subprocess.run(["/usr/sbin/mkfs.fat", "-F", "32", path], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in tree().items():
            file = pathlib.Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        subprocess.run(["mcopy", "-s", "-i", path, f"{folder}/tree", "::"], check=True, env=ENVIRONMENT)


def say(is_right, what, why=""):
    print(f"ok {what}" if is_right else f"not ok {what}: {why}")


def check(transcript, path):
    expected = {f"/disk/{name}": hashlib.sha256(content).hexdigest() for name, content in tree().items()}
    printed = dict(line[::-1] for line in re.findall(r"\b([0-9a-f]{64})  (/disk/[^\r\n]*)",
                                                     pathlib.Path(transcript).read_text(errors="replace")))
    differ = [name for name, digest in expected.items() if printed.get(name) != digest]
    say(not differ and len(expected) > 150, "the guest's hashes are the host's", f"{len(differ)} differ: {differ[:3]}")
    done = subprocess.run(["/usr/sbin/fsck.fat", "-n", path], stdout=subprocess.PIPE, text=True)
    say(done.returncode == 0, "fsck.fat finds nothing", done.stdout)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mcopy", "-s", "-i", path, "::moved", "::file with a long name.bin", folder], check=True, env=ENVIRONMENT)
        got = {f"tree/{file.relative_to(f'{folder}/moved')}": file.read_bytes()
               for file in pathlib.Path(folder, "moved").rglob("*") if file.is_file()}
        wanted = {name: content for name, content in tree().items() if not name.startswith("tree/folder-0")}
        wanted["tree/größere-datei.bin"] = wanted["tree/größere-datei.bin"][:1_000_000]
        say(got == wanted, "what was copied, cut and removed is as it should be", f"{len(got)} of {len(wanted)} files")
        written = pathlib.Path(folder, "file with a long name.bin").read_bytes()
        say(written == bytes(pattern()), "the large file is what was written", f"{len(written)} bytes")


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    check(sys.argv[1], sys.argv[3])
