/* SPDX-License-Identifier: MIT
 * The certificate and the key, out of the file system that only this component is connected with.
 */
#ifndef HTTPS_SECRET_H
#define HTTPS_SECRET_H

#include <stdbool.h>

/* Reads both files and begins with TLS. False: that cannot be, and the log says why. Waits for the file system and for random numbers. */
bool secret_begin(void);

#endif
