"""Python's statements in Lua's clothes, mechanically: the claim that who knows Python's `socket` can guess ours.

What is translated is what the scenarios need: calls, assignments, tuples and lists as tables, keyword arguments as a last
table, None as nil, numbers of elements counted from 1.  Anything else is refused, so that nothing is translated wrongly.
"""
import ast

MODULES = {"socket", "select", "time", "errno", "os", "signal"}
OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Mod: "%", ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "~",
    ast.LShift: "<<", ast.RShift: ">>", ast.FloorDiv: "//", ast.Div: "/", ast.Pow: "^",
    ast.Eq: "==", ast.NotEq: "~=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "==", ast.IsNot: "~=",
    ast.And: "and", ast.Or: "or", ast.USub: "-", ast.Invert: "~", ast.Not: "not ",
}
# Python's functions without a module, and what a Lua programmer writes instead.
FUNCTIONS = {
    "len": "#({})", "repr": "tostring({})", "str": "tostring({})", "bytes": "tostring({})", "int": "(({}) + 0)",
    "list": "all({})", "isinstance": "({0}):isa({1})",
}


def string(value):
    data = value.encode() if isinstance(value, str) else value
    return '"' + "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in data) + '"'


def constant(value):
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, bytes)):
        return string(value)
    return repr(value)


def is_bytes(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))


def call(node):
    arguments = [expression(argument) for argument in node.args]
    if node.keywords:
        arguments.append("{" + ", ".join(f"{k.arg} = {expression(k.value)}" for k in node.keywords) + "}")
    if isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        return FUNCTIONS[node.func.id].format(*arguments)
    given = f"({', '.join(arguments)})"
    if isinstance(node.func, ast.Attribute):
        owner = node.func.value
        of_module = isinstance(owner, ast.Name) and owner.id in MODULES
        return f"{expression(owner)}{'.' if of_module else ':'}{node.func.attr}{given}"
    return expression(node.func) + given


def subscript(node):
    value, index = expression(node.value), node.slice
    if isinstance(index, ast.Slice):
        first = expression(index.lower) + " + 1" if index.lower else "1"
        return f"({value}):sub({first}, {expression(index.upper) if index.upper else '-1'})"
    if isinstance(index, ast.Constant) and isinstance(index.value, int):
        return f"{value}[{index.value + 1}]"
    return f"{value}[{expression(index)}]"


def binary(node):
    left, right = expression(node.left), expression(node.right)
    if isinstance(node.op, ast.Mult) and is_bytes(node.left):
        return f"({left}):rep({right})"
    if isinstance(node.op, ast.Add) and (is_bytes(node.left) or is_bytes(node.right)):
        return f"({left} .. {right})"
    return f"({left} {OPERATORS[type(node.op)]} {right})"


def expression(node):
    match node:
        case ast.Constant():
            return constant(node.value)
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{expression(node.value)}.{node.attr}"
        case ast.Tuple() | ast.List():
            return "{" + ", ".join(expression(element) for element in node.elts) + "}"
        case ast.Call():
            return call(node)
        case ast.Subscript():
            return subscript(node)
        case ast.BinOp():
            return binary(node)
        case ast.UnaryOp():
            return f"({OPERATORS[type(node.op)]}{expression(node.operand)})"
        case ast.BoolOp():
            return "(" + f" {OPERATORS[type(node.op)]} ".join(expression(value) for value in node.values) + ")"
        case ast.Compare():
            return f"({expression(node.left)} {OPERATORS[type(node.ops[0])]} {expression(node.comparators[0])})"
        case ast.Lambda():
            return f"function({', '.join(a.arg for a in node.args.args)}) return {expression(node.body)} end"
    raise SyntaxError(f"no Lua for {ast.unparse(node)}")


def statement(node):
    match node:
        case ast.Expr():
            return "return " + expression(node.value)
        case ast.Assign():
            target = node.targets[0]
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            return f"{', '.join(expression(name) for name in names)} = {expression(node.value)}"
        case ast.For(iter=ast.Call(func=ast.Name(id="range"))):
            body = "; ".join(inner(child) for child in node.body)
            return f"for {node.target.id} = 0, {expression(node.iter.args[0])} - 1 do {body} end"
        case ast.Delete():
            return "; ".join(f"{expression(target)} = nil" for target in node.targets)
    raise SyntaxError(f"no Lua for {ast.unparse(node)}")


def inner(node):
    """A statement inside of another: a call stands alone."""
    return expression(node.value) if isinstance(node, ast.Expr) else statement(node)
