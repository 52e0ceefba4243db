# SPDX-License-Identifier: MIT
"""./tenon debug: QEMU stopped at its first instruction, gdb attached, every ELF known.

All instances are linked at the same addresses, each in an address space of its own. So gdb has the kernel's symbols always
and one instance's at a time (`use_NAME` changes), and a breakpoint in an instance is one with the condition that the CPU is
in that instance's address space: `break_in_NAME FUNCTION` sets it. Which space is whose the kernel knows once it has booted,
so the script runs up to its first scheduling decision and keeps the roots in $space_NAME."""

import os
import pathlib
import socket
import subprocess
import tempfile

import qemu
from build import Build
from tree import Failure, say

GDB_ARCHITECTURE = {"x86_64": "i386:x86-64", "aarch64": "aarch64", "riscv64": "riscv:rv64"}
# The register with the root of the user half, and the kernel's field with the same value. x86_64: but for bit 63 and the
# identifier, which say how to load it (Intel SDM volume 3, 4.10.4.1).
SPACE = {"x86_64": ("($cr3 & ~0xfff)", "cr3 & 0x7ffffffffffff000"), "aarch64": ("$TTBR0_EL1", "ttbr"),
         "riscv64": ("$satp", "satp")}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def instance_commands(name, elf, kernel, register):
    return [f"define use_{name}", f"file {kernel}", f"add-symbol-file {elf}", "end",
            f"document use_{name}", f"Symbols of the kernel and of the instance {name}.", "end",
            f"define break_in_{name}", f"use_{name}", f"hbreak $arg0 if {register} == $space_{name}", "end",
            f"document break_in_{name}", f"break_in_{name} FUNCTION: stops there in the instance {name} only.", "end"]


def script(build, port, instance, batch):
    """What gdb does. The person's own commands are its last line: after an error gdb leaves a script, and their first
    `continue` would run a machine without a breakpoint for ever."""
    lines = ["set confirm off", "set pagination off",
             f"set architecture {GDB_ARCHITECTURE[build.board['architecture']]}", f"file {build.kernel}",
             f"target remote 127.0.0.1:{port}"]
    register, field = SPACE[build.board["architecture"]]
    for name, elf in build.instances().items():
        lines += instance_commands(name, elf, build.kernel, register)
    # The tables are in the order of the instances, and so are the threads.
    lines += ["thbreak schedule", "continue"]
    lines += [f"set $space_{name} = core.threads[{index}].space->{field}" for index, name in enumerate(build.instances())]
    if instance:
        lines.append(f"break_in_{instance} component_start")
    if batch:
        lines.append(f"source {pathlib.Path(batch).resolve()}")
    return "\n".join(lines) + "\n"


def command(options):
    build = Build(options.system, options.board, options.variant)
    build.make()
    names = list(build.instances())
    if options.instance and options.instance not in names:
        raise Failure(f"no instance {options.instance}; there are {', '.join(names)}")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="tenon-") as folder:
        log = pathlib.Path(folder) / "console.log"
        words = [*qemu.arguments(build, folder), "-display", "none", "-serial", f"file:{log}", "-monitor", "none",
                 "-S", "-gdb", f"tcp:127.0.0.1:{port}"]
        machine = subprocess.Popen(words, stdin=subprocess.DEVNULL)
        commands = pathlib.Path(folder) / "commands.gdb"
        commands.write_text(script(build, port, options.instance, options.batch))
        say(f"the console's text goes to {log}; in gdb `continue` starts, `break_in_NAME FUNCTION` stops in an instance")
        gdb = ["gdb-multiarch", "-q", "-nx", "-x", str(commands)]
        if options.batch:
            gdb.append("-batch")
        try:
            return subprocess.run(gdb, env={**os.environ, "DEBUGINFOD_URLS": ""}, check=False).returncode
        finally:
            machine.kill()
            machine.wait()
