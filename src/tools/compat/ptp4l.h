/* src/tools/compat/ptp4l.h -- the command line of linuxptp's ptp4l: its letters, long options, messages and exit
 * statuses, around our daemon. Its words in the log are those of report_words_linuxptp. */
#ifndef TOOLS_COMPAT_PTP4L_H
#define TOOLS_COMPAT_PTP4L_H

/* Returns the exit status: 0 after a signal, -v and -h; 254 if the file has a mistake, 255 for all else. */
int ptp4l_main(int argc, char **argv);

#endif
