/* src/sim/assemble/build_test.c */
#include "sim/assemble/built_test.h"
#include "sim/network/link.h"
#include "sim/node/node.h"

#define PAIR "node gm option priority1 10\nnode client\nlink gm client\n"

static struct built b;

/* ---- parts ---- */

TEST(a_pair_becomes_two_nodes_and_a_cable)
{
	built_fine(&b, PAIR);
	CHECK_EQ(b.world.node_count, 2);
	CHECK_EQ(b.world.link_count, 1);
	CHECK_STR_EQ(b.world.links[0]->name, "gm-client");
	CHECK(b.world.links[0]->plug[0] == &world_node(&b.world, "gm")->nics[0].plug);
	CHECK(b.world.links[0]->plug[1] == &world_node(&b.world, "client")->nics[0].plug);
	CHECK_EQ(world_node(&b.world, "gm")->config->priority1, 10);
	CHECK_EQ(world_node(&b.world, "client")->config->priority1, 128);
	built_free(&b);
}

TEST(a_world_that_was_built_runs)
{
	built_fine(&b, PAIR);
	world_run(&b.world, 20 * PS_PER_SECOND);
	CHECK(world_node(&b.world, "client")->instance);
	CHECK(b.world.links[0]->carried[0] > 10);
	built_free(&b);
}

TEST(count_makes_nodes_with_numbers)
{
	built_fine(&b, "node leaf count 3\nnode gm\n");
	CHECK_EQ(b.world.node_count, 4);
	CHECK(world_node(&b.world, "leaf1") && world_node(&b.world, "leaf3"));
	CHECK(!world_node(&b.world, "leaf") && !world_node(&b.world, "leaf4"));
	CHECK(world_node(&b.world, "leaf1")->config == world_node(&b.world, "leaf3")->config);
	CHECK(memcmp(&world_node(&b.world, "leaf1")->identity, &world_node(&b.world, "leaf2")->identity, 8) !=
	      0);
	built_free(&b);
}

TEST(ports_are_as_many_as_cables_need_or_as_was_said)
{
	built_fine(&b, "node bc\nnode a\nnode c\nnode d ports 5\nlink bc a\nlink bc.4 c\n");
	CHECK_EQ(world_node(&b.world, "bc")->config->port_count, 4);
	CHECK_EQ(world_node(&b.world, "a")->config->port_count, 1);
	CHECK_EQ(world_node(&b.world, "d")->config->port_count, 5);
	CHECK_STR_EQ(world_node(&b.world, "bc")->config->ports[3].name, "eth3");
	built_free(&b);
}

TEST(a_configuration_says_how_many_ports_there_are)
{
	b.said.files[1] = (struct said_file){ "a.conf",
					      "[global]\ndomainNumber 7\n[em1]\n[em2]\nlogSyncInterval -3\n",
					      0 };
	built_fine(&b, "node bc config a.conf\nnode a\nlink a bc\n");
	CHECK_EQ(world_node(&b.world, "bc")->config->port_count, 2);
	CHECK_EQ(world_node(&b.world, "bc")->config->domain_number, 7);
	CHECK_STR_EQ(world_node(&b.world, "bc")->config->ports[1].name, "em2");
	CHECK(b.world.links[0]->plug[1] == &world_node(&b.world, "bc")->nics[0].plug);
	built_free(&b);
}

TEST(options_are_stronger_than_the_configuration)
{
	b.said.files[1] = (struct said_file){ "a.conf", "[global]\npriority1 7\n[em1]\n", 0 };
	built_fine(&b, "node a config a.conf option priority1 9\n");
	CHECK_EQ(world_node(&b.world, "a")->config->priority1, 9);
	built_free(&b);
}

TEST(parts_are_described_in_the_order_of_the_file)
{
	built_fine(&b, PAIR
		   "oscillator * preset xo\noscillator gm/mac frequency 3ppb\n"
		   "clock gm offset 1us\nclock * offset 2us\nnic client.1 stamp_loss 25%\nhost gm load 50%\n"
		   "system gm offset 3us\ncore client rate_scale -1\n");
	CHECK_EQ(world_node(&b.world, "gm")->mac.settings.offset, 2 * PS_PER_US);
	CHECK_EQ(world_node(&b.world, "gm")->system.settings.offset, 3 * PS_PER_US);
	CHECK_NEAR(world_node(&b.world, "gm")->mac_oscillator.settings.frequency, 3, 1e-9);
	CHECK_NEAR(world_node(&b.world, "gm")->host_oscillator.settings.frequency, 0, 1e-9);
	CHECK_NEAR(world_node(&b.world, "client")->nics[0].settings.stamp_loss, 0.25, 1e-9);
	CHECK_NEAR(world_node(&b.world, "gm")->host.settings.load, 0.5, 1e-9);
	CHECK_NEAR(world_node(&b.world, "client")->shim.rate_scale, -1, 1e-9);
	CHECK_NEAR(world_node(&b.world, "gm")->shim.rate_scale, 1, 1e-9);
	built_free(&b);
}

TEST(switches_traffic_faults_attackers_curves_and_receivers_are_made)
{
	built_fine(&b, "node gm reference roof\nnode client\ngnss roof\ncurve oven constant 30C\n"
		       "oscillator client temperature oven\nswitch sw ports 8 latency 2us\nhub h\n"
		       "link gm sw\nlink client sw.5\ntraffic bulk at sw.5 load 60%\n"
		       "fault late on *-sw* affects Sync delay 1ms\nattacker eve on gm-sw act replay\n");
	CHECK_EQ(b.world.box_count, 2);
	CHECK_EQ(world_box(&b.world, "sw")->port_count, 8);
	CHECK(world_box(&b.world, "h")->is_hub);
	CHECK(b.world.links[1]->plug[1] == box_plug(world_box(&b.world, "sw"), 5));
	CHECK(world_box(&b.world, "sw")->ports[4].traffic);
	CHECK_EQ(b.world.fault_count, 2); /* one for each link */
	CHECK(b.world.links[0]->faults && b.world.links[1]->faults);
	CHECK_EQ(b.world.attacker_count, 1);
	CHECK(world_curve(&b.world, "oven") && world_receiver(&b.world, "roof"));
	CHECK(world_node(&b.world, "gm")->card);
	built_free(&b);
}

TEST(the_next_free_port_is_taken_past_those_that_were_numbered)
{
	built_fine(&b, "switch sw\nnode n count 4\nlink n1 sw.1\nlink n2 sw\nlink n3 sw.3\nlink n4 sw\n");
	CHECK(b.world.links[1]->plug[1] == box_plug(world_box(&b.world, "sw"), 2));
	CHECK(b.world.links[3]->plug[1] == box_plug(world_box(&b.world, "sw"), 4));
	built_free(&b);
}

TEST(software_stamps_steer_a_virtual_clock_unless_told_otherwise)
{
	built_fine(&b, "node a option time_stamping software\nnode b option time_stamping software option "
		       "clock system\n");
	CHECK_EQ(world_node(&b.world, "a")->config->clock_kind, GN_CLOCK_VIRTUAL);
	CHECK(world_node(&b.world, "b")->config->clock_kind != GN_CLOCK_VIRTUAL);
	built_free(&b);
}

TEST(a_large_star_is_built)
{
	built_fine(&b, "node leaf count 3000\nswitch sw\nconnect star sw leaf*\n");
	CHECK_EQ(b.world.link_count, 3000);
	CHECK_EQ(world_box(&b.world, "sw")->port_count, 3000);
	for (uint16_t port = 1; port <= 3000; port++) {
		CHECK(box_plug(world_box(&b.world, "sw"), port)->link);
	}
	built_free(&b);
}

/* ---- what is refused, and where ---- */

TEST(a_world_without_a_node_is_refused)
{
	CHECK_BUILD_SAYS("switch sw\n", "x:1: there is no node in it");
}

TEST(ports_that_are_taken_or_not_there_are_refused)
{
	CHECK_BUILD_SAYS(PAIR "node c\nlink c gm.1\n", "x:6: gm: port 1 has a cable already\n");
	CHECK_BUILD_SAYS("switch sw ports 1\nnode a\nlink a sw.2\n",
			 "x:2: switch sw: `ports 1`, but its cables need 2\n");
	CHECK_BUILD_SAYS("hub h ports 1\nnode a\nnode c\nlink a h\nlink c h\n",
			 "x:2: hub h: `ports 1`, but its cables need 2\n");
	CHECK_BUILD_SAYS("node a\nnode c\nlink a.2000 c\n",
			 "x:2: a: there can be 1024 ports, but its cables need more\n");
	CHECK_BUILD_SAYS("switch sw\nnode c\nlink sw.65535 c\n", "x:2: sw: there can be 65534 ports");
}

TEST(more_cables_than_a_configuration_has_ports_are_refused)
{
	b.said.files[1] = (struct said_file){ "a.conf", "[global]\n[em1]\n", 0 };
	built_refuses(&b, "node a config a.conf\nnode c count 2\nlink a c1\nlink a c2\n",
		      "x:2: node a: its cables need 2 ports, but its configuration has 1\n");
}

TEST(more_cables_than_any_node_or_switch_can_have_are_refused)
{
	CHECK_BUILD_SAYS("node n count 1500\nnode gm\nconnect star gm n*\n",
			 "x:3: gm: there can be 1024 ports, but its cables need more\n");
	CHECK_BUILD_SAYS("node n count 70000\nhub h\nconnect star h n*\n",
			 "x:3: h: there can be 65534 ports");
}

TEST(a_configuration_that_cannot_be_is_told_with_the_node_and_the_line)
{
	b.said.files[1] = (struct said_file){ "a.conf", "[global]\nproductDescription x\n[em1]\n", 0 };
	built_refuses(&b, "node fine\n\nnode a config a.conf\n",
		      "x:4: node a: invalid productDescription 'x'\n");
	CHECK_BUILD_SAYS("node a option productDescription x\n",
			 "x:2: node a: invalid productDescription 'x'\n");
}

TEST(warnings_of_a_configuration_are_told_and_refuse_nothing)
{
	b.scenario = said_fine(&b.said, "node a option slaveOnly 1\n");
	world_init(&b.world, 1, 1700000000);
	CHECK(build_world(b.scenario, &b.world, &b.build, said_line, &b.said));
	CHECK(strstr(b.said.text, "x:2: node a: option slaveOnly is deprecated"));
	built_free(&b);
}

TEST(ports_of_parts_that_are_not_there_are_refused)
{
	CHECK_BUILD_SAYS(PAIR "nic gm.3 stamp_loss 1%\n", "x:5: nic gm.3: there is no such port");
	CHECK_BUILD_SAYS(PAIR "mac client.2 jitter 1ns\n", "x:5: mac client.2: there is no such port");
}

TEST(traffic_is_at_a_port_that_is_there)
{
	CHECK_BUILD_SAYS("switch sw\nnode a\nlink a sw\ntraffic t at sw.9 load 1%\n",
			 "x:5: traffic t at sw.9: a port of a switch was expected, such as sw.2\n");
}

TEST(faults_and_attackers_on_cables_that_a_shape_does_not_make_are_refused)
{
	CHECK_BUILD_SAYS("node n count 3\nconnect line n*\nfault f on n1-n3 affects Sync\n",
			 "x:4: n1-n3: there is no link of that name\n");
	CHECK_BUILD_SAYS("node n count 3\nconnect line n*\nattacker e on n1-n3 act replay\n",
			 "x:4: n1-n3: there is no link of that name\n");
}

TEST(expectations_name_ports_that_are_there)
{
	CHECK_BUILD_SAYS(PAIR "expect client.2 state is FAULTY\n", "x:5: expect: client has no port 2\n");
	CHECK_BUILD_SAYS(PAIR "expect *.2 state is FAULTY\n", "x:5: expect: * has no port 2\n");
	built_fine(&b, PAIR "expect client.1 state is FAULTY\n");
	built_free(&b);
}

TEST(a_curve_that_cannot_be_is_refused)
{
	b.said.files[1] = (struct said_file){ "t.csv", "0,20\nx,30\n", 0 };
	built_try(&b, PAIR);
	built_free(&b);
	CHECK_MENTIONS(PAIR "curve c ramp 20C\n", "x:5: curve c: ");
}

TEST(all_mistakes_of_a_stage_are_told_at_once)
{
	built_try(&b, PAIR "nic gm.3 stamp_loss 1%\nnic gm.4 stamp_loss 1%\n");
	CHECK_EQ(b.said.lines, 2);
	built_free(&b);
}

/* Whatever is cut off, what is left is built or refused, and nothing is left behind (sanitizers look). */
TEST(a_scenario_without_one_of_its_lines_is_built_or_refused)
{
	static const char *const lines[] = {
		"node gm reference roof\n",
		"node client count 2\n",
		"gnss roof\n",
		"curve oven constant 30C\n",
		"oscillator client* temperature oven\n",
		"switch sw ports 8\n",
		"link gm sw\n",
		"link client1 sw.5\n",
		"link client2 sw\n",
		"traffic bulk at sw.5 load 60%\n",
		"fault late on *-sw* affects Sync delay 1ms\n",
		"attacker eve on gm-sw act replay\n",
		"at 1s pull gm-sw\n",
		"expect client1.1 state is FAULTY at 5s\n",
	};
	size_t count = sizeof(lines) / sizeof(lines[0]);

	for (size_t left_out = 0; left_out <= count; left_out++) {
		char text[2048] = "duration 100s\n";

		for (size_t i = 0; i < count; i++) {
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s",
				 i == left_out ? "" : lines[i]);
		}
		b.said.files[0] = (struct said_file){ "x", text, 0 };
		b.scenario = said_scenario(&b.said);
		if (b.scenario) {
			world_init(&b.world, 1, 1700000000);
			b.is_fine = build_world(b.scenario, &b.world, &b.build, said_line, &b.said);
			CHECK_EQ(b.is_fine, b.said.lines == 0);
			built_free(&b);
		} else {
			CHECK(b.said.lines > 0);
		}
	}
}
