/* src/linux/pending.c -- a ring in the order of sending. Stamps nearly always come in that order too, so that looking
 * from the oldest on finds the frame at once. */
#include "linux/pending.h"

#include <stddef.h>

static struct pending_frame *at(struct pending *p, uint32_t place)
{
	return &p->frames[(p->first + place) % PENDING_MAX];
}

static void drop_gone(struct pending *p)
{
	while (p->count > 0 && p->frames[p->first].is_gone) {
		p->first = (p->first + 1) % PENDING_MAX;
		p->count--;
	}
}

static void take(struct pending *p, struct pending_frame *frame, struct pending_frame *out)
{
	*out = *frame;
	frame->is_gone = true;
	drop_gone(p);
}

bool pending_add(struct pending *p, const struct pending_frame *frame)
{
	if (p->count == PENDING_MAX) {
		return false;
	}
	*at(p, p->count) = *frame;
	p->count++;
	return true;
}

bool pending_take(struct pending *p, uint32_t id, struct pending_frame *out)
{
	for (uint32_t i = 0; i < p->count; i++) {
		struct pending_frame *frame = at(p, i);

		if (!frame->is_gone && !frame->is_orphan && frame->id == id) {
			take(p, frame, out);
			return true;
		}
	}
	return false;
}

bool pending_take_oldest(struct pending *p, struct pending_frame *out)
{
	if (p->count == 0) {
		return false;
	}
	take(p, at(p, 0), out); /* the first is never gone */
	return true;
}

bool pending_give_up(struct pending *p, int64_t now_ns, struct pending_frame *out)
{
	uint32_t place = p->forgotten_count % PENDING_FORGOTTEN;

	if (p->count == 0 || at(p, 0)->deadline_ns > now_ns) {
		return false;
	}
	take(p, at(p, 0), out);
	if (!out->is_orphan) {
		p->forgotten_ids[place] = out->id;
		p->forgotten_deadlines_ns[place] = out->deadline_ns;
		p->forgotten_count++;
	}
	return true;
}

bool pending_was_given_up(struct pending *p, uint32_t id, int64_t *deadline_ns)
{
	uint32_t known = p->forgotten_count < PENDING_FORGOTTEN ? p->forgotten_count : PENDING_FORGOTTEN;

	for (uint32_t i = 0; i < known; i++) {
		if (p->forgotten_ids[i] == id && p->forgotten_deadlines_ns[i] != INT64_MIN) {
			*deadline_ns = p->forgotten_deadlines_ns[i];
			p->forgotten_deadlines_ns[i] = INT64_MIN;
			return true;
		}
	}
	return false;
}

int64_t pending_deadline(const struct pending *p)
{
	return p->count ? p->frames[p->first].deadline_ns : INT64_MAX;
}

uint32_t pending_awaited(const struct pending *p)
{
	uint32_t awaited = 0;

	for (uint32_t i = 0; i < p->count; i++) {
		awaited += !p->frames[(p->first + i) % PENDING_MAX].is_gone;
	}
	return awaited;
}

void pending_orphan(struct pending *p)
{
	for (uint32_t i = 0; i < p->count; i++) {
		at(p, i)->is_orphan = true;
	}
	p->forgotten_count = 0;
}

void pending_clear(struct pending *p)
{
	p->first = 0;
	p->count = 0;
	p->forgotten_count = 0;
}
