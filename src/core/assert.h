/* src/core/assert.h -- what our own code must guarantee, checked in release builds too.
 *
 * Never for what arrives from outside: a bad message is an ordinary event. The core does not print or end
 * the program itself; whoever links it defines the handler (a driver logs and aborts, a test fails). */
#ifndef CORE_ASSERT_H
#define CORE_ASSERT_H

/* Must not return: the state behind a broken guarantee is not to be gone on with. */
_Noreturn void gn_assertion_failed(const char *file, int line, const char *what);

#define GN_ASSERT(condition)                                                                                 \
	do {                                                                                                 \
		if (!(condition)) {                                                                          \
			gn_assertion_failed(__FILE__, __LINE__, #condition);                                 \
		}                                                                                            \
	} while (0)

#endif
