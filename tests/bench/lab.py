"""The private network against loopback: making it, a round trip through its wire, a stream.

What a start costs is taken off the round trips and the stream: the difference of two runs with different numbers of
them. The wire is a process of its own that records every packet, and on two CPUs the wake-ups decide.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402

ROUNDS = 7
SCRIPT = f"{measure.HERE}/support/lab.lua"
NETWORKS = {"loopback": [], "lab": ["--lab"]}
WORKLOADS = {"trips": (200, 5_200), "stream": (20, 420)}


def command(network, what, times):
    return [measure.SOCKRATES, "run", *NETWORKS[network], SCRIPT, what, str(times)]


starts = measure.times([(network, command(network, "nothing", 0)) for network in NETWORKS], ROUNDS * 3)
took = measure.times([((network, what, times), command(network, what, times))
                      for network in NETWORKS for what, sizes in WORKLOADS.items() for times in sizes], ROUNDS)


def once(network, what):
    few, many = WORKLOADS[what]
    return (took[network, what, many] - took[network, what, few]) / (many - few)


rows = [["a start", *(f"{starts[network] * 1e3:.1f} ms" for network in NETWORKS),
         f"+ {(starts['lab'] - starts['loopback']) * 1e3:.1f} ms"],
        ["a round trip of 64 bytes", *(f"{once(network, 'trips') * 1e6:.1f} us" for network in NETWORKS),
         measure.ratio(once("lab", "trips"), once("loopback", "trips"))],
        ["64 KiB there and back", *(f"{2 * 65536 / once(network, 'stream') / 1e6:.0f} MB/s" for network in NETWORKS),
         measure.ratio(once("lab", "stream"), once("loopback", "stream"))]]
measure.table("A private network", ["", *NETWORKS, "ratio"], rows)
