/* SPDX-License-Identifier: MIT
 * TLS 1.2 and 1.3 (RFC 5246, RFC 8446) of a server, by libssl. Nothing here waits: what libssl reads and writes goes through wire_take() and
 * wire_put(), which stop it where there is nothing, or no room, and it goes on there when it is called again.
 */
#ifndef HTTPS_TLS_H
#define HTTPS_TLS_H

#include <stdbool.h>
#include <stdint.h>

struct ssl_st; /* libssl's connection */

enum tls_status {
	TLS_DONE,
	TLS_NEEDS_INPUT,
	TLS_NEEDS_ROOM,
	TLS_ENDED, /* the peer has said that it sends nothing more (close_notify) */
	TLS_FAILED, /* the connection cannot go on: it is to be freed, after what was put on the wire (an alert) has gone */
};

/*
 * Reads a certificate, with those behind it that lead to its issuer, and the key of the first, all in PEM (RFC 7468). Once, before all others. NULL,
 * or what is wrong, in words. Both texts may be wiped afterwards.
 */
const char *tls_begin(const char *certificates, uint32_t certificates_size, const char *key,
		      uint32_t key_size);

/* A connection whose bytes go over the wire of that number. NULL: no memory. */
struct ssl_st *tls_open(uint32_t number);
/* Goes on shaking hands. DONE: bytes can be read and written. */
enum tls_status tls_shake_hands(struct ssl_st *tls);
/* Up to `size` bytes of what the peer has sent; `count` of them with DONE. */
enum tls_status tls_read(struct ssl_st *tls, uint8_t *out, uint32_t size, uint32_t *count);
/* Sends up to `size` bytes, of which `count` with DONE. After NEEDS_ROOM the same bytes are to be given again, no fewer. */
enum tls_status tls_write(struct ssl_st *tls, const uint8_t *data, uint32_t size, uint32_t *count);
/* Says that nothing more comes (close_notify). DONE: it is on the wire. */
enum tls_status tls_shut(struct ssl_st *tls);
void tls_free(struct ssl_st *tls);
/* The version and the suite that were agreed on, as "TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256". */
const char *tls_version(const struct ssl_st *tls);
const char *tls_suite(const struct ssl_st *tls);

#endif
