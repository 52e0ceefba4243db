/* SPDX-License-Identifier: MIT
 * What the text of fsstress does not say about its stack. Its directories are as deep as its random numbers have it, and a path of more than
 * 1,023 bytes is divided, at most twice.
 */
#include "program.h"

#include <tenon/stack.h>

extern char ops[1]; /* its table of operations */

TENON_STACK_CALLS_OF(doproc, fsstress_operation);
TENON_STACK_TABLE(fsstress_operation, ops);
TENON_STACK_RECURSION_OF(fent_to_name, 64);
TENON_STACK_RECURSION_OF(creat_path, 3);
TENON_STACK_RECURSION_OF(lchown_path, 3);
TENON_STACK_RECURSION_OF(link_path, 3);
TENON_STACK_RECURSION_OF(lstat64_path, 3);
TENON_STACK_RECURSION_OF(mkdir_path, 3);
TENON_STACK_RECURSION_OF(mknod_path, 3);
TENON_STACK_RECURSION_OF(open_path, 3);
TENON_STACK_RECURSION_OF(opendir_path, 3);
TENON_STACK_RECURSION_OF(readlink_path, 3);
TENON_STACK_RECURSION_OF(rename_path, 3);
TENON_STACK_RECURSION_OF(rmdir_path, 3);
TENON_STACK_RECURSION_OF(stat64_path, 3);
TENON_STACK_RECURSION_OF(symlink_path, 3);
TENON_STACK_RECURSION_OF(truncate64_path, 3);
TENON_STACK_RECURSION_OF(unlink_path, 3);
