/* src/sim/clock/nmea.c -- the two sentences that name a second: written, and read as strictly as a card should.
 *
 *     $GPRMC,hhmmss.ss,A,llll.llll,N,lllll.llll,E,s.s,c.c,ddmmyy,,,A*hh      A: a fix, V: none
 *     $GPZDA,hhmmss.ss,dd,mm,yyyy,00,00*hh                                   empty without a fix
 */
#include <stdio.h>
#include <string.h>

#include "sim/clock/gnss.h"

#define SECONDS_PER_DAY 86400
#define SECONDS_PER_ERA (INT64_C(1024) * 7 * SECONDS_PER_DAY) /* the week number of 10 bits */
#define GPS_BEHIND_TAI 19
#define FIELDS_MAX 24
#define TEXT_MAX 96
#define CENTURY_PIVOT 80 /* yy below it is 20yy */

struct date {
	int64_t year;
	int month, day;
};

static bool is_leap_year(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap_year(year));
}

/* Days since 1970-01-01 in the Gregorian calendar; the year begins in March here, so that a leap day is its last. */
static int64_t days_of(struct date date)
{
	int64_t year = date.year - (date.month <= 2);
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static struct date date_of(int64_t days)
{
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) /
			      365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	struct date date = { .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
			     .month = (int)(month < 10 ? month + 3 : month - 9) };

	date.year = year_of_era + era * 400 + (date.month <= 2);
	return date;
}

static unsigned int checksum_of(const char *from, const char *end)
{
	unsigned int sum = 0;

	for (; from < end; from++) {
		sum ^= (unsigned char)*from;
	}
	return sum;
}

/* What the receiver takes UTC to be at that edge. */
static int64_t utc_of(const struct gnss *gnss, int64_t second)
{
	int64_t utc = (int64_t)gnss->start_seconds + second - gnss->utc_offset;

	if (gnss->settings.leap_known == 0) {
		utc += gnss->utc_offset - GPS_BEHIND_TAI;
	}
	return utc + gnss->settings.weeks_off * SECONDS_PER_ERA;
}

size_t gnss_sentence(const struct gnss *gnss, int64_t second, bool is_rmc, char out[96])
{
	int64_t utc = utc_of(gnss, second);
	int64_t days = (utc >= 0 ? utc : utc - (SECONDS_PER_DAY - 1)) / SECONDS_PER_DAY;
	unsigned int of_day = (unsigned int)(utc - days * SECONDS_PER_DAY);
	struct date date = date_of(days);
	unsigned int year = (unsigned int)(date.year % 10000), month = (unsigned int)date.month;
	unsigned int day = (unsigned int)date.day;
	char time[16];
	int length;

	(void)snprintf(time, sizeof(time), "%02u%02u%02u.00", of_day / 3600 % 24, of_day / 60 % 60,
		       of_day % 60);
	if (!gnss->settings.has_fix) {
		length = snprintf(out, TEXT_MAX, is_rmc ? "$GPRMC,,V,,,,,,,,,,N" : "$GPZDA,,,,,,");
	} else if (is_rmc) {
		length = snprintf(out, TEXT_MAX,
				  "$GPRMC,%s,A,4807.0380,N,01131.0000,E,0.0,0.0,%02u%02u%02u,,,A", time,
				  day % 100, month % 100, year % 100);
	} else {
		length = snprintf(out, TEXT_MAX, "$GPZDA,%s,%02u,%02u,%04u,00,00", time, day % 100,
				  month % 100, year);
	}
	length += snprintf(out + length, TEXT_MAX - (size_t)length, "*%02X\r\n",
			   checksum_of(out + 1, out + length));
	return (size_t)length;
}

/* --- reading --- */

/* The text between two commas. */
struct field {
	const char *text;
	size_t length;
};

static int digit_of(char octet)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *found = octet != '\0' ? strchr(digits, octet) : NULL;

	return found == NULL ? -1 : (int)(found - digits);
}

/* "$" .. "*hh", then nothing but CR LF. Gives where the star is; NULL: not so, or the sum is another. */
static const char *checked(const char *text)
{
	const char *star = text[0] == '$' ? strchr(text, '*') : NULL;
	int high, low;

	if (star == NULL) {
		return NULL;
	}
	high = digit_of(star[1]);
	low = high < 0 ? -1 : digit_of(star[2]);
	if (low < 0 || checksum_of(text + 1, star) != (unsigned int)(high * 16 + low)) {
		return NULL;
	}
	return star[3 + strspn(star + 3, "\r\n")] == '\0' ? star : NULL;
}

static size_t split(const char *from, const char *end, struct field *fields, size_t max)
{
	size_t count = 0;

	while (count < max) {
		const char *comma = memchr(from, ',', (size_t)(end - from));
		const char *stop = comma == NULL ? end : comma;

		fields[count] = (struct field){ from, (size_t)(stop - from) };
		count++;
		if (comma == NULL) {
			break;
		}
		from = comma + 1;
	}
	return count;
}

/* `length` decimal digits from `at`; -1: there are none. */
static int number_at(struct field field, size_t at, size_t length)
{
	int value = 0;

	if (field.length < at + length) {
		return -1;
	}
	for (size_t i = at; i < at + length; i++) {
		if (field.text[i] < '0' || field.text[i] > '9') {
			return -1;
		}
		value = value * 10 + (field.text[i] - '0');
	}
	return value;
}

/* hhmmss, and a fraction of zeros: an edge is at a whole second. 60 is a leap second. */
static bool read_time(struct field field, int64_t *of_day)
{
	int hour = number_at(field, 0, 2), minute = number_at(field, 2, 2), second = number_at(field, 4, 2);

	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
		return false;
	}
	for (size_t i = 6; i < field.length; i++) {
		if (field.text[i] != (i == 6 ? '.' : '0')) {
			return false;
		}
	}
	*of_day = hour * 3600 + minute * 60 + second;
	return true;
}

static bool is_date(struct date date)
{
	return date.year >= 0 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
	       date.day <= days_in(date.year, date.month);
}

static bool read_zda(const struct field *fields, size_t count, int64_t *of_day, struct date *date)
{
	if (count < 5 || fields[2].length != 2 || fields[3].length != 2 || fields[4].length != 4) {
		return false;
	}
	*date = (struct date){ number_at(fields[4], 0, 4), number_at(fields[3], 0, 2),
			       number_at(fields[2], 0, 2) };
	return read_time(fields[1], of_day);
}

static bool read_rmc(const struct field *fields, size_t count, int64_t *of_day, struct date *date)
{
	if (count < 10 || fields[2].length != 1 || fields[2].text[0] != 'A' || fields[9].length != 6) {
		return false;
	}
	*date = (struct date){ number_at(fields[9], 4, 2), number_at(fields[9], 2, 2),
			       number_at(fields[9], 0, 2) };
	if (date->year >= 0) {
		date->year += date->year < CENTURY_PIVOT ? 2000 : 1900;
	}
	return read_time(fields[1], of_day);
}

bool gnss_read_sentence(const char *text, int64_t *utc_seconds)
{
	const char *star = checked(text);
	struct field fields[FIELDS_MAX];
	struct date date = { 0 };
	int64_t of_day = 0;
	size_t count;
	bool is_read = false;

	if (star == NULL) {
		return false;
	}
	count = split(text + 1, star, fields, FIELDS_MAX);
	if (fields[0].length != 5) { /* the talker's two letters, whoever it is, and the sentence's three */
		return false;
	}
	if (memcmp(fields[0].text + 2, "ZDA", 3) == 0) {
		is_read = read_zda(fields, count, &of_day, &date);
	} else if (memcmp(fields[0].text + 2, "RMC", 3) == 0) {
		is_read = read_rmc(fields, count, &of_day, &date);
	}
	if (!is_read || !is_date(date)) {
		return false;
	}
	*utc_seconds = days_of(date) * SECONDS_PER_DAY + of_day;
	return true;
}
