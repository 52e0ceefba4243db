# SPDX-License-Identifier: MIT
"""./tenon new: scaffolds."""

import generator
from tree import ROOT


def command(options):
    return generator.show(["new", options.kind, options.name.rstrip("/"), "--root", ROOT, "--in", options.folder])
