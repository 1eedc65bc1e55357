/* src/config/check_test.c -- what values imply, and which sets of them are no clock. */
#include "config/said_test.h"

static struct config config;
static struct said said;

/* Parses "[global]" with these lines, adds eth0 and completes. */
static enum config_verdict complete(const char *lines)
{
	char text[4096];

	config_free(&config);
	said_start(&said, &config);
	snprintf(text, sizeof(text), "[global]\n%s\n[eth0]\n", lines);
	CHECK(config_parse_text(&config, text, strlen(text)));
	return config_complete(&config);
}

static void check_bad(const char *lines, const char *expected)
{
	CHECK_EQ(complete(lines), CONFIG_BAD);
	CHECK_STR_EQ(said.text, expected);
}

static void check_fine(const char *lines)
{
	CHECK_EQ(complete(lines), CONFIG_FINE);
	CHECK_STR_EQ(said.text, "");
}

static const char *repeat(const char *symbol, size_t count, const char *end)
{
	static char text[2048];

	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		strcat(text, symbol);
	}
	return strcat(text, end);
}

static bool is_fine_description(const char *option, const char *text)
{
	char line[2048];

	snprintf(line, sizeof(line), "%s %s", option, text);
	return complete(line) == CONFIG_FINE;
}

TEST(the_defaults_and_one_interface_are_a_clock)
{
	check_fine("");
}

TEST(descriptions_are_counted_in_symbols_and_limited_to_255_octets)
{
	CHECK(is_fine_description("productDescription", repeat("a", 62, ";;")));
	CHECK(!is_fine_description("productDescription", repeat("a", 63, ";;")));
	CHECK(is_fine_description("productDescription", repeat("\xC3\xA4", 62, ";;")));
	CHECK(!is_fine_description("productDescription", repeat("\xC3\xA4", 63, ";;")));
	CHECK(is_fine_description("revisionData", repeat("\xE2\x82\xAC", 30, ";;")));
	CHECK(!is_fine_description("revisionData", repeat("\xE2\x82\xAC", 31, ";;")));
	CHECK(is_fine_description("userDescription", repeat("a", 128, "")));
	CHECK(!is_fine_description("userDescription", repeat("a", 129, "")));
	CHECK(is_fine_description("userDescription", repeat("\xC3\xA4", 127, "")));
	CHECK(!is_fine_description("userDescription", repeat("\xC3\xA4", 128, "")));
	CHECK(is_fine_description("userDescription", repeat("\xE3\x81\x82", 85, "")));
	CHECK(!is_fine_description("userDescription", repeat("\xE3\x81\x82", 86, "")));
	CHECK(is_fine_description("userDescription", ";"));
}

TEST(product_and_revision_have_two_semicolons)
{
	check_bad("productDescription a", "<3>invalid productDescription 'a'\n");
	check_bad("productDescription a;b;c;d", "<3>invalid productDescription 'a;b;c;d'\n");
	check_bad("revisionData a;b", "<3>invalid revisionData 'a;b'\n");
	check_fine("productDescription a;b;c\nrevisionData 1;2;3");
}

TEST(identities_are_hexadecimal)
{
	check_bad("manufacturerIdentity 00:00", "<3>invalid manufacturerIdentity '00:00'\n");
	check_bad("manufacturerIdentity 00:00:0g", "<3>invalid manufacturerIdentity '00:00:0g'\n");
	check_bad("manufacturerIdentity 00:00:000", "<3>invalid manufacturerIdentity '00:00:000'\n");
	check_bad("manufacturerIdentity 00:00:00:00", "<3>invalid manufacturerIdentity '00:00:00:00'\n");
	check_fine("manufacturerIdentity 1:aB:00");
	check_bad("clockIdentity x", "<3>failed to set clock identity\n");
	check_bad("clockIdentity 123456.7890.abcde", "<3>failed to set clock identity\n");
	check_bad("clockIdentity 123456.7890.abcdef0", "<3>failed to set clock identity\n");
	check_fine("clockIdentity 123456.7890.abcdef");
	check_bad("profileIdentity 1:2:3",
		  "<3>failed to set profile identity\n<3>failed to open port eth0\n");
	check_fine("profileIdentity 00:1b:19:00:02:00");
}

TEST(a_clock_that_never_serves_has_class_255)
{
	check_fine("clientOnly 1");
	CHECK_EQ(config.gn.clock_class, 255);
	check_fine("gmCapable 0\nclockClass 6");
	CHECK_EQ(config.gn.clock_class, 255);
	check_fine("clockClass 6");
	CHECK_EQ(config.gn.clock_class, 6);
	check_bad("clientOnly 1\ngmCapable 0", "<3>Cannot mix 1588 clientOnly with 802.1AS !gmCapable\n");
}

TEST(one_step_and_the_two_step_flag_agree)
{
	static const char one_step_only[] = "<3>one step is only possible with hardware time stamping\n";

	check_bad("time_stamping software\ntwoStepFlag 0", one_step_only);
	check_bad("time_stamping legacy\ntwoStepFlag 0", one_step_only);
	CHECK_EQ(complete("twoStepFlag 0"), CONFIG_FINE);
	CHECK_EQ(config.gn.time_stamping, GN_STAMPING_ONESTEP);
	CHECK_STR_EQ(said.text, "<7>upgrading to one step time stamping in order to match the twoStepFlag\n");
	CHECK_EQ(complete("time_stamping p2p1step"), CONFIG_FINE);
	CHECK_EQ(config.gn.two_step_flag, 0);
	CHECK_STR_EQ(said.text, "<7>one step mode implies twoStepFlag=0, clearing twoStepFlag to match\n");
	check_fine("time_stamping onestep\ntwoStepFlag 0");
	check_fine("time_stamping software");
	CHECK_EQ(config.gn.two_step_flag, 1);
}

TEST(who_writes_for_ntpd_leaves_leap_seconds_to_it_and_doubts_no_frequency)
{
	check_fine("clock_servo ntpshm");
	CHECK_EQ(config.gn.kernel_leap, 0);
	CHECK_EQ(config.gn.sanity_freq_limit, 0);
	check_fine("clock_servo ntpshm\nkernel_leap 1\nsanity_freq_limit 5\nntpshm_segment -3");
	CHECK_EQ(config.gn.kernel_leap, 0);
	CHECK_EQ(config.gn.sanity_freq_limit, 0);
	CHECK_EQ(config.gn.ntpshm_segment, -3);
	check_fine("clock_servo refclock_sock\nrefclock_sock_address /run/x");
	CHECK_EQ(config.gn.kernel_leap, 1);
	CHECK_EQ(config.gn.sanity_freq_limit, 200000000);
	CHECK_STR_EQ(config.gn.refclock_sock_address, "/run/x");
}

TEST(a_virtual_clock_is_nothing_to_an_ntp_daemon)
{
	static const char said_of_it[] =
		"<3>clock_servo ntpshm and refclock_sock are for the system clock, which an NTP "
		"daemon steers: leave out clock virtual\n";

	check_bad("clock_servo ntpshm\nclock virtual", said_of_it);
	check_bad("clock_servo refclock_sock\nclock virtual", said_of_it);
	check_fine("clock_servo refclock_sock\nclock system");
	check_fine("clock_servo linreg\nclock virtual");
}

TEST(without_bmca_a_port_needs_a_role)
{
	static const char needs_role[] =
		"<3>Please enable at least one of serverOnly or clientOnly when BMCA == noop.\n\n"
		"<3>failed to open port eth0\n";

	check_bad("BMCA noop", needs_role);
	check_bad("[eth0]\nBMCA noop", needs_role);
	check_fine("BMCA noop\nserverOnly 1");
	check_fine("BMCA noop\nclientOnly 1");
	check_fine("BMCA noop\n[eth0]\nserverOnly 1");
	check_bad("BMCA noop\nserverOnly 1\n[eth0]\nserverOnly 0", needs_role);
}

TEST(a_port_without_delay_requests_has_a_capable_neighbour_by_decree)
{
	static const char needs_true[] = "<3>inhibit_delay_req can only be set when asCapable == 'true'.\n"
					 "<3>failed to open port eth0\n";

	check_bad("inhibit_delay_req 1", needs_true);
	check_fine("inhibit_delay_req 1\nasCapable true");
	check_fine("delay_mechanism NONE");
	CHECK_EQ(config.gn.ports[0].inhibit_delay_req, 1);
}

TEST(several_interfaces_are_refused_as_a_boundary_clock)
{
	CHECK_EQ(complete("[eth1]"), CONFIG_REFUSED);
	CHECK_STR_EQ(said.text,
		     "2 interfaces (eth1, eth0) make a boundary clock, which is not available in this "
		     "version: give one interface\n");
	CHECK_EQ(complete("[eth1]\n[eth2]"), CONFIG_REFUSED);
	CHECK_STR_EQ(said.text,
		     "3 interfaces (eth1, eth2, ...) make a boundary clock, which is not available in this "
		     "version: give one interface\n");
}

TEST(several_interfaces_are_a_clock_to_a_driver_that_takes_them)
{
	static const char text[] = "[global]\n[eth1]\n[eth2]\n";

	config_free(&config);
	said_start(&said, &config);
	config.takes_several_ports = true;
	CHECK(config_parse_text(&config, text, strlen(text)));
	CHECK_EQ(config_complete(&config), CONFIG_FINE);
	CHECK_STR_EQ(said.text, "");
	CHECK_EQ(config.gn.port_count, 2);
}

TEST(of_several_mistakes_the_first_in_linuxptps_order_is_named)
{
	check_bad("twoStepFlag 0\ntime_stamping software\nclientOnly 1\ngmCapable 0\nmanufacturerIdentity x\n"
		  "revisionData x\nproductDescription x",
		  "<3>invalid productDescription 'x'\n");
	check_bad("twoStepFlag 0\ntime_stamping software\nclientOnly 1\ngmCapable 0\nmanufacturerIdentity x",
		  "<3>invalid manufacturerIdentity 'x'\n");
	check_bad("twoStepFlag 0\ntime_stamping software\nclientOnly 1\ngmCapable 0",
		  "<3>Cannot mix 1588 clientOnly with 802.1AS !gmCapable\n");
	check_bad("twoStepFlag 0\ntime_stamping software\nclockIdentity x",
		  "<3>one step is only possible with hardware time stamping\n");
}
