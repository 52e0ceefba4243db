# SPDX-License-Identifier: MIT
"""The counting plugin of tests/support/plugin: built once, given to QEMU, its counts read back."""

import functools
import json

from tree import BUILD, Failure, ROOT, run, say

SOURCE = ROOT / "tests" / "support" / "plugin"
FOLDER = BUILD / "plugin"


@functools.cache
def ready():
    """The plugin's path, built if anything of it changed."""
    header = BUILD / "third_party" / "qemu" / "qemu-plugin.h"
    if not header.exists():
        say("fetching the interface of QEMU's plugins …")
        run("fetching the interface of QEMU's plugins", [ROOT / "images" / "fetch_sources", SOURCE / "sources.txt"])
    if not (FOLDER / "build.ninja").exists():
        run("setting up the plugin's build", ["meson", "setup", f"-Dinterface={header.parents[1]}", FOLDER, SOURCE])
    run("building the plugin", ["ninja", "-C", FOLDER, "--quiet"])
    return FOLDER / "count.so"


def arguments(path, out):
    return ["-plugin", f"{path},out={out}"]


def read(out):
    """What the plugin wrote when QEMU ended: stretches by mark, the longest stay in the kernel, shared lines."""
    try:
        counted = json.loads(out.read_text())
    except (OSError, ValueError) as problem:
        raise Failure(f"the plugin has written nothing that can be read: {problem}") from problem
    counted["stretches"] = {stretch["mark"]: stretch for stretch in counted["stretches"]}
    return counted
