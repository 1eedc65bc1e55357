#include "sim/clock/gnss.h"

#include "tests/test.h"

#define START 1700000037U /* TAI: 2023-11-14 22:13:20 UTC */
#define UTC_OFFSET 37
#define ERA (INT64_C(1024) * 7 * 86400)

static struct gnss receiver_at(uint64_t start_seconds)
{
	return (struct gnss){ .settings = { .has_fix = true, .leap_known = 1, .is_on = true },
			      .start_seconds = start_seconds,
			      .utc_offset = UTC_OFFSET };
}

static int64_t read_back(const struct gnss *gnss, int64_t second, bool is_rmc)
{
	char text[96];
	int64_t utc = -1;
	size_t length = gnss_sentence(gnss, second, is_rmc, text);

	CHECK_EQ(strlen(text), length);
	CHECK_LE(length, 82); /* what NMEA 0183 allows */
	return gnss_read_sentence(text, &utc) ? utc : -1;
}

TEST(a_sentence_is_written_as_nmea_says)
{
	struct gnss gnss = receiver_at(START);
	char text[96];

	(void)gnss_sentence(&gnss, 0, false, text);
	CHECK_STR_EQ(text, "$GPZDA,221320.00,14,11,2023,00,00*60\r\n");
	(void)gnss_sentence(&gnss, 0, true, text);
	CHECK_STR_EQ(text, "$GPRMC,221320.00,A,4807.0380,N,01131.0000,E,0.0,0.0,141123,,,A*58\r\n");
	gnss.settings.has_fix = false;
	(void)gnss_sentence(&gnss, 0, false, text);
	CHECK_STR_EQ(text, "$GPZDA,,,,,,*48\r\n");
	(void)gnss_sentence(&gnss, 0, true, text);
	CHECK_STR_EQ(text, "$GPRMC,,V,,,,,,,,,,N*53\r\n");
}

TEST(a_sentence_that_is_read_names_the_second_it_was_written_for)
{
	struct gnss gnss = receiver_at(UTC_OFFSET);

	for (int i = 0; i < 50000; i++) {
		int64_t utc = test_random_between(0, INT64_C(253402300799)); /* the end of 9999 */
		int64_t in_rmc = test_random_between(INT64_C(315532800),
						     INT64_C(3471292799)); /* 1980 .. 2079 */

		CHECK_EQ(read_back(&gnss, utc, false), utc);
		CHECK_EQ(read_back(&gnss, in_rmc, true), in_rmc);
	}
}

TEST(every_day_of_four_centuries_is_named)
{
	struct gnss gnss = receiver_at(UTC_OFFSET);

	for (int64_t day = 0; day < 146097; day++) {
		CHECK_EQ(read_back(&gnss, day * 86400 + 86399, false), day * 86400 + 86399);
	}
}

TEST(a_receiver_before_1970_still_names_a_date)
{
	struct gnss gnss = receiver_at(UTC_OFFSET);

	CHECK_EQ(read_back(&gnss, -86400 * 365, false), -86400 * 365);
}

TEST(the_week_rollover_and_unknown_leap_seconds_shift_what_is_named)
{
	struct gnss gnss = receiver_at(START);

	for (int64_t eras = -2; eras <= 2; eras++) {
		gnss.settings.weeks_off = eras;
		CHECK_EQ(read_back(&gnss, 10, false), START - UTC_OFFSET + 10 + eras * ERA);
	}
	gnss.settings.weeks_off = 0;
	gnss.settings.leap_known = 0;
	CHECK_EQ(read_back(&gnss, 10, true), START - UTC_OFFSET + 10 + 18);
}

TEST(a_sentence_with_any_octet_changed_is_refused_or_means_the_same)
{
	struct gnss gnss = receiver_at(START);

	for (int kind = 0; kind < 2; kind++) {
		char text[96];
		size_t length = gnss_sentence(&gnss, 0, kind == 0, text) - 2;

		for (size_t i = 0; i < length; i++) {
			for (int bit = 0; bit < 7; bit++) {
				int64_t utc = -1;
				char kept = text[i];

				text[i] = (char)(kept ^ (1 << bit));
				CHECK(!gnss_read_sentence(text, &utc));
				CHECK_EQ(utc, -1);
				text[i] = kept;
			}
		}
	}
}

/* Adds the checksum. */
static bool reads(const char *body)
{
	static const char digits[] = "0123456789ABCDEF";
	char text[160];
	unsigned int sum = 0;
	size_t length = strlen(body);
	int64_t utc;

	for (size_t i = 0; i < length; i++) {
		sum ^= (unsigned char)body[i];
	}
	text[0] = '$';
	memcpy(text + 1, body, length);
	text[length + 1] = '*';
	text[length + 2] = digits[sum / 16];
	text[length + 3] = digits[sum % 16];
	text[length + 4] = '\0';
	return gnss_read_sentence(text, &utc);
}

TEST(what_names_no_second_is_refused)
{
	CHECK(reads("GNZDA,235960.000,31,12,2016,00,00")); /* a leap second, of another talker */
	CHECK(reads("GNRMC,235959,A,,,,,,,311216,,,A"));
	CHECK(reads("GPZDA,000000.00,29,02,2024,00,00"));
	CHECK(!reads("GPZDA,000000.00,29,02,2023,00,00"));
	CHECK(!reads("GPZDA,000000.00,29,02,2100,00,00"));
	CHECK(!reads("GPZDA,000000.00,31,04,2023,00,00"));
	CHECK(!reads("GPZDA,000000.00,00,04,2023,00,00"));
	CHECK(!reads("GPZDA,000000.00,01,13,2023,00,00"));
	CHECK(!reads("GPZDA,000000.00,01,00,2023,00,00"));
	CHECK(!reads("GPZDA,240000.00,01,01,2023,00,00"));
	CHECK(!reads("GPZDA,006000.00,01,01,2023,00,00"));
	CHECK(!reads("GPZDA,000061.00,01,01,2023,00,00"));
	CHECK(!reads("GPZDA,000000.50,01,01,2023,00,00")); /* no whole second */
	CHECK(!reads("GPZDA,00000,01,01,2023,00,00"));
	CHECK(!reads("GPZDA,000000.00,1,01,2023,00,00"));
	CHECK(!reads("GPZDA,000000.00,01,01,23,00,00"));
	CHECK(!reads("GPZDA,000000.00,01,01"));
	CHECK(!reads("GPZDA,,,,,,"));
	CHECK(!reads("GPRMC,000000.00,V,,,,,,,010123,,,N"));
	CHECK(!reads("GPRMC,000000.00,A,,,,,,,01012x,,,A"));
	CHECK(!reads("GPGGA,000000.00,A,,,,,,,010123,,,A"));
	CHECK(!reads("ZDA,000000.00,01,01,2023,00,00"));
	CHECK(!reads(""));
	CHECK(!reads(",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"));
	CHECK(!gnss_read_sentence("", &(int64_t){ 0 }));
	CHECK(!gnss_read_sentence("$*", &(int64_t){ 0 }));
}

/* --- edges: a receiver on a queue, watched by a card that only counts (its clock is never set: no sentence is valid) --- */

struct watch {
	struct queue queue;
	struct gnss gnss;
	uint64_t seen;
	int64_t at_ps[2000];
};

static void start(struct watch *watch, const struct gnss_settings *settings, uint64_t seed)
{
	watch->seen = 0;
	queue_init(&watch->queue);
	gnss_init(&watch->gnss, &watch->queue, START, UTC_OFFSET, seed, "roof", settings);
}

/* Runs to `until_s`, noting each edge's time. */
static void run(struct watch *watch, int64_t until_s)
{
	while (queue_next_ps(&watch->queue) <= until_s * PS_PER_SECOND) {
		(void)queue_step(&watch->queue);
		if (watch->gnss.edges != watch->seen) {
			watch->at_ps[watch->seen] = watch->queue.now_ps;
			watch->seen = watch->gnss.edges;
		}
	}
}

TEST(without_noise_there_is_an_edge_at_every_second)
{
	static struct watch watch;
	struct gnss_settings settings = {
		.has_fix = true, .leap_known = 1, .is_on = true, .offset = 50 * PS_PER_NS
	};

	start(&watch, &settings, 1);
	run(&watch, 1000);
	CHECK_EQ(watch.seen, 999); /* the 1000th is late */
	for (int64_t i = 0; i < 999; i++) {
		CHECK_EQ(watch.at_ps[i], (i + 1) * PS_PER_SECOND + 50 * PS_PER_NS);
	}
	queue_free(&watch.queue);
}

TEST(edges_have_the_jitter_and_the_sawtooth_that_was_said)
{
	static struct watch watch;
	struct gnss_settings settings = { .has_fix = true, .leap_known = 1, .is_on = true };
	double sum = 0, squares = 0, least = 0, most = 0;

	settings.jitter = 10 * PS_PER_NS;
	start(&watch, &settings, test_random());
	run(&watch, 2000);
	for (size_t i = 0; i < 1999; i++) {
		double off = (double)(watch.at_ps[i] - (int64_t)(i + 1) * PS_PER_SECOND) / (double)PS_PER_NS;

		sum += off;
		squares += off * off;
	}
	CHECK_NEAR(sum / 1999, 0, 1.5);
	CHECK_NEAR(squares / 1999, 100, 20);
	queue_free(&watch.queue);

	settings.jitter = 0;
	settings.sawtooth = 30 * PS_PER_NS;
	start(&watch, &settings, test_random());
	run(&watch, 2000);
	for (size_t i = 0; i < 1999; i++) {
		double off = (double)(watch.at_ps[i] - (int64_t)(i + 1) * PS_PER_SECOND) / (double)PS_PER_NS;

		least = off < least ? off : least;
		most = off > most ? off : most;
	}
	CHECK_NEAR(least, -15, 1);
	CHECK_NEAR(most, 15, 1);
	queue_free(&watch.queue);
}

TEST(an_outage_has_no_edges_and_does_not_change_those_after_it)
{
	static struct watch through, broken;
	struct gnss_settings settings = { .has_fix = true, .leap_known = 1, .is_on = true };

	settings.jitter = 10 * PS_PER_NS;
	start(&through, &settings, 3);
	start(&broken, &settings, 3);
	run(&through, 100);
	run(&broken, 20);
	broken.gnss.settings.has_fix = false;
	gnss_changed(&broken.gnss);
	CHECK(broken.seen == 20 || broken.seen == 19);
	queue_run(&broken.queue, 50 * PS_PER_SECOND + PS_PER_SECOND / 4, NULL);
	CHECK_LE(broken.gnss.edges, 20);
	broken.gnss.settings.has_fix = true;
	gnss_changed(&broken.gnss);
	broken.seen = broken.gnss.edges;
	run(&broken, 100);
	CHECK_EQ(broken.at_ps[broken.seen - 1], through.at_ps[through.seen - 1]);
	CHECK_EQ(broken.at_ps[broken.seen - 45], through.at_ps[through.seen - 45]);
	queue_free(&through.queue);
	queue_free(&broken.queue);
}

TEST(a_changed_offset_moves_the_edge_that_is_due_and_doubles_none)
{
	static struct watch watch;
	struct gnss_settings settings = { .has_fix = true, .leap_known = 1, .is_on = true };
	const int64_t offsets[] = { PS_PER_MS, -PS_PER_MS, 0, -300 * PS_PER_MS, 300 * PS_PER_MS };

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		start(&watch, &settings, 1);
		queue_run(&watch.queue, 9 * PS_PER_SECOND + 600 * PS_PER_MS, NULL);
		watch.seen = 9;
		watch.gnss.settings.offset = offsets[i];
		gnss_changed(&watch.gnss);
		run(&watch, 9);
		queue_run(&watch.queue, 9 * PS_PER_SECOND + 650 * PS_PER_MS, NULL);
		gnss_changed(&watch.gnss); /* to the same */
		run(&watch, 12);
		CHECK_EQ(watch.at_ps[9], 10 * PS_PER_SECOND + offsets[i]);
		CHECK_EQ(watch.at_ps[10], 11 * PS_PER_SECOND + offsets[i]);
		queue_free(&watch.queue);
	}
}

TEST(a_jump_after_the_edge_gives_no_second_one)
{
	static struct watch watch;
	struct gnss_settings settings = { .has_fix = true, .leap_known = 1, .is_on = true };

	start(&watch, &settings, 1);
	queue_run(&watch.queue, 10 * PS_PER_SECOND, NULL);
	watch.gnss.settings.offset = 10 * PS_PER_MS;
	gnss_changed(&watch.gnss);
	queue_run(&watch.queue, 10 * PS_PER_SECOND + 400 * PS_PER_MS, NULL);
	CHECK_EQ(watch.gnss.edges, 10);
	queue_free(&watch.queue);
}

TEST(a_receiver_without_power_is_silent)
{
	static struct watch watch;
	struct gnss_settings settings = { .has_fix = true, .leap_known = 1 };

	start(&watch, &settings, 1);
	run(&watch, 10);
	CHECK_EQ(watch.gnss.edges, 0);
	watch.gnss.settings.is_on = true;
	gnss_changed(&watch.gnss);
	run(&watch, 20);
	CHECK(watch.gnss.edges == 10 || watch.gnss.edges == 11);
	queue_free(&watch.queue);
}
