/* src/core/servo/math.h -- all of our exp, log, pow, sine and cosine, and the square root.
 *
 * Made of + - * / alone and never contracted, so that a trace repeats on every machine: libm's results differ with
 * the processor. Accurate to 2 ulp over the whole range; edge cases as in C17 Annex F where said. */
#ifndef CORE_SERVO_MATH_H
#define CORE_SERVO_MATH_H

#define GN_MATH_ROOT_TWO_PI 2.50662827463100050242
#define GN_MATH_LOG_ROOT_TWO_PI 0.91893853320467274178

double gn_math_sqrt(double x); /* the processor's instruction, exactly rounded; negative gives 0 */
double gn_math_exp(double x);
double gn_math_log(double x); /* x > 0, else -infinity */
/* x > 0; x == 0 gives 0 for y > 0, 1 for y == 0, infinity for y < 0. x < 0 gives NaN unless y == 0. */
double gn_math_pow(double x, double y);
double gn_math_sin(double x); /* radians, |x| <= 2^20; else NaN */
double gn_math_cos(double x);
/* Of the normal distribution, density over cumulative probability: -> -a for a -> -infinity, -> 0 for a -> infinity. Within
 * 2e-7 of the value. */
double gn_math_normal_hazard(double a);
double gn_math_fabs(double x);
double gn_math_round(double x); /* to the nearest integer, halves away from zero */

/* The same root in integers, for processors without the instruction. */
double math_sqrt_by_digits(double x);

#endif
