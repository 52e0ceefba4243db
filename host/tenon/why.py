# SPDX-License-Identifier: MIT
"""./tenon why: the way on which one part of a system may influence another."""

import generator
from build import Build


def command(options):
    build = Build(options.system, options.board, options.variant)
    return generator.show(["why", *build.compose_arguments(), *options.words, "--format", options.format])
