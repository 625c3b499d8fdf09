"""A small course as a site: its pages are those in site/pages, its files are where they belong, twice the same.

    UPDATE=1 tests/run -R golden/site     writes the pages anew; look at the difference before committing it
"""
import difflib
import filecmp
import os
import re
import shutil
import subprocess
import tempfile
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
COURSE, PAGES = f"{HERE}/site/course", f"{HERE}/site/pages"


def build(out, *more, status=0, source=COURSE, reference="--no-reference", under=()):
    done = subprocess.run([*under, os.environ["SOCKRATES_DOCS"], "build", source, "-o", out, reference, *more],
                          capture_output=True, text=True, check=False)
    assert done.returncode == status, f"status {done.returncode} of {done.args}\n{done.stdout}{done.stderr}"
    return done


def files(folder):
    return sorted(os.path.relpath(os.path.join(where, name), folder)
                  for where, _, names in os.walk(folder) for name in names)


def article(path):
    """What a page says, without the machine it was made on."""
    with open(path, encoding="utf-8") as file:
        text = re.search(r"<article[^>]*>\n(.*)</article>", file.read(), re.S).group(1)
    return re.sub(r"ran on [^<]*", "ran somewhere", text)


def check_pages(out):
    for name in ("everything.html", "part/second.html", "index.html", "404.html"):
        got, golden = article(f"{out}/{name}"), f"{PAGES}/{name.replace('/', '-')}"
        if os.environ.get("UPDATE"):
            with open(golden, "w", encoding="utf-8") as file:
                file.write(got)
        with open(golden, encoding="utf-8") as file:
            wanted = file.read()
        if got != wanted:
            import difflib
            print("\n".join(difflib.unified_diff(wanted.splitlines(), got.splitlines(), golden, name, lineterm="")))
            sys.exit(1)


def check_files(out):
    names = files(out)
    assets = [name for name in names if name.startswith("assets/")]
    assert {"assets/style.css", "assets/script.js", "assets/search.js", "assets/favicon.svg"} <= set(assets), assets
    rest = [name for name in names if name not in assets]
    assert rest == [".sockrates-site", "404.html", "everything.html", "everything.programs.html", "index.html", "part/second.html",
                    "search/meta.js", "search/pages-0.js", "search/shard-0.js", "search/words.js", "wire.svg", "wire.txt"], rest


def check_same(one, two):
    names = files(one)
    assert names == files(two), set(names) ^ set(files(two))
    _, differ, wrong = filecmp.cmpfiles(one, two, names, shallow=False)
    for name in differ[:1]:
        lines = [open(f"{folder}/{name}", encoding="utf-8").read().split("\n") for folder in (one, two)]
        print("\n".join(difflib.unified_diff(*lines, one, two, lineterm="", n=0))[:2000])
    assert not differ and not wrong, (differ, wrong)


def check_links(out):
    """Every address of every page leads somewhere within the site, also from the folder below."""
    for name in files(out):
        if not name.endswith(".html"):
            continue
        with open(f"{out}/{name}", encoding="utf-8") as file:
            page = file.read()
        for url in re.findall(r'(?:href|src)="([^"#]*)', page):
            if url and "://" not in url:
                target = os.path.normpath(os.path.join(out, os.path.dirname(name), url))
                assert os.path.isfile(target), f"{name}: {url}"


def check_missing_page():
    """Where the site's address is known, the page for wrong addresses works at any depth."""
    build("somewhere", "--url", "https://example.org/course")
    with open("somewhere/404.html", encoding="utf-8") as file:
        links = re.findall(r'(?:href|src)="([^"]*)"', file.read())
    wrong = [link for link in links if not link.startswith(("https://example.org/course/", "#"))]
    assert len(links) > 6 and not wrong, wrong


def check_first_page_is_small(out):
    size = sum(os.path.getsize(f"{out}/{name}")
               for name in ("index.html", "assets/style.css", "assets/script.js", "assets/favicon.svg"))
    assert size < 100_000, size


def check_unchanged_files_stay(out):
    before = {name: os.stat(f"{out}/{name}").st_ino for name in files(out)}
    build(out)
    assert before == {name: os.stat(f"{out}/{name}").st_ino for name in files(out)}


def check_refusals(out):
    os.mkdir("mine")
    with open("mine/thesis.txt", "w", encoding="utf-8") as file:
        file.write("years of work")
    said = build("mine", status=1).stderr
    assert "did not write" in said and files("mine") == ["thesis.txt"], said
    said = build("none/site", status=1).stderr
    assert "No such file" in said, said
    said = build("site2", source="nowhere", status=2).stderr
    assert "nowhere" in said and not os.path.exists("site2"), said
    kept = article(f"{out}/index.html")
    said = build(out, source=write_broken(), status=1).stderr
    for complaint in ("broken.md:3: This leads to gone.md", "broken.md:3: This leads to #none",
                      "broken.md:5: This leads to gone.png", "broken.md:8: "):
        assert complaint in said, f"{complaint!r} is not in\n{said}"
    assert article(f"{out}/index.html") == kept
    build("going", "--keep-going", source="broken")
    assert "going/broken.html" and os.path.exists("going/broken.html")


def write_broken():
    os.mkdir("broken")
    with open("broken/broken.md", "w", encoding="utf-8") as file:
        file.write("# Broken\n\n[a](gone.md) [b](#none)\n\n![c](gone.png)\n\n```lua\nerror(\"no\")\n```\n")
    return "broken"


def check_known():
    """What passed is not run again; a changed lesson is, and so is everything with --fresh."""
    counts = r"(\d+) blocks ran(?:, (\d+) known)?"
    ran, _ = re.search(counts, build("known", "--fresh").stdout).groups()
    assert int(ran) > 8
    assert re.search(counts, build("known").stdout).groups() == ("0", ran)
    shutil.copytree(COURSE, "changed")
    assert re.search(counts, build("known", source="changed").stdout).groups() == (ran, None)
    with open("changed/everything.md", encoding="utf-8") as file:
        text = file.read()
    write("changed/everything.md", text + "\nMore.\n")
    assert re.search(counts, build("known", source="changed").stdout).groups() == ("0", ran)


def check_moved():
    """Prose that moves the code is no reason to run it again; code, options and what names a line are."""
    first = "# M\n\nProse.\n\n```lua\ns = socket.socket()\ns:bind('127.0.0.1', 0)\n```\n\n"
    more = "```lua {error=ECONNREFUSED}\ns = socket.socket()\ns:connect(lab.refused().address)\n```\n"
    named = "\n```lua\nprint(pcall(error, 'x', 1), select(2, pcall(function() error('x') end)))\n```\n"

    def ran(name, text, *options):
        write("moved/m.md", text)
        out = build(name, *options, source="moved").stdout
        return int(re.search(r"(\d+) blocks? ran", out)[1])
    os.mkdir("moved")
    assert ran("moved-site", first + more) == 2
    assert ran("moved-site", first.replace("Prose", "Long\nprose\n\n> [!NOTE]\n> More") + "More.\n\n" + more) == 0
    assert ran("moved-new", first.replace("Prose", "Long\nprose\n\n> [!NOTE]\n> More") + "More.\n\n" + more, "--fresh") == 2
    check_same("moved-site", "moved-new")
    assert ran("moved-site", first + more.replace("refused()", "refused( )")) == 2
    assert ran("moved-site", first + more.replace("}", " timeout=3s}")) == 2
    assert ran("moved-site", first + more + "\n```output\nConnectionRefusedError: <...>\n```\n") == 2
    assert ran("moved-site", first + more + named) == 3
    assert ran("moved-site", first + more + named + "\nEnd.\n") == 0
    assert ran("moved-site", "\n" + first + more + named) == 3


def check_remembered():
    """A page made from results that are known is the page that was made when they were new."""
    os.mkdir("talk")
    write("talk/talk.md", "# Talk\n\n```lua\necho = lab.echo()\ns = socket.socket()\ns:connect(echo.address)\n```\n\n"
          "Later:\n\n```lua {show=ladder}\ns:sendall(\"hello\")\ns:recv(100)\n```\n")
    assert "2 blocks ran" in build("talk-new", "--fresh", source="talk").stdout
    assert "2 known" in build("talk-known", source="talk").stdout
    with open("talk-new/talk.html", encoding="utf-8") as file:
        assert "What passed between you and echo" in file.read()
    check_same("talk-new", "talk-known")


def check_reference():
    """Courses that run Lua have the manual's pages, with results, and found by a search."""
    build("modules", reference="--keep-going")
    with open("modules/reference/socket-objects.html", encoding="utf-8") as file:
        page = file.read()
    assert "<code>s:connect(host, port)</code>" in page and "What passed between you and echo" in page
    with open("modules/reference/index.html", encoding="utf-8") as file:
        assert '<a href="../reference/socket.html">socket</a>' in file.read()
    check_links("modules")
    with open("modules/search/pages-0.js", encoding="utf-8") as file:
        assert '"s:connect(host, port)"' in file.read()
    os.mkdir("prose")
    with open("prose/one.md", "w", encoding="utf-8") as file:
        file.write("# One\n\nNo code.\n")
    build("prose-site", source="prose", reference="--keep-going")
    assert not os.path.exists("prose-site/reference")


def check_nothing_to_do(out):
    """A build that finds everything as it was changes nothing; whatever changes is seen."""
    shutil.copytree(COURSE, "quick")
    old = time.time() - 10
    for where, _, names in os.walk("quick"):
        for name in [where] + [os.path.join(where, name) for name in names]:
            os.utime(name, (old, old))
    build(out, source="quick")
    changes = {
        "an asset": lambda: write("quick/wire.txt", "another file\n"),
        "prose": lambda: write("quick/part/second.md", "# Other words\n\n## Told twice\n\n## Told twice\n"),
        "a page that was removed": lambda: os.remove(f"{out}/404.html"),
        "an answer": lambda: write("quick/everything.check.lua", ""),
        "a page that was put there": lambda: write(f"{out}/part/strange.html", ""),
    }
    for what, change in changes.items():
        before = {name: os.stat(f"{out}/{name}").st_ino for name in files(out)}
        build(out, source="quick")
        assert before == {name: os.stat(f"{out}/{name}").st_ino for name in files(out)}, what
        change()
        build(out, source="quick")
        build("anew", "--fresh", source="quick")
        check_same(out, "anew")


def check_few():
    """Of a course of many pages only those are made that changed, and all is as if all had been made."""
    os.mkdir("many")
    old = time.time() - 10
    for number in range(12):
        write(f"many/{number:02}.md", f"# Lesson {number}\n\n## Part\n\nAbout ports, and word{number}.\n\n"
              f"[next]({(number + 1) % 12:02}.md#part)\n\n```lua\n{number} + 1\n```\n")
        os.utime(f"many/{number:02}.md", (old, old))
    os.utime("many", (old, old))
    build("few", source="many", reference="--reference")

    def change(what, path, text, made, status=0):
        write(path, text)
        before = {name: os.stat(f"few/{name}").st_ino for name in files("few")}
        said = build("few", source="many", reference="--reference", status=status)
        if status == 0:
            count = re.search(r"(\d+) made anew", said.stdout)
            assert (int(count.group(1)) if count else 12) == made, f"{what}: {said.stdout}"
            build("anew-few", "--fresh", source="many", reference="--reference")
            check_same("few", "anew-few")
        same = [name for name, inode in before.items() if os.stat(f"few/{name}").st_ino == inode]
        assert len(same) >= (12 - made if status == 0 else len(before)), what
        os.utime(path, (old + 1, old + 1)) if os.path.exists(path) else None

    start = "# Lesson 3\n\n## Part\n\n"
    change("words come", "many/03.md", start + "Zebras listen on ports.\n", 1)
    change("words go", "many/03.md", start + "Ports, ports, ports.\n\n### More of port\n", 1)
    change("code", "many/03.md", start + "```lua\n'other'\n```\n", 1)
    change("a summary", "many/03.md", "---\nsummary: Short.\n---\n" + start, 1)
    change("a title", "many/03.md", start.replace("Lesson 3", "Another"), 12)
    change("a picture", "many/03.md", "# Another\n\n## Part\n\n![it](it.svg)\n", 12, status=1)
    write("many/it.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>\n")
    os.utime("many/it.svg", (old, old))
    change("a picture that is there", "many/03.md", "# Another\n\n## Part\n\n![a](it.svg)\n", 12)
    change("an anchor that goes", "many/03.md", "# Another\n\n![a](it.svg)\n", 12, status=1)
    change("the anchor again", "many/03.md", "# Another\n\n## Part\n\n![a](it.svg)\n\nEnd.\n", 1)
    os.rename("many/03.md", "many/03.new")
    os.rename("many/03.new", "many/03.md")  # as many editors save
    change("two pages", "many/05.md", "# Lesson 5\n\n## Part\n", 2)
    write("many/99.md", "# The last\n")
    change("a lesson more", "many/99.md", "# The very last\n", 12)


def check_theme():
    """The theme of docs/THEMES.md: its files come first, the others are ours; a slip in it is told with its line."""
    with open(os.path.join(os.environ["SOCKRATES_SOURCE"], "docs/THEMES.md"), encoding="utf-8") as file:
        example = re.search(r"small as it can be:\n\n((?:    .*\n)+)", file.read()).group(1)
    os.mkdir("theme")
    write("theme/page.html", example)
    write("theme/extra.css", "p { color: teal }\n")
    build("themed", "--theme", "theme")
    with open("themed/everything.html", encoding="utf-8") as file:
        page = file.read()
    assert '<a href="part/second.html">Second &lt;one&gt;</a>' in page and "og:title" not in page
    assert {"assets/extra.css", "assets/style.css"} <= set(files("themed"))
    write("theme/page.html", "\n{{titel}}\n")
    said = build("themed", "--theme", "theme", status=1).stderr
    assert "theme/page.html:2: There is no value {{titel}}. Did you mean {{title}}?" in said, said


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def check_programs():
    """Programs in other languages stand beside the page, which stays small; a page that has none has none beside it."""
    os.mkdir("light")
    code = "```lua\ns = socket.socket()\ns:close()\n```\n"
    write("light/a b.md", "# A & B\n\n" + code * 40)
    build("light-out", source="light")
    lesson, beside = (open(f"light-out/a b{end}.html", encoding="utf-8").read() for end in ("", ".programs"))
    assert len(lesson) < 100_000 and "import</c-k> socket" not in lesson, len(lesson)
    places = re.findall(r'<a href="a%20b.programs.html#([^"]*)">The same calls', lesson)
    assert len(places) == 80 and set(places) == set(re.findall(r'class="program" id="([^"]*)"', beside)), places
    assert "<title>A &amp; B, in other languages" in beside and beside.count("<h1") == 1
    assert beside.count("import</c-k> socket") == 40 and '<a href="a%20b.html">A &amp; B</a>' in beside
    write("light/a b.programs.md", "# Mine\n")
    build("light-out", source="light")
    assert "import</c-k> socket" in open("light-out/a b.html", encoding="utf-8").read()
    assert "Mine" in open("light-out/a b.programs.html", encoding="utf-8").read()
    os.remove("light/a b.programs.md")
    build("light-out", source="light")
    write("light/a b.md", "# A\n\nNo code.\n")
    build("light-out", source="light")
    assert not os.path.exists("light-out/a b.programs.html")


NO_LAB = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=unshare", "-e", "inject=unshare:error=EPERM"]


def check_badge():
    """A page says where its code ran, and a block that did not what the lesson has instead."""
    os.mkdir("where")
    write("where/a.md", "---\nnetwork: lab\nrecorded: Linux 6.12 in a lab\n---\n# A\n\n```lua\n1 + 1\n```\n\n"
          "```lua {needs=lab}\n#lab.packets()\n```\n\n```output\n<fd>\n```\n\n"
          "```lua {needs=lab}\n```\n\n```output {.ladder}\na  -->  b\n```\n")
    write("where/b.md", "# B\n\n```lua\n1 + 2\n```\n")
    os.environ["ASAN_OPTIONS"] = "detect_leaks=0"
    build("where-out", source="where", under=NO_LAB)
    lesson = open("where-out/a.html", encoding="utf-8").read()
    assert ", loopback, Sockrates" in lesson and "which could not be made there" in lesson, lesson
    assert lesson.count("Recorded on Linux 6.12 in a lab; not run here.") == 2, lesson
    assert '<pre class="drawn">a  --&gt;  b\n</pre>' in lesson and "Needs the lab" in lesson, lesson
    build("where-out", "--keep-going", source="where")  # the picture is made up
    lesson = open("where-out/a.html", encoding="utf-8").read()
    if "Needs the lab" not in lesson:  # where one can be made
        assert ", in a lab, Sockrates" in lesson and "not run here" not in lesson, lesson
    assert ", loopback, Sockrates" in open("where-out/b.html", encoding="utf-8").read()


def check_hidden_files_stay(out):
    os.mkdir(f"{out}/.git")
    build(out)
    assert os.path.isdir(f"{out}/.git")
    os.rmdir(f"{out}/.git")


with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    os.environ["XDG_CACHE_HOME"] = f"{work}/cache"
    build("one")
    check_pages("one")
    check_files("one")
    check_links("one")
    check_first_page_is_small("one")
    check_missing_page()
    check_known()
    check_moved()
    check_remembered()
    build("two", "--fresh")
    check_same("one", "two")
    check_unchanged_files_stay("one")
    check_hidden_files_stay("one")
    check_reference()
    check_nothing_to_do("quick-site")
    check_few()
    check_theme()
    check_badge()
    check_programs()
    check_refusals("one")
    os.chdir("/")
print("the site is as it should be")
