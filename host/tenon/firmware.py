# SPDX-License-Identifier: MIT
"""Machines past their firmware: OVMF takes six seconds of the host's CPU at each boot, and with an instruction a nanosecond,
for ./tenon bench, minutes, as it waits one and a half seconds of the guest's clock for a TPM that is not there, reading a port
millions of times.

So a machine of each kind runs its firmware once with the same -icount, is stopped when it prints its first character,
before it has read the disk, and its state is kept in build/firmware. Every measurement, and
most boots of ./tenon test, go on from there: the image is loaded and starts as ever, under the same clock."""

import fcntl
import hashlib
import json
import os
import pathlib
import select
import socket
import subprocess
import tempfile
import time

from tree import BUILD, Failure, say

SECONDS = 1500  # OVMF on a busy host
STEP = 20  # seconds between lines of progress


class Monitor:
    """QEMU's monitor on a socket: one command at a time, events skipped."""

    def __init__(self, path, deadline):
        self.socket = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.socket.connect(str(path))
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        self.socket.settimeout(60)
        self.file = self.socket.makefile("rw", encoding="utf-8")
        self.file.readline()  # the greeting
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        self.file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.file.flush()
        while True:
            answer = json.loads(self.file.readline() or '{"error": "no answer"}')
            if "error" in answer:
                raise Failure(f"QEMU refuses {command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]


def key(words, folder):
    """What the state depends on: the machine without the paths of this run, the emulator and the firmware."""
    parts = [word.replace(str(folder), "") for word in words if "id=boot" not in word]
    for word in words:
        path = pathlib.Path(word.rpartition("file=")[2])
        if word.startswith("if=pflash") and path.exists():
            parts.append(hashlib.sha256(path.read_bytes()).hexdigest())
    parts.append(subprocess.run([words[0], "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def can_be_kept(words):
    """QEMU keeps no state of a machine with an NVMe controller."""
    return not any(word.startswith("nvme") for word in words)


def passed(words, folder, name):
    """The arguments with which the machine goes on after its firmware; makes its state when there is none."""
    (BUILD / "firmware").mkdir(parents=True, exist_ok=True)
    state = BUILD / "firmware" / f"{name}-{key(words, folder)}"
    with open(state.with_suffix(".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not state.exists():
            make(words, state, name)
    return ["-incoming", f"file:{state}"]


def make(words, state, name):
    say(f"{name}: the firmware, once …")
    started = time.monotonic()
    new = state.with_suffix(".new")
    with tempfile.TemporaryDirectory(prefix="tenon-") as folder:
        path = pathlib.Path(folder) / "monitor"
        # The state does not say that the machine was stopped: it runs on as soon as it is loaded.
        process = subprocess.Popen([*words, "-display", "none", "-no-reboot", "-serial", "stdio", "-monitor", "none",
                                    "-global", "migration.store-global-state=off",
                                    "-qmp", f"unix:{path},server=on,wait=off"],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            monitor = Monitor(path, started + SECONDS)
            wait_for_output(process, name, started)
            monitor.ask("stop")
            stats = monitor.ask("query-blockstats")
            if any(drive["stats"]["rd_operations"] for drive in stats if drive.get("device") == "boot"):
                raise Failure(f"{name}: the firmware had read the disk before it was stopped; try again")
            monitor.ask("migrate", uri=f"file:{new}")
            while (status := monitor.ask("query-migrate")["status"]) != "completed":
                if status in ("failed", "cancelled"):
                    raise Failure(f"{name}: the state after the firmware was not written: {status}")
                time.sleep(0.1)
        finally:
            process.kill()
            process.wait()
    os.replace(new, state)
    say(f"{name}: the firmware took {time.monotonic() - started:.0f} s, its state {state.stat().st_size >> 20} MiB")


def wait_for_output(process, name, started):
    """Until the first character. It says how long that has taken, as it may be minutes."""
    while not select.select([process.stdout], [], [], STEP)[0]:
        took = time.monotonic() - started
        if took > SECONDS:
            raise Failure(f"{name}: the firmware said nothing within {SECONDS} s")
        say(f"{name}: in its firmware for {took:.0f} s")
    if process.poll() is not None:
        raise Failure(f"{name}: QEMU ended: {process.stdout.read().decode(errors='replace')[-500:]}")
