"""JupyterHub as the manual's recipe has it: three students at once, a lesson each. One's kernel is killed, one's server.

The others notice nothing, and who was struck begins again.
"""
import asyncio
import json
import os
import signal
import subprocess
import sys

from support.client import KERNEL  # skips without a kernel

try:
    import jupyterhub
    import tornado
    import yaml
except ImportError as error:
    print(f"{error.name} is not here: the recipe for JupyterHub was not tried (Debian: jupyterhub).")
    sys.exit(1 if os.environ.get("CI") else 77)

from support.hub import RECIPE, Hub, Student, children, ended, named, request

LESSONS = {"ada": "02-your-first-client", "ben": "03-creating-one", "cleo": "10-bind-listen-accept"}
ENDLESS = "print('begun') while true do end"


def cells_of(lesson):
    """A lesson as its students get it: its cells, and what came of each when it was exported."""
    source = f"{os.environ['SOCKRATES_SOURCE']}/lessons/{lesson}.md"
    subprocess.run([os.environ["SOCKRATES_DOCS"], "export", source, "-o", "out"], check=True, capture_output=True)
    with open(f"out/{lesson}.ipynb", encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    subprocess.run(["rm", "-r", "out"], check=True)
    return [cell for cell in cells if cell["cell_type"] == "code"]


def kinds(outputs):
    return [output["output_type"] for output in outputs if output["output_type"] != "stream"]


async def learn(student, cells):
    """Each cell gives, in kind, what it gave when the lesson was exported; one that had no turn then, no error."""
    for cell in cells:
        code = "".join(cell["source"])
        came = [kind for kind, _ in await student.run(code) if kind != "stream"]
        if "raises-exception" not in cell["metadata"].get("tags", ()):
            fine = came == kinds(cell["outputs"]) if cell["outputs"] else "error" not in came
            assert fine, (student.name, code, came, cell["outputs"])


async def a_killed_kernel(student):
    """In the middle of a cell: its server starts another, which knows nothing of the one before."""
    await student.run("kept = 1")
    loop = student.begin(ENDLESS)
    await student.read_of(loop, "stream", ENDLESS)
    killed = student.broker()
    workers = children(killed)
    os.kill(killed, signal.SIGKILL)
    for pid in (killed, *workers):
        await ended(pid)
    while (await student.read("that the kernel ended"))["content"].get("execution_state") != "restarting":
        pass
    # The kernel itself says when it publishes for this server again.
    while (await student.read("a kernel that started again"))["msg_type"] != "iopub_welcome":
        pass
    assert await student.value("type(kept)") == '"nil"'
    assert await student.value("lab.echo().address[1]") == '"127.0.0.1"'


async def a_killed_server(student):
    """Its kernel notices and ends; the student presses Start, and works on."""
    kernel = student.broker()
    processes = [student.server, kernel, *children(kernel)]
    os.kill(student.server, signal.SIGKILL)
    for pid in processes:
        await ended(pid)
    await student.start_server()
    await student.start_kernel()
    assert await student.value("6 * 7") == "42"


async def go_on(student, until):
    """Works without a pause while others are struck."""
    await student.run("count = 0")
    cells = 0
    while not until.is_set() or cells < 20:
        cells += 1
        assert await student.value("count = count + 1\ncount") == str(cells)
    return cells


async def what_is_seen(student, other):
    """A page to begin from, notebooks of Sockrates, and nothing of anybody else."""
    assert "data-base-url" in await request("GET", f"/user/{student.name}/tree", student.token)
    offered = await student.ask("GET", "kernelspecs")
    assert offered["default"] == "sockrates" and list(offered["kernelspecs"]) == ["sockrates"], offered
    await request("GET", f"/user/{other.name}/api/kernels", student.token, okay=(403,))


def the_files():
    """What the recipes for one machine and for a cluster say both is the same."""
    class Config(dict):
        """As JupyterHub's own: a section is there when it is asked for."""
        def __getattr__(self, name):
            return self.setdefault(name, Config())

        __setattr__ = dict.__setitem__

    config = Config()
    with open(RECIPE, encoding="utf-8") as file:
        exec(file.read(), {"get_config": lambda: config})
    with open(f"{os.path.dirname(RECIPE)}/values.yaml", encoding="utf-8") as file:
        chart = yaml.safe_load(file)
    assert set(chart["hub"]["config"]["KubeSpawner"]["args"]) < set(config["Spawner"]["args"]), chart
    with open(f"{os.path.dirname(RECIPE)}/Dockerfile", encoding="utf-8") as file:
        image = file.read()
    for name, value in config["Spawner"]["environment"].items():
        assert f"{name}={value}" in image, name


async def main():
    lessons = {name: cells_of(lesson) for name, lesson in LESSONS.items()}
    async with Hub() as hub:
        subprocess.run([os.environ["SOCKRATES"], "kernel", "install", "--prefix", hub.folder], check=True,
                       capture_output=True)
        ada, ben, cleo = students = [Student(hub, name) for name in LESSONS]
        await asyncio.gather(*(student.join() for student in students))
        await asyncio.gather(*(student.start_kernel() for student in students))
        await what_is_seen(ada, ben)
        await asyncio.gather(*(learn(student, lessons[student.name]) for student in students))
        done = asyncio.Event()
        working = asyncio.create_task(go_on(ada, done))
        await asyncio.gather(a_killed_kernel(ben), a_killed_server(cleo))
        done.set()
        await working
        assert named(children(ada.server), "sockrates-kernel") == [ada.broker()]
        await asyncio.gather(*(student.leave() for student in students))


the_files()
asyncio.run(main())
