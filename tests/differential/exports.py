"""What Python's socket module exports, Sockrates has, with the same values; what it lacks on purpose stands here."""
import enum
import errno
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile

# Constants that this machine's headers lack or Python makes itself, with the reason.
BLUETOOTH = "the system's headers have no Bluetooth"
WITHOUT_CONSTANTS = {
    "BDADDR_ANY": BLUETOOTH, "BDADDR_LOCAL": BLUETOOTH, "BTPROTO_HCI": BLUETOOTH, "BTPROTO_L2CAP": BLUETOOTH,
    "BTPROTO_RFCOMM": BLUETOOTH, "BTPROTO_SCO": BLUETOOTH, "HCI_DATA_DIR": BLUETOOTH, "HCI_FILTER": BLUETOOTH,
    "HCI_TIME_STAMP": BLUETOOTH, "SOL_HCI": BLUETOOTH,
    "AF_DECnet": "Linux dropped it; Python keeps it outside of the enumeration",
    "ALG_OP_SIGN": "Python's own number", "ALG_OP_VERIFY": "Python's own number",
    "ALG_SET_PUBKEY": "Python's own number",
    "UDPLITE_RECV_CSCOV": "Python's own number", "UDPLITE_SEND_CSCOV": "Python's own number",
}
# Python's own machinery, and what comes into its module by accident.
WITHOUT_NAMES = {
    "CAPI": "a door for C extensions",
    "SocketIO": "makefile() gives what it makes",
    "SocketType": "the class below socket.socket",
    "IntEnum": "imported by accident", "IntFlag": "imported by accident", "array": "imported by accident",
    "io": "imported by accident", "os": "imported by accident", "selectors": "imported by accident",
    "sys": "imported by accident", "errorTab": "Windows",
    "EBADF": "errno.EBADF", "EAGAIN": "errno.EAGAIN", "EWOULDBLOCK": "errno.EWOULDBLOCK",
    "sethostname": "a tutor renames no machines",
    "errno": "require it by its own name",
}
WITHOUT_METHODS = {
    "sendmsg_afalg": "cryptography through sockets",
    "family": "a field", "type": "a field", "proto": "a field", "timeout": "a field",
}

# What the other modules lack on purpose.
MASKS = "one thread: nothing to block signals in"
WITHOUT_ELSEWHERE = {
    "signal": {
        "SIG_BLOCK": MASKS, "SIG_SETMASK": MASKS, "SIG_UNBLOCK": MASKS, "Sigmasks": MASKS, "pthread_kill": MASKS,
        "pthread_sigmask": MASKS, "set_wakeup_fd": MASKS, "sigpending": MASKS, "sigtimedwait": MASKS, "sigwait": MASKS,
        "sigwaitinfo": MASKS, "struct_siginfo": MASKS, "valid_signals": MASKS, "pidfd_send_signal": "os.kill does it",
    },
    "select": {},
    "errno": {},
}

LUA = r"""
local rows = {}
local function quote(text) return '"' .. tostring(text):gsub('[%c"\\]', " ") .. '"' end
local function value(v)
    local kind = math.type(v) or type(v)
    if kind == "integer" or kind == "boolean" then return tostring(v) end
    if kind == "userdata" and getmetatable(v).__name == "enum member" then
        return ('{"repr": %s, "value": %d, "class": %s}'):format(quote(v), v.value, quote(v.class))
    end
    return quote("a " .. kind)
end
for name, v in pairs(socket) do rows[#rows + 1] = quote(name) .. ": " .. value(v) end
local classes = {}
for _, name in ipairs{"AddressFamily", "SocketKind", "MsgFlag", "AddressInfo"} do
    local members, all = {}, {}
    for _, member in ipairs(socket[name]) do members[#members + 1] = quote(member) end
    for key, member in pairs(socket[name].__members__) do all[#all + 1] = quote(key) .. ": " .. quote(member) end
    classes[#classes + 1] = ('%s: {"members": [%s], "all": {%s}}'):format(quote(name), table.concat(members, ", "),
        table.concat(all, ", "))
end
local s, methods = socket.socket(), {}
s:settimeout(1)
for _, name in ipairs(METHODS) do if s[name] ~= nil then methods[#methods + 1] = quote(name) end end
s:close()
local modules = {}
for name, module in pairs{signal = signal, select = select, errno = errno} do
    local values = {}
    for key, v in pairs(module) do values[#values + 1] = quote(key) .. ": " .. value(v) end
    modules[#modules + 1] = ('%s: {%s}'):format(quote(name), table.concat(values, ", "))
end
print(('{"names": {%s}, "classes": {%s}, "methods": [%s], "modules": {%s}}'):format(table.concat(rows, ", "),
    table.concat(classes, ", "), table.concat(methods, ", "), table.concat(modules, ", ")))
"""


def public(owner):
    return [name for name in dir(owner) if not name.startswith("_")]


def as_seen(value):
    if isinstance(value, enum.Enum):
        return {"repr": repr(value), "value": int(value), "class": repr(type(value))}
    return value


def ask_sockrates():
    methods = ", ".join(f'"{name}"' for name in public(socket.socket))
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(f"local METHODS = {{{methods}}}\n{LUA}")
        file.flush()
        done = subprocess.run([os.environ["SOCKRATES"], "run", file.name], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def complaints(ours):
    compared = 0
    for name in public(socket):
        value = getattr(socket, name)
        without = WITHOUT_NAMES.get(name) or WITHOUT_CONSTANTS.get(name)
        if name not in ours["names"]:
            if not without:
                yield f"socket.{name} is not there; Python has {value!r}"
        elif without:
            yield f"socket.{name} is there after all: take it from the list ({without})"
        elif isinstance(value, int):
            compared += 1
            if as_seen(value) != ours["names"][name]:
                yield f"socket.{name}: Python {as_seen(value)}, Sockrates {ours['names'][name]}"
    for name in ("AddressFamily", "SocketKind", "MsgFlag", "AddressInfo"):
        theirs, own = getattr(socket, name), ours["classes"][name]
        if [repr(member) for member in theirs] != own["members"]:
            yield f"{name} is iterated in another order: {[repr(m) for m in theirs]} {own['members']}"
        if {key: repr(member) for key, member in theirs.__members__.items()} != own["all"]:
            yield f"{name} has other members or aliases"
    for name in public(socket.socket):
        if (name in ours["methods"]) == (name in WITHOUT_METHODS and WITHOUT_METHODS[name] != "a field"):
            yield f"s:{name}(): {'there after all' if name in ours['methods'] else 'not there'}"
    for module in (signal, select, errno):
        own, without = ours["modules"][module.__name__], WITHOUT_ELSEWHERE[module.__name__]
        for name in public(module):
            value = getattr(module, name)
            if (name in own) == (name in without):
                yield f"{module.__name__}.{name} is {'there after all' if name in own else 'not there'}"
            elif name in own and isinstance(value, int):
                compared += 1
                if as_seen(value) != own[name]:
                    yield f"{module.__name__}.{name}: Python {as_seen(value)}, Sockrates {own[name]}"
    if compared < 500:
        yield f"only {compared} constants were compared"
    print(f"{compared} constants are the same")


trouble = list(complaints(ask_sockrates()))
print("\n".join(trouble))
sys.exit(1 if trouble else 0)
