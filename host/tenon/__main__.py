# SPDX-License-Identifier: MIT
"""The commands behind ./tenon. Each is a function in the module of its name; modules load when they are needed,
so that `check` stays fast."""

import sys

import cli

sys.exit(cli.main(sys.argv[1:]))
