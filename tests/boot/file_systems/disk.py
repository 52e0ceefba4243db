#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A disk with a FAT and one with an ext4, each with a tree of files: `make NAME FILE` before the boot. Afterwards the hashes that the guest
printed are the host's, fsck.fat and e2fsck find nothing, the trees that the guest copied, cut and thinned out are as they should
be, and the large files are what it wrote."""

import hashlib
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

SIZES = {"fat": 64 << 20, "ext4": 100 << 20}
LARGE = "file with a long name.bin"
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


def write_tree(folder):
    for name, content in tree().items():
        file = pathlib.Path(folder, "root", name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def run(*words, **more):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, env=ENVIRONMENT, **more).stdout


def make(name, path):
    with tempfile.TemporaryDirectory() as folder, open(path, "wb") as disk:
        disk.truncate(SIZES[name])
        write_tree(folder)
        if name == "fat":
            run("/usr/sbin/mkfs.fat", "-F", "32", path)
            run("mcopy", "-s", "-i", path, f"{folder}/root/tree", "::")
        else:
            os.symlink("größere-datei.bin", f"{folder}/root/tree/symbolic")
            os.link(f"{folder}/root/tree/größere-datei.bin", f"{folder}/root/tree/hard")
            os.truncate(f"{folder}/root/tree/leer", 5_000_000)
            run("/usr/sbin/mke2fs", "-q", "-t", "ext4", "-d", f"{folder}/root", path)


def say(is_right, what, why=""):
    print(f"ok {what}" if is_right else f"not ok {what}: {why}")


def files_below(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in pathlib.Path(folder).rglob("*")
            if file.is_file() and not file.is_symlink()}


def check_hashes(transcript, where, content):
    expected = {f"{where}/{name}": hashlib.sha256(data).hexdigest() for name, data in content.items()}
    printed = {name: digest for digest, name in re.findall(rf"\b([0-9a-f]{{64}})  ({where}/[^\r\n]*)", transcript)}
    differ = [name for name, digest in expected.items() if printed.get(name) != digest]
    say(not differ and len(expected) > 150, f"the guest's hashes below {where} are the host's", f"{len(differ)} differ: {differ[:3]}")


def check_moved(name, got, wanted):
    wanted = {path: data for path, data in wanted.items() if not path.startswith("folder-0")}
    wanted["größere-datei.bin"] = wanted["größere-datei.bin"][:1_000_000]
    differ = [path for path in got.keys() | wanted.keys() if got.get(path) != wanted.get(path)]
    differ = [f"{path}: {len(got.get(path, b''))} bytes of {len(wanted.get(path, b''))}" for path in differ]
    say(not differ, f"{name}: what was copied, cut and removed is as it should be", f"{len(differ)} differ of {len(got)}: {differ[:3]}")


def check_one(name, files, folder):
    """A file system whose files lie in `folder`."""
    check_moved(name, files_below(f"{folder}/moved"), files)
    say(pathlib.Path(folder, LARGE).read_bytes() == bytes(pattern()), f"{name}: the large file is what was written")


def check(transcript, fat, ext4):
    text = pathlib.Path(transcript).read_text(errors="replace")
    files = {name.removeprefix("tree/"): content for name, content in tree().items()}
    check_hashes(text, "/fat/tree", files)
    done = subprocess.run(["/usr/sbin/fsck.fat", "-n", fat], stdout=subprocess.PIPE, text=True)
    say(done.returncode == 0, "fsck.fat finds nothing", " / ".join(done.stdout.splitlines()))
    with tempfile.TemporaryDirectory() as folder:
        run("mcopy", "-s", "-i", fat, "::moved", f"::{LARGE}", folder)
        check_one("fat", files, folder)
    files |= {"leer": bytes(5_000_000), "hard": files["größere-datei.bin"]}
    check_hashes(text, "/ext4/tree", files)
    done = subprocess.run(["/usr/sbin/e2fsck", "-fn", ext4], stdout=subprocess.PIPE, text=True)
    say(done.returncode == 0, "e2fsck finds nothing", " / ".join(done.stdout.splitlines()))
    with tempfile.TemporaryDirectory() as folder:
        run("/usr/sbin/debugfs", "-R", f"rdump /moved \"/{LARGE}\" {folder}", ext4)
        check_one("ext4", files, folder)


if sys.argv[1] == "make":
    make(*sys.argv[2:])
else:
    check(sys.argv[1], *sys.argv[3:])
