# SPDX-License-Identifier: MIT
"""./tenon run: builds, boots, and ends as the guest ends."""

import os
import select
import subprocess
import sys
import tempfile

import qemu
from build import Build
from console import Console, NO_END
from tree import Failure, colour, say


def print_bytes(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def on_terminal(command):
    """QEMU owns the terminal, Ctrl-A X leaves. What the guest prints passes through a pipe, so that its end is seen."""
    with tempfile.NamedTemporaryFile() as log:
        words = [*command, "-display", "none", "-chardev", f"stdio,id=console,mux=on,signal=off,logfile={log.name}",
                 "-serial", "chardev:console", "-mon", "chardev=console", "-no-reboot"]
        subprocess.run(words, check=False)
        console = Console([])
        console.transcript += log.read()
        return console.status()


def command(options):
    build = Build(options.system, options.board, options.variant)
    build.make()
    if options.out:
        build.copy_out(options.out)
    with tempfile.TemporaryDirectory(prefix="tenon-") as folder:
        words = qemu.arguments(build, folder, cpus=options.cpus, disks=disks_of(options.disk),
                               disk_folder=build.folder / "disks")
        words = qemu.forwarded(words, options.forward)
        if sys.stdin.isatty() and sys.stdout.isatty() and not options.seconds:
            say(f"{options.board}: {colour('1', 'Ctrl-A X')} leaves")
            return on_terminal(words)
        source = None if sys.stdin.isatty() else sys.stdin.fileno()
        if source is not None and not readable(source):
            source = os.open(os.devnull, os.O_RDONLY)
        console = Console(words, source=source, sink=print_bytes, seconds=options.seconds, stay=options.stay)
        status = console.run()
        if console.timed_out:
            say(f"stopped after {options.seconds} s")
        elif status == NO_END:
            say("the guest ended without saying how (no line `tenon: end N`)")
        return status


def disks_of(words):
    """{"disk0": "a.img"} of ["disk0=a.img"]."""
    disks = {}
    for word in words:
        name, equals, path = word.partition("=")
        if not equals or not name or not path:
            raise Failure(f"--disk {word}: it is written NAME=FILE, such as --disk disk0=files.img")
        disks[name] = path
    return disks


def readable(descriptor):
    """Can a selector watch it? A plain file cannot be, but is read at once through a pipe of our own."""
    try:
        select.select([descriptor], [], [], 0)
        return True
    except (OSError, ValueError):
        return False
