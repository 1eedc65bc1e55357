/* src/sim/key_test.c */
#include "sim/key.h"

#include "tests/test.h"

#include <math.h>

struct settings {
	int64_t before;
	int64_t time;
	double ppb, number;
	int64_t integer;
	double fraction;
	int64_t speed;
	double temperature;
	bool is_on, behind_is_on;
	int word;
	uint32_t words;
	char text[12], behind_text[4];
};

enum { RED, GREEN, BLUE = 31 };
static const struct key_label labels[] = {
	{ "red", RED, "warm" },  { "green", GREEN, NULL }, { "blue", BLUE, NULL },
	{ "azure", BLUE, NULL }, { NULL, 0, NULL },
};

#define ROW(member) KEY_MEMBER(struct settings, member)
#define ANY ((double)INFINITY)

static const struct key keys[] = {
	{ "time", KEY_TIME, ROW(time), -ANY, ANY, NULL, "a time" },
	{ "ppb", KEY_PPB, ROW(ppb), -ANY, ANY, NULL, "a frequency" },
	{ "number", KEY_NUMBER, ROW(number), -ANY, ANY, NULL, "a number" },
	{ "integer", KEY_INTEGER, ROW(integer), -ANY, ANY, NULL, "an integer" },
	{ "fraction", KEY_FRACTION, ROW(fraction), -ANY, ANY, NULL, "a fraction" },
	{ "speed", KEY_SPEED, ROW(speed), -ANY, ANY, NULL, "a speed" },
	{ "temperature", KEY_TEMPERATURE, ROW(temperature), -ANY, ANY, NULL, "warmth" },
	{ "on", KEY_BOOL, ROW(is_on), 0, 0, NULL, "whether" },
	{ "word", KEY_WORD, ROW(word), 0, 0, labels, "which" },
	{ "words", KEY_WORDS, ROW(words), 0, 0, labels, "which of them" },
	{ "text", KEY_TEXT, ROW(text), 0, 0, NULL, "a name" },
};

static const struct settings defaults = { .time = 1 };
static const struct part_kind kind = {
	.name = "thing",
	.keys = keys,
	.key_count = sizeof(keys) / sizeof(keys[0]),
	.size = sizeof(struct settings),
	.defaults = &defaults,
};

static char why[200];

/* Reads into settings that were filled with a pattern; what failed must have left it. */
static bool set(const char *name, const char *text, struct settings *settings)
{
	struct settings before;
	bool is_set;

	memset(settings, 0x55, sizeof(*settings));
	before = *settings;
	why[0] = '\0';
	is_set = key_set(key_find(&kind, name), settings, text, why, sizeof(why));
	if (!is_set) {
		CHECK_MEM_EQ(&before, settings, sizeof(before));
		CHECK(why[0] != '\0');
	}
	CHECK_EQ(settings->before, 0x5555555555555555);
	CHECK(memcmp(&settings->behind_is_on, "U", 1) == 0);
	CHECK_MEM_EQ(settings->behind_text, "UUUU", 4);
	return is_set;
}

TEST(keys_are_found_by_their_name)
{
	CHECK(key_find(&kind, "speed") == &keys[5]);
	CHECK(!key_find(&kind, "spee"));
	CHECK(!key_find(&kind, ""));
}

TEST(whole_numbers_with_units_are_read_exactly)
{
	static const struct {
		const char *name, *text;
		int64_t value;
	} known[] = {
		{ "time", "0", 0 },
		{ "time", "-0.0", 0 },
		{ "time", "500ns", 500000 },
		{ "time", "20us", 20000000 },
		{ "time", "1.5ms", 1500000000 },
		{ "time", "0.1ns", 100 },
		{ "time", "0.001ns", 1 },
		{ "time", "1ps", 1 },
		{ "time", "-1ps", -1 },
		{ "time", "+2s", INT64_C(2000000000000) },
		{ "time", ".5s", INT64_C(500000000000) },
		{ "time", "5.s", INT64_C(5000000000000) },
		{ "time", "1e3ns", 1000000 },
		{ "time", "1e-3us", 1000 },
		{ "time", "25E-1ns", 2500 },
		{ "time", "2min", INT64_C(120000000000000) },
		{ "time", "4h", INT64_C(14400000000000000) },
		{ "time", "1d", INT64_C(86400000000000000) },
		{ "time", "0.00000000000125min", 75 },
		{ "time", "1.1min", INT64_C(66000000000000) },
		{ "time", "9223372.036854775807s", INT64_MAX },
		{ "time", "-9223372.036854775808s", INT64_MIN },
		{ "time", "1.00000000000000000000000ns", 1000 },
		{ "time", "0000000000000000000000000000000000000000000000007ps", 7 },
		{ "speed", "10M", 10000000 },
		{ "speed", "2.5G", INT64_C(2500000000) },
		{ "speed", "100G", INT64_C(100000000000) },
		{ "speed", "1.2T", INT64_C(1200000000000) },
		{ "speed", "64k", 64000 },
		{ "speed", "9600", 9600 },
		{ "integer", "42", 42 },
		{ "integer", "-7", -7 },
		{ "integer", "0x1F", 31 },
		{ "integer", "0xabcdef", 0xABCDEF },
		{ "integer", "9223372036854775807", INT64_MAX },
		{ "integer", "0x7fffffffffffffff", INT64_MAX },
	};
	struct settings settings;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct key *key = key_find(&kind, known[i].name);
		int64_t value;

		if (!set(known[i].name, known[i].text, &settings)) {
			print_error("%s: %s\n", known[i].text, why);
			CHECK(false);
		}
		memcpy(&value, (char *)&settings + key->offset, sizeof(value));
		CHECK_EQ(value, known[i].value);
	}
}

TEST(real_numbers_with_units_are_the_doubles_next_to_them)
{
	static const struct {
		const char *name, *text;
		double value;
	} known[] = {
		{ "ppb", "3ppb", 3 },
		{ "ppb", "2.5ppm", 2500 },
		{ "ppb", "1e-9", 1 },
		{ "ppb", "-4.6ppm", -4600 },
		{ "ppb", "0.1ppm", 100 },
		{ "ppb", "1.1ppm", 1100 }, /* 1.1 * 1000 is 1100.0000000000002 */
		{ "ppb", "0", 0 },
		{ "ppb", "1e-5ppb", 1e-5 },
		{ "number", "0.1", 0.1 },
		{ "number", "-1e-300", -1e-300 },
		{ "number", "12345678901234567890", 12345678901234567890.0 },
		{ "number", "1e-999", 0 },
		{ "fraction", "0.25", 0.25 },
		{ "fraction", "25%", 0.25 },
		{ "fraction", "0.7%", 0.007 },
		{ "fraction", "99.9%", 0.999 },
		{ "temperature", "25C", 25 },
		{ "temperature", "-40.5C", -40.5 },
		{ "temperature", "25", 25 },
	};
	struct settings settings;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct key *key = key_find(&kind, known[i].name);
		double value;

		CHECK(set(known[i].name, known[i].text, &settings));
		memcpy(&value, (char *)&settings + key->offset, sizeof(value));
		CHECK(value == known[i].value);
	}
}

TEST(a_negative_zero_is_zero)
{
	struct settings settings;

	CHECK(set("number", "-0", &settings));
	CHECK(!signbit(settings.number));
	CHECK(set("number", "-1e-400", &settings));
	CHECK(!signbit(settings.number));
}

TEST(words_and_truths_are_read_as_their_labels_say)
{
	struct settings settings;

	CHECK(set("on", "yes", &settings) && settings.is_on);
	CHECK(set("on", "no", &settings) && !settings.is_on);
	CHECK(set("word", "green", &settings) && settings.word == GREEN);
	CHECK(set("word", "azure", &settings) && settings.word == BLUE);
	CHECK(set("words", "blue,red", &settings) && settings.words == 0x80000001u);
	CHECK(set("words", "green,green", &settings) && settings.words == 2);
	CHECK(set("words", "none", &settings) && settings.words == 0);
	CHECK(set("text", "two words", &settings));
	CHECK_STR_EQ(settings.text, "two words");
	CHECK(set("text", "12345678901", &settings));
	CHECK(set("text", "", &settings) && settings.text[0] == '\0');
}

TEST(what_is_not_of_the_type_is_refused)
{
	static const struct {
		const char *name, *text;
	} wrong[] = {
		{ "time", "" },
		{ "time", "5" },
		{ "time", "ns" },
		{ "time", ".ns" },
		{ "time", "5 ns" },
		{ "time", " 5ns" },
		{ "time", "5nss" },
		{ "time", "5NS" },
		{ "time", "0.5ps" },
		{ "time", "0.0001ns" },
		{ "time", "1.00000000000000000000000000001s" },
		{ "time", "1e-30s" },
		{ "time", "9223372.036854775808s" },
		{ "time", "107d" },
		{ "time", "1e30d" },
		{ "time", "99999999999999999999999999999999999d" },
		{ "time", "0.99999999999999999999999999999999999d" },
		{ "time", "1e99999999999999999999s" },
		{ "time", "1.2.3s" },
		{ "time", "--1s" },
		{ "time", "0x10s" },
		{ "time", "infs" },
		{ "time", "1e" },
		{ "ppb", "5ppt" },
		{ "ppb", "nan" },
		{ "number", "1e309" },
		{ "number", "-1e309" },
		{ "number", "inf" },
		{ "number", "0x10" },
		{ "number", "1,5" },
		{ "number", "5%" },
		{ "number", "" },
		{ "integer", "1.5" },
		{ "integer", "0x" },
		{ "integer", "0x1G" },
		{ "integer", "0xFFFFFFFFFFFFFFFF" },
		{ "integer", "9223372036854775808" },
		{ "integer", "five" },
		{ "fraction", "25 %" },
		{ "speed", "10m" },
		{ "speed", "0.5" },
		{ "speed", "1Gb" },
		{ "temperature", "25F" },
		{ "on", "Yes" },
		{ "on", "1" },
		{ "on", "" },
		{ "word", "gree" },
		{ "word", "greenish" },
		{ "word", "" },
		{ "words", "red," },
		{ "words", ",red" },
		{ "words", "red, blue" },
		{ "words", "red,none" },
		{ "words", "" },
		{ "text", "123456789012" },
	};
	struct settings settings;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (set(wrong[i].name, wrong[i].text, &settings)) {
			print_error("%s: \"%s\" was accepted\n", wrong[i].name, wrong[i].text);
			CHECK(false);
		}
	}
}

TEST(bounds_are_inclusive)
{
	static const struct key time = { "delay", KEY_TIME, ROW(time), 0, 1e13, NULL, "" };
	static const struct key fraction = { "loss", KEY_FRACTION, ROW(fraction), 0, 1, NULL, "" };
	struct settings settings = { .time = 5, .fraction = 0.5 };

	CHECK(key_set(&time, &settings, "0", why, sizeof(why)));
	CHECK(key_set(&time, &settings, "10s", why, sizeof(why)));
	CHECK(!key_set(&time, &settings, "-1ps", why, sizeof(why)));
	CHECK_STR_EQ(why, "a time such as 500ns or 1.5ms, 0 .. 10s");
	CHECK(!key_set(&time, &settings, "10.000000000001s", why, sizeof(why)));
	CHECK_EQ(settings.time, INT64_C(10000000000000));
	CHECK(key_set(&fraction, &settings, "100%", why, sizeof(why)));
	CHECK(key_set(&fraction, &settings, "0%", why, sizeof(why)));
	CHECK(!key_set(&fraction, &settings, "100.0000000000001%", why, sizeof(why)));
	CHECK(!key_set(&fraction, &settings, "-1e-300", why, sizeof(why)));
	CHECK_STR_EQ(why, "a fraction such as 0.25 or 25%, 0 .. 100%");
}

TEST(what_was_expected_is_said_with_its_range)
{
	static const struct {
		struct key key;
		const char *text;
	} known[] = {
		{ { "", KEY_TIME, ROW(time), -1e6, 1e12, NULL, "" },
		  "a time such as 500ns or 1.5ms, -1us .. 1s" },
		{ { "", KEY_TIME, ROW(time), 0, (double)INT64_MAX, NULL, "" },
		  "a time such as 500ns or 1.5ms, at least 0" },
		{ { "", KEY_PPB, ROW(ppb), -1e6, 1e6, NULL, "" },
		  "a frequency such as 3ppb, 2.5ppm or 1e-9, -1000ppm .. 1000ppm" },
		{ { "", KEY_NUMBER, ROW(number), -ANY, 1e-3, NULL, "" },
		  "a number such as 0.5 or 1e-9, at most 0.001" },
		{ { "", KEY_NUMBER, ROW(number), -ANY, ANY, NULL, "" }, "a number such as 0.5 or 1e-9" },
		{ { "", KEY_INTEGER, ROW(integer), 0, 7, NULL, "" }, "a whole number, 0 .. 7" },
		{ { "", KEY_SPEED, ROW(speed), 1e7, 1e11, NULL, "" },
		  "bits per second such as 100M or 2.5G, 10M .. 100G" },
		{ { "", KEY_TEMPERATURE, ROW(temperature), -55, 125, NULL, "" },
		  "a temperature such as 25C, -55C .. 125C" },
		{ { "", KEY_BOOL, ROW(is_on), 0, 0, NULL, "" }, "yes or no" },
		{ { "", KEY_WORD, ROW(word), 0, 0, labels, "" }, "one of red, green, blue, azure" },
		{ { "", KEY_WORDS, ROW(words), 0, 0, labels, "" },
		  "none, or with commas between them some of red, green, blue, azure" },
		{ { "", KEY_TEXT, ROW(text), 0, 0, NULL, "" },
		  "a word, or several in \"\", at most 11 characters" },
	};
	char out[100];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		CHECK_STR_EQ(key_expected(&known[i].key, out, sizeof(out)), known[i].text);
		/* cut where there is no room, never beyond it */
		memset(out, 'X', sizeof(out));
		(void)key_expected(&known[i].key, out, 10);
		CHECK(memcmp(out, known[i].text, 9) == 0 && out[9] == '\0' && out[10] == 'X');
	}
}

TEST(values_are_printed_as_people_say_them)
{
	static const struct {
		const char *name, *in, *out;
	} known[] = {
		{ "time", "0", "0" },
		{ "time", "0.5us", "500ns" },
		{ "time", "1500us", "1.5ms" },
		{ "time", "1234567ps", "1234.567ns" },
		{ "time", "12ps", "12ps" },
		{ "time", "90s", "90s" },
		{ "time", "120s", "2min" },
		{ "time", "100s", "100s" },
		{ "time", "3600s", "1h" },
		{ "time", "48h", "2d" },
		{ "time", "62.5ms", "62.5ms" },
		{ "time", "-20ns", "-20ns" },
		{ "speed", "2500M", "2.5G" },
		{ "speed", "10000000", "10M" },
		{ "speed", "1", "1" },
		{ "speed", "1234567", "1234.567k" },
		{ "ppb", "3", "3000000ppm" },
		{ "ppb", "1e-9", "1ppb" },
		{ "ppb", "2500ppb", "2.5ppm" },
		{ "ppb", "999ppb", "999ppb" },
		{ "ppb", "-0.1ppb", "-0.1ppb" },
		{ "ppb", "0", "0" },
		{ "number", "1e-10", "1e-10" },
		{ "number", "0.0025", "0.0025" },
		{ "number", "1500000", "1500000" },
		{ "number", "2.5e-20", "2.5e-20" },
		{ "number", "1e20", "1e20" },
		{ "fraction", "0.25", "25%" },
		{ "fraction", "1", "100%" },
		{ "fraction", "0.001%", "0.001%" },
		{ "fraction", "1e-9", "1e-9" },
		{ "fraction", "0", "0" },
		{ "temperature", "25", "25C" },
		{ "integer", "0x10", "16" },
		{ "on", "no", "no" },
		{ "word", "azure", "blue" },
		{ "words", "blue,red", "red,blue" },
		{ "words", "none", "none" },
		{ "text", "two words", "two words" },
	};
	struct settings settings;
	char out[64];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		CHECK(set(known[i].name, known[i].in, &settings));
		CHECK_STR_EQ(key_print(key_find(&kind, known[i].name), &settings, out, sizeof(out)),
			     known[i].out);
	}
}

/* Of any size: as many bits as come. */
static int64_t any_integer(void)
{
	int64_t value = (int64_t)(test_random() >> test_random_below(64));

	switch (test_random_below(4)) {
	case 0:
		return -value;
	case 1:
		for (uint64_t zeros = test_random_below(16);
		     zeros > 0 && value >= 0 && value < INT64_MAX / 10; zeros--) {
			value *= 10;
		}
		return value;
	default:
		return value;
	}
}

static double any_real(void)
{
	uint64_t bits = test_random();
	double value;

	if (test_random_below(2)) {
		return (double)test_random_between(-1000000, 1000000) *
		       pow(10, (double)test_random_between(-12, 6));
	}
	memcpy(&value, &bits, sizeof(value));
	return isfinite(value) && fabs(value) > 0 ? value : 1; /* zero has no sign in a text */
}

static struct settings any_settings(void)
{
	struct settings any;

	memset(&any, 0, sizeof(any));
	any.time = any_integer();
	any.integer = any_integer();
	any.speed = any_integer();
	any.ppb = any_real();
	any.number = any_real();
	any.fraction = any_real();
	any.temperature = any_real();
	any.is_on = test_random_below(2);
	any.word = labels[test_random_below(3)].value;
	any.words = (uint32_t)(test_random() & 0x80000003u);
	for (uint64_t i = test_random_below(sizeof(any.text)); i-- > 0;) {
		any.text[i] = (char)test_random_between(' ', '~');
	}
	return any;
}

TEST(what_is_printed_reads_back_as_the_same_value)
{
	for (int i = 0; i < 30000; i++) {
		struct settings any = any_settings(), back;

		memset(&back, 0, sizeof(back));
		for (size_t k = 0; k < kind.key_count; k++) {
			char out[64];

			(void)key_print(&keys[k], &any, out, sizeof(out));
			if (!key_set(&keys[k], &back, out, why, sizeof(why)) ||
			    memcmp((char *)&any + keys[k].offset, (char *)&back + keys[k].offset,
				   keys[k].size) != 0) {
				print_error("%s: \"%s\"\n", keys[k].name, out);
				CHECK(false);
			}
		}
	}
}

TEST(random_texts_are_refused_or_read_back_the_same)
{
	static const char alphabet[] = "0123456789.e-+nsumkMG%Cxpbred,";

	for (int i = 0; i < 300000; i++) {
		const struct key *key = &keys[test_random_below(10)];
		struct settings settings, again;
		char text[13], out[64];
		size_t length = test_random_below(sizeof(text));

		for (size_t c = 0; c < length; c++) {
			text[c] =
				alphabet[test_random_below(test_random_below(2) ? 10 : sizeof(alphabet) - 1)];
		}
		text[length] = '\0';
		memset(&settings, 0, sizeof(settings));
		again = settings;
		if (key_set(key, &settings, text, why, sizeof(why))) {
			(void)key_print(key, &settings, out, sizeof(out));
			CHECK(key_set(key, &again, out, why, sizeof(why)));
			CHECK_MEM_EQ(&settings, &again, sizeof(again));
		}
	}
}

TEST(single_values_are_read_as_those_of_keys)
{
	int64_t ps = 5;
	double number = 5;

	CHECK(key_read_time("60s", &ps));
	CHECK_EQ(ps, INT64_C(60000000000000));
	CHECK(!key_read_time("60", &ps));
	CHECK_EQ(ps, INT64_C(60000000000000));
	CHECK(key_read_ppb("2.5ppm", &number) && number == 2500);
	CHECK(!key_read_ppb("2.5s", &number) && number == 2500);
	CHECK(key_read_number("-1.5e3", &number) && number == -1500);
	CHECK(!key_read_number("", &number) && number == -1500);
}
