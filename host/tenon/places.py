# SPDX-License-Identifier: MIT
"""Where instructions were executed: the component and the function of each place that the plugin counted.

Programs of components stand at the same addresses, so the plugin tells what stands in the page; here are the pages of the
system's programs."""

import bisect
import collections
import functools
import hashlib
import json
import struct
import subprocess

KERNEL, OTHER = "kernel", "other"
PAGE = 4096
EXECUTABLE, LOAD = 1, 1


def pages(elf):
    """The numbers of the pages of code of a program, as count.c makes them."""
    data = elf.read_bytes()
    at, size, count = struct.unpack_from("<Q", data, 32)[0], *struct.unpack_from("<HH", data, 54)
    for header in range(at, at + size * count, size):
        kind, flags, offset, _, _, bytes_in_file = struct.unpack_from("<IIQQQQ", data, header)
        if kind == LOAD and flags & EXECUTABLE:
            segment = data[offset:offset + bytes_in_file]
            for page in range(0, len(segment), PAGE):
                content = segment[page:page + PAGE].ljust(PAGE, b"\0")
                yield int(hashlib.sha256(content).hexdigest()[:15], 16)


def programs(build):
    """Number of a page -> (component, ELF)."""
    named = {instance["name"]: instance["component"] for instance in json.loads(build.report.read_text())["instances"]}
    return {page: (named.get(name, name), elf) for name, elf in build.instances().items() for page in pages(elf)}


@functools.cache
def symbols(elf):
    """Sorted addresses and names of a program's symbols."""
    listing = subprocess.run(["llvm-nm-19", "--defined-only", "--numeric-sort", str(elf)], stdout=subprocess.PIPE,
                             text=True, check=True).stdout
    pairs = [line.split() for line in listing.splitlines()]
    pairs = [(int(words[0], 16), words[2]) for words in pairs if len(words) == 3 and not words[2].startswith("$")]
    return [address for address, _ in pairs], [name for _, name in pairs]


def symbol(elf, address):
    """(name, offset) of what stands there, or None."""
    addresses, names = symbols(elf)
    index = bisect.bisect_right(addresses, address) - 1
    return (names[index], address - addresses[index]) if index >= 0 else None


def share(build, counted):
    """Mark -> a Counter of (component, function)."""
    known = programs(build)
    shared = collections.defaultdict(collections.Counter)
    for mark, page, address, executed in counted["places"]:
        component, elf = (KERNEL, build.kernel) if address >> 63 else known.get(page, (OTHER, None))
        found = symbol(elf, address) if elf else None
        shared[mark][component, found[0] if found else "?"] += executed
    return shared


def by_component(functions):
    """[(component, executed)], the most first."""
    sums = collections.Counter()
    for (component, _), executed in functions.items():
        sums[component] += executed
    return sums.most_common()
