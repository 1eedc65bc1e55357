/* src/core/types.c -- identities, and the names of enumerations. */
#include "gnomon/types.h"

#include <string.h>

const char *gn_result_text(enum gn_result result)
{
	static const char *const texts[] = {
		[GN_OK] = "done",
		[GN_ERR_TRUNCATED] = "the octets end before the field does",
		[GN_ERR_MALFORMED] = "a length, count or value contradicts another",
		[GN_ERR_VERSION] = "versionPTP is not 2",
		[GN_ERR_UNSUPPORTED] = "not supported by this build or in this place",
		[GN_ERR_NO_SPACE] = "the memory provided is too small",
		[GN_ERR_RANGE] = "a value is outside its allowed range",
	};

	if ((unsigned)result >= sizeof(texts) / sizeof(texts[0])) {
		return "unknown result";
	}
	return texts[result];
}

bool gn_clock_identity_equal(const struct gn_clock_identity *a, const struct gn_clock_identity *b)
{
	return memcmp(a->octets, b->octets, sizeof(a->octets)) == 0;
}

bool gn_port_identity_equal(const struct gn_port_identity *a, const struct gn_port_identity *b)
{
	return a->port_number == b->port_number &&
	       gn_clock_identity_equal(&a->clock_identity, &b->clock_identity);
}

struct gn_clock_identity gn_clock_identity_from_mac(const uint8_t mac[6])
{
	return (struct gn_clock_identity){ { mac[0], mac[1], mac[2], 0xFF, 0xFE, mac[3], mac[4], mac[5] } };
}

const char *gn_message_type_name(unsigned type)
{
	static const char *const names[GN_MESSAGE_TYPES] = {
		[GN_SYNC] = "Sync",
		[GN_DELAY_REQ] = "Delay_Req",
		[GN_PDELAY_REQ] = "Pdelay_Req",
		[GN_PDELAY_RESP] = "Pdelay_Resp",
		[GN_FOLLOW_UP] = "Follow_Up",
		[GN_DELAY_RESP] = "Delay_Resp",
		[GN_PDELAY_RESP_FOLLOW_UP] = "Pdelay_Resp_Follow_Up",
		[GN_ANNOUNCE] = "Announce",
		[GN_SIGNALING] = "Signaling",
		[GN_MANAGEMENT] = "Management",
	};

	return type < GN_MESSAGE_TYPES ? names[type] : NULL;
}
