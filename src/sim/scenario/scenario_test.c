/* src/sim/scenario/scenario_test.c */
#include "sim/scenario/said_test.h"

/* All of the language that scenario.h shows. */
static const char sample[] = "# two hosts, one cable\n"
			     "title     Back to back, \"hardware\" timestamps\n"
			     "about     First line\n"
			     "          and more of it.\n"
			     "about     Second line, $$5.\n"
			     "include   ./hardware.inc\n"
			     "sweep     jitter 1ns 4ns 16ns\n"
			     "sweep     seed 1..9 step 2\n"
			     "duration  120s\n"
			     "seed      1\n"
			     "sample    100ms\n"
			     "start     2026-12-31T23:59:00\n"
			     "leap      insert\n"
			     "curve     oven ramp 20C 60C from 60s to 660s\n"
			     "curve     day sinusoid 25C amplitude 5C period 1h\n"
			     "gnss      roof jitter 10ns\n"
			     "node      gm config ./gm.conf option priority1 10 reference roof\n"
			     "node      leaf count 100 ports 1\n"
			     "node      client\n"
			     "node      bc count 3\n"
			     "oscillator leaf* preset tcxo temperature oven\n"
			     "clock     leaf* offset_spread 1s\n"
			     "host      leaf* load 50%\n"
			     "nic       client.1 stamp_loss 1%\n"
			     "switch    sw ports 8 latency 2us\n"
			     "link      gm sw delay 500ns jitter $jitter\n"
			     "connect   line bc* client delay 1us\n"
			     "connect   star sw leaf1 leaf2\n"
			     "traffic   bulk at sw.2 load 60%\n"
			     "fault     late on gm-sw affects Follow_Up delay 50ms\n"
			     "attacker  eve on gm-sw act replay\n"
			     "core      client rate_scale -1\n"
			     "at 60s    pull gm-sw\n"
			     "at 60s    set link gm-sw asymmetry 2us\n"
			     "at 60s every 10s until 120s pull gm-sw\n"
			     "at 61s    manage gm SET PRIORITY1 priority1 200\n"
			     "at 62s    freeze client for 2s\n"
			     "expect    client offset rms < 50ns from 60s\n"
			     "mutant    fault bad on gm-sw affects Sync loses yes\n"
			     "mutant about it must fail\n";
static const char hardware[] = "parameter jitter 4ns # of all cables\n";
static const char gm_conf[] = "[global]\npriority1 5\nlogSyncInterval -3\n";

static void fill_sample(struct said *said, const char *text, size_t size)
{
	said->files[0] = (struct said_file){ "dir/sample.scn", text, size };
	said->files[1] = (struct said_file){ "./hardware.inc", hardware, 0 };
	said->files[2] = (struct said_file){ "./gm.conf", gm_conf, 0 };
}

TEST(a_full_file_is_read)
{
	struct said said = { 0 };
	struct scenario *scenario;

	fill_sample(&said, sample, 0);
	scenario = said_scenario(&said);
	CHECK_STR_EQ(said.text, "");
	CHECK(scenario);
	CHECK_STR_EQ(scenario->file, "dir/sample.scn");
	CHECK_STR_EQ(scenario->title, "Back to back, \"hardware\" timestamps");
	CHECK_STR_EQ(scenario->about, "First line and more of it.\nSecond line, $5.");
	CHECK_STR_EQ(scenario->mutant_about, "it must fail");
	CHECK(scenario->has_mutant);
	CHECK_EQ(scenario->sweep_count, 2);
	CHECK_EQ(scenario->parameter_count, 1);
	CHECK_EQ(scenario->declaration_count, 19);
	CHECK_EQ(scenario->happening_count, 5);
	CHECK_EQ(scenario->expectation_count, 1);
	CHECK_STR_EQ(scenario->declarations[12].settings[1].text, "4ns");
	CHECK_STR_EQ(said.asked_for,
		     "dir/sample.scn<;./hardware.inc<dir/sample.scn;./gm.conf<dir/sample.scn;");
	scenario_free(scenario);
}

TEST(files_are_named_by_the_way_to_them)
{
	struct said said = { .files = { { "a/b/x", "duration 1s\ninclude ../c/./y\n", 0 },
					{ "../c/./y", "include z\nsed 1\n", 0 },
					{ "z", "sed 2\n", 0 } } };

	CHECK(!said_scenario(&said));
	CHECK(strncmp(said.text, "a/c/z:1: sed: ", 14) == 0);
	CHECK(strstr(said.text, "\na/c/y:2: sed: "));
	CHECK_STR_EQ(said.asked_for, "a/b/x<;../c/./y<a/b/x;z<a/c/y;");
}

TEST(a_file_that_includes_itself_is_named_with_all_between)
{
	struct said said = { .files = { { "x", "duration 1s\ninclude y\n", 0 },
					{ "y", "include d/../z\n", 0 },
					{ "d/../z", "include ./x\n", 0 } } };

	CHECK(!said_scenario(&said));
	CHECK_STR_EQ(said.text, "z:1: include x: it would include itself, by way of z, y, x\n");
}

/* Each file includes another one: "a", "aa", "aaa" ... */
static char *read_deeper(void *context, const char *name, const char *relative_to, size_t *size, char *why,
			 size_t why_size)
{
	char text[256];

	(void)context;
	(void)relative_to;
	(void)why;
	(void)why_size;
	*size = (size_t)snprintf(text, sizeof(text), "include a%s\ninclude b%s\n", name, name);
	return strdup(text);
}

TEST(includes_have_a_depth)
{
	struct said said = { 0 };
	const struct scenario_reading reading = { .read = read_deeper, .say = said_line, .context = &said };

	CHECK(!scenario_read("x", &reading));
	CHECK(strstr(said.text, "include aaaaaaaaaaaaaaaax: more than 16 files inside each other\n"));
	CHECK_EQ(said.lines, 20);
}

TEST(what_cannot_be_read_is_said_where_it_is_named)
{
	struct said said = { .files = { { "y", "", 0 } } };
	const struct scenario_reading reading = { .read = said_read, .say = said_line, .context = &said };

	CHECK(!scenario_read("x", &reading));
	CHECK_STR_EQ(said.text, "x: x: cannot be read: no such file\n");
	CHECK_SAYS("include y\n", "x:2: y: cannot be read: no such file\n");
}

TEST(a_file_has_a_size)
{
	static char large[(1 << 20) + 2];
	struct said said = { .files = { { "x", large, sizeof(large) - 1 } } };

	memset(large, '\n', sizeof(large) - 1);
	memcpy(large, "duration 1s\n", 12);
	CHECK(!said_scenario(&said));
	CHECK_STR_EQ(said.text, "x: x: 1048577 octets; at most 1048576 are read\n");
	said.files[0].size--;
	scenario_free(said_scenario(&said));
	CHECK_STR_EQ(said.text, "");
}

TEST(at_most_twenty_errors_are_said)
{
	static const char line[] = "seed x\n";
	char text[30 * (sizeof(line) - 1) + 1] = "";

	for (size_t i = 0; i < 30; i++) {
		memcpy(text + i * (sizeof(line) - 1), line, sizeof(line));
	}
	CHECK(strstr(said_of(&(struct said){ 0 }, text), "x:21: seed x"));
	CHECK(!strstr(said_of(&(struct said){ 0 }, text), "x:22: seed x"));
}

TEST(reading_goes_on_after_an_error)
{
	const char *said = said_of(&(struct said){ 0 },
				   "seed x\nnode\nnode a\nhost a load 101%\nat 1s kill a\nlink a\n");

	CHECK(strstr(said, "x:2: seed x"));
	CHECK(strstr(said, "x:3: node: expected"));
	CHECK(strstr(said, "x:5: load 101%: expected"));
	CHECK(strstr(said, "x:7: link: expected"));
	CHECK(!strstr(said, "x:6:"));
}

TEST(nothing_is_read_behind_an_empty_file)
{
	struct said said = { .files = { { "x", "", 0 } } };

	CHECK(!scenario_read(
		"x", &(struct scenario_reading){ .read = said_read, .say = said_line, .context = &said }));
	CHECK_EQ(said.lines, 1);
	scenario_free(NULL);
}

/* ---- any input ---- */

static void mutate(char *text, size_t *size, size_t room)
{
	static const char spice[] = " \t\n\"#$*./-<={}\0\r,0129%aexs\xC3\xFF";
	size_t at = *size ? test_random_below(*size) : 0;
	size_t length = test_random_below(16);

	switch (test_random_below(5)) {
	case 0: /* another character */
		text[at] = *size ? spice[test_random_below(sizeof(spice) - 1)] : '\0';
		break;
	case 1: /* a piece is missing */
		length = length < *size - at ? length : *size - at;
		memmove(text + at, text + at + length, *size - at - length);
		*size -= length;
		break;
	case 2: /* a piece is there twice */
		length = length < *size - at ? length : *size - at;
		if (*size + length < room) {
			memmove(text + at + length, text + at, *size - at);
			*size += length;
		}
		break;
	case 3: /* a character more */
		if (*size + 1 < room) {
			memmove(text + at + 1, text + at, *size - at);
			text[at] = spice[test_random_below(sizeof(spice) - 1)];
			++*size;
		}
		break;
	default: /* a piece from elsewhere */
		if (*size > 32) {
			memmove(text + test_random_below(*size - 16), text + test_random_below(*size - 16),
				length);
		}
		break;
	}
}

TEST(no_input_breaks_the_reader)
{
	static struct said said;
	static char text[sizeof(sample) + 256];
	size_t read = 0;

	for (int i = 0; i < 20000; i++) {
		struct scenario *scenario;
		size_t size = sizeof(sample) - 1, changes = 1 + test_random_below(6);

		memcpy(text, sample, size);
		while (changes-- > 0) {
			mutate(text, &size, sizeof(text));
		}
		fill_sample(&said, text, size);
		said.is_mutant = i % 2;
		scenario = said_scenario(&said);
		CHECK((scenario == NULL) == (said.lines > 0));
		CHECK(said.lines <= 20);
		read += scenario != NULL;
		scenario_free(scenario);
	}
	CHECK(read > 100); /* not all of them are noise */
}
