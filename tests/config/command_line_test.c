/* tests/config/command_line_test.c -- the command lines of the ptp4l personality and of `gnomon run`.
 *
 * The personality is compared with what a real ptp4l was recorded to say (record.sh), apart from the differences that
 * are listed with their reasons. The log and the daemon are stand-ins that write what they are told. */
#include "linux/daemon.h"
#include "linux/log.h"
#include "tests/test.h"
#include "tools/compat/ptp4l.h"
#include "tools/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- stand-ins ---- */

struct report_words {
	const char *name;
};
const struct report_words report_words_native = { "native" };
const struct report_words report_words_linuxptp = { "linuxptp" };

static struct {
	const char *name, *tag;
	int level;
	bool to_stdout;
} log_state = { .level = LOG_LEVEL_INFO };

void log_setup(const char *name, int level, bool to_syslog, bool to_stdout, const char *tag)
{
	(void)to_syslog;
	log_state.name = name;
	log_state.tag = tag;
	log_state.level = level;
	log_state.to_stdout = to_stdout;
}

void log_line(int level, const char *format, ...)
{
	FILE *stream = level <= LOG_LEVEL_WARNING ? stderr : stdout;
	va_list arguments;

	if (!format || !log_state.to_stdout || level > log_state.level) {
		return;
	}
	fprintf(stream, "%s[T]: %s%s", log_state.name, log_state.tag, log_state.tag[0] ? " " : "");
	va_start(arguments, format);
	vfprintf(stream, format, arguments);
	va_end(arguments);
	fputc('\n', stream);
}

int daemon_run(const struct gn_config *config, const struct report_words *words)
{
	printf("daemon: %s, %d port %s, stamping %d, clock %d %s, delay %d, transport %d, domain %d, log "
	       "%s\n",
	       words->name, config->port_count, config->ports[0].name, config->time_stamping,
	       config->clock_kind, config->clock_name, config->ports[0].delay_mechanism,
	       config->ports[0].network_transport, config->domain_number, log_state.name);
	return 0;
}

int daemon_run_recorded(const struct gn_config *config, const struct report_words *words,
			const struct record_options *recording)
{
	printf("recorded to %s, %llu octets, %d files, %s configuration: ", recording->path,
	       (unsigned long long)recording->size, recording->files,
	       memmem(recording->configuration, recording->configuration_size, "\npriority1", 10)
		       ? "with its"
		       : "without");
	return daemon_run(config, words);
}

/* ---- running a command in a process of its own ---- */

struct outcome {
	int status;
	char out[65536], err[65536];
};
static struct outcome outcome;
static char config_path[] = "/tmp/gnomon-test-XXXXXX";
static bool has_path;

static void read_back(FILE *file, char *text, size_t size)
{
	rewind(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
}

static void remove_file(void)
{
	unlink(config_path);
}

static void write_file(const char *text)
{
	FILE *file;

	if (!has_path) {
		int fd = mkstemp(config_path);

		CHECK(fd >= 0);
		close(fd);
		has_path = true;
		atexit(remove_file); /* not in the children: they leave by _exit() */
	}
	file = fopen(config_path, "w");
	CHECK(file != NULL);
	fputs(text, file);
	fclose(file);
}

static void run_command(int (*command)(int, char **), char **argv)
{
	FILE *out = tmpfile();
	FILE *err = tmpfile();
	int argc = 0;
	int status;
	pid_t child;

	CHECK(out && err);
	while (argv[argc]) {
		argc++;
	}
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		dup2(fileno(out), STDOUT_FILENO);
		dup2(fileno(err), STDERR_FILENO);
		status = command(argc, argv);
		fflush(NULL);
		_exit(status);
	}
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
	outcome.status = WEXITSTATUS(status);
	read_back(out, outcome.out, sizeof(outcome.out));
	read_back(err, outcome.err, sizeof(outcome.err));
}

/* Splits at blanks; FILE becomes the file's path. */
static void run_words(int (*command)(int, char **), const char *name, const char *arguments)
{
	static char buffer[1024];
	char argv0[64];
	char *argv[32] = { argv0 };
	size_t count = 1;

	snprintf(argv0, sizeof(argv0), "%s", name);
	snprintf(buffer, sizeof(buffer), "%s", arguments);
	for (char *word = strtok(buffer, " "); word; word = strtok(NULL, " ")) {
		CHECK(count < 31);
		argv[count++] = strcmp(word, "FILE") == 0 ? config_path : word;
	}
	run_command(command, argv);
}

static void run_ptp4l(const char *arguments)
{
	run_words(ptp4l_main, "/usr/sbin/ptp4l", arguments);
}

static void run_native(const char *arguments)
{
	run_words(run_main, "gnomon", arguments);
}

/* ---- recordings ---- */

struct entry {
	char name[64], args[256], file[2048], why[256];
	char text[4096]; /* "exit: N", "out: ..", "err: .." */
};

static struct entry cases[128], recorded[128], differences[32];
static size_t case_count, recorded_count, difference_count;

static void read_entry_line(struct entry *entry, const char *line)
{
	if (strncmp(line, "args:", 5) == 0) {
		snprintf(entry->args, sizeof(entry->args), "%.255s", line + 5);
	} else if (strncmp(line, "why: ", 5) == 0) {
		snprintf(entry->why, sizeof(entry->why), "%.255s", line + 5);
	} else if (line[0] == '|') {
		size_t used = strlen(entry->file);

		snprintf(entry->file + used, sizeof(entry->file) - used, "%s\n",
			 line + (line[1] == ' ' ? 2 : 1));
	} else if (line[0] != '#' && line[0] != '\0') {
		size_t used = strlen(entry->text);

		snprintf(entry->text + used, sizeof(entry->text) - used, "%s\n", line);
	}
}

static size_t read_entries(const char *name, struct entry *entries, size_t max)
{
	char path[1024], line[2048];
	size_t count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", TESTS_CONFIG_FOLDER, name);
	file = fopen(path, "r");
	CHECK(file != NULL);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "= ", 2) == 0) {
			CHECK(count < max);
			snprintf(entries[count++].name, sizeof(entries[0].name), "%.63s", line + 2);
		} else if (count > 0) {
			read_entry_line(&entries[count - 1], line);
		}
	}
	fclose(file);
	return count;
}

static void read_recordings(void)
{
	if (case_count == 0) {
		case_count = read_entries("cases.txt", cases, 128);
		recorded_count = read_entries("recorded/linuxptp-3.1.1.txt", recorded, 128);
		difference_count = read_entries("recorded/differences.txt", differences, 32);
	}
}

static const struct entry *find_entry(const struct entry *entries, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(entries[i].name, name) == 0) {
			return &entries[i];
		}
	}
	return NULL;
}

/* As record.sh does: each line with its stream in front, FILE for the path, nothing after "usage: ...". */
static void append_lines(char *text, size_t size, const char *stream, char *lines)
{
	for (char *line = lines; *line;) {
		char *end = strchr(line, '\n');
		size_t used = strlen(text);
		char *path;

		if (end) {
			*end = '\0';
		}
		path = strstr(line, config_path);
		if (path) {
			snprintf(text + used, size - used, "%s: %.*sFILE%s\n", stream, (int)(path - line),
				 line, path + strlen(config_path));
		} else {
			snprintf(text + used, size - used, "%s: %s\n", stream, line);
		}
		if (strncmp(line, "usage:", 6) == 0 || !end) {
			return;
		}
		line = end + 1;
	}
}

static void outcome_text(char *text, size_t size)
{
	snprintf(text, size, "exit: %d\n", outcome.status);
	append_lines(text, size, "out", outcome.out);
	append_lines(text, size, "err", outcome.err);
}

TEST(ptp4l_says_what_was_recorded_or_is_listed_as_different)
{
	read_recordings();
	CHECK(case_count > 70);
	CHECK_EQ(case_count, recorded_count);
	for (size_t i = 0; i < case_count; i++) {
		const struct entry *real = find_entry(recorded, recorded_count, cases[i].name);
		const struct entry *difference = find_entry(differences, difference_count, cases[i].name);
		char text[8192];

		write_file(cases[i].file);
		run_words(ptp4l_main, "ptp4l", cases[i].args);
		outcome_text(text, sizeof(text));
		CHECK(real != NULL);
		if (strcmp(text, difference ? difference->text : real->text) != 0) {
			print_error("case %s\n", cases[i].name);
		}
		CHECK_STR_EQ(text, difference ? difference->text : real->text);
	}
}

TEST(every_listed_difference_is_one_and_has_a_reason)
{
	read_recordings();
	for (size_t i = 0; i < difference_count; i++) {
		const struct entry *real = find_entry(recorded, recorded_count, differences[i].name);

		CHECK(real != NULL);
		CHECK(strcmp(real->text, differences[i].text) != 0);
		CHECK(differences[i].why[0] != '\0');
	}
}

/* ---- what a recording cannot show ---- */

TEST(ptp4l_usage_has_the_layout_of_linuxptps)
{
	run_ptp4l("-h");
	CHECK_EQ(outcome.status, 0);
	CHECK_STR_EQ(outcome.out, "");
	CHECK(strncmp(outcome.err, "\nusage: ptp4l [options]\n\n", 25) == 0);
	CHECK_STR_EQ(outcome.err + strlen(outcome.err) - 2, "\n\n");
	for (const char *letter = "AEP246HSLfipslmqvh"; *letter; letter++) {
		char text[8];

		snprintf(text, sizeof(text), "\n -%c ", *letter);
		CHECK(strstr(outcome.err, text));
	}
}

TEST(ptp4l_prints_its_version_on_stdout)
{
	run_ptp4l("-v");
	CHECK_EQ(outcome.status, 0);
	CHECK_STR_EQ(outcome.out, "gnomon " GN_VERSION "\n");
	CHECK_STR_EQ(outcome.err, "");
}

TEST(ptp4l_runs_the_daemon_with_what_it_was_told)
{
	run_ptp4l("-i eth0");
	CHECK_STR_EQ(outcome.out,
		     "daemon: linuxptp, 1 port eth0, stamping 1, clock 0 , delay 1, transport 1, domain 0, "
		     "log ptp4l\n");
	run_ptp4l("-i eth0 -i eth0 -P2S --domainNumber=7");
	CHECK_STR_EQ(outcome.out,
		     "daemon: linuxptp, 1 port eth0, stamping 0, clock 0 , delay 2, transport 3, domain 7, "
		     "log ptp4l\n");
	run_ptp4l("-i eth0 -S -p /dev/ptp3");
	CHECK_STR_EQ(outcome.out,
		     "daemon: linuxptp, 1 port eth0, stamping 0, clock 2 /dev/ptp3, delay 1, transport 1, "
		     "domain 0, log ptp4l\n");
	write_file("[global]\ndomainNumber 9\ndelay_mechanism P2P\n[eth5]\n");
	run_ptp4l("-f FILE -E operand");
	CHECK_STR_EQ(outcome.out,
		     "daemon: linuxptp, 1 port eth5, stamping 1, clock 0 , delay 1, transport 1, domain 9, "
		     "log ptp4l\n");
	CHECK_EQ(outcome.status, 0);
}

TEST(the_last_file_counts_and_a_folder_is_none)
{
	write_file("[eth5]\n");
	run_ptp4l("-f /nonexistent -f FILE");
	CHECK_EQ(outcome.status, 0);
	run_ptp4l("-f FILE -f /");
	CHECK_EQ(outcome.status, 255);
	CHECK_STR_EQ(outcome.err, "failed to open configuration file /: Is a directory\n");
}

TEST(a_file_called_dash_is_standard_input)
{
	write_file("[eth7]\ndelay_mechanism P2P\n");
	CHECK(freopen(config_path, "r", stdin) != NULL);
	run_ptp4l("-f -");
	CHECK(strstr(outcome.out, "1 port eth7"));
}

TEST(several_interfaces_are_refused_by_both)
{
	static const char text[] =
		"2 interfaces (eth0, eth1) make a boundary clock, which is not available in this "
		"version: give one interface\n";

	run_ptp4l("-i eth0 -i eth1");
	CHECK_EQ(outcome.status, 255);
	CHECK_STR_EQ(outcome.err, text);
	run_native("-i eth0 -i eth1");
	CHECK_EQ(outcome.status, 255);
	CHECK_STR_EQ(outcome.err, text);
}

TEST(run_steers_the_virtual_clock_for_software_stamps_unless_told_otherwise)
{
	run_native("-i eth0");
	CHECK(strstr(outcome.out, "daemon: native, 1 port eth0, stamping 1, clock 0 ,"));
	run_native("-i eth0 -S");
	CHECK(strstr(outcome.out, "stamping 0, clock 3 ,"));
	run_native("-i eth0 -S --clock system");
	CHECK(strstr(outcome.out, "stamping 0, clock 1 ,"));
	run_native("-i eth0 -S --clock stamping");
	CHECK(strstr(outcome.out, "stamping 0, clock 0 ,"));
	run_native("-i eth0 -S -p /dev/ptp0");
	CHECK(strstr(outcome.out, "stamping 0, clock 2 /dev/ptp0,"));
	write_file("[global]\ntime_stamping software\nclock_name desk\n[eth0]\n");
	run_native("-f FILE");
	CHECK(strstr(outcome.out, "stamping 0, clock 3 desk,"));
}

TEST(run_has_help_and_version_on_stdout)
{
	run_native("--help");
	CHECK_EQ(outcome.status, 0);
	CHECK(strncmp(outcome.out, "Usage: gnomon run ", 18) == 0);
	CHECK_STR_EQ(outcome.err, "");
	run_native("--version");
	CHECK_EQ(outcome.status, 0);
	CHECK_STR_EQ(outcome.out, "gnomon " GN_VERSION "\n");
}

TEST(run_says_what_is_wrong_and_what_to_do)
{
	run_native("");
	CHECK_EQ(outcome.status, 255);
	CHECK_STR_EQ(outcome.err,
		     "no interface specified: name one with -i, or as a section of the file: [eth0]\n");
	run_native("eth0");
	CHECK_EQ(outcome.status, 255);
	CHECK_STR_EQ(outcome.err, "gnomon run: eth0 is no option; to run on that interface, say -i eth0\n");
	run_native("--nosuch");
	CHECK_EQ(outcome.status, 255);
	CHECK_STR_EQ(outcome.err,
		     "gnomon run: unrecognized option '--nosuch'\n`gnomon run --help' lists the options.\n");
	run_native("--priority1 300");
	CHECK_STR_EQ(outcome.err, "300 is an out of range value for option priority1\n"
				  "priority1 takes 0..255, default 128\n");
	run_native("--clock_servo PI2");
	CHECK_STR_EQ(
		outcome.err,
		"PI2 is a bad value for option clock_servo\n"
		"clock_servo takes pi, linreg, ntpshm, nullf, refclock_sock, adaptive, default adaptive\n");
	run_native("-i eth0 -S --twoStepFlag 0");
	CHECK_EQ(outcome.status, 255);
	CHECK_STR_EQ(outcome.err, "one step is only possible with hardware time stamping\n");
	run_native("--json -i eth0");
	CHECK_EQ(outcome.status, 255);
	CHECK_STR_EQ(outcome.err, "--json goes with --check-config\n");
}

TEST(run_records_when_it_is_told_to)
{
	static const struct {
		const char *line, *says;
	} wrong[] = {
		{ "-i eth0 --record r --record-size 0", "--record-size 0: say a number of octets" },
		{ "-i eth0 --record r --record-size 5T", "--record-size 5T: say a number of octets" },
		{ "-i eth0 --record r --record-size -5", "--record-size -5: say a number of octets" },
		{ "-i eth0 --record r --record-size 99999999999G", "say a number of octets" },
		{ "-i eth0 --record r --record-files 0", "--record-files 0: say a number from 1 to 1000" },
		{ "-i eth0 --record r --record-files 3x", "--record-files 3x: say a number from 1 to 1000" },
		{ "-i eth0 --record-files 3", "--record-size and --record-files go with --record FILE" },
	};

	run_native("-i eth0 -S -q --record /var/r");
	CHECK(strstr(outcome.out,
		     "recorded to /var/r, 67108864 octets, 4 files, with its configuration: daemon: ") !=
	      NULL);
	run_native("-i eth0 -S -q --record r --record-size 300k --record-files 9");
	CHECK(strstr(outcome.out, "recorded to r, 307200 octets, 9 files") != NULL);
	run_native("-i eth0 -S -q --record r --record-size 2G");
	CHECK(strstr(outcome.out, "recorded to r, 2147483648 octets") != NULL);
	run_native("-i eth0 -S -q");
	CHECK(strstr(outcome.out, "recorded") == NULL);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		run_native(wrong[i].line);
		CHECK_EQ(outcome.status, 255);
		CHECK(strstr(outcome.err, wrong[i].says) != NULL);
	}
}

TEST(run_checks_a_configuration_without_running)
{
	write_file("[global]\ndomainNumber 9\ntime_stamping software\n[eth5]\n");
	run_native("--check-config -f FILE");
	CHECK_EQ(outcome.status, 0);
	CHECK(strstr(outcome.out,
		     ": eth5, UDPv4, delay E2E, domain 9, software time stamping, clock virtual\n"));
	run_native("--check-config -f FILE --json");
	CHECK_EQ(outcome.status, 0);
	CHECK_STR_EQ(outcome.out,
		     "{\"ok\":true,\"interfaces\":[\"eth5\"],\"domainNumber\":9,\"time_stamping\":"
		     "\"software\",\"clock\":\"virtual\",\"messages\":[]}\n");
	write_file("[global]\nuserDescription \"\npriority1 \"\\x\n");
	run_native("--check-config --json -f FILE");
	CHECK_EQ(outcome.status, 254);
	CHECK(strstr(outcome.out, "{\"ok\":false,\"interfaces\":[],"));
	CHECK(strstr(outcome.out, "\"\\\"\\\\x is a malformed value for option priority1 at line 3\""));
	CHECK_STR_EQ(outcome.err, "");
	run_native("--check-config");
	CHECK_EQ(outcome.status, 0);
	CHECK(strstr(outcome.out, "no interface yet"));
	run_native("--check-config -f /nonexistent");
	CHECK_EQ(outcome.status, 255);
}

TEST(run_prints_a_configuration_that_it_reads_back)
{
	static char first[sizeof(outcome.out)];

	write_file("[global]\ndomainNumber 9\ntime_stamping software\n[eth5]\nlogSyncInterval -3\n");
	run_native("--print-config -f FILE -s");
	CHECK_EQ(outcome.status, 0);
	CHECK(strstr(outcome.out, "[global]\n"));
	CHECK(strstr(outcome.out, "\nclockClass              255\n"));
	CHECK(strstr(outcome.out, "\n[eth5]\nlogSyncInterval         -3\n"));
	memcpy(first, outcome.out, sizeof(first));
	write_file(first);
	run_native("--print-config -f FILE");
	CHECK_EQ(outcome.status, 0);
	CHECK_STR_EQ(outcome.out, first);
}

TEST(run_has_defaults_of_its_own_and_prints_them)
{
	run_native("--print-config -i eth5 -S");
	CHECK(strstr(outcome.out, "\nclock_servo             adaptive\n"));
	CHECK(strstr(outcome.out, "\nfrequency_memory        /var/lib/gnomon\n"));
	run_native("--print-config -i eth5 -S --frequency_memory= --clock_servo=pi");
	CHECK(strstr(outcome.out, "\nclock_servo             pi\n"));
	CHECK(strstr(outcome.out, "\n# frequency_memory is empty, as only a command line can say\n"));
}
