#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A disk with an ext4 without extents and a tree of files: `make FILE` before the boot. Afterwards the hashes that the guest printed of it, and of its copy of
it, are the host's, the copy is on the disk, and e2fsck finds nothing."""

import hashlib
import pathlib
import random
import re
import subprocess
import sys
import tempfile


def tree():
    """Path -> content, the same each time."""
    chance = random.Random(9)
    sizes = [0, 1, 511, 4096, 4097, 70_000, 1_000_003]
    return {f"folder-{i % 3}/file-{i}": chance.randbytes(size) for i, size in enumerate(sizes * 3)}


def make(path):
    with tempfile.TemporaryDirectory() as folder, open(path, "wb") as disk:
        disk.truncate(32 << 20)
        for name, content in tree().items():
            file = pathlib.Path(folder, "tree", name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        subprocess.run(["/usr/sbin/mke2fs", "-q", "-t", "ext4", "-O", "^extent,^64bit", "-d", folder, path], check=True)


def say(is_right, what, why=""):
    print(f"ok {what}" if is_right else f"not ok {what}: {why}")


def check(transcript, disk):
    text = pathlib.Path(transcript).read_text(errors="replace")
    wanted = {name: hashlib.sha256(content).hexdigest() for name, content in tree().items()}
    for folder in ("tree", "copy"):
        printed = {name: digest for digest, name in re.findall(rf"\b([0-9a-f]{{64}})  /ext4/{folder}/([^\r\n]*)", text)}
        say(printed == wanted, f"{folder}: the guest's hashes are the host's", f"{len(printed)} of {len(wanted)}")
    done = subprocess.run(["/usr/sbin/e2fsck", "-fn", disk], stdout=subprocess.PIPE, text=True)
    say(done.returncode == 0, "e2fsck finds nothing", " / ".join(done.stdout.splitlines()))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["/usr/sbin/debugfs", "-R", f"rdump /copy {folder}", disk], check=True, capture_output=True)
        copy = {str(file.relative_to(f"{folder}/copy")): file.read_bytes() for file in pathlib.Path(folder).rglob("file-*")}
        say(copy == tree(), "what the guest copied is on the disk", f"{len(copy)} files")


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    check(sys.argv[1], sys.argv[3])
