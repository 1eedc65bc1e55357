/* src/tools/run.h -- `gnomon run`: a PTP daemon. */
#ifndef TOOLS_RUN_H
#define TOOLS_RUN_H

/* argv[0] is whatever the dispatcher left there. Returns the exit status: 0 after a signal and for --help, --version,
 * --check-config and --print-config; 254 if the file has a mistake, 255 for all else. */
int run_main(int argc, char **argv);

#endif
