/* src/core/servo/obey.c */
#include "core/servo/obey.h"

#include "core/servo/controller.h"
#include "core/servo/math.h"

#define CHANGES_NEEDED 4
#define ASKED_OF_USE 100.0 /* variances: only a change that noise cannot hide says anything */
#define DEVIATION 0.55     /* of the response from 1: an unlucky row of messages makes half of that */
#define AGREEMENT 0.2      /* within which responses are the same one */
#define RETRY_FIRST 60.0   /* s */
#define RETRY_DOUBLINGS 6

void obey_init(struct obey *obey)
{
	*obey = (struct obey){ .fault = SERVO_FAULT_NONE };
}

double obey_response(const struct obey *obey)
{
	return 1 + obey->ratio;
}

static uint8_t name_of(double response)
{
	if (response > -0.25 && response < 0.25) {
		return SERVO_FAULT_NO_EFFECT;
	}
	return response < 0 ? SERVO_FAULT_WRONG_SIGN : SERVO_FAULT_WRONG_SCALE;
}

void obey_watch(struct obey *obey, double asked, double error, double variance)
{
	double ratio;

	if (asked * asked < ASKED_OF_USE * variance || !(variance > 0)) {
		return;
	}
	ratio = error / asked;
	if (obey->changes == 0 ||
	    gn_math_fabs(ratio - obey->ratio) > AGREEMENT * (1 + gn_math_fabs(obey->ratio))) {
		obey->ratio = ratio;
		obey->changes = 1;
		return;
	}
	obey->changes = (uint8_t)(obey->changes + (obey->changes < UINT8_MAX));
	obey->ratio += (ratio - obey->ratio) / obey->changes;
	if (obey->changes >= CHANGES_NEEDED && gn_math_fabs(obey->ratio) > DEVIATION) {
		obey->fault = name_of(obey_response(obey));
	}
}

void obey_give_up(struct obey *obey, uint8_t fault, double now_s)
{
	obey->fault = fault;
	obey->until_s = now_s + RETRY_FIRST * (double)(1u << obey->tries);
	obey->tries = (uint8_t)(obey->tries + (obey->tries < RETRY_DOUBLINGS));
}

bool obey_tries_again(struct obey *obey, double now_s)
{
	if (obey->fault == SERVO_FAULT_NONE || now_s < obey->until_s) {
		return false;
	}
	obey->fault = SERVO_FAULT_NONE;
	obey->changes = 0;
	return true;
}

bool obey_is_possible(const struct obey *obey)
{
	return servo_is_number(obey->ratio) && servo_is_number(obey->until_s) &&
	       obey->fault <= SERVO_FAULT_STEP && obey->tries <= RETRY_DOUBLINGS;
}
