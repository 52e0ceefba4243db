# SPDX-License-Identifier: MIT
"""./tenon boards: what there is to run on."""

import generator
from tree import ROOT


def command(_options):
    return generator.show(["boards", "--root", ROOT])
