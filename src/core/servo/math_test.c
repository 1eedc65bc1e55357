/* src/core/servo/math_test.c -- our exp, log, pow, sine, cosine, sqrt and hazard against libm's long double. */
#include "core/servo/math.h"

#include "tests/test.h"

#include <float.h>
#include <math.h>

#define INF ((double)INFINITY)

/* Where long double is no wider than double, the reference itself is off by up to one. */
#define ULP_MAX (LDBL_MANT_DIG >= 64 ? 2.0L : 3.0L)

/* How many units in the last place of a double lie between x and the reference. */
static long double ulps(double x, long double reference)
{
	double near = (double)reference;
	double above;

	if (isinf(near) || isinf(x)) {
		return near == x ? 0 : 1e9L;
	}
	near = fabs(near) < DBL_MIN ? DBL_MIN : near;
	above = nextafter(fabs(near), INF);
	return fabsl((long double)x - reference) /
	       (above == INF ? ldexpl(1, 971) : (long double)(above - fabs(near)));
}

static double any_fraction(void)
{
	return (double)(test_random() >> 11) * 0x1p-53;
}

static double any_double_between(double low, double high)
{
	return low + (high - low) * any_fraction();
}

/* Positive, of any exponent. */
static double any_positive(void)
{
	return ldexp(1.0 + any_fraction(), (int)test_random_between(-1074, 1023));
}

static void check_ulps(const char *what, double x, double y, double ours, long double reference)
{
	if (!(ulps(ours, reference) <= ULP_MAX)) {
		print_error("%s(%a, %a) = %a, %Lg ulp off\n", what, x, y, ours, ulps(ours, reference));
		CHECK(false);
	}
}

TEST(exp_is_accurate_over_its_whole_range)
{
	for (int i = 0; i < 300000; i++) {
		double x = i % 3 == 0   ? any_double_between(-746, 710)
			   : i % 3 == 1 ? any_double_between(-1, 1)
					: (i & 4 ? -1 : 1) * any_positive();

		check_ulps("exp", x, 0, gn_math_exp(x), expl((long double)x));
	}
}

TEST(log_is_accurate_over_its_whole_range)
{
	for (int i = 0; i < 300000; i++) {
		double x = i % 3 == 0 ? any_positive()
			   : i % 3 == 1
				   ? any_double_between(0.5, 2)
				   : 1.0 + any_double_between(-1, 1) * ldexp(1, (int)-test_random_below(50));

		check_ulps("log", x, 0, gn_math_log(x), logl((long double)x));
	}
}

TEST(pow_is_accurate_over_its_whole_range)
{
	for (int i = 0; i < 300000; i++) {
		double x = i % 2 ? any_positive() : any_double_between(0.001, 1000);
		double y = i % 3 ? any_double_between(-3, 3) : any_double_between(-720, 720) / log(x);

		check_ulps("pow", x, y, gn_math_pow(x, y), powl((long double)x, (long double)y));
	}
}

TEST(pow_near_one_keeps_its_digits_under_huge_exponents)
{
	for (int i = 0; i < 100000; i++) {
		double x = 1.0 + any_double_between(-1, 1) * ldexp(1, (int)-test_random_between(1, 52));
		double y = any_double_between(-700, 700) / (log(x) + 1e-300);

		check_ulps("pow", x, y, gn_math_pow(x, y), powl((long double)x, (long double)y));
	}
}

TEST(sine_and_cosine_are_accurate_over_their_whole_range)
{
	for (int i = 0; i < 400000; i++) {
		double x = i % 4 == 0   ? any_double_between(-0x1p20, 0x1p20)
			   : i % 4 == 1 ? any_double_between(-10, 10)
			   : i % 4 == 2 ? ldexp(any_double_between(-1, 1), (int)test_random_between(-60, 20))
					/* next to where one of them is zero */
					: nextafter((double)test_random_between(-667000, 667000) * M_PI_2,
						    i & 4 ? INF : -INF);

		check_ulps("sin", x, 0, gn_math_sin(x), sinl((long double)x));
		check_ulps("cos", x, 0, gn_math_cos(x), cosl((long double)x));
	}
}

/* Of all doubles below 2^20 these are some of the nearest to a multiple of pi/2; the sines by 200-bit arithmetic. */
TEST(sine_and_cosine_keep_their_digits_where_the_argument_cancels)
{
	static const struct {
		double x, sine, cosine;
	} known[] = {
		{ 0x1.6c6cbc45dc8dep+5, 0x1p+0, -0x1.6d61b58c99c43p-61 },
		{ 0x1.6c6cbc45dc8dep+6, -0x1.6d61b58c99c43p-60, -0x1p+0 },
		{ 0x1.6c6cbc45dc8dep+7, 0x1.6d61b58c99c43p-59, 0x1p+0 },
		{ 0x1.6c6cbc45dc8dep+8, 0x1.6d61b58c99c43p-58, 0x1p+0 },
		{ 0x1.6c6cbc45dc8dep+9, 0x1.6d61b58c99c43p-57, 0x1p+0 },
		{ 0x1.6c6cbc45dc8dep+10, 0x1.6d61b58c99c43p-56, 0x1p+0 },
		{ 0x1.6c6cbc45dc8dep+11, 0x1.6d61b58c99c43p-55, 0x1p+0 },
		{ 0x1.39c6fd67805a7p+18, -0x1p+0, -0x1.988efe18ff83fp-55 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		CHECK(gn_math_sin(known[i].x) == known[i].sine);
		CHECK(gn_math_cos(known[i].x) == known[i].cosine);
	}
}

TEST(sine_and_cosine_at_the_edges)
{
	CHECK(gn_math_sin(0) == 0);
	CHECK(gn_math_cos(0) == 1);
	CHECK(gn_math_sin(0x1p-1074) == 0x1p-1074);
	CHECK(gn_math_cos(0x1p-30) == 1);
	CHECK(!isnan(gn_math_sin(0x1p20)));
	CHECK(!isnan(gn_math_cos(-0x1p20)));
	CHECK(isnan(gn_math_sin(nextafter(0x1p20, INF))));
	CHECK(isnan(gn_math_cos(-INF)));
	CHECK(isnan(gn_math_sin((double)NAN)));
	for (int i = 0; i < 1000; i++) {
		double x = any_double_between(-1000, 1000);

		CHECK(gn_math_sin(-x) == -gn_math_sin(x));
		CHECK(gn_math_cos(-x) == gn_math_cos(x));
	}
}

TEST(small_powers_of_two_are_exact)
{
	for (int n = -1074; n <= 1023; n++) {
		CHECK(gn_math_pow(2.0, n) == ldexp(1, n));
		CHECK(gn_math_pow(ldexp(1, n), 0.5) == sqrt(ldexp(1, n)) || n & 1);
		CHECK(gn_math_pow(ldexp(1, n), 1.0) == ldexp(1, n));
	}
	CHECK(gn_math_pow(10, 9) == 1e9);
	CHECK(gn_math_log(1.0) == 0);
	CHECK(gn_math_exp(0.0) == 1);
	CHECK(gn_math_exp(-0.0) == 1);
}

TEST(the_edges_of_exp_log_and_pow)
{
	double nan = (double)NAN, inf = INF;

	CHECK(gn_math_exp(inf) == inf);
	CHECK(gn_math_exp(-inf) == 0);
	CHECK(gn_math_exp(709.782712893384) == exp(709.782712893384));
	CHECK(gn_math_exp(709.7827128933841) == inf);
	CHECK(gn_math_exp(-745.1332191019411) == 0x1p-1074);
	CHECK(gn_math_exp(-745.1332191019413) == 0);
	CHECK(isnan(gn_math_exp(nan)));
	CHECK(gn_math_log(0) == -inf);
	CHECK(gn_math_log(-1) == -inf);
	CHECK(gn_math_log(inf) == inf);
	CHECK(isnan(gn_math_log(nan)));
	CHECK(gn_math_pow(0, 2) == 0);
	CHECK(gn_math_pow(0, 0) == 1);
	CHECK(gn_math_pow(0, -2) == inf);
	CHECK(gn_math_pow(nan, 0) == 1);
	CHECK(gn_math_pow(1, nan) == 1);
	CHECK(isnan(gn_math_pow(nan, 2)));
	CHECK(isnan(gn_math_pow(2, nan)));
	CHECK(isnan(gn_math_pow(-2, 2)));
	CHECK(gn_math_pow(inf, 0.1) == inf);
	CHECK(gn_math_pow(inf, -0.1) == 0);
	CHECK(gn_math_pow(2, inf) == inf);
	CHECK(gn_math_pow(2, -inf) == 0);
	CHECK(gn_math_pow(0.5, inf) == 0);
	CHECK(gn_math_pow(0.5, -inf) == inf);
	CHECK(gn_math_pow(1.0 - 0x1p-53, 1e300) == 0);
	CHECK(gn_math_pow(1.0 + 0x1p-52, 1e300) == inf);
	CHECK(gn_math_pow(2, 1024) == inf);
	CHECK(gn_math_pow(2, -1080) == 0);
}

TEST(the_square_root_is_exactly_rounded)
{
	for (int i = 0; i < 300000; i++) {
		double x = i % 2 ? any_positive() : any_double_between(0, 4);

		CHECK(gn_math_sqrt(x) == sqrt(x));
		CHECK(math_sqrt_by_digits(x) == sqrt(x));
		x = (double)(i + 1) * (i + 1);
		CHECK(gn_math_sqrt(x) == i + 1);
		CHECK(math_sqrt_by_digits(x) == i + 1);
	}
}

TEST(square_roots_at_the_edges)
{
	double (*const roots[])(double) = { gn_math_sqrt, math_sqrt_by_digits };

	for (int i = 0; i < 2; i++) {
		CHECK(roots[i](0) == 0);
		CHECK(roots[i](-1) == 0);
		CHECK(roots[i](-INF) == 0);
		CHECK(roots[i](INF) == INF);
		CHECK(isnan(roots[i]((double)NAN)));
		CHECK(roots[i](0x1p-1074) == 0x1p-537);
		CHECK(roots[i](0x3p-1074) == sqrt(0x3p-1074));
		CHECK(roots[i](DBL_MIN) == 0x1p-511);
		CHECK(roots[i](DBL_MAX) == sqrt(DBL_MAX));
		CHECK(roots[i](nextafter(1, 0)) == sqrt(nextafter(1, 0)));
		CHECK(roots[i](nextafter(4, 0)) == sqrt(nextafter(4, 0)));
	}
}

TEST(rounding_goes_to_the_nearest_and_halves_away_from_zero)
{
	CHECK(gn_math_round(0.49999999999999994) == 0);
	CHECK(gn_math_round(0.5) == 1);
	CHECK(gn_math_round(-0.5) == -1);
	CHECK(gn_math_round(2.5) == 3);
	CHECK(gn_math_round(-2.5) == -3);
	CHECK(gn_math_round(4503599627370495.5) == 4503599627370496.0);
	CHECK(gn_math_round(4503599627370497.0) == 4503599627370497.0);
	CHECK(gn_math_round(-1e300) == -1e300);
	CHECK(isnan(gn_math_round((double)NAN)));
	for (int i = 0; i < 100000; i++) {
		double x = any_double_between(-1, 1) * ldexp(1, (int)test_random_below(60));

		CHECK(gn_math_round(x) == round(x));
	}
}

TEST(the_magnitude_loses_the_sign_alone)
{
	CHECK(gn_math_fabs(-1.5) == 1.5);
	CHECK(gn_math_fabs(1.5) == 1.5);
	CHECK(!signbit(gn_math_fabs(-0.0)));
	CHECK(gn_math_fabs(-INF) == INF);
}

/* Density over cumulative probability, by libm. */
static long double hazard_by_libm(double a)
{
	const long double x = (long double)a, density = expl(-x * x / 2) / sqrtl(2 * acosl(-1.0L));

	return density / (erfcl(-x / sqrtl(2.0L)) / 2);
}

TEST(the_hazard_of_the_normal_distribution_is_that_of_erfc)
{
	for (int i = 0; i < 100000; i++) {
		double a = any_double_between(-100, 36);
		long double reference = hazard_by_libm(a);

		CHECK(fabsl((long double)gn_math_normal_hazard(a) - reference) <= 2e-7L * reference);
		a = any_double_between(-3, 3);
		reference = hazard_by_libm(a);
		CHECK(fabsl((long double)gn_math_normal_hazard(a) - reference) <= 2e-7L * reference);
	}
}

TEST(the_hazard_at_the_edges)
{
	CHECK_NEAR(gn_math_normal_hazard(0), 0.79788456080286536, 2e-7);
	CHECK_NEAR(gn_math_normal_hazard(-1e6), 1e6, 1);
	CHECK(gn_math_normal_hazard(50) == 0);
	CHECK_NEAR(gn_math_normal_hazard(-1e-9), gn_math_normal_hazard(1e-9), 4e-7); /* two formulas meet */
	for (double a = -1000; a < 39; a += 0.125) { /* falling everywhere, and never a negative */
		CHECK(gn_math_normal_hazard(a) >= 0);
		CHECK(gn_math_normal_hazard(a) > gn_math_normal_hazard(a + 0.125) || a > 37);
	}
}
