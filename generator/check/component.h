/* SPDX-License-Identifier: MIT
 * The rules on one component by itself, in two files.
 */
#ifndef TENON_GENERATOR_CHECK_COMPONENT_H
#define TENON_GENERATOR_CHECK_COMPONENT_H

#include "../model/model.h"
#include "../read/report.h"

/* Is the port the first of its interface, provided ones before used ones? What the interface declares is there once. */
bool is_first_of_interface(const struct component *component, const struct port *port, bool provided);
/* Refuses enumerators and macros of one name. */
void check_constants(const struct component *component, struct report *report);

#endif
