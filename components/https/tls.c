/* SPDX-License-Identifier: MIT
 * See tls.h.
 *
 * Nothing is kept of a connection after it: neither tickets nor sessions are given out, so the memory of one is bounded by what libssl has
 * for it, and each makes a key of its own. ChaCha20-Poly1305 comes first of the suites: without instructions for AES it is the faster
 * one, and takes the same time whatever the key is.
 */
#include "tls.h"

#include "wire.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#define FRAGMENT 8192 /* of what is sent, in one record */
#define CHAIN    8u   /* certificates */

static SSL_CTX *context;
static BIO_METHOD *method;

/* ---- the wire as libssl sees it ------------------------------------------------------------------ */

static uint32_t number_of(BIO *bio)
{
	return (uint32_t)(uintptr_t)BIO_get_data(bio);
}

static int take(BIO *bio, char *out, size_t size, size_t *count)
{
	bool has_ended = false;
	const uint32_t most = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;

	*count = wire_take(number_of(bio), (uint8_t *)out, most, &has_ended);
	BIO_clear_retry_flags(bio);
	if (*count == 0 && !has_ended) {
		BIO_set_retry_read(bio);
	}
	return *count > 0;
}

static int put(BIO *bio, const char *data, size_t size, size_t *count)
{
	const uint32_t most = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;

	*count = wire_put(number_of(bio), (const uint8_t *)data, most);
	BIO_clear_retry_flags(bio);
	if (*count == 0) {
		BIO_set_retry_write(bio);
	}
	return *count > 0;
}

/* What is put is sent by whom libssl is called by, so there is nothing to be flushed. Of the rest there is nothing. */
static long control(BIO *bio, int command, long number, void *pointer)
{
	(void)bio;
	(void)number;
	(void)pointer;
	return command == BIO_CTRL_FLUSH;
}

/* ---- certificate and key ------------------------------------------------------------------------- */

/* Encrypted keys are refused: there is nobody to ask. */
static int no_password(char *out, int size, int is_to_be_written, void *unused)
{
	(void)out;
	(void)size;
	(void)is_to_be_written;
	(void)unused;
	return -1;
}

static const char *use_certificates(BIO *text)
{
	X509 *certificate = PEM_read_bio_X509(text, NULL, no_password, NULL);
	uint32_t count = 1;

	if (certificate == NULL || SSL_CTX_use_certificate(context, certificate) != 1) {
		X509_free(certificate);
		return "there is no certificate that can be used";
	}
	X509_free(certificate);
	while ((certificate = PEM_read_bio_X509(text, NULL, no_password, NULL)) != NULL) {
		if (++count > CHAIN || SSL_CTX_add0_chain_cert(context, certificate) != 1) {
			X509_free(certificate);
			return "the certificates behind the first cannot be used";
		}
	}
	return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE
		   ? NULL
		   : "a certificate behind the first is damaged";
}

static const char *use_key(BIO *text)
{
	EVP_PKEY *key = PEM_read_bio_PrivateKey(text, NULL, no_password, NULL);
	const char *wrong = NULL;

	if (key == NULL) {
		return "there is no key that can be used (PEM, not encrypted, of RSA or an elliptic curve)";
	}
	if (SSL_CTX_use_PrivateKey(context, key) != 1 || SSL_CTX_check_private_key(context) != 1) {
		wrong = "the key is not that of the certificate";
	}
	EVP_PKEY_free(key);
	return wrong;
}

static bool make_context(void)
{
	static const char suites_1_3[] =
	    "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384";
	static const char suites_1_2[] = "ECDHE+CHACHA20:ECDHE+AESGCM";

	method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wire");
	context = SSL_CTX_new(TLS_server_method());
	if (method == NULL || context == NULL || BIO_meth_set_read_ex(method, take) != 1 ||
	    BIO_meth_set_write_ex(method, put) != 1 || BIO_meth_set_ctrl(method, control) != 1) {
		return false;
	}
	(void)SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
					       SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	(void)SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
					    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	(void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_security_level(context, 2);
	return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
	       SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
	       SSL_CTX_set_num_tickets(context, 0) == 1 &&
	       SSL_CTX_set_max_send_fragment(context, FRAGMENT) == 1 &&
	       SSL_CTX_set_ciphersuites(context, suites_1_3) == 1 &&
	       SSL_CTX_set_cipher_list(context, suites_1_2) == 1 &&
	       SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1;
}

const char *tls_begin(const char *certificates, uint32_t certificates_size, const char *key,
		      uint32_t key_size)
{
	BIO *first, *second;
	uint8_t random[32];
	const char *wrong;

	if (!make_context()) {
		return "libssl does not begin";
	}
	if (RAND_bytes(random, sizeof random) != 1) {
		return "there are no random numbers";
	}
	if (certificates_size > INT32_MAX || key_size > INT32_MAX) {
		return "the files are too long";
	}
	first = BIO_new_mem_buf(certificates, (int)certificates_size);
	second = BIO_new_mem_buf(key, (int)key_size);
	wrong = first == NULL || second == NULL ? "there is no memory" : use_certificates(first);
	if (wrong == NULL) {
		wrong = use_key(second);
	}
	BIO_free(first);
	BIO_free(second);
	ERR_clear_error();
	return wrong;
}

/* ---- connections --------------------------------------------------------------------------------- */

struct ssl_st *tls_open(uint32_t number)
{
	SSL *tls = SSL_new(context);
	BIO *bio = BIO_new(method);

	if (tls == NULL || bio == NULL) {
		SSL_free(tls);
		BIO_free(bio);
		ERR_clear_error();
		return NULL;
	}
	BIO_set_data(bio, (void *)(uintptr_t)number);
	BIO_set_init(bio, 1);
	SSL_set_bio(tls, bio, bio);
	SSL_set_accept_state(tls);
	return tls;
}

/* What a call of libssl that has not done its work says of it. */
static enum tls_status status_of(const SSL *tls, int result)
{
	const int error = SSL_get_error(tls, result);

	ERR_clear_error(); /* its list grows otherwise, and misleads the next call */
	switch (error) {
	case SSL_ERROR_WANT_READ:
		return TLS_NEEDS_INPUT;
	case SSL_ERROR_WANT_WRITE:
		return TLS_NEEDS_ROOM;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_ENDED;
	default:
		return TLS_FAILED;
	}
}

enum tls_status tls_shake_hands(struct ssl_st *tls)
{
	const int result = SSL_do_handshake(tls);

	return result == 1 ? TLS_DONE : status_of(tls, result);
}

enum tls_status tls_read(struct ssl_st *tls, uint8_t *out, uint32_t size, uint32_t *count)
{
	size_t bytes = 0;
	const int result = SSL_read_ex(tls, out, size, &bytes);

	*count = (uint32_t)bytes;
	return result == 1 ? TLS_DONE : status_of(tls, result);
}

enum tls_status tls_write(struct ssl_st *tls, const uint8_t *data, uint32_t size, uint32_t *count)
{
	size_t bytes = 0;
	const int result = SSL_write_ex(tls, data, size, &bytes);

	*count = (uint32_t)bytes;
	return result == 1 ? TLS_DONE : status_of(tls, result);
}

enum tls_status tls_shut(struct ssl_st *tls)
{
	const int result = SSL_shutdown(tls);

	return result >= 0 ? TLS_DONE : status_of(tls, result); /* 0: the peer has not said so */
}

void tls_free(struct ssl_st *tls)
{
	SSL_free(tls);
	ERR_clear_error();
}

const char *tls_version(const struct ssl_st *tls)
{
	return SSL_get_version(tls);
}

const char *tls_suite(const struct ssl_st *tls)
{
	return SSL_get_cipher_name(tls);
}
