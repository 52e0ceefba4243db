#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints musl's sources for an architecture: a file of an architecture takes the place of the generic one of its name.
# Left out: what needs an operating system with a network, users or shared libraries; and the assembly that traps, for
# which the generic file or one of overlay/ stands in; and what runtime/memory.c has instead.
cd "$(dirname "$0")" || exit 1
arch=$1

# Not taken, be it generic or of the architecture.
is_out() {
	case $1 in
	ldso/dlopen.c | ldso/dlsym* | ldso/__dlsym* | ldso/tlsdesc.s | process/vfork.s | signal/restore.s) return 0 ;;
	thread/syscall_cp.s | thread/clone.s | thread/__unmapself.s) return 0 ;;
	thread/__set_thread_area.?) [ "$arch" = x86_64 ] ;;
	string/memcpy.c | string/memmove.c | string/memset.c) [ "$arch" = riscv64 ] ;;
	*) return 1 ;;
	esac
}

for folder in complex conf ctype dirent env errno exit fcntl fenv internal ldso legacy linux locale malloc malloc/mallocng math \
	misc mman multibyte prng process regex sched search select setjmp signal stat stdio stdlib string temp termios thread time unistd; do
	for file in "src/$folder/$arch"/*.[csS]; do
		[ -e "$file" ] && ! is_out "$folder/$(basename "$file")" && echo "$file"
	done
	for file in src/$folder/*.c; do
		name=$(basename "$file" .c)
		is_out "$folder/$name.c" && continue
		for kind in c s S; do
			[ -e "src/$folder/$arch/$name.$kind" ] && ! is_out "$folder/$name.$kind" && continue 2
		done
		echo "$file"
	done
done
echo overlay/syscall_cp_asm.c
[ "$arch" = x86_64 ] && echo overlay/set_thread_area_x86_64.c
exit 0
