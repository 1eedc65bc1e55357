/* src/report/words.h -- what a vocabulary is: for every report id a row with its level, its text and how often it may
 * be said. text.c reads the rows; words_native.c and words_linuxptp.c are nothing but rows.
 *
 * A text is a template. "\n" begins a further line of the same level, "{{" is a brace, and {NAMEi:SPEC} is number[i] in
 * the form NAME, where SPEC is [+][width][.precision] as printf has them:
 *
 *   {port}     port 1 (eth0)              {id} {clock}  the identity: of the port, of its clock
 *   {from}     " from ID", or nothing     {text}        the report's text
 *   {d0}       an integer                 {hex0}        0x0F0F
 *   {ppb0}     2^-32 ppb, as ppb          {kilo0}       thousandths, as a whole number
 *   {share0}   thousandths, as "12.5 %"
 *   {micro0}   millionths                 {nano0} {pico0} 1 + number * 10^-9, * 10^-12
 *   {ns0}      ns, as "1.24 ms"           {kns0}        thousandths of ns, likewise
 *   {log0}     log2 s, as "125 ms"        {log2ns0}     ns, as log2 of seconds
 *   {seconds0} ns, as whole seconds
 *   {state0} {servo0} {fault0} {drop0} {errno0}         names and texts
 *   {type0}    a messageType's name       {what0}       number[0], number[1]: "Sync 4711", or "a message"
 */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "report/text.h"

#define REPORT_STATE_GRANDMASTER 10 /* linuxptp has a name for it: TIME_TRANSMITTER by M1 or M2 */
#define REPORT_STATES 11

struct report_row {
	uint8_t level;
	uint16_t limit;   /* s: said at most so often per port; 0: always */
	const char *text; /* "": deliberately silent */

	/* Variants: number[by] - first chooses one of `count` rows; where there is none, or it has no text
	 * (NULL), this row itself speaks. */
	const struct report_row *variants;
	uint8_t count, by;
	int8_t first;
};

struct report_words {
	const char *states[REPORT_STATES];
	const char *servo_states[4];
	const char *faults[3];
	const char *types[GN_MESSAGE_TYPES];
	bool says_held_back; /* "(12 more in 60 s)" */
	struct report_row rows[GN_REPORTS];
};

#define REPORT_VARIANTS(table, number_index, first_value)                                                    \
	.variants = (table), .count = sizeof(table) / sizeof((table)[0]), .by = (number_index),              \
	.first = (first_value)

#endif
