/* SPDX-License-Identifier: MIT
 * What wires say: addresses of IP, protocols and ports, rates; and what is counted.
 */
#include "card.h"

#define ETHERNET 14u

static const uint8_t peer[6] = {0x52, 0x55, 0x0a, 0x00, 0x02, 0x02};
static const uint8_t mine_4[4] = {10, 0, 2, 15}, other_4[4] = {10, 0, 2, 3}, far_4[4] = {192, 0, 2, 1};

/* ---- frames ---- */

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

struct made {
	uint8_t bytes[128];
	uint32_t length;
};

static struct made ethernet(const uint8_t *to, const uint8_t *from, uint32_t type)
{
	struct made made = {.length = 60};

	memcpy(made.bytes, to, 6);
	memcpy(made.bytes + 6, from, 6);
	put16(made.bytes + 12, type);
	return made;
}

static struct made ipv4(const uint8_t *to, const uint8_t *from, const uint8_t *source,
			const uint8_t *destination, uint32_t protocol, uint32_t source_port,
			uint32_t destination_port)
{
	struct made made = ethernet(to, from, 0x0800);
	uint8_t *ip = made.bytes + ETHERNET;

	ip[0] = 0x45;
	ip[9] = (uint8_t)protocol;
	memcpy(ip + 12, source, 4);
	memcpy(ip + 16, destination, 4);
	put16(ip + 20, source_port);
	put16(ip + 22, destination_port);
	return made;
}

static struct made arp(const uint8_t *from, const uint8_t *hardware, const uint8_t *sender)
{
	struct made made = ethernet(everybody, from, 0x0806);
	static const uint8_t words[] = {0, 1, 8, 0, 6, 4, 0, 1};

	memcpy(made.bytes + ETHERNET, words, sizeof words);
	memcpy(made.bytes + ETHERNET + 8, hardware, 6);
	memcpy(made.bytes + ETHERNET + 14, sender, 4);
	return made;
}

/* fe80::`source` to fe80::1. */
static struct made ipv6(const uint8_t *from, uint32_t source, uint32_t protocol)
{
	struct made made = ethernet(everybody, from, 0x86dd);
	uint8_t *ip = made.bytes + ETHERNET;

	ip[0] = 0x60;
	ip[6] = (uint8_t)protocol;
	ip[8] = ip[24] = 0xfe;
	ip[9] = ip[25] = 0x80;
	put16(ip + 22, source);
	ip[39] = 1;
	made.length = 100;
	return made;
}

/* What the client is told of a frame of its. */
static enum network_outcome try(uint32_t client, const struct made *made)
{
	const struct tenon_buffer first = {.length = 2048};
	const struct network_frame frame = {.number = 9, .head = {.length = made->length}};
	struct network_sent sent;

	memcpy(client_links_out_write(client, &first), made->bytes, made->length);
	send_raw(client, &frame);
	if (mock_card_frames_entries() != 0) {
		finish(asked(), NETWORK_OUTCOME_OK);
	}
	client_links_sents_receive(client, &sent);
	return sent.outcome;
}

/* Does the client hear of a frame that comes? */
static bool try_in(uint32_t client, const struct made *made)
{
	struct network_received received;
	const uint32_t before = client_links_receiveds_entries(client);

	come_raw(made->bytes, made->length);
	if (client_links_receiveds_entries(client) == before) {
		return false;
	}
	client_links_receiveds_receive(client, &received);
	give(client, received.number);
	return true;
}

static enum network_outcome try_4(const uint8_t *source, const uint8_t *destination, uint32_t protocol,
				  uint32_t source_port, uint32_t destination_port)
{
	const struct made made =
	    ipv4(peer, own(0), source, destination, protocol, source_port, destination_port);

	return try(0, &made);
}

static bool try_4_in(const uint8_t *source, const uint8_t *destination, uint32_t protocol,
		     uint32_t source_port, uint32_t destination_port)
{
	const struct made made =
	    ipv4(own(0), peer, source, destination, protocol, source_port, destination_port);

	return try_in(0, &made);
}

static struct traffic_counts counts_of(uint32_t link)
{
	struct traffic_counts counts;
	uint8_t address[6];
	char name[64];

	assert_int_equal(client_traffic_read(0, link, name, address, &counts), TRAFFIC_OK);
	assert_memory_equal(address, own(link), 6);
	return counts;
}

/* ---- own addresses ---- */

TEST(addresses_of_others_are_not_sent_from)
{
	struct made made;

	links_parameters[0].own = "10.0.2.15 [fe80::2]";
	begin(4);
	assert_int_equal(try_4(mine_4, far_4, 6, 1, 2), NETWORK_OUTCOME_OK);
	assert_int_equal(try_4(other_4, far_4, 6, 1, 2), NETWORK_OUTCOME_REFUSED);
	assert_int_equal(try_4((const uint8_t[4]){0}, (const uint8_t[4]){255, 255, 255, 255}, 17, 68, 67),
			 NETWORK_OUTCOME_OK);
	made = ipv6(own(0), 2, 17);
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_OK);
	made = ipv6(own(0), 3, 17);
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_REFUSED);
	assert_int_equal(counts_of(0).spoofed, 2);
	assert_true(try_4_in(far_4, mine_4, 6, 1, 2));
	assert_false(try_4_in(far_4, other_4, 6, 1, 2));
	assert_int_equal(counts_of(0).not_heard, 1);
}

TEST(nobody_answers_for_another)
{
	struct made made;

	links_parameters[0].own = "10.0.2.15 [fe80::2]";
	begin(0);
	made = arp(own(0), own(0), mine_4);
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_OK);
	made = arp(own(0), own(0), other_4);
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_REFUSED);
	made = arp(own(0), peer, mine_4);
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_REFUSED);
	made = arp(own(1), peer, mine_4); /* who has no list does not either */
	assert_int_equal(try(1, &made), NETWORK_OUTCOME_REFUSED);
	made = ipv6(own(0), 2, 58);
	made.bytes[ETHERNET + 40] = 136;
	made.bytes[ETHERNET + 48] = 0xfe;
	made.bytes[ETHERNET + 49] = 0x80;
	made.bytes[ETHERNET + 63] = 2;
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_OK);
	made.bytes[ETHERNET + 63] = 1;
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_REFUSED);
	made.bytes[ETHERNET + 40] = 134; /* it is no router */
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_REFUSED);
}

TEST(what_is_no_protocol_of_the_internet_has_no_address)
{
	struct made made;

	links_parameters[0].own = "10.0.2.15";
	begin(0);
	made = ethernet(peer, own(0), 0x8100);
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_REFUSED);
	made = ipv4(peer, own(0), mine_4, far_4, 6, 1, 2);
	made.length = ETHERNET + 19; /* its header is not all there */
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_REFUSED);
	made.length = 60;
	made.bytes[ETHERNET] = 0x4f; /* nor here */
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_REFUSED);
}

/* ---- protocols and ports ---- */

TEST(only_what_the_wire_allows)
{
	struct made made;

	links_parameters[0].allow = "arp tcp/80 out:udp/1024-2000@10.0.2.0/24:53 in:icmp@192.0.2.1";
	begin(4);
	assert_int_equal(try_4(mine_4, far_4, 6, 80, 5555), NETWORK_OUTCOME_OK);
	assert_int_equal(try_4(mine_4, far_4, 6, 81, 80), NETWORK_OUTCOME_REFUSED);
	assert_true(try_4_in(far_4, mine_4, 6, 5555, 80));
	assert_false(try_4_in(far_4, mine_4, 6, 80, 81));
	assert_int_equal(try_4(mine_4, other_4, 17, 1024, 53), NETWORK_OUTCOME_OK);
	assert_int_equal(try_4(mine_4, other_4, 17, 1023, 53), NETWORK_OUTCOME_REFUSED);
	assert_int_equal(try_4(mine_4, other_4, 17, 2000, 54), NETWORK_OUTCOME_REFUSED);
	assert_int_equal(try_4(mine_4, far_4, 17, 2000, 53), NETWORK_OUTCOME_REFUSED);
	assert_false(try_4_in(other_4, mine_4, 17, 53, 1024));
	assert_true(try_4_in(far_4, mine_4, 1, 0, 0));
	assert_false(try_4_in(other_4, mine_4, 1, 0, 0));
	assert_int_equal(try_4(mine_4, far_4, 1, 0, 0), NETWORK_OUTCOME_REFUSED);
	made = arp(own(0), own(0), other_4);
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_OK);
	made = ipv6(own(0), 2, 58);
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_REFUSED);
	assert_int_equal(counts_of(0).not_allowed, 6);
	assert_int_equal(counts_of(0).not_heard, 3);
	assert_int_equal(counts_of(0).sent, 3);
	assert_int_equal(counts_of(0).sent_bytes, 180);
	assert_int_equal(counts_of(0).received, 2);
}

/* RFC 8200, 4: headers before that of TCP; RFC 1858: fragments without ports. */
TEST(ports_are_found_where_they_are)
{
	struct made made;

	links_parameters[0].allow = "tcp/80";
	begin(0);
	made = ipv6(own(0), 2, 0);
	made.bytes[ETHERNET + 40] = 43;
	made.bytes[ETHERNET + 48] = 6;
	put16(made.bytes + ETHERNET + 56, 80);
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_OK);
	made.bytes[ETHERNET + 49] = 200; /* longer than all of it */
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_REFUSED);
	made = ipv4(peer, own(0), mine_4, far_4, 6, 80, 1);
	made.bytes[ETHERNET + 7] = 1;
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_REFUSED);
	made = ipv4(peer, own(0), mine_4, far_4, 6, 80, 1);
	made.length = ETHERNET + 23;
	assert_int_equal(try(0, &made), NETWORK_OUTCOME_REFUSED);
}

/* One address of the Ethernet and of IP, and ports apart. */
TEST(two_share_an_address_by_port)
{
	struct made made;

	links_parameters[0].allow = "arp tcp/80";
	links_parameters[1].allow = "arp udp/53";
	links_parameters[2].address = "02:00:00:00:00:03";
	begin(4);
	assert_memory_equal(own(0), own(1), 6);
	made = ipv4(own(0), peer, far_4, mine_4, 6, 4444, 80);
	assert_true(try_in(0, &made));
	expect_none(1);
	made = ipv4(own(0), peer, far_4, mine_4, 17, 4444, 53);
	assert_true(try_in(1, &made));
	expect_none(0);
	made = arp(peer, peer, far_4);
	assert_true(try_in(0, &made));
	assert_int_equal(client_links_receiveds_entries(1), 1);
	assert_int_equal(client_links_receiveds_entries(2), 1);
}

static void expect_no_card(const char *own_words, const char *allow)
{
	links_parameters[0].own = own_words;
	links_parameters[0].allow = allow;
	test_start();
	mock_card_cards_send(&plain);
	assert_int_equal(told(0).most, 0);
	assert_int_equal(told(1).most, plain.most);
}

TEST(an_address_of_four_numbers_too_large)
{
	expect_no_card("10.0.2.256", "");
}
TEST(an_address_without_an_end)
{
	expect_no_card("10.0.2.", "");
}
TEST(more_bits_than_there_are)
{
	expect_no_card("10.0.2.0/33", "");
}
TEST(too_many_groups)
{
	expect_no_card("[1:2:3:4:5:6:7:8:9]", "");
}
TEST(too_few_groups)
{
	expect_no_card("[1:2:3:4:5:6:7]", "");
}
TEST(two_gaps)
{
	expect_no_card("[1::2::3]", "");
}
TEST(a_bracket_that_does_not_close)
{
	expect_no_card("[fe80::1", "");
}
TEST(a_protocol_that_is_none)
{
	expect_no_card("", "tcp sctp");
}
TEST(ports_of_what_has_none)
{
	expect_no_card("", "icmp/80");
}
TEST(a_port_too_large)
{
	expect_no_card("", "tcp/65536");
}
TEST(ports_the_wrong_way_round)
{
	expect_no_card("", "udp/20-10");
}
TEST(a_peer_that_is_none)
{
	expect_no_card("", "udp@10.0.2:53");
}
TEST(more_words_than_there_is_room_for)
{
	expect_no_card("", "arp arp arp arp arp arp arp arp arp arp arp arp arp arp arp arp arp");
}

/* ---- rates ---- */

TEST(who_sends_more_than_its_rate_waits)
{
	links_parameters[0].send_rate = 1000;
	links_parameters[0].burst = 2048;
	begin(0);
	for (uint32_t i = 0; i < 5; i++) {
		send(0, i, peer, 1000 - ETHERNET);
	}
	send(1, 7, peer, 1000); /* another has none */
	assert_int_equal(mock_card_frames_entries(), 4);
	test_advance_ms(900);
	assert_int_equal(mock_card_frames_entries(), 4);
	test_advance_ms(100);
	assert_int_equal(mock_card_frames_entries(), 5);
	test_advance_ms(900);
	assert_int_equal(mock_card_frames_entries(), 5);
	test_advance_ms(100);
	assert_int_equal(mock_card_frames_entries(), 6);
}

TEST(who_gets_more_than_its_rate_misses_it)
{
	links_parameters[0].receive_rate = 1000;
	links_parameters[0].burst = 2048;
	begin(16);
	for (uint32_t i = 0; i < 5; i++) {
		come(i, own(0), peer, 1000 - ETHERNET);
	}
	assert_int_equal(client_links_receiveds_entries(0), 3);
	assert_int_equal(counts_of(0).over_rate, 2);
	test_advance_ms(10000);
	for (uint32_t i = 0; i < 5; i++) {
		come(i, own(0), peer, 1000 - ETHERNET);
	}
	assert_int_equal(client_links_receiveds_entries(0), 6);
}

TEST(what_is_counted)
{
	begin(1);
	send_raw(0, &(struct network_frame){.head = {.length = 1}});
	come(1, own(0), peer, 60);
	come(2, own(0), peer, 60);
	assert_int_equal(counts_of(0).malformed, 1);
	assert_int_equal(counts_of(0).received, 1);
	assert_int_equal(counts_of(0).received_bytes, 74);
	assert_int_equal(counts_of(0).no_place, 1);
	assert_int_equal(
	    client_traffic_read(0, 3, (char[64]){0}, (uint8_t[6]){0}, &(struct traffic_counts){0}),
	    TRAFFIC_NO_MORE);
}
