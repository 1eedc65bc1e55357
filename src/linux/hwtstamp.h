/* src/linux/hwtstamp.h -- hardware timestamping of a device, switched on for a port and restored after it.
 *
 * Setting it resets some NICs (the link goes away for seconds) and may take stamps from another program: so what is
 * sufficient already is left alone, and what was changed is put back at the end. What the driver says it did is read
 * back and judged; a filter that would miss event messages is refused, never accepted in silence. */
#ifndef LINUX_HWTSTAMP_H
#define LINUX_HWTSTAMP_H

#include "gnomon/config.h"
#include "linux/device.h"

#include <net/if.h>

/* How a device is asked and told; tests put their own driver here. As device_get_hwtstamp() and its counterpart. */
struct hwtstamp_calls {
	int (*get)(const char *interface, bool ioctl_only, struct device_hwtstamp *out, const char **call);
	int (*set)(const char *interface, bool ioctl_only, const struct device_hwtstamp *wanted,
		   struct device_hwtstamp *out, const char **call, char *why, size_t why_size);
};

extern const struct hwtstamp_calls hwtstamp_calls_of_kernel;

struct hwtstamp_request {
	const char *label;     /* opens the log lines: "port 1 (eth0)" */
	const char *interface; /* the real device, not a VLAN on it */
	int time_stamping;     /* enum gn_time_stamping, not SOFTWARE */
	int network_transport; /* enum gn_network_protocol */
	int hwts_filter;       /* enum gn_hwts_filter */
};

/* What there was before, to be restored. Zero initialised: nothing to restore. */
struct hwtstamp {
	const struct hwtstamp_calls *calls;
	char interface[IF_NAMESIZE];
	bool ioctl_only;
	bool is_changed;
	struct device_hwtstamp before, set;
};

/* Returns 0 or a negative errno, with the reason in the log. */
int hwtstamp_configure(struct hwtstamp *h, const struct hwtstamp_calls *calls,
		       const struct hwtstamp_request *request);

/* Puts back what hwtstamp_configure() found, unless somebody else has changed it since. */
void hwtstamp_restore(struct hwtstamp *h);

#endif
