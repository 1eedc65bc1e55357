/* src/tools/status_facts.h -- single facts out of a picture: the best of several answers that tell the same thing. */
#ifndef TOOLS_STATUS_FACTS_H
#define TOOLS_STATUS_FACTS_H

#include "tools/status_picture.h"

/* A quantity that may be unknown. */
struct fact {
	bool is_known;
	double ns;
};

struct fact fact_of_interval(struct gn_interval interval); /* saturated: unknown */

struct fact fact_offset(const struct status_picture *picture);
struct fact fact_delay(const struct status_picture *picture);

/* The servo told what it knows of itself. */
bool fact_has_estimate(const struct status_picture *picture);

bool fact_is_grandmaster(const struct status_picture *picture);
int fact_port_state(const struct status_port *port);      /* enum gn_port_state, 0: unknown */
int fact_time_stamping(const struct status_port *port);   /* enum gn_time_stamping, -1: unknown */
int fact_phc_index(const struct status_port *port);       /* -1: none or unknown */
int fact_delay_mechanism(const struct status_port *port); /* -1: unknown */

/* How many ports are in that state; *first is the first of them, its number 1..N. */
unsigned fact_ports_in(const struct status_picture *picture, int state, uint16_t *first);

uint64_t fact_drops(const struct status_port *port); /* the sum of all reasons */

/* "port 1 (eth0)" */
const char *fact_port_name(const struct status_picture *picture, uint16_t number,
			   char out[STATUS_TEXT_SIZE + 16]);

/* "12 s", "3 min", "5 h", "2 d" */
const char *fact_age(uint64_t seconds, char out[24]);

/* Words for numbers of the standard; never NULL. */
const char *fact_accuracy(uint8_t clock_accuracy);
const char *fact_time_source(uint8_t time_source);
const char *fact_servo_kind(uint8_t kind);
const char *fact_servo_state(uint8_t state);
const char *fact_clock_kind(uint8_t kind);
const char *fact_stamping(int time_stamping);
const char *fact_mechanism(int delay_mechanism);
const char *fact_protocol(uint16_t network_protocol);

#endif
