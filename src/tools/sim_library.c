/* src/tools/sim_library.c -- files and folders of scenarios. */
#include "tools/sim_library.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_SIZE_MAX (16 << 20)
#define PATH_ROOM 1024
#define NAME_ROOM 63

/* ---- where ---- */

/* The i-th folder to look in; false: no more. The program's own place comes before what was installed for all. */
static bool folder_at(int i, char *out, size_t size)
{
	const char *set = getenv("GNOMON_SCENARIOS");
	char self[PATH_ROOM];
	ssize_t n;

	out[0] = '\0';
	switch (i) {
	case 0:
		snprintf(out, size, "%s", set ? set : "");
		return true;
	case 1:
		snprintf(out, size, "scenarios");
		return true;
	case 2:
		n = readlink("/proc/self/exe", self, sizeof(self) - 1);
		if (n > 0) {
			self[n] = '\0';
			*strrchr(self, '/') = '\0';
			snprintf(out, size, "%.900s/../scenarios", self);
		}
		return true;
	case 3:
		snprintf(out, size, "%s", GN_SCENARIO_DIR);
		return true;
	default:
		return false;
	}
}

static bool is_file(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && !S_ISDIR(s.st_mode);
}

static bool is_folder(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static void list_folders(char *why, size_t why_size)
{
	char folder[PATH_ROOM];
	size_t used = strlen(why), begin = used;

	for (int i = 0; folder_at(i, folder, sizeof(folder)) && used < why_size; i++) {
		if (folder[0]) {
			int n = snprintf(why + used, why_size - used, "%s%s", used > begin ? ", " : "",
					 folder);

			used += n > 0 ? (size_t)n : 0;
		}
	}
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_scenario(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name), suffix = strlen(SIM_SUFFIX);

	return n > suffix && strcmp(entry->d_name + n - suffix, SIM_SUFFIX) == 0;
}

bool sim_library_list(void (*found)(void *context, const char *name, const char *path), void *context,
		      char *why, size_t why_size)
{
	char folder[PATH_ROOM], path[2 * PATH_ROOM];

	for (int i = 0; folder_at(i, folder, sizeof(folder)); i++) {
		struct dirent **entries;
		int count = folder[0] ? scandir(folder, &entries, is_scenario, by_name) : -1;

		for (int e = 0; e < count; e++) {
			snprintf(path, sizeof(path), "%s/%s", folder, entries[e]->d_name);
			entries[e]->d_name[strlen(entries[e]->d_name) - strlen(SIM_SUFFIX)] = '\0';
			found(context, entries[e]->d_name, path);
			free(entries[e]);
		}
		if (count >= 0) {
			free(entries);
		}
		if (count > 0) {
			return true;
		}
	}
	snprintf(why, why_size, "there are no scenarios in ");
	list_folders(why, why_size);
	return false;
}

/* ---- by name ---- */

/* How many letters to change, add or leave out, or to exchange with the next. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][NAME_ROOM + 1], n = strlen(b);

	if (n > NAME_ROOM || strlen(a) > NAME_ROOM) {
		return SIZE_MAX;
	}
	for (size_t j = 0; j <= n; j++) {
		rows[0][j] = j;
	}
	for (size_t i = 1; i <= strlen(a); i++) {
		size_t *now = rows[i % 3], *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);

			best = before[j] + 1 < best ? before[j] + 1 : best;
			best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    earlier[j - 2] + 1 < best) {
				best = earlier[j - 2] + 1;
			}
			now[j] = best;
		}
	}
	return rows[strlen(a) % 3][n];
}

struct like {
	const char *name;
	char *out;
	size_t size, distance;
};

static void try_name(void *context, const char *name, const char *path)
{
	struct like *like = context;
	size_t far = distance(like->name, name);

	(void)path;
	if (far < like->distance) {
		like->distance = far;
		snprintf(like->out, like->size, "%s", name);
	}
}

/* The name in the library that is most like it, if one is. */
static bool is_like(const char *name, char *out, size_t size)
{
	struct like like = { name, out, size, strlen(name) / 3 + 1 };
	char why[64]; /* that there is no library: of no interest here */

	(void)sim_library_list(try_name, &like, why, sizeof(why)); /* of no library nothing is like it */
	return out[0];
}

bool sim_library_find(const char *name, char *path, size_t size, char *why, size_t why_size)
{
	char folder[PATH_ROOM], like[64] = "", hint[96] = "";

	snprintf(path, size, "%s", strcmp(name, "-") == 0 ? "/dev/stdin" : name);
	if (is_file(path)) {
		return true;
	}
	if (is_folder(path) && strchr(name, '/')) {
		snprintf(why, why_size, "it is a folder; name a file in it");
		return false;
	}
	for (int i = 0; !strchr(name, '/') && folder_at(i, folder, sizeof(folder)); i++) {
		snprintf(path, size, "%s/%s" SIM_SUFFIX, folder, name);
		if (folder[0] && is_file(path)) {
			return true;
		}
	}
	if (strchr(name, '/')) {
		snprintf(why, why_size, "there is no such file");
		return false;
	}
	if (is_like(name, like, sizeof(like))) {
		snprintf(hint, sizeof(hint), "; did you mean %s?", like);
	}
	snprintf(why, why_size, "there is no such file and no scenario of that name%s; looked for in ", hint);
	list_folders(why, why_size);
	return false;
}

/* ---- reading ---- */

static char *refuse(char *why, size_t why_size, const char *what)
{
	snprintf(why, why_size, "%s", what);
	return NULL;
}

static char *read_open(int fd, size_t *size, char *why, size_t why_size)
{
	size_t room = 8192, used = 0;
	char *text = malloc(room + 1);
	ssize_t n = 1;

	while (text && n > 0) {
		if (used == room) {
			char *grown = room < FILE_SIZE_MAX ? realloc(text, room * 2 + 1) : NULL;

			if (!grown) {
				free(text);
				return refuse(why, why_size, "it is larger than 16 MiB, or memory is short");
			}
			text = grown;
			room *= 2;
		}
		n = read(fd, text + used, room - used);
		used += n > 0 ? (size_t)n : 0;
	}
	if (n < 0) {
		free(text);
		return refuse(why, why_size, strerror(errno));
	}
	if (!text) {
		return refuse(why, why_size, "out of memory");
	}
	text[used] = '\0';
	*size = used;
	return text;
}

/* A scenario is read for its values and once more for each run: what comes by a pipe only once is kept, for the program's
 * life. */
static struct kept {
	char path[PATH_ROOM];
	char *text;
	size_t size;
	struct kept *next;
} * streams;

static bool keep(const char *path, const char *text, size_t size)
{
	struct kept *k = calloc(1, sizeof(*k));

	if (!k) {
		return false;
	}
	k->text = malloc(size + 1);
	if (!k->text) {
		free(k);
		return false;
	}
	memcpy(k->text, text, size + 1);
	snprintf(k->path, sizeof(k->path), "%s", path);
	k->size = size;
	k->next = streams;
	streams = k;
	return true;
}

static char *copy_of(const struct kept *k, size_t *size, char *why, size_t why_size)
{
	char *text = malloc(k->size + 1);

	if (!text) {
		return refuse(why, why_size, "out of memory");
	}
	memcpy(text, k->text, k->size + 1);
	*size = k->size;
	return text;
}

char *sim_library_read(void *context, const char *name, const char *relative_to, size_t *size, char *why,
		       size_t why_size)
{
	bool is_beside = relative_to &&
			 strncmp(relative_to, "/dev/", 5) != 0; /* beside a pipe there is nothing */
	const char *slash = is_beside ? strrchr(relative_to, '/') : NULL;
	char path[PATH_ROOM];
	struct stat s;
	char *text;
	int fd;

	(void)context;
	if (name[0] == '/' || !slash) {
		snprintf(path, sizeof(path), "%s", name);
	} else {
		snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - relative_to), relative_to, name);
	}
	for (const struct kept *k = streams; k; k = k->next) {
		if (strcmp(k->path, path) == 0) {
			return copy_of(k, size, why, why_size);
		}
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return refuse(why, why_size, strerror(errno));
	}
	text = read_open(fd, size, why, why_size);
	if (text && fstat(fd, &s) == 0 && !S_ISREG(s.st_mode) && !keep(path, text, *size)) {
		free(text);
		text = refuse(why, why_size, "out of memory");
	}
	close(fd);
	return text;
}
