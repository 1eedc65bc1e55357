/* src/report/masks.h -- limits that standards set to time error, by name. */
#ifndef REPORT_MASKS_H
#define REPORT_MASKS_H

#include <stdbool.h>
#include <stddef.h>

enum mask_quantity {
	MASK_MAX_ABS,  /* largest |time error| */
	MASK_CONSTANT, /* mean over 1,000 s */
	MASK_MTIE,     /* points */
	MASK_TDEV,
	MASK_PEAK_TO_PEAK,
};
#define MASK_QUANTITIES 5

struct mask_point {
	double tau_s, limit_ns; /* between points linear on logarithmic scales */
};

struct mask {
	const char *name;    /* "G.8273.2-A" */
	const char *meaning; /* "boundary clock and time receiver, class A" */
	enum mask_quantity quantity;
	double low_pass_hz; /* 0: unfiltered; negative: high-pass of that corner */
	const struct mask_point
		*points; /* ended by tau_s 0; MAX_ABS, CONSTANT, PEAK_TO_PEAK: one with limit_ns alone */
};

extern const struct mask masks[]; /* ended by a name of NULL; several rows may share a name */

/* The row of that name and quantity, or NULL. */
const struct mask *mask_find(const char *name, enum mask_quantity quantity);

/* The limit at an observation interval, or infinity where the mask says nothing. */
double mask_limit(const struct mask_point *points, size_t count, double tau_s);

#endif
