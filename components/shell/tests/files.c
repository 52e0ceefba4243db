/* SPDX-License-Identifier: MIT
 * Commands on files, over a tree of files that stands here: some bytes at each of a few paths.
 */
#include "typing.h"

#define NODES 16u
#define OPEN  64u

struct node {
	char path[300];
	enum filesystem_kind kind;
	uint64_t size;
	uint8_t data[70000];
};
static struct node nodes[NODES];
static struct node *open_node[OPEN];
static uint32_t opened; /* the mock holds nothing for the shell, so it is not told of what is closed */

/* ---- the tree --------------------------------------------------------------------------------- */

/* "/a/./b/" is "/a/b", and "/." is "/". */
static void plain(char *to, const char *path)
{
	size_t length = 0;

	for (const char *at = path; *at != '\0'; at++) {
		if (at[0] == '/' && (at[1] == '/' || at[1] == '\0'))
			continue;
		if (at[0] == '/' && at[1] == '.' && (at[2] == '/' || at[2] == '\0')) {
			at++;
			continue;
		}
		to[length++] = *at;
	}
	to[length] = '\0';
}

static struct node *find(const char *path)
{
	char wanted[1024];

	plain(wanted, path);
	for (uint32_t i = 0; i < NODES; i++) {
		if (nodes[i].size != UINT64_MAX && strcmp(nodes[i].path, wanted) == 0)
			return &nodes[i];
	}
	return NULL;
}

static struct node *add(const char *path, enum filesystem_kind kind, const char *text)
{
	for (uint32_t i = 0; i < NODES; i++) {
		if (nodes[i].size == UINT64_MAX) {
			plain(nodes[i].path, path);
			nodes[i].kind = kind;
			nodes[i].size = strlen(text);
			memcpy(nodes[i].data, text, nodes[i].size);
			return &nodes[i];
		}
	}
	fail();
	return NULL;
}

static struct filesystem_attributes attributes_of(const struct node *node)
{
	return (struct filesystem_attributes){.node = (uint64_t)(node - nodes),
					      .kind = node->kind,
					      .mode = node->kind == FILESYSTEM_KIND_DIRECTORY ? 0755 : 0644,
					      .links = 1,
					      .size = node->size,
					      .modified = {.seconds = 951827696}};
}

static enum files_status look_up(const struct mock_files_look_up_call *call,
				 struct mock_files_look_up_answer *answer)
{
	const struct node *node = find(call->path);

	if (node == NULL)
		return FILES_NOT_FOUND;
	answer->attributes = attributes_of(node);
	return FILES_OK;
}

static enum files_status open(const struct mock_files_open_call *call, struct mock_files_open_answer *answer)
{
	struct node *node = find(call->path);

	if (node == NULL && (call->access & FILES_ACCESS_CREATE) == 0)
		return FILES_NOT_FOUND;
	if (node == NULL)
		node = add(call->path, FILESYSTEM_KIND_FILE, "");
	if (node->kind == FILESYSTEM_KIND_DIRECTORY && (call->access & FILES_ACCESS_DIRECTORY) == 0)
		return FILES_IS_A_DIRECTORY;
	if ((call->access & FILES_ACCESS_TRUNCATE) != 0)
		node->size = 0;
	assert_true(opened < OPEN);
	open_node[opened] = node;
	answer->file = opened++;
	answer->attributes = attributes_of(node);
	return FILES_OK;
}

static enum files_status read(const struct mock_files_read_call *call, struct mock_files_read_answer *answer)
{
	const struct node *node = open_node[call->file];
	const uint64_t rest = call->offset < node->size ? node->size - call->offset : 0;

	answer->count = rest < call->data_count ? (uint32_t)rest : call->data_count;
	memcpy(call->data, node->data + call->offset, answer->count);
	return FILES_OK;
}

static enum files_status write(const struct mock_files_write_call *call,
			       struct mock_files_write_answer *answer)
{
	struct node *node = open_node[call->file];

	assert_true(call->offset + call->data_count <= sizeof node->data);
	memcpy(node->data + call->offset, call->data, call->data_count);
	answer->stop = call->offset + call->data_count;
	node->size = answer->stop > node->size ? answer->stop : node->size;
	return FILES_OK;
}

static enum files_status resize(const struct mock_files_resize_call *call)
{
	open_node[call->file]->size = call->size;
	return FILES_OK;
}

/* An entry's `next` is the number of its node and one. */
static enum files_status read_entries(const struct mock_files_read_entries_call *call,
				      struct mock_files_read_entries_answer *answer)
{
	const char *directory = open_node[call->file]->path;
	const size_t length = strlen(directory);

	answer->entries.count = 0;
	for (uint64_t i = call->from; i < NODES && answer->entries.count < 2; i++) {
		const char *path = nodes[i].path;

		if (nodes[i].size != UINT64_MAX && strncmp(path, directory, length) == 0 &&
		    path[length] == '/' && strchr(path + length + 1, '/') == NULL) {
			struct files_entry *entry = &answer->entries.item[answer->entries.count++];

			*entry = (struct files_entry){.node = i, .next = i + 1, .kind = nodes[i].kind};
			strcpy(entry->name, path + length + 1);
		}
	}
	return FILES_OK;
}

static enum files_status make_directory(const struct mock_files_make_directory_call *call)
{
	if (find(call->path) != NULL)
		return FILES_EXISTS;
	add(call->path, FILESYSTEM_KIND_DIRECTORY, "");
	return FILES_OK;
}

static enum files_status take_away(const struct mock_files_remove_call *call)
{
	struct node *node = find(call->path);

	if (node == NULL)
		return FILES_NOT_FOUND;
	if (call->directory != (node->kind == FILESYSTEM_KIND_DIRECTORY))
		return call->directory ? FILES_NOT_A_DIRECTORY : FILES_IS_A_DIRECTORY;
	node->size = UINT64_MAX;
	return FILES_OK;
}

static void make_tree(void)
{
	opened = 0;
	for (uint32_t i = 0; i < NODES; i++)
		nodes[i].size = UINT64_MAX;
	add("/", FILESYSTEM_KIND_DIRECTORY, "");
	add("/a", FILESYSTEM_KIND_DIRECTORY, "");
	add("/abc", FILESYSTEM_KIND_FILE, "abc");
	add("/a/one", FILESYSTEM_KIND_FILE, "one\n");
	add("/a/b", FILESYSTEM_KIND_DIRECTORY, "");
	add("/a/b/two", FILESYSTEM_KIND_FILE, "two\x1b\n");
	add("/a/b/three", FILESYSTEM_KIND_FILE, "");
	add("/a/z", FILESYSTEM_KIND_FILE, "z");
	test_always(mock_files_look_up_does(look_up));
	test_always(mock_files_open_does(open));
	test_always(mock_files_read_does(read));
	test_always(mock_files_write_does(write));
	test_always(mock_files_resize_does(resize));
	test_always(mock_files_read_entries_does(read_entries));
	test_always(mock_files_make_directory_does(make_directory));
	test_always(mock_files_remove_does(take_away));
}

static const char *over_tree(const char *line)
{
	make_tree();
	return type(line);
}

/* ---- what there is ---------------------------------------------------------------------------- */

TEST(ls_lists_names)
{
	assert_string_equal(over_tree("ls a"), "one\nb\nz\n");
}

TEST(ls_of_a_file_is_its_name)
{
	assert_string_equal(over_tree("ls abc"), "abc\n");
}

TEST(ls_tells_all_with_l)
{
	assert_string_equal(over_tree("ls -l /a"), "-rw-r--r--   1            4 2000-02-29 12:34 one\n"
						   "drwxr-xr-x   1            0 2000-02-29 12:34 b\n"
						   "-rw-r--r--   1            1 2000-02-29 12:34 z\n");
}

TEST(what_is_not_there_is_said_with_its_path)
{
	assert_string_equal(over_tree("cat a/nothing"), "/a/nothing: there is nothing of that name\n");
}

TEST(cat_shows_text_and_no_escapes)
{
	assert_string_equal(over_tree("cat a/one a/b/two"), "one\ntwo.\n");
}

TEST(hexdump_shows_bytes)
{
	assert_string_equal(over_tree("hexdump a/b/two 1 3"),
			    "00000001  77 6f 1b                                         wo.\n");
}

TEST(df_tells_kib)
{
	const struct files_mounted mounted = {.at = "/disk", .file_system = "fat"};

	mock_files_mounts_answers(&mounted, 1, 1);
	mock_files_mounts_answers(&mounted, 0, 1);
	mock_files_space_answers(2048, 1000, 250, 0, 0, false);
	assert_non_null(
	    strstr(type("df"), "fat                      2000         1500          500  75%  /disk\n"));
	assert_string_equal(mock_files_space_call(0)->path, "/disk");
}

TEST(cd_goes_where_paths_count_from)
{
	make_tree();
	begin();
	mock_console_read_line_answers("cd a/b");
	mock_console_read_line_answers("pwd");
	mock_console_read_line_answers("cat two");
	mock_console_read_line_answers("cd two");
	mock_console_read_line_answers("cd");
	mock_console_read_line_answers("pwd");
	test_hold(mock_console_read_line_answers(""));
	test_start();
	test_advance_ms(1);
	assert_string_equal(shown, "/a/b\ntwo.\n/a/b/two: it is no directory\n/\n");
}

/* ---- hashes ----------------------------------------------------------------------------------- */

TEST(sha256_is_that_of_the_standard)
{
	assert_string_equal(over_tree("sha256 abc"),
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  abc\n");
}

TEST(sha256_of_a_tree_is_that_of_each_file)
{
	assert_string_equal(over_tree("sha256 /a"),
			    "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806  /a/one\n"
			    "0b21ff19a6a9bd26f0a43d8d932531a99a8a7c528927b72c7e0ce02e0fb1e072  /a/b/two\n"
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  /a/b/three\n"
			    "594e519ae499312b29433b7dd8a97ff068defcba9755b6d5d00e84c524d67b06  /a/z\n");
}

TEST(sha256_goes_over_many_pieces)
{
	struct node *node;

	make_tree();
	node = add("/long", FILESYSTEM_KIND_FILE, "");
	node->size = 70000;
	for (uint32_t i = 0; i < node->size; i++)
		node->data[i] = (uint8_t)(i % 251);
	assert_string_equal(type("sha256 /long"),
			    "9dc177c2fde29dea8e7c29f7ddf147b7c449c99d049c62f3aac0a5933ecf76a3  /long\n");
}

/* ---- changes ---------------------------------------------------------------------------------- */

TEST(write_makes_a_file_of_a_line)
{
	over_tree("write a/new some  'two  words'");
	assert_non_null(find("/a/new"));
	assert_int_equal(find("/a/new")->size, 16);
	assert_memory_equal(find("/a/new")->data, "some two  words\n", 16);
}

TEST(cp_goes_into_a_directory)
{
	assert_string_equal(over_tree("cp abc a"), "");
	assert_non_null(find("/a/abc"));
	assert_memory_equal(find("/a/abc")->data, "abc", 3);
}

TEST(cp_keeps_off_the_same_file)
{
	assert_string_equal(over_tree("cp abc ./abc"), "/./abc: it is the same file\n");
	assert_int_equal(find("/abc")->size, 3);
}

TEST(cp_copies_trees)
{
	assert_string_equal(over_tree("cp -r a c"), "");
	assert_memory_equal(find("/c/b/two")->data, "two\x1b\n", 5);
	assert_int_equal(find("/c/b/three")->size, 0);
	assert_non_null(find("/c/z"));
}

TEST(cp_keeps_off_a_directory_in_itself)
{
	assert_string_equal(over_tree("cp -r a a/b"), "/a: a directory cannot be copied into itself\n");
}

TEST(rm_removes_trees_only_when_told_to)
{
	assert_string_equal(over_tree("rm a"), "/a: it is a directory\n");
}

TEST(rm_removes_trees)
{
	assert_string_equal(over_tree("rm -r a"), "");
	assert_null(find("/a"));
	assert_null(find("/a/b/two"));
	assert_non_null(find("/abc"));
}

TEST(mv_goes_into_a_directory)
{
	make_tree();
	mock_files_rename_answers();
	assert_string_equal(type("mv abc a"), "");
	assert_string_equal(mock_files_rename_call(0)->old, "/abc");
	assert_string_equal(mock_files_rename_call(0)->new, "/a/abc");
}

TEST(mv_across_file_systems_says_how)
{
	make_tree();
	mock_files_rename_fails(FILES_ACROSS);
	assert_string_equal(type("mv abc new"),
			    "/new: the two names are in two file systems; cp and rm move it\n");
}

TEST(a_symbolic_link_says_what_was_typed)
{
	make_tree();
	mock_files_make_link_answers();
	assert_string_equal(type("ln -s ../x link"), "");
	assert_string_equal(mock_files_make_link_call(0)->path, "/link");
	assert_string_equal(mock_files_make_link_call(0)->target, "../x");
}

TEST(truncate_wants_a_number)
{
	assert_string_equal(over_tree("truncate abc much"), "much is no number of bytes up to 4294967295\n");
}

TEST(truncate_makes_shorter)
{
	assert_string_equal(over_tree("truncate abc 2"), "");
	assert_int_equal(find("/abc")->size, 2);
}

TEST(mount_and_umount_say_what_is_not_permitted)
{
	mock_files_mount_fails(FILES_NOT_PERMITTED);
	assert_string_equal(type("mount -r fat /a"), "/a: the description does not let the shell do that\n");
	assert_string_equal(mock_files_mount_call(0)->file_system, "fat");
	assert_true(mock_files_mount_call(0)->read_only);
}
