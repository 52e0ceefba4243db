/* SPDX-License-Identifier: MIT
 * Two versions of the memory of an interface compared: shared regions, channels
 * and pools, and what a connection may hold.
 */
#include <string.h>
#include "view.h"

static const struct shared *find_shared(const struct interface *interface, const char *name)
{
	for (uint32_t i = 0; i < interface->shareds; i++)
		if (interface->shared[i].kind == SHARED_REGION &&
		    strcmp(interface->shared[i].name.text, name) == 0)
			return &interface->shared[i];
	return NULL;
}

static void compare_shared(const struct view *view, const struct interface *before,
			   const struct interface *after)
{
	for (uint32_t i = 0; i < before->shareds && before->shared[i].kind == SHARED_REGION; i++) {
		const struct shared *old = &before->shared[i], *new = find_shared(after, old->name.text);
		struct view region =
		    difference_inside(view, "shared region", &old->name, new == NULL ? NULL : &new->name);

		if (new == NULL)
			difference_add(&region, true, "is gone");
		else if (old->asked != new->asked || old->write != new->write)
			difference_add(&region, true, "has another size or writer");
	}
	for (uint32_t i = 0; i < after->shareds && after->shared[i].kind == SHARED_REGION; i++) {
		struct view region = difference_inside(view, "shared region", NULL, &after->shared[i].name);

		if (find_shared(before, after->shared[i].name.text) == NULL)
			difference_add(&region, true, "is new");
	}
}

static const struct limit *find_limit(const struct interface *interface, const char *name)
{
	for (uint32_t i = 0; i < interface->limits; i++)
		if (strcmp(interface->limit[i].name.text, name) == 0)
			return &interface->limit[i];
	return NULL;
}

/* What one connection may hold: a client of the old interface holds no more than that said. */
static void compare_limits(const struct view *view, const struct interface *before,
			   const struct interface *after)
{
	for (uint32_t i = 0; i < before->limits; i++) {
		const struct limit *old = &before->limit[i], *new = find_limit(after, old->name.text);
		struct view limit =
		    difference_inside(view, "limit", &old->name, new == NULL ? NULL : &new->name);

		if (new == NULL)
			difference_add(&limit, false, "is gone");
		else if (old->is_size != new->is_size)
			difference_add(&limit, true, "counts %s now", new->is_size ? "bytes" : "pieces");
		else if (old->value != new->value)
			difference_add(&limit, new->value < old->value, "is %s, and was %s",
				       limit_text(view->arena, new, new->value),
				       limit_text(view->arena, old, old->value));
	}
	for (uint32_t i = 0; i < after->limits; i++) {
		struct view limit = difference_inside(view, "limit", NULL, &after->limit[i].name);

		/* One call in flight, and one capability, is what there was before it had a name. */
		if (find_limit(before, after->limit[i].name.text) == NULL)
			difference_add(&limit, !limit_counts_itself(after, i), "is new");
	}
}

/* Both ends have the memory as they were built, so one that is longer, or another one behind it, breaks. */
static void compare_channels(const struct view *view, const struct interface *before,
			     const struct interface *after)
{
	const uint32_t count = before->channels < after->channels ? before->channels : after->channels;

	for (uint32_t i = 0; i < count; i++) {
		const struct channel *old = &before->channel[i], *new = &after->channel[i];
		struct view channel = difference_inside(view, "channel", &old->name, &new->name);

		channel.to_server = new->to_server;
		if (strcmp(old->name.text, new->name.text) != 0)
			difference_add(&channel, true, "has its place taken by \"%s\"", new->name.text);
		else if (old->to_server != new->to_server)
			difference_add(&channel, true, "goes to the %s now",
				       new->to_server ? "server" : "client");
		else
			difference_type(&channel, old->entry, new->entry, false);
		if (old->entries != new->entries)
			difference_add(&channel, true, "has %u entries, and had %u", new->entries,
				       old->entries);
	}
	for (uint32_t i = count; i < before->channels; i++) {
		struct view channel = difference_inside(view, "channel", &before->channel[i].name, NULL);

		difference_add(&channel, true, "is gone");
	}
	for (uint32_t i = count; i < after->channels; i++) {
		struct view channel = difference_inside(view, "channel", NULL, &after->channel[i].name);

		difference_add(&channel, true, "is new");
	}
}

static const struct buffers *find_pool(const struct interface *interface, const char *name)
{
	for (uint32_t i = 0; i < interface->pools; i++)
		if (strcmp(interface->pool[i].name.text, name) == 0)
			return &interface->pool[i];
	return NULL;
}

static void compare_pools(const struct view *view, const struct interface *before,
			  const struct interface *after)
{
	for (uint32_t i = 0; i < before->pools; i++) {
		const struct buffers *old = &before->pool[i], *new = find_pool(after, old->name.text);
		struct view pool =
		    difference_inside(view, "pool", &old->name, new == NULL ? NULL : &new->name);

		if (new == NULL)
			difference_add(&pool, true, "is gone");
		else if (old->buffer_bytes != new->buffer_bytes || old->count != new->count)
			difference_add(&pool, true, "has %u buffers of %u bytes, and had %u of %u",
				       new->count, new->buffer_bytes, old->count, old->buffer_bytes);
		else if (old->write != new->write || old->client_keeps != new->client_keeps)
			difference_add(&pool, true, "is written or kept by another side");
	}
	for (uint32_t i = 0; i < after->pools; i++) {
		struct view pool = difference_inside(view, "pool", NULL, &after->pool[i].name);

		if (find_pool(before, after->pool[i].name.text) == NULL)
			difference_add(&pool, true, "is new");
	}
}

void difference_memory(const struct view *view, const struct interface *before, const struct interface *after)
{
	compare_shared(view, before, after);
	compare_channels(view, before, after);
	compare_pools(view, before, after);
	compare_limits(view, before, after);
}
