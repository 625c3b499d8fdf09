/*
 * relay_datagrams.h: the same for datagrams, which pass whole, late or not at all.  Floor: lab.
 */
#ifndef SOCKRATES_LAB_RELAY_DATAGRAMS_H
#define SOCKRATES_LAB_RELAY_DATAGRAMS_H

#include "lab/relay.h"

/* Stands before a peer unseen; `self` is the struct relay, which has a board. */
peer_body peer_relay_datagrams;

#endif
