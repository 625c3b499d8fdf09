"""Every message of the protocol, as the strict client sees it."""
from support.client import Kernel


def info(kernel):
    for port in ("shell", "control"):
        said = kernel.ask(port, "kernel_info_request").content
        assert said["status"] == "ok" and said["protocol_version"] == "5.5", said
        assert said["implementation"] == "sockrates" and said["banner"] and isinstance(said["help_links"], list)
        language = said["language_info"]
        assert (language["name"], language["file_extension"], language["mimetype"]) == ("lua", ".lua", "text/x-lua")
        assert language["version"].startswith("5.4"), language
        assert language["pygments_lexer"] == language["codemirror_mode"] == "lua"


def results(kernel):
    first = kernel.run("1 + 1")
    assert first.value == "2" and first.content["execution_count"] == 1
    both = first.of("execute_result")[0]["data"]
    assert "2" in both["text/html"] and both.keys() == {"text/plain", "text/html"}
    assert kernel.run("x = 5").value is None
    assert kernel.run("x, 'a <b>'").value == '5\n"a <b>"'
    printed = kernel.run("print('one') io.write('two ü')")
    assert printed.printed == "one\ntwo ü" and all(said["name"] == "stdout" for said in printed.of("stream"))
    assert kernel.run("").content["execution_count"] == 5
    table = kernel.run("{{'a', 'b'}, {1, 2}}")
    assert "<table>" in table.of("execute_result")[0]["data"]["text/html"]


def counting(kernel):
    count = kernel.run("1").content["execution_count"]
    assert kernel.run("1", store_history=False).content["execution_count"] == count
    silent = kernel.run("print(1) silent_value = 3 return 7", silent=True)
    assert silent.content["execution_count"] == count
    assert kernel.run("silent_value").value == "3"
    assert kernel.run("error('quiet')", silent=True).content["ename"] == "LuaError"


def errors(kernel):
    failed = kernel.run("s = socket.socket()\ns:connect('127.0.0.1', 1)")
    assert failed.error == "ConnectionRefusedError"
    told = "\n".join(failed.content["traceback"])
    assert "nothing listens on port 1" in told and "line 2" in told, told
    assert kernel.run("local function f() error('deep') end\nf()").error == "LuaError"
    incomplete = kernel.run("for i = 1, 2 do")
    assert incomplete.error == "SyntaxError" and "end" in incomplete.content["evalue"]
    assert kernel.run("x = = 1").error == "SyntaxError"
    assert kernel.run("os.exit(3)").error == "SessionEnded"
    assert kernel.run("type(x)").value == '"nil"', "a fresh session knows nothing of the one before"


def expressions(kernel):
    kernel.run("x = 5")
    said = kernel.run("x = x + 1", user_expressions={"a": "x", "b": "nothing.at.all", "c": "x = 9", "d": 5}).content
    wanted = said["user_expressions"]
    assert wanted["a"]["status"] == "ok" and wanted["a"]["data"]["text/plain"] == "6", wanted
    assert wanted["b"]["status"] == "error" and wanted["b"]["ename"] and wanted["b"]["traceback"]
    assert wanted["c"]["status"] == "ok" and wanted["d"]["status"] == "error", wanted
    assert "user_expressions" not in kernel.run("error()", user_expressions={"a": "x"}).content


def completing(kernel):
    def complete(code, position=None):
        return kernel.ask("shell", "complete_request",
                          {"code": code, "cursor_pos": len(code) if position is None else position}).content

    said = complete("socket.AF_INE")
    assert said["status"] == "ok" and said["matches"][:2] == ["AF_INET", "AF_INET6"], said
    assert (said["cursor_start"], said["cursor_end"]) == (7, 13)
    # Positions are code points: neither bytes nor halves of UTF-16.
    said = complete("t = '\U0001f600ü' socket.AF_INE more", 22)
    assert (said["cursor_start"], said["cursor_end"]) == (16, 22) and "AF_INET" in said["matches"], said
    assert complete("nothing_begins_so")["matches"] == []
    assert complete(":lad")["matches"] == [":ladder"]
    kernel.run("mine = socket.socket()")
    said = complete("x = 1\nmine:conn")
    assert said["matches"] == ["connect", "connect_ex"] and said["cursor_start"] == 11
    signatures = [note["signature"] for note in said["metadata"]["_jupyter_types_experimental"]]
    assert signatures[0].startswith("connect("), signatures
    for position in (-5, 10 ** 9):
        assert complete("so", position)["status"] == "ok"


def inspecting(kernel):
    def inspect(code, position=None):
        return kernel.ask("shell", "inspect_request", {"code": code, "detail_level": 0,
                                                       "cursor_pos": len(code) if position is None else position}).content

    said = inspect("socket.socket")
    assert said["found"] and "socket.socket(" in said["data"]["text/plain"] and "text/markdown" in said["data"], said
    assert "listen" in inspect("s:listen(")["data"]["text/plain"]
    assert "listen" in inspect("ü = 1 s:listen(5, f(3), ", 23)["data"]["text/plain"]
    kernel.run("answer = 42")
    assert inspect("answer")["data"]["text/plain"] == "answer = 42"
    assert inspect("nobody_knows_this") == {"status": "ok", "found": False, "data": {}, "metadata": {}}
    assert not inspect("")["found"] and not inspect("((((")["found"]


def whole(kernel):
    def state(code):
        said = kernel.ask("shell", "is_complete_request", {"code": code}).content
        assert ("indent" in said) == (said["status"] == "incomplete"), said
        return said["status"]

    assert state("x = 1") == state("1 + 1") == state(":ladder") == state("connect?") == state("") == "complete"
    assert state("for i = 1, 2 do") == state("f(") == state("x = [[") == "incomplete"
    assert state("x = = 1") == state("end") == "invalid"
    assert kernel.run("x").content["status"] == "ok", "nothing of it ran"


def history(kernel):
    for code in ("first = 1", "'second'", "third = 3"):
        kernel.run(code)
    kernel.run("secret = 1", store_history=False)

    def asked(**content):
        return kernel.ask("shell", "history_request", content).content["history"]

    tail = asked(hist_access_type="tail", n=2, output=False, raw=True)
    assert [said[2] for said in tail] == ["'second'", "third = 3"] and all(said[0] == 1 for said in tail), tail
    assert asked(hist_access_type="tail", n=2, output=True)[0][2] == ["'second'", '"second"']
    assert [said[2] for said in asked(hist_access_type="search", pattern="*irs*", n=5)] == ["first = 1"]
    number = tail[0][1]
    assert [said[2] for said in asked(hist_access_type="range", session=0, start=number, stop=number + 1)] == ["'second'"]


def comms(kernel):
    closed = kernel.ask("shell", "comm_open", {"comm_id": "c1", "target_name": "nobody", "data": {}}, reply=False)
    assert [content["comm_id"] for content in closed.of("comm_close")] == ["c1"]
    for kind in ("comm_msg", "comm_close"):
        assert not kernel.ask("shell", kind, {"comm_id": "c1", "data": {}}, reply=False).published
    assert kernel.ask("shell", "comm_info_request").content == {"status": "ok", "comms": {}}


def others(kernel):
    ports = kernel.ask("shell", "connect_request").content
    assert ports["hb_port"] == kernel.connection["hb_port"] and ports["iopub_port"] == kernel.connection["iopub_port"]
    for port in ("shell", "control"):
        assert not kernel.ask(port, "never_heard_of_request", reply=False).published
        assert not kernel.ask(port, "debug_request", {"command": "initialize"}, reply=False).published
    assert kernel.ask("control", "interrupt_request").content == {"status": "ok"}
    kernel.send("stdin", "input_reply", {"value": "stale"})
    kernel.beat()


for step in (info, results, counting, errors, expressions, completing, inspecting, whole, history, comms, others):
    with Kernel() as kernel:
        step(kernel)
with Kernel(key=b"") as kernel:
    info(kernel)
    results(kernel)
