#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Damaged file systems on one disk: `make FILE` before the boot. Afterwards each of them was answered as it should, and the good one
beside them is whole."""

import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

SECTOR = 512
TABLE, STORE = 64, 32768 # sectors: the client's table; where the images stand
PARTITIONS = {"good": (2048, 8192), "ext4": (10240, 8192), "fat": (18432, 4096)} # first sector, sectors
MAGIC = 0x656761
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "MTOOLS_SKIP_CHECK": "1"}


def run(*words, **more):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=ENVIRONMENT, **more).stdout


# ---- sound ones ------------------------------------------------------------------------------------------------------


def tree(folder):
    root = pathlib.Path(folder, "root")
    for name in ("d", "e/deeper"):
        (root / name).mkdir(parents=True)
    (root / "file").write_bytes(bytes(range(256)) * 300)
    (root / "e" / "deeper" / "leaf").write_bytes(b"leaf\n" * 100)
    for i in range(70):
        (root / "d" / f"f{i}").write_bytes(b"x" * (37 * i))
    return root


def make_ext4(folder, options):
    path = pathlib.Path(folder, "ext4")
    path.unlink(missing_ok=True)
    run("mke2fs", "-q", "-F", "-t", "ext4", "-b", "1024", "-N", "128", "-J", "size=1", *options, "-d", pathlib.Path(folder, "root"), path, "4M")
    subprocess.run(["e2fsck", "-fyD", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False) # an index for `d`
    return path


def make_fat(folder):
    path = pathlib.Path(folder, "fat")
    path.unlink(missing_ok=True)
    with open(path, "wb") as file:
        file.truncate(2 << 20)
    run("mkfs.fat", "-F", "12", "-s", "1", path)
    run("mcopy", "-s", "-i", path, *sorted(pathlib.Path(folder, "root").iterdir()), "::")
    return path


class Image:
    """The bytes of a file system, and where things are in them."""

    def __init__(self, path):
        self.path, self.data = path, bytearray(path.read_bytes())

    def put(self, at, form, value):
        struct.pack_into(form, self.data, at, value)

    def get(self, at, form):
        return struct.unpack_from(form, self.data, at)[0]

    def debugfs(self, command):
        return run("debugfs", "-R", command, self.path)

    def inode(self, name):
        """The first byte of the inode behind a path, or of a number in angle brackets."""
        block, offset = re.search(r"located at block (\d+), offset 0x([0-9a-f]+)", self.debugfs(f"imap {name}")).groups()
        return int(block) * 1024 + int(offset, 16)

    def block(self, name, number=0):
        return int(self.debugfs(f"bmap {name} {number}").split()[-1]) * 1024

    # FAT
    def fat(self):
        return self.get(14, "<H") * SECTOR

    def root(self):
        return self.fat() + self.get(16, "B") * self.get(22, "<H") * SECTOR

    def entry(self, name):
        return self.data.index(name, self.root())

    def link(self, cluster, value):
        """An entry of a FAT12."""
        at = self.fat() + cluster * 3 // 2
        old = self.get(at, "<H")
        self.put(at, "<H", (old & 0xf | value << 4) if cluster % 2 else (old & 0xf000 | value))


# ---- what is done to them --------------------------------------------------------------------------------------------

SUPER, DESCRIPTORS = 1024, 2048
ANY = "(ok|damaged|io|not_found|read_only|no_space|exists|not_a_directory|bad_name)"
REFUSED = r"mount (damaged|io); read 0 of 0"


def reads_some(count):
    return rf"mount ok; read {count} failed, damaged"


def journal_with(image, change):
    """A journal with a transaction to be replayed, which is damaged."""
    commands = pathlib.Path(image.path.parent, "commands")
    commands.write_text("jo\njw -b 2000 /dev/zero\njc\n")
    run("debugfs", "-w", "-f", commands, image.path)
    image.data = bytearray(image.path.read_bytes())
    image.put(SUPER + 0x60, "<I", image.get(SUPER + 0x60, "<I") | 4)
    change(image, image.block("<8>"))


EXT4 = {
    "superblock magic": (REFUSED, lambda image: image.put(SUPER + 0x38, "<H", 0xef54)),
    "superblock of zeroes": (REFUSED, lambda image: image.data.__setitem__(slice(SUPER, SUPER + 1024), bytes(1024))),
    "inodes of a group": (REFUSED, lambda image: image.put(SUPER + 0x28, "<I", 0xfffffff0)),
    "blocks of the volume": (REFUSED, lambda image: image.put(SUPER + 0x4, "<I", 0xffffffff)),
    "unknown feature": (REFUSED, lambda image: image.put(SUPER + 0x60, "<I", image.get(SUPER + 0x60, "<I") | 0x40000000)),
    "inode table outside": (REFUSED, lambda image: image.put(DESCRIPTORS + 8, "<I", 0xfffff)),
    "descriptors of zeroes": (REFUSED, lambda image: image.data.__setitem__(slice(DESCRIPTORS, DESCRIPTORS + 64), bytes(64))),
    "journal superblock": (REFUSED, lambda image: journal_with(image, lambda image, at: image.put(at, ">I", 1))),
    "journal begins outside": (REFUSED, lambda image: journal_with(image, lambda image, at: image.put(at + 28, ">I", 0x7fffffff))),
    "journal leads outside": (REFUSED, lambda image: journal_with(image, lambda image, at: image.put(at + 1024 + 12, ">I", 0xfffffff0))),
    "root is no directory": (r"mount \w+; ", lambda image: image.put(image.inode("<2>"), "<H", 0o100644)),
    "entry of length 0": (reads_some(r"\d+ of \d+"), lambda image: image.put(image.block("<2>") + 12 + 4, "<H", 0)),
    "table of an index": (r"mount ok; read \d+ of \d+ failed", lambda image: image.put(image.block("/d") + 32, "<H", 0xffff)),
    "tree of extents": (reads_some(r"[1-9]\d* of \d+"), lambda image: image.put(image.inode("/file") + 40 + 6, "<H", 200)),
    "extent outside": (reads_some(r"[1-9]\d* of \d+"), lambda image: image.put(image.inode("/file") + 40 + 12 + 8, "<I", 0xfffffff0)),
}
FAT = {
    "sectors of 0 bytes": (REFUSED, lambda image: image.put(11, "<H", 0)),
    "reserved sectors": (REFUSED, lambda image: image.put(14, "<H", 0xffff)),
    "no allocation tables": (REFUSED, lambda image: image.put(16, "B", 0)),
    "chain that bites its tail": (r"mount ok; read [1-9]\d* of \d+ failed, damaged", lambda image: [image.link(n, n) for n in range(2, 400)]),
    "clusters outside": (r"mount ok; read [1-9]\d* of \d+ failed, damaged",
                         lambda image: image.put(image.entry(b"FILE       ") + 26, "<H", 0xeeee)),
    "directory in itself": (r"mount ok; ", lambda image: image.put(image.entry(b"E          ") + 26, "<H", image.get(image.entry(b"D          ") + 26, "<H"))),
    "garbage for a root": (r"mount ok; ", lambda image: image.data.__setitem__(slice(image.root(), image.root() + 2048), bytes(range(1, 256)) * 8 + bytes(8))),
}
CHECKSUM = {
    "checksum of a directory": (reads_some(r"[1-9]\d* of \d+"), lambda image: image.put(image.block("<2>") + 12 + 6, "B", 3)),
    "checksum of an inode": (r"mount ok; read [1-9] of 1\d\d failed, damaged; change [1-4] of \d+ failed, damaged", lambda image: image.put(image.inode("/file") + 4, "<I", 1)),
}
ALL = {**EXT4, **CHECKSUM, **FAT}


def images(folder):
    """Name, kind, content."""
    tree(folder)
    for kind, cases, base in ((0, EXT4, lambda: make_ext4(folder, ["-O", "^metadata_csum,^64bit"])), (0, CHECKSUM, lambda: make_ext4(folder, [])),
                              (1, FAT, lambda: make_fat(folder))):
        for name, (_, change) in cases.items():
            image = Image(base())
            change(image)
            yield name, kind, bytes(image.data)


# ---- the disk --------------------------------------------------------------------------------------------------------


def make(path):
    at, table = STORE, b""
    with tempfile.TemporaryDirectory() as folder, open(path, "wb") as disk:
        for name, kind, content in images(folder):
            disk.seek(at * SECTOR)
            disk.write(content)
            sectors = len(content) // SECTOR
            table += struct.pack("<IIII40s", kind, at, PARTITIONS["fat" if kind else "ext4"][0], sectors, name.encode())
            at += sectors
        disk.truncate((at + 2048) * SECTOR)
        disk.seek(TABLE * SECTOR)
        disk.write(struct.pack("<II", MAGIC, len(ALL)) + table)
        disk.flush()
        disk.seek(PARTITIONS["good"][0] * SECTOR)
        disk.write(make_ext4(folder, []).read_bytes())
    words = [word for number, (name, (first, sectors)) in enumerate(PARTITIONS.items(), 1)
             for word in (f"--new={number}:{first}:{first + sectors - 1}", f"--change-name={number}:{name}")]
    run("sgdisk", "--clear", *words, path)


def say(is_right, what, why=""):
    print(f"ok {what}" if is_right else f"not ok {what}: {why}")


def check(transcript, path):
    text = pathlib.Path(transcript).read_text(errors="replace")
    for name, (wanted, _) in ALL.items():
        line = next((line for line in text.splitlines() if f"client: {name}: " in line), "it was not tried")
        say(re.search(wanted, line), f"{name}: what its client is told", line)
    with tempfile.TemporaryDirectory() as folder, open(path, "rb") as disk:
        first, sectors = PARTITIONS["good"]
        disk.seek(first * SECTOR)
        good = pathlib.Path(folder, "good")
        good.write_bytes(disk.read(sectors * SECTOR))
        done = subprocess.run(["e2fsck", "-fn", good], stdout=subprocess.PIPE, text=True)
        say(done.returncode == 0, "e2fsck finds nothing in the good one", done.stdout)


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    check(sys.argv[1], sys.argv[3])
