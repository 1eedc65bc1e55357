/* src/tools/demo.h -- the watching half of `./dev demo`: two virtual clocks come together before your eyes. */
#ifndef TOOLS_DEMO_H
#define TOOLS_DEMO_H

/* demo --source NAME --follower NAME --socket PATH [--seconds N] [--html FILE]
 *
 * Reads both virtual clocks directly, and the follower's state from its daemon, ten times a second. Returns the exit
 * status: 0 if the clocks were synchronised at the end (the difference's 99th percentile over the last 20 s below
 * 100 us), 1 if not, 130 when interrupted, 255 for wrong usage. Not for users: the list of commands does not show it. */
int demo_main(int argc, char **argv);

#endif
