/* src/linux/privilege_test.c -- what is given up is given up in a child, for good. */
#include "linux/privilege.h"
#include "linux/log.h"
#include "tests/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEPT (UINT64_C(1) << 10 | UINT64_C(1) << 12 | UINT64_C(1) << 13 | UINT64_C(1) << 25)

static char why[512];

static uint64_t status_set(const char *field)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	uint64_t set = 0;

	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, field, strlen(field)) == 0) {
			set = strtoull(&line[strlen(field)], NULL, 16);
		}
	}
	if (f) {
		fclose(f);
	}
	return set;
}

TEST(a_user_that_does_not_exist_is_named)
{
	int64_t uid, gid;

	CHECK(privilege_find_user("no-such-user-here", &uid, &gid, why, sizeof(why)) != 0);
	CHECK(why[0] != '\0');
	CHECK_EQ(privilege_find_user("", &uid, &gid, why, sizeof(why)), 0);
	CHECK_EQ(uid, -1);
}

#ifdef GN_HAVE_LIBCAP

static int drop_in_child(const char *user, bool (*is_fine)(void))
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		if (privilege_drop(user, why, sizeof(why)) != 0) {
			_exit(2);
		}
		_exit(is_fine() ? 0 : 1);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool has_only_the_four(void)
{
	return (status_set("CapEff:") & ~KEPT) == 0 && (status_set("CapPrm:") & ~KEPT) == 0 &&
	       (status_set("CapAmb:") & ~KEPT) == 0 && status_set("NoNewPrivs:") == 1;
}

static bool is_another_user(void)
{
	return getuid() != 0 && geteuid() != 0 && getgid() != 0 && has_only_the_four() &&
	       status_set("CapEff:") != 0 && setuid(0) != 0;
}

TEST(all_but_four_capabilities_go)
{
	log_setup("test", LOG_LEVEL_EMERG, false, false, "");
	CHECK_EQ(drop_in_child("", has_only_the_four), 0);
}

TEST(a_user_gets_the_four_and_there_is_no_way_back)
{
	if (geteuid() != 0) {
		SKIP("only root can become another user");
	}
	log_setup("test", LOG_LEVEL_EMERG, false, false, "");
	CHECK_EQ(drop_in_child("nobody", is_another_user), 0);
}

static int missing(int transport, int time_stamping)
{
	struct gn_port_config port = { .network_transport = transport };
	struct gn_config config = { .time_stamping = time_stamping, .ports = &port, .port_count = 1 };

	return privilege_warn_missing(&config);
}

static bool warns_of_what_is_needed(void)
{
	return missing(GN_PROTOCOL_IEEE_802_3, GN_STAMPING_SOFTWARE) == 1 &&
	       missing(GN_PROTOCOL_IEEE_802_3, GN_STAMPING_HARDWARE) == 2;
}

static bool warns_unless_present(void)
{
	return missing(GN_PROTOCOL_IEEE_802_3, GN_STAMPING_HARDWARE) == 0;
}

TEST(missing_capabilities_are_named_if_the_configuration_needs_them)
{
	int status = -1;
	pid_t child;

	if (geteuid() != 0) {
		SKIP("only root has them to lose");
	}
	log_setup("test", LOG_LEVEL_EMERG, false, false, "");
	if ((status_set("CapEff:") & KEPT) == KEPT) {
		CHECK_EQ(drop_in_child("nobody", warns_unless_present), 0);
	}
	child = fork();
	if (child == 0) {
		_exit(setuid(65534) == 0 && warns_of_what_is_needed() ? 0 : 1);
	}
	waitpid(child, &status, 0);
	CHECK_EQ(status, 0);
}

#endif
