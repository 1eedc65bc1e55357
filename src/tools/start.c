/* src/tools/start.c -- main(), alone in its file so that tests can link all the rest. */
#include "tools/main.h"

int main(int argc, char **argv)
{
	return tools_main(argc, argv);
}
