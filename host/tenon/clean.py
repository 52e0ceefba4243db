# SPDX-License-Identifier: MIT
"""./tenon clean: removes what was built. Installed packages stay."""

import shutil

from tree import BUILD


def command(_options):
    if BUILD.exists():
        shutil.rmtree(BUILD)
    return 0
