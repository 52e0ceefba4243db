# SPDX-License-Identifier: MIT
"""What the tests of ./tenon test came to."""

import contextlib
import sys
import threading
import time

from tree import colour


class Tally:
    """What passed and what failed, by board; failures are shown with their cause when they happen."""

    def __init__(self):
        self.lock = threading.Lock()
        self.passed, self.failed, self.skipped = {}, {}, {}
        self.unstable = []
        self.seconds = []

    def add(self, group, name, cause=None):
        with self.lock:
            counts = self.passed if cause is None else self.failed
            counts[group] = counts.get(group, 0) + 1
            if cause is not None:
                print(f"{colour('31', 'FAILED', sys.stdout)} {group}: {name}\n    " + cause.rstrip().replace("\n", "\n    "),
                      flush=True)

    def note_unstable(self, group, name, cause):
        """A test that passed when it was run again by itself."""
        with self.lock:
            self.unstable.append(f"{group}: {name}")
            print(f"{colour('33', 'unstable', sys.stdout)} {group}: {name}\n    " + cause.rstrip().replace("\n", "\n    "), flush=True)

    def skip(self, group, name, why):
        """A test that this machine cannot run."""
        with self.lock:
            self.skipped[group] = self.skipped.get(group, 0) + 1
            print(f"skipped {group}: {name}: {why}", flush=True)

    @contextlib.contextmanager
    def timed(self, what):
        started = time.monotonic()
        yield
        with self.lock:
            self.seconds.append((time.monotonic() - started, what))

    def write_seconds(self, path):
        """What took how long, the longest first."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{seconds:7.1f}  {what}\n" for seconds, what in sorted(self.seconds, reverse=True)))

    def total(self, counts):
        return sum(counts.values())
