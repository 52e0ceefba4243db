/* SPDX-License-Identifier: MIT
 * See files.h. The current directory is kept as text, without `.` and `..`: whoever is moved away below it does not matter to the
 * shell, which names it anew each time.
 */
#include "files.h"

#include "say.h"

#include <tenon/string.h>

#define PIECE 128u

static char here[PATH_BYTES] = "/";

/* Nothing is open between two commands, and nothing is watched. */
void files_restarted(void)
{
}

void files_session(bool open)
{
	(void)open;
}

void files_changes(void)
{
	struct files_changed changed;

	while (files_changes_receive(&changed)) {
	}
}

/* ---- words ------------------------------------------------------------------------------------ */

void say_text(const char *text)
{
	char piece[PIECE + 1];

	for (size_t length = strlen(text), count; length != 0; text += count, length -= count) {
		count = length < PIECE ? length : PIECE;
		memcpy(piece, text, count);
		piece[count] = '\0';
		say("%s", piece);
	}
}

static const char *words_of(enum files_status status)
{
	static const char *const words[] = {
	    [FILES_NOT_FOUND] = "there is nothing of that name",
	    [FILES_EXISTS] = "there is something of that name already",
	    [FILES_NOT_A_DIRECTORY] = "a name in the path is no directory",
	    [FILES_IS_A_DIRECTORY] = "it is a directory",
	    [FILES_NOT_EMPTY] = "the directory is not empty",
	    [FILES_BAD_NAME] = "a name is too long, or cannot be one there",
	    [FILES_BAD_FILE] = "it was closed by a restart",
	    [FILES_INTO_ITSELF] = "a directory cannot be moved into itself",
	    [FILES_ACROSS] = "the two names are in two file systems; cp and rm move it",
	    [FILES_LOOP] = "the path leads through too many symbolic links",
	    [FILES_TOO_LARGE] = "the file cannot be of that size",
	    [FILES_TOO_MANY_LINKS] = "it has as many names as it can",
	    [FILES_NO_SPACE] = "the medium is full",
	    [FILES_READ_ONLY] = "nothing can be changed there",
	    [FILES_IN_USE] = "it is in use",
	    [FILES_WOULD_WAIT] = "somebody else has it locked",
	    [FILES_NOT_PERMITTED] = "the description does not let the shell do that",
	    [FILES_UNSUPPORTED] = "the file system has no such thing",
	    [FILES_IO] = "the medium failed",
	    [FILES_DAMAGED] = "what stands on the medium contradicts itself",
	};

	return (size_t)status < sizeof words / sizeof words[0] && words[status] != NULL
		   ? words[status]
		   : files_status_name(status);
}

bool succeeds(const char *path, enum files_status status)
{
	if (status != FILES_OK) {
		say_text(path);
		say(": %s\n", words_of(status));
	}
	return status == FILES_OK;
}

bool is_option(const struct words *words, uint32_t index, const char *option)
{
	return index < words->count && strcmp(words->word[index], option) == 0;
}

/* ---- paths ------------------------------------------------------------------------------------ */

bool path_add(char path[PATH_BYTES], const char *name)
{
	const size_t length = strlen(path), more = strlen(name);
	const size_t slash = length != 0 && path[length - 1] == '/' ? 0 : 1;

	if (more + slash >= PATH_BYTES - length) {
		say_text(path);
		say(": the path is too long\n");
		return false;
	}
	memcpy(path + length, "/", slash);
	memcpy(path + length + slash, name, more + 1);
	return true;
}

bool path_make(char path[PATH_BYTES], const char *word)
{
	if (word[0] == '/') {
		return tenon_copy_text(path, PATH_BYTES, word); /* a line is shorter */
	}
	(void)tenon_copy_text(path, PATH_BYTES, here);
	return path_add(path, word);
}

const char *path_last(const char *path)
{
	const char *last = path;

	for (const char *at = path; *at != '\0'; at++) {
		if (at[0] == '/' && at[1] != '/' && at[1] != '\0') {
			last = at + 1;
		}
	}
	return last;
}

bool is_directory(const char *path)
{
	struct filesystem_attributes attributes;

	return files_look_up(path, true, &attributes) == FILES_OK &&
	       attributes.kind == FILESYSTEM_KIND_DIRECTORY;
}

bool path_into(char path[PATH_BYTES], const char *source)
{
	return !is_directory(path) || path_add(path, path_last(source));
}

/* ---- the current directory -------------------------------------------------------------------- */

/* Follows one name of `length` bytes: `..` takes one away. */
static void step(char path[PATH_BYTES], const char *name, size_t length)
{
	size_t end = strlen(path);

	if (length == 0 || (length == 1 && name[0] == '.')) {
		return;
	}
	if (length == 2 && name[0] == '.' && name[1] == '.') {
		while (end > 1 && path[--end] != '/') {
		}
		path[end > 1 ? end : 1] = '\0';
		return;
	}
	if (end > 1) {
		path[end++] = '/';
	}
	memcpy(path + end, name, length);
	path[end + length] = '\0';
}

/* Never longer than it was. */
static void make_plain(char path[PATH_BYTES])
{
	char plain[PATH_BYTES] = "/";
	const char *at = path;

	while (*at != '\0') {
		const char *end = at;

		while (*end != '\0' && *end != '/') {
			end++;
		}
		step(plain, at, (size_t)(end - at));
		at = *end == '/' ? end + 1 : end;
	}
	(void)tenon_copy_text(path, PATH_BYTES, plain);
}

void command_cd(const struct words *words)
{
	struct filesystem_attributes attributes;
	char path[PATH_BYTES];

	if (!path_make(path, words->count > 1 ? words->word[1] : "/") ||
	    !succeeds(path, files_look_up(path, true, &attributes))) {
		return;
	}
	if (attributes.kind != FILESYSTEM_KIND_DIRECTORY) {
		say_text(path);
		say(": it is no directory\n");
		return;
	}
	make_plain(path);
	(void)tenon_copy_text(here, PATH_BYTES, path);
}

void command_pwd(const struct words *words)
{
	(void)words;
	say_text(here);
	say("\n");
}
