/* src/tools/status_show.h -- the picture of a daemon is judged, and shown as one screen or as JSON. */
#ifndef TOOLS_STATUS_SHOW_H
#define TOOLS_STATUS_SHOW_H

#include "report/sink.h"
#include "tools/status_picture.h"

/* As exit statuses of the command. */
enum status_grade { STATUS_GOOD = 0, STATUS_NOT_GOOD = 1, STATUS_NO_DAEMON = 2 };

#define STATUS_REASONS_MAX 16
#define STATUS_REASON_SIZE 160

struct status_verdict {
	enum status_grade grade;
	bool is_synchronized; /* it follows somebody, or is meant to be the source */
	char headline[2 * STATUS_REASON_SIZE];
	char reasons[STATUS_REASONS_MAX][STATUS_REASON_SIZE]; /* what keeps the time from being good */
	size_t reason_count;
};

struct status_verdict status_judge(const struct status_picture *picture);

/* One screen. Colours only if they are wanted. */
void status_show_text(const struct status_picture *picture, const struct status_verdict *verdict,
		      bool has_colours, report_sink sink, void *context);

/* One object, its keys described in gnomon-status(1). Indented, or one line. */
void status_show_json(const struct status_picture *picture, const struct status_verdict *verdict,
		      bool is_indented, report_sink sink, void *context);

#endif
