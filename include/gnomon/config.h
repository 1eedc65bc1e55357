/* include/gnomon/config.h -- everything a PTP Instance and its driver can be told.
 *
 * Made by src/config from text, or by hand on a small device. gn_config_defaults() gives the values of
 * the default profile; the members' order and units are those of the option table (src/config/options.c),
 * where each name, range and default is listed. The core reads it at gn_instance_init() only, and copies
 * what it keeps. */
#ifndef GNOMON_CONFIG_H
#define GNOMON_CONFIG_H

#include "gnomon/time.h"
#include "gnomon/types.h"

#define GN_NAME_SIZE 128 /* an interface's or a clock's name */
#define GN_PATH_SIZE 108 /* a socket's path, as struct sockaddr_un has it */
#define GN_TEXT_SIZE 516 /* 128 symbols of UTF-8 and the terminator */
#define GN_TAG_SIZE 128

enum gn_bmca_mode { GN_BMCA_PTP = 0, GN_BMCA_NOOP = 1 };
enum gn_as_capable_mode { GN_AS_CAPABLE_TRUE = 0, GN_AS_CAPABLE_AUTO = 1 };
enum gn_filter_kind { GN_FILTER_MOVING_AVERAGE = 0, GN_FILTER_MOVING_MEDIAN = 1 };
enum gn_tsproc_mode {
	GN_TSPROC_FILTER = 0,
	GN_TSPROC_RAW = 1,
	GN_TSPROC_FILTER_WEIGHT = 2,
	GN_TSPROC_RAW_WEIGHT = 3,
};
enum gn_servo_kind {
	GN_SERVO_PI = 0,
	GN_SERVO_LINREG = 1,
	GN_SERVO_NTPSHM = 2,
	GN_SERVO_NULL = 3,
	GN_SERVO_REFCLOCK_SOCK = 4,
	GN_SERVO_ADAPTIVE = 100, /* ours; the others are numbered as linuxptp numbers them */
};
/* These two hand their samples on to another program, which owns the clock. */
static inline bool gn_servo_only_tells(int kind)
{
	return kind == GN_SERVO_NTPSHM || kind == GN_SERVO_REFCLOCK_SOCK;
}

enum gn_hwts_filter { GN_HWTS_FILTER_NORMAL = 0, GN_HWTS_FILTER_CHECK = 1, GN_HWTS_FILTER_FULL = 2 };

/* Which clock the daemon steers. */
enum gn_clock_kind {
	GN_CLOCK_BY_STAMPING = 0, /* what linuxptp would: CLOCK_REALTIME for software stamps, else the PHC */
	GN_CLOCK_SYSTEM,
	GN_CLOCK_PHC,
	GN_CLOCK_VIRTUAL,
};

struct gn_servo_config {
	int kind;                    /* enum gn_servo_kind */
	double step_threshold;       /* s, 0 never */
	double first_step_threshold; /* s, 0 never */
	int32_t max_frequency;       /* ppb, 0: the clock's own limit */
	double pi_proportional_const, pi_proportional_scale;
	double pi_proportional_exponent, pi_proportional_norm_max;
	double pi_integral_const, pi_integral_scale;
	double pi_integral_exponent, pi_integral_norm_max;
	int32_t servo_offset_threshold; /* ns, 0: never "locked stable" */
	int32_t servo_num_offset_values;

	/* of adaptive */
	double servo_bandwidth; /* Hz, 0: as the measurements allow */
	double servo_damping;   /* with servo_bandwidth */
	int32_t asymmetry_bound; /* ns, how far the path may be asymmetric unknown to anybody: part of the bound */
	double asymmetry_hold; /* s, how long a change of one direction alone is held back before it is followed */
};

struct gn_port_config {
	char name[GN_NAME_SIZE]; /* the interface */

	int network_transport; /* enum gn_network_protocol */
	int delay_mechanism;   /* enum gn_delay_mechanism */
	int log_announce_interval;
	int announce_receipt_timeout;
	int log_sync_interval;
	int sync_receipt_timeout; /* 0: none */
	int log_min_delay_req_interval;
	int log_min_pdelay_req_interval;
	int oper_log_sync_interval;
	int oper_log_pdelay_req_interval;
	int msg_interval_request;
	double delay_request_variability; /* 0..1 */
	int delay_response_timeout;       /* missing answers in a row, 0: any number */
	int server_only;
	int bmca; /* enum gn_bmca_mode */
	int inhibit_announce;
	int inhibit_delay_req;
	int ignore_source_id;
	int ignore_transport_specific;
	int transport_specific; /* majorSdoId */
	int path_trace_enabled;
	int follow_up_info;
	int as_capable;                 /* enum gn_as_capable_mode */
	int neighbor_prop_delay_thresh; /* ns */
	int min_neighbor_prop_delay;    /* ns, negative */
	int allowed_lost_responses;
	int32_t delay_asymmetry; /* ns, as are the latencies */
	int32_t egress_latency;
	int32_t ingress_latency;
	int delay_filter; /* enum gn_filter_kind */
	int delay_filter_length;
	int tsproc_mode; /* enum gn_tsproc_mode */
	int freq_est_interval;
	int fault_reset_interval;      /* log2 s; -128: at once */
	int fault_badpeernet_interval; /* s; 0: at once */
	int tx_timestamp_losses_max;   /* losses in a row that make the port FAULTY; 0: any number never do */
	int boundary_clock_jbod;
	int phc_index; /* -1: the interface's own */
	int udp_ttl;
	int udp6_scope;
	char ptp_dst_ipv4[64], p2p_dst_ipv4[64];
	char ptp_dst_ipv6[64], p2p_dst_ipv6[64];
	char ptp_dst_mac[32], p2p_dst_mac[32];
	char profile_identity[32];
	int uds_file_mode, uds_ro_file_mode; /* of [global] only */
};

struct gn_config {
	/* defaultDS and descriptionDS */
	int two_step_flag;
	int client_only;
	int gm_capable;
	int priority1, priority2;
	int domain_number;
	int clock_class, clock_accuracy, offset_scaled_log_variance;
	int clock_class_threshold;
	int max_steps_removed;
	int utc_offset;
	int time_source;
	int ptp_minor_version;
	char clock_identity[32]; /* "000000.0000.000000": from the first port's address */
	char product_description[GN_TEXT_SIZE];
	char revision_data[GN_TEXT_SIZE];
	char user_description[GN_TEXT_SIZE];
	char manufacturer_identity[32];

	/* time of the instance */
	int time_stamping;          /* enum gn_time_stamping */
	int time_stamping_fallback; /* 1: software stamps where the hardware has none, said loudly */
	int tx_timestamp_timeout;   /* ms */
	int hwts_filter;            /* enum gn_hwts_filter */
	int assume_two_step;
	int check_fup_sync;
	int free_running;
	int freq_est_interval;
	int initial_delay; /* ns */
	int step_window;
	int summary_interval;
	int kernel_leap;
	int write_phase_mode;
	int32_t sanity_freq_limit; /* ppb, 0 off */
	struct gn_servo_config servo;
	int32_t holdover_bound;                            /* ns, 0: no classes of holdover */
	int holdover_clock_class, holdover_degraded_class; /* 0: none */

	/* the driver's own */
	int clock_kind;          /* enum gn_clock_kind */
	int software_clock_kind; /* what BY_STAMPING means for software stamps: SYSTEM, or VIRTUAL; 0: SYSTEM */
	char clock_name[GN_NAME_SIZE];         /* of the virtual clock; or the PHC's device (-p) */
	char frequency_memory[GN_PATH_SIZE];   /* a directory; empty: nothing is remembered */
	char temperature_source[GN_PATH_SIZE]; /* a file of millidegrees; empty: none */
	double clock_initial_offset;           /* s and ppb: what a virtual clock is started with */
	double clock_initial_frequency;
	int clock_type; /* 0x8000 OC .. as CLOCK_DESCRIPTION has it */
	int dscp_event, dscp_general;
	int socket_priority;
	int logging_level, use_syslog, verbose;
	char message_tag[GN_TAG_SIZE];
	char uds_address[GN_PATH_SIZE], uds_ro_address[GN_PATH_SIZE];
	int32_t ntpshm_segment; /* of the servos that only tell: where to */
	char refclock_sock_address[GN_PATH_SIZE];
	char user[64];

	/* `port` holds the defaults of every port; ports[0..port_count) are the ports, in the caller's memory. */
	struct gn_port_config port;
	struct gn_port_config *ports;
	uint16_t port_count;
};

/* Every option at its default, no ports. `ports` is left NULL: the caller owns what it sets there. */
void gn_config_defaults(struct gn_config *config);

#endif
