/* src/linux/log.c -- a line is put together whole and leaves in one write per destination, so that lines of several
 * programs on one terminal or pipe never mix. */
#include "linux/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_SIZE 1024 /* with the terminator: longer ones are cut */
#define TAG_SIZE 128      /* with the blank and the terminator */
#define LEVEL_MARK "{level}"

static struct {
	char name[64];
	char tag[TAG_SIZE];
	int level;
	bool to_syslog, to_stdout;
} logging = { .level = LOG_LEVEL_INFO, .to_syslog = true };

void log_setup(const char *name, int level, bool to_syslog, bool to_stdout, const char *tag)
{
	const char *slash = name ? strrchr(name, '/') : NULL;

	snprintf(logging.name, sizeof(logging.name), "%s", slash ? slash + 1 : name ? name : "");
	logging.tag[0] = '\0';
	if (tag && tag[0]) {
		snprintf(logging.tag, sizeof(logging.tag), "%s ", tag);
	}
	logging.level = level;
	logging.to_syslog = to_syslog;
	logging.to_stdout = to_stdout;
}

bool log_is_wanted(int level)
{
	return level <= logging.level;
}

/* The tag with its first {level} replaced by the digit. */
static void fill_tag(char *out, int level)
{
	const char *mark = strstr(logging.tag, LEVEL_MARK);

	if (!mark) {
		memcpy(out, logging.tag, sizeof(logging.tag));
		return;
	}
	snprintf(out, TAG_SIZE, "%.*s%d%s", (int)(mark - logging.tag), logging.tag, level,
		 mark + sizeof(LEVEL_MARK) - 1);
}

static void write_whole(FILE *stream, const char *text, size_t length)
{
	int fd = fileno(stream);

	fflush(stream); /* what was printed before stays before */
	while (length) {
		ssize_t n = write(fd, text, length);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return; /* nobody is there to be told */
		}
		text += n;
		length -= (size_t)n;
	}
}

void log_line(int level, const char *format, ...)
{
	int error = errno; /* for %m */
	char message[MESSAGE_SIZE];
	char tag[TAG_SIZE];
	char line[64 + 32 + TAG_SIZE + MESSAGE_SIZE];
	struct timespec now;
	va_list arguments;
	int length;

	if (level < 0 || !log_is_wanted(level)) {
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	errno = error;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	fill_tag(tag, level);
	if (logging.to_stdout) {
		length = snprintf(line, sizeof(line), "%s[%lld.%03ld]: %s%s\n", logging.name,
				  (long long)now.tv_sec, now.tv_nsec / 1000000, tag, message);
		write_whole(level >= LOG_LEVEL_NOTICE ? stdout : stderr, line, (size_t)length);
	}
	if (logging.to_syslog) {
		syslog(level, "[%lld.%03ld] %s%s", (long long)now.tv_sec, now.tv_nsec / 1000000, tag,
		       message);
	}
	errno = error;
}
