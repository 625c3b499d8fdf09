"""The kernel of notebooks against Python's, by Jupyter's own client: ready, a trivial cell, memory, growth, at rest."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import measure  # noqa: E402

try:
    from jupyter_client.manager import start_new_kernel
except ImportError:
    sys.exit("python3-jupyter-client is not here")

CELLS, REST = 400, 5  # cells; seconds at rest
# Grows by nothing that a session has to keep: its own events are bounded.
CODES = {"sockrates": "1 + 1", "python3": "1 + 1"}


def processes(pid):
    """The kernel's own and its session's."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [pid, *map(int, found)]


def memory(pids):
    """Resident bytes, what several processes share counted once."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            total += 1024 * int(next(line.split()[1] for line in file if line.startswith("Pss:")))
    return total


def busy(pids):
    """Seconds of a processor used so far."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            total += sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))
    return total / os.sysconf("SC_CLK_TCK")


def run(client, code):
    begin = time.perf_counter()
    asked = client.execute(code)
    while client.get_shell_msg(timeout=20)["parent_header"].get("msg_id") != asked:
        pass
    while True:
        message = client.get_iopub_msg(timeout=20)
        if (message["parent_header"].get("msg_id") == asked and message["msg_type"] == "status"
                and message["content"]["execution_state"] == "idle"):
            return time.perf_counter() - begin


def measured(name):
    begin = time.perf_counter()
    manager, client = start_new_kernel(kernel_name=name, startup_timeout=30)
    result = {"ready": time.perf_counter() - begin}
    pids = processes(manager.provisioner.process.pid)
    for _ in range(20):
        run(client, CODES[name])
    result["memory"] = memory(pids)
    result["cell"] = statistics.median(run(client, CODES[name]) for _ in range(CELLS))
    result["grown"] = memory(pids) - result["memory"]
    before = busy(pids)
    time.sleep(REST)
    result["rest"] = (busy(pids) - before) / REST
    client.stop_channels()
    manager.shutdown_kernel()
    return result


def specs(home):
    """Both kernels, each by its own command."""
    subprocess.run([measure.SOCKRATES, "kernel", "install", "--user"], check=True, stdout=subprocess.DEVNULL)
    folder = f"{home}/.local/share/jupyter/kernels/python3"
    os.makedirs(folder)
    with open(f"{folder}/kernel.json", "w", encoding="utf-8") as file:
        json.dump({"argv": ["/usr/bin/python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                   "display_name": "Python 3", "language": "python"}, file)
    return ["sockrates"] + ["python3"] * (subprocess.run(["/usr/bin/python3", "-c", "import ipykernel"],
                                                         stderr=subprocess.DEVNULL, check=False).returncode == 0)


with measure.fresh_home() as home, tempfile.TemporaryDirectory() as runtime:
    os.environ["JUPYTER_RUNTIME_DIR"] = runtime
    os.environ["IPYTHONDIR"] = f"{home}/ipython"
    print(f"{'kernel':12}{'ready':>10}{'a cell':>10}{'memory':>11}{f'+{CELLS} cells':>12}{'at rest':>9}")
    for kernel in specs(home):
        got = measured(kernel)
        print(f"{kernel:12}{got['ready']:8.2f} s{1000 * got['cell']:7.1f} ms{got['memory'] / 1e6:8.1f} MB"
              f"{got['grown'] / 1e6:9.2f} MB{100 * got['rest']:8.1f}%")
print("limits: ready 1.5 s, a cell 15 ms, broker and session 24 MB, nothing grown, 2 % at rest")
