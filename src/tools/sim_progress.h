/* src/tools/sim_progress.h -- how far a long run is, and ^C, which ends one in order: what was seen until then is told. */
#ifndef TOOLS_SIM_PROGRESS_H
#define TOOLS_SIM_PROGRESS_H

#include "sim/world.h"

/* From now on the first SIGINT is only noted; the second ends the program as ever. */
void sim_progress_catch(void);
void sim_progress_release(void); /* of a child: it ends as ever */
bool sim_progress_interrupted(void);

/* Ends the program by the signal that was noted, so that a shell's loop around it ends too; returns if none was. */
void sim_progress_end(void);

/* As world_run(), to the event, in pieces: between them a line on standard error (when `is_shown`, and the run is not over
 * at once), and a look whether there was a ^C, which ends the world. */
void sim_progress_run(struct world *world, int64_t until_ps, bool is_shown);

/* "63.2 s of 180 s, 35%, 412x real time, 0.3 s left". */
void sim_progress_text(double simulated_s, double until_s, double passed_s, char *out, size_t size);

#endif
