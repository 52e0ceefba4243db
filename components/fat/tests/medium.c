/* SPDX-License-Identifier: MIT
 * See medium.h.
 */
#include "medium.h"

#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct medium medium;
const struct filesystem_time now = {.seconds = 1700000000};
struct filesystem_attributes attributes;

static char folder[64];

static void remove_folder(void)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf %s", folder);
	(void)!system(command);
}

void medium_run(const char *format, ...)
{
	char command[4096];
	va_list list;
	int length;

	if (folder[0] == '\0') {
		snprintf(folder, sizeof folder, P_tmpdir "/fat.XXXXXX");
		assert_non_null(mkdtemp(folder));
		atexit(remove_folder);
	}
	length = snprintf(
	    command, sizeof command,
	    "cd %s && export MTOOLS_SKIP_CHECK=1 PATH=$PATH:/usr/sbin LC_ALL=C.UTF-8 && exec >out 2>&1; ",
	    folder);
	va_start(list, format);
	vsnprintf(command + length, sizeof command - (size_t)length, format, list);
	va_end(list);
	if (system(command) != 0) {
		snprintf(command, sizeof command, "cat %s/out >&2", folder);
		(void)!system(command);
		fail_msg("%s", format);
	}
}

static FILE *open_image(const char *mode)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof path, "%s/medium.img", folder);
	file = fopen(path, mode);
	assert_non_null(file);
	return file;
}

void medium_read(void)
{
	FILE *file = open_image("rb");

	if (medium.data == NULL) {
		medium.data = malloc(MEDIUM_MOST);
	}
	medium.bytes = fread(medium.data, 1, MEDIUM_MOST, file);
	fclose(file);
}

void medium_write(void)
{
	FILE *file = open_image("wb");

	assert_int_equal(fwrite(medium.data, 1, medium.bytes, file), medium.bytes);
	fclose(file);
}

void medium_make(uint32_t kib, const char *options)
{
	medium_run("rm -f medium.img && mkfs.fat -C %s medium.img %u", options, kib);
	medium = (struct medium){.data = medium.data, .sector_size = 512, .features = STORAGE_FEATURES_FLUSH};
	medium_read();
}

void medium_check(void)
{
	assert_int_equal(CALL(sync, true), FILESYSTEM_OK);
	medium_write();
	medium_run("fsck.fat -n -v medium.img");
}

static void say_geometry(void)
{
	const struct storage_geometry geometry = {.sectors = medium.bytes / medium.sector_size,
						  .sector_size = medium.sector_size,
						  .physical_size = medium.sector_size,
						  .most = 65536 / medium.sector_size,
						  .most_discard = 1000,
						  .features = medium.features};

	mock_volume_geometries_send(&geometry);
}

void medium_start(void)
{
	test_start();
	say_geometry();
}

void medium_start_anew(void)
{
	test_restart();
	mock_volume_server_restart();
	say_geometry();
}

static enum storage_outcome move(const struct storage_request *request)
{
	const uint64_t size = medium.sector_size, sectors = medium.bytes / size;

	assert_int_equal(request->pool, 0);
	if (request->first > sectors || request->count > sectors - request->first) {
		return STORAGE_OUTCOME_OUT_OF_RANGE;
	}
	if (medium.fail_after != 0 && medium.requests > medium.fail_after) {
		return STORAGE_OUTCOME_FAILED;
	}
	switch (request->kind) {
	case STORAGE_KIND_READ:
		memcpy(mock_volume_data_write(&request->data), medium.data + request->first * size,
		       request->count * size);
		break;
	case STORAGE_KIND_WRITE:
		assert_int_equal(medium.features & STORAGE_FEATURES_READ_ONLY, 0);
		memcpy(medium.data + request->first * size, mock_volume_data_read(&request->data),
		       request->count * size);
		medium.writes += request->count;
		break;
	case STORAGE_KIND_WRITE_ZEROES:
		memset(medium.data + request->first * size, 0, request->count * size);
		break;
	default:
		break;
	}
	return STORAGE_OUTCOME_OK;
}

void medium_serve(void)
{
	while (mock_volume_is_open() && mock_volume_requests_entries() != 0) {
		struct storage_request request;
		struct storage_completion completion;

		mock_volume_requests_receive(&request);
		medium.requests++;
		completion = (struct storage_completion){
		    .number = request.number, .outcome = move(&request), .data = request.data};
		if (medium.restart_every != 0 && medium.requests % medium.restart_every == 0) {
			mock_volume_server_restart(); /* it has written, and nobody hears of it */
			say_geometry();
			continue;
		}
		mock_volume_completions_send(&completion);
	}
}

void medium_wait(struct test_call *call)
{
	while (!test_answered(call)) {
		const uint64_t before = medium.requests;

		medium_serve();
		if (medium.requests == before && !test_answered(call)) {
			fail_msg("nobody goes on");
		}
	}
}

/* ---- a client --------------------------------------------------------------------------------- */

uint64_t make(uint64_t directory, const char *name, enum filesystem_kind kind)
{
	assert_int_equal(CALL(create, directory, name, kind, 0644, &now, &attributes), FILESYSTEM_OK);
	return attributes.node;
}

enum filesystem_status look_up(uint64_t directory, const char *name)
{
	return CALL(look_up, directory, name, &attributes);
}

enum filesystem_status unlink_name(uint64_t directory, const char *name, enum filesystem_kind kind)
{
	return CALL(unlink, directory, name, kind, &now);
}

/* Bytes of the extent from `at` on, at most `rest`; *to: where on the medium. */
static uint64_t piece(const struct filesystem_extent *extent, uint64_t at, uint64_t rest, uint8_t **to)
{
	const uint64_t inside = at - extent->offset, left = extent->length - inside;

	assert_true(at >= extent->offset && inside < extent->length);
	*to = medium.data + extent->position + inside;
	return left < rest ? left : rest;
}

enum filesystem_status write_file(uint64_t node, uint64_t offset, const void *data, uint64_t bytes)
{
	const struct filesystem_range range = {.offset = offset, .length = bytes};
	struct filesystem_extent extents[32];
	uint64_t done = 0, count;
	uint32_t extents_count;
	uint8_t *to;

	while (done < bytes) {
		const enum filesystem_status status =
		    CALL(map, node, offset + done, bytes - done, true, extents, 32, &extents_count);

		if (status != FILESYSTEM_OK) {
			return status;
		}
		assert_int_not_equal(extents_count, 0);
		for (uint32_t i = 0; i < extents_count && done < bytes; i++) {
			assert_int_not_equal(extents[i].place, FILESYSTEM_PLACE_HOLE);
			count = piece(&extents[i], offset + done, bytes - done, &to);
			memcpy(to, (const uint8_t *)data + done, count);
			done += count;
		}
	}
	return CALL(commit, node, &range, 1, offset + bytes, &now);
}

uint64_t read_file(uint64_t node, uint64_t offset, void *data, uint64_t bytes)
{
	struct filesystem_extent extents[32];
	uint64_t done = 0, count;
	uint32_t extents_count;
	uint8_t *from;

	assert_int_equal(CALL(read_attributes, node, &attributes), FILESYSTEM_OK);
	bytes = offset >= attributes.size          ? 0
		: bytes < attributes.size - offset ? bytes
						   : attributes.size - offset;
	while (done < bytes) {
		assert_int_equal(
		    CALL(map, node, offset + done, bytes - done, false, extents, 32, &extents_count),
		    FILESYSTEM_OK);
		for (uint32_t i = 0; i < extents_count && done < bytes; i++) {
			assert_int_equal(extents[i].place, FILESYSTEM_PLACE_DATA);
			count = piece(&extents[i], offset + done, bytes - done, &from);
			memcpy((uint8_t *)data + done, from, count);
			done += count;
		}
	}
	return bytes;
}
