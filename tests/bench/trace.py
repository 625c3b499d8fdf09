"""What the record of calls costs: writing it, against a round trip over loopback; drawing it, against writing it down.

The difference of two runs with different numbers of operations, divided by the difference. A round trip is between two
processes on one CPU, each of which records its two calls. Under callgrind the clock is a system call, so instructions
leave out what it costs in user space; the times have it.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402

ROUNDS = 5
EVENTS = 10_000
FEW, MANY = {"call": 1_000, "round": 1_000, "draw": 1}, {"call": 2_000_000, "round": 40_000, "draw": 5}
COUNT_MANY = {"call": 11_000, "round": 6_000, "draw": 3}
VIEWS = (("trace", "each call as --trace writes it"), ("text", "ladder as text, at most 160 rows"),
         ("text-all", "ladder as text, all rows"), ("svg", "ladder as SVG, at most 160 rows"),
         ("svg-all", "ladder as SVG, all rows"))


def command(words, times):
    return ["taskset", "-c", "0", f"{measure.BENCH}/trace", *words, str(times)]


def bench(*works):
    """Seconds and instructions of one operation of each work."""
    took = measure.times([((work, size), command(work, sizes[work[0]]))
                          for work in works for size, sizes in (("few", FEW), ("many", MANY))], ROUNDS)
    seconds = {work: (took[work, "many"] - took[work, "few"]) / (MANY[work[0]] - FEW[work[0]]) for work in works}
    counts = {work: (measure.instructions(command(work, COUNT_MANY[work[0]]))
                     - measure.instructions(command(work, FEW[work[0]]))) / (COUNT_MANY[work[0]] - FEW[work[0]])
              for work in works}
    return seconds, counts


KINDS = [(operation, kind) for operation in ("call", "round") for kind in ("bare", "recorded", "gated")]
seconds, counts = bench(*KINDS)
trip = seconds["round", "bare"]
once = seconds["call", "recorded"] - seconds["call", "bare"]
gate = seconds["call", "gated"] - seconds["call", "recorded"]
measure.table("Recording", ["", "time", "of a round trip", "instructions"], [
    ["a round trip of 64 bytes", f"{trip * 1e6:.2f} us", "100.0 %", measure.short(counts["round", "bare"])],
    ["recording one call", f"{once * 1e9:.0f} ns", f"{once / trip:.1%}".replace("%", " %"),
     measure.short(counts["call", "recorded"] - counts["call", "bare"])],
    ["recording its four calls", f"{4 * once * 1e9:.0f} ns", f"{4 * once / trip:.1%}".replace("%", " %"),
     measure.short(counts["round", "recorded"] - counts["round", "bare"])],
    ["asking what a session may do, once", f"{gate * 1e9:.0f} ns", f"{gate / trip:.1%}".replace("%", " %"),
     measure.short(counts["call", "gated"] - counts["call", "recorded"])],
    ["for all four calls", f"{4 * gate * 1e9:.0f} ns", f"{4 * gate / trip:.1%}".replace("%", " %"),
     measure.short(counts["round", "gated"] - counts["round", "recorded"])]])

for events in ("different", "alike"):
    works = [("draw", view, events) for view, _ in VIEWS]
    seconds, counts = bench(*works)
    base = works[0]
    measure.table(f"{EVENTS:,} events, " + ("all unlike" if events == "different" else "alike and folded"),
                  ["", "time an event", "ratio", "instructions an event", "ratio"], [
        [title, f"{seconds[work] / EVENTS * 1e6:.2f} us", measure.ratio(seconds[work], seconds[base]),
         measure.short(counts[work] / EVENTS), measure.ratio(counts[work], counts[base])]
        for work, (_, title) in zip(works, VIEWS)])
