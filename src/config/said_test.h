/* src/config/said_test.h -- what a configuration said, as one text for a test to compare. */
#ifndef CONFIG_SAID_TEST_H
#define CONFIG_SAID_TEST_H

#include "config/config.h"
#include "tests/test.h"

#include <stdio.h>

struct said {
	char text[16384];
};

/* Lines for the log have their level in front: "<3>...". */
static inline void said_line(void *context, int level, const char *line)
{
	struct said *said = context;
	size_t used = strlen(said->text);

	if (level == CONFIG_TO_STDERR) {
		snprintf(said->text + used, sizeof(said->text) - used, "%s\n", line);
	} else {
		snprintf(said->text + used, sizeof(said->text) - used, "<%d>%s\n", level, line);
	}
}

static inline void said_start(struct said *said, struct config *config)
{
	said->text[0] = '\0';
	config_init(config, said_line, said);
}

#endif
