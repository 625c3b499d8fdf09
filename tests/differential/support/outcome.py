"""Runs the steps of scenarios in Python and writes what became of each as lines of JSON: see compare.py."""
import enum
import gc
import json
import os
import select
import signal
import socket
import sys
import time
import errno
import warnings

warnings.simplefilter("ignore")


def shown(value):
    """A value as both languages can say it; a string and its bytes are the same."""
    if isinstance(value, enum.Enum):
        return {"member": repr(value)}
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return {"bytes": value.encode().hex()}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": bytes(value).hex()}
    if isinstance(value, (tuple, list)):
        return [shown(element) for element in value]
    if isinstance(value, BaseException):
        return raised(value)
    return {"object": type(value).__name__}


def raised(error):
    return {"raised": type(error).__name__, "errno": shown(getattr(error, "errno", None)),
            "text": str(error) if isinstance(error, OSError) else None}


def temporary(name):
    return os.path.join(os.environ["DIFFERENTIAL"], name)


def abstract(name, length=0):
    """A name without a file, this run's own; padded to the length."""
    return ("\0" + temporary(name)).ljust(length, "y")


def opened(name, data):
    with open(temporary(name), "wb") as file:
        file.write(data)
    return open(temporary(name), "rb")  # pylint: disable=consider-using-with


def fail():
    raise ValueError("from a handler")


def soon(call, interval=0):
    """A call while a timer runs; in one step, so that a handler that raises does it there."""
    signal.setitimer(signal.ITIMER_REAL, 0.1, interval)
    return call()


def run_step(source, world):
    begin = time.monotonic()
    try:
        try:
            value = shown(eval(source, world))
        except SyntaxError:
            exec(source, world)
            value = None
    except BaseException as error:  # pylint: disable=broad-exception-caught
        value = raised(error)
    return {"value": value, "took": time.monotonic() - begin}


for scenario in json.load(open(sys.argv[1], encoding="utf-8")):
    environment = {"socket": socket, "select": select, "signal": signal, "time": time, "errno": errno, "os": os,
                   "temporary": temporary, "abstract": abstract, "opened": opened, "fail": fail, "soon": soon,
                   "nan": float("nan"), "inf": float("inf")}
    steps = [run_step(step["python"], environment) for step in scenario["steps"]]
    socket.setdefaulttimeout(None)
    environment.clear()
    gc.collect()
    print(json.dumps({"title": scenario["title"], "steps": steps}), flush=True)
