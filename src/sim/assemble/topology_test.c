/* src/sim/assemble/topology_test.c -- shapes over all sizes, and names. */
#include "sim/assemble/built_test.h"
#include "sim/assemble/topology.h"

#define NODES_MAX 40

static struct world world;
static struct node nodes[NODES_MAX];
static struct box boxes[2];
static struct box *box_list[2] = { &boxes[0], &boxes[1] };
static struct topology topology;
static char why[256];

/* n1 .. nN, the switch "sw" and the hub "h". */
static void make_world(size_t count)
{
	memset(nodes, 0, sizeof(nodes));
	memset(boxes, 0, sizeof(boxes));
	for (size_t i = 0; i < count; i++) {
		snprintf(nodes[i].name, sizeof(nodes[i].name), "n%zu", i + 1);
		nodes[i].index = (uint32_t)i;
	}
	snprintf(boxes[0].name, sizeof(boxes[0].name), "sw");
	snprintf(boxes[1].name, sizeof(boxes[1].name), "h");
	world = (struct world){ .nodes = nodes, .node_count = count, .boxes = box_list, .box_count = 2 };
	topology_free(&topology);
	why[0] = '\0';
}

static bool add(enum scenario_statement statement, int64_t fanout, size_t count, const char **words)
{
	struct scenario_declaration d = {
		.statement = statement, .words = words, .word_count = count, .fanout = fanout
	};

	return topology_add(&topology, &world, &d, why, sizeof(why));
}

#define CONNECT(fanout, ...)                                                                                 \
	add(SCENARIO_CONNECT, fanout, sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *),              \
	    (const char *[]){ __VA_ARGS__ })
#define LINK(...)                                                                                            \
	add(SCENARIO_LINK, 0, sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *),                      \
	    (const char *[]){ __VA_ARGS__ })

/* How often i and j are joined. */
static size_t joined(size_t i, size_t j)
{
	size_t count = 0;

	for (size_t e = 0; e < topology.count; e++) {
		const struct node *a = topology.edges[e].end[0].node, *c = topology.edges[e].end[1].node;

		count += (a == &nodes[i] && c == &nodes[j]) || (a == &nodes[j] && c == &nodes[i]);
	}
	return count;
}

static void check_shape(size_t count, bool (*wanted)(size_t i, size_t j, size_t count))
{
	for (size_t j = 0; j < count; j++) {
		for (size_t i = 0; i < j; i++) {
			CHECK_EQ(joined(i, j), wanted(i, j, count));
		}
		CHECK_EQ(joined(j, j), 0);
	}
}

static bool in_line(size_t i, size_t j, size_t count)
{
	(void)count;
	return j == i + 1;
}

static bool in_ring(size_t i, size_t j, size_t count)
{
	return j == i + 1 || (i == 0 && j == count - 1);
}

static bool in_star(size_t i, size_t j, size_t count)
{
	(void)j;
	(void)count;
	return i == 0;
}

static bool in_full(size_t i, size_t j, size_t count)
{
	(void)i;
	(void)j;
	(void)count;
	return true;
}

static int64_t fanout;

static bool in_tree(size_t i, size_t j, size_t count)
{
	(void)count;
	return (j - 1) / (size_t)fanout == i;
}

TEST(shapes_of_every_size_join_whom_they_should_and_once)
{
	for (size_t count = 2; count <= NODES_MAX; count++) {
		make_world(count);
		CHECK(CONNECT(0, "line", "n*"));
		CHECK_EQ(topology.count, count - 1);
		check_shape(count, in_line);
		make_world(count);
		CHECK_EQ(CONNECT(0, "ring", "n*"), count > 2);
		if (count > 2) {
			check_shape(count, in_ring);
		}
		make_world(count);
		CHECK(CONNECT(0, "star", "n*"));
		check_shape(count, in_star);
		make_world(count);
		CHECK(CONNECT(0, "full", "n*"));
		CHECK_EQ(topology.count, count * (count - 1) / 2);
		check_shape(count, in_full);
	}
	topology_free(&topology);
}

TEST(a_tree_of_any_fanout_has_one_parent_for_each_but_the_first)
{
	for (fanout = 1; fanout <= 7; fanout++) {
		for (size_t count = 2; count <= NODES_MAX; count += 3) {
			make_world(count);
			CHECK(CONNECT(fanout, "tree", "n*"));
			CHECK_EQ(topology.count, count - 1);
			check_shape(count, in_tree);
		}
	}
	fanout = 2;
	make_world(9);
	CHECK(CONNECT(0, "tree", "n*")); /* what nobody said is 2 */
	check_shape(9, in_tree);
	topology_free(&topology);
}

TEST(ends_are_taken_in_the_order_of_the_words)
{
	make_world(3);
	CHECK(CONNECT(0, "star", "sw", "n3", "n1", "n2"));
	CHECK_STR_EQ(topology.edges[0].name, "sw-n3");
	CHECK_STR_EQ(topology.edges[1].name, "sw-n1");
	CHECK(topology.edges[2].end[0].box == &boxes[0] && topology.edges[2].end[1].node == &nodes[1]);
	topology_free(&topology);
}

TEST(a_pattern_is_of_nodes_and_boxes)
{
	make_world(3);
	CHECK(CONNECT(0, "line", "*"));
	CHECK_EQ(topology.count, 4);
	topology_free(&topology);
}

TEST(a_link_has_two_ends_that_may_be_ports)
{
	make_world(3);
	CHECK(LINK("n1", "n2"));
	CHECK(LINK("n1.7", "sw.12"));
	CHECK_STR_EQ(topology.edges[0].name, "n1-n2");
	CHECK_EQ(topology.edges[0].end[0].port, 0);
	CHECK_STR_EQ(topology.edges[1].name, "n1.7-sw.12");
	CHECK_EQ(topology.edges[1].end[0].port, 7);
	CHECK_EQ(topology.edges[1].end[1].port, 12);
	CHECK(topology.edges[1].end[1].box == &boxes[0]);
	topology_free(&topology);
}

TEST(what_cannot_be_joined_is_refused)
{
	make_world(3);
	CHECK(!LINK("n1"));
	CHECK_STR_EQ(why, "two ends were expected, such as `gm client' or `bc.2 client'");
	CHECK(!LINK("n1", "n2", "n3"));
	CHECK(!LINK("n1", "n9"));
	CHECK_STR_EQ(why, "n9: there is no node, switch or hub of that name");
	CHECK(!LINK("n1", "n1"));
	CHECK_STR_EQ(why, "n1 cannot be joined with itself");
	CHECK(!LINK("n1.1", "n1.2"));
	CHECK(!LINK("sw", "sw.2"));
	CHECK_STR_EQ(why, "sw cannot be joined with itself");
	CHECK(!LINK("n1.0", "n2"));
	CHECK(!LINK("n1.65536", "n2"));
	CHECK(!LINK("n1.x", "n2"));
	CHECK(!LINK("n1.", "n2"));
	CHECK(!LINK("n1.1x", "n2"));
	CHECK(!CONNECT(0, "circle", "n*"));
	CHECK_STR_EQ(why, "line, ring, star, tree or full was expected");
	CHECK(!CONNECT(0, "line", "n1"));
	CHECK_STR_EQ(why, "a line needs at least 2 parts, not 1");
	CHECK(!CONNECT(0, "ring", "n1", "n2"));
	CHECK_STR_EQ(why, "a ring needs at least 3 parts, not 2");
	CHECK(!CONNECT(0, "star", "x*", "n1"));
	CHECK_STR_EQ(why, "x*: no node, switch or hub has such a name");
	CHECK(!CONNECT(0, "star", "n1", "n9"));
	CHECK(!CONNECT(0, "line", "n1", "n1"));
	CHECK_EQ(topology.count, 0);
	topology_free(&topology);
}

TEST(a_million_cables_are_the_most)
{
	static struct node many[1500];

	make_world(1);
	for (size_t i = 0; i < 1500; i++) {
		snprintf(many[i].name, sizeof(many[i].name), "m%zu", i);
		many[i].index = (uint32_t)i;
	}
	world.nodes = many;
	world.node_count = 1500;
	CHECK(!CONNECT(0, "full", "m*"));
	CHECK_STR_EQ(why, "more than 1000000 cables");
	topology_free(&topology);
}

TEST(ports_are_counted_and_the_highest_number_counts)
{
	uint16_t of_nodes[NODES_MAX], of_boxes[2];

	make_world(4);
	CHECK(LINK("n1", "sw") && LINK("n1.5", "sw") && LINK("n2", "sw.2") && LINK("n3", "n2"));
	topology_ports(&topology, &world, of_nodes, of_boxes);
	CHECK_EQ(of_nodes[0], 5);
	CHECK_EQ(of_nodes[1], 2);
	CHECK_EQ(of_nodes[2], 1);
	CHECK_EQ(of_nodes[3], 0);
	CHECK_EQ(of_boxes[0], 3);
	CHECK_EQ(of_boxes[1], 0);
	topology_free(&topology);
}

TEST(links_keep_the_settings_of_their_statement)
{
	static struct built b;

	built_fine(&b, "node n count 4\nconnect line n1 n2 n3 delay 7us\nlink n3 n4\n");
	CHECK_EQ(b.world.links[0]->settings.delay, 7 * PS_PER_US);
	CHECK_EQ(b.world.links[1]->settings.delay, 7 * PS_PER_US);
	CHECK(b.world.links[2]->settings.delay != 7 * PS_PER_US);
	built_free(&b);
}
