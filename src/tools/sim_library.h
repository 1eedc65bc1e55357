/* src/tools/sim_library.h -- where scenarios are: by path, or by name in the library that ships with the program. */
#ifndef TOOLS_SIM_LIBRARY_H
#define TOOLS_SIM_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#define SIM_SUFFIX ".scenario"

/* A path as it is, "-" for standard input; a bare name ("link-flap") in GNOMON_SCENARIOS, ./scenarios, the build's own sources, or where it was
 * installed. False: `why` lists where it was looked for, and which name is much like it. */
bool sim_library_find(const char *name, char *path, size_t size, char *why, size_t why_size);

/* Calls back for each scenario of the library in order of name. False: there is no library; `why` says where. */
bool sim_library_list(void (*found)(void *context, const char *name, const char *path), void *context,
		      char *why, size_t why_size);

/* For struct scenario_reading: reads a file beside the one that names it. A pipe can be read again: it is kept. */
char *sim_library_read(void *context, const char *name, const char *relative_to, size_t *size, char *why,
		       size_t why_size);

#endif
