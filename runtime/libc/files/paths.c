/* SPDX-License-Identifier: MIT
 * Paths as a program names them: from the root, from its working directory, or from a directory that it has open. The server
 * knows those from the root only.
 *
 * State: the working directory, a path without symbolic links, `.` and `..`.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <tenon/string.h>

#define LINKS_MAX 16u

char path_first[PATH_ROOM], path_second[PATH_ROOM];

static char working[PATH_ROOM] = "/";
static char real[PATH_ROOM], rest[2 * PATH_ROOM], target[2 * PATH_ROOM];

/* Has each of its names a length that a name can have? */
static bool has_good_names(const char *path)
{
	size_t length = 0;

	for (; *path != '\0'; path++) {
		length = *path == '/' ? 0 : length + 1;
		if (length > 255) {
			return false;
		}
	}
	return true;
}

/* Adds a name or path to one that is absolute. False: there is no room. */
static bool append(char whole[PATH_ROOM], const char *path, size_t bytes)
{
	size_t length = strlen(whole);

	length -= length > 0 && whole[length - 1] == '/';
	if (bytes >= PATH_ROOM - length - 1) {
		return false;
	}
	whole[length] = '/';
	memcpy(whole + length + 1, path, bytes);
	whole[length + 1 + bytes] = '\0';
	return true;
}

long path_whole(long directory, const char *path, char whole[PATH_ROOM])
{
	const struct description *description = description_of(directory);

	if (path[0] == '\0') {
		return -ENOENT;
	}
	if (!has_good_names(path)) {
		return -ENAMETOOLONG;
	}
	if (path[0] == '/') {
		whole[0] = '\0';
	} else if (directory == AT_FDCWD) {
		memcpy(whole, working, strlen(working) + 1);
	} else if (description == NULL) {
		return -EBADF;
	} else if (description->path == NULL) {
		return -ENOTDIR;
	} else {
		memcpy(whole, description->path, strlen(description->path) + 1);
	}
	path += path[0] == '/';
	return append(whole, path, strlen(path)) ? 0 : -ENAMETOOLONG;
}

/* ---- the working directory -------------------------------------------------------------------- */

/* A symbolic link's target takes the place of its name, which `real` ends with, before what is left of the path. */
static long follow(const char *left)
{
	const long error = status_error(files_read_link(real, target));
	const size_t length = strlen(target), more = strlen(left);

	if (error != 0) {
		return error;
	}
	if (length + 1 + more >= sizeof rest) {
		return -ENAMETOOLONG;
	}
	target[length] = '/';
	memcpy(target + length + 1, left, more + 1);
	memcpy(rest, target, length + 1 + more + 1);
	if (target[0] == '/') {
		real[0] = '\0';
	} else {
		*strrchr(real, '/') = '\0';
	}
	return 0;
}

/* The directory that `real` is in; it may have been moved since it was looked at. */
static long step_up(void)
{
	struct filesystem_attributes attributes;
	char *last = strrchr(real, '/');
	long error;

	if (last != NULL) {
		*last = '\0';
	}
	if (real[0] == '\0') {
		return 0;
	}
	error = status_error(files_look_up(real, false, &attributes));
	return error == 0 && attributes.kind != FILESYSTEM_KIND_DIRECTORY ? -ENOTDIR : error;
}

/* One name more of `real`. `*at` is what is left of `rest`. */
static long step(const char **at, uint32_t *links)
{
	const size_t length = strcspn(*at, "/");
	struct filesystem_attributes attributes;
	long error;

	if (length <= 1 && **at == (length == 0 ? '/' : '.')) {
		*at += 1;
		return 0;
	}
	if (length == 2 && memcmp(*at, "..", 2) == 0) {
		*at += 2;
		return step_up();
	}
	if (!append(real, *at, length)) {
		return -ENAMETOOLONG;
	}
	*at += length;
	error = status_error(files_look_up(real, false, &attributes));
	if (error == 0 && attributes.kind == FILESYSTEM_KIND_SYMBOLIC_LINK) {
		error = ++*links > LINKS_MAX ? -ELOOP : follow(*at);
		*at = rest;
	} else if (error == 0 && attributes.kind != FILESYSTEM_KIND_DIRECTORY) {
		error = -ENOTDIR;
	}
	return error;
}

/*
 * From the working directory on only what follows is looked at, for the server goes through all of a path each time: with each of its
 * names looked at anew, a program that goes down to a depth of n name by name would have it take some n * n * n / 6 steps.
 */
static long change_directory(const char *path)
{
	const char *at = rest;
	uint32_t links = 0;
	long error = path_whole(AT_FDCWD, path, path_first);

	real[0] = '\0';
	if (error == 0) { /* the path is shorter than PATH_ROOM, as the whole one is */
		memcpy(rest, path, strlen(path) + 1);
	}
	if (error == 0 && path[0] != '/' && working[1] != '\0') {
		memcpy(real, working, strlen(working) + 1);
	}
	while (error == 0 && *at != '\0') {
		error = step(&at, &links);
	}
	if (error == 0) {
		(void)tenon_copy_text(working, sizeof working, real[0] == '\0' ? "/" : real);
	}
	return error;
}

static long tell_directory(char *to, size_t size)
{
	const size_t length = strlen(working) + 1;

	if (length > size) {
		return -ERANGE;
	}
	memcpy(to, working, length);
	return (long)length;
}

bool path_call(long number, const long *a, long *result)
{
	const struct description *description;

	switch (number) {
	case SYS_chdir:
		*result = change_directory((const char *)a[0]);
		return true;
	case SYS_fchdir:
		description = description_of(a[0]);
		*result = description == NULL         ? -EBADF
			  : description->path == NULL ? -ENOTDIR
						      : change_directory(description->path);
		return true;
	case SYS_getcwd:
		*result = tell_directory((char *)a[0], (size_t)a[1]);
		return true;
	default:
		return false;
	}
}
