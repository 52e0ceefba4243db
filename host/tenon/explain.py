# SPDX-License-Identifier: MIT
"""./tenon explain: the pages of rules."""

import generator
from tree import ROOT


def command(options):
    return generator.show(["explain", *options.rules, "--root", ROOT])
