/* SPDX-License-Identifier: MIT
 * musl's file calls. This file takes the place of ../no_files.c where the component has the port.
 */
#include "files.h"

#include "../libc.h"

bool libc_file_call(long number, const long given[6], long *result)
{
	long a[6];

	__builtin_memcpy(a, given, sizeof a);
	old_call(&number, a);
	return descriptor_call(number, a, result) || data_call(number, a, result) ||
	       mapping_call(number, a, result) || attribute_call(number, a, result) ||
	       directory_call(number, a, result) || name_call(number, a, result) ||
	       path_call(number, a, result);
}

/* For a component that does not look for itself what changes. */
__attribute__((weak)) void files_session(bool open)
{
	(void)open;
}

__attribute__((weak)) void files_changes(void)
{
	struct files_changed changed;

	while (files_changes_receive(&changed)) {
	}
}
