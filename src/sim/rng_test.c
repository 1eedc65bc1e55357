/* src/sim/rng_test.c -- moments and shapes, of fixed seeds: what holds today holds always. Limits are at five standard
 * errors or more. */
#include "sim/rng.h"

#include "core/servo/math.h"
#include "tests/test.h"

#include <math.h>

#define DRAWS 1000000

static struct rng stream(const char *what)
{
	struct rng rng;

	rng_init(&rng, 1588, "rng_test", what);
	return rng;
}

TEST(the_first_numbers_are_xoshiro256pluspluss)
{
	/* From the state 1, 2, 3, 4: the values of the authors' reference code */
	static const uint64_t expected[] = {
		UINT64_C(41943041),
		UINT64_C(58720359),
		UINT64_C(3588806011781223),
		UINT64_C(3591011842654386),
		UINT64_C(9228616714210784205),
		UINT64_C(9973669472204895162),
		UINT64_C(14011001112246962877),
		UINT64_C(12406186145184390807),
		UINT64_C(15849039046786891736),
		UINT64_C(10450023813501588000),
	};
	struct rng rng = { .state = { 1, 2, 3, 4 } };

	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		CHECK(rng_bits(&rng) == expected[i]);
	}
}

TEST(a_stream_is_known_by_seed_name_and_purpose)
{
	struct rng a, b;

	rng_init(&a, 1, "gm", "jitter");
	rng_init(&b, 1, "gm", "jitter");
	for (int i = 0; i < 100; i++) {
		CHECK(rng_bits(&a) == rng_bits(&b));
	}
	rng_init(&a, 1, "gm", "jitter");
	CHECK(rng_bits(&a) ==
	      UINT64_C(16220300921543415340)); /* the same for ever: recorded scenarios depend on it */
}

/* Of streams that differ in one thing: each bit agrees half the time, and so do the numbers' sums. */
TEST(streams_of_other_seeds_names_and_purposes_are_independent)
{
	static const struct {
		uint64_t seed;
		const char *name, *what;
	} others[] = {
		{ 2, "gm", "jitter" },  { 0, "gm", "jitter" }, { UINT64_C(1) << 63, "gm", "jitter" },
		{ 1, "gn", "jitter" },  { 1, "gm", "loss" },   { 1, "gmj", "itter" },
		{ 1, "", "gmjitter" },  { 1, "gmjitter", "" }, { 1, "gm1", "jitter" },
		{ 1, "gm2", "jitter" }, { 1, "jitter", "gm" },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct rng a, b;
		int equal = 0;
		double product = 0;

		rng_init(&a, 1, "gm", "jitter");
		rng_init(&b, others[i].seed, others[i].name, others[i].what);
		for (int n = 0; n < 10000; n++) {
			equal += __builtin_popcountll(~(rng_bits(&a) ^ rng_bits(&b)));
			product += rng_normal(&a) * rng_normal(&b);
		}
		CHECK_NEAR(equal, 320000, 5 * 400);
		CHECK_NEAR(product, 0, 5 * 100);
	}
}

TEST(numbers_below_a_limit_are_all_equally_likely)
{
	static const uint64_t limits[] = { 1, 2, 3, 7, 10, 64, 100 };
	struct rng rng = stream("below");

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		double expected = 200000.0 / (double)limits[i];
		int counts[100] = { 0 };

		for (int n = 0; n < 200000; n++) {
			uint64_t got = rng_below(&rng, limits[i]);

			CHECK(got < limits[i]);
			counts[got]++;
		}
		for (uint64_t value = 0; value < limits[i]; value++) {
			CHECK_NEAR(counts[value], expected, 5 * sqrt(expected));
		}
	}
	CHECK_EQ(rng_below(&rng, 0), 0);
}

/* A limit of 3/4 of the range: plain multiplication would give a third of the numbers twice as often. */
TEST(numbers_below_a_huge_limit_are_without_bias_too)
{
	struct rng rng = stream("huge");
	const uint64_t limit = UINT64_C(3) << 62;
	int residues[3] = { 0 };

	for (int n = 0; n < 300000; n++) {
		uint64_t got = rng_below(&rng, limit);

		CHECK(got < limit);
		residues[got % 3]++;
	}
	for (int i = 0; i < 3; i++) {
		CHECK_NEAR(residues[i], 100000, 5 * 258);
	}
}

TEST(uniform_numbers_fill_their_interval)
{
	struct rng rng = stream("uniform");
	double sum = 0, squares = 0, smallest = 1, largest = 0;

	for (int n = 0; n < DRAWS; n++) {
		double u = rng_uniform(&rng);

		CHECK(u >= 0 && u < 1);
		sum += u;
		squares += u * u;
		smallest = u < smallest ? u : smallest;
		largest = u > largest ? u : largest;
	}
	CHECK_NEAR(sum / DRAWS, 0.5, 5 * 0.29e-3);
	CHECK_NEAR(squares / DRAWS, 1.0 / 3, 5 * 0.3e-3);
	CHECK(smallest < 2e-5 && largest > 1 - 2e-5);
}

TEST(chances_come_as_often_as_they_should)
{
	static const double chances[] = { 0.001, 0.1, 0.5, 0.99 };
	struct rng rng = stream("chance");

	for (size_t i = 0; i < sizeof(chances) / sizeof(chances[0]); i++) {
		int count = 0;

		for (int n = 0; n < DRAWS; n++) {
			count += rng_chance(&rng, chances[i]);
		}
		CHECK_NEAR(count, chances[i] * DRAWS, 5 * sqrt(chances[i] * DRAWS));
	}
	for (int n = 0; n < 1000; n++) {
		CHECK(!rng_chance(&rng, 0));
		CHECK(!rng_chance(&rng, -1));
		CHECK(!rng_chance(&rng, (double)NAN));
		CHECK(rng_chance(&rng, 1));
	}
}

/* The number that a draw of these bits makes: the first one of a state with s[0] = 0 is s[3], rotated. */
static double normal_of(uint64_t bits)
{
	struct rng rng = { .state = { 0, 1, 2, bits >> 23 | bits << 41 } };

	return rng_normal(&rng);
}

/* A draw of fraction 2^-20 shows its layer's width: all 128 have the same area, the lowest with its tail. */
TEST(the_layers_of_the_ziggurat_have_equal_areas)
{
	double width[129] = { 0 }, area, root_half_pi = sqrt(M_PI / 2);

	for (unsigned layer = 0; layer < 128; layer++) {
		width[layer] = ldexp(normal_of(UINT64_C(1) << 44 | layer), 20);
		CHECK(normal_of(UINT64_C(1) << 44 | 128 | layer) == -ldexp(width[layer], -20));
	}
	area = width[1] * exp(-width[1] * width[1] / 2) + root_half_pi * erfc(width[1] * M_SQRT1_2);
	CHECK_NEAR(128 * area, root_half_pi, 0.02); /* not much more than what it covers */
	CHECK_NEAR(width[0] * exp(-width[1] * width[1] / 2), area, 1e-15);
	for (unsigned layer = 1; layer < 128; layer++) {
		double low = exp(-width[layer] * width[layer] / 2);
		double high = exp(-width[layer + 1] * width[layer + 1] / 2);

		CHECK(width[layer] < width[layer - 1]);
		CHECK_NEAR(width[layer] * (high - low), area, 1e-15);
	}
}

/* The distribution in bins of 0.1 from -5 to 5, its tails beyond, and the first four moments */
TEST(normal_numbers_follow_the_bell_curve)
{
	enum { BINS = 100, MANY = 4000000 };
	struct rng rng = stream("normal");
	int counts[BINS + 2] = { 0 };
	double m1 = 0, m2 = 0, m3 = 0, m4 = 0, chi_square = 0;

	for (int n = 0; n < MANY; n++) {
		double x = rng_normal(&rng), bin = floor((x + 5) * 10);

		m1 += x;
		m2 += x * x;
		m3 += x * x * x;
		m4 += x * x * x * x;
		counts[bin < 0 ? BINS : bin >= BINS ? BINS + 1 : (int)bin]++;
	}
	CHECK_NEAR(m1 / MANY, 0, 5 * 0.5e-3);
	CHECK_NEAR(m2 / MANY, 1, 5 * 0.71e-3);
	CHECK_NEAR(m3 / MANY, 0, 5 * 1.9e-3);
	CHECK_NEAR(m4 / MANY, 3, 5 * 4.9e-3);
	for (int bin = 0; bin < BINS; bin++) {
		double low = bin / 10.0 - 5,
		       share = 0.5 * (erf((low + 0.1) * M_SQRT1_2) - erf(low * M_SQRT1_2));
		double expected = share * MANY;

		CHECK_NEAR(counts[bin], expected, 5 * sqrt(expected) + 2);
		chi_square += expected > 10 ? (counts[bin] - expected) * (counts[bin] - expected) / expected
					    : 0;
	}
	CHECK_NEAR(chi_square, 90, 5 * 13.5);
}

/* Beyond the ziggurat's last layer, 3.44: one of 1,700 */
TEST(the_tails_of_normal_numbers_are_as_long_as_they_should_be)
{
	enum { MANY = 10000000 };
	struct rng rng = stream("tail");
	int beyond[3] = { 0 }, negative = 0;

	for (int n = 0; n < MANY; n++) {
		double x = rng_normal(&rng), magnitude = fabs(x);

		beyond[0] += magnitude > 3.5;
		beyond[1] += magnitude > 4;
		beyond[2] += magnitude > 4.5;
		negative += x < -3.5;
	}
	CHECK_NEAR(beyond[0], MANY * erfc(3.5 * M_SQRT1_2), 5 * 69);
	CHECK_NEAR(beyond[1], MANY * erfc(4 * M_SQRT1_2), 5 * 26);
	CHECK_NEAR(beyond[2], MANY * erfc(4.5 * M_SQRT1_2), 5 * 9);
	CHECK_NEAR(negative, beyond[0] / 2.0, 5 * 35);
}

TEST(many_normal_numbers_at_once_are_those_of_one_by_one)
{
	struct rng one = stream("many"), many = one;
	double numbers[100];

	for (int round = 0; round < 1000; round++) {
		int count = (int)test_random_below(100);

		rng_normals(&many, numbers, count);
		for (int i = 0; i < count; i++) {
			CHECK(numbers[i] == rng_normal(&one));
		}
	}
	CHECK(rng_bits(&one) == rng_bits(&many));
}

TEST(exponential_numbers_forget_how_long_they_waited)
{
	struct rng rng = stream("exponential");
	double sum = 0, squares = 0, after_two = 0;
	int beyond_two = 0;

	for (int n = 0; n < DRAWS; n++) {
		double x = rng_exponential(&rng);

		CHECK(x >= 0 && x < 40);
		sum += x;
		squares += x * x;
		if (x > 2) {
			beyond_two++;
			after_two += x - 2;
		}
	}
	CHECK_NEAR(sum / DRAWS, 1, 5e-3);
	CHECK_NEAR(squares / DRAWS, 2, 5 * 4.5e-3);
	CHECK_NEAR(beyond_two, DRAWS * exp(-2), 5 * 342);
	CHECK_NEAR(after_two / beyond_two, 1, 5 * 2.8e-3);
}

TEST(pareto_numbers_have_their_tail)
{
	static const double shapes[] = { 1.4, 2.5, 5 };
	struct rng rng = stream("pareto");

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		int beyond[3] = { 0 };

		for (int n = 0; n < DRAWS; n++) {
			double x = rng_pareto(&rng, shapes[i]);

			CHECK(x >= 1);
			beyond[0] += x > 1.5;
			beyond[1] += x > 3;
			beyond[2] += x > 6;
		}
		CHECK_NEAR(beyond[0], DRAWS * pow(1.5, -shapes[i]), 5 * 500);
		CHECK_NEAR(beyond[1], DRAWS * pow(3, -shapes[i]), 5 * sqrt(DRAWS * pow(3, -shapes[i])));
		CHECK_NEAR(beyond[2], DRAWS * pow(6, -shapes[i]), 5 * sqrt(DRAWS * pow(6, -shapes[i])));
	}
}

TEST(gamma_numbers_have_their_mean_and_variance)
{
	static const double shapes[] = { 0.2, 0.5, 1, 1.5, 4, 30 };
	struct rng rng = stream("gamma");

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		double shape = shapes[i], mean = 0, squares = 0, skewness = 0, deviation = sqrt(shape);

		for (int n = 0; n < DRAWS; n++) {
			double x = rng_gamma(&rng, shape), z = (x - shape) / deviation;

			CHECK(x >= 0);
			mean += z;
			squares += z * z;
			skewness += z * z * z;
		}
		CHECK_NEAR(mean / DRAWS, 0, 5e-3);
		CHECK_NEAR(squares / DRAWS, 1, 5e-3 * sqrt(2 + 6 / shape));
		CHECK_NEAR(skewness / DRAWS, 2 / deviation, 0.02 * (1 + 20 / shape));
	}
}
