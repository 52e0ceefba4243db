/* SPDX-License-Identifier: MIT
 * What stands below vfs in its tests: two file systems and two volumes that the test plays. They keep to their interfaces until a
 * test says otherwise: each operation can be told to fail, each answer can be spoiled, and each request can be kept back.
 *
 * File system 0 is mounted on `/` and has its data on volume 0, whose pool has all buffers; 1 is called `other`, is not mounted
 * by itself, and has its data on volume 1, which has half of them.
 */
#ifndef TEST_VFS_WORLD_H
#define TEST_VFS_WORLD_H

#include "test.h"

#define ROOT        UINT64_C(2)
#define IMAGE_BYTES (8u << 20) /* of a volume */
#define PAGE        4096u
#define DAY_S       1700000000 /* what the clock of the day shows */

enum operation {
	DESCRIBE,
	LOOK_UP,
	READ_ATTRIBUTES,
	WRITE_ATTRIBUTES,
	READ_ENTRIES,
	CREATE,
	CREATE_LINK,
	READ_LINK,
	LINK,
	UNLINK,
	RENAME,
	HOLD,
	RELEASE,
	READ,
	WRITE,
	MAP,
	COMMIT,
	SPACE,
	SYNC,
	OPERATIONS
};

struct world {
	uint32_t features, block;
	uint64_t root, largest;
	bool is_scattered; /* no two blocks that are given a place from now on are neighbours */
	uint32_t calls[OPERATIONS];
	/* The operation answers so from its next call on, `fails_for` times. */
	enum filesystem_status fails[OPERATIONS];
	uint32_t fails_for[OPERATIONS];
	/* What becomes of a right answer; NULL: nothing. */
	void (*spoil_map)(struct mock_file_systems_map_answer *answer);
	void (*spoil_entries)(struct mock_file_systems_read_entries_answer *answer);
	void (*spoil_attributes)(struct filesystem_attributes *attributes);
	/* What becomes of an operation before it is carried out; an answer other than OK is its own. */
	enum filesystem_status (*before)(enum operation operation);
};

/* What a file system does that is called so; a test never calls these, vfs asks for them. */
struct world_operations {
	enum filesystem_status (*describe)(const struct mock_file_systems_describe_call *call,
					   struct mock_file_systems_describe_answer *answer);
	enum filesystem_status (*look_up)(const struct mock_file_systems_look_up_call *call,
					  struct mock_file_systems_look_up_answer *answer);
	enum filesystem_status (*read_attributes)(const struct mock_file_systems_read_attributes_call *call,
						  struct mock_file_systems_read_attributes_answer *answer);
	enum filesystem_status (*write_attributes)(const struct mock_file_systems_write_attributes_call *call,
						   struct mock_file_systems_write_attributes_answer *answer);
	enum filesystem_status (*read_entries)(const struct mock_file_systems_read_entries_call *call,
					       struct mock_file_systems_read_entries_answer *answer);
	enum filesystem_status (*create)(const struct mock_file_systems_create_call *call,
					 struct mock_file_systems_create_answer *answer);
	enum filesystem_status (*create_link)(const struct mock_file_systems_create_link_call *call,
					      struct mock_file_systems_create_link_answer *answer);
	enum filesystem_status (*read_link)(const struct mock_file_systems_read_link_call *call,
					    struct mock_file_systems_read_link_answer *answer);
	enum filesystem_status (*link)(const struct mock_file_systems_link_call *call);
	enum filesystem_status (*unlink)(const struct mock_file_systems_unlink_call *call);
	enum filesystem_status (*rename)(const struct mock_file_systems_rename_call *call);
	enum filesystem_status (*hold)(const struct mock_file_systems_hold_call *call);
	enum filesystem_status (*release)(const struct mock_file_systems_release_call *call);
	enum filesystem_status (*read)(const struct mock_file_systems_read_call *call,
				       struct mock_file_systems_read_answer *answer);
	enum filesystem_status (*write)(const struct mock_file_systems_write_call *call);
	enum filesystem_status (*map)(const struct mock_file_systems_map_call *call,
				      struct mock_file_systems_map_answer *answer);
	enum filesystem_status (*commit)(const struct mock_file_systems_commit_call *call);
	enum filesystem_status (*space)(const struct mock_file_systems_space_call *call,
					struct mock_file_systems_space_answer *answer);
	enum filesystem_status (*sync)(const struct mock_file_systems_sync_call *call);
};
extern const struct world_operations world_operations;

extern struct world worlds[2];
extern uint8_t images[2][IMAGE_BYTES];

/* What is in the file systems and on the volumes, before the component starts: empty, unless told so. */
void world_clear(void);
/* The component starts, or starts anew, and hears of its volumes. */
void world_begin(void);
void world_begin_anew(void);
/* What a volume says of itself. `sector`: bytes of one. */
void world_tell(uint32_t volume, uint64_t sectors, uint32_t sector);
/* A node in a directory of file system `number`; returns its number. */
uint64_t world_add(uint32_t number, uint64_t directory, const char *name, enum filesystem_kind kind);
uint64_t world_add_link(uint32_t number, uint64_t directory, const char *name, const char *target);
/* A file with `bytes` of content that counts up from `seed`. */
uint64_t world_add_file(uint32_t number, uint64_t directory, const char *name, uint64_t bytes, uint32_t seed);
/* The byte of such a file at that place. */
uint8_t world_byte(uint32_t seed, uint64_t at);
/* How often the node is held. */
uint32_t world_held(uint32_t number, uint64_t node);
/* How often any is. */
uint32_t world_held_at_all(uint32_t number);
uint64_t world_size(uint32_t number, uint64_t node);
/* A byte of a file as the file system and its volume have it. */
uint8_t world_stored(uint32_t number, uint64_t node, uint64_t at);
/* The state is kept and brought back: what a file system that dies has not brought to the medium. */
void world_remember(void);
void world_go_back(uint32_t number);
/* The server dies, and a new one is there that remembers nothing of who held what. */
void world_restart(void);

/* Does what the file systems have been asked, and answers. By itself, as soon as they are asked. */
void world_serve(void);
/* From now on a file system does what it is asked, and keeps its answers back, until it is let go. */
void world_hold_back(uint32_t number);
void world_let_go(uint32_t number);
/* It gives the answer that it keeps back, and will keep back the next. */
void world_answer(uint32_t number);
/* Does it keep an answer back? */
bool world_keeps(uint32_t number);
/* It keeps nothing back. */
void world_forget_asked(uint32_t number);

/* The volume's next request, which the test completes. */
struct storage_request volume_asked(uint32_t volume);
uint32_t volume_waiting(uint32_t volume);
void volume_complete(uint32_t volume, struct storage_request request, enum storage_outcome outcome);
/* Carries out and completes all requests of both volumes, also those that come meanwhile. */
void volumes_serve(void);
/* Completes all so without carrying them out. */
void volumes_fail(enum storage_outcome outcome);

/* Opens a file of client 0; fails the test where it does not open. */
uint32_t file_of_client(uint32_t client, const char *path, uint32_t access);
/* Requests are served until the call is answered. */
enum files_status read_now(uint32_t client, uint32_t file, uint64_t offset, void *data, uint32_t bytes,
			   uint32_t *count);
enum files_status write_now(uint32_t client, uint32_t file, uint64_t offset, const void *data,
			    uint32_t bytes);
enum files_status sync_now(uint32_t client, uint32_t file);

#endif
