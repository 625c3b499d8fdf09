"""Nothing that a lesson wrote is obeyed: not by a terminal, not by a page, not by the machine that keeps a log."""
import html
import json
import os
import re
import subprocess
import tempfile
import unicodedata
import urllib.parse
import xml.etree.ElementTree as xml

SOCKRATES = os.environ["SOCKRATES"]
ORDER = "\x1b]0;PWN\x07\x9b2J\x08\x7f"  # a window's title, an erased screen, a deleted sign
TURN = "\u202eabc\u202c\u2066\u2069\u200e\u200f\u200b\ufeff"
ENTITY = "&lrm;&#27;]0;PWN&#7;&#155;2J&#127;&#x202e;&#10;&ZeroWidthSpace;"
RAW = ORDER + TURN
ALL = RAW + ENTITY
WORDS = ALL.replace("]", "")  # for the words of links

LESSON = f"""---
title: "T\\e]0;PWN\\a\\x9b2J\\r\\b\\u202e\\n"
summary: "S\\e]0;PWN\\a\\x9b\\r\\u2066"
authors: ["A\\e\\r"]
goals: ["G\\e]0;PWN\\a\\u200b"]
license: "L\\e"
---

# H {ALL}

Words {ALL} *em {ENTITY}* `code {RAW}` [link {WORDS}](http://x/{TURN}&#27;x "title {ALL}") ![img {WORDS}](y&#27;.png)

> [!NOTE]
> alert {ALL}

- item {ALL}

<b>{RAW}</b>

<details><summary>more {ALL}</summary>

inside {ALL}

</details>

```c{RAW}
int main{RAW}();
```

```{ENTITY}
x{ENTITY}
```

## Sec {ALL}

What {ALL}?

- [x] right {ALL}

  Because {ALL}
- [ ] wrong {ALL}

```lua {{#id1}}
-- {RAW}
print("\\27]0;PWN\\7", "\\xc2\\x9b2J", "\\155", "\\u{{202e}}abc", "a\\rb", "\\xff")
return "\\27]0;PWN\\7", {{["k\\27"] = "\\u{{2066}}"}}, {{{{"a\\27", "b\\u{{202e}}"}}, {{"c", "d"}}}}
```

```lua {{error=LuaError}}
error("\\27]0;PWN\\7\\u{{202e}}")
```

```lua
print(1)
```

```output
expected {RAW}
```

```lua {{.ignore #i{RAW}}}
x()
```

## Exercise: ex {ALL}

Do {ALL}.

```lua {{.starter}}
x = 1
```

<details><summary>Hint {ALL}</summary>

{ALL}

</details>

<details><summary>Solution</summary>

```lua {{.solution}}
x = 2
```

</details>

<details><summary>Check</summary>

```lua {{.check}}
assert(x == 3, "x is \\27]0;PWN\\7\\u{{202e}}")
```

</details>
"""


def put(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(text.encode("utf-8", "surrogateescape"))


def run(*arguments, status=None, **more):
    done = subprocess.run([SOCKRATES, *arguments], capture_output=True, timeout=60, **more)
    assert status is None or done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
    return done


def harmless(what, data):
    """Fails on what is obeyed, or moves and hides other text; all of it must be UTF-8."""
    text = data.decode("utf-8")
    for at, sign in enumerate(text):
        bad = unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") and sign not in "\n\t"
        assert not bad, (what, hex(ord(sign)), text[max(0, at - 40):at + 40])
    return text


def harmless_page(what, data):
    """The same, with the references that a browser would read."""
    text = harmless(what, data)
    for name in re.findall(r"&(#?\w+);", text):
        sign = html.unescape(f"&{name};")
        assert sign and unicodedata.category(sign[0]) not in ("Cc", "Cf", "Zl", "Zp"), (what, name)


def reports_and_pages():
    put("course/a.md", LESSON)
    put("course/SUMMARY.md", f"# Course {ALL}\n\n## Part {ALL}\n\n- [Lesson {WORDS}](a.md)\n")
    for form in "text", "tap", "junit", "json":
        done = run("check", "--format", form, "course", status=1)
        text = harmless(form, done.stdout)
        harmless(form, done.stderr)
        assert "\\x1b" in text or "\\\\x1b" in text, text
    harmless_page("render", run("docs", "render", "course/a.md", status=0).stdout)
    done = run("docs", "build", "course", "-o", "site", "--keep-going", "--no-reference", status=0)
    harmless("build", done.stdout)
    assert "PWN" in harmless("build", done.stderr)
    for folder, _, names in os.walk("site"):
        for name in names:
            if name.endswith((".html", ".xml")) or "search" in folder:
                with open(os.path.join(folder, name), "rb") as file:
                    harmless_page(name, file.read())


def what_a_script_needs_stays():
    put("scripts/a.md", "# \u0645\u06cc\u200c\u062e\u0648\n\n\U0001f469\u200d\U0001f4bb \u2764\ufe0f 1\ufe0f\u20e3 caf\u00e9\n")
    page = run("docs", "render", "scripts/a.md", status=0).stdout.decode()
    for words in "\u0645\u06cc\u200c\u062e\u0648", "\U0001f469\u200d\U0001f4bb", "\u2764\ufe0f", "1\ufe0f\u20e3", "caf\u00e9":
        assert words in page, (words, page)


def code_runs_as_it_is_written():
    put("code/a.md", "# T\n\n```lua\n#\"\x1b\u202e\"\n```\n\n```output\n4\n```\n")
    run("check", "code", status=0)


def names_of_files_and_words_of_the_command_line():
    name = "n" + ORDER + "\u202e\n::error::file.md"
    put("names/" + name, "# T\n\n```lua\nerror('x')\n```\n")
    for arguments in (["check", "names"], ["check", "--format", "tap", "names"], ["check", "--format", "junit", "names"],
                      ["docs", "build", "names", "-o", "named"], ["docs", "render", "missing" + name],
                      ["check", "missing" + name], ["check", "--" + name], ["check", "--format", name, "names"],
                      [name], ["learn", "--" + name], ["learn", "--theme", name], ["help", name], ["docs", name],
                      ["docs", "build", "missing" + name, "-o", "x"], ["docs", "build", "names", "--" + name],
                      ["docs", "build", "names", "-o", "missing" + name + "/x"], ["new", "lesson", name],
                      ["progress", "--lessons", name], ["docs", "build", "names", "-o", "x", "--url", name]):
        done = run(*arguments, stdin=subprocess.DEVNULL)
        for stream in done.stdout, done.stderr:
            text = harmless(arguments, stream)
            assert not obeyed(text), (arguments, text)


def calls_while_they_happen():
    put("peer.lua", "e = lab.echo{name = 'p\\27]0;N\\7'}\ns = socket.socket() s:connect(e.address) s:close()\n")
    done = run("run", "--trace", "peer.lua", status=0)
    assert "\\x1b]0;N" in harmless("trace", done.stderr), done.stderr


ORDERS = ["::error file=app.js,line=1::forged", "::stop-commands::tok", "  ::set-output name=x::y", "##[error]forged",
          "text ##vso[task.setvariable variable=x]y", "##teamcity[testFailed name='x']", "\u00a0::debug::x"]


def obeyed(text):
    return re.findall(r"^\s*::.*|.*##[A-Za-z]*\[.*", text, re.M)


def orders_to_machines():
    message = "\\n".join(ORDERS)
    put("ci/a.md", f"# T\n\n```lua\nerror(\"x\\n{message}\", 0)\n```\n\n## a\n\n```lua\nprint(\"{message}\")\n```\n\n"
        "```output\n::notice::expected\n##[group]x\n```\n\n## b\n\n```lua {error=X\n::error::y}\n```\n")
    for form in "text", "tap", "junit", "json":
        text = run("check", "--format", form, "ci", status=1).stdout.decode()
        assert not obeyed(text), (form, obeyed(text))
        if form == "json":
            told = [block.get("message") or "" for block in json.loads(text)["lessons"][0]["blocks"]]
        elif form == "junit":
            told = [element.text for element in xml.fromstring(text).iter("failure")]
        else:
            told = [re.sub(r":\\:", "::", text.replace("#\\#", "##"))]
        assert all(any(order.strip() in words for words in told) for order in ORDERS), (form, told)
    done = run("docs", "build", "ci", "-o", "ci-site", status=1)
    assert b"forged" in done.stderr and not obeyed(done.stderr.decode()), done.stderr


def no_record_is_forged():
    text = r"   first\n  ...\nok 9 - forged\n1..9\nBail out!\n\"}, {\"verdict\": \"passed\"\n</failure>]]><x>"
    put("forged/a.md", f"# T\n\n```lua\nerror(\"{text}\", 0)\n```\n")
    tap = run("check", "--format", "tap", "forged", status=1).stdout.decode()
    assert [line for line in tap.splitlines() if not line.startswith("    ")] == \
        ["TAP version 14", "1..1", "not ok 1 - forged/a.md:4", "  ---", "  message: |2", "  ..."], tap
    blocks = json.loads(run("check", "--json", "forged", status=1).stdout)["lessons"][0]["blocks"]
    assert [block["verdict"] for block in blocks] == ["failed"]
    tree = xml.fromstring(run("check", "--format", "junit", "forged", status=1).stdout)
    assert len(list(tree.iter("testcase"))) == 1 and not list(tree.iter("x"))


def only_addresses_of_the_web():
    put("web/a.md", "# T\n\nHello.\n")
    for option in "--url", "--repository":
        for address in ("javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", " https://x", "//x",
                        "https:", "https://", "https:///x", "http://a b", "java\nscript:x", "https://x\"onload=", "/x", "",
                        "https://x/\x1b", "https://x/\u202e", "ftp://x/"):
            done = run("docs", "build", "web", "-o", "web-site", option, address, status=2)
            assert option.encode() in done.stderr, done.stderr
            assert not os.path.exists("web-site")
    run("docs", "build", "web", "-o", "web-site", "--url", "HTTPS://example.org/a%20b/?x=1#y", status=0)


def links_of_lessons():
    addresses = ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "&#106;avascript:alert(1)", "javascript&colon;alert(1)",
                 "java&#10;script:alert(1)", "java&Tab;script:alert(1)", "&#1;javascript:alert(1)", "&#32;javascript:alert(1)",
                 "vbscript:x", "data:text/html,x", "data:image/svg+xml,x", "file:///etc/passwd", "blob:x", "view-source:x",
                 ":javascript:x"]
    put("links/a.md", "# T\n\n" + "\n\n".join(f"[a](<{a}>) ![b](<{a}>)" for a in addresses) + "\n\n<javascript:alert(1)>\n")
    page = run("docs", "render", "links/a.md", status=0).stdout.decode()
    for address in re.findall(r"(?:href|src)=\"([^\"]*)\"", page):
        scheme = address.split("/")[0]
        assert ":" not in re.sub("%3A", ":", scheme, flags=re.I), (address, page)


def addresses_of_files():
    """Whatever a lesson's file is called, links lead to its page, and to nothing else."""
    names = ["a", "b#1", "c?x=1", "d%20e", "f g", "h'i\"j", "k&amp;l", "javascript:alert(1)", "n\u202eo", "\u00e9", "p\x1bq", "r<s>"]
    for name in names:
        put(f"odd/{name}.md", "# T\n\nHello.\n")
    base, edit = "https://example.org/c", "https://git.example.org/edit"
    run("docs", "build", "odd", "-o", "odd-site", "--no-reference", "--url", base, "--repository", edit, status=0)
    found = set()
    for page in [*(f"{name}.html" for name in names), "index.html"]:
        with open(f"odd-site/{page}", encoding="utf-8") as file:
            text = file.read()
        for address in map(html.unescape, re.findall(r"(?:href|src)=\"([^\"]*)\"", text)):
            at = urllib.parse.urljoin(f"{base}/{urllib.parse.quote(page)}", address)
            assert not address.startswith("javascript:") and at.startswith((base, edit)), address
            path = urllib.parse.unquote(urllib.parse.urlsplit(at).path)
            place = path.replace("/edit", "odd", 1) if at.startswith(edit) else path.replace("/c", "odd-site", 1)
            assert os.path.exists(place), (page, address, place)
            found.add(place)
    assert {f"odd-site/{name}.html" for name in names} | {f"odd/{name}.md" for name in names} <= found
    with open("odd-site/sitemap.xml", encoding="utf-8") as file:
        places = [element.text for element in xml.fromstring(file.read()).iter() if element.tag.endswith("loc")]
    assert {urllib.parse.unquote(place) for place in places} >= {f"{base}/{name}.html" for name in names}
    with open("odd-site/search/pages-0.js", encoding="utf-8") as file:
        assert '"b%231.html"' in file.read()


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = os.path.join(folder, "home")
    for test in (reports_and_pages, what_a_script_needs_stays, code_runs_as_it_is_written,
                 names_of_files_and_words_of_the_command_line, calls_while_they_happen, orders_to_machines, no_record_is_forged,
                 only_addresses_of_the_web, links_of_lessons, addresses_of_files):
        test()
