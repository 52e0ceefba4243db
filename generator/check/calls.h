/* SPDX-License-Identifier: MIT
 * What the rules on calls and on priorities share.
 */
#ifndef TENON_GENERATOR_CALLS_H
#define TENON_GENERATOR_CALLS_H

#include "check.h"

/* Whether the client waits for the server on it; false for NULL. */
bool is_call(const struct connection *connection);

#endif
