/* src/core/servo/math.c -- exp, log, pow, sine and cosine of + - * / alone.
 *
 * exp and log reduce to a small range by powers of two and sum their series there; the parts of ln 2, and what
 * rounding dropped, are carried along as a second double. pow is exp(y log x), for which log gets some 70 correct
 * bits: an exponent of 700 magnifies its error as much. Sine and cosine take away quarter turns, whose length is known to
 * 150 bits: near a multiple of pi nearly all of the argument's own digits cancel. The series are Taylor's: their
 * coefficients can be checked by eye, and a term more costs nanoseconds. */
#include "core/servo/math.h"

#include <stdint.h>
#include <string.h>

_Static_assert(__FLT_EVAL_METHOD__ == 0,
	       "doubles must be rounded to doubles: results would differ from other machines");

#define LN2_HIGH 0x1.62e42fefa38p-1  /* 42 bits: times any exponent of a double it is exact */
#define LN2_LOW 0x1.ef35793c7673p-45 /* ln 2 - LN2_HIGH */
#define ONE_BY_LN2 0x1.71547652b82fep+0

#define EXP_MAX 709.79  /* beyond it, infinity */
#define EXP_MIN -745.14 /* below it, zero */

/* pi/2 in four parts: the first three have 33 bits, so that times 2^20 they are exact. */
#define QUARTER_1 0x1.921fb544p+0
#define QUARTER_2 0x1.0b4611a6p-34
#define QUARTER_3 0x1.3198a2ep-69
#define QUARTER_4 0x1.b839a252049c1p-104
#define ONE_BY_QUARTER 0x1.45f306dc9c883p-1
#define ANGLE_MAX 0x1p20

/* An unevaluated sum; low is at most half a unit in the last place of high. */
struct pair {
	double high, low;
};

static uint64_t bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static double double_of(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* 2^n for a normal result, -1022..1023 */
static double power_of_two(int n)
{
	return double_of((uint64_t)(n + 1023) << 52);
}

/* x = m * 2^exponent with m in [sqrt(1/2), sqrt(2)); x is positive and finite. */
static double mantissa_of(double x, int *exponent)
{
	uint64_t bits = bits_of(x);
	int subnormal = 0;
	double m;

	if (bits >> 52 == 0) {
		bits = bits_of(x * 0x1p54);
		subnormal = 54;
	}
	*exponent = (int)(bits >> 52) - 1023 - subnormal;
	m = double_of((bits & 0xFFFFFFFFFFFFFu) | (uint64_t)1023 << 52);
	if (m >= 0x1.6a09e667f3bcdp+0) {
		m *= 0.5;
		*exponent += 1;
	}
	return m;
}

/* a + b without loss, |a| >= |b| */
static struct pair sum_of_ordered(double a, double b)
{
	double high = a + b;

	return (struct pair){ high, b - (high - a) };
}

/* a + b without loss */
static struct pair sum_of(double a, double b)
{
	double high = a + b;
	double b_part = high - a;

	return (struct pair){ high, (a - (high - b_part)) + (b - b_part) };
}

/* a * b without loss: Dekker's, by halves of 26 bits, as a fused multiplication is not everywhere. */
static struct pair product_of(double a, double b)
{
	double a_split = a * 134217729.0, b_split = b * 134217729.0;
	double a_high = a_split - (a_split - a), b_high = b_split - (b_split - b);
	double a_low = a - a_high, b_low = b - b_high;
	double high = a * b;

	return (struct pair){ high,
			      ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low };
}

static struct pair pair_add(struct pair a, struct pair b)
{
	struct pair sum = sum_of(a.high, b.high);

	return sum_of_ordered(sum.high, sum.low + (a.low + b.low));
}

static struct pair pair_multiply(struct pair a, struct pair b)
{
	struct pair product = product_of(a.high, b.high);

	return sum_of_ordered(product.high, product.low + (a.high * b.low + a.low * b.high));
}

/* a / (2 + a), the argument s of the series log(1 + a) = 2 (s + s^3/3 + s^5/5 + ...) */
static struct pair series_argument(double a)
{
	struct pair divisor = sum_of_ordered(2.0, a);
	double s = a / divisor.high;
	struct pair back = product_of(s, divisor.high);
	double rest = ((a - back.high) - back.low) - s * divisor.low;

	return sum_of_ordered(s, rest / divisor.high);
}

/* exp(x.high + x.low) */
static double exp_of_pair(struct pair x)
{
	/* 1/n! from n = 14 down to 2 */
	static const double coefficients[] = {
		1.0 / 87178291200.0, 1.0 / 6227020800.0, 1.0 / 479001600.0, 1.0 / 39916800.0, 1.0 / 3628800.0,
		1.0 / 362880.0,      1.0 / 40320.0,      1.0 / 5040.0,      1.0 / 720.0,      1.0 / 120.0,
		1.0 / 24.0,          1.0 / 6.0,          1.0 / 2.0,
	};
	double k, value, tail = 0;
	struct pair r;
	int n;

	if (!(x.high == x.high)) {
		return x.high;
	}
	if (x.high > EXP_MAX) {
		return __builtin_inf();
	}
	if (x.high < EXP_MIN) {
		return 0;
	}
	k = gn_math_round(x.high * ONE_BY_LN2);
	r = sum_of(x.high - k * LN2_HIGH, -k * LN2_LOW);
	r = sum_of_ordered(r.high, r.low + x.low);
	for (unsigned i = 0; i < sizeof(coefficients) / sizeof(coefficients[0]); i++) {
		tail = tail * r.high + coefficients[i];
	}
	value = 1.0 + (r.high + (r.low + r.low * r.high + r.high * r.high * tail));
	/* In two steps, the first exact: 2^k itself may be no normal number. */
	n = (int)k;
	if (n > 1022) {
		return value * 2.0 * power_of_two(n - 1);
	}
	if (n < -1021) {
		return value * power_of_two(n + 1021) * 0x1p-1021;
	}
	return value * power_of_two(n);
}

/* log(x) to some 70 bits; x is positive and finite. */
static struct pair log_to_pair(double x)
{
	static const struct pair third = { 0x1.5555555555555p-2, 0x1.5555555555555p-56 };
	static const struct pair fifth = { 0x1.999999999999ap-3, -0x1.999999999999ap-57 };
	static const struct pair seventh = { 0x1.2492492492492p-3, 0x1.2492492492492p-57 };
	int exponent;
	double m = mantissa_of(x, &exponent);
	struct pair s = series_argument(m - 1.0), square = pair_multiply(s, s), sum;
	double tail = 0;

	for (int n = 27; n >= 9; n -= 2) {
		tail = tail * square.high + 1.0 / n;
	}
	sum = pair_add(seventh, product_of(square.high, tail));
	sum = pair_add(fifth, pair_multiply(square, sum));
	sum = pair_add(third, pair_multiply(square, sum));
	sum = pair_add(s, pair_multiply(s, pair_multiply(square, sum)));
	sum = (struct pair){ sum.high * 2.0, sum.low * 2.0 };
	return pair_add(sum_of_ordered(exponent * LN2_HIGH, exponent * LN2_LOW), sum);
}

/* The square root digit by digit, as on paper: 54 bits and whether anything is left. */
double math_sqrt_by_digits(double x)
{
	uint64_t bits = bits_of(x), root = 0, rest = 0, radicand;
	int exponent;

	if (x < 0) {
		return 0;
	}
	if (!(x - x == 0) || x == 0) {
		return x; /* infinity, not a number, zero */
	}
	if (bits >> 52 == 0) {
		return math_sqrt_by_digits(x * 0x1p54) * 0x1p-27;
	}
	exponent = (int)(bits >> 52) - 1023;
	radicand = (bits & 0xFFFFFFFFFFFFFu) | (uint64_t)1 << 52;
	if (exponent & 1) {
		radicand <<= 1; /* now 1 <= radicand / 2^52 < 4, and the exponent is even */
		exponent -= 1;
	}
	/* Of radicand * 2^54, two bits a time: the root has 54 bits, the last one for rounding. */
	for (int shift = 106; shift >= 0; shift -= 2) {
		uint64_t two = shift >= 54 ? radicand >> (shift - 54) & 3 : 0;
		uint64_t trial = root << 2 | 1;

		rest = rest << 2 | two;
		root <<= 1;
		if (rest >= trial) {
			rest -= trial;
			root |= 1;
		}
	}
	/* A half exactly cannot be: the square of a number of 54 bits that ends in 1 has more bits than a double. */
	root = (root >> 1) + (root & 1);
	return (double)root * power_of_two(exponent / 2 - 52);
}

double gn_math_sqrt(double x)
{
	if (x < 0) {
		return 0;
	}
#if defined(__x86_64__) || defined(__SSE2_MATH__)
	__asm__("sqrtsd %0, %0" : "+x"(x));
	return x;
#elif defined(__aarch64__)
	__asm__("fsqrt %d0, %d0" : "+w"(x));
	return x;
#elif defined(__riscv_flen) && __riscv_flen >= 64
	__asm__("fsqrt.d %0, %0" : "+f"(x));
	return x;
#else
	return math_sqrt_by_digits(x);
#endif
}

double gn_math_exp(double x)
{
	return exp_of_pair((struct pair){ x, 0 });
}

double gn_math_log(double x)
{
	int exponent;
	double f, s, square, series = 0;

	if (!(x == x) || x == __builtin_inf()) {
		return x;
	}
	if (x <= 0) {
		return -__builtin_inf();
	}
	f = mantissa_of(x, &exponent) - 1.0; /* exact */
	s = f / (2.0 + f);
	square = s * s;
	for (int n = 23; n >= 3; n -= 2) {
		series = (series + 2.0 / n) * square;
	}
	/* 2s = f - s f, and f is exact where 2s is not. */
	return exponent * LN2_HIGH - ((s * (f - series) - exponent * LN2_LOW) - f);
}

double gn_math_pow(double x, double y)
{
	struct pair log;

	if (y == 0 || x == 1.0) {
		return 1.0;
	}
	if (!(x == x) || !(y == y) || x < 0) {
		return __builtin_nan("");
	}
	if (x == 0 || x == __builtin_inf()) {
		return (x == 0) == (y > 0) ? 0 : __builtin_inf();
	}
	/* |log x| is at least 2^-53: past 2^65, y decides by its sign alone; and products cannot overflow. */
	if (gn_math_fabs(y) > 0x1p65) {
		y = y > 0 ? 0x1p65 : -0x1p65;
	}
	log = log_to_pair(x);
	return exp_of_pair(pair_multiply((struct pair){ y, 0 }, log));
}

/* x without its whole quarter turns, within +-pi/4; *turns is how many they were, modulo 4. */
static struct pair without_quarters(double x, unsigned *turns)
{
	double n = gn_math_round(x * ONE_BY_QUARTER);
	struct pair rest = sum_of(x - n * QUARTER_1, -n * QUARTER_2); /* both exact */

	*turns = (unsigned)(int)n & 3;
	return pair_add(rest, sum_of(-n * QUARTER_3, -n * QUARTER_4));
}

/* sin(x.high + x.low) within +-pi/4 */
static double sine_of_pair(struct pair x)
{
	/* -+1/n! from n = 19 down to 3 */
	static const double coefficients[] = {
		-1.0 / 121645100408832000.0,
		1.0 / 355687428096000.0,
		-1.0 / 1307674368000.0,
		1.0 / 6227020800.0,
		-1.0 / 39916800.0,
		1.0 / 362880.0,
		-1.0 / 5040.0,
		1.0 / 120.0,
		-1.0 / 6.0,
	};
	double square = x.high * x.high, tail = 0;

	for (unsigned i = 0; i < sizeof(coefficients) / sizeof(coefficients[0]); i++) {
		tail = tail * square + coefficients[i];
	}
	return x.high + (x.high * square * tail + x.low * (1.0 - 0.5 * square));
}

/* cos(x.high + x.low) within +-pi/4 */
static double cosine_of_pair(struct pair x)
{
	/* +-1/n! from n = 20 down to 4 */
	static const double coefficients[] = {
		1.0 / 2432902008176640000.0,
		-1.0 / 6402373705728000.0,
		1.0 / 20922789888000.0,
		-1.0 / 87178291200.0,
		1.0 / 479001600.0,
		-1.0 / 3628800.0,
		1.0 / 40320.0,
		-1.0 / 720.0,
		1.0 / 24.0,
	};
	double square = x.high * x.high, half = 0.5 * square, tail = 0;
	struct pair start = sum_of_ordered(1.0, -half);

	for (unsigned i = 0; i < sizeof(coefficients) / sizeof(coefficients[0]); i++) {
		tail = tail * square + coefficients[i];
	}
	return start.high + (start.low + (square * square * tail - x.high * x.low));
}

/* The sine `ahead` quarter turns further on */
static double sine_ahead(double x, unsigned ahead)
{
	struct pair rest;
	unsigned turns;
	double value;

	if (!(gn_math_fabs(x) <= ANGLE_MAX)) {
		return __builtin_nan("");
	}
	rest = without_quarters(x, &turns);
	turns += ahead;
	value = turns & 1 ? cosine_of_pair(rest) : sine_of_pair(rest);
	return turns & 2 ? -value : value;
}

double gn_math_sin(double x)
{
	return sine_ahead(x, 0);
}

double gn_math_cos(double x)
{
	return sine_ahead(x, 1);
}

double gn_math_fabs(double x)
{
	return double_of(bits_of(x) & ~((uint64_t)1 << 63));
}

double gn_math_round(double x)
{
	double whole, rest;

	if (!(gn_math_fabs(x) < 0x1p52)) {
		return x; /* no fraction, or not a number */
	}
	whole = (double)(int64_t)x;
	rest = x - whole; /* exact, where x + 0.5 is not */
	return whole + (rest >= 0.5) - (rest <= -0.5);
}

/* erfc(x) exp(x^2) for x >= 0: Chebyshev's fit of a rational variable, within 1.2e-7 of the value. */
static double scaled_erfc(double x)
{
	static const double coefficients[] = {
		0.17087277,  -0.82215223, 1.48851587, -1.13520398, 0.27886807,
		-0.18628806, 0.09678418,  0.37409196, 1.00002368,  -1.26551223
	};
	double t = 1 / (1 + x / 2), sum = coefficients[0];

	for (int i = 1; i < 10; i++) {
		sum = sum * t + coefficients[i];
	}
	return t * gn_math_exp(sum);
}

#define ROOT_HALF 0.70710678118654752440
#define DENSITY_AT_0 0.39894228040143267794 /* 1 / sqrt(2 pi) */

double gn_math_normal_hazard(double a)
{
	double density;

	if (a <= 0) {
		return 2 * DENSITY_AT_0 / scaled_erfc(-a * ROOT_HALF); /* the exponentials cancel */
	}
	density = gn_math_exp(-a * a / 2);
	return DENSITY_AT_0 * density / (1 - scaled_erfc(a * ROOT_HALF) * density / 2);
}
