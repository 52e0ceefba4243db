# SPDX-License-Identifier: MIT
"""A program of the host that talks to a guest while it runs: a client of what the guest serves.

Ports of the guest's network are forwarded to free ones of the host's loopback address by QEMU's monitor while the machine runs, so that
none of them can be taken by another in between, and the machine is the same as without."""

import os
import random
import re
import socket
import subprocess
import sys
import time

import firmware
from tree import Failure

TRIES = 50  # ports that others have
PORTS = range(20000, 32000)  # below those that systems choose by themselves
SECONDS = 60


class Tap:
    """A network namespace with one end of a cable whose other end the machine's network card has: the host's own stack is the peer, with
    the address that the emulator's would have, and a program there sends what frames it likes. It needs no right but to make such a
    namespace and to open /dev/net/tun."""

    WAYS = ("ip tuntap add dev tap0 mode tap vnet_hdr && ip address add 10.0.2.2/24 dev tap0 && ip link set lo up && ip link set tap0 up && "
            "echo ready && exec sleep 86400")
    GUEST = "10.0.2.15"

    def __init__(self):
        """Raises Failure where the host lets us not."""
        root = os.geteuid() == 0
        self.user = [] if root else ["--user", "--preserve-credentials"]
        made = ["unshare", "--net"] if root else ["unshare", "--user", "--map-root-user", "--net"]
        self.holder = subprocess.Popen([*made, "sh", "-c", self.WAYS], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = self.holder.stdout.readline().strip()
        if said != "ready":
            self.stop()
            raise Failure(f"no tap in a network namespace: {said or 'nothing said'}")

    def inside(self, words):
        """A command that runs there."""
        return ["nsenter", f"--target={self.holder.pid}", "--net", *self.user, "--", *words]

    def machine(self, words):
        """QEMU's command with this cable instead of the emulator's network."""
        return self.inside([re.sub(r"^user,id=(\w+)$", r"tap,id=\1,ifname=tap0,script=no,downscript=no", word) for word in words])

    def stop(self):
        self.holder.kill()
        self.holder.wait()


class Beside:
    """`program` is started once lines for all of `when` were printed, with an argument `tcp/7=20123` for each of `forwards`;
    the run ends when it does. With `frames` it gets arguments `frames=FOLDER` and `frames_socket=FD`, too: the card is there as a socket
    `guest.frames` of datagrams, one for each frame, and sends to the other socket, which is there before the machine is: what is sent before
    the program runs waits for it. With a `tap` it runs in that one's namespace, with an argument `tap=10.0.2.15`: the guest's address. With a
    folder `second` it gets arguments `second=FOLDER` and `second_socket=FD`, likewise of a second machine, and what it reads ends by finish()."""

    def __init__(self, program, forwards, when, folder, devices, frames=False, tap=None, second=None):
        self.program, self.forwards, self.tap = program, forwards, tap
        self.awaited = [re.compile(pattern.encode(), re.MULTILINE) for pattern in when]
        self.path = folder / "beside"
        self.network = next((device["path"] for device in devices if "network" in device), None)
        self.second = second
        self.cables = {}  # name of the argument -> the machine's folder, and the socket that its card sends to
        for cable, machine in (("frames", folder if frames else None), ("second", second)):
            if machine:
                machine.mkdir(exist_ok=True)
                end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                end.bind(str(machine / "host.frames"))
                self.cables[cable] = (machine, end)
        self.output = bytearray()
        self.process = None
        if forwards and self.network is None:
            raise Failure(f"{program}: the system drives no network card whose ports could be forwarded")

    @property
    def arguments(self):
        return ["-qmp", f"unix:{self.path},server=on,wait=off"]

    def is_due(self, transcript):
        """Was everything printed for the first time?"""
        if self.awaited:
            lines = transcript[:transcript.rfind(b"\n") + 1].replace(b"\r", b"")
            self.awaited = [pattern for pattern in self.awaited if not pattern.search(lines)]
        return not self.awaited and self.process is None

    def start(self):
        """Returns what the program writes."""
        words = []
        for cable, (machine, end) in self.cables.items():
            words += [f"{cable}={machine}", f"{cable}_socket={end.fileno()}"]
        monitor = firmware.Monitor(self.path, time.monotonic() + SECONDS)
        words += [f"{name}={self.forward(monitor, name)}" for name in self.forwards]
        monitor.file.close()
        monitor.socket.close()
        command = [sys.executable, str(self.program), *words]
        if self.tap:
            command = self.tap.inside([*command, f"tap={self.tap.GUEST}"])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE if self.second else subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        pass_fds=[end.fileno() for _, end in self.cables.values()])
        return self.process.stdout

    def forward(self, monitor, name):
        protocol, _, port = name.partition("/")
        port, _, guest = port.partition("@")
        for _ in range(TRIES):
            free = random.choice(PORTS)
            said = monitor.ask("human-monitor-command",
                               **{"command-line": f"hostfwd_add {self.network} {protocol}:127.0.0.1:{free}-{guest}:{port}"})
            if not said.strip():
                return free
        raise Failure(f"port {name} could not be forwarded: {said.strip()}")

    def finish(self):
        """Tells the program that it is to end, if it was started with a second machine and was not told before."""
        if self.process is not None and self.second and not self.process.stdin.closed:
            self.process.stdin.close()

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        for _, end in self.cables.values():
            end.close()
        if self.tap:
            self.tap.stop()

    def verdicts(self):
        """As of a `check`: each line `ok WHAT` is a pass, each `not ok WHAT` a failure."""
        text = self.output.decode(errors="replace")
        found = re.findall(r"^(not )?ok (.*)$", text, re.MULTILINE)
        status = self.process.returncode if self.process else "not started"
        if status != 0 or not found:
            yield self.program.name, f"status {status}\n{text[-3000:]}"
        for bad, what in found:
            yield what, what if bad else None
