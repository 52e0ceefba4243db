#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Wraps an EFI application into a FIT for U-Boot's `bootm ADDRESS#tenon`.

os = "efi" makes bootm start it through U-Boot's EFI loader after the FIT's hashes were checked. A signed FIT gets a node
`signature-1 { algo; key-name-hint; sign-images = "kernel"; }` in its configuration, and mkimage the options -k and -K; nothing
else changes."""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

TEMPLATE = """/dts-v1/;
/ {{
	description = "Tenon for {board}";
	#address-cells = <1>;
	images {{
		kernel {{
			description = "loader, kernel and components";
			data = /incbin/("{application}");
			type = "kernel";
			arch = "{architecture}";
			os = "efi";
			compression = "none";
			load = <{load}>;
			entry = <{load}>;
			hash-1 {{ algo = "sha256"; }};
		}};
	}};
	configurations {{
		default = "tenon";
		tenon {{ description = "Tenon"; kernel = "kernel"; }};
	}};
}};
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--architecture", required=True, help="U-Boot's name of it")
    parser.add_argument("--board", required=True)
    parser.add_argument("--load", required=True, help="address to which U-Boot copies the application")
    parser.add_argument("application", type=pathlib.Path)
    parser.add_argument("fit", type=pathlib.Path)
    arguments = parser.parse_args()
    text = TEMPLATE.format(application=arguments.application.resolve(), architecture=arguments.architecture,
                           board=arguments.board, load=arguments.load)
    environment = {"SOURCE_DATE_EPOCH": "0", **os.environ}
    with tempfile.NamedTemporaryFile("w", suffix=".its") as source:
        source.write(text)
        source.flush()
        done = subprocess.run(["mkimage", "-f", source.name, arguments.fit], env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit(f"mkimage failed:\n{done.stdout}")


if __name__ == "__main__":
    main()
