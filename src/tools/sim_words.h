/* src/tools/sim_words.h -- events and actions of an instance in words, one line each, for traces and replays. */
#ifndef TOOLS_SIM_WORDS_H
#define TOOLS_SIM_WORDS_H

#include "gnomon/instance.h"

#define SIM_WORDS_SIZE 1200

/* "port 1 (eth0): received Sync 4711 of 001122.fffe.334455-1, 44 octets, at 1700000000.123456789".
 * names[i] is that of port i + 1; text without a line's end or another character that is not shown. */
const char *sim_event_words(const struct gn_event *event, const char *const *names, uint16_t ports,
			    char out[SIM_WORDS_SIZE]);

/* "set the rate to -12.345 ppb"; a report in its own words. */
const char *sim_action_words(const struct gn_action *action, const char *const *names, uint16_t ports,
			     char out[SIM_WORDS_SIZE]);

/* "set the rate": what kind it is, where no more is known. */
const char *sim_action_kind(unsigned type);

#endif
