# SPDX-License-Identifier: MIT
"""QEMU's command line for a board, a build and a way to boot."""

import pathlib
import shutil

import generator
from tree import Failure, run

OVMF_CODE = "/usr/share/OVMF/OVMF_CODE_4M.fd"
OVMF_VARIABLES = "/usr/share/OVMF/OVMF_VARS_4M.fd"
UBOOT_AARCH64 = "/usr/lib/u-boot/qemu_arm64/u-boot.bin"
UBOOT_RISCV64 = "/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin"


def disk(path, device, snapshot=True):
    mode = "on" if snapshot else "off"
    return ["-drive", f"file={path},format=raw,if=none,id=boot,snapshot={mode}", "-device", f"{device},drive=boot"]


# What U-Boot runs: it reads this from /config of its control device tree, so that no key and no delay comes between.
UBOOT_COMMAND = ("virtio scan; load virtio 0:1 ${kernel_addr_r} /tenon.itb && "
                 "bootm ${kernel_addr_r}#tenon - ${fdtcontroladdr}; poweroff")


def control_tree(words, folder):
    """The device tree of exactly this machine, with U-Boot's orders in it."""
    dtb = pathlib.Path(folder) / "control.dtb"
    run("dumping the machine's device tree",
        [f"{word},dumpdtb={dtb}" if words[index - 1] == "-machine" else word for index, word in enumerate(words)])
    run("preparing the device tree", ["fdtput", "-c", dtb, "/config"])
    run("preparing the device tree", ["fdtput", "-t", "x", dtb, "/config", "bootdelay", "fffffffe"])
    run("preparing the device tree", ["fdtput", "-t", "s", dtb, "/config", "bootcmd", UBOOT_COMMAND])
    return ["-dtb", str(dtb)]


def firmware_arguments(build, words, folder):
    """The real chain of the board. `words` is the machine without it; `folder` takes what the firmware writes to."""
    firmware = build.board["emulator"]["firmware"]
    boot_image = build.image("boot.img")
    if firmware == "ovmf":
        variables = pathlib.Path(folder) / "variables.fd"
        shutil.copyfile(OVMF_VARIABLES, variables)
        return ["-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={OVMF_CODE}",
                "-drive", f"if=pflash,unit=1,format=raw,file={variables}",
                *disk(boot_image, "virtio-blk-pci,iommu_platform=on,disable-legacy=on,bootindex=0")]
    if firmware == "uboot":
        start = ["-bios", UBOOT_AARCH64]
    elif firmware == "opensbi_uboot":
        start = ["-kernel", UBOOT_RISCV64]
    else:
        raise Failure(f"{build.board_name}: firmware {firmware}: not one that ./tenon knows how to start")
    return [*start, *control_tree(words, folder), "-global", "virtio-mmio.force-legacy=false",
            *disk(boot_image, "virtio-blk-device")]


def arguments(build, folder, cpus=None, instruction_count=False, extra=()):
    """Everything but the serial port and the display."""
    board = build.board
    emulator = board["emulator"]
    machine = emulator["machine"] + generator.DETERMINISTIC.get(board["architecture"], "")
    words = [emulator["program"], "-machine", machine, "-cpu", emulator["cpu"],
             "-m", str(emulator["memory"] >> 20), "-smp", str(cpus or emulator["cpus"]), "-nodefaults", "-nic", "none"]
    for device in emulator.get("devices", []):
        words += ["-device", device]
    words += firmware_arguments(build, words, folder)
    if instruction_count:
        words += ["-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm"]
    return words + list(extra)
