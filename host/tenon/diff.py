# SPDX-License-Identifier: MIT
"""./tenon diff: what changed between two versions of an interface."""

import generator
from tree import ROOT


def command(options):
    return generator.show(["diff", options.old, options.new, "--root", ROOT, "--format", options.format])
