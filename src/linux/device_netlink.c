/* src/linux/device_netlink.c -- one exchange: find the family, ask, take the reply, wait for the acknowledgement.
 *
 * Attributes are taken by type and length, unknown ones passed over, missing ones left at "unknown": kernels will add
 * more. Without libmnl everything here is "not supported", and ioctls serve. */
#include "linux/device_netlink.h"

#include <errno.h>

#ifdef GN_HAVE_LIBMNL

#include "linux/kernel_facts.h"

#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#define BUFFER_SIZE 16384
#define VERSION 1
#define WAIT_S 1

struct exchange {
	struct mnl_socket *socket;
	uint16_t family;
	uint32_t sequence;
	char *why;
	size_t why_size;
};

typedef void (*take_attribute)(const struct nlattr *attribute, void *out);

static void each_attribute(const void *start, size_t length, take_attribute take, void *out)
{
	const char *end = (const char *)start + length;
	const struct nlattr *a = start;

	for (; mnl_attr_ok(a, (int)(end - (const char *)a)); a = mnl_attr_next(a)) {
		take(a, out);
	}
}

static void each_nested(const struct nlattr *nest, take_attribute take, void *out)
{
	each_attribute(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest), take, out);
}

/* ---- one question and its answer ---- */

static void take_sentence(const struct nlattr *a, void *context)
{
	const struct exchange *x = context;

	if (mnl_attr_get_type(a) == NLMSGERR_ATTR_MSG && mnl_attr_validate(a, MNL_TYPE_NUL_STRING) >= 0) {
		snprintf(x->why, x->why_size, "%s", mnl_attr_get_str(a));
	}
}

/* The kernel's own sentence stands behind the error and the question it repeats. */
static void take_explanation(const struct nlmsghdr *message, struct exchange *x)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(message);
	size_t length = mnl_nlmsg_get_payload_len(message), skip = sizeof(*error);

	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS) || x->why_size == 0) {
		return;
	}
	if (!(message->nlmsg_flags & NLM_F_CAPPED) && error->msg.nlmsg_len > sizeof(error->msg)) {
		skip += (error->msg.nlmsg_len - sizeof(error->msg) + 3) & ~(size_t)3;
	}
	if (skip < length) {
		each_attribute((const char *)error + skip, length - skip, take_sentence, x);
	}
}

/* 0 with *is_over at the acknowledgement, -errno for a refusal; replies go to `take`. */
static int take_message(struct exchange *x, const struct nlmsghdr *message, take_attribute take, void *out,
			bool *is_over)
{
	if (message->nlmsg_seq != x->sequence) {
		return 0;
	}
	if (message->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *error = mnl_nlmsg_get_payload(message);

		if (mnl_nlmsg_get_payload_len(message) < sizeof(*error)) {
			return -EBADMSG;
		}
		take_explanation(message, x);
		*is_over = true;
		return error->error;
	}
	if (message->nlmsg_type < NLMSG_MIN_TYPE) {
		return 0;
	}
	if (mnl_nlmsg_get_payload_len(message) > sizeof(struct genlmsghdr)) {
		each_attribute(mnl_nlmsg_get_payload_offset(message, sizeof(struct genlmsghdr)),
			       mnl_nlmsg_get_payload_len(message) - sizeof(struct genlmsghdr), take, out);
	}
	return 0;
}

static int ask(struct exchange *x, struct nlmsghdr *question, take_attribute take, void *out)
{
	char buffer[BUFFER_SIZE];
	bool is_over = false;
	int err = 0;

	question->nlmsg_seq = ++x->sequence;
	if (mnl_socket_sendto(x->socket, question, question->nlmsg_len) < 0) {
		return -errno;
	}
	while (!is_over && !err) {
		ssize_t received = mnl_socket_recvfrom(x->socket, buffer, sizeof(buffer));
		const struct nlmsghdr *message = (const struct nlmsghdr *)(const void *)buffer;
		int rest = (int)received;

		if (received < 0) {
			return -errno;
		}
		while (mnl_nlmsg_ok(message, rest) && !is_over && !err) {
			err = take_message(x, message, take, out, &is_over);
			message = mnl_nlmsg_next(message, &rest);
		}
	}
	return err;
}

static struct nlmsghdr *new_question(char *buffer, uint16_t type, uint8_t command)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *header = mnl_nlmsg_put_extra_header(message, sizeof(*header));

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	header->cmd = command;
	header->version = VERSION;
	return message;
}

static void take_family(const struct nlattr *attribute, void *out)
{
	if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID &&
	    mnl_attr_validate(attribute, MNL_TYPE_U16) >= 0) {
		*(uint16_t *)out = mnl_attr_get_u16(attribute);
	}
}

static int begin(struct exchange *x, char *why, size_t why_size)
{
	const struct timeval wait = { .tv_sec = WAIT_S };
	char buffer[256];
	struct nlmsghdr *question;
	int on = 1, err;

	*x = (struct exchange){ .why = why, .why_size = why_size };
	x->socket = mnl_socket_open(NETLINK_GENERIC);
	if (x->socket == NULL) {
		return -EOPNOTSUPP;
	}
	(void)mnl_socket_setsockopt(x->socket, NETLINK_EXT_ACK, &on, sizeof(on)); /* without: no sentence */
	(void)setsockopt(mnl_socket_get_fd(x->socket), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (mnl_socket_bind(x->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		(void)mnl_socket_close(x->socket);
		return -EOPNOTSUPP;
	}
	question = new_question(buffer, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(question, CTRL_ATTR_FAMILY_NAME, "ethtool");
	err = ask(x, question, take_family, &x->family);
	if (err || x->family == 0) {
		(void)mnl_socket_close(x->socket);
		return -EOPNOTSUPP;
	}
	return 0;
}

static void put_header(struct nlmsghdr *question, uint16_t attribute, const char *interface)
{
	struct nlattr *nest = mnl_attr_nest_start(question, attribute);

	mnl_attr_put_strz(question, KERNEL_A_HEADER_DEV_NAME, interface);
	mnl_attr_put_u32(question, KERNEL_A_HEADER_FLAGS, KERNEL_ETHTOOL_FLAG_COMPACT_BITSETS);
	mnl_attr_nest_end(question, nest);
}

/* ---- what the attributes hold ---- */

static uint32_t get_u32(const struct nlattr *attribute, uint32_t otherwise)
{
	return mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0 ? mnl_attr_get_u32(attribute) : otherwise;
}

static void take_bit_index(const struct nlattr *a, void *bits)
{
	uint32_t index = mnl_attr_get_type(a) == KERNEL_A_BITSET_BIT_INDEX ? get_u32(a, 32) : 32;

	*(uint32_t *)bits |= index < 32 ? UINT32_C(1) << index : 0;
}

static void take_bit(const struct nlattr *bit, void *bits)
{
	each_nested(bit, take_bit_index, bits);
}

static void take_bitset(const struct nlattr *a, void *bits)
{
	if (mnl_attr_get_type(a) == KERNEL_A_BITSET_VALUE && mnl_attr_get_payload_len(a) >= 4) {
		memcpy(bits, mnl_attr_get_payload(a), 4);
	} else if (mnl_attr_get_type(a) == KERNEL_A_BITSET_BITS) {
		each_nested(a, take_bit, bits);
	}
}

/* The first 32 bits of a bitset, in its short or its long form. */
static uint32_t bits_of(const struct nlattr *bitset)
{
	uint32_t bits = 0;

	each_nested(bitset, take_bitset, &bits);
	return bits;
}

static int lowest_bit(uint32_t bits)
{
	for (int i = 0; i < 32; i++) {
		if (bits >> i & 1) {
			return i;
		}
	}
	return 0;
}

static void take_qualifier(const struct nlattr *a, void *is_approximate)
{
	if (mnl_attr_get_type(a) == KERNEL_A_PROVIDER_QUALIFIER) {
		*(bool *)is_approximate = get_u32(a, 0) == 1;
	}
}

static void take_stamping(const struct nlattr *a, void *context)
{
	struct device_stamping *out = context;
	uint32_t source;

	switch (mnl_attr_get_type(a)) {
	case KERNEL_A_TSINFO_TIMESTAMPING:
		out->so_flags = bits_of(a);
		break;
	case KERNEL_A_TSINFO_TX_TYPES:
		out->tx_types = bits_of(a);
		break;
	case KERNEL_A_TSINFO_RX_FILTERS:
		out->rx_filters = bits_of(a);
		break;
	case KERNEL_A_TSINFO_PHC_INDEX:
		out->phc_index = (int)get_u32(a, UINT32_MAX);
		break;
	case KERNEL_A_TSINFO_PROVIDER:
		each_nested(a, take_qualifier, &out->is_approximate);
		break;
	case KERNEL_A_TSINFO_SOURCE:
		source = get_u32(a, 0);
		out->provider = source == KERNEL_SOURCE_MAC   ? DEVICE_PROVIDER_MAC
				: source == KERNEL_SOURCE_PHY ? DEVICE_PROVIDER_PHY
							      : DEVICE_PROVIDER_UNKNOWN;
		break;
	case KERNEL_A_TSINFO_PHY_INDEX:
		out->phy_index = (int)get_u32(a, UINT32_MAX);
		break;
	default:
		break;
	}
}

static void take_hwtstamp(const struct nlattr *a, void *context)
{
	struct device_hwtstamp *out = context;

	if (mnl_attr_get_type(a) == KERNEL_A_TSCONFIG_TX_TYPES) {
		out->tx_type = lowest_bit(bits_of(a));
	} else if (mnl_attr_get_type(a) == KERNEL_A_TSCONFIG_RX_FILTERS) {
		out->rx_filter = lowest_bit(bits_of(a));
	}
}

/* A set of exactly one bit that replaces the old one: without NOMASK the old bit would stay. */
static void put_bit(struct nlmsghdr *question, uint16_t attribute, int bit)
{
	struct nlattr *set = mnl_attr_nest_start(question, attribute), *bits, *one;

	mnl_attr_put(question, KERNEL_A_BITSET_NOMASK, 0, NULL);
	bits = mnl_attr_nest_start(question, KERNEL_A_BITSET_BITS);
	one = mnl_attr_nest_start(question, KERNEL_A_BITSET_BITS_BIT);
	mnl_attr_put_u32(question, KERNEL_A_BITSET_BIT_INDEX, (uint32_t)bit);
	mnl_attr_nest_end(question, one);
	mnl_attr_nest_end(question, bits);
	mnl_attr_nest_end(question, set);
}

int device_netlink_stamping(const char *interface, struct device_stamping *out)
{
	struct device_stamping answer = { .phc_index = -1, .phy_index = -1 };
	char buffer[512];
	struct nlmsghdr *question;
	struct exchange x;
	int err = begin(&x, NULL, 0);

	if (err) {
		return err;
	}
	question = new_question(buffer, x.family, KERNEL_ETHTOOL_TSINFO_GET);
	put_header(question, KERNEL_A_TSINFO_HEADER, interface);
	err = ask(&x, question, take_stamping, &answer);
	(void)mnl_socket_close(x.socket);
	if (!err) {
		*out = answer;
	}
	return err;
}

int device_netlink_get_hwtstamp(const char *interface, struct device_hwtstamp *out)
{
	struct device_hwtstamp answer = { 0 };
	char buffer[512];
	struct nlmsghdr *question;
	struct exchange x;
	int err = begin(&x, NULL, 0);

	if (err) {
		return err;
	}
	question = new_question(buffer, x.family, KERNEL_ETHTOOL_TSCONFIG_GET);
	put_header(question, KERNEL_A_TSCONFIG_HEADER, interface);
	err = ask(&x, question, take_hwtstamp, &answer);
	(void)mnl_socket_close(x.socket);
	if (!err) {
		*out = answer;
	}
	return err;
}

int device_netlink_set_hwtstamp(const char *interface, const struct device_hwtstamp *wanted,
				struct device_hwtstamp *out, char *why, size_t why_size)
{
	struct device_hwtstamp answer = { 0 };
	char buffer[512];
	struct nlmsghdr *question;
	struct exchange x;
	int err = begin(&x, why, why_size);

	if (err) {
		return err;
	}
	question = new_question(buffer, x.family, KERNEL_ETHTOOL_TSCONFIG_SET);
	put_header(question, KERNEL_A_TSCONFIG_HEADER, interface);
	put_bit(question, KERNEL_A_TSCONFIG_TX_TYPES, wanted->tx_type);
	put_bit(question, KERNEL_A_TSCONFIG_RX_FILTERS, wanted->rx_filter);
	err = ask(&x, question, take_hwtstamp, &answer);
	(void)mnl_socket_close(x.socket);
	if (!err) {
		*out = answer;
	}
	return err;
}

#else

int device_netlink_stamping(const char *interface, struct device_stamping *out)
{
	(void)interface, (void)out;
	return -EOPNOTSUPP;
}

int device_netlink_get_hwtstamp(const char *interface, struct device_hwtstamp *out)
{
	(void)interface, (void)out;
	return -EOPNOTSUPP;
}

int device_netlink_set_hwtstamp(const char *interface, const struct device_hwtstamp *wanted,
				struct device_hwtstamp *out, char *why, size_t why_size)
{
	(void)interface, (void)wanted, (void)out, (void)why, (void)why_size;
	return -EOPNOTSUPP;
}

#endif
