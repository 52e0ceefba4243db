# SPDX-License-Identifier: MIT
"""./tenon check: reads and judges a description."""

from build import Build


def command(options):
    return Build(options.system, options.board, options.variant).check(options.format)
