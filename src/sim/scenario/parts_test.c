/* src/sim/scenario/parts_test.c */
#include "sim/network/link.h"
#include "sim/scenario/said_test.h"

TEST(a_node_has_count_ports_options_and_keys)
{
	struct said said = { .files = { { 0 }, { "gm.conf", "[global]\npriority1 10\n", 0 } } };
	struct scenario *scenario = said_fine(
		&said, "node leaf count 100 ports 2 config gm.conf option priority1 11 starts no\n"
		       " option delay_mechanism P2P\n");
	const struct scenario_declaration *d = &scenario->declarations[0];

	CHECK_EQ(scenario->declaration_count, 1);
	CHECK_EQ(d->statement, SCENARIO_NODE);
	CHECK_STR_EQ(d->kind->name, "node");
	CHECK_STR_EQ(d->name, "leaf");
	CHECK_EQ(d->count, 100);
	CHECK_EQ(d->ports, 2);
	CHECK_STR_EQ(d->config_file, "gm.conf");
	CHECK_EQ(d->config_size, 22);
	CHECK_MEM_EQ(d->config_text, "[global]\npriority1 10\n", 22);
	CHECK_EQ(d->option_count, 2);
	CHECK_STR_EQ(d->options[1].name, "delay_mechanism");
	CHECK_STR_EQ(d->options[1].value, "P2P");
	CHECK_EQ(d->options[1].where.line, 3);
	CHECK_EQ(d->setting_count, 1);
	CHECK_STR_EQ(d->settings[0].key->name, "starts");
	CHECK_STR_EQ(d->settings[0].text, "no");
	CHECK_EQ(d->where.line, 2);
	scenario_free(scenario);
}

TEST(a_node_says_nothing_of_itself_by_default)
{
	struct scenario *scenario = said_fine(&(struct said){ 0 }, "node gm\n");

	CHECK_EQ(scenario->declarations[0].count, 0);
	CHECK_EQ(scenario->declarations[0].ports, 0);
	CHECK(!scenario->declarations[0].config_file);
	scenario_free(scenario);
}

TEST(words_of_a_node_are_checked)
{
	CHECK_SAYS("node a count 0\n", "x:2: count 0: expected a whole number, 1 .. 100000\n");
	CHECK_SAYS("node a count 1 count 2\n", "x:2: count: it is said twice\n");
	CHECK_MENTIONS("node a count\n",
		       "x:2: count: its value is missing; expected a whole number, 1 .. 100000\n");
	CHECK_MENTIONS("node a ports 1025\n", "x:2: ports 1025: expected a whole number, 1 .. 1024\n");
	CHECK_SAYS("node a config\n",
		   "x:2: config: its value is missing; expected the name of a configuration file\n");
	CHECK_SAYS("node a config missing\n", "x:2: missing: cannot be read: no such file\n");
	CHECK_SAYS("node a option\n",
		   "x:2: option: its value is missing; expected an option of the daemon and its value\n");
	CHECK_SAYS("node a option priority1\n",
		   "x:2: priority1: its value is missing; expected the option's value\n");
	CHECK_SAYS("node a option priority3 1\n",
		   "x:2: option priority3: the daemon has no such option; did you mean priority1?\n");
}

TEST(options_and_configurations_are_checked_as_the_daemon_does)
{
	struct said said = { .files = { { 0 }, { "gm.conf", "[global]\npriority1 1000\n", 0 } } };

	CHECK_SAYS("node a\n  option priority1 256\n", "x:3: option: 256 is an out of range value for option "
						       "priority1; priority1 takes 0..255, default 128\n");
	CHECK_SAYS(
		"node a\n  option clock_servo x\n",
		"x:3: option: x is a bad value for option clock_servo; clock_servo takes pi, linreg, ntpshm, "
		"nullf, refclock_sock, adaptive, default adaptive\n");
	CHECK_STR_EQ(said_of(&said, "node a config gm.conf\n"),
		     "x:2: config gm.conf: 1000 is an out of range value for option priority1 at line 2; "
		     "priority1 takes 0..255, "
		     "default 128\n");
}

TEST(keys_are_checked_with_the_table_of_their_kind)
{
	struct scenario *scenario = said_fine(&(struct said){ 0 },
					      "node a\nnode b\nlink a b.2 delay 500ns jitter \"4ns\"\n");
	const struct scenario_declaration *d = &scenario->declarations[2];

	CHECK_EQ(d->statement, SCENARIO_LINK);
	CHECK(d->kind == &link_kind);
	CHECK_STR_EQ(d->name, "a-b.2");
	CHECK_EQ(d->word_count, 2);
	CHECK_STR_EQ(d->words[0], "a");
	CHECK_STR_EQ(d->words[1], "b.2");
	CHECK_EQ(d->setting_count, 2);
	CHECK(d->settings[0].key == key_find(&link_kind, "delay"));
	CHECK_STR_EQ(d->settings[1].text, "4ns");
	scenario_free(scenario);
	CHECK_MENTIONS("node a\nnode b\nlink a b delay soon jitter -1ns\n",
		       "x:4: delay soon: expected a time such as ");
	CHECK_MENTIONS("node a\nnode b\nlink a b delay soon jitter -1ns\n",
		       "x:4: jitter -1ns: expected a time such as ");
	CHECK_MENTIONS("node a\nnode b\nlink a b\n jitter 1ns\n delay\n",
		       "x:6: delay: its value is missing; expected a time such as ");
	CHECK_MENTIONS("node a\nnode b\nlink a b delay 1ns delay 2ns\n", "x:4: delay: it is said twice\n");
}

TEST(an_unknown_key_is_answered_with_all_keys_of_the_kind)
{
	const char *text = "node a\nnode b\nlink a b dely 1ns\n";

	CHECK_MENTIONS(text, "x:4: dely: link has no such key; did you mean delay?; keys: ");
	for (size_t i = 0; i < link_kind.key_count; i++) {
		CHECK_MENTIONS(text, link_kind.keys[i].name);
	}
	CHECK_MENTIONS("node a cuont 3\n",
		       "x:2: cuont: node has no such key; did you mean count?; keys: count, ports, ");
	CHECK(!strstr(said_of(&(struct said){ 0 }, "node a\nhost a lod 1\n"), "count"));
}

TEST(a_preset_comes_first)
{
	CHECK_READS("node a\noscillator a preset tcxo frequency 1ppm\n");
	CHECK_SAYS("node a\noscillator a frequency 1ppm preset tcxo\n",
		   "x:3: preset tcxo: it must come before all other keys, as it sets them; here it stands "
		   "behind frequency\n");
}

TEST(connect_takes_ends_up_to_the_first_key)
{
	struct scenario *scenario = said_fine(
		&(struct said){ 0 }, "node gm\nnode bc count 3\nconnect tree gm bc* fanout 3 delay 1us\n");
	const struct scenario_declaration *d = &scenario->declarations[2];

	CHECK_EQ(d->statement, SCENARIO_CONNECT);
	CHECK_EQ(d->word_count, 3);
	CHECK_STR_EQ(d->words[0], "tree");
	CHECK_STR_EQ(d->words[2], "bc*");
	CHECK_EQ(d->fanout, 3);
	CHECK_EQ(d->setting_count, 1);
	CHECK_STR_EQ(d->name, "");
	scenario_free(scenario);
	CHECK_SAYS("node a\nconnect lien a\n", "x:3: connect lien: there is no such shape; did you mean "
					       "line?; expected one of: line, ring, star, tree, full\n");
	CHECK_MENTIONS("connect line\n", "x:2: connect: expected: connect SHAPE END");
	CHECK_MENTIONS("node a\nnode b\nconnect line a b fanout 2\n", "x:4: fanout: only a tree has one\n");
	CHECK_MENTIONS("node a\nnode b\nconnect line a b dely 1us\n",
		       "there is no node, switch or hub of that name");
}

TEST(traffic_faults_and_attackers_say_where_they_are)
{
	struct scenario *scenario = said_fine(
		&(struct said){ 0 },
		"node a\nswitch sw ports 4\nlink a sw\ntraffic bulk at sw.2 load 60%\n"
		"fault late on a-sw affects Sync,Follow_Up delay 50ms\nattacker eve on a-* act replay\n");

	CHECK_EQ(scenario->declarations[1].ports, 4);
	CHECK_EQ(scenario->declarations[3].statement, SCENARIO_TRAFFIC);
	CHECK_STR_EQ(scenario->declarations[3].name, "bulk");
	CHECK_STR_EQ(scenario->declarations[3].words[0], "sw.2");
	CHECK_STR_EQ(scenario->declarations[4].words[0], "a-sw");
	CHECK_EQ(scenario->declarations[4].setting_count, 2);
	CHECK_STR_EQ(scenario->declarations[5].words[0], "a-*");
	scenario_free(scenario);
	CHECK_SAYS("traffic bulk on sw.2\n",
		   "x:2: traffic: expected: traffic NAME at SWITCH.PORT [KEY VALUE ...]\n");
	CHECK_SAYS("fault late on\n", "x:2: fault: expected: fault NAME on LINK [KEY VALUE ...]\n");
	CHECK_MENTIONS("switch sw ports 65536\n", "x:2: ports 65536: expected a whole number, 1 .. 65535\n");
	CHECK_MENTIONS("switch sw count 2\n", "x:2: count: switch has no such key");
}

TEST(parts_of_nodes_keep_their_pattern)
{
	struct scenario *scenario = said_fine(&(struct said){ 0 },
					      "oscillator leaf*/mac preset tcxo\nnode leaf count 2\n");

	CHECK_EQ(scenario->declarations[0].statement, SCENARIO_PART);
	CHECK_STR_EQ(scenario->declarations[0].name, "leaf*/mac");
	CHECK_STR_EQ(scenario->declarations[0].kind->name, "oscillator");
	scenario_free(scenario);
}
