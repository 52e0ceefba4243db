# SPDX-License-Identifier: MIT
"""./tenon flatten: a system as one description, and where each value came from."""

import generator
from build import Build


def command(options):
    build = Build(options.system, options.board, options.variant)
    why = ["--why", options.why] if options.why else []
    return generator.show(["flatten", *build.compose_arguments(), *why])
