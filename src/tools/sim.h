/* src/tools/sim.h -- `gnomon sim`: try a network, a fault or a servo before buying it. */
#ifndef TOOLS_SIM_H
#define TOOLS_SIM_H

int sim_main(int argc, char **argv);

#endif
