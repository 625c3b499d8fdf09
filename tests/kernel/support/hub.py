"""A JupyterHub of the manual's recipe on this machine's loopback, and students who use it as a browser would.

All that is waited for is an event: a line of the log, an answer, a message. Each wait has a limit and says for what.
"""
import asyncio
import itertools
import json
import os
import secrets
import tempfile

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

PATIENCE = 60  # seconds; a busy machine is slow
PYTHON = "/usr/bin/python3"
RECIPE = f"{os.environ['SOCKRATES_SOURCE']}/docs/manual/templates/hub/jupyterhub_config.py"
# Nobody else has this address, so its ports are free.
ADDRESS = f"127.{64 + os.getpid() % 128}.{os.getpid() // 128 % 250}.1"
CHANGES = """
load_subconfig({recipe!r})
c.JupyterHub.bind_url = "http://{address}:8000"
c.JupyterHub.hub_bind_url = "http://{address}:8081"
c.ConfigurableHTTPProxy.api_url = "http://{address}:8001"
c.Spawner.ip = "{address}"
# Anybody may be a student here, without an account on this machine.
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/{{username}}"
c.Spawner.environment = c.Spawner.environment | {environment!r}
c.Spawner.args = c.Spawner.args + {arguments!r}
c.JupyterHub.services = [{{"name": "tests", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{"name": "tests", "services": ["tests"],
                            "scopes": ["admin:users", "admin:servers", "admin:server_state", "tokens", "shutdown"]}}]
"""


async def within(awaitable, what):
    try:
        return await asyncio.wait_for(awaitable, PATIENCE)
    except asyncio.TimeoutError:
        raise TimeoutError(f"it did not come: {what}") from None


async def request(method, path, token, content=None, okay=(200, 201, 202, 204)):
    """Asks the proxy; the answer's JSON, or its text when it is none."""
    asked = HTTPRequest(f"http://{ADDRESS}:8000{path}", method=method, request_timeout=PATIENCE,
                        headers={"Authorization": f"token {token}"}, allow_nonstandard_methods=True,
                        body=None if content is None else json.dumps(content))
    answer = await within(AsyncHTTPClient().fetch(asked, raise_error=False), f"an answer to {method} {path}")
    assert answer.code in okay, (method, path, answer.code, answer.body)
    is_json = answer.code < 300 and "json" in answer.headers.get("Content-Type", "")
    return json.loads(answer.body) if is_json and answer.body else answer.body.decode()


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(child) for child in file.read().split()]


def named(pids, name):
    """Of the processes, those that run this program."""
    found = []
    for pid in pids:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if name.encode() in file.read():
                found.append(pid)
    return found


async def ended(pid):
    """Waits until a process that need not be our child is gone."""
    loop, gone = asyncio.get_running_loop(), asyncio.Event()
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop.add_reader(watched, gone.set)
    try:
        await within(gone.wait(), f"the end of process {pid}")
    finally:
        loop.remove_reader(watched)
        os.close(watched)


class Hub:
    async def __aenter__(self):
        self.place = tempfile.TemporaryDirectory(prefix="h", dir="/tmp")
        self.folder, self.token, self.said = self.place.name, secrets.token_hex(16), []
        environment = {"PATH": f"/usr/bin:{os.environ['PATH']}", "JUPYTER_PATH": f"{self.folder}/share/jupyter"}
        with open(f"{self.folder}/config.py", "w", encoding="utf-8") as file:
            file.write(CHANGES.format(recipe=RECIPE, address=ADDRESS, folder=self.folder, token=self.token,
                                      environment=environment | {"LC_ALL": "C.UTF-8"},
                                      arguments=["--allow-root"] if os.geteuid() == 0 else []))
        self.process = await asyncio.create_subprocess_exec(
            PYTHON, "-m", "jupyterhub", "-f", file.name, cwd=self.folder, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT, start_new_session=True,
            env=os.environ | environment | {"NODE_PATH": "/usr/share/nodejs"})
        self.up = asyncio.Event()
        self.reader = asyncio.create_task(self.listen())
        await within(self.up.wait(), "a hub that is up")
        return self

    async def listen(self):
        async for line in self.process.stdout:
            self.said.append(line.decode())
            if "JupyterHub is now running" in self.said[-1]:
                self.up.set()

    async def __aexit__(self, kind, value, trace):
        if kind is not None:
            print("".join(self.said))
        await request("POST", "/hub/api/shutdown", self.token, {"servers": True, "proxy": True})
        await within(self.process.wait(), "the end of the hub")
        await within(self.reader, "the end of the servers")
        self.place.cleanup()


class Student:
    """Somebody with a server of their own, and a kernel in it."""

    def __init__(self, hub, name):
        self.hub, self.name, self.count = hub, name, itertools.count()
        self.kernel = self.channels = None

    async def join(self):
        await request("POST", f"/hub/api/users/{self.name}", self.hub.token)
        made = await request("POST", f"/hub/api/users/{self.name}/tokens", self.hub.token, {"note": "a browser"})
        self.token = made["token"]
        await self.start_server()

    async def start_server(self):
        path = f"/hub/api/users/{self.name}/server"
        await request("POST", path, self.hub.token)
        # What is told while it starts; the end of the answer says that it has.
        told = HTTPRequest(f"http://{ADDRESS}:8000{path}/progress", headers={"Authorization": f"token {self.hub.token}"},
                           request_timeout=PATIENCE)
        said = (await within(AsyncHTTPClient().fetch(told), f"{self.name}'s server")).body.decode()
        assert '"ready": true' in said, said
        facts = await request("GET", f"/hub/api/users/{self.name}", self.hub.token)
        self.server = facts["servers"][""]["state"]["pid"]

    async def ask(self, method, path, content=None, **more):
        return await request(method, f"/user/{self.name}/api/{path}", self.token, content, **more)

    async def start_kernel(self):
        self.kernel = (await self.ask("POST", "kernels", {}))["id"]
        await self.connect()

    async def connect(self):
        asked = HTTPRequest(f"ws://{ADDRESS}:8000/user/{self.name}/api/kernels/{self.kernel}/channels",
                            headers={"Authorization": f"token {self.token}"}, request_timeout=PATIENCE)
        self.channels = await within(websocket_connect(asked), f"{self.name}'s channels")

    def broker(self):
        """The process of the kernel, which has no other."""
        found = named(children(self.server), "sockrates-kernel")
        assert len(found) == 1, found
        return found[0]

    async def read(self, what):
        text = await within(self.channels.read_message(), f"{self.name}: {what}")
        assert text is not None, f"the server closed {self.name}'s channels"
        return json.loads(text)

    def begin(self, code):
        number = f"{self.name}{next(self.count)}"
        self.channels.write_message(json.dumps({
            "channel": "shell", "header": {"msg_id": number, "msg_type": "execute_request", "session": self.name,
                                           "username": self.name, "version": "5.3", "date": "2026-01-01T00:00:00Z"},
            "parent_header": {}, "metadata": {}, "content": {"code": code, "silent": False, "store_history": True,
                                                             "user_expressions": {}, "allow_stdin": False}}))
        return number

    async def read_of(self, number, kind, what):
        """The next message of a kind about a cell, and the outputs before it."""
        outputs = []
        while True:
            message = await self.read(f"{kind} of {what}")
            if message["parent_header"].get("msg_id") != number:
                continue
            if message["msg_type"] == kind and (kind != "status" or message["content"]["execution_state"] == "idle"):
                return message["content"], outputs
            if message["msg_type"] in ("execute_result", "display_data", "stream", "error"):
                outputs.append((message["msg_type"], message["content"]))

    async def run(self, code):
        """The outputs of a cell, as (type, content)."""
        return (await self.read_of(self.begin(code), "status", code))[1]

    async def value(self, code):
        return next(content["data"]["text/plain"] for kind, content in await self.run(code) if kind == "execute_result")

    async def leave(self):
        if self.channels is not None:
            self.channels.close()
        await request("DELETE", f"/hub/api/users/{self.name}/server", self.hub.token)
        await ended(self.server)
