/* src/sim/queue_test.c */
#include "sim/queue.h"

#include "tests/test.h"

#include <stdlib.h>

#define EVENTS 20000

/* What was handled, in order: the numbers that the events carried. */
static struct {
	struct queue *queue;
	uintptr_t numbers[EVENTS];
	int64_t times[EVENTS];
	size_t count;
} handled;

static void note(void *object, void *argument)
{
	CHECK(handled.count < EVENTS);
	handled.numbers[handled.count] = (uintptr_t)argument;
	handled.times[handled.count] = ((struct queue *)object)->now_ps;
	handled.count++;
}

static void add(struct queue *queue, int64_t at_ps, uintptr_t number)
{
	queue_add(queue, at_ps, note, queue, (void *)number);
}

static struct queue new_queue(void)
{
	struct queue queue;

	queue_init(&queue);
	handled.count = 0;
	return queue;
}

TEST(an_empty_queue_has_nothing_to_do)
{
	struct queue queue = new_queue();

	CHECK(queue_next_ps(&queue) == SIM_NEVER);
	CHECK(!queue_step(&queue));
	queue_run(&queue, PS_PER_SECOND, NULL);
	CHECK_EQ(queue.now_ps, PS_PER_SECOND);
	CHECK_EQ(queue.handled, 0);
	queue_free(&queue);
}

TEST(events_of_the_same_time_are_handled_in_the_order_of_their_entry)
{
	struct queue queue = new_queue();

	for (uintptr_t i = 0; i < 1000; i++) {
		add(&queue, 7, i);
	}
	queue_run(&queue, 7, NULL);
	CHECK_EQ(handled.count, 1000);
	for (uintptr_t i = 0; i < 1000; i++) {
		CHECK_EQ(handled.numbers[i], i);
	}
	queue_free(&queue);
}

/* Adding and handling mixed at random, few and many different times: always the earliest, and of those the first entered. */
TEST(events_are_handled_in_order_of_time_and_then_of_entry)
{
	for (int run = 0; run < 40; run++) {
		struct queue queue = new_queue();
		uint64_t span = run % 2 ? 10 : (uint64_t)PS_PER_SECOND;
		static int64_t due[EVENTS];

		for (uintptr_t number = 0; number < EVENTS; number++) {
			due[number] = queue.now_ps + (int64_t)test_random_below(span);
			add(&queue, due[number], number);
			if (test_random_below(3) == 0) {
				CHECK(queue_step(&queue));
			}
		}
		while (queue.count > 0) {
			int64_t next = queue_next_ps(&queue);

			CHECK(queue_step(&queue));
			CHECK_EQ(queue.now_ps, next);
		}
		CHECK_EQ(handled.count, EVENTS);
		CHECK_EQ(queue.handled, EVENTS);
		for (size_t i = 0; i < EVENTS; i++) {
			CHECK_EQ(handled.times[i], due[handled.numbers[i]]);
			if (i > 0) {
				CHECK_LE(handled.times[i - 1], handled.times[i]);
				CHECK(handled.times[i - 1] < handled.times[i] ||
				      handled.numbers[i - 1] < handled.numbers[i]);
			}
		}
		queue_free(&queue);
	}
}

TEST(a_time_that_has_passed_means_now)
{
	struct queue queue = new_queue();

	add(&queue, 100, 1);
	queue_run(&queue, 200, NULL);
	CHECK_EQ(queue.now_ps, 200);
	add(&queue, 50, 2);
	add(&queue, -5, 3);
	CHECK_EQ(queue_next_ps(&queue), 200);
	queue_run(&queue, 200, NULL);
	CHECK_EQ(handled.count, 3);
	CHECK_EQ(handled.times[2], 200);
	queue_free(&queue);
}

TEST(a_run_ends_at_its_time_inclusive)
{
	struct queue queue = new_queue();

	add(&queue, 10, 1);
	add(&queue, 20, 2);
	add(&queue, 21, 3);
	queue_run(&queue, 20, NULL);
	CHECK_EQ(handled.count, 2);
	CHECK_EQ(queue.now_ps, 20);
	CHECK_EQ(queue_next_ps(&queue), 21);
	queue_run(&queue, 15, NULL);
	CHECK_EQ(queue.now_ps, 20); /* never backward */
	queue_free(&queue);
}

static void end(void *object, void *argument)
{
	note(object, argument);
	*(bool *)argument = true;
}

TEST(a_run_ends_early_when_it_is_told_to)
{
	struct queue queue = new_queue();
	bool is_ended = false;

	add(&queue, 10, 1);
	queue_add(&queue, 11, end, &queue, &is_ended);
	add(&queue, 12, 3);
	queue_run(&queue, 20, &is_ended);
	CHECK_EQ(handled.count, 2);
	CHECK_EQ(queue.now_ps, 11);
	queue_free(&queue);
}

static void add_two_more(void *object, void *argument)
{
	note(object, argument);
	add(object, 0, 8); /* at once, behind what is due now already */
	add(object, handled.times[0] + 1, 9);
}

TEST(handlers_may_add_events)
{
	struct queue queue = new_queue();

	queue_add(&queue, 5, add_two_more, &queue, NULL);
	add(&queue, 5, 7);
	queue_run(&queue, 10, NULL);
	CHECK_EQ(handled.count, 4);
	CHECK_EQ(handled.numbers[1], 7);
	CHECK_EQ(handled.numbers[2], 8);
	CHECK_EQ(handled.numbers[3], 9);
	CHECK_EQ(handled.times[3], 6);
	queue_free(&queue);
}

static void add_to_a_full_queue(void *object, void *argument)
{
	struct queue *queue = object;
	size_t count = queue->count, capacity = queue->capacity;

	(void)argument;
	/* More entries than there are addresses */
	queue->count = queue->capacity = SIZE_MAX / 4;
	add(queue, 100, 1);
	CHECK_EQ(queue->count, SIZE_MAX / 4);
	queue->count = count;
	queue->capacity = capacity;
}

TEST(without_memory_an_entry_is_not_kept_and_the_run_ends)
{
	struct queue queue = new_queue();

	queue_add(&queue, 5, add_to_a_full_queue, &queue, NULL);
	add(&queue, 6, 7);
	CHECK(!queue.is_out_of_memory);
	queue_run(&queue, 10, NULL);
	CHECK(queue.is_out_of_memory);
	CHECK_EQ(queue.now_ps, 5);
	CHECK_EQ(handled.count, 0);
	queue_free(&queue);
	CHECK_EQ(queue.count, 0);
	CHECK(!queue.is_out_of_memory);
}
