/* src/report/masks.c -- the limits as rows, and the interpolation between their points.
 *
 * A straight line between two points on logarithmic scales is found by halving: the geometric mean of two intervals has
 * the geometric mean of their limits. */
#include "report/masks.h"

#include <math.h>
#include <string.h>

#define LIMIT(ns)                                                                                            \
	(const struct mask_point[])                                                                          \
	{                                                                                                    \
		{                                                                                            \
			0.0, (ns)                                                                            \
		}                                                                                            \
	}

/* The same at every observation interval up to 1,000 s. */
#define FLAT(ns)                                                                                             \
	(const struct mask_point[])                                                                          \
	{                                                                                                    \
		{ 0.1, (ns) }, { 1000.0, (ns) },                                                             \
		{                                                                                            \
			0.0, 0.0                                                                             \
		}                                                                                            \
	}

#define CLASS_A "telecom boundary clock and time receiver, class A"
#define CLASS_B "telecom boundary clock and time receiver, class B"
#define CLASS_C "telecom boundary clock and time receiver, class C"
#define CLASS_D "telecom boundary clock and time receiver, class D"

const struct mask masks[] = {
	{ "G.8273.2-A", CLASS_A, MASK_MAX_ABS, 0.0, LIMIT(100.0) },
	{ "G.8273.2-A", CLASS_A, MASK_CONSTANT, 0.0, LIMIT(50.0) },
	{ "G.8273.2-A", CLASS_A, MASK_MTIE, 0.1, FLAT(40.0) },
	{ "G.8273.2-A", CLASS_A, MASK_TDEV, 0.1, FLAT(4.0) },
	{ "G.8273.2-A", CLASS_A, MASK_PEAK_TO_PEAK, -0.1, LIMIT(70.0) },
	{ "G.8273.2-B", CLASS_B, MASK_MAX_ABS, 0.0, LIMIT(70.0) },
	{ "G.8273.2-B", CLASS_B, MASK_CONSTANT, 0.0, LIMIT(20.0) },
	{ "G.8273.2-B", CLASS_B, MASK_MTIE, 0.1, FLAT(40.0) },
	{ "G.8273.2-B", CLASS_B, MASK_TDEV, 0.1, FLAT(4.0) },
	{ "G.8273.2-B", CLASS_B, MASK_PEAK_TO_PEAK, -0.1, LIMIT(70.0) },
	{ "G.8273.2-C", CLASS_C, MASK_MAX_ABS, 0.0, LIMIT(30.0) },
	{ "G.8273.2-C", CLASS_C, MASK_CONSTANT, 0.0, LIMIT(10.0) },
	{ "G.8273.2-C", CLASS_C, MASK_MTIE, 0.1, FLAT(10.0) },
	{ "G.8273.2-C", CLASS_C, MASK_TDEV, 0.1, FLAT(2.0) },
	{ "G.8273.2-D", CLASS_D, MASK_MAX_ABS, 0.1, LIMIT(5.0) },
	{ "G.8271.1", "telecom network, at the reference point", MASK_MAX_ABS, 0.0, LIMIT(1100.0) },
	{ "G.8271.1-end", "telecom network, end to end", MASK_MAX_ABS, 0.0, LIMIT(1500.0) },
	{ "G.8272-A", "primary reference time clock, class A", MASK_MAX_ABS, 0.0, LIMIT(100.0) },
	{ "G.8272-B", "primary reference time clock, class B", MASK_MAX_ABS, 0.0, LIMIT(40.0) },
	{ "G.8272.1", "enhanced primary reference time clock", MASK_MAX_ABS, 0.0, LIMIT(30.0) },
	{ "61850-9-3", "power utility, at the end of the network", MASK_MAX_ABS, 0.0, LIMIT(1000.0) },
	{ "61850-9-3-GM", "power utility, grandmaster", MASK_MAX_ABS, 0.0, LIMIT(250.0) },
	{ "61850-9-3-BC", "power utility, one boundary clock", MASK_MAX_ABS, 0.0, LIMIT(200.0) },
	{ "61850-9-3-TC", "power utility, one transparent clock", MASK_MAX_ABS, 0.0, LIMIT(50.0) },
	{ "802.1AS", "time-sensitive network, over 7 hops", MASK_MAX_ABS, 0.0, LIMIT(1000.0) },
	{ "60802", "industrial automation, over 64 hops", MASK_MAX_ABS, 0.0, LIMIT(1000.0) },
	{ "back-to-back", "two network interfaces that stamp, one cable", MASK_MAX_ABS, 0.0, LIMIT(100.0) },
	{ "MAC-stamps", "what stamps taken in a MAC should reach", MASK_MAX_ABS, 0.0, LIMIT(100.0) },
	{ "PHY-stamps", "what stamps taken in a PHY should reach", MASK_MAX_ABS, 0.0, LIMIT(10.0) },
	{ "holdover", "telecom, after 4 h without a reference", MASK_MAX_ABS, 0.0, LIMIT(1500.0) },
	{ "RTS25", "trading, high frequency: divergence from UTC", MASK_MAX_ABS, 0.0, LIMIT(100e3) },
	{ "RTS25-other", "trading, other activity: divergence from UTC", MASK_MAX_ABS, 0.0, LIMIT(1e6) },
	{ NULL, NULL, MASK_MAX_ABS, 0.0, NULL },
};

/* Other names by which people know them. */
static const struct {
	const char *name, *of;
} aliases[] = {
	{ "PRTC-A", "G.8272-A" },         { "PRTC-B", "G.8272-B" },
	{ "ePRTC", "G.8272.1" },          { "C37.238", "61850-9-3" },
	{ "C37.238-GM", "61850-9-3-GM" }, { "C37.238-BC", "61850-9-3-BC" },
	{ "C37.238-TC", "61850-9-3-TC" }, { "IEC/IEEE-61850-9-3", "61850-9-3" },
	{ "IEEE-802.1AS", "802.1AS" },    { "IEC/IEEE-60802", "60802" },
	{ "MiFID-II", "RTS25" },
};

static const char *proper_name(const char *name)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strcmp(aliases[i].name, name) == 0) {
			return aliases[i].of;
		}
	}
	return name;
}

const struct mask *mask_find(const char *name, enum mask_quantity quantity)
{
	const char *proper = proper_name(name);

	for (const struct mask *mask = masks; mask->name; mask++) {
		if (mask->quantity == quantity && strcmp(mask->name, proper) == 0) {
			return mask;
		}
	}
	return NULL;
}

/* n * tau0 is rounded: the ends of a mask are its own. */
#define TAU_SLACK 1e-9

/* More halvings than a double has bits. */
#define HALVINGS 60

static double between(struct mask_point low, struct mask_point high, double tau_s)
{
	for (int i = 0; i < HALVINGS; i++) {
		struct mask_point middle = {
			.tau_s = sqrt(low.tau_s) * sqrt(high.tau_s),
			.limit_ns = sqrt(low.limit_ns) * sqrt(high.limit_ns),
		};

		if (tau_s < middle.tau_s) {
			high = middle;
		} else {
			low = middle;
		}
	}
	return low.limit_ns;
}

double mask_limit(const struct mask_point *points, size_t count, double tau_s)
{
	size_t used = 0;

	while (used < count && points[used].tau_s > 0.0) {
		used++;
	}
	for (size_t i = 0; i < used; i++) {
		double tau = points[i].tau_s;

		/* On a point: its limit exactly; of two at one tau, the first. */
		if (tau_s >= tau * (1.0 - TAU_SLACK) && tau_s <= tau * (1.0 + TAU_SLACK)) {
			return points[i].limit_ns;
		}
		if (i > 0 && tau_s > points[i - 1].tau_s && tau_s < tau) {
			return between(points[i - 1], points[i], tau_s);
		}
	}
	return HUGE_VAL;
}
