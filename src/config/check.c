/* src/config/check.c -- what the values imply for each other, and whether they make an ordinary clock.
 *
 * A table of checks in linuxptp's order: the first that fails is the one that is named. */
#include "config/internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { LEVEL_ERROR = 3, LEVEL_DEBUG = 7 };

/* descriptionDS (8.2.5.2): PTPText has an octet for its length; a symbol is what starts in UTF-8. */
static bool is_description(const char *text, size_t symbols_max, int semicolons)
{
	size_t symbols = 0;
	int found = 0;

	for (const char *c = text; *c; c++) {
		symbols += ((unsigned char)*c & 0xC0) != 0x80;
		found += *c == ';';
	}
	return symbols <= symbols_max && strlen(text) <= UINT8_MAX && (semicolons < 0 || found == semicolons);
}

/* "xx:xx:xx": so many numbers of one or two hexadecimal digits */
static bool is_hex_octets(const char *text, int count)
{
	for (int i = 0; i < count; i++) {
		int digits = 0;

		while (digits < 2 && isxdigit((unsigned char)*text)) {
			text++;
			digits++;
		}
		if (digits == 0 || *text != (i + 1 < count ? ':' : '\0')) {
			return false;
		}
		text++;
	}
	return true;
}

/* "xxxxxx.xxxx.xxxxxx" */
static bool is_clock_identity(const char *text)
{
	static const char form[] = "xxxxxx.xxxx.xxxxxx";

	for (size_t i = 0; i < sizeof(form); i++) {
		if (form[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != form[i]) {
			return false;
		}
	}
	return true;
}

static bool check_product(struct config *config)
{
	const char *text = config->gn.product_description;

	if (!is_description(text, 64, 2)) {
		config_say_line(config, LEVEL_ERROR, "invalid productDescription '%s'", text);
		return false;
	}
	return true;
}

static bool check_revision(struct config *config)
{
	const char *text = config->gn.revision_data;

	if (!is_description(text, 32, 2)) {
		config_say_line(config, LEVEL_ERROR, "invalid revisionData '%s'", text);
		return false;
	}
	return true;
}

static bool check_user_description(struct config *config)
{
	const char *text = config->gn.user_description;

	if (!is_description(text, 128, -1)) {
		config_say_line(config, LEVEL_ERROR, "invalid userDescription '%s'", text);
		return false;
	}
	return true;
}

static bool check_manufacturer(struct config *config)
{
	const char *text = config->gn.manufacturer_identity;

	if (!is_hex_octets(text, 3)) {
		config_say_line(config, LEVEL_ERROR, "invalid manufacturerIdentity '%s'", text);
		return false;
	}
	return true;
}

/* 8.2.1.3.1.2: a clock that never serves time has class 255. */
static bool check_roles(struct config *config)
{
	struct gn_config *gn = &config->gn;

	if (gn->client_only && !gn->gm_capable) {
		config_say_line(config, LEVEL_ERROR, "Cannot mix 1588 clientOnly with 802.1AS !gmCapable");
		return false;
	}
	if (gn->client_only || !gn->gm_capable) {
		gn->clock_class = 255;
	}
	return true;
}

/* One-step needs an interface that writes into the message: twoStepFlag and time_stamping must agree. */
static bool check_steps(struct config *config)
{
	struct gn_config *gn = &config->gn;

	switch (gn->time_stamping) {
	case GN_STAMPING_SOFTWARE:
	case GN_STAMPING_LEGACY:
		if (!gn->two_step_flag) {
			config_say_line(config, LEVEL_ERROR,
					"one step is only possible with hardware time stamping");
			return false;
		}
		break;
	case GN_STAMPING_HARDWARE:
		if (!gn->two_step_flag) {
			config_say_line(
				config, LEVEL_DEBUG,
				"upgrading to one step time stamping in order to match the twoStepFlag");
			gn->time_stamping = GN_STAMPING_ONESTEP;
		}
		break;
	default:
		if (gn->two_step_flag) {
			config_say_line(config, LEVEL_DEBUG,
					"one step mode implies twoStepFlag=0, clearing twoStepFlag to match");
			gn->two_step_flag = 0;
		}
		break;
	}
	return true;
}

/* An NTP daemon steers the system clock, and keeps its leap seconds; how it does so is not ours to doubt. */
static bool check_servo(struct config *config)
{
	struct gn_config *gn = &config->gn;

	if (gn_servo_only_tells(gn->servo.kind) && gn->clock_kind == GN_CLOCK_VIRTUAL) {
		config_say_line(
			config, LEVEL_ERROR,
			"clock_servo ntpshm and refclock_sock are for the system clock, which an NTP daemon "
			"steers: leave out clock virtual");
		return false;
	}
	if (gn->servo.kind == GN_SERVO_NTPSHM) {
		gn->kernel_leap = 0;
		gn->sanity_freq_limit = 0;
	}
	return true;
}

static bool check_identity(struct config *config)
{
	if (!is_clock_identity(config->gn.clock_identity)) {
		config_say_line(config, LEVEL_ERROR, "failed to set clock identity");
		return false;
	}
	return true;
}

static bool check_static_role(struct config *config, struct gn_port_config *port)
{
	if (port->bmca == GN_BMCA_NOOP && !port->server_only && !config->gn.client_only) {
		config_say_line(
			config, LEVEL_ERROR,
			"Please enable at least one of serverOnly or clientOnly when BMCA == noop.\n");
		return false;
	}
	return true;
}

static bool check_profile(struct config *config, struct gn_port_config *port)
{
	if (!is_hex_octets(port->profile_identity, 6)) {
		config_say_line(config, LEVEL_ERROR, "failed to set profile identity");
		return false;
	}
	return true;
}

/* A port that measures no delay can only know by decree that its neighbour is capable. */
static bool check_delay_requests(struct config *config, struct gn_port_config *port)
{
	if (port->delay_mechanism == GN_DELAY_NONE) {
		port->inhibit_delay_req = 1;
		return true;
	}
	if (port->inhibit_delay_req && port->as_capable != GN_AS_CAPABLE_TRUE) {
		config_say_line(config, LEVEL_ERROR,
				"inhibit_delay_req can only be set when asCapable == 'true'.");
		return false;
	}
	return true;
}

static bool check_ports(struct config *config)
{
	static bool (*const checks[])(struct config *, struct gn_port_config *) = {
		check_static_role,
		check_profile,
		check_delay_requests,
	};

	for (size_t p = 0; p < config->gn.port_count; p++) {
		struct gn_port_config *port = &config->gn.ports[p];

		for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
			if (!checks[i](config, port)) {
				config_say_line(config, LEVEL_ERROR, "failed to open port %s", port->name);
				return false;
			}
		}
	}
	return true;
}

static bool is_one_port(const struct config *config)
{
	const struct gn_config *gn = &config->gn;

	if (gn->port_count < 2 || config->takes_several_ports) {
		return true;
	}
	config_say_line(config, CONFIG_TO_STDERR,
			"%u interfaces (%s, %s%s) make a boundary clock, which is not available in this "
			"version: give "
			"one interface",
			gn->port_count, gn->ports[0].name, gn->ports[1].name,
			gn->port_count > 2 ? ", ..." : "");
	return false;
}

enum config_verdict config_complete(struct config *config)
{
	static bool (*const checks[])(struct config *) = {
		check_product, check_revision, check_user_description, check_manufacturer, check_roles,
		check_steps,   check_servo,    check_identity,         check_ports,
	};

	if (!is_one_port(config)) {
		return CONFIG_REFUSED;
	}
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (!checks[i](config)) {
			return CONFIG_BAD;
		}
	}
	return CONFIG_FINE;
}
