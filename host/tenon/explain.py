# SPDX-License-Identifier: MIT
"""./tenon explain: the pages of rules; and what lies at an address, or behind a handle, of a system."""

import sys

import generator
import locate
from tree import ROOT


def command(options):
    places = [word for word in options.words if word == "-" or locate.is_place(word)]
    rules = [word for word in options.words if word not in places]
    for place in places:
        if place == "-":
            place = sys.stdin.read()
        print("\n".join(locate.explain(place, options)), flush=True)
    return generator.show(["explain", *rules, "--root", ROOT]) if rules or not places else 0
