/* src/sim/scenario/chaos_tables.h -- what a random world is drawn from. */
#ifndef SIM_CHAOS_TABLES_H
#define SIM_CHAOS_TABLES_H

#include <stdbool.h>

/* A key or an option and what it may be: words, one of which is drawn. Of neighbours with one name at most one is said. A table
 * ends with a name of NULL. */
struct chaos_choice {
	const char *name;
	const char *values;
	unsigned one_in; /* how seldom it is said at all */
	bool does_harm;  /* in wild worlds alone */
};

/* Options that all nodes of a network share (nearly always), and those of a node alone. */
extern const struct chaos_choice chaos_network_options[], chaos_node_options[];

/* Keys of parts, by the statement's word. */
struct chaos_part {
	const char *statement;
	const struct chaos_choice *keys;
	unsigned one_in;
};
extern const struct chaos_part chaos_node_parts[]; /* ended by a statement of NULL */
extern const struct chaos_choice chaos_link_keys[], chaos_switch_keys[], chaos_hub_keys[],
	chaos_traffic_keys[], chaos_fault_keys[], chaos_attacker_keys[], chaos_gnss_keys[];

/* What happens, and what ends it. In both: $n a node, $l a link, $w a switch or hub, $f a fault, $a an attacker, $g a receiver,
 * $s a time span, $o an offset of any sign, $b a number of an octet, $i an interval (log2 s). The second has the first's names. */
struct chaos_happening {
	const char *what;
	const char *end; /* NULL: it ends by itself */
	bool is_wild;    /* its effect may last */
};
extern const struct chaos_happening chaos_happenings[]; /* ended by NULL */

#endif
