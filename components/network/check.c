/* SPDX-License-Identifier: MIT
 * See check.h.
 */
#include "check.h"

#define LONGEST (CHECK_ETHERNET + 65535u) /* what is to be cut into segments */

/* The least that stands before a segment: Ethernet, IP, TCP, each without options. */
static const uint32_t least_headers[] = {[NETWORK_SEGMENTATION_TCP4] = CHECK_ETHERNET + 20 + 20,
					 [NETWORK_SEGMENTATION_TCP6] = CHECK_ETHERNET + 40 + 20};

static bool find_out(uint32_t client, const struct network_run *run, uint64_t *address)
{
	const struct tenon_buffer first = {.length = CARD_OUT_SIZE};
	const uint64_t size = (uint64_t)card_out_count(client) * CARD_OUT_SIZE;

	if (run->pool != 0) {
		return card_passed(client, run->pool, run->offset, run->length, address);
	}
	if (run->offset > size || run->length > size - run->offset) {
		return false;
	}
	*address = device_address(card_out_read(client, &first)) + run->offset;
	return true;
}

static bool find_in(uint32_t client, const struct network_run *run, uint64_t *address)
{
	const struct tenon_buffer first = {.length = CARD_IN_SIZE};
	const uint64_t size = (uint64_t)card_in_count(client) * CARD_IN_SIZE;

	if (run->pool != 0) {
		return card_passed(client, run->pool, run->offset, run->length, address);
	}
	if (run->offset > size || run->length > size - run->offset) {
		return false;
	}
	*address = device_address(card_in_write(client, &first)) + run->offset;
	return true;
}

static bool is_supported(const struct network_card *card, const struct network_frame *frame)
{
	static const uint32_t needs[] = {[NETWORK_SEGMENTATION_NONE] = 0,
					 [NETWORK_SEGMENTATION_TCP4] = NETWORK_FEATURES_SEGMENTATION_4,
					 [NETWORK_SEGMENTATION_TCP6] = NETWORK_FEATURES_SEGMENTATION_6};
	const uint32_t all = needs[frame->segmentation] | (frame->checksum ? NETWORK_FEATURES_CHECKSUM : 0);

	return (card->features & all) == all;
}

/* Do its lengths fit together? `bytes`: of all of it. */
static bool is_well_formed(const struct network_card *card, const struct network_frame *frame, uint32_t bytes)
{
	if (frame->head.length < CHECK_ETHERNET) {
		return false;
	}
	if (frame->checksum && (uint32_t)frame->sum_from + frame->sum_at + sizeof(uint16_t) > bytes) {
		return false;
	}
	if (frame->segmentation == NETWORK_SEGMENTATION_NONE) {
		return bytes <= card->most;
	}
	return frame->checksum && frame->headers >= least_headers[frame->segmentation] &&
	       frame->headers <= frame->head.length && frame->headers < bytes && frame->segment != 0 &&
	       (uint32_t)frame->headers + frame->segment <= card->most && bytes <= LONGEST;
}

enum network_outcome check_frame(const struct network_card *card, uint32_t client,
				 const struct network_frame *frame, struct check_places *places)
{
	if (card->most == 0) {
		return NETWORK_OUTCOME_ABSENT;
	}
	if (!is_supported(card, frame)) {
		return NETWORK_OUTCOME_UNSUPPORTED;
	}
	if (frame->head.length > LONGEST || frame->body.length > LONGEST - frame->head.length ||
	    !is_well_formed(card, frame, frame->head.length + frame->body.length)) {
		return NETWORK_OUTCOME_MALFORMED;
	}
	places->body = 0;
	return find_out(client, &frame->head, &places->head) &&
		       (frame->body.length == 0 || find_out(client, &frame->body, &places->body))
		   ? NETWORK_OUTCOME_OK
		   : NETWORK_OUTCOME_MALFORMED;
}

enum network_outcome check_place(const struct network_card *card, uint32_t client,
				 const struct network_place *place, uint64_t *address)
{
	if (card->most == 0) {
		return NETWORK_OUTCOME_ABSENT;
	}
	return place->run.length >= card->least && place->run.length <= LONGEST &&
		       find_in(client, &place->run, address)
		   ? NETWORK_OUTCOME_OK
		   : NETWORK_OUTCOME_MALFORMED;
}
