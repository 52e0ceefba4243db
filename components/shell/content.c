/* SPDX-License-Identifier: MIT
 * What is in files: cat, hexdump, write, sha256 and cp.
 */
#include "files.h"
#include "say.h"
#include "sha256.h"
#include "walk.h"

#include <tenon/string.h>

#define LINE_BYTES 16u
#define PIECE      128u

static uint8_t data[32768];
static char path[PATH_BYTES], target[PATH_BYTES];

/* Opens a file to read it; says why not. */
static bool open_file(const char *name, uint32_t *file, struct filesystem_attributes *attributes)
{
	return succeeds(name, files_open(name, FILES_ACCESS_READ, 0, file, attributes));
}

/* The next piece into `data`. False: the file ends, or it cannot be read, which was said. */
static bool read_piece(const char *name, uint32_t file, uint64_t offset, uint32_t *count)
{
	return succeeds(name, files_read(file, offset, data, sizeof data, count)) && *count != 0;
}

static void close_file(uint32_t file)
{
	(void)files_close(file); /* what was written was answered for when it was written */
}

/* ---- cat, hexdump ----------------------------------------------------------------------------- */

/* What is no text is shown as a dot, so that a file does not command the terminal. */
static void say_data(uint32_t count)
{
	char piece[PIECE + 1];
	uint32_t length = 0;

	for (uint32_t i = 0; i < count; i++) {
		const uint8_t byte = data[i];

		piece[length++] =
		    byte == '\n' || byte == '\t' || (byte >= ' ' && byte != 0x7f) ? (char)byte : '.';
		if (length == PIECE || i + 1 == count) {
			piece[length] = '\0';
			say("%s", piece);
			length = 0;
		}
	}
}

void command_cat(const struct words *words)
{
	struct filesystem_attributes attributes;
	uint32_t file, count;

	for (uint32_t i = 1; i < words->count; i++) {
		if (!path_make(path, words->word[i]) || !open_file(path, &file, &attributes)) {
			continue;
		}
		for (uint64_t offset = 0; read_piece(path, file, offset, &count); offset += count) {
			say_data(count);
		}
		close_file(file);
	}
}

static void say_row(uint64_t offset, const uint8_t *row, uint32_t count)
{
	char text[LINE_BYTES + 1];

	say("%08llx ", (unsigned long long)offset);
	for (uint32_t i = 0; i < LINE_BYTES; i++) {
		if (i < count) {
			say(" %02x", row[i]);
			text[i] = row[i] >= ' ' && row[i] < 0x7f ? (char)row[i] : '.';
		} else {
			say("   ");
		}
	}
	text[count] = '\0';
	say("  %s\n", text);
}

void command_hexdump(const struct words *words)
{
	struct filesystem_attributes attributes;
	uint32_t file, count, offset = 0, most = UINT32_MAX;

	if ((words->count > 2 && !words_number(words->word[2], UINT32_MAX, &offset)) ||
	    (words->count > 3 && !words_number(words->word[3], UINT32_MAX, &most))) {
		say("OFFSET and BYTES are numbers up to 4294967295\n");
		return;
	}
	if (!path_make(path, words->word[1]) || !open_file(path, &file, &attributes)) {
		return;
	}
	for (uint64_t at = offset; most != 0 && read_piece(path, file, at, &count);
	     at += count, most -= count) {
		count = count < most ? count : most;
		for (uint32_t i = 0; i < count; i += LINE_BYTES) {
			say_row(at + i, data + i, count - i < LINE_BYTES ? count - i : LINE_BYTES);
		}
	}
	close_file(file);
}

/* ---- write ------------------------------------------------------------------------------------ */

void command_write(const struct words *words)
{
	const bool appends = is_option(words, 1, "-a");
	const uint32_t first = appends ? 2 : 1;
	const uint32_t access = FILES_ACCESS_WRITE | FILES_ACCESS_CREATE;
	struct filesystem_attributes attributes;
	uint32_t file, length;
	uint64_t stop;

	if (words->count <= first) {
		say("usage: write [-a] FILE [TEXT]\n");
		return;
	}
	words_join(words, first + 1, (char *)data);
	length = (uint32_t)strlen((char *)data);
	data[length] = '\n';
	if (path_make(path, words->word[first]) &&
	    succeeds(path, files_open(path, access | (appends ? FILES_ACCESS_APPEND : FILES_ACCESS_TRUNCATE),
				      0644, &file, &attributes))) {
		(void)succeeds(path, files_write(file, 0, data, length + 1, &stop)); /* said */
		close_file(file);
	}
}

/* ---- sha256 ----------------------------------------------------------------------------------- */

/* As sha256sum prints it. */
static void say_hash(const char *name, const char *shown)
{
	struct filesystem_attributes attributes;
	uint8_t digest[SHA256_BYTES];
	struct sha256 hash;
	uint32_t file, count = 0;
	uint64_t offset = 0;

	if (!open_file(name, &file, &attributes)) {
		return;
	}
	sha256_init(&hash);
	while (read_piece(name, file, offset, &count)) {
		sha256_add(&hash, data, count);
		offset += count;
		count = 1; /* so that only the end leaves 0 here */
	}
	close_file(file);
	if (count != 0) {
		return;
	}
	sha256_end(&hash, digest);
	for (uint32_t i = 0; i < SHA256_BYTES; i++) {
		say("%02x", digest[i]);
	}
	say("  ");
	say_text(shown);
	say("\n");
}

static void say_hashes(const char *directory)
{
	enum filesystem_kind kind;
	enum walk_event event;
	const char *found;

	walk_begin(directory);
	while ((event = walk_next(&found, &kind)) != WALK_OVER) {
		if (event == WALK_ENTRY && kind == FILESYSTEM_KIND_FILE) {
			say_hash(found, found);
		}
	}
}

void command_sha256(const struct words *words)
{
	for (uint32_t i = 1; i < words->count; i++) {
		if (!path_make(path, words->word[i])) {
			continue;
		}
		if (is_directory(path)) {
			say_hashes(path);
		} else {
			say_hash(path, words->word[i]);
		}
	}
}

/* ---- cp --------------------------------------------------------------------------------------- */

static bool is_zeroes(uint32_t count)
{
	return data[0] == 0 && memcmp(data, data + 1, count - 1) == 0;
}

/* All bytes; pieces of zeroes are left out, and are holes where the file system has such. */
static bool copy_bytes(const char *from, uint32_t source, const char *to, uint32_t copy)
{
	uint64_t offset = 0, stop;
	uint32_t count = 0;

	while (read_piece(from, source, offset, &count)) {
		if (!is_zeroes(count) && !succeeds(to, files_write(copy, offset, data, count, &stop))) {
			return false;
		}
		offset += count;
		count = 1; /* so that only the end leaves 0 here */
	}
	return count == 0 && succeeds(to, files_resize(copy, offset));
}

static bool is_same(const struct filesystem_attributes *one, const char *other)
{
	struct filesystem_attributes attributes;

	return files_look_up(other, true, &attributes) == FILES_OK && attributes.node == one->node &&
	       attributes.size == one->size && attributes.changed.seconds == one->changed.seconds &&
	       attributes.changed.nanoseconds == one->changed.nanoseconds;
}

static bool copy_file(const char *from, const char *to)
{
	const uint32_t access = FILES_ACCESS_WRITE | FILES_ACCESS_CREATE | FILES_ACCESS_TRUNCATE;
	struct filesystem_attributes attributes, unused;
	uint32_t source, copy;
	bool good = false;

	if (!open_file(from, &source, &attributes)) {
		return false;
	}
	if (is_same(&attributes, to)) {
		say_text(to);
		say(": it is the same file\n");
	} else if (succeeds(to, files_open(to, access, attributes.mode, &copy, &unused))) {
		good = copy_bytes(from, source, to, copy);
		close_file(copy);
	}
	close_file(source);
	return good;
}

static bool copy_link(const char *from, const char *to)
{
	static char leads_to[PATH_BYTES];

	return succeeds(from, files_read_link(from, leads_to)) && succeeds(to, files_make_link(to, leads_to));
}

/* What is at `from`, below the directory `path`, goes to the same place below `target`. */
static void copy_entry(const char *from, enum walk_event event, enum filesystem_kind kind)
{
	static char to[PATH_BYTES];
	const char *rest = from + strlen(path);

	(void)tenon_copy_text(to, PATH_BYTES, target);
	while (*rest == '/') {
		rest++;
	}
	if (event == WALK_LEAVE || event == WALK_FAILED || (*rest != '\0' && !path_add(to, rest))) {
		return;
	}
	if (event == WALK_ENTER) {
		if (!is_directory(to)) {
			(void)succeeds(to,
				       files_make_directory(to, 0755)); /* said; what is in it fails, too */
		}
	} else if (kind == FILESYSTEM_KIND_SYMBOLIC_LINK) {
		(void)copy_link(from, to); /* said */
	} else {
		(void)copy_file(from, to); /* said */
	}
}

/* Is `target` the directory `path`, or below it, as far as their names tell? Copying would not end. */
static bool is_inside(void)
{
	const size_t length = strlen(path);

	return strncmp(path, target, length) == 0 &&
	       (target[length] == '\0' || target[length] == '/' || path[length - 1] == '/');
}

static void copy_tree(void)
{
	enum filesystem_kind kind;
	enum walk_event event;
	const char *found;

	if (is_inside()) {
		say_text(path);
		say(": a directory cannot be copied into itself\n");
		return;
	}
	walk_begin(path);
	while ((event = walk_next(&found, &kind)) != WALK_OVER) {
		copy_entry(found, event, kind);
	}
}

void command_cp(const struct words *words)
{
	const bool copies_trees = is_option(words, 1, "-r");
	const uint32_t first = copies_trees ? 2 : 1;

	if (words->count - first != 2) {
		say("usage: cp [-r] FROM TO\n");
		return;
	}
	if (!path_make(path, words->word[first]) || !path_make(target, words->word[first + 1]) ||
	    !path_into(target, path)) {
		return;
	}
	if (copies_trees && is_directory(path)) {
		copy_tree();
	} else {
		(void)copy_file(path, target); /* said */
	}
}
