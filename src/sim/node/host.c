/* src/sim/node/host.c -- how late a computer is. Each delay is the least it can be plus an exponential, which load stretches
 * as it does a queue: by 1 / (1 - load).
 *
 * Everything keeps its order: interrupts among themselves, turns among themselves, frames on their way out. */
#include "sim/node/host.h"

#include "sim/queue.h"

#define LOAD_MAX 0.99 /* beyond it nothing would ever happen */
#define NS PS_PER_NS
#define US PS_PER_US

enum host_preset {
	HOST_SERVER,
	HOST_EMBEDDED,
	HOST_REALTIME,
	HOST_VIRTUAL_MACHINE,
	HOST_IDEAL,
	HOST_PRESETS
};

static const struct key_label preset_labels[] = {
	{ "server", HOST_SERVER, "a server with little else to do: microseconds" },
	{ "embedded", HOST_EMBEDDED, "a slow processor: tens of microseconds" },
	{ "realtime", HOST_REALTIME,
	  "a kernel and a processor kept free for this: below a microsecond of jitter" },
	{ "virtual-machine", HOST_VIRTUAL_MACHINE,
	  "a guest: tens of microseconds, and taken off its processor at times" },
	{ "ideal", HOST_IDEAL, "no delay at all" },
	{ NULL, 0, NULL },
};

static const struct host_settings presets[HOST_PRESETS] = {
	[HOST_SERVER] = { .preset = HOST_SERVER,
			  .interrupt = 2 * US,
			  .interrupt_jitter = 1 * US,
			  .wake_up = 5 * US,
			  .wake_up_jitter = 5 * US,
			  .transmit = 2 * US,
			  .transmit_jitter = 1 * US },
	[HOST_EMBEDDED] = { .preset = HOST_EMBEDDED,
			    .interrupt = 8 * US,
			    .interrupt_jitter = 5 * US,
			    .wake_up = 30 * US,
			    .wake_up_jitter = 30 * US,
			    .transmit = 10 * US,
			    .transmit_jitter = 6 * US },
	[HOST_REALTIME] = { .preset = HOST_REALTIME,
			    .interrupt = 2 * US,
			    .interrupt_jitter = 200 * NS,
			    .wake_up = 3 * US,
			    .wake_up_jitter = 500 * NS,
			    .transmit = 2 * US,
			    .transmit_jitter = 200 * NS },
	[HOST_VIRTUAL_MACHINE] = { .preset = HOST_VIRTUAL_MACHINE,
				   .interrupt = 15 * US,
				   .interrupt_jitter = 20 * US,
				   .wake_up = 25 * US,
				   .wake_up_jitter = 50 * US,
				   .transmit = 15 * US,
				   .transmit_jitter = 20 * US,
				   .stall_every = 10 * PS_PER_SECOND,
				   .stall = 5 * PS_PER_MS },
	[HOST_IDEAL] = { .preset = HOST_IDEAL },
};

static const struct key keys[] = {
	{ "preset", KEY_WORD, KEY_MEMBER(struct host_settings, preset), 0, HOST_PRESETS - 1, preset_labels,
	  "a kind of computer: sets all of the keys below" },
	{ "interrupt", KEY_TIME, KEY_MEMBER(struct host_settings, interrupt), 0, 1e12, NULL,
	  "the least from a frame's end to the interrupt handler, where software stamps are taken" },
	{ "interrupt_jitter", KEY_TIME, KEY_MEMBER(struct host_settings, interrupt_jitter), 0, 1e12, NULL,
	  "the mean of an exponential that comes on top" },
	{ "wake_up", KEY_TIME, KEY_MEMBER(struct host_settings, wake_up), 0, 1e12, NULL,
	  "the least from there, or from a timer's expiry, to the daemon's turn" },
	{ "wake_up_jitter", KEY_TIME, KEY_MEMBER(struct host_settings, wake_up_jitter), 0, 1e12, NULL,
	  "the mean of an exponential that comes on top" },
	{ "transmit", KEY_TIME, KEY_MEMBER(struct host_settings, transmit), 0, 1e12, NULL,
	  "the least from the daemon's call to the wire; the software stamp is taken half way" },
	{ "transmit_jitter", KEY_TIME, KEY_MEMBER(struct host_settings, transmit_jitter), 0, 1e12, NULL,
	  "the mean of an exponential that comes on top" },
	{ "coalesce", KEY_TIME, KEY_MEMBER(struct host_settings, coalesce), 0, 1e12, NULL,
	  "interrupts come at most this often: what arrives meanwhile waits for the next" },
	{ "other_frames", KEY_NUMBER, KEY_MEMBER(struct host_settings, other_frames), 0, 1e9, NULL,
	  "other frames that arrive in a second, at random; with `coalesce' the daemon's wait for the "
	  "interrupt that "
	  "they began to wait for" },
	{ "load", KEY_FRACTION, KEY_MEMBER(struct host_settings, load), 0, 1, NULL,
	  "how busy it is: all jitters grow as 1 / (1 - load), up to a hundredfold" },
	{ "stall_every", KEY_TIME, KEY_MEMBER(struct host_settings, stall_every), 0, 1e17, NULL,
	  "the mean time between stalls, in which the daemon gets no turn (they come as a Poisson process); "
	  "0 is never" },
	{ "stall", KEY_TIME, KEY_MEMBER(struct host_settings, stall), 0, 1e15, NULL,
	  "the length of a stall" },
};

static void apply_preset(void *settings, int preset)
{
	*(struct host_settings *)settings = presets[preset];
}

const struct part_kind host_kind = {
	.name = "host",
	.keys = keys,
	.key_count = sizeof(keys) / sizeof(keys[0]),
	.size = sizeof(struct host_settings),
	.defaults = &presets[HOST_SERVER],
	.apply_preset = apply_preset,
	.meaning = "the computer a node runs on: how late it is, and how much that varies",
};

static int64_t later_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* `least` and an exponential of mean `jitter` stretched by the load; nothing is drawn for none. */
static int64_t delay_of(struct host *host, int64_t least, int64_t jitter)
{
	double load = host->settings.load < LOAD_MAX ? host->settings.load : LOAD_MAX;

	if (jitter == 0) {
		return least;
	}
	return least + (int64_t)(rng_exponential(&host->rng) * (double)jitter / (1 - load));
}

static int64_t next_stall_after(struct host *host, int64_t at_ps)
{
	if (host->settings.stall_every == 0) {
		return SIM_NEVER;
	}
	return at_ps + 1 + (int64_t)(rng_exponential(&host->rng) * (double)host->settings.stall_every);
}

void host_init(struct host *host, const struct host_settings *settings, uint64_t seed, const char *name)
{
	*host = (struct host){ .settings = *settings, .last_interrupt_ps = -PS_PER_SECOND };
	rng_init(&host->rng, seed, name, "host");
	host_changed(host, 0);
}

/* A Poisson process has no memory: the next stall may be drawn anew at any time. */
void host_changed(struct host *host, int64_t now_ps)
{
	host->next_stall_ps = next_stall_after(host, now_ps);
}

/* How long a frame that came in at any moment waits for an interrupt that others began to gather for. Interrupts that a
 * Poisson process asks for come every `coalesce' and a mean interval of it; for the first of both they are held back. */
static int64_t held_by_others(struct host *host)
{
	double busy = host->settings.other_frames * (double)host->settings.coalesce / PS_PER_SECOND;

	if (busy <= 0 || rng_uniform(&host->rng) >= busy / (1 + busy)) {
		return 0;
	}
	return (int64_t)(rng_uniform(&host->rng) * (double)host->settings.coalesce);
}

int64_t host_interrupt_ps(struct host *host, int64_t at_ps)
{
	if (at_ps > host->last_interrupt_ps) {
		int64_t own = at_ps +
			      delay_of(host, host->settings.interrupt, host->settings.interrupt_jitter);

		host->last_interrupt_ps = later_of(later_of(own, at_ps + held_by_others(host)),
						   host->last_interrupt_ps + host->settings.coalesce);
	}
	return host->last_interrupt_ps; /* of an interrupt that is still to come: it finds this frame too */
}

/* The stalls that began up to `at_ps`. */
static void stall_until(struct host *host, int64_t at_ps)
{
	while (host->next_stall_ps <= at_ps) {
		int64_t end = host->next_stall_ps + host->settings.stall;

		host->stalled_until_ps = later_of(host->stalled_until_ps, end);
		host->next_stall_ps = next_stall_after(host, end);
	}
}

int64_t host_turn_ps(struct host *host, int64_t at_ps)
{
	int64_t turn = at_ps + delay_of(host, host->settings.wake_up, host->settings.wake_up_jitter);

	stall_until(host, turn);
	host->last_turn_ps = later_of(later_of(turn, host->stalled_until_ps), host->last_turn_ps);
	return host->last_turn_ps;
}

void host_transmit_ps(struct host *host, int64_t now_ps, int64_t *stamped_ps, int64_t *wire_ps)
{
	int64_t takes = delay_of(host, host->settings.transmit, host->settings.transmit_jitter);

	*stamped_ps = now_ps + takes / 2;
	host->last_wire_ps = later_of(now_ps + takes, host->last_wire_ps);
	*wire_ps = host->last_wire_ps;
}
