"""Pages of courses that were written for other tools: names, titles, links and lists."""
import errno
import os
import re
import subprocess
import tempfile

DOCS = os.environ["SOCKRATES_DOCS"]
HERE = tempfile.TemporaryDirectory()
os.chdir(HERE.name)


def write(name, text):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)


def build(folder, *options):
    return subprocess.run([DOCS, "build", folder, "-o", f"{folder}-site", *options], capture_output=True, text=True,
                          check=False)


def page(name):
    with open(name, encoding="utf-8") as file:
        return file.read()


def ids(html):
    return re.findall(r'\bid="([^"]*)"', html)


write("c/SUMMARY.md", """# Nets

Welcome to **nets**, see [the first](one.md) or [a page](part/deep.html#x).

| a | b |
|---|---|
| 1 | 2 |

[Prefix](pre.md)

## Part

- [One](one.md)
  - [Deep](part/deep.md)
    - [Deeper](part/deeper.md)
  - [Flat](part/flat.md)
- [Two](two.md)
""")
write("c/pre.md", "## Pre\n\ntext\n\n## Next\n")
write("c/one.md", """# Page

## Content

## Contents

## Quiz 1-1

## Quiz 1

## Quiz 1

## fn-1

## `->`

## `=`

## Zoë’s “Straße” — ÜBER & A/B

What?[^1]

- [x] a
- [ ] b

[i](index.html) [d](part/deep.html#x) [d](./part/deep.html) [r](reference/index.html)

[^1]: Who knows.
""")
write("c/part/deep.md", "# Deep\n\n## x\n\n[up](../index.html) [one](../one.html#contents)\n")
for name in "part/deeper", "part/flat", "two":
    write(f"c/{name}.md", f"# {name}\n\n<b>a</b> <i>b</i>\n")
done = build("c", "--reference")
assert done.returncode == 0, done.stderr
assert done.stderr.count("Raw HTML") == 3, done.stderr
assert "here and 3 times below" in done.stderr, done.stderr

home = page("c-site/index.html")
assert '<p>Welcome to <strong>nets</strong>, see <a href="one.html">the first</a>' in home
assert "<td>1</td>" in home and home.count("<h1>") == 1
lists = re.sub(r"<p>.*?</p>\s*|\s+", "", re.search(r'<ol class="lessons">\n<li value="2">.*</ol>', home, re.S)[0])
assert re.sub(r"<a.*?</a>", "*", lists) == (
    '<olclass="lessons"><livalue="2">*<ol><livalue="3">*<ol><livalue="4">*</li></ol></li><livalue="5">*</li></ol></li>'
    '<livalue="6">*</li></ol>'), lists

# Names of groups, and lessons to come, stand where the list has them; they have no numbers.
write("g/SUMMARY.md", "# G\n\n[Before]()\n\n# I\n\n- [A](<a#1.md>)\n- Group *x*\n  - [B](b.md)\n    - [C & c]()\n- [D]()\n"
      "- [Chat](https://chat.example/?a&b)\n- [Bad](x://\"><b>)\n- [Slides](s.pdf)\n\n# II\n\n- [E]()\n")
write("g/a#1.md", "# A\n")
write("g/b.md", "# B\n")
assert build("g").returncode == 0
bare = lambda html: re.sub(r' class="lessons"|<small>.*?</small>|\s*(?=<)|(?<=>)\s*', "", re.sub(r"<a.*?</a>", "*", html))
tree = ('<ol><li class="draft"><span>Before</span></li></ol>%s<ol><li value="1">*</li><li class="group"><span>Group x</span>'
        '<ol><li value="2">*<ol><li class="draft"><span>C &amp; c</span></li></ol></li></ol></li>'
        '<li class="draft"><span>D</span></li><li>*</li><li class="group"><span>Bad</span></li>'
        '<li class="group"><span>Slides</span></li></ol>%s<ol><li class="draft"><span>E</span></li></ol>')
home, leaf = page("g-site/index.html"), page("g-site/b.html")
for html in home, leaf:
    assert '<li><a href="https://chat.example/?a&amp;b">Chat</a>' in html and 'href="a%231.html"' in html, html
home = bare(re.search(r"<article[^>]*>\n.*?</h1>(.*)</article>", home, re.S)[1])
assert home == tree % ("<h2>I</h2>", "<h2>II</h2>"), home
leaf = bare(re.search(r'<nav class="contents".*?>(.*?)</nav>', leaf, re.S)[1])
assert leaf == tree % ('<p class="part">I</p>', '<p class="part">II</p>'), leaf

one = page("c-site/one.html")
assert len(ids(one)) == len(set(ids(one))), ids(one)
for name in ("content", "contents", "quiz-1", "section-quiz-1-1", "section-fn-1", "section-2d-3e", "section-3d",
             "zoës-straße--über--ab"):
    assert name in ids(one), f"{name}: {ids(one)}"
assert 'href="part/deep.html#x"' in one and 'href="index.html"' in one
assert page("c-site/pre.html").count("<h1") == 1 and '<h1 id="pre">' in page("c-site/pre.html")

# What stands before a heading of signs does not change its name.
write("one/a.md", "# A\n\n## `->`\n")
write("two/a.md", "# A\n\n## `=`\n\n## `->`\n")
assert build("one").returncode == build("two").returncode == 0
assert "section-2d-3e" in ids(page("one-site/a.html")) and "section-2d-3e" in ids(page("two-site/a.html"))

# A page that nothing writes is missed still, and so is a section.
write("bad/a.md", "# A\n\n[x](b.html) [y](a.html#nowhere)\n")
done = build("bad")
assert done.returncode == 1 and "b.html, which is not there" in done.stderr and "#nowhere" in done.stderr, done.stderr

# A page takes no name for its own that authors give.
write("taken/a.md", "# A\n\n```lua {#quiz-1-1}\n1\n```\n")
assert "#quiz-1-1 is a name that pages make themselves" in build("taken").stderr

# What lessons name leads to the reference, once a page, and manual pages to the net.
write("named/part/a.md", "# `bind`\n\n`c:connect(x)`, `connect`, `EINTR`, `end`, [`bind`](https://x.org) socket(7), f(x), a.b(2)\n\n"
      "- [x] `listen`\n- [ ] b\n\n[queue](../../docs/manual/glossary.md#accept-queue)\n")
write("named/SUMMARY.md", "- [A](part/a.md)\n")
assert build("named", "--reference").returncode == 0
html = re.search(r"<article.*</article>", page("named-site/part/a.html"), re.S)[0]
assert re.findall(r'<a href="([^#][^"]*)"', html) == [
    "../reference/socket-objects.html#sconnecthost-port", "../reference/errno.html#eintr", "https://x.org",
    "https://man7.org/linux/man-pages/man7/socket.7.html", "../reference/glossary.html#accept-queue"], html
assert '<li><a aria-current="page" href="errno.html">' in page("named-site/reference/errno.html")

# Errors carry their numbers and texts, from the manual's rows.
write("errors/a.md", "# A\n\nOften `EINTR`.\n\n```lua {error=ECONNREFUSED show=value,calls}\n"
      "s = socket.socket()\ns:connect(lab.refused().address)\n```\n\nEVERYBODY and `EIO_X`.\n")
assert build("errors", "--reference").returncode == 0
html = page("errors-site/a.html")
about = {name: f"{getattr(errno, name)}, {os.strerror(getattr(errno, name))}." for name in ("EINTR", "ECONNREFUSED")}
assert f'title="{about["EINTR"]} A signal came while the call waited."' in html, html
told = re.findall(r'<dt><a href="reference/errno.html#(\w+)"><code>(\w+)</code></a></dt>\n<dd>(.*?\.)', html)
assert told == [(name.lower(), name, about[name]) for name in ("EINTR", "ECONNREFUSED")], told
assert build("errors", "--no-reference").returncode == 0 and 'class="errors"' not in page("errors-site/a.html")

# Who wrote it, in which language, where it can be edited, how to run it.
os.makedirs("repo/.git")
write("repo/.git/HEAD", "ref: refs/heads/trunk\n")
write("repo/docs/my course/a.md", "---\nauthors: [A. B, C, D]\nlicense: CC0\nlang: pt-BR\n---\n# A\n\n```lua\n1\n```\n\n"
      "```lua\n2\n```\n")
for repository, wanted in (("https://github.com/o/r", "https://github.com/o/r/edit/trunk/docs/my%20course/a.md"),
                           ("https://gitlab.com/o/r.git/", "https://gitlab.com/o/r/-/edit/trunk/docs/my%20course/a.md"),
                           ("https://github.com/o/r/edit/main/x", "https://github.com/o/r/edit/main/x/a.md"),
                           ("https://git.example/o/r", "https://git.example/o/r/a.md")):
    assert build("repo/docs/my course", "--repository", repository).returncode == 0
    html = page("repo/docs/my course-site/a.html")
    assert f'href="{wanted}"' in html, (repository, re.findall(r'<a href="http[^"]*"', html))
assert '<html lang="pt-BR">' in html and "<p>By A. B, C and D.</p>" in html and "<p>Licence: CC0.</p>" in html
assert "<code>sockrates learn a.md</code>" in html and html.count('class="badge"') == 1, html
write("lang/a.md", "---\nlang: english, please\n---\n# A\n")
assert "is no language" in build("lang").stderr

# What other tools mean is said.
write("foreign/a.md", "# A\n\n{{#include x.c}}\n\n> [!BUG]\n> x\n\n> [!tip]\n> y\n\n::: note\n\n```c\n{{#include y.c:3}}\n```\n")
said = build("foreign").stderr.splitlines()
assert [line.split(":")[1] for line in said] == ["3", "5", "11", "14"], said

os.chdir("/")
HERE.cleanup()
