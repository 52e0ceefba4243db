/* SPDX-License-Identifier: MIT
 * Intrusive circular list with a sentinel head. A link that is in no list has next == NULL.
 */
#ifndef CORE_LIST_H
#define CORE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *next, *prev;
};

static inline void list_init(struct list *head)
{
	head->next = head;
	head->prev = head;
}

static inline bool list_empty(const struct list *head)
{
	return head->next == head;
}

static inline bool list_linked(const struct list *link)
{
	return link->next != NULL;
}

static inline void list_insert(struct list *after, struct list *link)
{
	link->prev = after;
	link->next = after->next;
	after->next->prev = link;
	after->next = link;
}

static inline void list_append(struct list *head, struct list *link)
{
	list_insert(head->prev, link);
}

static inline void list_remove(struct list *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
	link->next = NULL;
}

#endif
