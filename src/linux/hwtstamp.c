/* src/linux/hwtstamp.c -- the filters that serve, in the order in which they are asked for.
 *
 * The most general PTP filter serves every transport; some hardware knows one transport only, some all packets or
 * none. Drivers widen filters as they must and write back what they did. */
#include "linux/hwtstamp.h"
#include "linux/kernel_facts.h"
#include "linux/log.h"

#include "gnomon/types.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CANDIDATES 3

const struct hwtstamp_calls hwtstamp_calls_of_kernel = { .get = device_get_hwtstamp,
							 .set = device_set_hwtstamp };

static const int tx_type_of[] = {
	[GN_STAMPING_HARDWARE] = KERNEL_TX_ON,
	[GN_STAMPING_LEGACY] = KERNEL_TX_ON,
	[GN_STAMPING_ONESTEP] = KERNEL_TX_ONESTEP_SYNC,
	[GN_STAMPING_P2P1STEP] = KERNEL_TX_ONESTEP_P2P,
};

static int filter_of_transport(const struct hwtstamp_request *r)
{
	return r->network_transport == GN_PROTOCOL_IEEE_802_3 ? KERNEL_RX_V2_L2_EVENT : KERNEL_RX_V2_L4_EVENT;
}

/* Whether every event message of this port would get its receive timestamp, and its transmit timestamp as asked. */
static bool is_sufficient(const struct hwtstamp_request *r, const struct device_hwtstamp *config)
{
	return config->tx_type == tx_type_of[r->time_stamping] &&
	       (config->rx_filter == KERNEL_RX_ALL || config->rx_filter == KERNEL_RX_V2_EVENT ||
		config->rx_filter == filter_of_transport(r));
}

static void tell(const struct hwtstamp_request *r, const char *what, const char *call,
		 const struct device_hwtstamp *config)
{
	log_debug("%s: hardware timestamping of %s %s (%s): transmit %s, receive filter %s", r->label,
		  r->interface, what, call, device_tx_type_name(config->tx_type),
		  device_rx_filter_name(config->rx_filter));
}

static int refuse_mismatch(const struct hwtstamp_request *r, const struct device_hwtstamp *config)
{
	log_error("The current filter does not match the required");
	log_error("%s: %s has transmit %s and receive filter %s; needed are transmit %s and receive filter "
		  "%s, %s or %s",
		  r->label, r->interface, device_tx_type_name(config->tx_type),
		  device_rx_filter_name(config->rx_filter), device_tx_type_name(tx_type_of[r->time_stamping]),
		  device_rx_filter_name(KERNEL_RX_V2_EVENT), device_rx_filter_name(filter_of_transport(r)),
		  device_rx_filter_name(KERNEL_RX_ALL));
	return -ERANGE;
}

static int check_only(struct hwtstamp *h, const struct hwtstamp_request *r)
{
	struct device_hwtstamp config;
	const char *call;
	int err = h->calls->get(r->interface, h->ioctl_only, &config, &call);

	if (err) {
		log_error("%s failed: %s", call, strerror(-err));
		log_error("%s: the driver of %s does not tell its timestamping, so that hwts_filter check "
			  "cannot work; "
			  "use normal or full",
			  r->label, r->interface);
		return err;
	}
	tell(r, "found", call, &config);
	return is_sufficient(r, &config) ? 0 : refuse_mismatch(r, &config);
}

static int candidates_of(const struct hwtstamp_request *r, int filters[CANDIDATES])
{
	if (r->hwts_filter == GN_HWTS_FILTER_FULL) {
		filters[0] = KERNEL_RX_ALL;
		return 1;
	}
	filters[0] = KERNEL_RX_V2_EVENT;
	filters[1] = filter_of_transport(r);
	filters[2] = KERNEL_RX_ALL;
	return CANDIDATES;
}

/* The driver refused this setting; another may do. */
static bool is_refusal(int err)
{
	return err == -ERANGE || err == -EINVAL || err == -EOPNOTSUPP;
}

static int explain_failure(const struct hwtstamp_request *r, int err, const char *call, const char *why)
{
	log_error("%s failed: %s", call, strerror(-err));
	if (err == -EPERM || err == -EACCES) {
		log_error(
			"%s: setting the timestamping of %s needs CAP_NET_ADMIN: run as root, or grant it "
			"(setcap "
			"cap_net_admin+ep, or AmbientCapabilities= of systemd); or set it beforehand and say "
			"hwts_filter check",
			r->label, r->interface);
	} else {
		log_error("%s: the driver of %s refuses transmit %s with any PTP receive filter%s%s",
			  r->label, r->interface, device_tx_type_name(tx_type_of[r->time_stamping]),
			  why[0] ? ": " : "", why);
	}
	return err;
}

/* Some drivers do not write back what they set: asking again is the truth. */
static void read_back(struct hwtstamp *h, const struct hwtstamp_request *r, struct device_hwtstamp *config)
{
	struct device_hwtstamp now;
	const char *call;

	if (h->calls->get(r->interface, h->ioctl_only, &now, &call) == 0) {
		*config = now;
	}
}

static int program(struct hwtstamp *h, const struct hwtstamp_request *r)
{
	struct device_hwtstamp got = { 0 };
	char why[128] = "";
	const char *call = "";
	int filters[CANDIDATES];
	int count = candidates_of(r, filters), err = -ERANGE;

	for (int i = 0; i < count; i++) {
		struct device_hwtstamp wanted = { .tx_type = tx_type_of[r->time_stamping],
						  .rx_filter = filters[i] };

		err = h->calls->set(r->interface, h->ioctl_only, &wanted, &got, &call, why, sizeof(why));
		if (err == 0) {
			h->is_changed = true;
			read_back(h, r, &got);
			h->set = got;
			if (is_sufficient(r, &got)) {
				tell(r, "set", call, &got);
				return 0;
			}
		} else if (!is_refusal(err)) {
			break;
		}
		if (i == 0 && count > 1) {
			log_info("driver rejected most general HWTSTAMP filter");
		}
	}
	return err ? explain_failure(r, err, call, why) : refuse_mismatch(r, &got);
}

int hwtstamp_configure(struct hwtstamp *h, const struct hwtstamp_calls *calls,
		       const struct hwtstamp_request *r)
{
	struct device_hwtstamp found;
	const char *call;
	bool is_known;

	if (h->is_changed && strcmp(h->interface, r->interface) != 0) {
		hwtstamp_restore(h);
	}
	h->calls = calls;
	h->ioctl_only = r->time_stamping == GN_STAMPING_LEGACY;
	snprintf(h->interface, sizeof(h->interface), "%s", r->interface);
	if (r->hwts_filter == GN_HWTS_FILTER_CHECK) {
		return check_only(h, r);
	}
	is_known = calls->get(r->interface, h->ioctl_only, &found, &call) == 0;
	if (is_known && is_sufficient(r, &found) &&
	    (r->hwts_filter != GN_HWTS_FILTER_FULL || found.rx_filter == KERNEL_RX_ALL)) {
		tell(r, "found as needed", call, &found);
		return 0;
	}
	if (!h->is_changed) {
		h->before = is_known ? found : (struct device_hwtstamp){ KERNEL_TX_OFF, KERNEL_RX_NONE };
	}
	return program(h, r);
}

void hwtstamp_restore(struct hwtstamp *h)
{
	struct device_hwtstamp now;
	const char *call;
	char why[128];

	if (!h->is_changed) {
		return;
	}
	h->is_changed = false;
	if (h->calls->get(h->interface, h->ioctl_only, &now, &call) == 0 &&
	    (now.tx_type != h->set.tx_type || now.rx_filter != h->set.rx_filter)) {
		return; /* somebody else's by now */
	}
	/* A device that went away, or privileges that were dropped: there is nothing better to do. */
	(void)h->calls->set(h->interface, h->ioctl_only, &h->before, &now, &call, why, sizeof(why));
}
