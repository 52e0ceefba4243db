/* SPDX-License-Identifier: MIT
 * How an operation of the heart ends: the errors of interfaces/filesystem.yaml, which say what they mean.
 */
#ifndef EXT4_STATUS_H
#define EXT4_STATUS_H

enum ext4_status {
	EXT4_OK,
	EXT4_NOT_FOUND,
	EXT4_EXISTS,
	EXT4_NOT_A_DIRECTORY,
	EXT4_IS_A_DIRECTORY,
	EXT4_NOT_EMPTY,
	EXT4_BAD_NAME,
	EXT4_BAD_NODE,
	EXT4_INTO_ITSELF,
	EXT4_TOO_LARGE,
	EXT4_TOO_MANY_LINKS,
	EXT4_NO_SPACE,
	EXT4_READ_ONLY,
	EXT4_UNSUPPORTED,
	EXT4_IO,
	EXT4_DAMAGED,
};

#endif
