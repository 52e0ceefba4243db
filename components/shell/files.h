/* SPDX-License-Identifier: MIT
 * What the commands on files share: paths, and what is said when something fails.
 *
 * State: the current directory, from which a path counts that does not begin with a slash.
 */
#ifndef FILES_H
#define FILES_H

#include "component.h"
#include "words.h"

#define PATH_BYTES 1024u

/* The path that a word means. False: it is too long, which was said. */
bool path_make(char path[PATH_BYTES], const char *word);
/* One more name behind it. False: it would be too long, which was said; the path is as it was. */
bool path_add(char path[PATH_BYTES], const char *name);
/* The name behind the last slash. */
const char *path_last(const char *path);
/* Where `path` is a directory, the last name of `source` in it. False: too long. */
bool path_into(char path[PATH_BYTES], const char *source);

/* Did it succeed? If not, says why, with the path. */
bool succeeds(const char *path, enum files_status status);
/* Text of any length. */
void say_text(const char *text);

/* Is the word an option, such as "-r"? */
bool is_option(const struct words *words, uint32_t index, const char *option);
bool is_directory(const char *path);

void command_cd(const struct words *words);
void command_pwd(const struct words *words);
/* list.c */
void command_ls(const struct words *words);
void command_df(const struct words *words);
void command_mount(const struct words *words);
void command_umount(const struct words *words);
/* content.c */
void command_cat(const struct words *words);
void command_hexdump(const struct words *words);
void command_write(const struct words *words);
void command_sha256(const struct words *words);
void command_cp(const struct words *words);
/* change.c */
void command_mv(const struct words *words);
void command_rm(const struct words *words);
void command_mkdir(const struct words *words);
void command_ln(const struct words *words);
void command_touch(const struct words *words);
void command_truncate(const struct words *words);
void command_sync(const struct words *words);

#endif
