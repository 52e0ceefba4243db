/* SPDX-License-Identifier: MIT
 * The heart of the component ext4 on an image in memory.
 *
 *   ext4_host run IMAGE [RECORD] <COMMANDS   does what the lines say, answers each with a status, and writes the image back
 *   ext4_host replay IMAGE...                mounts and unmounts each, and writes it back
 *   ext4_host mutate IMAGE SEED COUNT        changes bytes, and uses what is left of it: nothing may crash
 */
#include "extents.h"
#include "medium.h"
#include "names.h"
#include "volume.h"

#include "device.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS   5
#define EXTENTS 8

static const char *const status_names[] = {
    "ok",        "not_found",   "exists",      "not_a_directory", "is_a_directory", "not_empty",
    "bad_name",  "bad_node",    "into_itself", "too_large",       "too_many_links", "no_space",
    "read_only", "unsupported", "io",          "damaged"};

static struct node_time now = {.seconds = 1800000000, .nanoseconds = 5};
static uint64_t held;

static uint8_t *load(const char *path, uint64_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
		perror(path);
		exit(2);
	}
	*size = (uint64_t)ftell(file);
	rewind(file);
	bytes = malloc(*size + 1);
	if (bytes == NULL || fread(bytes, 1, *size, file) != *size) {
		perror(path);
		exit(2);
	}
	fclose(file);
	return bytes;
}

static void save(const char *path, const uint8_t *bytes, uint64_t size)
{
	FILE *file = fopen(path, "wb");

	if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
		perror(path);
		exit(2);
	}
}

/* ---- paths ---- */

static enum ext4_status find_node(char *path, uint64_t *node)
{
	struct node_attributes attributes = {0};
	enum ext4_status status = nodes_root(&attributes);

	*node = attributes.node;
	for (char *name = strtok(path, "/"); name != NULL && status == EXT4_OK; name = strtok(NULL, "/")) {
		status = names_look_up(*node, name, &attributes);
		*node = attributes.node;
	}
	return status;
}

/* The directory that a path's last name stands in; `name` is that name. */
static enum ext4_status find_parent(char *path, uint64_t *node, char **name)
{
	static char last_of_nothing[1];
	char *last = strrchr(path, '/');

	*name = last == NULL ? path : last + 1;
	if (last != NULL) {
		*last = '\0';
	}
	return find_node(last == NULL ? last_of_nothing : path, node);
}

static uint8_t pattern(uint64_t offset, uint64_t seed)
{
	return (uint8_t)((offset * 31 + seed * 17 + (offset >> 9)) ^ seed >> 3);
}

/* ---- data, as vfs would move it ---- */

static enum ext4_status put_piece(const struct extent *extent, uint64_t offset, uint64_t end, uint64_t seed,
				  uint64_t size)
{
	const uint32_t block = volume_fs()->blocksize;
	uint8_t *data = calloc(1, block);

	for (uint64_t at = 0; at < extent->length; at += block) {
		const bool is_data = extent->place == EXTENT_DATA;

		if (is_data && !device_read(extent->position + at, data, block)) {
			free(data);
			return EXT4_IO;
		}
		for (uint64_t i = 0; i < block; i++) {
			const uint64_t byte = extent->offset + at + i;

			if (byte >= offset && byte < end) {
				data[i] = pattern(byte, seed);
			} else if (!is_data || byte >= size) {
				data[i] = 0;
			}
		}
		if (!device_write(extent->position + at, data, block)) {
			free(data);
			return EXT4_IO;
		}
	}
	free(data);
	return EXT4_OK;
}

static enum ext4_status write_file(uint64_t node, uint64_t offset, uint64_t length, uint64_t seed)
{
	struct node_attributes attributes;
	enum ext4_status status = nodes_read_attributes(node, &attributes);
	uint64_t at = offset, end = offset + length;

	while (status == EXT4_OK && at < end) {
		struct extent extents[EXTENTS];
		struct extent_range range = {.offset = at};
		uint32_t count = 0;

		status = extents_map(node, at, end - at, true, extents, EXTENTS, &count);
		for (uint32_t i = 0; i < count && status == EXT4_OK; i++) {
			if (extents[i].place == EXTENT_HOLE) {
				printf("# a hole in what was allocated\n");
				return EXT4_DAMAGED;
			}
			status = put_piece(&extents[i], offset, end, seed, attributes.size);
			at = extents[i].offset + extents[i].length;
		}
		at = at < end ? at : end;
		range.length = at - range.offset;
		if (status == EXT4_OK && !device_flush()) {
			status = EXT4_IO;
		}
		if (status == EXT4_OK) {
			status = extents_commit(node, &range, 1, at, &now);
		}
	}
	return status;
}

/* Adds up what a file contains; FNV-1a. */
static enum ext4_status sum_file(uint64_t node, uint64_t size, uint64_t *sum)
{
	const uint32_t block = volume_fs()->blocksize;
	uint8_t *data = malloc(block);
	enum ext4_status status = EXT4_OK;

	*sum = UINT64_C(0xcbf29ce484222325);
	for (uint64_t at = 0; at < size && status == EXT4_OK; at += block) {
		struct extent extent = {0};
		uint32_t count = 0;
		const uint64_t bytes = size - at < block ? size - at : block;

		status = extents_map(node, at, bytes, false, &extent, 1, &count);
		memset(data, 0, block);
		if (status == EXT4_OK && extent.place == EXTENT_DATA &&
		    !device_read(extent.position, data, block)) {
			status = EXT4_IO;
		}
		for (uint64_t i = 0; i < bytes; i++) {
			*sum = (*sum ^ data[i]) * UINT64_C(0x100000001b3);
		}
	}
	free(data);
	return status;
}

/* ---- commands ---- */

static uint64_t number(const char *word)
{
	return strtoull(word, NULL, 0);
}

/* Every name below a directory with what it is, in the order of the directory. */
static enum ext4_status list_tree(uint64_t directory, const char *path, uint32_t depth, uint64_t *left)
{
	struct name_entry entries[12];
	uint64_t from = 0, sum = 0;
	uint32_t count = 0;
	enum ext4_status status = depth > 40 ? EXT4_DAMAGED : EXT4_OK;

	do {
		if (status == EXT4_OK) {
			status = names_read(directory, from, entries, 12, &count);
		}
		for (uint32_t i = 0; i < count && status == EXT4_OK && *left != 0; i++, --*left) {
			struct node_attributes attributes;
			char *name = malloc(strlen(path) + NAME_LONGEST + 2), target[1024] = "";

			sprintf(name, "%s/%s", path, entries[i].name);
			from = entries[i].next;
			status = nodes_read_attributes(entries[i].node, &attributes);
			if (status == EXT4_OK && entries[i].kind == NODE_FILE) {
				status =
				    sum_file(entries[i].node,
					     attributes.size < 1 << 24 ? attributes.size : 1 << 24, &sum);
				status = status == EXT4_UNSUPPORTED ? EXT4_OK : status;
				device_says(false, "file %s %" PRIu64 " %016" PRIx64 " %u", name,
					    attributes.size, sum, attributes.links);
			} else if (status == EXT4_OK && entries[i].kind == NODE_LINK) {
				status = names_read_link(entries[i].node, target, sizeof target);
				device_says(false, "link %s %s", name, target);
			} else if (status == EXT4_OK) {
				device_says(false, "directory %s %u", name, attributes.links);
				status = list_tree(entries[i].node, name, depth + 1, left);
			}
			free(name);
		}
	} while (status == EXT4_OK && count != 0 && *left != 0);
	return status;
}

/* Which of the names n0, n1, ... it is; `most`: none of them. */
static uint64_t number_of(const char *name, uint64_t most)
{
	const uint64_t value = name[0] == 'n' ? strtoull(name + 1, NULL, 10) : most;

	return value < most ? value : most;
}

/* Reads a directory with the names n0, n1, ... while others come and go: each of them is given once. */
static enum ext4_status read_steadily(uint64_t directory, uint64_t names)
{
	uint8_t *seen = calloc(names + 1, 1);
	struct name_entry entries[12];
	struct node_attributes attributes;
	uint64_t from = 0, others = 0, right = 0;
	uint32_t count = 0;
	enum ext4_status status;

	do {
		status = names_read(directory, from, entries, 12, &count);
		for (uint32_t i = 0; i < count && status == EXT4_OK; i++) {
			seen[number_of(entries[i].name, names)]++;
			from = entries[i].next;
		}
		for (uint32_t i = 0; i < 4 && status == EXT4_OK; i++) {
			char name[NAME_LONGEST + 1];

			sprintf(name, "other%" PRIu64 "-%0*u", others, 1 + (int)(others % 97), 0);
			others++;
			status = names_create(directory, name, NODE_FILE, 0600, &now, &attributes);
			if (status == EXT4_OK && others % 3 == 0) {
				status = names_unlink(directory, name, false, &now);
			}
		}
	} while (status == EXT4_OK && count != 0);
	for (uint64_t i = 0; i < names; i++) {
		right += seen[i] == 1;
	}
	free(seen);
	return status == EXT4_OK && right != names ? EXT4_DAMAGED : status;
}

static enum ext4_status list_root(uint64_t *left)
{
	struct node_attributes attributes;
	const enum ext4_status status = nodes_root(&attributes);

	return status == EXT4_OK ? list_tree(attributes.node, "", 0, left) : status;
}

static enum ext4_status do_with_node(char **word, uint64_t node)
{
	struct node_attributes attributes;

	if (strcmp(word[0], "write") == 0) {
		return write_file(node, number(word[2]), number(word[3]), number(word[4]));
	}
	if (strcmp(word[0], "truncate") == 0) {
		return nodes_write_attributes(node, NODE_SIZE | NODE_MODIFIED, 0, number(word[2]), &now, &now,
					      &attributes);
	}
	if (strcmp(word[0], "mode") == 0) {
		return nodes_write_attributes(node, NODE_MODE, (uint32_t)number(word[2]), 0, &now, &now,
					      &attributes);
	}
	if (strcmp(word[0], "allocate") == 0) {
		struct extent extents[32];
		uint32_t count;

		return extents_map(node, number(word[2]), number(word[3]), true, extents, 32, &count);
	}
	if (strcmp(word[0], "steady") == 0) {
		return read_steadily(node, number(word[2]));
	}
	if (strcmp(word[0], "hold") == 0) {
		held = node;
		return nodes_hold(node);
	}
	printf("# no command: %s\n", word[0]);
	exit(2);
}

static enum ext4_status do_with_name(char **word, uint64_t directory, const char *name)
{
	struct node_attributes attributes;

	if (strcmp(word[0], "create") == 0) {
		return names_create(directory, name, NODE_FILE, 0644, &now, &attributes);
	}
	if (strcmp(word[0], "mkdir") == 0) {
		return names_create(directory, name, NODE_DIRECTORY, 0755, &now, &attributes);
	}
	if (strcmp(word[0], "symlink") == 0) {
		return names_create_link(directory, name, word[2], &now, &attributes);
	}
	return names_unlink(directory, name, strcmp(word[0], "rmdir") == 0, &now);
}

static enum ext4_status do_command(char **word)
{
	static const char *const of_names[] = {"create", "mkdir", "symlink", "unlink", "rmdir"};
	uint64_t node, other, left = UINT64_MAX;
	char *name, *other_name;
	enum ext4_status status;

	now.nanoseconds = (now.nanoseconds + 7919) % 1000000000;
	if (strcmp(word[0], "sync") == 0 || strcmp(word[0], "settle") == 0) {
		return volume_sync(word[0][1] == 'e');
	}
	if (strcmp(word[0], "release") == 0) {
		return nodes_release(held);
	}
	if (strcmp(word[0], "list") == 0) {
		return list_root(&left);
	}
	if (strcmp(word[0], "link") == 0 || strcmp(word[0], "rename") == 0) {
		status = find_parent(word[2], &other, &other_name);
		if (status == EXT4_OK && word[0][0] == 'l') {
			status = find_node(word[1], &node);
			return status == EXT4_OK ? names_link(node, other, other_name, &now) : status;
		}
		if (status == EXT4_OK) {
			status = find_parent(word[1], &node, &name);
		}
		return status == EXT4_OK ? names_rename(node, name, other, other_name, &now) : status;
	}
	for (size_t i = 0; i < sizeof of_names / sizeof *of_names; i++) {
		if (strcmp(word[0], of_names[i]) == 0) {
			status = find_parent(word[1], &node, &name);
			return status == EXT4_OK ? do_with_name(word, node, name) : status;
		}
	}
	status = find_node(word[1], &node);
	return status == EXT4_OK ? do_with_node(word, node) : status;
}

static int run(const char *path, const char *record)
{
	uint64_t size;
	uint8_t *bytes = load(path, &size);
	char *line = NULL;
	size_t room = 0;
	enum ext4_status status;

	medium_init(bytes, size, record);
	status = volume_mount();
	printf("mount %s\n", status_names[status]);
	while (status == EXT4_OK && getline(&line, &room, stdin) > 0) {
		static char nothing[1];
		char *word[WORDS] = {nothing, nothing, nothing, nothing, nothing};
		uint32_t count = 0;

		line[strcspn(line, "\n")] = '\0';
		for (char *at = line; at != NULL && count < WORDS;) {
			word[count++] = strsep(&at, " ");
		}
		if (strcmp(word[0], "die") == 0) {
			break; /* as if the power went: nothing is written any more */
		}
		if (strcmp(word[0], "fail") == 0) {
			medium_fail_after(number(word[1]));
			continue;
		}
		printf("%s\n", status_names[do_command(word)]);
	}
	if (strcmp(line == NULL ? "" : line, "die") != 0) {
		volume_unmount();
		save(path, bytes, size);
	} else {
		save(path, bytes, size);
		medium_fail_after(1);
		volume_unmount();
	}
	free(line);
	medium_fini();
	free(bytes);
	return status == EXT4_OK ? 0 : 1;
}

static int replay(char **path, int count)
{
	int failed = 0;

	for (int i = 0; i < count; i++) {
		uint64_t size;
		uint8_t *bytes = load(path[i], &size);
		enum ext4_status status;

		medium_init(bytes, size, NULL);
		status = volume_mount();
		if (status == EXT4_OK) {
			volume_unmount();
		}
		save(path[i], bytes, size);
		free(bytes);
		if (status != EXT4_OK) {
			printf("%s: %s\n", path[i], status_names[status]);
			failed = 1;
		}
	}
	return failed;
}

/* ---- mutations ---- */

static uint64_t random_state;

static uint64_t random_below(uint64_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % limit;
}

static void change_bytes(uint8_t *bytes, const uint32_t *interesting, uint32_t count)
{
	static const uint8_t worst[] = {0x00, 0x01, 0x7f, 0x80, 0xff, 0xfe};
	const uint32_t changes = 1 + (uint32_t)random_below(6);

	for (uint32_t i = 0; i < changes; i++) {
		/* a quarter of them goes where most is decided */
		const uint64_t place =
		    random_below(4) == 0 ? 1024 + random_below(1024)
					 : interesting[random_below(count)] * UINT64_C(64) + random_below(64);

		if (random_below(3) == 0) {
			bytes[place] ^= (uint8_t)(1u << random_below(8));
		} else {
			bytes[place] = worst[random_below(sizeof worst)];
		}
	}
}

static void use(void)
{
	static char commands[][64] = {"create new",
				      "write new 0 9000 3",
				      "mkdir d/new",
				      "rename new d/moved",
				      "write a/b 100000 5000 1",
				      "truncate a/b 100",
				      "unlink d/moved",
				      "symlink way target",
				      "link a/b hard",
				      "unlink a/b",
				      "rmdir d/new",
				      "sync"};
	uint64_t left = 200;

	(void)list_root(&left);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		static char nothing[1];
		char line[64], *at = line, *word[WORDS] = {nothing, nothing, nothing, nothing, nothing};

		memcpy(line, commands[i], sizeof line);
		for (uint32_t count = 0; at != NULL && count < WORDS;) {
			word[count++] = strsep(&at, " ");
		}
		(void)do_command(word);
	}
}

static int mutate(const char *path, uint64_t seed, uint64_t count)
{
	uint64_t size, mounted = 0;
	uint8_t *good = load(path, &size), *bytes = malloc(size);
	uint32_t *interesting = calloc(size / 64, sizeof *interesting), places = 0;

	for (uint32_t i = 0; i < size / 64; i++) {
		const uint8_t *at = good + (uint64_t)i * 64;

		if (at[0] != 0 || memcmp(at, at + 1, 63) != 0) {
			interesting[places++] = i;
		}
	}
	medium_be_quiet(true);
	for (uint64_t i = 0; i < count; i++) {
		enum ext4_status status;

		random_state = (seed + i) * UINT64_C(0x9e3779b97f4a7c15) | 1;
		(void)random_below(2);
		memcpy(bytes, good, size);
		change_bytes(bytes, interesting, places);
		medium_init(bytes, size, NULL);
		medium_be_quiet(true);
		if (getenv("EXT4_SHOW") != NULL) {
			fprintf(stderr, "%" PRIu64 "\n", seed + i);
		}
		status = volume_mount();
		if (status == EXT4_OK) {
			mounted++;
			use();
			volume_unmount();
		}
	}
	printf("%" PRIu64 " images, %" PRIu64 " mounted\n", count, mounted);
	free(interesting);
	free(bytes);
	free(good);
	return 0;
}

int main(int count, char **words)
{
	if (count >= 3 && strcmp(words[1], "run") == 0) {
		return run(words[2], count > 3 ? words[3] : NULL);
	}
	if (count >= 3 && strcmp(words[1], "replay") == 0) {
		return replay(words + 2, count - 2);
	}
	if (count == 5 && strcmp(words[1], "mutate") == 0) {
		return mutate(words[2], number(words[3]), number(words[4]));
	}
	fputs("usage: ext4_host run IMAGE [RECORD] | replay IMAGE... | mutate IMAGE SEED COUNT\n", stderr);
	return 2;
}
