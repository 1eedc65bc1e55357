/* src/tools/status.h -- `gnomon status`: is the time of this machine good, and why?
 *
 * The daemon is asked over its local management socket (status_ask.h), what it answers is collected in a picture
 * (status_picture.h), the picture is judged and shown (status_show.h). A linuxptp daemon is asked the same and shows what
 * it has. */
#ifndef TOOLS_STATUS_H
#define TOOLS_STATUS_H

/* argv[0] is whatever the dispatcher left there. Returns the exit status: 0 the time is good, 1 a daemon answered but
 * its time is not (or it is degraded), 2 no daemon answered, 255 wrong usage. */
int status_main(int argc, char **argv);

#endif
