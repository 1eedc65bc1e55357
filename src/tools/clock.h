/* src/tools/clock.h -- `gnomon clock`: what a clock shows, who keeps it, and how far two clocks are apart. */
#ifndef TOOLS_CLOCK_H
#define TOOLS_CLOCK_H

/* argv[0] is whatever the dispatcher left there, argv[1] the verb. Returns the exit status: 0; 1 if a clock was shown
 * that nobody keeps any longer; 2 if it cannot be opened or read; 255 for wrong usage. */
int clock_main(int argc, char **argv);

#endif
