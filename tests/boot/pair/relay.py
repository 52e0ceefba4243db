#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A cable between two machines on which frames get lost, come twice, and come after others that were sent later; which, a generator says that
begins alike in each run. It ends with its input."""

import collections
import os
import random
import select
import socket
import sys
import time

LOST, TWICE, LATE = 0.03, 0.03, 0.06  # of each frame
BEHIND = 4  # frames that pass one that is late, at most
SECONDS = 2  # after which one goes on that no frame passes
STEP, SOON = 0.05, 0.002  # seconds between looks at what waits
ROOM = 500  # frames that wait; more are lost


class Way:
    """From one machine to the other."""

    def __init__(self, near, far, seed):
        self.near, self.far = near, os.path.join(far, "guest.frames")
        self.random = random.Random(seed)
        self.waiting = collections.deque()  # of frames that go on as soon as the other machine takes them
        self.late = []  # (frames that are to pass, until when, frame)
        self.counts = dict.fromkeys(("frames", "lost", "twice", "late"), 0)

    def send(self, frame):
        if len(self.waiting) < ROOM:
            self.waiting.append(frame)
        self.go_on()

    def go_on(self):
        while self.waiting:
            try:
                self.near.sendto(self.waiting[0], self.far)
            except BlockingIOError:
                return
            except OSError:
                pass  # the machine is not there yet, or no more
            self.waiting.popleft()

    def take(self, frame):
        chance = self.random.random()
        self.counts["frames"] += 1
        if chance < LOST:
            self.counts["lost"] += 1
        elif chance < LOST + LATE:
            self.late.append((self.random.randint(1, BEHIND), time.monotonic() + SECONDS, frame))
            return
        else:
            self.send(frame)
            if chance > 1 - TWICE:
                self.counts["twice"] += 1
                self.send(frame)
        self.late = [(left - 1, until, held) for left, until, held in self.late]
        self.let_go()

    def let_go(self):
        """What enough frames have passed, or none for a while."""
        now = time.monotonic()
        for left, until, frame in self.late:
            if left <= 0 or now >= until:
                self.counts["late"] += left <= 0
                self.send(frame)
        self.late = [held for held in self.late if held[0] > 0 and now < held[1]]


def main():
    words = dict(word.split("=", 1) for word in sys.argv[1:])
    folders = [words["frames"], words["second"]]
    ends = []
    for name in ("frames_socket", "second_socket"):
        ends.append(socket.socket(fileno=int(words[name])))
        ends[-1].setblocking(False)
    ways = {ends[0]: Way(ends[1], folders[1], 1), ends[1]: Way(ends[0], folders[0], 2)}
    while True:
        ready = select.select([*ends, sys.stdin], [], [], SOON if any(way.waiting for way in ways.values()) else STEP)[0]
        for end in ends:
            if end in ready:
                ways[end].take(end.recv(65536))
            ways[end].let_go()
            ways[end].go_on()
        if sys.stdin in ready:
            break
    for number, way in enumerate(ways.values()):
        holds = all(way.counts.values())
        print(("ok " if holds else "not ok ") + f"from machine {1 + number} some were lost, came twice, and late"
              + ("" if holds else f": {way.counts}"), flush=True)
        print(way.counts, flush=True)


main()
