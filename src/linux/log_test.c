#include "linux/log.h"

#include "tests/test.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Stands in for the C library's: what would have gone to the daemon. */
static char last_syslog[2048];
static int last_priority;

__attribute__((format(printf, 2, 0))) static void keep(int priority, const char *format, va_list arguments)
{
	last_priority = priority;
	vsnprintf(last_syslog, sizeof(last_syslog), format, arguments);
}

void syslog(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));
void syslog(int priority, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	keep(priority, format, arguments);
	va_end(arguments);
}

void __syslog_chk(int priority, int flag, const char *format, ...) __attribute__((format(printf, 3, 4)));
void __syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list arguments;

	(void)flag;
	va_start(arguments, format);
	keep(priority, format, arguments);
	va_end(arguments);
}

/* ---- stdout and stderr through packet pipes: one read returns one write ---- */

static int saved[2], pipes[2][2];
static char out[4096], err[4096];

static void begin(void)
{
	fflush(NULL);
	for (int i = 0; i < 2; i++) {
		saved[i] = dup(i + 1);
		CHECK_EQ(pipe2(pipes[i], O_DIRECT | O_NONBLOCK), 0);
		dup2(pipes[i][1], i + 1);
		close(pipes[i][1]);
	}
	last_syslog[0] = '\0';
}

static void read_one(int fd, char *into)
{
	ssize_t n = read(fd, into, 4095);

	into[n > 0 ? n : 0] = '\0';
}

/* The first write to each. */
static void end(void)
{
	read_one(pipes[0][0], out);
	read_one(pipes[1][0], err);
	for (int i = 0; i < 2; i++) {
		dup2(saved[i], i + 1);
		close(saved[i]);
		close(pipes[i][0]);
	}
}

/* "prog[12.345]: rest" -> rest, with the form of what stands before it checked. */
static const char *after_prefix(const char *line, const char *name, const char *behind)
{
	size_t length = strlen(name);
	const char *dot;

	CHECK(strncmp(line, name, length) == 0 && line[length] == '[');
	line += length + 1;
	dot = strchr(line, '.');
	CHECK(dot != NULL && dot > line);
	for (const char *c = line; c < dot; c++) {
		CHECK(isdigit((unsigned char)*c));
	}
	CHECK(isdigit((unsigned char)dot[1]) && isdigit((unsigned char)dot[2]) &&
	      isdigit((unsigned char)dot[3]));
	CHECK(strncmp(dot + 4, behind, strlen(behind)) == 0);
	return dot + 4 + strlen(behind);
}

TEST(a_line_is_one_write_with_the_programs_name_and_the_monotonic_time)
{
	struct timespec before, after;
	long long seconds;
	int milliseconds;
	double printed;

	begin();
	log_setup("/usr/sbin/ptp4l", 6, false, true, NULL);
	clock_gettime(CLOCK_MONOTONIC, &before);
	log_info("master offset %10d s%d", -138, 0);
	clock_gettime(CLOCK_MONOTONIC, &after);
	end();
	CHECK_STR_EQ(after_prefix(out, "ptp4l", "]: "), "master offset       -138 s0\n");
	CHECK_EQ(sscanf(out, "ptp4l[%lld.%d]", &seconds, &milliseconds), 2);
	printed = (double)seconds * 1e3 + milliseconds;
	/* truncated: never later than it is */
	CHECK(printed >= (double)before.tv_sec * 1e3 + (double)before.tv_nsec / 1e6 - 1.0);
	CHECK(printed <= (double)after.tv_sec * 1e3 + (double)after.tv_nsec / 1e6);
	CHECK_STR_EQ(last_syslog, "");
}

TEST(levels_0_to_4_go_to_stderr_and_5_to_7_to_stdout)
{
	for (int level = 0; level <= 7; level++) {
		begin();
		log_setup("x", 7, false, true, NULL);
		log_line(level, "level %d", level);
		end();
		CHECK_EQ(out[0] != '\0', level >= 5);
		CHECK_EQ(err[0] != '\0', level <= 4);
	}
}

TEST(nothing_above_the_level_is_said_anywhere)
{
	begin();
	log_setup("x", 5, true, true, NULL);
	log_info("not this");
	log_debug("nor this");
	end();
	CHECK_STR_EQ(out, "");
	CHECK_STR_EQ(last_syslog, "");
	CHECK(log_is_wanted(5) && !log_is_wanted(6));
}

TEST(syslog_has_no_colon_and_no_name_and_the_levels_priority)
{
	begin();
	log_setup("ptp4l", 6, true, false, "[t:{level}]");
	log_warning("link %s", "down");
	end();
	CHECK_STR_EQ(out, "");
	CHECK_STR_EQ(err, "");
	CHECK_STR_EQ(after_prefix(last_syslog, "", "] "), "[t:4] link down");
	CHECK_EQ(last_priority, 4);
}

TEST(only_the_first_level_mark_of_the_tag_is_replaced)
{
	begin();
	log_setup("ptp4l", 6, false, true, "[a{level}b{level}]");
	log_notice("text");
	end();
	CHECK_STR_EQ(after_prefix(out, "ptp4l", "]: "), "[a5b{level}] text\n");
}

TEST(the_tag_has_128_octets_with_blank_and_terminator)
{
	char tag[200], expected[300];

	memset(tag, 'x', sizeof(tag));
	tag[126] = '\0';
	snprintf(expected, sizeof(expected), "%s text\n", tag);
	begin();
	log_setup("p", 6, false, true, tag);
	log_info("text");
	end();
	CHECK_STR_EQ(after_prefix(out, "p", "]: "), expected);
}

TEST(messages_are_cut_at_1023_characters_and_still_end_the_line)
{
	char text[3000];
	const char *message;

	memset(text, 'y', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	begin();
	log_setup("p", 6, false, true, NULL);
	log_info("%s", text);
	end();
	message = after_prefix(out, "p", "]: ");
	CHECK_EQ(strlen(message), 1024);
	CHECK_EQ(message[1023], '\n');
	CHECK_EQ(strspn(message, "y"), 1023);
}

TEST(the_error_number_is_that_of_the_caller_and_stays)
{
	begin();
	log_setup("p", 6, false, true, NULL);
	errno = ENODEV;
	log_error("sendto failed: %m");
	CHECK_EQ(errno, ENODEV);
	end();
	CHECK_STR_EQ(after_prefix(err, "p", "]: "), "sendto failed: No such device\n");
}

TEST(without_a_name_the_line_begins_with_the_bracket)
{
	begin();
	log_setup(NULL, 6, false, true, "");
	log_error("early");
	end();
	CHECK_STR_EQ(after_prefix(err, "", "]: "), "early\n");
}

TEST(what_was_printed_before_stays_before_the_line)
{
	char both[4096];

	begin();
	log_setup("p", 6, false, true, NULL);
	printf("usage\n");
	log_info("then");
	read_one(pipes[0][0], both);
	end();
	CHECK_STR_EQ(both, "usage\n");
	CHECK_STR_EQ(after_prefix(out, "p", "]: "), "then\n");
}
