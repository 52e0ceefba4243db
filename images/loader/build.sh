#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the loader around one kernel, without Meson: build.sh ARCHITECTURE KERNEL_ELF OUTPUT [LIBFDT_FOLDER]
# For work on a kernel alone; images are made by images/meson.build.
set -eu
arch=$1 kernel=$(realpath "$2") output=$3
here=$(dirname "$(realpath "$0")")
libfdt=${4:-$here/../../build/third_party/libfdt}
work=$output.d
mkdir -p "$work"
case $arch in
x86_64)
	flags="-mno-red-zone -mno-sse -mno-mmx -mgeneral-regs-only"
	own="acpi.c arch/x86_64.c arch/handover_x86_64.S" fdt= ;;
aarch64)
	flags="-mgeneral-regs-only -mstrict-align"
	own="dtb.c dtb_aarch64.c arch/aarch64.c arch/handover_aarch64.S" fdt=yes ;;
riscv64)
	flags="-march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany -mno-relax"
	own="dtb.c dtb_riscv64.c arch/riscv64.c arch/handover_riscv64.S" fdt=yes ;;
*)
	echo "$0: $arch: not one of x86_64 aarch64 riscv64" >&2; exit 1 ;;
esac
common="--target=$arch-none-elf -I$here/include -I$here/../../kernel/include $flags"
code="-O2 -std=c11 -ffreestanding -fpie -include $here/include/hidden.h -fno-stack-protector -fno-builtin
	-fno-asynchronous-unwind-tables -ffunction-sections"
warn="-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wimplicit-fallthrough
	-Wvla -Werror"
llvm-objcopy-19 --strip-all "$kernel" "$work/kernel.elf"
objects=
for source in main.c image.c tables.c memory.c print.c string.c firmware_efi.c head.S $own; do
	object=$work/$(basename "$source").o
	case $source in
	*.c) clang-19 $common $code $warn -isystem "$libfdt" -c "$here/$source" -o "$object" ;;
	*.S) clang-19 $common -DKERNEL_ELF="\"$work/kernel.elf\"" -c "$here/$source" -o "$object" ;;
	esac
	objects="$objects $object"
done
if [ -n "$fdt" ]; then
	for source in fdt fdt_ro fdt_addresses; do
		clang-19 $common $code -w -isystem "$libfdt" -c "$libfdt/$source.c" -o "$work/$source.o"
		objects="$objects $work/$source.o"
	done
fi
ld.lld-19 -nostdlib -static -pie --no-dynamic-linker -z norelro --gc-sections -T "$here/loader.lds" \
	$objects -o "$work/loader.elf"
llvm-objcopy-19 -O binary "$work/loader.elf" "$output"
