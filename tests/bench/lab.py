"""The private network against loopback and a plain pair of veth interfaces: making it, a round trip through its wire, a stream.

What a start costs is taken off the round trips and the stream: the difference of two runs with different numbers of
them. The wire is a process of its own that records every packet, and on two CPUs the wake-ups decide. Where the machine
counts no instructions, what the wire does for a packet is told in the time it has a processor.
"""
import concurrent.futures
import os
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402

ROUNDS = 7
LABS = 16
SCRIPT = f"{measure.HERE}/support/lab.lua"
NETWORKS = {"loopback": [], "lab": ["--lab"]}
WORKLOADS = {"trips": (200, 5_200), "stream": (20, 420)}


def command(network, what, times=0):
    if network == "veth":
        return [f"{measure.HERE}/support/veth.sh", measure.SOCKRATES, SCRIPT, what, str(times)]
    return [measure.SOCKRATES, "run", *NETWORKS[network], SCRIPT, what, str(times)]


def told(what, times=0):
    """What the script in a lab prints: a number."""
    return float(subprocess.run(command("lab", what, times), capture_output=True, text=True, check=True).stdout)


def median(what, times=0):
    return statistics.median(told(what, times) for _ in range(ROUNDS))


starts = measure.times([(network, command(network, "nothing")) for network in NETWORKS], ROUNDS * 3)
took = measure.times([((network, what, times), command(network, what, times))
                      for network in NETWORKS for what, sizes in WORKLOADS.items() for times in sizes], ROUNDS)
plain = subprocess.run(command("veth", "trips", 1), capture_output=True, check=False).returncode == 0
if plain:
    took |= measure.times([(("veth", "trips", times), command("veth", "trips", times)) for times in WORKLOADS["trips"]], ROUNDS)


def once(network, what):
    few, many = WORKLOADS[what]
    return (took[network, what, many] - took[network, what, few]) / (many - few)


def trips(network):
    return f"{once(network, 'trips') * 1e6:.1f} us"


rows = [["a start", *(f"{starts[network] * 1e3:.1f} ms" for network in NETWORKS),
         f"+ {(starts['lab'] - starts['loopback']) * 1e3:.1f} ms"],
        ["a round trip of 64 bytes", trips("loopback"), trips("lab"), measure.ratio(once("lab", "trips"), once("loopback", "trips"))]]
if plain:
    rows.append(["  over plain veth", trips("veth"), trips("lab"), measure.ratio(once("lab", "trips"), once("veth", "trips"))])
rows.append(["64 KiB there and back", *(f"{2 * 65536 / once(network, 'stream') / 1e6:.0f} MB/s" for network in NETWORKS),
             measure.ratio(once("lab", "stream"), once("loopback", "stream"))])
measure.table("A private network", ["", "without", "lab", "ratio"], rows)

with concurrent.futures.ThreadPoolExecutor(LABS) as several:
    many = list(several.map(lambda _: told("connect"), range(LABS)))
alone, asked = median("wire", 2_000), median("rules", 2_000)
measure.table("Its parts", ["", ""], [
    ["the wire's work for a packet", f"{alone / 1e3:.2f} us"],
    ["  and with a rule that is a function", f"{asked / 1e3:.2f} us"],
    ["connect over a wire of 50 ms", measure.milliseconds(median("connect"))],
    [f"  the slowest of {LABS} labs at once", measure.milliseconds(max(many))],
    ["memory of the wire and a peer", f"{median('memory'):.0f} KiB"]])
