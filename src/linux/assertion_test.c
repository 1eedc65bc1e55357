/* src/linux/assertion_test.c -- test programs have a handler of their own (tests/assertion.c): this one gets another
 * name to stand beside it. */
#define gn_assertion_failed assertion_under_test
#include "linux/assertion.c" /* NOLINT(bugprone-suspicious-include) */
#undef gn_assertion_failed

#include "tests/test.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(a_broken_guarantee_ends_the_process_with_abort)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		(void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		log_setup("test", -1, false, false, "");
		assertion_under_test("file.c", 7, "this");
	}
	waitpid(child, &status, 0);
	CHECK(WIFSIGNALED(status));
	CHECK_EQ(WTERMSIG(status), SIGABRT);
}
