/* src/core/servo/obey.h -- does the clock do what it is told?
 *
 * Every change of the frequency should be seen in the next messages with its size. What is seen instead, over some
 * changes, tells a clock that does not listen from noise: errors that are proportional to what was asked for. */
#ifndef CORE_SERVO_OBEY_H
#define CORE_SERVO_OBEY_H

#include "core/servo/servo.h"

struct obey {
	double ratio; /* of what was seen beside what was asked for to that, over the last changes that agree */
	uint8_t changes; /* how many those are */
	uint8_t fault;   /* enum servo_fault */
	uint8_t tries;   /* how often a fault was found */
	double until_s;  /* then the clock is given another chance */
};

void obey_init(struct obey *obey);

/* Since the last message the clock was to gain `asked` ns by changes of its frequency; the message is off by `error`. */
void obey_watch(struct obey *obey, double asked, double error, double variance);

/* A fault was found. It is tried again after a minute, then ever more rarely. */
void obey_give_up(struct obey *obey, uint8_t fault, double now_s);

/* True once the clock is to be given another chance. */
bool obey_tries_again(struct obey *obey, double now_s);

/* The clock's response to a change, as a multiple of what was asked for. */
double obey_response(const struct obey *obey);

bool obey_is_possible(const struct obey *obey);

#endif
