/* src/config/parse_test.c -- lines, sections, precedence, and every message a file can cause. */
#include "config/said_test.h"

#include <math.h>
#include <stdlib.h>

static struct config config;
static struct said said;

static void start(void)
{
	config_free(&config);
	said_start(&said, &config);
}

static bool parse_more(const char *text)
{
	return config_parse_text(&config, text, strlen(text));
}

static bool parse(const char *text)
{
	start();
	return parse_more(text);
}

static void check_error(const char *text, const char *expected)
{
	CHECK(!parse(text));
	CHECK_STR_EQ(said.text, expected);
}

static void check_fine(const char *text)
{
	CHECK(parse(text));
	CHECK_STR_EQ(said.text, "");
}

TEST(an_empty_file_and_comments_say_nothing)
{
	check_fine("");
	check_fine("\n\n# nothing\n   # indented\n\t\n");
	check_fine("[global]\n# priority1 7\n");
	CHECK_EQ(config.gn.priority1, 128);
}

TEST(blanks_around_names_and_values_are_dropped)
{
	check_fine("  [global]  \r\n\t priority1 \t 5 \r\nuserDescription  a  b;c \t\n");
	CHECK_EQ(config.gn.priority1, 5);
	CHECK_STR_EQ(config.gn.user_description, "a  b;c");
}

TEST(the_last_line_needs_no_end)
{
	check_fine("[global]\npriority1 5");
	CHECK_EQ(config.gn.priority1, 5);
}

TEST(each_mistake_has_its_message)
{
	check_error("priority1 5\n", "line 1 is not in a section\n");
	check_error("\n#\npriority1 5\n", "line 3 is not in a section\n");
	check_error("[ ]\n", "could not parse port name on line 1\n");
	check_error("\n[]\n", "could not parse port name on line 2\n");
	check_error("[global]\npriority1\n", "could not parse line 2 in global section\n");
	check_error("[eth0]\npriority1   \n", "could not parse line 2 in eth0 section\n");
	check_error("[global]\nnosuch 1\n", "unknown option nosuch at line 2 in global section\n");
	check_error("[global]\nPriority1 1\n", "unknown option Priority1 at line 2 in global section\n");
	check_error("[eth0]\npriority1 1\n", "unknown option priority1 at line 2 in eth0 section\n");
	check_error("[global]\nclock_servo x\n", "x is a bad value for option clock_servo at line 2\n");
	check_error("[global]\npriority1 5 # x\n",
		    "5 # x is a malformed value for option priority1 at line 2\n");
	check_error("[global]\npriority1 256\n",
		    "256 is an out of range value for option priority1 at line 2\n");
}

TEST(a_value_is_judged_before_its_section)
{
	check_error("[eth0]\npriority1 256\n",
		    "256 is an out of range value for option priority1 at line 2\n");
	check_error("[eth0]\ndataset_comparison G.8275.x\n",
		    "option dataset_comparison at line 2: the telecom profiles' data set comparison (G.8275) "
		    "is not available in this version; only ieee1588 is accepted\n");
}

TEST(section_names_end_where_linuxptp_ends_them)
{
	check_fine("[GLOBAL]\npriority1 5\n");
	CHECK_EQ(config.gn.port_count, 0);
	check_fine("[eth0\nlogSyncInterval 1\n");
	CHECK_STR_EQ(config.gn.ports[0].name, "eth0");
	check_fine("[eth0] # text\n[ eth1 ]\n[[eth2]]\n[eth0]x\n");
	CHECK_EQ(config.gn.port_count, 3);
	CHECK_STR_EQ(config.gn.ports[1].name, "eth1");
	CHECK_STR_EQ(config.gn.ports[2].name, "eth2");
	check_error("[global] # text\npriority1 5\n",
		    "unknown option priority1 at line 2 in global section\n");
	CHECK_STR_EQ(config.gn.ports[0].name, "global");
}

TEST(names_are_told_apart_by_their_first_108_characters)
{
	char text[512], a[128], b[128];

	memset(a, 'x', sizeof(a));
	memset(b, 'x', sizeof(b));
	a[120] = b[121] = '\0';
	snprintf(text, sizeof(text), "[%s]\n[%s]\n", a, b);
	check_fine(text);
	CHECK_EQ(config.gn.port_count, 1);
	b[107] = 'y';
	snprintf(text, sizeof(text), "[%s]\n[%s]\n", a, b);
	check_fine(text);
	CHECK_EQ(config.gn.port_count, 2);
	snprintf(text, sizeof(text), "[%0400d]\n", 7);
	check_fine(text);
	CHECK_EQ(strlen(config.gn.ports[0].name), GN_NAME_SIZE - 1);
}

TEST(sections_may_repeat_and_settings_accumulate)
{
	check_fine(
		"[global]\npriority1 5\n[eth0]\nlogSyncInterval 1\n[global]\npriority2 6\n[eth0]\nudp_ttl 9\n"
		"[global]\npriority1 7\n");
	CHECK_EQ(config.gn.priority1, 7);
	CHECK_EQ(config.gn.priority2, 6);
	CHECK_EQ(config.gn.port_count, 1);
	CHECK_EQ(config.gn.ports[0].log_sync_interval, 1);
	CHECK_EQ(config.gn.ports[0].udp_ttl, 9);
}

TEST(a_line_of_more_than_1023_octets_is_two_lines)
{
	char text[4096];

	snprintf(text, sizeof(text), "[global]\n#%01500d\n", 0);
	check_error(text, "could not parse line 3 in global section\n");
	snprintf(text, sizeof(text), "[global]\n#%01022dpriority1 300\n", 0);
	check_error(text, "300 is an out of range value for option priority1 at line 3\n");
	snprintf(text, sizeof(text), "[global]\n#%01022d\npriority1 300\n", 0);
	check_error(text, "300 is an out of range value for option priority1 at line 4\n");
	snprintf(text, sizeof(text), "[global]\n#%01021d\npriority1 300\n", 0);
	check_error(text, "300 is an out of range value for option priority1 at line 3\n");
}

TEST(what_follows_a_nul_in_a_line_is_not_seen)
{
	static const char text[] = "[global]\npriority1 5\0 9\npriority2 300\n";

	start();
	CHECK(!config_parse_text(&config, text, sizeof(text) - 1));
	CHECK_EQ(config.gn.priority1, 5);
	CHECK_STR_EQ(said.text, "300 is an out of range value for option priority2 at line 3\n");
}

TEST(port_sections_beat_the_command_line_which_beats_the_global_section)
{
	start();
	CHECK(config_add_port(&config, "eth0") != NULL);
	CHECK(config_set(&config, "logSyncInterval", "-3"));
	CHECK(parse_more(
		"[global]\nlogSyncInterval   2\ndomainNumber      5\n[eth1]\nlogSyncInterval   1\n"));
	CHECK_EQ(config.gn.port_count, 2);
	CHECK_STR_EQ(config.gn.ports[0].name, "eth0");
	CHECK_EQ(config.gn.ports[0].log_sync_interval, -3);
	CHECK_STR_EQ(config.gn.ports[1].name, "eth1");
	CHECK_EQ(config.gn.ports[1].log_sync_interval, 1);
	CHECK_EQ(config.gn.domain_number, 5);
}

TEST(of_two_global_lines_or_two_arguments_the_later_wins)
{
	check_fine("[global]\npriority1 1\npriority1 2\n");
	CHECK_EQ(config.gn.priority1, 2);
	start();
	CHECK(config_set(&config, "priority1", "1") && config_set(&config, "priority1", "2"));
	CHECK_EQ(config.gn.priority1, 2);
}

TEST(a_locked_option_is_still_checked_in_the_file)
{
	start();
	CHECK(config_set(&config, "priority1", "7"));
	CHECK(!parse_more("[global]\npriority1 300\n"));
	CHECK_STR_EQ(said.text, "300 is an out of range value for option priority1 at line 2\n");
	CHECK(parse_more("[global]\npriority1 8\n"));
	CHECK_EQ(config.gn.priority1, 7);
}

TEST(a_global_line_after_a_port_section_still_is_the_ports_default)
{
	check_fine("[eth0]\nudp_ttl 9\n[global]\nlogSyncInterval 3\nudp_ttl 2\nfreq_est_interval 4\n");
	CHECK_EQ(config.gn.ports[0].log_sync_interval, 3);
	CHECK_EQ(config.gn.ports[0].udp_ttl, 9);
	CHECK_EQ(config.gn.port.udp_ttl, 2);
	CHECK_EQ(config.gn.freq_est_interval, 4);
}

TEST(asap_in_the_global_section_overrides_and_locks)
{
	start();
	CHECK(config_set(&config, "fault_reset_interval", "5"));
	CHECK(parse_more("[global]\nfault_reset_interval ASAP\nfault_reset_interval 7\n[eth0]\n"));
	CHECK_EQ(config.gn.ports[0].fault_reset_interval, -128);
	check_fine("[global]\nfault_badpeernet_interval 3\n[eth0]\nfault_badpeernet_interval asap\n");
	CHECK_EQ(config.gn.port.fault_badpeernet_interval, 3);
	CHECK_EQ(config.gn.ports[0].fault_badpeernet_interval, 0);
	check_error("[global]\nfault_reset_interval ASAPx\n",
		    "ASAPx is a malformed value for option fault_reset_interval at line 2\n");
}

TEST(old_names_are_redirected_with_a_notice)
{
	static const char *const names[][3] = {
		{ "pi_offset_const", "step_threshold", "0.5" },
		{ "pi_f_offset_const", "first_step_threshold", "0.5" },
		{ "pi_max_frequency", "max_frequency", "5" },
		{ "masterOnly", "serverOnly", "1" },
		{ "slaveOnly", "clientOnly", "1" },
	};
	char text[256], expected[256];

	for (size_t i = 0; i < 5; i++) {
		snprintf(text, sizeof(text), "[global]\n%s %s\n", names[i][0], names[i][2]);
		snprintf(expected, sizeof(expected), "option %s is deprecated, please use %s instead\n",
			 names[i][0], names[i][1]);
		CHECK(parse(text));
		CHECK_STR_EQ(said.text, expected);
		CHECK(config.is_set[config_option_index(config_option_find(names[i][1]))]);
	}
	CHECK_EQ(config.gn.client_only, 1);
	check_error("[global]\nslaveOnly 7\n",
		    "option slaveOnly is deprecated, please use clientOnly instead\n"
		    "7 is an out of range value for option clientOnly at line 2\n");
	check_error("[eth0]\nslaveOnly 1\n", "option slaveOnly is deprecated, please use clientOnly instead\n"
					     "unknown option clientOnly at line 2 in eth0 section\n");
	check_error("[global]\nmasterOnly\n", "could not parse line 2 in global section\n");
	start();
	CHECK(config_set(&config, "slaveOnly", "1"));
	CHECK(parse_more("[global]\nclientOnly 0\n"));
	CHECK_EQ(config.gn.client_only, 1);
}

TEST(command_line_values_have_messages_without_a_line)
{
	static const char *const rows[][3] = {
		{ "nosuch", "1", "unknown option nosuch\n" },
		{ "clock_servo", "x", "x is a bad value for option clock_servo\n" },
		{ "priority1", "x", "x is a malformed value for option priority1\n" },
		{ "priority1", "-1", "-1 is an out of range value for option priority1\n" },
	};

	for (size_t i = 0; i < 4; i++) {
		start();
		CHECK(!config_set(&config, rows[i][0], rows[i][1]));
		CHECK_STR_EQ(said.text, rows[i][2]);
	}
}

TEST(explanations_follow_an_error_where_they_are_wanted)
{
	start();
	config.explains = true;
	CHECK(!parse_more("[global]\nlogSyncInterval 300\n"));
	CHECK_STR_EQ(said.text, "300 is an out of range value for option logSyncInterval at line 2\n"
				"logSyncInterval takes -128..127 (log2 s), default 0\n");
}

/* A program with a default of its own is one that says so. */
static void prefer(void)
{
	start();
	config_prefer(&config, "clock_servo", "adaptive");
	config_prefer(&config, "logSyncInterval", "-3");
	config.explains = true;
}

TEST(an_explanation_tells_the_default_of_the_program_that_runs)
{
	start();
	config.explains = true;
	CHECK(!parse_more("[global]\nclock_servo x\n"));
	CHECK_STR_EQ(said.text,
		     "x is a bad value for option clock_servo at line 2\n"
		     "clock_servo takes pi, linreg, ntpshm, nullf, refclock_sock, adaptive, default pi\n");
	prefer();
	CHECK(!parse_more("[global]\nclock_servo x\n"));
	CHECK_STR_EQ(
		said.text,
		"x is a bad value for option clock_servo at line 2\n"
		"clock_servo takes pi, linreg, ntpshm, nullf, refclock_sock, adaptive, default adaptive\n");
	prefer();
	CHECK(!parse_more("[global]\nlogSyncInterval 300\n"));
	CHECK_STR_EQ(said.text, "300 is an out of range value for option logSyncInterval at line 2\n"
				"logSyncInterval takes -128..127 (log2 s), default -3\n");
}

TEST(a_preferred_default_holds_until_anything_else_is_said)
{
	prefer();
	CHECK(parse_more("[eth0]\n[eth1]\nlogSyncInterval 1\n"));
	CHECK_EQ(config.gn.servo.kind, GN_SERVO_ADAPTIVE);
	CHECK_EQ(config.gn.port.log_sync_interval, -3);
	CHECK_EQ(config.gn.ports[0].log_sync_interval, -3);
	CHECK_EQ(config.gn.ports[1].log_sync_interval, 1);
	CHECK(!config.is_set[config_option_index(config_option_find("clock_servo"))]);
	prefer();
	CHECK(parse_more("[global]\nclock_servo pi\nlogSyncInterval 0\n[eth0]\n"));
	CHECK_EQ(config.gn.servo.kind, GN_SERVO_PI);
	CHECK_EQ(config.gn.ports[0].log_sync_interval, 0);
}

TEST(what_an_option_does_not_take_cannot_be_preferred)
{
	start();
	config_prefer(&config, "clock_servo", "x");
	config_prefer(&config, "no_such_option", "1");
	config_prefer(&config, "clock_type", "BC");
	CHECK_EQ(config.gn.servo.kind, GN_SERVO_PI);
	for (size_t i = 0; i < config_option_count; i++) {
		CHECK(!config.preferred[i]);
	}
}

#define TABLE "[unicast_master_table]\n"

TEST(unicast_tables_are_checked_line_by_line)
{
	check_error(TABLE "table_id\n", "bad master table at line 2\n");
	check_error(TABLE "table_id x\n", "line 2: missing table_id\n");
	check_error(TABLE "table_id 0\n",
		    "line 2: table_id 0 is out of range. Must be in the range 1 to 2147483647\n");
	check_error(TABLE "table_id 1\ntable_id 1\n", "line 3: table_id 1 already taken\n");
	check_error(TABLE "table_id 1\n" TABLE "table_id 1\n", "line 4: table_id 1 already taken\n");
	check_error(TABLE "logQueryInterval 1\n", "line 2: missing table_id\n");
	check_error(TABLE "table_id 1\nlogQueryInterval 128\n",
		    "line 3: logQueryInterval 128 out of range\n");
	check_error(TABLE "table_id 1\nlogQueryInterval x\n", "line 3: bad address\n");
	check_error(TABLE "peer_address x\n", "line 2: missing table_id\n");
	check_error(TABLE "table_id 1\npeer_address\n", "bad master table at line 3\n");
	check_error(TABLE "table_id 1\nfoo bar\n", "line 3: bad address\n");
	check_error(TABLE "table_id 1\nUDPv4 1.2.3.4.5\n", "<3>bad IPv4 address\nline 3: bad address\n");
	check_error(TABLE "table_id 1\nUDPv6 1.2.3.4\n", "<3>bad IPv6 address\nline 3: bad address\n");
	check_error(TABLE "table_id 1\nL2 1:2:3:4:5\n", "<3>bad Layer-2 address\nline 3: bad address\n");
	check_error(TABLE "table_id 1\n" TABLE "UDPv4 1.2.3.4\n", "line 4: missing table_id\n");
}

TEST(a_unicast_table_without_mistakes_is_refused_as_a_whole)
{
	check_error(TABLE "\n# ours\ntable_id 1 # x\nUDPv4 1.2.3\nudpv6 ::1\nl2 1:2:3:4:5:6\npeer_address a\n"
			  "logQueryInterval -3\n",
		    "section unicast_master_table at line 4: unicast negotiation is not available in this "
		    "version; "
		    "only an empty section is accepted\n");
	check_fine(TABLE "# nothing\n[global]\npriority1 3\n");
	CHECK_EQ(config.gn.priority1, 3);
}

/* The names and values of the file that Debian 12 installs as /etc/linuxptp/ptp4l.conf. */
TEST(the_configuration_file_of_debian_12_starts_unchanged)
{
	static const char *const lines[] = {
		"twoStepFlag 1",
		"slaveOnly 0",
		"socket_priority 0",
		"priority1 128",
		"priority2 128",
		"domainNumber 0",
		"clockClass 248",
		"clockAccuracy 0xFE",
		"offsetScaledLogVariance 0xFFFF",
		"free_running 0",
		"freq_est_interval 1",
		"dscp_event 0",
		"dscp_general 0",
		"dataset_comparison ieee1588",
		"G.8275.defaultDS.localPriority 128",
		"maxStepsRemoved 255",
		"logAnnounceInterval 1",
		"logSyncInterval 0",
		"operLogSyncInterval 0",
		"logMinDelayReqInterval 0",
		"logMinPdelayReqInterval 0",
		"operLogPdelayReqInterval 0",
		"announceReceiptTimeout 3",
		"syncReceiptTimeout 0",
		"delayAsymmetry 0",
		"fault_reset_interval 4",
		"neighborPropDelayThresh 20000000",
		"masterOnly 0",
		"G.8275.portDS.localPriority 128",
		"asCapable auto",
		"BMCA ptp",
		"inhibit_announce 0",
		"inhibit_delay_req 0",
		"ignore_source_id 0",
		"assume_two_step 0",
		"logging_level 6",
		"path_trace_enabled 0",
		"follow_up_info 0",
		"hybrid_e2e 0",
		"inhibit_multicast_service 0",
		"net_sync_monitor 0",
		"tc_spanning_tree 0",
		"tx_timestamp_timeout 1",
		"unicast_listen 0",
		"unicast_master_table 0",
		"unicast_req_duration 3600",
		"use_syslog 1",
		"verbose 0",
		"summary_interval 0",
		"kernel_leap 1",
		"check_fup_sync 0",
		"pi_proportional_const 0.0",
		"pi_integral_const 0.0",
		"pi_proportional_scale 0.0",
		"pi_proportional_exponent -0.3",
		"pi_proportional_norm_max 0.7",
		"pi_integral_scale 0.0",
		"pi_integral_exponent 0.4",
		"pi_integral_norm_max 0.3",
		"step_threshold 0.0",
		"first_step_threshold 0.00002",
		"max_frequency 900000000",
		"clock_servo pi",
		"sanity_freq_limit 200000000",
		"ntpshm_segment 0",
		"msg_interval_request 0",
		"servo_num_offset_values 10",
		"servo_offset_threshold 0",
		"write_phase_mode 0",
		"transportSpecific 0x0",
		"ptp_dst_mac 01:1B:19:00:00:00",
		"p2p_dst_mac 01:80:C2:00:00:0E",
		"udp_ttl 1",
		"udp6_scope 0x0E",
		"uds_address /var/run/ptp4l",
		"clock_type OC",
		"network_transport UDPv4",
		"delay_mechanism E2E",
		"time_stamping hardware",
		"tsproc_mode filter",
		"delay_filter moving_median",
		"delay_filter_length 10",
		"egressLatency 0",
		"ingressLatency 0",
		"boundary_clock_jbod 0",
		"productDescription ;;",
		"revisionData ;;",
		"manufacturerIdentity 00:00:00",
		"userDescription ;",
		"timeSource 0xA0",
	};
	struct gn_config expected;

	start();
	CHECK(config_add_port(&config, "eth0") != NULL);
	CHECK(parse_more("[global]\n#\n# Default Data Set\n#\n"));
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char text[256];

		snprintf(text, sizeof(text), "[global]\n%.*s\t\t%s\n", (int)strcspn(lines[i], " "), lines[i],
			 lines[i] + strcspn(lines[i], " ") + 1);
		CHECK(parse_more(text));
	}
	CHECK_STR_EQ(said.text, "option slaveOnly is deprecated, please use clientOnly instead\n"
				"option masterOnly is deprecated, please use serverOnly instead\n");
	CHECK_EQ(config_complete(&config), CONFIG_FINE);
	gn_config_defaults(&expected);
	expected.tx_timestamp_timeout = 1;
	strcpy(expected.user_description, ";");
	expected.ports = config.gn.ports;
	expected.port_count = 1;
	CHECK_MEM_EQ(&config.gn, &expected, sizeof(expected));
}

static char printed[65536];

static void print_line(void *context, const char *line)
{
	(void)context;
	strcat(printed, line);
	strcat(printed, "\n");
}

static void random_value(const struct config_option *option, char *out, size_t size)
{
	static const char letters[] = "abc;:/ .#[]0\xC3\xA4x";
	size_t length, labels = 0;

	switch (option->type) {
	case CONFIG_INT:
	case CONFIG_UINT:
		snprintf(out, size, "%lld",
			 (long long)test_random_between((int64_t)option->min, (int64_t)option->max));
		break;
	case CONFIG_DOUBLE:
		/* any bits: what is out of range is refused by both or by none */
		snprintf(
			out, size, "%.17g",
			ldexp((double)test_random_between(-999999, 999999), (int)test_random_below(40) - 30));
		break;
	case CONFIG_ENUM:
		while (option->labels[labels].name) {
			labels++;
		}
		snprintf(out, size, "%s", option->labels[test_random_below(labels)].name);
		break;
	case CONFIG_STRING:
		length = 1 + test_random_below(40);
		for (size_t i = 0; i < length; i++) {
			out[i] = letters[test_random_below(sizeof(letters) - 1)];
		}
		out[length] = '\0';
		break;
	case CONFIG_ALIAS:
		out[0] = '\0';
		break;
	}
}

/* Several global and port values, some of them refused, as a file of mistakes and all. */
static void random_settings(void)
{
	static const char *const sections[] = { "[global]", "[eth0]", "[eth1]" };

	for (int i = 0; i < 60; i++) {
		const struct config_option *option = &config_options[test_random_below(config_option_count)];
		char value[512], text[1024];

		random_value(option, value, sizeof(value));
		snprintf(text, sizeof(text), "%s\n%s %s\n", sections[test_random_below(3)], option->name,
			 value);
		(void)parse_more(text); /* a refused value is as good as none */
	}
}

static bool is_same_port(const struct gn_port_config *a, const struct gn_port_config *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

TEST(the_printed_configuration_parses_to_the_same_configuration)
{
	for (int round = 0; round < 500; round++) {
		struct config again;
		struct said complaints;

		start();
		random_settings();
		printed[0] = '\0';
		config_print(&config, print_line, NULL);
		said_start(&complaints, &again);
		CHECK(config_parse_text(&again, printed, strlen(printed)));
		CHECK_STR_EQ(complaints.text, "");
		CHECK_EQ(again.gn.port_count, config.gn.port_count);
		for (size_t i = 0; i < config.gn.port_count; i++) {
			CHECK(is_same_port(&again.gn.ports[i], &config.gn.ports[i]));
		}
		free(again.gn.ports);
		again.gn.ports = config.gn.ports;
		CHECK_MEM_EQ(&again.gn, &config.gn, sizeof(config.gn));
		free(again.port_flags);
	}
}

TEST(a_completed_configuration_completes_to_itself)
{
	for (int round = 0; round < 300; round++) {
		struct config again;
		struct said complaints;

		start();
		CHECK(config_add_port(&config, "eth0") != NULL);
		random_settings();
		if (config_complete(&config) != CONFIG_FINE) {
			continue;
		}
		printed[0] = '\0';
		config_print(&config, print_line, NULL);
		said_start(&complaints, &again);
		CHECK(config_parse_text(&again, printed, strlen(printed)));
		CHECK_EQ(config_complete(&again), CONFIG_FINE);
		CHECK(is_same_port(&again.gn.ports[0], &config.gn.ports[0]));
		free(again.gn.ports);
		again.gn.ports = config.gn.ports;
		CHECK_MEM_EQ(&again.gn, &config.gn, sizeof(config.gn));
		free(again.port_flags);
	}
}

TEST(any_octets_are_parsed_without_harm)
{
	static const char alphabet[] =
		"[]# \n\t\0global eth0 priority1 5 table_id unicast_master_table L2 UDPv4 1:.";

	for (int round = 0; round < 3000; round++) {
		char text[3000];
		size_t size = test_random_below(sizeof(text));

		for (size_t i = 0; i < size; i++) {
			text[i] = test_random_below(20) ? alphabet[test_random_below(sizeof(alphabet) - 1)]
							: (char)test_random();
		}
		if (test_random_below(2)) {
			memcpy(text, "[unicast_master_table]\ntable_id 1\n", size < 34 ? size : 34);
		}
		start();
		(void)config_parse_text(&config, text, size); /* any verdict will do */
	}
}
