/* SPDX-License-Identifier: MIT
 * What the printers of a harness share.
 */
#ifndef TENON_GENERATOR_HARNESS_H
#define TENON_GENERATOR_HARNESS_H

#include "channels.h"

/* CHECKs that an object is what its type says; two tabs. */
void harness_check_entry(const struct face *face, const struct type *type, const char *path);
/* Handlers of all channels; those that receive count from `number`. */
void harness_channel_handlers(const struct glue *glue, uint32_t number);
/* The regions, the channels, and what the loop does. */
void harness_channel_tables(const struct glue *glue);
bool harness_has_regions(const struct glue *glue);

#endif
