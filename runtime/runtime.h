/* SPDX-License-Identifier: MIT
 * Between the files of the runtime only.
 */
#ifndef RUNTIME_H
#define RUNTIME_H

/* Makes the component's heap of its region. Once, at start. */
void runtime_heap_init(void);

#endif
