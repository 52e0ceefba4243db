#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes what U-Boot reads beside the FIT: a boot script, or its environment as it stands in the second flash bank."""
import argparse
import os
import pathlib
import subprocess
import sys

ENVIRONMENT_SIZE = 0x40000  # CONFIG_ENV_SIZE of qemu_arm64
FLASH_SIZE = 64 << 20  # QEMU's virt machine takes a bank of this size only


def run(words):
    done = subprocess.run(words, env={"SOURCE_DATE_EPOCH": "0", **os.environ}, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit(f"{words[0]} failed:\n{done.stdout}")


def script(arguments):
    run(["mkimage", "-T", "script", "-A", arguments.architecture, "-O", "linux", "-C", "none", "-n", "Tenon",
         "-d", arguments.source, arguments.output])


def environment(arguments):
    run(["mkenvimage", "-s", hex(ENVIRONMENT_SIZE), "-o", arguments.output, arguments.source])
    os.truncate(arguments.output, FLASH_SIZE)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    kinds = parser.add_subparsers(required=True)
    one = kinds.add_parser("script")
    one.set_defaults(function=script)
    one.add_argument("--architecture", required=True)
    two = kinds.add_parser("environment")
    two.set_defaults(function=environment)
    for kind in (one, two):
        kind.add_argument("source", type=pathlib.Path)
        kind.add_argument("output", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.function(arguments)


if __name__ == "__main__":
    main()
