/* SPDX-License-Identifier: MIT
 * See world.h. A node's blocks are places on the volume's image, given out one after the other and never twice.
 */
#include "world.h"

#define NODES  640u
#define NAMES  700u
#define BLOCKS 2048u
#define HOLE   UINT64_MAX
#define FRESH  (UINT64_C(1) << 63)

struct node {
	bool is_used;
	enum filesystem_kind kind;
	uint32_t mode, links, held;
	uint64_t size;
	struct filesystem_time modified;
	char target[1024];
	uint64_t place[BLOCKS]; /* in bytes */
};

struct name {
	uint64_t directory, node; /* no node: free */
	char text[256];
};

static struct medium {
	struct node nodes[NODES];
	struct name names[NAMES];
	uint64_t next_place;
} media[2], remembered[2];

struct world worlds[2];
uint8_t images[2][IMAGE_BYTES];

/* ---- nodes ------------------------------------------------------------------------------------ */

static struct node *node_at(uint32_t number, uint64_t node)
{
	return node < NODES && media[number].nodes[node].is_used ? &media[number].nodes[node] : NULL;
}

static struct name *name_at(uint32_t number, uint64_t directory, const char *text)
{
	for (uint32_t i = 0; i < NAMES; i++) {
		struct name *name = &media[number].names[i];

		if (name->node != 0 && name->directory == directory && strcmp(name->text, text) == 0) {
			return name;
		}
	}
	return NULL;
}

static void end_if_unused(struct node *node)
{
	if (node->links == 0 && node->held == 0) {
		node->is_used = false;
	}
}

static void put_name(uint32_t number, uint64_t directory, const char *text, uint64_t node)
{
	for (uint32_t i = 0; i < NAMES; i++) {
		struct name *name = &media[number].names[i];

		if (name->node == 0) {
			name->directory = directory;
			name->node = node;
			strcpy(name->text, text);
			return;
		}
	}
	test_fail("the world has no room for a name");
}

uint64_t world_add(uint32_t number, uint64_t directory, const char *name, enum filesystem_kind kind)
{
	for (uint64_t i = 3; i < NODES; i++) {
		struct node *node = &media[number].nodes[i];

		if (!node->is_used) {
			memset(node, 0, sizeof *node);
			memset(node->place, 0xff, sizeof node->place);
			node->is_used = true;
			node->kind = kind;
			node->links = kind == FILESYSTEM_KIND_DIRECTORY ? 2 : 1;
			put_name(number, directory, name, i);
			return i;
		}
	}
	test_fail("the world has no room for a node");
}

uint64_t world_add_link(uint32_t number, uint64_t directory, const char *name, const char *target)
{
	const uint64_t node = world_add(number, directory, name, FILESYSTEM_KIND_SYMBOLIC_LINK);

	strcpy(media[number].nodes[node].target, target);
	media[number].nodes[node].size = strlen(target);
	return node;
}

static uint64_t new_place(uint32_t number)
{
	const uint64_t place = media[number].next_place;

	media[number].next_place += (worlds[number].is_scattered ? 2 : 1) * worlds[number].block;
	if (media[number].next_place > IMAGE_BYTES) {
		test_fail("the world's volume is full");
	}
	return place;
}

uint8_t world_byte(uint32_t seed, uint64_t at)
{
	return (uint8_t)(seed + at * 7 + at / 251 + at / 4096 * 3);
}

uint64_t world_add_file(uint32_t number, uint64_t directory, const char *name, uint64_t bytes, uint32_t seed)
{
	const uint64_t node = world_add(number, directory, name, FILESYSTEM_KIND_FILE);
	struct node *file = &media[number].nodes[node];

	file->size = bytes;
	for (uint64_t at = 0; at < bytes; at++) {
		uint64_t *place = &file->place[at / worlds[number].block];

		*place = *place == HOLE ? new_place(number) : *place;
		images[number][*place + at % worlds[number].block] = world_byte(seed, at);
	}
	return node;
}

uint32_t world_held(uint32_t number, uint64_t node)
{
	return media[number].nodes[node].held;
}

uint32_t world_held_at_all(uint32_t number)
{
	uint32_t held = 0;

	for (uint32_t i = 0; i < NODES; i++) {
		held += media[number].nodes[i].is_used ? media[number].nodes[i].held : 0;
	}
	return held;
}

uint64_t world_size(uint32_t number, uint64_t node)
{
	return media[number].nodes[node].size;
}

uint8_t world_stored(uint32_t number, uint64_t node, uint64_t at)
{
	const uint64_t place = media[number].nodes[node].place[at / worlds[number].block];

	return place == HOLE || (place & FRESH) != 0 ? 0 : images[number][place + at % worlds[number].block];
}

void world_remember(void)
{
	memcpy(remembered, media, sizeof media);
}

void world_go_back(uint32_t number)
{
	media[number] = remembered[number];
}

void world_restart(void)
{
	for (uint32_t number = 0; number < 2; number++) {
		for (uint32_t i = 0; i < NODES; i++) {
			struct node *node = &media[number].nodes[i];

			node->held = 0;
			if (node->is_used) {
				end_if_unused(node);
			}
		}
	}
	world_forget_asked(0);
	world_forget_asked(1);
	mock_file_systems_server_restart();
}

/* ---- operations ------------------------------------------------------------------------------- */

static enum filesystem_status begin(uint32_t number, enum operation operation)
{
	struct world *world = &worlds[number];

	world->calls[operation]++;
	if (world->before != NULL) {
		const enum filesystem_status status = world->before(operation);

		if (status != FILESYSTEM_OK) {
			return status;
		}
	}
	if (world->fails_for[operation] > 0) {
		world->fails_for[operation]--;
		return world->fails[operation];
	}
	return FILESYSTEM_OK;
}

/* Leaves the function that it stands in where the operation is to fail. */
#define BEGIN(operation)                                                                                     \
	do {                                                                                                 \
		const enum filesystem_status status_ = begin(call->server, operation);                       \
                                                                                                             \
		if (status_ != FILESYSTEM_OK)                                                                \
			return status_;                                                                      \
	} while (false)

static void describe_node(uint32_t number, uint64_t node, struct filesystem_attributes *attributes)
{
	const struct node *from = &media[number].nodes[node];

	*attributes = (struct filesystem_attributes){.node = node,
						     .kind = from->kind,
						     .mode = from->mode,
						     .links = from->links,
						     .size = from->size,
						     .modified = from->modified};
	if (worlds[number].spoil_attributes != NULL) {
		worlds[number].spoil_attributes(attributes);
	}
}

static enum filesystem_status describe(const struct mock_file_systems_describe_call *call,
				       struct mock_file_systems_describe_answer *answer)
{
	const struct world *world = &worlds[call->server];

	BEGIN(DESCRIBE);
	*answer = (struct mock_file_systems_describe_answer){
	    .root = world->root, .features = world->features, .block = world->block, .longest = 255};
	answer->largest = world->largest;
	return FILESYSTEM_OK;
}

static enum filesystem_status look_up(const struct mock_file_systems_look_up_call *call,
				      struct mock_file_systems_look_up_answer *answer)
{
	const struct name *name = name_at(call->server, call->directory, call->name);

	BEGIN(LOOK_UP);
	if (node_at(call->server, call->directory) == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	if (name == NULL) {
		return FILESYSTEM_NOT_FOUND;
	}
	describe_node(call->server, name->node, &answer->attributes);
	return FILESYSTEM_OK;
}

static enum filesystem_status read_attributes(const struct mock_file_systems_read_attributes_call *call,
					      struct mock_file_systems_read_attributes_answer *answer)
{
	BEGIN(READ_ATTRIBUTES);
	if (node_at(call->server, call->node) == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	describe_node(call->server, call->node, &answer->attributes);
	return FILESYSTEM_OK;
}

static enum filesystem_status write_attributes(const struct mock_file_systems_write_attributes_call *call,
					       struct mock_file_systems_write_attributes_answer *answer)
{
	struct node *node = node_at(call->server, call->node);

	BEGIN(WRITE_ATTRIBUTES);
	if (node == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	if ((call->wanted & FILESYSTEM_WANTED_MODE) != 0) {
		node->mode = call->mode;
	}
	if ((call->wanted & FILESYSTEM_WANTED_MODIFIED) != 0) {
		node->modified = call->modified;
	}
	if ((call->wanted & FILESYSTEM_WANTED_SIZE) != 0) {
		const uint32_t block = worlds[call->server].block;

		for (uint64_t i = (call->size + block - 1) / block; i < BLOCKS; i++) {
			node->place[i] = HOLE;
		}
		if (call->size % block != 0 && call->size < node->size &&
		    node->place[call->size / block] < FRESH) {
			memset(images[call->server] + node->place[call->size / block] + call->size % block, 0,
			       block - call->size % block);
		}
		node->size = call->size;
	}
	describe_node(call->server, call->node, &answer->attributes);
	return FILESYSTEM_OK;
}

static enum filesystem_status read_entries(const struct mock_file_systems_read_entries_call *call,
					   struct mock_file_systems_read_entries_answer *answer)
{
	BEGIN(READ_ENTRIES);
	if (node_at(call->server, call->directory) == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	answer->entries.count = 0;
	for (uint64_t i = call->from; i < NAMES && answer->entries.count < 12; i++) {
		const struct name *name = &media[call->server].names[i];

		if (name->node != 0 && name->directory == call->directory) {
			struct filesystem_entry *entry = &answer->entries.item[answer->entries.count++];

			*entry =
			    (struct filesystem_entry){.node = name->node,
						      .next = i + 1,
						      .kind = media[call->server].nodes[name->node].kind};
			strcpy(entry->name, name->text);
		}
	}
	if (worlds[call->server].spoil_entries != NULL) {
		worlds[call->server].spoil_entries(answer);
	}
	return FILESYSTEM_OK;
}

static enum filesystem_status create(const struct mock_file_systems_create_call *call,
				     struct mock_file_systems_create_answer *answer)
{
	uint64_t node;

	BEGIN(CREATE);
	if (node_at(call->server, call->directory) == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	if (name_at(call->server, call->directory, call->name) != NULL) {
		return FILESYSTEM_EXISTS;
	}
	node = world_add(call->server, call->directory, call->name, call->kind);
	media[call->server].nodes[node].mode = call->mode;
	media[call->server].nodes[node].modified = call->now;
	describe_node(call->server, node, &answer->attributes);
	return FILESYSTEM_OK;
}

static enum filesystem_status create_link(const struct mock_file_systems_create_link_call *call,
					  struct mock_file_systems_create_link_answer *answer)
{
	BEGIN(CREATE_LINK);
	if (name_at(call->server, call->directory, call->name) != NULL) {
		return FILESYSTEM_EXISTS;
	}
	describe_node(call->server, world_add_link(call->server, call->directory, call->name, call->target),
		      &answer->attributes);
	return FILESYSTEM_OK;
}

static enum filesystem_status read_link(const struct mock_file_systems_read_link_call *call,
					struct mock_file_systems_read_link_answer *answer)
{
	BEGIN(READ_LINK);
	if (node_at(call->server, call->node) == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	strcpy(answer->target, media[call->server].nodes[call->node].target);
	return FILESYSTEM_OK;
}

static enum filesystem_status link(const struct mock_file_systems_link_call *call)
{
	struct node *node = node_at(call->server, call->node);

	BEGIN(LINK);
	if (node == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	if (name_at(call->server, call->directory, call->name) != NULL) {
		return FILESYSTEM_EXISTS;
	}
	put_name(call->server, call->directory, call->name, call->node);
	node->links++;
	return FILESYSTEM_OK;
}

static void take_name(uint32_t number, struct name *name)
{
	struct node *node = &media[number].nodes[name->node];

	node->links -= node->kind == FILESYSTEM_KIND_DIRECTORY ? 2 : 1;
	name->node = 0;
	end_if_unused(node);
}

static enum filesystem_status unlink(const struct mock_file_systems_unlink_call *call)
{
	struct name *name = name_at(call->server, call->directory, call->name);

	BEGIN(UNLINK);
	if (name == NULL) {
		return FILESYSTEM_NOT_FOUND;
	}
	take_name(call->server, name);
	return FILESYSTEM_OK;
}

static enum filesystem_status rename(const struct mock_file_systems_rename_call *call)
{
	struct name *old = name_at(call->server, call->from, call->old);
	struct name *new = name_at(call->server, call->to, call->new);

	BEGIN(RENAME);
	if (old == NULL) {
		return FILESYSTEM_NOT_FOUND;
	}
	if (new != NULL) {
		take_name(call->server, new);
	}
	old->directory = call->to;
	strcpy(old->text, call->new);
	return FILESYSTEM_OK;
}

static enum filesystem_status hold(const struct mock_file_systems_hold_call *call)
{
	struct node *node = node_at(call->server, call->node);

	BEGIN(HOLD);
	if (node == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	node->held++;
	return FILESYSTEM_OK;
}

static enum filesystem_status release(const struct mock_file_systems_release_call *call)
{
	struct node *node = node_at(call->server, call->node);

	BEGIN(RELEASE);
	if (node == NULL || node->held == 0) {
		test_fail("node %llu is released, and nobody holds it", (unsigned long long)call->node);
	}
	node->held--;
	end_if_unused(node);
	return FILESYSTEM_OK;
}

static enum filesystem_status space(const struct mock_file_systems_space_call *call,
				    struct mock_file_systems_space_answer *answer)
{
	BEGIN(SPACE);
	*answer = (struct mock_file_systems_space_answer){1000, 500, 100, 50};
	return FILESYSTEM_OK;
}

static enum filesystem_status sync(const struct mock_file_systems_sync_call *call)
{
	BEGIN(SYNC);
	return FILESYSTEM_OK;
}

/* ---- data ------------------------------------------------------------------------------------- */

static enum filesystem_status read(const struct mock_file_systems_read_call *call,
				   struct mock_file_systems_read_answer *answer)
{
	const struct node *node = node_at(call->server, call->node);

	BEGIN(READ);
	if (node == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	answer->count = 0;
	while (answer->count < call->data_count && call->offset + answer->count < node->size) {
		call->data[answer->count] =
		    world_stored(call->server, call->node, call->offset + answer->count);
		answer->count++;
	}
	return FILESYSTEM_OK;
}

static enum filesystem_status write(const struct mock_file_systems_write_call *call)
{
	struct node *node = node_at(call->server, call->node);
	const uint32_t block = worlds[call->server].block;

	BEGIN(WRITE);
	if (node == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	for (uint32_t i = 0; i < call->data_count; i++) {
		const uint64_t at = call->offset + i;
		uint64_t *place = &node->place[at / block];

		*place = *place == HOLE ? new_place(call->server) : *place;
		images[call->server][*place + at % block] = call->data[i];
		node->size = at >= node->size ? at + 1 : node->size;
	}
	return FILESYSTEM_OK;
}

/* Blocks that follow each other in the file and on the volume are one extent. */
static void add_extent(struct mock_file_systems_map_answer *answer, struct filesystem_extent extent)
{
	struct filesystem_extent *last =
	    answer->extents.count > 0 ? &answer->extents.item[answer->extents.count - 1] : NULL;

	if (last != NULL && last->place == extent.place &&
	    (extent.place == FILESYSTEM_PLACE_HOLE || last->position + last->length == extent.position)) {
		last->length += extent.length;
	} else if (answer->extents.count < 32) {
		answer->extents.item[answer->extents.count++] = extent;
	}
}

static enum filesystem_status map(const struct mock_file_systems_map_call *call,
				  struct mock_file_systems_map_answer *answer)
{
	struct node *node = node_at(call->server, call->node);
	const uint32_t block = worlds[call->server].block;

	BEGIN(MAP);
	if (node == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	answer->extents.count = 0;
	for (uint64_t i = call->offset / block;
	     i < BLOCKS && i * block < call->offset + call->length && answer->extents.count < 32; i++) {
		struct filesystem_extent extent = {.offset = i * block, .length = block};

		if (node->place[i] == HOLE && call->allocate) {
			node->place[i] = new_place(call->server) | FRESH;
		}
		extent.place = node->place[i] == HOLE          ? FILESYSTEM_PLACE_HOLE
			       : (node->place[i] & FRESH) != 0 ? FILESYSTEM_PLACE_FRESH
							       : FILESYSTEM_PLACE_DATA;
		extent.position = extent.place == FILESYSTEM_PLACE_HOLE ? 0 : node->place[i] & ~FRESH;
		add_extent(answer, extent);
	}
	if (worlds[call->server].spoil_map != NULL) {
		worlds[call->server].spoil_map(answer);
	}
	return FILESYSTEM_OK;
}

static enum filesystem_status commit(const struct mock_file_systems_commit_call *call)
{
	struct node *node = node_at(call->server, call->node);
	const uint32_t block = worlds[call->server].block;

	BEGIN(COMMIT);
	if (node == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	for (uint32_t i = 0; i < call->ranges.count; i++) {
		const struct filesystem_range *range = &call->ranges.item[i];

		for (uint64_t at = range->offset / block; at * block < range->offset + range->length; at++) {
			if (node->place[at] == HOLE) {
				test_fail("block %llu is committed, and has no place",
					  (unsigned long long)at);
			}
			node->place[at] &= ~FRESH;
		}
	}
	node->size = call->size > node->size ? call->size : node->size;
	node->modified = call->modified;
	return FILESYSTEM_OK;
}

/* ---- volumes ---------------------------------------------------------------------------------- */

uint32_t volume_waiting(uint32_t volume)
{
	return mock_volumes_requests_entries(volume);
}

struct storage_request volume_asked(uint32_t volume)
{
	struct storage_request request;

	mock_volumes_requests_receive(volume, &request);
	return request;
}

static uint32_t sector_sizes[2];

static uint8_t *data_of(uint32_t volume, const struct storage_request *request)
{
	const struct tenon_buffer first = {.index = 0, .length = VOLUMES_DATA_SIZE};
	const uint64_t bytes = (uint64_t)volumes_data_count(volume) * VOLUMES_DATA_SIZE;

	assert_true(request->offset % 512 == 0 && request->offset < bytes);
	assert_true((uint64_t)request->count * sector_sizes[volume] <= bytes - request->offset);
	return (uint8_t *)mock_volumes_data_write(volume, &first) + request->offset;
}

void volume_complete(uint32_t volume, struct storage_request request, enum storage_outcome outcome)
{
	const struct storage_completion completion = {
	    .number = request.number, .outcome = outcome, .data = request.data};
	const uint64_t at = request.first * sector_sizes[volume],
		       bytes = (uint64_t)request.count * sector_sizes[volume];

	if (outcome == STORAGE_OUTCOME_OK) {
		assert_true(at <= IMAGE_BYTES && bytes <= IMAGE_BYTES - at);
		if (request.kind == STORAGE_KIND_READ) {
			memcpy(data_of(volume, &request), images[volume] + at, bytes);
		} else if (request.kind == STORAGE_KIND_WRITE) {
			memcpy(images[volume] + at, data_of(volume, &request), bytes);
		}
	}
	mock_volumes_completions_send(volume, &completion);
}

static void serve_as(enum storage_outcome outcome)
{
	for (uint32_t volume = 0; volume < 2; volume++) {
		while (volume_waiting(volume) > 0) {
			volume_complete(volume, volume_asked(volume), outcome);
			volume = 0;
		}
	}
}

void volumes_serve(void)
{
	serve_as(STORAGE_OUTCOME_OK);
}

void volumes_fail(enum storage_outcome outcome)
{
	serve_as(outcome);
}

void world_tell(uint32_t volume, uint64_t sectors, uint32_t sector)
{
	const struct storage_geometry geometry = {.sectors = sectors,
						  .sector_size = sector,
						  .physical_size = sector,
						  .most = sector == 0 ? 0 : (64u << 10) / sector};

	sector_sizes[volume] = sector != 0 ? sector : sector_sizes[volume];
	mock_volumes_geometries_send(volume, &geometry);
}

/* ---- begin ------------------------------------------------------------------------------------ */

static enum calendar_status read_clock(struct mock_calendar_read_answer *answer)
{
	answer->time_ns = DAY_S * UINT64_C(1000000000);
	return CALENDAR_OK;
}

const struct world_operations world_operations = {
    .describe = describe,
    .look_up = look_up,
    .read_attributes = read_attributes,
    .write_attributes = write_attributes,
    .read_entries = read_entries,
    .create = create,
    .create_link = create_link,
    .read_link = read_link,
    .link = link,
    .unlink = unlink,
    .rename = rename,
    .hold = hold,
    .release = release,
    .read = read,
    .write = write,
    .map = map,
    .commit = commit,
    .space = space,
    .sync = sync,
};

void world_clear(void)
{
	memset(media, 0, sizeof media);
	memset(images, 0xee, sizeof images);
	for (uint32_t i = 0; i < 2; i++) {
		struct node *root = &media[i].nodes[ROOT];

		world_forget_asked(i);
		worlds[i] =
		    (struct world){.features = FILESYSTEM_FEATURES_EXTENTS | FILESYSTEM_FEATURES_LINKS |
					       FILESYSTEM_FEATURES_SYMBOLIC_LINKS | FILESYSTEM_FEATURES_HOLES,
				   .block = PAGE,
				   .root = ROOT,
				   .largest = UINT64_C(1) << 40};
		root->is_used = true;
		root->kind = FILESYSTEM_KIND_DIRECTORY;
		root->links = 2;
		media[i].next_place = 16 * PAGE;
	}
	file_systems_parameters[0].at = "/";
	file_systems_parameters[0].volume = "first";
	file_systems_parameters[1].at = "";
	file_systems_parameters[1].name = "other";
	file_systems_parameters[1].volume = "second";
	volumes_parameters[0].volume_name = "first";
	volumes_parameters[1].volume_name = "second";
	for (uint32_t i = 0; i < FILES_CLIENTS; i++) {
		files_parameters[i].root = "/";
		files_parameters[i].mounts = true;
	}
	test_always(mock_calendar_read_does(read_clock));
	test_serve_at_once(world_serve);
	test_always(mock_file_systems_describe_fails(FILESYSTEM_TIMED_OUT)); /* nobody waits for that */
}

static void world_tell_all(void)
{
	world_tell(0, IMAGE_BYTES / 512, 512);
	world_tell(1, IMAGE_BYTES / 512, 512);
}

void world_begin(void)
{
	test_start();
	world_tell_all();
}

void world_begin_anew(void)
{
	struct filesystem_attributes attributes;

	test_restart();
	world_tell_all();
	for (uint32_t i = 0; i < FILES_CLIENTS; i++) { /* each is told once that its files are lost */
		(void)!client_files_look_up(i, "/", true, &attributes);
	}
}

/* ---- clients ---------------------------------------------------------------------------------- */

static void serve_until(const struct test_call *call)
{
	for (uint32_t i = 0; i < 10000 && !test_answered(call); i++) {
		assert_true(volume_waiting(0) + volume_waiting(1) > 0);
		volumes_serve();
	}
}

uint32_t file_of_client(uint32_t client, const char *path, uint32_t access)
{
	struct filesystem_attributes attributes;
	uint32_t file = UINT32_MAX;
	struct test_call *call = client_files_open_begin(client, path, access, 0644, &file, &attributes);

	serve_until(call);
	assert_int_equal(client_files_open_end(call), FILES_OK);
	return file;
}

enum files_status read_now(uint32_t client, uint32_t file, uint64_t offset, void *data, uint32_t bytes,
			   uint32_t *count)
{
	struct test_call *call = client_files_read_begin(client, file, offset, data, bytes, count);

	serve_until(call);
	return client_files_read_end(call);
}

enum files_status write_now(uint32_t client, uint32_t file, uint64_t offset, const void *data, uint32_t bytes)
{
	uint64_t stop = 0;
	struct test_call *call = client_files_write_begin(client, file, offset, data, bytes, &stop);

	serve_until(call);
	return client_files_write_end(call);
}

enum files_status sync_now(uint32_t client, uint32_t file)
{
	struct test_call *call = client_files_sync_begin(client, file);

	serve_until(call);
	return client_files_sync_end(call);
}
