# SPDX-License-Identifier: MIT
"""A QEMU whose serial port is fed and watched by us."""

import os
import re
import selectors
import subprocess
import time

from qmp import Machine

# The guest's console says this once it takes input; earlier input would be the firmware's.
READY = b"tenon: console ready"
END = re.compile(rb"tenon: end (\d+)\r*$", re.MULTILINE)  # behind half a line of another, too
END_OF_INPUT = b"\x04"
NO_END = 2
# A machine that said its end but does not power off is stopped after this long.
GRACE_SECONDS = 10


class Console:
    """Runs QEMU with its serial port on pipes. `source` is a file descriptor whose bytes are fed to the console once it
    has said `ready` and has printed what matches each of the patterns `before_input`, or None; at its end the console gets Ctrl-D,
    unless `stay`. `sink(bytes)` sees everything that is printed. With patterns `until` the run ends when there was a line
    for each. `orders` are given to the machine itself (qmp.py), through a socket in `folder`. With a program
    `beside` (beside.py) the run ends when that has ended, and at most some seconds later for a line that is still missing. With a `partner`,
    another Console that runs in another thread, both end when one does, and the program beside one of them is told to end when both had
    what is in `until`."""

    def __init__(self, command, source=None, sink=None, seconds=None, stay=False, restarts=False, before_input=(),
                 until=(), ready=re.escape(READY.decode()), orders=(), folder=None, beside=None, partner=None):
        self.command = [*command, "-display", "none", "-monitor", "none", "-serial", "stdio",
                        *([] if restarts else ["-no-reboot"])]
        self.machine = Machine(folder, orders) if orders else None
        if self.machine:
            self.command += self.machine.arguments
        self.source, self.sink, self.stay = source, sink, stay
        self.beside = beside
        self.deadline = time.monotonic() + seconds if seconds else None
        self.awaited = [re.compile(ready.encode()), *(re.compile(pattern.encode()) for pattern in before_input)]
        self.until = [re.compile(pattern.encode(), re.MULTILINE) for pattern in until]
        self.transcript = bytearray()
        self.timed_out = False
        self.partner, self.is_over = None, False
        if partner:
            self.partner, partner.partner = partner, self
        self.pending = b""
        self.ended_at = None  # the guest, by what it said, or the program beside it
        self.is_attended = beside is not None

    def run(self):
        """Returns the exit status: the guest's, or 2 when it never said one."""
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        os.set_blocking(self.process.stdin.fileno(), False)
        self.selector = selectors.PollSelector()  # not epoll: input may come from a file
        self.selector.register(self.process.stdout, selectors.EVENT_READ, self._output)
        try:
            while self._step():
                pass
        finally:
            self.is_over = True
            if self.beside:
                self.beside.stop()
            self.process.kill()
            self.process.wait()
        return self.status()

    def status(self):
        ends = END.findall(self.transcript)
        return int(ends[-1]) & 0xff if ends else NO_END

    def _step(self):
        timeout = 1.0 if self.deadline is None else max(0.0, min(1.0, self.deadline - time.monotonic()))
        for key, _ in self.selector.select(timeout):
            if key.data() is False:
                return False
        if self.partner and self.partner.is_over:
            return False
        if self.partner and self.beside and not self.until and not self.partner.until:
            self.beside.finish()
        now = time.monotonic()
        if self.deadline is not None and now >= self.deadline:
            self.timed_out = True
            return False
        return self.ended_at is None or now - self.ended_at < GRACE_SECONDS

    def _output(self):
        data = os.read(self.process.stdout.fileno(), 65536)
        if not data:
            return False
        self.transcript += data
        if self.sink:
            self.sink(data)
        if self.machine and b"\n" in data:
            self.machine.look(self.transcript[:self.transcript.rindex(b"\n")].replace(b"\r", b"").decode(errors="replace"))
        if self.awaited:
            self.awaited = [pattern for pattern in self.awaited if not pattern.search(self.transcript)]
            if not self.awaited and self.source is not None:
                self.selector.register(self.source, selectors.EVENT_READ, self._input)
        if self.beside and self.beside.is_due(self.transcript):
            self.selector.register(self.beside.start(), selectors.EVENT_READ, self._beside)
        if self.until and b"\n" in data:
            lines = self.transcript[:self.transcript.rindex(b"\n")].replace(b"\r", b"")
            self.until = [pattern for pattern in self.until if not pattern.search(lines)]
            if not self.until and not self.is_attended and not self.partner:
                return False
        if self.ended_at is None and END.search(self.transcript, max(0, len(self.transcript) - len(data) - 64)):
            self.ended_at = time.monotonic()
        return True

    def _beside(self):
        data = os.read(self.beside.process.stdout.fileno(), 65536)
        self.beside.output += data
        if data:
            return True
        self.beside.process.wait()
        self.selector.unregister(self.beside.process.stdout)
        self.ended_at = time.monotonic()
        self.is_attended = False
        return bool(self.until)

    def _input(self):
        data = os.read(self.source if isinstance(self.source, int) else self.source.fileno(), 4096)
        if not data:
            self.selector.unregister(self.source)
            data = b"" if self.stay else END_OF_INPUT
        self._feed(data)
        return True

    def _feed(self, data):
        if self.pending or not data:
            self.pending += data
            return
        self.pending = data
        self.selector.register(self.process.stdin, selectors.EVENT_WRITE, self._write)

    def _write(self):
        try:
            written = os.write(self.process.stdin.fileno(), self.pending[:512])
        except BlockingIOError:
            return True
        except BrokenPipeError:
            written = len(self.pending)
        self.pending = self.pending[written:]
        if not self.pending:
            self.selector.unregister(self.process.stdin)
        return True
