/* src/config/options.c -- the table of options.
 *
 * A row is an option's whole truth: reading, range check, default, long options, printing and the manual page follow
 * from it. The order is linuxptp's, since an abbreviated long option means the first that it fits; ours come last. */
#include "config/config.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

/* What this version lacks, in the words of the refusal "option x: ... not available in this version". */
#define UNICAST "unicast negotiation is"
#define COMMON_LINK_DELAY "the common mean link delay service is"
#define AUTHENTICATION "authentication is"
#define POWER_PROFILE "the power profile (IEEE C37.238) is"
#define TELECOM "the telecom profiles' data set comparison (G.8275) is"
#define BOUNDARY "a boundary clock is"
#define TRANSPARENT "a transparent clock is"
#define NETSYNC "the NetSync Monitor is"
#define EVENT_MONITOR "monitoring of time receiver events is"
#define RATE_TLV "the interface rate TLV is"

static const struct config_label as_capable_labels[] = {
	{ "true", GN_AS_CAPABLE_TRUE },
	{ "auto", GN_AS_CAPABLE_AUTO },
	{ NULL },
};

static const struct config_label bmca_labels[] = {
	{ "ptp", GN_BMCA_PTP },
	{ "noop", GN_BMCA_NOOP },
	{ NULL },
};

static const struct config_label servo_labels[] = {
	{ "pi", GN_SERVO_PI },
	{ "linreg", GN_SERVO_LINREG },
	{ "ntpshm", GN_SERVO_NTPSHM },
	{ "nullf", GN_SERVO_NULL },
	{ "refclock_sock", GN_SERVO_REFCLOCK_SOCK },
	{ "adaptive", GN_SERVO_ADAPTIVE },
	{ NULL },
};

/* As CLOCK_DESCRIPTION has it (15.5.3.1.2, clockType) */
static const struct config_label clock_type_labels[] = {
	{ "OC", 0x8000 },
	{ "BC", 0x4000, BOUNDARY },
	{ "P2P_TC", 0x2000, TRANSPARENT },
	{ "E2E_TC", 0x1000, TRANSPARENT },
	{ NULL },
};

static const struct config_label comparison_labels[] = {
	{ "ieee1588", 0 },
	{ "G.8275.x", 1, TELECOM },
	{ NULL },
};

static const struct config_label filter_labels[] = {
	{ "moving_average", GN_FILTER_MOVING_AVERAGE },
	{ "moving_median", GN_FILTER_MOVING_MEDIAN },
	{ NULL },
};

static const struct config_label delay_labels[] = {
	{ "Auto", GN_DELAY_AUTO }, { "E2E", GN_DELAY_E2E },
	{ "P2P", GN_DELAY_P2P },   { "COMMON_P2P", GN_DELAY_COMMON_P2P, COMMON_LINK_DELAY },
	{ "NONE", GN_DELAY_NONE }, { NULL },
};

static const struct config_label hwts_filter_labels[] = {
	{ "normal", GN_HWTS_FILTER_NORMAL },
	{ "check", GN_HWTS_FILTER_CHECK },
	{ "full", GN_HWTS_FILTER_FULL },
	{ NULL },
};

static const struct config_label transport_labels[] = {
	{ "L2", GN_PROTOCOL_IEEE_802_3 },
	{ "UDPv4", GN_PROTOCOL_UDP_IPV4 },
	{ "UDPv6", GN_PROTOCOL_UDP_IPV6 },
	{ NULL },
};

static const struct config_label power_labels[] = {
	{ "none", 0 },
	{ "2011", 1, POWER_PROFILE },
	{ "2017", 2, POWER_PROFILE },
	{ NULL },
};

static const struct config_label stamping_labels[] = {
	{ "software", GN_STAMPING_SOFTWARE }, { "hardware", GN_STAMPING_HARDWARE },
	{ "legacy", GN_STAMPING_LEGACY },     { "onestep", GN_STAMPING_ONESTEP },
	{ "p2p1step", GN_STAMPING_P2P1STEP }, { NULL },
};

/* The kernel's PTP_RISING_EDGE and PTP_FALLING_EDGE */
static const struct config_label edge_labels[] = {
	{ "rising", 0x02 },
	{ "falling", 0x04 },
	{ "both", 0x06 },
	{ NULL },
};

static const struct config_label tsproc_labels[] = {
	{ "filter", GN_TSPROC_FILTER },
	{ "raw", GN_TSPROC_RAW },
	{ "filter_weight", GN_TSPROC_FILTER_WEIGHT },
	{ "raw_weight", GN_TSPROC_RAW_WEIGHT },
	{ NULL },
};

static const struct config_label clock_labels[] = {
	{ "stamping", GN_CLOCK_BY_STAMPING },
	{ "system", GN_CLOCK_SYSTEM },
	{ "phc", GN_CLOCK_PHC },
	{ "virtual", GN_CLOCK_VIRTUAL },
	{ NULL },
};

/* clang-format off */
#define MEMBER(type, member) .offset = offsetof(struct type, member), .size = sizeof(((struct type *)NULL)->member)
#define GLOBAL(member) .scope = CONFIG_GLOBAL, MEMBER(gn_config, member)
#define PORT(member) .scope = CONFIG_PORT, MEMBER(gn_port_config, member)
#define GLOBAL_NOWHERE .scope = CONFIG_GLOBAL, .offset = CONFIG_NOWHERE
#define PORT_NOWHERE .scope = CONFIG_PORT, .offset = CONFIG_NOWHERE

#define NUMBER_IS(min_, max_, normal_, unit_) .min = min_, .max = max_, .normal = normal_, .unit = unit_
#define INT(name_, place, min_, max_, normal_, unit_, meaning_, ...)                                                   \
	{ .name = name_, .type = CONFIG_INT, place, NUMBER_IS(min_, max_, normal_, unit_), .meaning = meaning_, __VA_ARGS__ }
#define UINT(name_, place, min_, max_, normal_, unit_, meaning_, ...)                                                  \
	{ .name = name_, .type = CONFIG_UINT, place, NUMBER_IS(min_, max_, normal_, unit_), .meaning = meaning_, __VA_ARGS__ }
#define DOUBLE(name_, place, min_, max_, normal_, unit_, meaning_, ...)                                                \
	{ .name = name_, .type = CONFIG_DOUBLE, place, NUMBER_IS(min_, max_, normal_, unit_), .meaning = meaning_, __VA_ARGS__ }
#define ENUM(name_, place, labels_, text_, meaning_, ...)                                                              \
	{ .name = name_, .type = CONFIG_ENUM, place, .labels = labels_, .text = text_, .meaning = meaning_, __VA_ARGS__ }
#define STRING(name_, place, text_, meaning_, ...)                                                                     \
	{ .name = name_, .type = CONFIG_STRING, place, .text = text_, .meaning = meaning_, __VA_ARGS__ }
#define ALIAS(name_, scope_, text_, meaning_, ...)                                                                     \
	{ .name = name_, .type = CONFIG_ALIAS, scope_##_NOWHERE, .text = text_, .meaning = meaning_, __VA_ARGS__ }
#define OF_OTHERS .is_of_others = true
#define NATIVE .is_native = true
#define ASAP_IS(value) .has_asap = true, .asap = value

const struct config_option config_options[] = {
	UINT("active_key_id", PORT_NOWHERE, 0, UINT32_MAX, 0, "key id",
	     "The key of the security association that signs outgoing messages. 0: none.", .refused = AUTHENTICATION),
	INT("allow_unauth", PORT_NOWHERE, 0, 2, 0, "",
	    "How far a management client trusts answers that are not authenticated.", .refused = AUTHENTICATION),
	INT("allowedLostResponses", PORT(allowed_lost_responses), 1, 255, 3, "count",
	    "Pdelay responses in a row that may be missing before the port stops being asCapable."),
	INT("announceReceiptTimeout", PORT(announce_receipt_timeout), 2, 255, 3, "announce intervals",
	    "A port that hears no Announce for so many of its intervals gives up its time transmitter."),
	ENUM("asCapable", PORT(as_capable), as_capable_labels, "auto",
	     "true takes the neighbour for capable of 802.1AS without proof, auto measures it."),
	INT("assume_two_step", GLOBAL(assume_two_step), 0, 1, 0, "",
	    "1 treats every Sync and Pdelay_Resp as two-step, for senders that forget the flag."),
	INT("boundary_clock_jbod", PORT(boundary_clock_jbod), 0, 1, 0, "",
	    "1 lets the ports of a boundary clock have different hardware clocks.", .refused = BOUNDARY),
	ENUM("BMCA", PORT(bmca), bmca_labels, "ptp",
	     "ptp runs the best time transmitter clock algorithm; noop gives every port its configured "
	     "role for good."),
	INT("check_fup_sync", GLOBAL(check_fup_sync), 0, 1, 0, "",
	    "1 uses a Follow_Up that overtook its Sync only if software stamps prove that the Sync came first."),
	INT("clientOnly", GLOBAL(client_only), 0, 1, 0, "",
	    "1 makes a clock that only follows and never serves time; clockClass becomes 255."),
	INT("clockAccuracy", GLOBAL(clock_accuracy), 0, 255, 0xFE, "enum8",
	    "clockAccuracy of this clock as grandmaster, an enumeration of IEEE 1588 (0x21 is 100 ns, 0xFE unknown)."),
	INT("clockClass", GLOBAL(clock_class), 0, 255, 248, "class",
	    "clockClass of this clock. Up to 127 it never follows another."),
	STRING("clockIdentity", GLOBAL(clock_identity), "000000.0000.000000",
	       "The clock's identity as xxxxxx.xxxx.xxxxxx. All zero derives it from the first interface's address."),
	INT("clock_class_threshold", GLOBAL(clock_class_threshold), 6, 248, 248, "class",
	    "Grandmasters of a larger clockClass are not followed."),
	ENUM("clock_servo", GLOBAL(servo.kind), servo_labels, "pi",
	     "The controller that turns offsets into a clock rate: pi and linreg steer, nullf leaves the rate "
	     "alone and only steps, adaptive estimates offset, delay and frequency together and needs no tuning "
	     "(gnomon run and gnomon sim take it unless told otherwise); "
	     "ntpshm and refclock_sock hand the offsets to an NTP daemon, which owns the clock."),
	ENUM("clock_type", GLOBAL(clock_type), clock_type_labels, "OC", "The kind of PTP Instance."),
	STRING("cmlds.client_address", PORT_NOWHERE, "/var/run/cmlds_client",
	       "The socket on which a port hears from the common mean link delay "
	       "service.", .refused = COMMON_LINK_DELAY),
	INT("cmlds.domainNumber", PORT_NOWHERE, 0, 255, 0, "domain",
	    "domainNumber of messages to the common mean link delay service.", .refused = COMMON_LINK_DELAY),
	INT("cmlds.majorSdoId", PORT_NOWHERE, 0, 15, 2, "sdoId",
	    "majorSdoId of messages to the common mean link delay service.", .refused = COMMON_LINK_DELAY),
	INT("cmlds.port", PORT_NOWHERE, 0, 65535, 0, "port number",
	    "The port of the common mean link delay service that measures this link. 0: of the same "
	    "number.", .refused = COMMON_LINK_DELAY),
	STRING("cmlds.server_address", PORT_NOWHERE, "/var/run/cmlds_server",
	       "The socket of the common mean link delay service.", .refused = COMMON_LINK_DELAY),
	ENUM("dataset_comparison", GLOBAL_NOWHERE, comparison_labels, "ieee1588",
	     "The comparison of data sets: that of IEEE 1588, or that of the ITU-T telecom profiles."),
	INT("delayAsymmetry", PORT(delay_asymmetry), INT32_MIN, INT32_MAX, 0, "ns",
	    "How much longer the path from the time transmitter is than the mean of both ways."),
	ENUM("delay_filter", PORT(delay_filter), filter_labels, "moving_median",
	     "The filter of the measured delay."),
	INT("delay_filter_length", PORT(delay_filter_length), 1, INT32_MAX, 10, "samples",
	    "How many measured delays the filter holds."),
	DOUBLE("delay_request_variability", PORT(delay_request_variability), 0.0, 1.0, 1.0, "factor",
	       "Spread of the Delay_Req intervals: uniform in 1 - v to 1 + v times the mean."),
	ENUM("delay_mechanism", PORT(delay_mechanism), delay_labels, "E2E",
	     "How the delay is measured: end to end, peer to peer, whichever the network shows (Auto), or "
	     "not at all."),
	INT("delay_response_timeout", PORT(delay_response_timeout), 0, 255, 0, "count",
	    "Delay_Resp missing in a row that count as a synchronization fault. 0: any number is no fault."),
	INT("dscp_event", GLOBAL(dscp_event), 0, 63, 0, "DSCP",
	    "DiffServ code point of event messages over UDP. 0: the system's."),
	INT("dscp_general", GLOBAL(dscp_general), 0, 63, 0, "DSCP",
	    "DiffServ code point of general messages over UDP. 0: the system's."),
	INT("domainNumber", GLOBAL(domain_number), 0, 255, 0, "domain", "The PTP domain."),
	INT("egressLatency", PORT(egress_latency), INT32_MIN, INT32_MAX, 0, "ns",
	    "Time from the transmit timestamp to the wire; added to every transmit timestamp."),
	INT("fault_badpeernet_interval", PORT(fault_badpeernet_interval), INT32_MIN, INT32_MAX, 16, "s (linear)",
	    "How long a port rests after several nodes answered one Pdelay_Req. ASAP: not at all.", ASAP_IS(0)),
	INT("fault_reset_interval", PORT(fault_reset_interval), -128, 127, 4, "log2 s",
	    "How long a port rests after a fault. ASAP or -128: not at all.", ASAP_IS(-128)),
	DOUBLE("first_step_threshold", GLOBAL(servo.first_step_threshold), 0.0, DBL_MAX, 0.00002, "s",
	       "The clock is stepped at the start if it is off by more than this. 0: never."),
	INT("follow_up_info", PORT(follow_up_info), 0, 1, 0, "",
	    "1 sends, and asks for, the 802.1AS information TLV in Follow_Up."),
	INT("free_running", GLOBAL(free_running), 0, 1, 0, "",
	    "1 measures and reports but leaves the clock alone."),
	INT("freq_est_interval", PORT(freq_est_interval), INT32_MIN, INT32_MAX, 1, "log2 s",
	    "Over what time the rate ratio of two clocks is estimated."),
	INT("G.8275.defaultDS.localPriority", GLOBAL_NOWHERE, 1, 255, 128, "",
	    "localPriority of this clock in the comparison of the telecom profiles.", .refused = TELECOM),
	INT("G.8275.portDS.localPriority", PORT_NOWHERE, 1, 255, 128, "",
	    "localPriority given to what the port hears, in the comparison of the telecom "
	    "profiles.", .refused = TELECOM),
	INT("gmCapable", GLOBAL(gm_capable), 0, 1, 1, "",
	    "0 says that this clock can never be a grandmaster (802.1AS); clockClass becomes 255."),
	ENUM("hwts_filter", GLOBAL(hwts_filter), hwts_filter_labels, "normal",
	     "How the interface's receive filter is set: for PTP events, not at all but checked, or to "
	     "stamp every packet."),
	INT("hybrid_e2e", PORT_NOWHERE, 0, 1, 0, "",
	    "1 sends Delay_Req by unicast while Sync and Announce stay multicast.", .refused = UNICAST),
	INT("ignore_source_id", PORT(ignore_source_id), 0, 1, 0, "",
	    "1 takes Sync, Follow_Up and Delay_Resp from whoever sends them."),
	INT("ignore_transport_specific", PORT(ignore_transport_specific), 0, 1, 0, "",
	    "1 accepts messages of any majorSdoId."),
	INT("ingressLatency", PORT(ingress_latency), INT32_MIN, INT32_MAX, 0, "ns",
	    "Time from the wire to the receive timestamp; subtracted from every receive timestamp."),
	INT("inhibit_announce", PORT(inhibit_announce), 0, 1, 0, "",
	    "1 sends no Announce and lets its absence be no event."),
	INT("inhibit_delay_req", PORT(inhibit_delay_req), 0, 1, 0, "",
	    "1 sends no Delay_Req and no Pdelay_Req; needs asCapable true."),
	INT("inhibit_multicast_service", PORT_NOWHERE, 0, 1, 0, "",
	    "1 serves time by unicast alone.", .refused = UNICAST),
	INT("initial_delay", GLOBAL(initial_delay), 0, INT32_MAX, 0, "ns",
	    "Path delay to assume until one is measured. 0: wait for the measurement."),
	INT("interface_rate_tlv", PORT_NOWHERE, 0, 1, 0, "",
	    "1 tells the interface's bit rate while negotiating unicast.", .refused = RATE_TLV),
	INT("kernel_leap", GLOBAL(kernel_leap), 0, 1, 1, "",
	    "1 leaves the leap second of the system clock to the kernel, 0 has the servo do it."),
	STRING("leapfile", GLOBAL_NOWHERE, "", "The list of leap seconds.", OF_OTHERS),
	INT("logAnnounceInterval", PORT(log_announce_interval), -128, 127, 1, "log2 s",
	    "Time between Announce messages."),
	INT("logMinDelayReqInterval", PORT(log_min_delay_req_interval), -128, 127, 0, "log2 s",
	    "The least mean time between Delay_Req messages, as told to time receivers."),
	INT("logMinPdelayReqInterval", PORT(log_min_pdelay_req_interval), -128, 127, 0, "log2 s",
	    "Time between Pdelay_Req messages."),
	INT("logSyncInterval", PORT(log_sync_interval), -128, 127, 0, "log2 s",
	    "Time between Sync messages."),
	INT("logging_level", GLOBAL(logging_level), 0, 7, 6, "syslog level",
	    "The highest level that is written: 0 emergency .. 3 error, 4 warning, 5 notice, 6 "
	    "information, 7 debugging."),
	ALIAS("masterOnly", PORT, "serverOnly", "Old name of serverOnly."),
	INT("maxStepsRemoved", GLOBAL(max_steps_removed), 2, 255, 255, "count",
	    "Announce messages from so many steps away, or more, are not believed."),
	STRING("message_tag", GLOBAL(message_tag), "",
	       "A text before every line of the log; {level} in it becomes the line's level."),
	STRING("manufacturerIdentity", GLOBAL(manufacturer_identity), "00:00:00",
	       "The manufacturer's OUI in the clock description, as xx:xx:xx."),
	INT("max_frequency", GLOBAL(servo.max_frequency), 0, INT32_MAX, 900000000, "ppb",
	    "The greatest rate correction to apply. 0: what the clock can."),
	INT("min_neighbor_prop_delay", PORT(min_neighbor_prop_delay), INT32_MIN, -1, -20000000, "ns",
	    "A measured link delay below this makes the port not asCapable."),
	INT("msg_interval_request", PORT(msg_interval_request), 0, 1, 0, "",
	    "1 asks for the oper intervals once the servo is locked and stable."),
	INT("neighborPropDelayThresh", PORT(neighbor_prop_delay_thresh), 0, INT32_MAX, 20000000, "ns",
	    "A measured link delay above this makes the port not asCapable."),
	INT("net_sync_monitor", PORT_NOWHERE, 0, 1, 0, "",
	    "1 answers NetSync Monitor requests.", .refused = NETSYNC),
	ENUM("network_transport", PORT(network_transport), transport_labels, "UDPv4",
	     "What carries the messages."),
	INT("ntpshm_segment", GLOBAL(ntpshm_segment), INT32_MIN, INT32_MAX, 0, "segment",
	    "Number of the shared memory segment in which an NTP daemon finds the samples of clock_servo ntpshm."),
	INT("offsetScaledLogVariance", GLOBAL(offset_scaled_log_variance), 0, 0xFFFF, 0xFFFF, "",
	    "offsetScaledLogVariance of this clock as grandmaster."),
	INT("operLogPdelayReqInterval", PORT(oper_log_pdelay_req_interval), -128, 127, 0, "log2 s",
	    "Time between Pdelay_Req messages once the servo is locked and stable (msg_interval_request)."),
	INT("operLogSyncInterval", PORT(oper_log_sync_interval), -128, 127, 0, "log2 s",
	    "Time between Sync messages asked for once the servo is locked and stable (msg_interval_request)."),
	STRING("p2p_dst_ipv4", PORT(p2p_dst_ipv4), "224.0.0.107", "Where peer delay messages go over IPv4."),
	STRING("p2p_dst_ipv6", PORT(p2p_dst_ipv6), "FF02:0:0:0:0:0:0:6B",
	       "Where peer delay messages go over IPv6."),
	STRING("p2p_dst_mac", PORT(p2p_dst_mac), "01:80:C2:00:00:0E",
	       "Where peer delay messages go over Ethernet."),
	INT("path_trace_enabled", PORT(path_trace_enabled), 0, 1, 0, "",
	    "1 adds and reads the list of clocks that an Announce has passed."),
	INT("phc_index", PORT(phc_index), -1, INT32_MAX, -1, "index",
	    "The hardware clock /dev/ptpN of the port. -1: the one its interface has."),
	DOUBLE("pi_integral_const", GLOBAL(servo.pi_integral_const), 0.0, DBL_MAX, 0.0, "",
	       "The PI servo's integral gain. 0: from scale, exponent and norm_max."),
	DOUBLE("pi_integral_exponent", GLOBAL(servo.pi_integral_exponent), -DBL_MAX, DBL_MAX, 0.4, "",
	       "ki = scale * interval^exponent."),
	DOUBLE("pi_integral_norm_max", GLOBAL(servo.pi_integral_norm_max), DBL_MIN, 2.0, 0.3, "",
	       "ki is at most this divided by the sync interval."),
	DOUBLE("pi_integral_scale", GLOBAL(servo.pi_integral_scale), 0.0, DBL_MAX, 0.0, "",
	       "ki = scale * interval^exponent. 0: 0.3 with hardware stamps, 0.001 with software stamps."),
	DOUBLE("pi_proportional_const", GLOBAL(servo.pi_proportional_const), 0.0, DBL_MAX, 0.0, "",
	       "The PI servo's proportional gain. 0: from scale, exponent and norm_max."),
	DOUBLE("pi_proportional_exponent", GLOBAL(servo.pi_proportional_exponent), -DBL_MAX, DBL_MAX, -0.3, "",
	       "kp = scale * interval^exponent."),
	DOUBLE("pi_proportional_norm_max", GLOBAL(servo.pi_proportional_norm_max), DBL_MIN, 1.0, 0.7, "",
	       "kp is at most this divided by the sync interval."),
	DOUBLE("pi_proportional_scale", GLOBAL(servo.pi_proportional_scale), 0.0, DBL_MAX, 0.0, "",
	       "kp = scale * interval^exponent. 0: 0.7 with hardware stamps, 0.1 with software stamps."),
	ENUM("power_profile.version", PORT_NOWHERE, power_labels, "none",
	     "The IEEE C37.238 edition whose TLV goes with Announce."),
	INT("power_profile.2011.grandmasterTimeInaccuracy", PORT_NOWHERE, -1, INT32_MAX, -1, "ns",
	    "grandmasterTimeInaccuracy of the 2011 TLV. -1: unknown.", .refused = POWER_PROFILE),
	INT("power_profile.2011.networkTimeInaccuracy", PORT_NOWHERE, -1, INT32_MAX, -1, "ns",
	    "networkTimeInaccuracy of the 2011 TLV. -1: unknown.", .refused = POWER_PROFILE),
	INT("power_profile.2017.totalTimeInaccuracy", PORT_NOWHERE, -1, INT32_MAX, -1, "ns",
	    "totalTimeInaccuracy of the 2017 TLV. -1: unknown.", .refused = POWER_PROFILE),
	INT("power_profile.grandmasterID", PORT_NOWHERE, 0, 65535, 0, "",
	    "Short grandmaster number in the power profile's TLV.", .refused = POWER_PROFILE),
	INT("priority1", GLOBAL(priority1), 0, 255, 128, "",
	    "priority1 of this clock: of two clocks the smaller wins, before any quality is looked at."),
	INT("priority2", GLOBAL(priority2), 0, 255, 128, "",
	    "priority2 of this clock: of two clocks of equal quality the smaller wins."),
	STRING("productDescription", GLOBAL(product_description), ";;",
	       "manufacturer;model;instance in the clock description: two semicolons, at most 64 symbols."),
	STRING("profileIdentity", PORT(profile_identity), "00:00:00:00:00:00",
	       "Identity of the PTP profile in the clock description. All zero: of the profile in use."),
	STRING("ptp_dst_ipv4", PORT(ptp_dst_ipv4), "224.0.1.129",
	       "Where messages other than peer delay go over IPv4."),
	STRING("ptp_dst_ipv6", PORT(ptp_dst_ipv6), "FF0E:0:0:0:0:0:0:181",
	       "Where messages other than peer delay go over IPv6; udp6_scope replaces its scope."),
	STRING("ptp_dst_mac", PORT(ptp_dst_mac), "01:1B:19:00:00:00",
	       "Where messages other than peer delay go over Ethernet."),
	INT("ptp_minor_version", GLOBAL(ptp_minor_version), 0, 1, 1, "",
	    "minorVersionPTP of sent messages: 1 is IEEE 1588-2019, 0 is 2008."),
	STRING("refclock_sock_address", GLOBAL(refclock_sock_address), "/var/run/refclock.ptp.sock",
	       "chrony's socket (refclock SOCK) for the samples of clock_servo refclock_sock."),
	STRING("revisionData", GLOBAL(revision_data), ";;",
	       "hardware;firmware;software in the clock description: two semicolons, at most 32 symbols."),
	STRING("sa_file", GLOBAL_NOWHERE, "",
	       "The file of security associations.", .refused = AUTHENTICATION),
	INT("sanity_freq_limit", GLOBAL(sanity_freq_limit), 0, INT32_MAX, 200000000, "ppb",
	    "The greatest rate error to believe of the uncorrected clock; beyond it the servo starts anew. "
	    "0: no check."),
	INT("serverOnly", PORT(server_only), 0, 1, 0, "",
	    "1 makes a port that serves time and never follows."),
	INT("servo_num_offset_values", GLOBAL(servo.servo_num_offset_values), 0, INT32_MAX, 10, "count",
	    "How many small offsets in a row make the servo locked and stable."),
	INT("servo_offset_threshold", GLOBAL(servo.servo_offset_threshold), 0, INT32_MAX, 0, "ns",
	    "An offset below this is small (servo_num_offset_values). 0: the servo is never locked and stable."),
	STRING("slave_event_monitor", GLOBAL_NOWHERE, "",
	       "Socket to which every measurement of a time receiver is told.", .refused = EVENT_MONITOR),
	ALIAS("slaveOnly", GLOBAL, "clientOnly", "Old name of clientOnly."),
	INT("socket_priority", GLOBAL(socket_priority), 0, 15, 0, "",
	    "SO_PRIORITY of the sockets (Ethernet transport)."),
	INT("spp", PORT_NOWHERE, -1, 255, -1, "",
	    "The security association of the port. -1: none.", .refused = AUTHENTICATION),
	DOUBLE("step_threshold", GLOBAL(servo.step_threshold), 0.0, DBL_MAX, 0.0, "s",
	       "The clock is stepped at any time if it is off by more than this. 0: only at the start."),
	INT("step_window", GLOBAL(step_window), 0, INT32_MAX, 0, "sync events",
	    "Sync messages to leave unused after a step."),
	INT("summary_interval", GLOBAL(summary_interval), INT32_MIN, INT32_MAX, 0, "log2 s",
	    "How often a summary of the offsets is written; where there is one offset in that time, it is "
	    "written itself."),
	INT("syncReceiptTimeout", PORT(sync_receipt_timeout), 0, 255, 0, "sync intervals",
	    "A time receiver that hears no Sync for so many intervals leaves its time transmitter. 0: never."),
	INT("tc_spanning_tree", GLOBAL_NOWHERE, 0, 1, 0, "",
	    "1 makes a transparent clock count as a step and forward by port state.", .refused = TRANSPARENT),
	INT("timeSource", GLOBAL(time_source), 0x10, 0xFE, 0xA0, "enum8",
	    "timeSource of this clock as grandmaster (0x10 atomic, 0x20 GNSS, 0x40 PTP, 0x50 NTP, 0xA0 own "
	    "oscillator)."),
	ENUM("time_stamping", GLOBAL(time_stamping), stamping_labels, "hardware",
	     "Who stamps event messages: the kernel, the interface, the interface asked in the oldest way, "
	     "or the interface while sending (one-step)."),
	INT("transportSpecific", PORT(transport_specific), 0, 15, 0, "nibble",
	    "majorSdoId of sent messages, and of those accepted. 802.1AS has 1."),
	INT("ts2phc.channel", PORT_NOWHERE, 0, INT32_MAX, 0, "",
	    "Channel of the external timestamps or of the periodic output.", OF_OTHERS),
	INT("ts2phc.external_pps", GLOBAL_NOWHERE, 0, 1, 0, "",
	    "1: the pulse comes from outside the clocks that the PTP daemon steers.", OF_OTHERS),
	INT("ts2phc.extts_correction", PORT_NOWHERE, INT32_MIN, INT32_MAX, 0, "ns",
	    "Added to every external timestamp.", OF_OTHERS),
	ENUM("ts2phc.extts_polarity", PORT_NOWHERE, edge_labels, "rising",
	     "The edge that is stamped.", OF_OTHERS),
	INT("ts2phc.holdover", PORT_NOWHERE, 0, INT32_MAX, 0, "s",
	    "How long to go on after the time of day was lost.", OF_OTHERS),
	INT("ts2phc.master", PORT_NOWHERE, 0, 1, 0, "",
	    "1 makes the section the source of the pulse.", OF_OTHERS),
	INT("ts2phc.nmea_baudrate", PORT_NOWHERE, 300, INT32_MAX, 9600, "bit/s",
	    "Speed of the NMEA line.", OF_OTHERS),
	INT("ts2phc.nmea_delay", PORT_NOWHERE, INT32_MIN, INT32_MAX, 0, "ns",
	    "Known delay of the NMEA sentence.", OF_OTHERS),
	STRING("ts2phc.nmea_remote_host", GLOBAL_NOWHERE, "", "Host that gives NMEA over TCP.", OF_OTHERS),
	STRING("ts2phc.nmea_remote_port", GLOBAL_NOWHERE, "", "Its TCP port.", OF_OTHERS),
	STRING("ts2phc.nmea_serialport", GLOBAL_NOWHERE, "/dev/ttyS0",
	       "Serial line that gives NMEA.", OF_OTHERS),
	INT("ts2phc.perout_phase", PORT_NOWHERE, 0, 999999999, -1, "ns",
	    "Phase of the pulse put out. Unset (-1): by an absolute start time.", OF_OTHERS),
	INT("ts2phc.pin_index", PORT_NOWHERE, 0, INT32_MAX, 0, "", "The pin to use.", OF_OTHERS),
	STRING("ts2phc.pin_name", PORT_NOWHERE, "", "The pin to use, by its driver's name.", OF_OTHERS),
	INT("ts2phc.pulserate", GLOBAL_NOWHERE, 1, 128, 1, "pulses/s", "Pulses in a second.", OF_OTHERS),
	INT("ts2phc.pulsewidth", GLOBAL_NOWHERE, 1000000, 999000000, -1, "ns",
	    "Width of the pulse. Unset (-1): half its period.", OF_OTHERS),
	STRING("ts2phc.tod_source", GLOBAL_NOWHERE, "generic",
	       "Where the time of day comes from.", OF_OTHERS),
	ENUM("tsproc_mode", PORT(tsproc_mode), tsproc_labels, "filter",
	     "How offset and delay come from the four timestamps: filtered or raw delay, with or without weight."),
	INT("twoStepFlag", GLOBAL(two_step_flag), 0, 1, 1, "",
	    "1 sends the exact time of a Sync in a Follow_Up, 0 has the interface write it into the Sync."),
	INT("tx_timestamp_timeout", GLOBAL(tx_timestamp_timeout), 1, INT32_MAX, 10, "ms",
	    "How long to wait for a transmit timestamp."),
	INT("udp_ttl", PORT(udp_ttl), 1, 255, 1, "hops", "How many hops multicast messages may make."),
	INT("udp6_scope", PORT(udp6_scope), 0, 15, 14, "nibble",
	    "Scope of the IPv6 multicast address: 2 link, 5 site, 14 global."),
	STRING("uds_address", GLOBAL(uds_address), "/var/run/ptp4l", "The management socket."),
	INT("uds_file_mode", PORT(uds_file_mode), 0, 0777, 0660, "mode",
	    "Permissions of the management socket (0660 is octal). Of the global section only."),
	STRING("uds_ro_address", GLOBAL(uds_ro_address), "/var/run/ptp4lro",
	       "The management socket that only answers."),
	INT("uds_ro_file_mode", PORT(uds_ro_file_mode), 0, 0777, 0666, "mode",
	    "Permissions of the management socket that only answers. Of the global section only."),
	INT("unicast_listen", PORT_NOWHERE, 0, 1, 0, "",
	    "1 grants unicast service to those who ask.", .refused = UNICAST),
	INT("unicast_master_table", PORT_NOWHERE, 0, INT32_MAX, 0, "table id",
	    "The table of unicast servers to ask.", .refused = UNICAST),
	INT("unicast_req_duration", PORT_NOWHERE, 10, INT32_MAX, 3600, "s",
	    "For how long unicast service is asked.", .refused = UNICAST),
	INT("use_syslog", GLOBAL(use_syslog), 0, 1, 1, "", "1 writes the log to syslog."),
	STRING("user", GLOBAL(user), "", "The user to become once everything is open."),
	STRING("userDescription", GLOBAL(user_description), "",
	       "name;location in the clock description: at most 128 symbols."),
	INT("utc_offset", GLOBAL(utc_offset), 0, INT32_MAX, 37, "s",
	    "TAI - UTC to announce as grandmaster, and to believe until it is learned."),
	INT("verbose", GLOBAL(verbose), 0, 1, 0, "", "1 writes the log to standard output too."),
	INT("write_phase_mode", GLOBAL(write_phase_mode), 0, 1, 0, "",
	    "1 hands small offsets to the clock's own phase control while locked and stable."),
	ALIAS("pi_offset_const", GLOBAL, "step_threshold",
	      "Old name of step_threshold.", .is_file_only = true),
	ALIAS("pi_f_offset_const", GLOBAL, "first_step_threshold",
	      "Old name of first_step_threshold.", .is_file_only = true),
	ALIAS("pi_max_frequency", GLOBAL, "max_frequency",
	      "Old name of max_frequency.", .is_file_only = true),
	/* Ours */
	ENUM("clock", GLOBAL(clock_kind), clock_labels, "stamping",
	     "The clock to steer: the system's, a hardware clock, a virtual one beside the system's (it needs no "
	     "privilege), or as stamping asks for: hardware stamps the interface's, software stamps the system's.", NATIVE),
	STRING("clock_name", GLOBAL(clock_name), "",
	       "Name of the virtual clock, or device of the hardware clock (/dev/ptp0).", NATIVE),
	DOUBLE("clock_initial_offset", GLOBAL(clock_initial_offset), -4294967296.0, 4294967296.0, 0.0, "s",
	       "How far from the system's time a virtual clock starts.", NATIVE),
	DOUBLE("clock_initial_frequency", GLOBAL(clock_initial_frequency), -500000000.0, 500000000.0, 0.0, "ppb",
	       "At which rate error a virtual clock starts.", NATIVE),
	DOUBLE("servo_bandwidth", GLOBAL(servo.servo_bandwidth), 0.0, 10.0, 0.0, "Hz",
	       "The adaptive servo follows the time transmitter with this bandwidth. 0: as the measurements allow.", NATIVE),
	DOUBLE("servo_damping", GLOBAL(servo.servo_damping), 0.5, 100.0, 5.0, "",
	       "Damping of the adaptive servo with servo_bandwidth: 5 has no gain peaking worth the name (0.1 dB).", NATIVE),
	INT("asymmetry_bound", GLOBAL(servo.asymmetry_bound), 0, INT32_MAX, 0, "ns",
	    "How far the path may be asymmetric without anybody knowing: added to the bound of the time error.", NATIVE),
	DOUBLE("asymmetry_hold", GLOBAL(servo.asymmetry_hold), 0.0, 86400.0, 60.0, "s",
	       "How long the adaptive servo holds back a change of one direction of the path before it follows.", NATIVE),
	STRING("frequency_memory", GLOBAL(frequency_memory), "",
	       "The directory in which the learnt frequency of the clock outlives the process. Unset: it does not. "
	       "gnomon run takes /var/lib/gnomon unless told otherwise.", NATIVE),
	STRING("temperature_source", GLOBAL(temperature_source), "",
	       "File that shows the temperature near the oscillator in thousandths of a degree, such as "
	       "/sys/class/hwmon/hwmon0/temp1_input. Read once a second for the adaptive servo.", NATIVE),
	INT("holdover_bound", GLOBAL(holdover_bound), 0, INT32_MAX, 0, "ns",
	    "A clock that lost a traceable reference announces holdover_clock_class while its time error stays within "
	    "this (99.7 %), then holdover_degraded_class. 0: it announces its own clockClass at once.", NATIVE),
	INT("holdover_clock_class", GLOBAL(holdover_clock_class), 0, 255, 135, "class",
	    "clockClass within holdover_bound: 135 as a telecom boundary clock, 7 as a former primary reference. "
	    "0: its own.", NATIVE),
	INT("holdover_degraded_class", GLOBAL(holdover_degraded_class), 0, 255, 165, "class",
	    "clockClass beyond holdover_bound: 165 as a telecom boundary clock, 52 or 187 behind 7. 0: its own.", NATIVE),
	INT("time_stamping_fallback", GLOBAL(time_stamping_fallback), 0, 1, 0, "",
	    "1 takes software stamps where the interface has no hardware stamps, and says so.", NATIVE),
	INT("tx_timestamp_losses_max", PORT(tx_timestamp_losses_max), 0, 255, 0, "count",
	    "So many transmit timestamps lost in a row are a fault of the port. 0: any number is none.", NATIVE),
};
/* clang-format on */

const size_t config_option_count = sizeof(config_options) / sizeof(config_options[0]);
_Static_assert(sizeof(config_options) / sizeof(config_options[0]) <= CONFIG_OPTIONS_MAX,
	       "flags have a place for all");
_Static_assert(sizeof(int) == 4, "values of INT32 range fit an int");

const struct config_option *config_option_find(const char *name)
{
	for (size_t i = 0; i < config_option_count; i++) {
		if (strcmp(config_options[i].name, name) == 0) {
			return &config_options[i];
		}
	}
	return NULL;
}

size_t config_option_index(const struct config_option *option)
{
	return (size_t)(option - config_options);
}

static int label_value(const struct config_label *label, const char *name)
{
	while (strcmp(label->name, name) != 0) {
		label++;
	}
	return label->value;
}

static void set_default(const struct config_option *option, void *base)
{
	char *member = (char *)base + option->offset;
	int value;

	switch (option->type) {
	case CONFIG_INT:
	case CONFIG_UINT:
		value = (int)option->normal;
		memcpy(member, &value, sizeof(value));
		break;
	case CONFIG_DOUBLE:
		memcpy(member, &option->normal, sizeof(option->normal));
		break;
	case CONFIG_ENUM:
		value = label_value(option->labels, option->text);
		memcpy(member, &value, sizeof(value));
		break;
	case CONFIG_STRING:
		snprintf(member, option->size, "%s", option->text);
		break;
	case CONFIG_ALIAS:
		break;
	}
}

void gn_config_defaults(struct gn_config *config)
{
	memset(config, 0, sizeof(*config));
	for (size_t i = 0; i < config_option_count; i++) {
		const struct config_option *option = &config_options[i];

		if (option->offset != CONFIG_NOWHERE) {
			set_default(option, option->scope == CONFIG_PORT ? (void *)&config->port : config);
		}
	}
	config->freq_est_interval = config->port.freq_est_interval; /* the clock goes by [global] */
}
