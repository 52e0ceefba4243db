#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a disk image: a GPT (UEFI 2.10, chapter 5) with one EFI system partition, FAT32, that holds \\EFI\\BOOT\\NAME and
further files, such as the FIT, in its root. The same bytes for the same input: identifiers are fixed, times are SOURCE_DATE_EPOCH."""
import argparse
import os
import pathlib
import struct
import subprocess
import sys
import uuid
import zlib

SECTOR = 512
ENTRIES, ENTRY_SIZE = 128, 128
ENTRY_SECTORS = ENTRIES * ENTRY_SIZE // SECTOR
FIRST = 2048  # the partition's first sector: 1 MiB, as all tools align it
LEAST = 40 << 20  # of the partition: FAT32 needs 65,525 clusters
DISK_ID = uuid.UUID("7e404e00-0000-4000-8000-000000000001")
PARTITION_ID = uuid.UUID("7e404e00-0000-4000-8000-000000000002")
SYSTEM_PARTITION = uuid.UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")
VOLUME_ID = "7e404e00"


def header(own, other, table, total, entries):
    """A GPT header at sector `own` (table 5.5)."""
    def pack(crc):
        return struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, crc, 0, own, other, 2 + ENTRY_SECTORS,
                           total - ENTRY_SECTORS - 2, DISK_ID.bytes_le, table, ENTRIES, ENTRY_SIZE, zlib.crc32(entries))
    return pack(zlib.crc32(pack(0)))


def write_partition_table(disk, sectors):
    total = FIRST + sectors + ENTRY_SECTORS + 1
    disk.truncate(total * SECTOR)
    protective = struct.pack("<B3sB3sII", 0, b"\0\2\0", 0xEE, b"\xff\xff\xff", 1, total - 1)
    entries = struct.pack("<16s16sQQQ72s", SYSTEM_PARTITION.bytes_le, PARTITION_ID.bytes_le, FIRST, FIRST + sectors - 1, 0,
                          "EFI system".encode("utf-16-le")).ljust(ENTRIES * ENTRY_SIZE, b"\0")
    disk.seek(446)
    disk.write(protective.ljust(64, b"\0") + b"\x55\xaa")
    disk.seek(SECTOR)
    disk.write(header(1, total - 1, 2, total, entries).ljust(SECTOR, b"\0") + entries)
    disk.seek((total - ENTRY_SECTORS - 1) * SECTOR)
    disk.write(entries + header(total - 1, 1, total - ENTRY_SECTORS - 1, total, entries).ljust(SECTOR, b"\0"))


def mtool(*words):
    done = subprocess.run(words, env={"SOURCE_DATE_EPOCH": "315532800", **os.environ, "MTOOLS_SKIP_CHECK": "1", "TZ": "UTC"},
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit(f"{words[0]} failed:\n{done.stdout}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--efi", required=True, help="the application's name on the disk")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("application", type=pathlib.Path)
    parser.add_argument("file", type=pathlib.Path, nargs="*", help="goes into the root of the file system")
    arguments = parser.parse_args()
    need = sum(path.stat().st_size for path in [arguments.application, *arguments.file]) + (4 << 20)
    sectors = max(LEAST, need + (-need) % (1 << 20)) // SECTOR
    new = arguments.out.with_suffix(".new")
    with new.open("wb") as disk:
        write_partition_table(disk, sectors)
    drive = f"{new}@@{FIRST * SECTOR}"
    mtool("mformat", "-i", drive, "-F", "-T", str(sectors), "-h", "64", "-s", "32", "-H", str(FIRST), "-N", VOLUME_ID,
          "-v", "TENON", "::")
    mtool("mmd", "-i", drive, "::/EFI", "::/EFI/BOOT")
    mtool("mcopy", "-i", drive, str(arguments.application), f"::/EFI/BOOT/{arguments.efi}")
    for path in arguments.file:
        mtool("mcopy", "-i", drive, str(path), f"::/{path.name}")
    new.replace(arguments.out)


if __name__ == "__main__":
    main()
