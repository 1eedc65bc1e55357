/* src/config/options_test.c -- every row of the table, at and beyond its edges, in files and on command lines. */
#include "config/said_test.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

static struct config config;
static struct said said;

/* "[global]\nNAME VALUE\n" */
static bool parse_one(const char *name, const char *value)
{
	char text[2048];

	snprintf(text, sizeof(text), "[global]\n%s %s\n", name, value);
	said_start(&said, &config);
	return config_parse_text(&config, text, strlen(text));
}

static bool set_one(const char *name, const char *value)
{
	said_start(&said, &config);
	return config_set(&config, name, value);
}

#define FOR_EACH_OPTION(option)                                                                              \
	for (const struct config_option *option = config_options;                                            \
	     option < config_options + config_option_count; option++)

static bool is_number(const struct config_option *option)
{
	return option->type == CONFIG_INT || option->type == CONFIG_UINT || option->type == CONFIG_DOUBLE;
}

/* Two options of ts2phc have a default that says "unset" and that nobody can write. */
static bool has_writable_default(const struct config_option *option)
{
	char text[512];

	config_option_default(option, text, sizeof(text));
	return text[0] != '\0' &&
	       (!is_number(option) || (option->normal >= option->min && option->normal <= option->max));
}

TEST(names_are_unique_and_rows_are_complete)
{
	FOR_EACH_OPTION(option)
	{
		CHECK(config_option_find(option->name) == option);
		CHECK(option->meaning && strlen(option->meaning) > 10);
		CHECK_EQ(option->meaning[strlen(option->meaning) - 1], '.');
		CHECK(!option->refused || option->type != CONFIG_ENUM);
		CHECK(!(option->is_of_others && option->offset != CONFIG_NOWHERE));
	}
}

TEST(an_option_without_effect_is_an_alias_or_another_programs_or_refused)
{
	FOR_EACH_OPTION(option)
	{
		size_t accepted = 0;

		if (option->offset != CONFIG_NOWHERE || option->type == CONFIG_ALIAS ||
		    option->is_of_others || option->refused) {
			continue;
		}
		CHECK_EQ(option->type, CONFIG_ENUM);
		for (const struct config_label *label = option->labels; label->name; label++) {
			accepted += !label->refused;
		}
		CHECK_EQ(accepted, 1);
	}
}

enum owner { NOBODY, AN_OPTION, A_DOUBLE };

/* Octets that are no option's, but for the padding before what a double wants aligned. */
static size_t count_unowned(const unsigned char *owner, size_t from, size_t to)
{
	size_t count = 0;

	for (size_t i = from; i < to; i++) {
		size_t next = (i + sizeof(double)) / sizeof(double) * sizeof(double);
		bool is_padding = next == to || owner[next] == A_DOUBLE ||
				  (to == offsetof(struct gn_config, port) &&
				   next == offsetof(struct gn_config, servo));

		count += owner[i] == NOBODY && !is_padding;
	}
	return count;
}

TEST(members_have_the_size_of_their_type_and_do_not_overlap)
{
	static unsigned char global_owner[sizeof(struct gn_config)],
		port_owner[sizeof(struct gn_port_config)];

	FOR_EACH_OPTION(option)
	{
		unsigned char *owner = option->scope == CONFIG_GLOBAL ? global_owner : port_owner;

		if (option->offset == CONFIG_NOWHERE) {
			continue;
		}
		if (option->type == CONFIG_STRING) {
			CHECK(option->size > strlen(option->text));
		} else {
			CHECK_EQ(option->size, option->type == CONFIG_DOUBLE ? sizeof(double) : sizeof(int));
		}
		for (size_t i = 0; i < option->size; i++) {
			CHECK_EQ(owner[option->offset + i], 0);
			owner[option->offset + i] = option->type == CONFIG_DOUBLE ? A_DOUBLE : AN_OPTION;
		}
	}
	/* Every member is some option's, but for the port's name, the clock's copy of freq_est_interval and what the
	 * commands decide by themselves (software_clock_kind). */
	CHECK_EQ(count_unowned(port_owner, GN_NAME_SIZE, sizeof(port_owner)), 0);
	CHECK_EQ(count_unowned(global_owner, 0, offsetof(struct gn_config, port)), 2 * sizeof(int));
}

TEST(every_default_is_accepted)
{
	FOR_EACH_OPTION(option)
	{
		char text[512];

		config_option_default(option, text, sizeof(text));
		if (!has_writable_default(option)) {
			continue;
		}
		CHECK(parse_one(option->name, text));
		CHECK_STR_EQ(said.text, "");
		config_free(&config);
		CHECK(set_one(option->name, text));
		CHECK_STR_EQ(said.text, "");
		config_free(&config);
	}
}

TEST(setting_every_option_to_its_default_changes_nothing)
{
	struct gn_config defaults;

	gn_config_defaults(&defaults);
	said_start(&said, &config);
	FOR_EACH_OPTION(option)
	{
		char text[512];

		config_option_default(option, text, sizeof(text));
		if (has_writable_default(option)) {
			CHECK(config_set(&config, option->name, text));
		}
	}
	CHECK_MEM_EQ(&config.gn, &defaults, sizeof(defaults));
	config_free(&config);
}

static void print_value(const struct config_option *option, double value, char *out, size_t size)
{
	snprintf(out, size, option->type == CONFIG_DOUBLE ? "%.17g" : "%.0f", value);
}

static void check_refused_as(bool (*try)(const char *, const char *), const char *name, const char *value,
			     const char *fault, const char *where)
{
	char expected[2048];

	CHECK(!try(name, value));
	snprintf(expected, sizeof(expected), "%s is %s value for option %s%s\n", value, fault, name, where);
	CHECK_STR_EQ(said.text, expected);
	config_free(&config);
}

static void check_refused_both(const char *name, const char *value, const char *fault)
{
	check_refused_as(parse_one, name, value, fault, " at line 2");
	check_refused_as(set_one, name, value, fault, "");
}

TEST(numbers_are_accepted_at_their_limits)
{
	FOR_EACH_OPTION(option)
	{
		char min[64], max[64];

		if (!is_number(option) || option->refused) {
			continue;
		}
		print_value(option, option->min, min, sizeof(min));
		print_value(option, option->max, max, sizeof(max));
		CHECK(parse_one(option->name, min));
		CHECK(parse_one(option->name, max));
		CHECK(set_one(option->name, min));
		CHECK(set_one(option->name, max));
		CHECK_STR_EQ(said.text, "");
	}
}

TEST(numbers_beyond_their_limits_are_named)
{
	FOR_EACH_OPTION(option)
	{
		char text[64];

		if (!is_number(option)) {
			continue;
		}
		if (option->type == CONFIG_DOUBLE) {
			check_refused_both(option->name, "inf", "an out of range");
			check_refused_both(option->name, "-inf", "an out of range");
			check_refused_both(option->name, "1e-400", "an out of range");
			if (option->max < DBL_MAX) {
				print_value(option, nextafter(option->max, HUGE_VAL), text, sizeof(text));
				check_refused_both(option->name, text, "an out of range");
			}
			if (option->min > -DBL_MAX && option->min < 0) {
				print_value(option, nextafter(option->min, -HUGE_VAL), text, sizeof(text));
				check_refused_both(option->name, text, "an out of range");
			} else if (option->min >= 0) {
				check_refused_both(option->name, "-1e-300", "an out of range");
			}
		} else {
			print_value(option, option->max + 1, text, sizeof(text));
			check_refused_both(option->name, text, "an out of range");
			print_value(option, option->min - 1, text, sizeof(text));
			check_refused_both(option->name, text, "an out of range");
			check_refused_both(option->name, "99999999999999999999", "an out of range");
		}
	}
}

TEST(what_is_no_number_is_malformed)
{
	static const char *const malformed[] = { "x", "1x", "5 # comment", "0x", "1,5", "--1", "08x", "1 2" };

	FOR_EACH_OPTION(option)
	{
		for (size_t i = 0; is_number(option) && i < sizeof(malformed) / sizeof(malformed[0]); i++) {
			check_refused_both(option->name, malformed[i], "a malformed");
		}
		if (is_number(option)) {
			check_refused_as(set_one, option->name, "", "a malformed", "");
		}
	}
}

TEST(integers_have_the_bases_of_c_and_doubles_the_grammar_of_strtod)
{
	CHECK(parse_one("priority1", "0x1F") && config.gn.priority1 == 31);
	CHECK(parse_one("priority1", "010") && config.gn.priority1 == 8);
	CHECK(parse_one("priority1", "+5") && config.gn.priority1 == 5);
	check_refused_both("priority1", "08", "a malformed");
	CHECK(parse_one("step_threshold", "0x1p-3") && config.gn.servo.step_threshold == 0.125);
	CHECK(parse_one("step_threshold", "nan") && isnan(config.gn.servo.step_threshold));
	check_refused_both("clock_initial_offset", "nan", "an out of range");
	check_refused_both("first_step_threshold", "1e-310", "an out of range");
	check_refused_both("active_key_id", "-1", "an out of range");
	config_free(&config);
}

TEST(labels_are_compared_without_case_and_others_are_bad)
{
	FOR_EACH_OPTION(option)
	{
		if (option->type != CONFIG_ENUM) {
			continue;
		}
		for (const struct config_label *label = option->labels; label->name; label++) {
			char text[64] = "";

			for (size_t i = 0; label->name[i]; i++) {
				text[i] = (char)(i % 2 ? toupper((unsigned char)label->name[i])
						       : tolower((unsigned char)label->name[i]));
			}
			CHECK_EQ(parse_one(option->name, text), label->refused == NULL);
		}
		check_refused_both(option->name, "nonsense", "a bad");
	}
	CHECK(parse_one("delay_mechanism", "p2p") && config.gn.port.delay_mechanism == GN_DELAY_P2P);
	CHECK(parse_one("network_transport", "l2") &&
	      config.gn.port.network_transport == GN_PROTOCOL_IEEE_802_3);
	CHECK(parse_one("clock", "virtual") && config.gn.clock_kind == GN_CLOCK_VIRTUAL);
}

TEST(a_text_too_long_for_its_member_is_out_of_range)
{
	FOR_EACH_OPTION(option)
	{
		static char text[1000];

		if (option->type != CONFIG_STRING || option->offset == CONFIG_NOWHERE) {
			continue;
		}
		memset(text, 'x', sizeof(text));
		text[option->size - 1] = '\0';
		CHECK(parse_one(option->name, text));
		text[option->size - 1] = 'x';
		text[option->size] = '\0';
		check_refused_both(option->name, text, "an out of range");
	}
}

/* Each refusable option with a value that it does not take, and a word of the feature that it must name. */
static const struct {
	const char *name, *value, *feature;
} refusals[] = {
	{ "clock_type", "BC", "boundary clock" },
	{ "clock_type", "P2P_TC", "transparent clock" },
	{ "clock_type", "E2E_TC", "transparent clock" },
	{ "boundary_clock_jbod", "1", "boundary clock" },
	{ "tc_spanning_tree", "1", "transparent clock" },
	{ "unicast_listen", "1", "unicast" },
	{ "unicast_master_table", "1", "unicast" },
	{ "unicast_req_duration", "60", "unicast" },
	{ "hybrid_e2e", "1", "unicast" },
	{ "inhibit_multicast_service", "1", "unicast" },
	{ "net_sync_monitor", "1", "NetSync" },
	{ "slave_event_monitor", "/run/x", "monitoring" },
	{ "cmlds.client_address", "/run/x", "common mean link delay" },
	{ "cmlds.domainNumber", "1", "common mean link delay" },
	{ "cmlds.majorSdoId", "1", "common mean link delay" },
	{ "cmlds.port", "1", "common mean link delay" },
	{ "cmlds.server_address", "/run/x", "common mean link delay" },
	{ "delay_mechanism", "COMMON_P2P", "common mean link delay" },
	{ "power_profile.version", "2011", "power profile" },
	{ "power_profile.version", "2017", "power profile" },
	{ "power_profile.2011.grandmasterTimeInaccuracy", "0", "power profile" },
	{ "power_profile.2011.networkTimeInaccuracy", "0", "power profile" },
	{ "power_profile.2017.totalTimeInaccuracy", "0", "power profile" },
	{ "power_profile.grandmasterID", "1", "power profile" },
	{ "interface_rate_tlv", "1", "interface rate TLV" },
	{ "G.8275.defaultDS.localPriority", "1", "G.8275" },
	{ "G.8275.portDS.localPriority", "1", "G.8275" },
	{ "dataset_comparison", "G.8275.x", "G.8275" },
	{ "sa_file", "/etc/x", "authentication" },
	{ "spp", "0", "authentication" },
	{ "active_key_id", "1", "authentication" },
	{ "allow_unauth", "1", "authentication" },
};
#define REFUSALS (sizeof(refusals) / sizeof(refusals[0]))

TEST(what_is_not_available_is_refused_by_name_and_feature)
{
	for (size_t i = 0; i < REFUSALS; i++) {
		CHECK(!set_one(refusals[i].name, refusals[i].value));
		CHECK(strstr(said.text, refusals[i].name) && strstr(said.text, refusals[i].feature));
		CHECK(strstr(said.text, "not available in this version"));
		CHECK(!strstr(said.text, "at line"));
		CHECK(!parse_one(refusals[i].name, refusals[i].value));
		CHECK(strstr(said.text, refusals[i].name) && strstr(said.text, refusals[i].feature));
		CHECK(strstr(said.text, " at line 2: "));
	}
	CHECK(!parse_one("unicast_listen", "1"));
	CHECK_STR_EQ(said.text,
		     "option unicast_listen at line 2: unicast negotiation is not available in this version; "
		     "only its default 0 is accepted\n");
	CHECK(!set_one("dataset_comparison", "G.8275.x"));
	CHECK_STR_EQ(said.text, "option dataset_comparison: the telecom profiles' data set comparison "
				"(G.8275) is not available in this version; only ieee1588 is accepted\n");
	CHECK(!set_one("sa_file", "x"));
	CHECK_STR_EQ(said.text,
		     "option sa_file: authentication is not available in this version; it can only be left "
		     "out\n");
}

TEST(nothing_else_is_refused)
{
	FOR_EACH_OPTION(option)
	{
		bool is_listed = false;
		bool is_refusable = option->refused != NULL;

		for (const struct config_label *label = option->labels; label && label->name; label++) {
			is_refusable = is_refusable || label->refused;
		}
		for (size_t i = 0; i < REFUSALS; i++) {
			is_listed = is_listed || strcmp(refusals[i].name, option->name) == 0;
		}
		CHECK_EQ(is_refusable, is_listed);
	}
}

TEST(asap_is_a_word_of_two_options)
{
	FOR_EACH_OPTION(option)
	{
		if (!option->has_asap && is_number(option)) {
			check_refused_both(option->name, "ASAP", "a malformed");
		}
	}
	CHECK(parse_one("fault_reset_interval", "asap"));
	CHECK_EQ(config.gn.port.fault_reset_interval, -128);
	CHECK(set_one("fault_badpeernet_interval", "Asap"));
	CHECK_EQ(config.gn.port.fault_badpeernet_interval, 0);
}

/* Annex I.3 (the default profile) and linuxptp 4.4: a few that a slip of the table would change unseen. */
TEST(well_known_defaults_are_those_of_the_default_profile)
{
	struct gn_config gn;

	gn_config_defaults(&gn);
	CHECK_EQ(gn.priority1, 128);
	CHECK_EQ(gn.clock_class, 248);
	CHECK_EQ(gn.clock_accuracy, 0xFE);
	CHECK_EQ(gn.offset_scaled_log_variance, 0xFFFF);
	CHECK_EQ(gn.port.log_announce_interval, 1);
	CHECK_EQ(gn.port.log_sync_interval, 0);
	CHECK_EQ(gn.port.announce_receipt_timeout, 3);
	CHECK_EQ(gn.port.delay_mechanism, GN_DELAY_E2E);
	CHECK_EQ(gn.port.network_transport, GN_PROTOCOL_UDP_IPV4);
	CHECK_EQ(gn.time_stamping, GN_STAMPING_HARDWARE);
	CHECK_EQ(gn.port.as_capable, GN_AS_CAPABLE_AUTO);
	CHECK_EQ(gn.port.delay_filter, GN_FILTER_MOVING_MEDIAN);
	CHECK_EQ(gn.clock_type, 0x8000);
	CHECK_EQ(gn.freq_est_interval, 1);
	CHECK_EQ(gn.port.uds_file_mode, 0660);
	CHECK_EQ(gn.time_source, 0xA0);
	CHECK_EQ(gn.two_step_flag, 1);
	CHECK_NEAR(gn.servo.first_step_threshold, 0.00002, 0);
	CHECK_NEAR(gn.servo.pi_integral_norm_max, 0.3, 0);
	CHECK_STR_EQ(gn.uds_address, "/var/run/ptp4l");
	CHECK_STR_EQ(gn.uds_ro_address, "/var/run/ptp4lro");
	CHECK_STR_EQ(gn.product_description, ";;");
	CHECK_STR_EQ(gn.port.ptp_dst_mac, "01:1B:19:00:00:00");
	CHECK(gn.ports == NULL && gn.port_count == 0);
}

TEST(ranges_and_defaults_read_well)
{
	char text[512];

	config_option_range(config_option_find("priority1"), text, sizeof(text));
	CHECK_STR_EQ(text, "0..255");
	config_option_range(config_option_find("step_threshold"), text, sizeof(text));
	CHECK_STR_EQ(text, "0 or more");
	config_option_range(config_option_find("pi_integral_norm_max"), text, sizeof(text));
	CHECK_STR_EQ(text, "above 0, at most 2");
	config_option_range(config_option_find("pi_integral_exponent"), text, sizeof(text));
	CHECK_STR_EQ(text, "any number");
	config_option_range(config_option_find("uds_file_mode"), text, sizeof(text));
	CHECK_STR_EQ(text, "0..0777");
	config_option_range(config_option_find("delay_mechanism"), text, sizeof(text));
	CHECK_STR_EQ(text, "Auto, E2E, P2P, NONE");
	config_option_default(config_option_find("first_step_threshold"), text, sizeof(text));
	CHECK_STR_EQ(text, "2e-05");
	config_option_default(config_option_find("uds_ro_file_mode"), text, sizeof(text));
	CHECK_STR_EQ(text, "0666");
}
