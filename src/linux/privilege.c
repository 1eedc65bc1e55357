/* src/linux/privilege.c -- capabilities. Looking needs /proc alone; giving up needs libcap (built with GN_HAVE_LIBCAP). */
#include "linux/privilege.h"
#include "linux/log.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>

#ifdef GN_HAVE_LIBCAP
#include <sys/capability.h>
#endif

#define EVENT_UDP_PORT 319

static bool uses_udp(const struct gn_config *config)
{
	FILE *f = fopen("/proc/sys/net/ipv4/ip_unprivileged_port_start", "re");
	int first_free = 1024;

	if (f) {
		if (fscanf(f, "%d", &first_free) != 1) {
			first_free = 1024;
		}
		fclose(f);
	}
	for (int i = 0; i < config->port_count; i++) {
		if (config->ports[i].network_transport != GN_PROTOCOL_IEEE_802_3 &&
		    first_free > EVENT_UDP_PORT) {
			return true;
		}
	}
	return false;
}

static bool uses_ethernet(const struct gn_config *config)
{
	for (int i = 0; i < config->port_count; i++) {
		if (config->ports[i].network_transport == GN_PROTOCOL_IEEE_802_3) {
			return true;
		}
	}
	return false;
}

static bool sets_hardware(const struct gn_config *config)
{
	return config->time_stamping != GN_STAMPING_SOFTWARE && config->hwts_filter != GN_HWTS_FILTER_CHECK;
}

static const struct {
	unsigned bit; /* linux/capability.h */
	const char *name;
	bool (*is_needed)(const struct gn_config *config);
	const char *reason;
} capabilities[] = {
	{ 10, "cap_net_bind_service", uses_udp, "to bind the UDP ports 319 and 320" },
	{ 12, "cap_net_admin", sets_hardware, "to switch a network interface's hardware timestamps on" },
	{ 13, "cap_net_raw", uses_ethernet, "to send and receive PTP over Ethernet" },
};

/* The effective set; everything where /proc does not tell. */
static uint64_t effective_set(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	uint64_t set = UINT64_MAX;
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "CapEff:", 7) == 0) {
			set = strtoull(&line[7], NULL, 16);
		}
	}
	if (f) {
		fclose(f);
	}
	return set;
}

int privilege_warn_missing(const struct gn_config *config)
{
	uint64_t set = effective_set();
	char program[256] = "gnomon";
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	int count = 0;

	program[length > 0 ? length : 6] = '\0';
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++) {
		if (!(set >> capabilities[i].bit & 1) && capabilities[i].is_needed(config)) {
			log_warning("%s is missing %s: run as root, or `setcap %s+ep %s`, or "
				    "AmbientCapabilities= in the "
				    "systemd unit",
				    capabilities[i].name, capabilities[i].reason, capabilities[i].name,
				    program);
			count++;
		}
	}
	return count;
}

int privilege_find_user(const char *user, int64_t *uid, int64_t *gid, char *why, size_t why_size)
{
	const struct passwd *entry;

	*uid = *gid = -1;
	if (user[0] == '\0') {
		return 0;
	}
#ifndef GN_HAVE_LIBCAP
	snprintf(why, why_size, "cannot drop root privileges without libcap");
	return -ENOTSUP;
#endif
	errno = 0;
	entry = getpwnam(user);
	if (!entry) {
		snprintf(why, why_size, "user %s: %s", user,
			 errno ? strerror(errno) : "there is no such user");
		return -ENOENT;
	}
	*uid = entry->pw_uid;
	*gid = entry->pw_gid;
	return 0;
}

#ifdef GN_HAVE_LIBCAP

static const cap_value_t kept[] = { CAP_SYS_TIME, CAP_NET_ADMIN, CAP_NET_RAW, CAP_NET_BIND_SERVICE };

static bool is_kept(cap_value_t capability)
{
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if (kept[i] == capability) {
			return true;
		}
	}
	return false;
}

/* No program that this one might start could get them back. Not permitted without CAP_SETPCAP, and then there is
 * little to give up. */
static void drop_bounding_set(void)
{
	for (cap_value_t c = 0; cap_get_bound(c) >= 0; c++) {
		if (!is_kept(c) && cap_get_bound(c) > 0 && cap_drop_bound(c) != 0) {
			return;
		}
	}
}

/* Of what the process has now, the four stay. */
static int keep_only(void)
{
	cap_t now = cap_get_proc();
	cap_t next = cap_init();
	int err = now && next ? 0 : -ENOMEM;

	for (size_t i = 0; err == 0 && i < sizeof(kept) / sizeof(kept[0]); i++) {
		cap_flag_value_t has = CAP_CLEAR;

		if (cap_get_flag(now, kept[i], CAP_PERMITTED, &has) != 0 ||
		    cap_set_flag(next, CAP_PERMITTED, 1, &kept[i], has) != 0 ||
		    cap_set_flag(next, CAP_EFFECTIVE, 1, &kept[i], has) != 0) {
			err = -errno;
		}
	}
	if (err == 0 && cap_set_proc(next) != 0) {
		err = -errno;
	}
	if (now) {
		cap_free(now);
	}
	if (next) {
		cap_free(next);
	}
	return err;
}

static int become(const char *user, uid_t uid, gid_t gid)
{
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 || initgroups(user, gid) != 0 || setgid(gid) != 0 ||
	    setuid(uid) != 0) {
		return -errno;
	}
	return 0;
}

int privilege_drop(const char *user, char *why, size_t why_size)
{
	int64_t uid, gid;
	int err = privilege_find_user(user, &uid, &gid, why, why_size);

	if (err != 0) {
		return err;
	}
	drop_bounding_set();
	if (uid >= 0) {
		err = become(user, (uid_t)uid, (gid_t)gid);
		if (err != 0) {
			snprintf(why, why_size, "user %s: cannot become that user: %s", user, strerror(-err));
			return err;
		}
	}
	err = keep_only();
	if (err != 0) {
		snprintf(why, why_size, "capabilities cannot be given up: %s", strerror(-err));
		return err;
	}
	(void)cap_reset_ambient(); /* older kernels have no such set */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		log_debug("PR_SET_NO_NEW_PRIVS: %s", strerror(errno));
	}
	return 0;
}

#else

int privilege_drop(const char *user, char *why, size_t why_size)
{
	int64_t uid, gid;

	return privilege_find_user(user, &uid, &gid, why, why_size);
}

#endif
