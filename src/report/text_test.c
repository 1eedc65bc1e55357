#include "report/words.h"

#include "tests/test.h"

#include <limits.h>
#include <stdio.h>

#define S INT64_C(1000000000)
#define PPB(x) ((x)*INT64_C(4294967296))

static char said[8192]; /* "LEVEL line\n" of each */
static size_t lines;

static void say(void *context, int level, const char *line)
{
	size_t length = strlen(said);

	(void)context;
	snprintf(said + length, sizeof(said) - length, "%d %s\n", level, line);
	lines++;
}

static const char *const names[] = { "eth0", "eth1" };
static struct report_writer *writer;

static void begin(const struct report_words *words)
{
	report_writer_free(writer);
	writer = report_writer_new(words, names, 2);
	CHECK(writer != NULL);
}

static const char *told_at(struct gn_report report, int64_t now)
{
	said[0] = '\0';
	lines = 0;
	report_write(writer, &report, now, say, NULL);
	return said;
}

static const char *told(struct gn_report report)
{
	return told_at(report, S);
}

static struct gn_report a_report(enum gn_report_id id, uint16_t port)
{
	struct gn_report report = { .id = (uint16_t)id, .port = port };
	static const struct gn_port_identity sender = { { { 0x02, 0, 0, 0xFF, 0xFE, 0, 0x0A, 0x01 } }, 3 };

	report.identity = sender;
	return report;
}

#define REPORT(name, on_port, ...)                                                                           \
	({                                                                                                   \
		struct gn_report made_report = a_report(GN_REPORT_##name, on_port);                          \
		const int64_t made_numbers[7] = { __VA_ARGS__ };                                             \
		memcpy(made_report.number, made_numbers, sizeof(made_numbers));                              \
		made_report;                                                                                 \
	})

#define TOLD(name, on_port, ...) told(REPORT(name, on_port, __VA_ARGS__))

static const char *state(int port, int from, int to, int event, int fault, int is_grandmaster)
{
	return TOLD(PORT_STATE, (uint16_t)port, from, to, event, fault, is_grandmaster);
}

static const struct report_words *const vocabularies[] = { &report_words_native, &report_words_linuxptp };

TEST(every_report_has_a_row_in_both_vocabularies)
{
	for (size_t v = 0; v < 2; v++) {
		for (int id = 0; id < GN_REPORTS; id++) {
			const struct report_row *row = &vocabularies[v]->rows[id];

			CHECK(row->text != NULL);
			CHECK_LE(row->level, 7);
			CHECK(row->variants != NULL || row->count == 0);
		}
	}
}

/* Numbers around everything a variant or a name is looked up by, and the far ends. */
static int64_t any_number(void)
{
	switch (test_random_below(8)) {
	case 0:
		return (int64_t)test_random();
	case 1:
		return INT64_MIN;
	case 2:
		return INT64_MAX;
	default:
		return test_random_between(-3, 40);
	}
}

TEST(no_template_has_a_mistake_and_no_numbers_break_one)
{
	for (size_t v = 0; v < 2; v++) {
		begin(vocabularies[v]);
		for (int i = 0; i < 60000; i++) {
			struct gn_report r = a_report((enum gn_report_id)(i % (GN_REPORTS + 1)),
						      (uint16_t)test_random_below(4));

			for (size_t n = 0; n < 7; n++) {
				r.number[n] = any_number();
			}
			if (test_random_below(2)) {
				r.text = "bond0\n\x1b[2J";
			}
			told_at(r, (int64_t)i * 1000 * S);
			CHECK(strstr(said, "{?}") == NULL);
			CHECK(strchr(said, '\x1b') == NULL);
		}
	}
}

TEST(every_port_event_drop_reason_timer_and_change_is_walked_in_both_vocabularies)
{
	static const struct {
		enum gn_report_id id;
		int by, first, count;
	} kinds[] = {
		{ GN_REPORT_PORT_STATE, 2, 0, GN_PORT_EVENTS },
		{ GN_REPORT_DROP, 0, 0, GN_DROPS },
		{ GN_REPORT_TIMER, 0, 0, GN_TIMERS },
		{ GN_REPORT_AS_CAPABLE, 0, 0, 7 },
		{ GN_REPORT_CLOCK_FAILED, 0, 0, GN_ACTION_REPORT },
		{ GN_REPORT_TX_STAMP_MISSING, 3, 0, 6 },
	};

	for (size_t v = 0; v < 2; v++) {
		begin(vocabularies[v]);
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
			for (int n = 0; n < kinds[k].count; n++) {
				struct gn_report r = a_report(kinds[k].id, 1);

				r.number[0] = GN_PORT_LISTENING;
				r.number[1] = GN_PORT_UNCALIBRATED;
				r.number[kinds[k].by] = kinds[k].first + n;
				told_at(r, 1000 * S * (n + 1));
				CHECK(strstr(said, "{?}") == NULL);
			}
		}
	}
}

/* ---- linuxptp, to the byte ---- */

TEST(a_port_that_starts_prints_its_first_line_from_initializing)
{
	begin(&report_words_linuxptp);
	CHECK_STR_EQ(state(1, GN_PORT_INITIALIZING, GN_PORT_LISTENING, GN_EV_INIT_COMPLETE, 0, 0),
		     "5 port 1 (eth0): INITIALIZING to LISTENING on INIT_COMPLETE\n");
	CHECK_STR_EQ(state(1, GN_PORT_LISTENING, GN_PORT_UNCALIBRATED, GN_EV_RECOMMENDED_TIME_RECEIVER, 0, 0),
		     "5 port 1 (eth0): LISTENING to UNCALIBRATED on RS_SLAVE\n");
	CHECK_STR_EQ(state(1, GN_PORT_UNCALIBRATED, GN_PORT_TIME_RECEIVER,
			   GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED, 0, 0),
		     "5 port 1 (eth0): UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED\n");
}

TEST(a_repaired_port_is_shown_in_one_line_from_where_it_came)
{
	begin(&report_words_linuxptp);
	CHECK_STR_EQ(state(2, GN_PORT_TIME_RECEIVER, GN_PORT_FAULTY, GN_EV_FAULT_DETECTED,
			   GN_FAULT_UNSPECIFIED, 0),
		     "5 port 2 (eth1): SLAVE to FAULTY on FAULT_DETECTED (FT_UNSPECIFIED)\n");
	CHECK_STR_EQ(state(2, GN_PORT_FAULTY, GN_PORT_INITIALIZING, GN_EV_FAULT_CLEARED, 0, 0), "");
	CHECK_STR_EQ(state(2, GN_PORT_INITIALIZING, GN_PORT_LISTENING, GN_EV_INIT_COMPLETE, 0, 0),
		     "5 port 2 (eth1): FAULTY to LISTENING on INIT_COMPLETE\n");
	CHECK_STR_EQ(state(2, GN_PORT_LISTENING, GN_PORT_DISABLED, GN_EV_DESIGNATED_DISABLED, 0, 0),
		     "5 port 2 (eth1): LISTENING to DISABLED on DESIGNATED_DISABLED\n");
	CHECK_STR_EQ(state(2, GN_PORT_DISABLED, GN_PORT_INITIALIZING, GN_EV_DESIGNATED_ENABLED, 0, 0), "");
	CHECK_STR_EQ(state(2, GN_PORT_INITIALIZING, GN_PORT_LISTENING, GN_EV_INIT_COMPLETE, 0, 0),
		     "5 port 2 (eth1): DISABLED to LISTENING on INIT_COMPLETE\n");
}

TEST(an_initialization_that_fails_shows_the_fault_the_first_time_and_nothing_again)
{
	begin(&report_words_linuxptp);
	CHECK_STR_EQ(
		state(1, GN_PORT_INITIALIZING, GN_PORT_FAULTY, GN_EV_FAULT_DETECTED, GN_FAULT_UNSPECIFIED, 0),
		"5 port 1 (eth0): INITIALIZING to FAULTY on FAULT_DETECTED (FT_UNSPECIFIED)\n");
	CHECK_STR_EQ(state(1, GN_PORT_FAULTY, GN_PORT_INITIALIZING, GN_EV_FAULT_CLEARED, 0, 0), "");
	CHECK_STR_EQ(
		state(1, GN_PORT_INITIALIZING, GN_PORT_FAULTY, GN_EV_FAULT_DETECTED, GN_FAULT_UNSPECIFIED, 0),
		"");
}

TEST(without_bmca_a_port_goes_from_initializing_to_master)
{
	begin(&report_words_linuxptp);
	CHECK_STR_EQ(state(1, GN_PORT_INITIALIZING, GN_PORT_TIME_TRANSMITTER, GN_EV_INIT_COMPLETE, 0, 0),
		     "5 port 1 (eth0): INITIALIZING to MASTER on INIT_COMPLETE\n");
}

TEST(grand_master_is_a_name_of_its_own_both_ways)
{
	begin(&report_words_linuxptp);
	CHECK_STR_EQ(
		state(1, GN_PORT_LISTENING, GN_PORT_TIME_TRANSMITTER, GN_EV_RECOMMENDED_GRANDMASTER, 0, 1),
		"5 port 1 (eth0): LISTENING to GRAND_MASTER on RS_GRAND_MASTER\n");
	CHECK_STR_EQ(state(2, GN_PORT_TIME_TRANSMITTER, GN_PORT_PASSIVE, GN_EV_RECOMMENDED_PASSIVE, 0, 0),
		     "5 port 2 (eth1): MASTER to PASSIVE on RS_PASSIVE\n");
	CHECK_STR_EQ(state(1, GN_PORT_TIME_TRANSMITTER, GN_PORT_UNCALIBRATED, GN_EV_RECOMMENDED_TIME_RECEIVER,
			   0, 0),
		     "5 port 1 (eth0): GRAND_MASTER to UNCALIBRATED on RS_SLAVE\n");
	CHECK_STR_EQ(state(1, GN_PORT_UNCALIBRATED, GN_PORT_PRE_TIME_TRANSMITTER,
			   GN_EV_RECOMMENDED_TIME_TRANSMITTER, 0, 0),
		     "5 port 1 (eth0): UNCALIBRATED to PRE_MASTER on RS_MASTER\n");
}

TEST(samples_have_linuxptps_widths)
{
	begin(&report_words_linuxptp);
	CHECK_STR_EQ(TOLD(SERVO_SAMPLE, 0, -138, 0, PPB(-259), 2266, 1),
		     "6 master offset       -138 s0 freq    -259 path delay      2266\n");
	CHECK_STR_EQ(TOLD(SERVO_SAMPLE, 0, 101802063, 1, PPB(111526), -21111, 1),
		     "6 master offset  101802063 s1 freq +111526 path delay    -21111\n");
	CHECK_STR_EQ(TOLD(SERVO_SAMPLE, 0, INT64_C(-1795206083465764233), 2, PPB(100000000),
			  INT64_C(12345678901), 1),
		     "6 master offset -1795206083465764233 s2 freq +100000000 path delay 12345678901\n");
	CHECK_STR_EQ(TOLD(SERVO_SUMMARY, 0, 9000, 13000, 9993000, 7000, 1011000, 2000, 1),
		     "6 rms    9 max   13 freq  +9993 +/-   7 delay  1011 +/-   2\n");
	CHECK_STR_EQ(TOLD(SERVO_SUMMARY, 0, 7165591000, 10137736000, 6710000, 3933000, -891000, 1522000, 1),
		     "6 rms 7165591 max 10137736 freq  +6710 +/- 3933 delay  -891 +/- 1522\n");
	CHECK_STR_EQ(TOLD(SERVO_SUMMARY, 0, 9000, 13000, 9993000, 7000, 0, 0, 0),
		     "6 rms    9 max   13 freq  +9993 +/-   7\n");
	CHECK_STR_EQ(TOLD(DELAY_SAMPLE, 1, 1011, 998), "7 delay   filtered       1011   raw        998\n");
	CHECK_STR_EQ(TOLD(NEGATIVE_DELAY, 1, -5, 10, -20, 500), "7 negative delay         -5\n"
								"7 delay = (t2 - t3) * rr + (t4 - t1)\n"
								"7 t2 - t3 =        +10\n"
								"7 t4 - t1 =        -20\n"
								"7 rr = 1.000000500\n");
	CHECK_STR_EQ(TOLD(SERVO_INTERVAL, 0, 125000, 700000, 300000),
		     "7 PI servo: sync interval 0.125 kp 0.700 ki 0.300000\n");
	CHECK_STR_EQ(TOLD(SERVO_FIT, 0, 32, -30039000, 15, 197),
		     "7 linreg: points 32 slope 0.999969961 intercept 15 err 197\n");
	CHECK_STR_EQ(TOLD(SKIPPED_AFTER_STEP, 0, 1, 8), "7 skip sync after jump 1/8\n");
	CHECK_STR_EQ(TOLD(RATE_RATIO, 0, 1000000, -1000000),
		     "7 peer/local    0.999999000\n7 master/local  1.000001000\n");
}

TEST(the_lines_about_the_choice_of_a_master_are_linuxptps)
{
	begin(&report_words_linuxptp);
	CHECK_STR_EQ(TOLD(NEW_FOREIGN, 1), "5 port 1 (eth0): new foreign master 020000.fffe.000a01-3\n");
	CHECK_STR_EQ(TOLD(BEST_FOREIGN, 0), "5 selected best master clock 020000.fffe.000a01\n");
	CHECK_STR_EQ(TOLD(BEST_LOCAL, 0), "5 selected local clock 020000.fffe.000a01 as best master\n");
	CHECK_STR_EQ(TOLD(GRANDMASTER_ROLE, 1), "5 port 1 (eth0): assuming the grand master role\n");
	CHECK_STR_EQ(TOLD(RECEIVER_ONLY_CONFLICT, 1),
		     "4 port 1 (eth0): master state recommended in slave only mode\n"
		     "4 port 1 (eth0): defaultDS.priority1 probably misconfigured\n");
	CHECK_STR_EQ(TOLD(NOT_PTP_TIMESCALE, 1), "4 foreign master not using PTP timescale\n");
	CHECK_STR_EQ(TOLD(UTC_OFFSET_BELOW, 1, 36, 37), "4 running in a temporal vortex\n");
	CHECK_STR_EQ(TOLD(UTC_OFFSET, 1, 37), "6 updating UTC offset to 37\n");
	CHECK_STR_EQ(TOLD(LEAP, 1, 1), "6 updating time properties to insert leap second\n");
	CHECK_STR_EQ(TOLD(LEAP, 1, -1), "6 updating time properties to delete leap second\n");
	CHECK_STR_EQ(TOLD(LEAP, 1, 0), "6 updating time properties to no leap second\n");
	CHECK_STR_EQ(TOLD(LEAP_SET, 0, -1), "5 clock set to delete leap second at midnight (UTC)\n");
	CHECK_STR_EQ(TOLD(DELAY_REQ_INTERVAL, 1, -3),
		     "5 port 1 (eth0): minimum delay request interval 2^-3\n");
	CHECK_STR_EQ(TOLD(P2P_DETECTED, 1), "6 port 1 (eth0): peer detected, switch to P2P\n");
}

TEST(the_lines_about_clocks_links_and_faults_are_linuxptps)
{
	begin(&report_words_linuxptp);
	CHECK_STR_EQ(TOLD(CLOCK_JUMPED, 1, 1),
		     "4 clockcheck: clock jumped forward or running faster than expected!\n");
	CHECK_STR_EQ(TOLD(CLOCK_JUMPED, 1, -1),
		     "4 clockcheck: clock jumped backward or running slower than expected!\n");
	CHECK_STR_EQ(TOLD(CLOCK_FAILED, 0, GN_ACTION_CLOCK_STEP, 1),
		     "3 failed to step clock: Operation not permitted\n");
	CHECK_STR_EQ(TOLD(LINK, 1, 0), "5 port 1 (eth0): link down\n");
	CHECK_STR_EQ(TOLD(LINK, 1, 1), "5 port 1 (eth0): link up\n");
	CHECK_STR_EQ(TOLD(FAULT_WAIT, 1, GN_FAULT_UNSPECIFIED, 16 * S),
		     "7 waiting 2^{4} seconds to clear fault on port 1 (eth0)\n");
	CHECK_STR_EQ(TOLD(FAULT_WAIT, 1, GN_FAULT_UNSPECIFIED, S / 8),
		     "7 waiting 2^{-3} seconds to clear fault on port 1 (eth0)\n");
	CHECK_STR_EQ(TOLD(FAULT_WAIT, 1, GN_FAULT_BAD_PEER_NETWORK, 16 * S),
		     "7 waiting 16 seconds to clear fault on port 1 (eth0)\n");
	CHECK_STR_EQ(TOLD(FAULT_CLEARING, 1, 0), "7 clearing fault on port 1 (eth0)\n");
	CHECK_STR_EQ(TOLD(FAULT_CLEARING, 1, 1), "5 port 1 (eth0): clearing fault immediately\n");
	CHECK_STR_EQ(TOLD(TX_STAMP_MISSING, 1, GN_SYNC, 7, 1, GN_STAMP_MISSING),
		     "3 timed out while polling for tx timestamp\n"
		     "3 increasing tx_timestamp_timeout or increasing kworker priority may correct this "
		     "issue, but a "
		     "driver bug likely causes it\n");
	CHECK_STR_EQ(TOLD(DELAY_RESPONSE_TIMEOUT, 1, 3), "3 port 1 (eth0): delay response timeout\n");
}

TEST(the_lines_about_messages_and_peers_are_linuxptps)
{
	begin(&report_words_linuxptp);
	CHECK_STR_EQ(TOLD(DROP, 1, GN_DROP_MALFORMED, GN_SYNC, 5), "3 port 1 (eth0): bad message\n");
	CHECK_STR_EQ(TOLD(DROP, 1, GN_DROP_VERSION, -1, -1), "7 port 1 (eth0): ignoring message\n");
	CHECK_STR_EQ(TOLD(DROP, 1, GN_DROP_STAMP_MISSING, GN_PDELAY_RESP, 5),
		     "3 port 1 (eth0): received PDELAY_RESP without timestamp\n");
	CHECK_STR_EQ(TOLD(DROP, 1, GN_DROP_SYNC_MISPAIRED, GN_SYNC, 5, 6),
		     "7 port 1 (eth0): have SYNC 5, expecting FOLLOW_UP but got SYNC 6, dropping\n");
	CHECK_STR_EQ(TOLD(DROP, 1, GN_DROP_DOMAIN, GN_SYNC, 5), "");
	CHECK_STR_EQ(TOLD(MECHANISM_MISMATCH, 1, GN_DELAY_REQ),
		     "4 port 1 (eth0): delay request on P2P port\n");
	CHECK_STR_EQ(TOLD(MECHANISM_MISMATCH, 1, GN_PDELAY_REQ), "4 port 1 (eth0): pdelay_req on E2E port\n");
	CHECK_STR_EQ(TOLD(PEER_CHANGED, 1, GN_PDELAY_RESP), "3 port 1 (eth0): received pdelay_resp msg with "
							    "unexpected peer port id 020000.fffe.000a01-3\n");
	CHECK_STR_EQ(TOLD(PEER, 1), "7 port 1 (eth0): peer port id set to 020000.fffe.000a01-3\n");
	CHECK_STR_EQ(
		TOLD(AS_CAPABLE, 1, GN_AS_CAPABLE_LOST_DELAY_TOO_LONG, 900, 800),
		"7 port 1 (eth0): peer_delay (900) > neighborPropDelayThresh (800), resetting asCapable\n");
	CHECK_STR_EQ(TOLD(TIMER, 1, GN_TIMER_ANNOUNCE), "7 port 1 (eth0): master tx announce timeout\n");
	CHECK_STR_EQ(TOLD(MULTIPLE_RESPONDERS, 1), "3 port 1 (eth0): multiple peer responses\n");
}

TEST(linuxptps_limited_lines_are_held_back_silently)
{
	struct gn_report r = REPORT(CLOCK_CLASS_TOO_LARGE, 1, 248, 135);
	static const char line[] = "3 port 1 (eth0): Master clock quality received is greater than "
				   "configured, ignoring master!\n";

	begin(&report_words_linuxptp);
	CHECK_STR_EQ(told_at(r, 0), line);
	CHECK_STR_EQ(told_at(r, 60 * S - 1), "");
	CHECK_STR_EQ(told_at(r, 60 * S), line);
	CHECK_STR_EQ(told_at(REPORT(BOGUS_SYNC_INTERVAL, 1, 100), 0),
		     "6 port 1 (eth0): ignore bogus sync interval 2^100\n");
	CHECK_STR_EQ(told_at(REPORT(BOGUS_SYNC_INTERVAL, 1, 100), 299 * S), "");
}

/* ---- ours ---- */

TEST(our_lines_say_where_what_how_much_and_what_to_do)
{
	begin(&report_words_native);
	CHECK_STR_EQ(state(2, GN_PORT_UNCALIBRATED, GN_PORT_TIME_RECEIVER,
			   GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED, 0, 0),
		     "5 port 2 (eth1): UNCALIBRATED -> TIME_RECEIVER: the servo has locked\n");
	CHECK_STR_EQ(TOLD(DROP, 2, GN_DROP_NO_SUCH_EXCHANGE, GN_DELAY_RESP, 4711),
		     "7 port 2 (eth1): dropped Delay_Resp 4711 from 020000.fffe.000a01-3: answers no open "
		     "request of ours\n");
	CHECK_STR_EQ(TOLD(SERVO_SAMPLE, 0, -1240000, 1, PPB(-2500), 2266, 1),
		     "6 offset -1.24 ms, frequency -2500 ppb, path delay 2.27 us, servo steps the clock\n");
	CHECK_STR_EQ(
		TOLD(SERVO_SUMMARY, 0, 12300, 40000, 2500000, 3000, 2266000, 5000, 1),
		"6 offset rms 12.3 ns, max 40 ns, frequency +2500 +- 3 ppb, path delay 2.27 us +- 5 ns\n");
	CHECK_STR_EQ(TOLD(CONFIGURATION_CHANGED, 0, 0x2005),
		     "5 changed by management: managementId 0x2005\n");
	CHECK_STR_EQ(TOLD(INTERVAL_REQUEST, 1, -3),
		     "6 port 1 (eth0): asked the time transmitter for a Sync every 125 ms\n");
}

TEST(a_drop_without_a_header_names_no_message_and_no_sender)
{
	struct gn_report r = REPORT(DROP, 1, GN_DROP_TRUNCATED, -1, -1, 12);

	begin(&report_words_native);
	memset(&r.identity, 0, sizeof(r.identity));
	CHECK_STR_EQ(told(r),
		     "4 port 1 (eth0): dropped a message: shorter than its header or messageLength says (12 "
		     "octets came)\n");
}

TEST(what_was_held_back_is_said_with_the_next_line_of_its_kind)
{
	struct gn_report r = REPORT(TX_STAMP_MISSING, 1, GN_SYNC, 7, 1, GN_STAMP_MISSING);

	begin(&report_words_native);
	told_at(r, 5 * S);
	CHECK(strstr(said, "more in") == NULL);
	for (int i = 1; i <= 12; i++) {
		CHECK_STR_EQ(told_at(r, (5 + i) * S), "");
	}
	told_at(r, 65 * S);
	CHECK(strstr(said, " (12 more in 60 s)\n") != NULL);
	told_at(r, 200 * S);
	CHECK(strstr(said, "more in") == NULL);
}

TEST(limits_are_per_port_and_per_reason)
{
	struct gn_report r = REPORT(DROP, 1, GN_DROP_DUPLICATE, GN_SYNC, 7);

	begin(&report_words_native);
	told_at(r, S);
	CHECK_EQ(lines, 1);
	told_at(r, S);
	CHECK_EQ(lines, 0);
	r.port = 2;
	told_at(r, S);
	CHECK_EQ(lines, 1);
	r.number[0] = GN_DROP_PATH_LOOP;
	told_at(r, S);
	CHECK_EQ(lines, 1);
}

TEST(a_clock_that_went_backward_silences_nothing)
{
	struct gn_report r = REPORT(DROP, 1, GN_DROP_DUPLICATE, GN_SYNC, 7);

	begin(&report_words_native);
	told_at(r, 1000 * S);
	told_at(r, 10 * S);
	CHECK_EQ(lines, 1);
}

TEST(a_port_without_a_name_is_a_number_and_one_out_of_range_is_no_harm)
{
	begin(&report_words_linuxptp);
	CHECK_STR_EQ(TOLD(LINK, 9, 1), "5 port 9: link up\n");
}

TEST(a_name_from_outside_cannot_break_the_line)
{
	struct gn_report r = REPORT(LABEL_CHANGED, 1, 0);

	begin(&report_words_linuxptp);
	r.text = "eth{d0}\n\x1b";
	CHECK_STR_EQ(told(r), "5 port 1 (eth0): ts label changed to eth{d0}??\n");
}

TEST(durations_have_three_digits_and_a_unit)
{
	static const struct {
		double ns;
		const char *text;
	} cases[] = {
		{ 0, "0 ns" },          { -0.0, "0 ns" },     { 0.31, "0.31 ns" },
		{ 0.004, "0 ns" },      { -0.004, "0 ns" },   { 1, "1 ns" },
		{ -517, "-517 ns" },    { 999.4, "999 ns" },  { 999.6, "1 us" },
		{ 1240000, "1.24 ms" }, { 20000, "20 us" },   { 99960, "100 us" },
		{ 9.996, "10 ns" },     { 1e9, "1 s" },       { 125e6, "125 ms" },
		{ 37e9, "37 s" },       { 1.5e12, "1500 s" }, { -1.79e18, "-1790000000 s" },
		{ 1e30, "too large" },
	};
	char out[24];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK_STR_EQ(report_duration(cases[i].ns, out), cases[i].text);
	}
}

TEST(identities_and_states_have_their_names)
{
	struct gn_port_identity id = { { { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF } }, 65535 };
	char out[25];

	CHECK_STR_EQ(report_port_identity(&id, out), "ffffff.ffff.ffffff-65535");
	CHECK_STR_EQ(report_state_name(&report_words_native, GN_PORT_TIME_RECEIVER), "TIME_RECEIVER");
	CHECK_STR_EQ(report_state_name(&report_words_linuxptp, GN_PORT_TIME_RECEIVER), "SLAVE");
	CHECK_STR_EQ(report_state_name(&report_words_linuxptp, 77), "NONE");
	CHECK_STR_EQ(report_state_name(&report_words_linuxptp, -1), "NONE");
}

TEST(drop_reasons_have_names_of_their_own_that_a_program_can_use)
{
	for (int a = 0; a < GN_DROPS; a++) {
		const char *name = gn_drop_name((enum gn_drop)a);

		CHECK(name != NULL && gn_drop_text((enum gn_drop)a) != NULL);
		CHECK(name[0] != '\0' && strspn(name, "abcdefghijklmnopqrstuvwxyz_") == strlen(name));
		for (int b = 0; b < a; b++) {
			CHECK(strcmp(name, gn_drop_name((enum gn_drop)b)) != 0);
		}
	}
	CHECK_STR_EQ(gn_drop_name(GN_DROPS), "unknown");
	CHECK_STR_EQ(gn_drop_text((enum gn_drop) - 1), "unknown reason");
}
