#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The image's files are the host's. Afterwards the programs' file systems are clean, and fsstress has left something in each.
check.py TRANSCRIPT REPORT FAT EXT4"""

import hashlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import disks


def run(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")


def check(name, command):
    done = run(*command)
    print(f"{'ok' if done.returncode == 0 else 'not ok'} {command[0]} of {name}: {' / '.join(done.stdout.splitlines()[-20:])}")


def check_names(name, names):
    print(f"{'ok' if names > 20 else 'not ok'} {name}: fsstress has left {names} names")


def check_image(transcript):
    image = pathlib.Path(__file__).parent / "image"
    files = {f"/boot/{file.relative_to(image)}": file for file in image.rglob("*") if file.is_file() and not file.is_symlink()}
    files["/boot/default_system.svg"] = image.parents[3] / "docs" / "default_system.svg"
    expected = {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()}
    text = pathlib.Path(transcript).read_text(errors="replace")
    printed = {name: digest for digest, name in re.findall(r"\b([0-9a-f]{64})  (/boot/[^\r\n]*)", text)}
    print(f"{'ok' if printed == expected else 'not ok'} the image's {len(expected)} files are the host's: {printed}")


check_image(sys.argv[1])
with tempfile.TemporaryDirectory() as folder:
    fat, ext4, files = (pathlib.Path(folder) / name for name in ("fat", "ext4", "files"))
    for partition in disks.PARTITIONS:
        disks.take_out(sys.argv[3], partition, fat)
        check(f"fat, {partition}", ["/usr/sbin/fsck.fat", "-n", fat])
        disks.take_out(sys.argv[4], partition, ext4)
        check(f"ext4, {partition}", ["/usr/sbin/e2fsck", "-fn", ext4])
    check_names("fat", run("mdir", "-b", "-/", "-i", fat, "::stress").stdout.count("\n"))
    files.mkdir()
    run("/usr/sbin/debugfs", "-R", f"rdump /stress {files}", ext4)
    check_names("ext4", sum(len(folders) + len(names) for _, folders, names in os.walk(files)))
