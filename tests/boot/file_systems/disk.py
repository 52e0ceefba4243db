#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A disk with a FAT and one with an ext4, each with a tree of files: `make NAME FILE` before the boot. Afterwards the hashes that the guest
printed are the host's, fsck.fat and e2fsck find nothing, the trees that the guest copied, cut and thinned out are as they should
be and as it says, and the large files are what it wrote. With --full a tree has 10,000 files."""

import hashlib
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

FULL = os.environ.get("TENON_FULL") == "1"
FILES = 10_000 if FULL else 150
IN_ONE = {"fat": FILES // 10, "ext4": FILES // 3} # so many of them in one directory; mcopy takes minutes for more
SIZES = {"fat": (600 if FULL else 64) << 20, "ext4": (400 if FULL else 100) << 20}
DEEP = "/".join(["tree", "folder-1-of-depth-0", *(f"{depth}-tiefer-深い" for depth in range(25))])
SPARSE, SPARSE_AT = "tree/spärlich", [0, 1_000_000, 5_999_999]
LARGE = "file with a long name.bin"
PIECE, COUNT = 200 * 1024 + 77, 20 # as in client.c
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "MTOOLS_SKIP_CHECK": "1"}


def pattern():
    for number in range(COUNT):
        state = (number * 2654435761 + 1) & 0xFFFFFFFF
        for _ in range(PIECE):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            yield state >> 24


def tree(name):
    """Path -> content of the tree's files, the same each time."""
    chance = random.Random(5)
    found = {"tree/leer": b"", "tree/größere-datei.bin": chance.randbytes(3_000_001), "tree/名前/файл.txt": b"text\n",
             f"{DEEP}/ganz unten": b"deep\n"}
    for i in range(FILES - len(found)):
        folder = "/".join(["tree", *(f"folder-{chance.randrange(3)}-of-depth-{depth}" for depth in range(chance.randrange(4)))])
        if i < IN_ONE[name]:
            folder = "tree/viele"
        size = chance.choice([1, 511, 512, 4096, 5000, 70_000] if i % (FILES // 150) == 0 else [0, 1, 30, 700, 2000])
        found[f"{folder}/File.{i}.with-a-long-name{'-й' * (i % 5)}"] = chance.randbytes(size)
    return found


def sparse():
    """The file of ext4 with holes."""
    content = bytearray(6_000_000)
    for at in SPARSE_AT:
        content[at] = 0x5a
    return bytes(content)


def write_tree(which, folder):
    for name, content in tree(which).items():
        file = pathlib.Path(folder, "root", name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def run(*words, **more):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, env=ENVIRONMENT, **more).stdout


def make(name, path):
    with tempfile.TemporaryDirectory() as folder, open(path, "wb") as disk:
        disk.truncate(SIZES[name])
        write_tree(name, folder)
        if name == "fat":
            run("/usr/sbin/mkfs.fat", "-F", "32", *(["-s", "8"] if FULL else []), path)
            run("mcopy", "-s", "-i", path, f"{folder}/root/tree", "::")
        else:
            os.symlink("größere-datei.bin", f"{folder}/root/tree/symbolic")
            os.link(f"{folder}/root/tree/größere-datei.bin", f"{folder}/root/tree/hard")
            for number in range(FILES // 30):
                os.link(f"{folder}/root/tree/名前/файл.txt", f"{folder}/root/tree/名前/hard-{number}")
                os.symlink(f"nirgends/{number}/" + "weit" * (number % 100), f"{folder}/root/tree/名前/symbolisch-{number}")
            os.truncate(f"{folder}/root/tree/leer", 5_000_000)
            with open(f"{folder}/root/{SPARSE}", "wb") as file:
                for at in SPARSE_AT:
                    file.seek(at)
                    file.write(b"\x5a")
            run("/usr/sbin/mke2fs", "-q", "-t", "ext4", "-N", 4 * FILES + 1000, "-d", f"{folder}/root", path)
            # `viele` and what else has more than a block gets an index, as on a disk that Linux has used; the copy gets its own here
            subprocess.run(["/usr/sbin/e2fsck", "-fyD", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def say(is_right, what, why=""):
    print(f"ok {what}" if is_right else f"not ok {what}: {why}")


def files_below(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in pathlib.Path(folder).rglob("*")
            if file.is_file() and not file.is_symlink()}


def printed_hashes(transcript, where):
    return {name: digest for digest, name in re.findall(rf"\b([0-9a-f]{{64}})  {where}/([^\r\n]*)", transcript)}


def check_hashes(what, printed, content):
    expected = {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    differ = [name for name in printed.keys() | expected.keys() if printed.get(name) != expected.get(name)]
    say(not differ and len(expected) > 100, f"{what}: the guest's hashes are the host's", f"{len(differ)} of {len(expected)} differ: {differ[:3]}")


def check_moved(name, got, wanted):
    wanted = {path: data for path, data in wanted.items() if not path.startswith("folder-0")}
    wanted["größere-datei.bin"] = wanted["größere-datei.bin"][:1_000_000]
    differ = [path for path in got.keys() | wanted.keys() if got.get(path) != wanted.get(path)]
    differ = [f"{path}: {len(got.get(path, b''))} bytes of {len(wanted.get(path, b''))}" for path in differ]
    say(not differ, f"{name}: what was copied, cut and removed is as it should be", f"{len(differ)} differ of {len(got)}: {differ[:3]}")


def check_one(name, transcript, files, folder):
    """A file system whose files lie in `folder`."""
    moved = files_below(f"{folder}/moved")
    check_hashes(f"/{name}/tree", printed_hashes(transcript, f"/{name}/tree"), files)
    check_hashes(f"/{name}/moved", printed_hashes(transcript, f"/{name}/moved"), moved)
    check_moved(name, moved, files)
    say(pathlib.Path(folder, LARGE).read_bytes() == bytes(pattern()), f"{name}: the large file is what was written")


def check_links(folder):
    wanted = {f"symbolisch-{number}": f"nirgends/{number}/" + "weit" * (number % 100) for number in range(FILES // 30)}
    found = {path.name: os.readlink(path) for path in pathlib.Path(folder, "moved/名前").iterdir() if path.is_symlink()}
    say(found == wanted, "the copies of symbolic links lead where those of the host do", str(found.items() ^ wanted.items())[:200])


def check(transcript, fat, ext4):
    text = pathlib.Path(transcript).read_text(errors="replace")
    files = {name.removeprefix("tree/"): content for name, content in tree("fat").items()}
    done = subprocess.run(["/usr/sbin/fsck.fat", "-n", fat], stdout=subprocess.PIPE, text=True)
    say(done.returncode == 0, "fsck.fat finds nothing", " / ".join(done.stdout.splitlines()))
    with tempfile.TemporaryDirectory() as folder:
        run("mcopy", "-s", "-i", fat, "::moved", f"::{LARGE}", folder)
        check_one("fat", text, files, folder)
    files = {name.removeprefix("tree/"): content for name, content in tree("ext4").items()}
    files |= {"leer": bytes(5_000_000), "hard": files["größere-datei.bin"], SPARSE.removeprefix("tree/"): sparse()}
    files |= {f"名前/hard-{number}": files["名前/файл.txt"] for number in range(FILES // 30)}
    done = subprocess.run(["/usr/sbin/e2fsck", "-fn", ext4], stdout=subprocess.PIPE, text=True)
    say(done.returncode == 0, "e2fsck finds nothing", " / ".join(done.stdout.splitlines()))
    with tempfile.TemporaryDirectory() as folder:
        run("/usr/sbin/debugfs", "-R", f"rdump /moved \"/{LARGE}\" {folder}", ext4)
        check_one("ext4", text, files, folder)
        check_links(folder)


if sys.argv[1] == "make":
    make(*sys.argv[2:])
else:
    check(sys.argv[1], *sys.argv[3:])
