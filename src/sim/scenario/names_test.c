/* src/sim/scenario/names_test.c */
#include "sim/scenario/said_test.h"

/* The obvious way, slow. */
static bool matches_slowly(const char *pattern, const char *name)
{
	if (*pattern == '*') {
		return matches_slowly(pattern + 1, name) || (*name && matches_slowly(pattern, name + 1));
	}
	return *pattern == '\0' ? *name == '\0' : *pattern == *name && matches_slowly(pattern + 1, name + 1);
}

TEST(a_star_stands_for_any_characters)
{
	CHECK(scenario_matches("leaf*", "leaf"));
	CHECK(scenario_matches("*-sw", "gm-sw"));
	CHECK(!scenario_matches("leaf*", "lea"));
	CHECK(!scenario_matches("leaf?", "leaf1"));
	CHECK(scenario_matches("", ""));
	CHECK(!scenario_matches("", "a"));
}

TEST(matching_agrees_with_its_definition)
{
	for (int i = 0; i < 20000; i++) {
		char pattern[8], name[8];
		size_t length = test_random_below(8);

		for (size_t k = 0; k < length; k++) {
			pattern[k] = "ab*"[test_random_below(3)];
		}
		pattern[length] = '\0';
		length = test_random_below(8);
		for (size_t k = 0; k < length; k++) {
			name[k] = "ab"[test_random_below(2)];
		}
		name[length] = '\0';
		CHECK_EQ(scenario_matches(pattern, name), matches_slowly(pattern, name));
	}
}

TEST(a_name_is_given_once)
{
	CHECK_SAYS("node gm\nnode gm\n", "x:3: gm: the name is taken, at x:2\n");
	CHECK_SAYS("node gm\nswitch gm\n", "x:3: gm: the name is taken, at x:2\n");
	CHECK_READS("node gm\ngnss gm\n");
	CHECK_SAYS("curve c constant 1C\ncurve c constant 2C\n", "x:3: c: the name is taken, at x:2\n");
	CHECK_SAYS(
		"node a\nnode b\nlink a b\nlink a b\n",
		"x:5: a-b: the name is taken, at x:4; to tell cables apart, write their ports, as in gm.2\n");
	CHECK_READS("node a\nnode b\nlink a.1 b.1\nlink a.2 b.2\n");
}

TEST(a_node_with_a_count_takes_the_names_of_its_members)
{
	CHECK_SAYS("node leaf count 10\nnode leaf10\n", "x:3: leaf10: the name is taken, at x:2\n");
	CHECK_SAYS("node leaf10\nnode leaf count 10\n", "x:3: leaf10: the name is taken, at x:2\n");
	CHECK_READS("node leaf count 10\nnode leaf11\nnode leaf01\nnode leafa\nnode leaf0\n");
	CHECK_SAYS("node a count 11\nnode a1 count 3\n", "x:3: a11: the name is taken, at x:2\n");
	CHECK_READS("node a count 10\nnode a1x count 3\n");
	CHECK_SAYS("node a count 2\nnode a count 3\n", "x:3: a: the name is taken, at x:2\n");
}

TEST(names_have_a_form)
{
	CHECK_SAYS("node g.m\n",
		   "x:2: node g.m: expected a name of letters, digits, _ and -, at most 31 characters\n");
	CHECK_MENTIONS("node abcdefghijklmnopqrstuvwxyz123456\n", "expected a name of");
	CHECK_MENTIONS("node gm*\n", "expected a name of");
	CHECK_MENTIONS("node -a\n", "expected a name of");
	CHECK_MENTIONS("node \"\"\n", "expected a name of");
	CHECK_MENTIONS(
		"node delay\n",
		"x:2: node delay: this is a key of links, which `connect` could not tell from an end\n");
	CHECK_MENTIONS("switch fanout\n", "this is a key of links");
	CHECK_MENTIONS("node all\n", "x:2: node all: `all` stands for all nodes and cannot be one's name\n");
	CHECK_READS("fault late-follow-up on a-b affects Sync\nnode a\nnode b\nlink a b\n");
}

TEST(who_is_spoken_of_is_there)
{
	CHECK_READS("link gm leaf7\nnode gm\nnode leaf count 10\n");
	CHECK_SAYS("node gm\nnode leaf count 10\nswitch sw\nlink gm leaf11\n",
		   "x:5: link leaf11: there is no node, switch or hub of that name; did you mean leaf?; "
		   "there are: gm, leaf1 .. "
		   "leaf10, sw\n");
	CHECK_SAYS(
		"node client\nhost cleint load 10%\n",
		"x:3: host cleint: there is no node of that name; did you mean client?; there are: client\n");
	CHECK_SAYS("switch sw\nhost sw load 10%\n", "x:3: host sw: there is no node of that name\n");
	CHECK_SAYS("node gm\nhost leaf* load 10%\n",
		   "x:3: host leaf*: there is no node of that name; there are: gm\n");
	CHECK_READS("node leaf count 10\nhost leaf*9 load 10%\nhost *1 load 10%\n");
	CHECK_MENTIONS("node leaf count 10\nhost leaf load 10%\n",
		       "x:3: host leaf: there is no node of that name");
	CHECK_MENTIONS("node leaf count 10\nhost leaf01 load 10%\n",
		       "x:3: host leaf01: there is no node of that name");
	CHECK_MENTIONS("node leaf count 10\nhost leaf11* load 10%\n",
		       "x:3: host leaf11*: there is no node of that name");
}

TEST(suffixes_are_those_of_the_kind)
{
	CHECK_READS("node gm\nnic gm.1 stamp_loss 1%\nnic gm stamp_loss 1%\nmac g*.2 jitter 1ns\nphy gm.* "
		    "jitter 1ns\n");
	CHECK_SAYS("node gm\nnic gm.x stamp_loss 1%\n", "x:3: nic gm.x: expected NAME or NAME.PORT\n");
	CHECK_MENTIONS("node gm\nnic gm.0 stamp_loss 1%\n", "expected NAME or NAME.PORT");
	CHECK_MENTIONS("node gm\nnic gm.65536 stamp_loss 1%\n", "expected NAME or NAME.PORT");
	CHECK_READS("node gm\noscillator gm/mac frequency 1ppm\noscillator */host frequency 1ppm\n");
	CHECK_SAYS("node gm\noscillator gm/cpu frequency 1ppm\n",
		   "x:3: oscillator gm/cpu: expected NAME or NAME/mac, NAME/phy or NAME/host\n");
	CHECK_MENTIONS("node gm\nhost gm.1 load 1%\n", "x:3: host gm.1: there is no node of that name");
	CHECK_MENTIONS("switch sw\ntraffic t at sw load 1%\n", "x:3: traffic sw: expected NAME.PORT\n");
	CHECK_READS("switch sw\ntraffic t at sw.2 load 1%\n");
}

TEST(cables_are_found_by_the_names_of_their_ends)
{
	CHECK_READS("node a\nnode b\nlink a b\nfault f on a-b affects Sync\nat 1s pull *-b\n");
	CHECK_SAYS("node a\nnode b\nlink a b\nat 1s pull b-a\n",
		   "x:5: pull b-a: there is no link of that name; there are: a-b\n");
	CHECK_READS(
		"node a\nnode b\nconnect line a b\nat 1s pull a-b\n"); /* those of `connect` are made later */
	CHECK_MENTIONS("node a\nnode b\nlink a b\nattacker eve on a-c act replay\n",
		       "x:5: attacker a-c: there is no link of that name; did you mean a-b?");
}

TEST(keys_that_are_names_are_looked_up_too)
{
	CHECK_READS("oscillator gm temperature oven\nnode gm reference roof\ncurve oven constant 1C\ngnss "
		    "roof\n");
	CHECK_SAYS("node gm\noscillator gm temperature ofen\ncurve oven constant 1C\n",
		   "x:3: temperature ofen: there is no curve of that name; did you mean oven?; there are: "
		   "oven\n");
	CHECK_SAYS("node gm reference roof\n", "x:2: reference roof: there is no gnss of that name\n");
	CHECK_MENTIONS("node gm\nat 1s set oscillator gm temperature oven\n",
		       "x:3: temperature oven: there is no curve");
}

TEST(happenings_and_expectations_name_what_is_there)
{
	CHECK_MENTIONS("node gm\nat 1s kill client\n",
		       "x:3: kill client: there is no node of that name; there are: gm\n");
	CHECK_MENTIONS("node gm\nat 1s set switch gm latency 1us\n",
		       "x:3: set gm: there is no switch of that name\n");
	CHECK_MENTIONS("node gm\nexpect client steps <= 1\n",
		       "x:3: expect client: there is no node of that name");
	CHECK_MENTIONS("node gm\nexpect gm offset rms < 1us against client\n",
		       "x:3: expect client: there is no node");
	CHECK_MENTIONS("node gm\nexpect gm grandmaster is client at 3s\n",
		       "x:3: expect client: there is no node");
	CHECK_READS("node gm\nexpect all malformed = 0\nexpect g* steps <= 1\n");
}

TEST(only_lines_of_mutants_see_what_mutants_declare)
{
	CHECK_READS("node gm\nmutant node rogue\nmutant link gm rogue\n");
	CHECK_MENTIONS("node gm\nmutant node rogue\nlink gm rogue\n",
		       "x:4: link rogue: there is no node, switch or hub");
	CHECK_MENTIONS("node gm\nmutant node gm\n", "x:3: gm: the name is taken, at x:2\n");
}

TEST(a_line_that_was_not_understood_makes_no_further_errors)
{
	CHECK_MENTIONS("nod gm\nlink gm a\nnode a\n",
		       "x:2: nod: there is no such statement; did you mean node?");
	CHECK(!strstr(said_of(&(struct said){ 0 }, "nod gm\nlink gm a\nnode a\n"), "x:3:"));
}
