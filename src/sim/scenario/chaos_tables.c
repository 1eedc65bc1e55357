/* src/sim/scenario/chaos_tables.c -- values are chosen at the edges of what is useful, and now and then beyond them. */
#include "sim/scenario/chaos_tables.h"

#include <stddef.h>

#define END                                                                                                  \
	{                                                                                                    \
		NULL, NULL, 0, false                                                                         \
	}

const struct chaos_choice chaos_network_options[] = {
	{ "network_transport", "UDPv6 L2", 2, false },
	{ "domainNumber", "1 127", 6, false },
	{ "logAnnounceInterval", "-2 -1 0", 2, false },
	{ "announceReceiptTimeout", "2 4 10", 5, false },
	{ "logMinDelayReqInterval", "-2 -1 1", 2, false },
	{ "logMinPdelayReqInterval", "-2 -1 1", 3, false },
	{ "transportSpecific", "1", 12, true },
	{ "path_trace_enabled", "1", 6, false },
	END,
};

const struct chaos_choice chaos_node_options[] = {
	{ "priority1", "0 1 100 127 129 255", 2, false },
	{ "priority2", "0 127 255", 4, false },
	{ "clockClass", "6 7 127 187 248", 6, false },
	{ "clockAccuracy", "0x20 0x21 0x31", 8, false },
	{ "offsetScaledLogVariance", "0x4E5D 0x8000", 8, false },
	{ "inhibit_announce", "1", 30, true },
	{ "free_running", "1", 20, true },
	{ "clock_servo", "pi nullf linreg", 6, true },
	{ "servo_bandwidth", "0.01 0.5", 12, true },
	{ "servo_damping", "1 20", 12, false },
	{ "asymmetry_hold", "0 5 600", 8, false },
	{ "asymmetry_bound", "100", 12, false },
	{ "temperature_source", "/sensor", 6, false },
	{ "frequency_memory", "/kept", 4, false },
	{ "holdover_bound", "500 100000", 6, false },
	{ "holdover_clock_class", "7 0", 10, false },
	{ "step_threshold", "0.00002 0.001 1", 4, false },
	{ "first_step_threshold", "0 0.001", 8, true },
	{ "step_window", "1 10", 8, true },
	{ "max_frequency", "1000 100000 500000000", 8, true },
	{ "sanity_freq_limit", "0 1000000", 8, true },
	{ "servo_offset_threshold", "30 1000", 8, false },
	{ "msg_interval_request", "1", 12, false },
	{ "operLogSyncInterval", "-1 0 1", 12, false },
	{ "write_phase_mode", "1", 12, true },
	{ "delay_filter", "moving_average", 4, false },
	{ "delay_filter_length", "1 3 30", 4, false },
	{ "tsproc_mode", "raw filter_weight raw_weight", 4, false },
	{ "delay_response_timeout", "1 3", 10, true },
	{ "initial_delay", "500 1000000", 12, false },
	{ "tx_timestamp_losses_max", "1 3 20", 6, false },
	{ "tx_timestamp_timeout", "1 100", 10, true },
	{ "fault_reset_interval", "-4 0 2", 4, false },
	{ "check_fup_sync", "1", 12, false },
	{ "follow_up_info", "1", 12, true },
	{ "assume_two_step", "1", 20, true },
	{ "ignore_source_id", "1", 20, true },
	{ "ptp_minor_version", "0", 8, false },
	{ "ingressLatency", "-500 100 100000", 10, true },
	{ "egressLatency", "-500 100 100000", 10, true },
	{ "delayAsymmetry", "-1000 1000", 10, true },
	{ "freq_est_interval", "-1 3", 10, false },
	{ "maxStepsRemoved", "2", 20, true },
	{ "clock_class_threshold", "6 127 200", 20, true },
	{ "kernel_leap", "0", 5, false },
	{ "utc_offset", "0 36", 20, true },
	{ "socket_priority", "4 7", 8, false },
	{ "summary_interval", "-2 2", 8, false },
	{ "network_transport", "UDPv4 UDPv6 L2", 30, true },
	{ "delay_mechanism", "E2E P2P Auto NONE", 25, true },
	{ "domainNumber", "0 1", 30, true },
	{ "asCapable", "true", 15, false },
	END,
};

static const struct chaos_choice oscillator_keys[] = {
	{ "preset", "perfect xo good-xo tcxo ocxo rubidium", 1, false },
	{ "frequency", "-20ppm 500ppb 50ppm", 4, false },
	{ "flicker", "1e-8", 10, true },
	{ "temperature", "oven", 3, false },
	END,
};

static const struct chaos_choice clock_keys[] = {
	{ "offset", "-1h -2s 500ms 100us 1h", 2, false },
	{ "offset_spread", "0s 10s", 3, false },
	{ "starts_at_zero", "yes", 8, false },
	{ "max_rate", "100ppm 500ppm 999999ppm", 4, false },
	{ "rate_resolution", "0ppb 1ppb 10ppb", 6, false },
	{ "step_resolution", "0 1us", 8, true },
	{ "read_latency", "0s 100us", 8, false },
	{ "phase", "yes", 6, false },
	{ "phase_range", "100ns 1s", 10, false },
	{ "bug",
	  "adjfine-sign adjfine-scale adjfine-nothing adjtime-unsigned adjtime-nothing seconds-lost "
	  "nanoseconds-wrap carry "
	  "swapped-registers",
	  6, true },
	{ "bug_chance", "0% 5% 100%", 4, true },
	END,
};

static const struct chaos_choice system_keys[] = {
	{ "offset", "-1h -2s 500ms 100us", 2, false },
	{ "offset_spread", "0s 10s", 2, false },
	{ "read_latency", "0s 100us", 8, false },
	END,
};

static const struct chaos_choice host_keys[] = {
	{ "preset", "server embedded realtime virtual-machine ideal", 1, false },
	{ "load", "10% 50%", 3, false },
	{ "load", "95% 99%", 6, true },
	{ "coalesce", "50us 1ms", 6, true },
	{ "stall_every", "1s 10s", 5, true },
	{ "stall", "10ms 500ms 3s", 5, true },
	END,
};

static const struct chaos_choice nic_keys[] = {
	{ "preset", "realistic ideal", 2, false },
	{ "provider", "phy", 4, false },
	{ "insertion", "before-queue", 6, false },
	{ "queue_jitter", "400ns 10us", 6, true },
	{ "stamp_delay", "0s 1ms 9ms", 6, false },
	{ "stamp_delay", "20ms", 12, true },
	{ "stamp_delay_jitter", "0s 100us 5ms", 6, true },
	{ "stamp_loss", "1% 50% 100%", 5, true },
	{ "stamp_duplicate", "10% 100%", 6, true },
	{ "stamp_swap", "10% 100%", 6, true },
	{ "receive_stamp_loss", "1% 50%", 8, true },
	{ "bug",
	  "seconds-lost nanoseconds-wrap carry swapped-registers previous-stamp stale-queue wrong-provider "
	  "load-offset "
	  "reset-offset",
	  5, true },
	{ "bug_chance", "5% 100%", 4, true },
	{ "load_shift", "4us", 6, true },
	{ "reset_shift", "2us", 6, true },
	END,
};

static const struct chaos_choice unit_keys[] = {
	{ "preset", "realistic ideal", 2, false },   { "jitter", "0s 20ns 1us", 4, false },
	{ "quantisation", "0s 1ns 40ns", 4, false }, { "latency_in", "-200ns 350ns", 6, false },
	{ "latency_out", "-200ns 350ns", 6, false }, END,
};

const struct chaos_part chaos_node_parts[] = {
	{ "oscillator", oscillator_keys, 1 },
	{ "clock", clock_keys, 1 },
	{ "system", system_keys, 2 },
	{ "host", host_keys, 2 },
	{ "nic", nic_keys, 2 },
	{ "mac", unit_keys, 4 },
	{ "phy", unit_keys, 4 },
	{ NULL, NULL, 0 },
};

const struct chaos_choice chaos_link_keys[] = {
	{ "delay", "0s 50ns 500ns 25us 1ms", 1, false },
	{ "asymmetry", "-200ns 1us", 5, false },
	{ "asymmetry_drift", "-100 1000", 8, false },
	{ "jitter", "1ns 1us", 4, false },
	{ "speed", "10M 100M 2.5G 100G", 4, false },
	{ "medium", "wifi", 12, true },
	{ "vlan", "7", 10, false },
	{ "loss", "1% 30% 100%", 8, true },
	{ "loss_forward", "10% 100%", 12, true },
	{ "loss_backward", "10% 100%", 12, true },
	{ "duplicate", "5% 100%", 8, true },
	{ "reorder", "5% 50%", 8, true },
	{ "reorder_by", "1us 2ms 1s", 6, true },
	{ "corrupt", "5% 50%", 8, true },
	{ "corrupt_passes", "10% 100%", 4, true },
	END,
};

const struct chaos_choice chaos_switch_keys[] = {
	{ "latency", "0s 2us 100us", 2, false },
	{ "jitter", "0s 1us", 4, false },
	{ "buffer", "1000 10000 1000000", 8, true },
	{ "priority", "0 7", 4, false },
	{ "cut_through", "yes", 4, false },
	{ "forwards_pdelay", "yes", 4, true },
	END,
};

const struct chaos_choice chaos_hub_keys[] = {
	{ "latency", "0s 10us", 2, false },
	{ "jitter", "0s 1us", 4, false },
	{ "serves", "ptp", 2, true },
	{ "forwards_pdelay", "yes", 4, true },
	END,
};

const struct chaos_choice chaos_traffic_keys[] = {
	{ "load", "0% 10% 60% 95% 150%", 1, true },
	{ "model", "constant poisson burst on-off self-similar", 1, false },
	{ "size", "imix small large", 2, false },
	{ "burst", "1 100", 4, false },
	{ "period", "100us 1s", 4, false },
	{ "priority", "3 7", 3, false },
	END,
};

const struct chaos_choice chaos_fault_keys[] = {
	{ "affects",
	  "all event general Sync Follow_Up Announce Delay_Req Delay_Resp Sync,Follow_Up Pdelay_Req "
	  "Pdelay_Resp "
	  "Pdelay_Resp_Follow_Up Management,Signaling",
	  1, true },
	{ "direction", "forward backward", 3, true },
	{ "chance", "1% 20% 80%", 2, true },
	{ "every", "2 10", 4, true },
	{ "loses", "yes", 3, true },
	{ "duplicates", "yes", 3, true },
	{ "corrupts", "yes", 4, true },
	{ "passes_check", "yes", 2, true },
	{ "mispairs", "yes", 4, true },
	{ "delay", "1us 10ms 1s 10s", 3, true },
	{ "jitter", "1us 5ms 500ms", 4, true },
	{ "holds_order", "yes", 3, true },
	{ "correction", "-1ms 200ns 100s", 5, true },
	{ "unusable_correction", "yes", 8, true },
	{ "on", "no", 5, true },
	END,
};

const struct chaos_choice chaos_attacker_keys[] = {
	{ "act", "replay delay forge-announce forge-sync forge-delay-resp flood garbage", 1, true },
	{ "affects", "all event general Sync Announce", 2, true },
	{ "after", "10us 100ms 5s", 2, true },
	{ "shift", "-1s -1us 10ms 12h", 2, true },
	{ "rate", "0.5 10 100", 2, true },
	{ "side", "0", 2, true },
	{ "on", "no", 6, true },
	END,
};

const struct chaos_choice chaos_gnss_keys[] = {
	{ "jitter", "0s 50ns", 3, false },
	{ "sawtooth", "0s 1us", 4, false },
	{ "offset", "-1us 100ns", 4, false },
	{ "nmea_delay", "0s 500ms 1100ms", 4, true },
	{ "leap_known", "0", 5, true },
	{ "weeks_off", "-1 1", 8, true },
	{ "fix", "no", 8, true },
	END,
};

const struct chaos_happening chaos_happenings[] = {
	{ "pull $l", "plug $l", false },
	{ "pull $l", "plug $l", false },
	{ "kill $n", "start $n", false },
	{ "kill $n", "start $n", false },
	{ "stop $n", "start $n", false },
	{ "restart $n", NULL, false },
	{ "freeze $n for $s", NULL, false },
	{ "step $n by $o", NULL, true },
	{ "set link $l loss 30%", "set link $l loss 0%", false },
	{ "set link $l delay 2ms", "set link $l delay 1us", false },
	{ "set link $l asymmetry 20us", "set link $l asymmetry 0s", false },
	{ "set link $l speed 10M", "set link $l speed 1G", false },
	{ "set link $l corrupt 50% corrupt_passes 100%", "set link $l corrupt 0%", false },
	{ "set switch $w on no", "set switch $w on yes", false },
	{ "set hub $w on no", "set hub $w on yes", false },
	{ "set host $n load 98%", "set host $n load 20%", false },
	{ "set host $n stall_every 1s stall 800ms", "set host $n stall_every 0s", false },
	{ "set nic $n stamp_loss 60%", "set nic $n stamp_loss 0%", false },
	{ "set nic $n stamp_swap 50%", "set nic $n stamp_swap 0%", false },
	{ "set nic $n provider phy", "set nic $n provider mac", true },
	{ "set nic $n bug stale-queue", "set nic $n bug none", true },
	{ "set nic $n bug swapped-registers", "set nic $n bug none", true },
	{ "set nic $n one_step no", "set nic $n one_step yes", true },
	{ "set clock $n bug adjfine-sign", "set clock $n bug none", true },
	{ "set clock $n offset $o", NULL, true },
	{ "set system $n offset $o", NULL, true },
	{ "set oscillator $n frequency 30ppm", "set oscillator $n frequency 0ppb", true },
	{ "set fault $f on yes", "set fault $f on no", true },
	{ "set attacker $a on yes", "set attacker $a on no", true },
	{ "set gnss $g fix no", "set gnss $g fix yes", true },
	{ "set gnss $g offset 1us", "set gnss $g offset 0s", true },
	{ "set gnss $g on no", "set gnss $g on yes", true },
	{ "manage $n SET PRIORITY1 priority1 $b", NULL, false },
	{ "manage $n SET PRIORITY2 priority2 $b", NULL, false },
	{ "manage $n SET SLAVE_ONLY slaveOnly 1", "manage $n SET SLAVE_ONLY slaveOnly 0", true },
	{ "manage $n SET DOMAIN domainNumber $b", NULL, true },
	{ "manage $n SET LOG_ANNOUNCE_INTERVAL logAnnounceInterval $i", NULL, true },
	{ "manage $n SET LOG_SYNC_INTERVAL logSyncInterval $i", NULL, true },
	{ "manage $n SET LOG_MIN_PDELAY_REQ_INTERVAL logMinPdelayReqInterval $i", NULL, true },
	{ "manage $n SET ANNOUNCE_RECEIPT_TIMEOUT announceReceiptTimeout $b", NULL, true },
	{ "manage $n SET DELAY_MECHANISM delayMechanism $b", NULL, true },
	{ "manage $n SET GRANDMASTER_SETTINGS_NP clockClass $b clockAccuracy $b offsetScaledLogVariance 0 "
	  "currentUtcOffset 37 "
	  "leap61 0 leap59 0 currentUtcOffsetValid 1 ptpTimescale 1 timeTraceable 1 frequencyTraceable 1 "
	  "synchronizationUncertain 0 timeSource 0x20",
	  NULL, true },
	{ "manage $n SET PORT_DATA_SET_NP neighborPropDelayThresh 100 asCapable 0", NULL, true },
	{ "manage $n SET SYNCHRONIZATION_UNCERTAIN_NP uncertain $b", NULL, true },
	{ "manage $n SET MASTER_ONLY masterOnly 1", "manage $n SET MASTER_ONLY masterOnly 0", true },
	{ "manage $n COMMAND DISABLE_PORT", "manage $n COMMAND ENABLE_PORT", true },
	{ "manage $n COMMAND INITIALIZE", NULL, true },
	{ NULL, NULL, false },
};
