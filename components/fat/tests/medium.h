/* SPDX-License-Identifier: MIT
 * The volume of fat's tests: an image in memory, made by mkfs.fat and filled by mtools, which answers what fat asks for; and the
 * calls of the test, during which it does.
 */
#ifndef FAT_TESTS_MEDIUM_H
#define FAT_TESTS_MEDIUM_H

#include "test.h"

#include <stdio.h>

#define MEDIUM_MOST (48u << 20)
#define NODE_ROOT   UINT64_C(1)

struct medium {
	uint8_t *data;
	uint64_t bytes;
	uint32_t sector_size;
	uint32_t features;
	uint64_t writes;        /* sectors that were written */
	uint64_t fail_after;    /* requests; then they fail. 0: they do not */
	uint64_t restart_every; /* requests; then the other side dies and comes back. 0: never */
	uint64_t requests;
};
extern struct medium medium;
extern const struct filesystem_time now;
extern struct filesystem_attributes attributes;

/* Runs a command of the shell in a folder of the test's own; `medium.img` there is the image. */
void medium_run(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Makes an image of so many KiB with mkfs.fat and these options, and reads it. */
void medium_make(uint32_t kib, const char *options);
/* The image as the host has it, after a command, and the other way round. */
void medium_read(void);
void medium_write(void);
/* fsck.fat -n finds nothing wrong. */
void medium_check(void);
/* Begins the session. */
void medium_start(void);
/* fat starts anew, and so does the other side. */
void medium_start_anew(void);
/* Answers all that was asked. */
void medium_serve(void);

#define CALL(name, ...)                                                                                      \
	({                                                                                                   \
		struct test_call *call_ = client_files_##name##_begin(0, ##__VA_ARGS__);                     \
		medium_wait(call_);                                                                          \
		client_files_##name##_end(call_);                                                            \
	})
void medium_wait(struct test_call *call);

/* What a client does: makes a file or directory, and answers its node. */
uint64_t make(uint64_t directory, const char *name, enum filesystem_kind kind);
enum filesystem_status look_up(uint64_t directory, const char *name);
enum filesystem_status unlink_name(uint64_t directory, const char *name, enum filesystem_kind kind);
/* Writes as vfs does: allocates, writes to the volume, commits. */
enum filesystem_status write_file(uint64_t node, uint64_t offset, const void *data, uint64_t bytes);
/* Reads by extents, to the file's end; answers how much. */
uint64_t read_file(uint64_t node, uint64_t offset, void *data, uint64_t bytes);

#endif
