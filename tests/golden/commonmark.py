"""The 652 examples of the CommonMark 0.30 specification come out of `docs render --unsafe` as it says.

Only the ids of headings may differ: the specification knows none. And where it shows that an address in plain text is
no link, GitHub makes one of it: so do we.
"""
import os
import re
import subprocess
import sys

SPEC = os.path.join(os.environ["SOCKRATES_SOURCE"], "tests/browser/node_modules/commonmark-spec/spec.txt")
EXAMPLES = 652
BARE_LINKS = {
    605: '<p>&lt;<a href="mailto:foo+@bar.example.com">foo+@bar.example.com</a>&gt;</p>\n',
    607: '<p>&lt; <a href="http://foo.bar">http://foo.bar</a> &gt;</p>\n',
    610: '<p><a href="http://example.com">http://example.com</a></p>\n',
    611: '<p><a href="mailto:foo@bar.example.com">foo@bar.example.com</a></p>\n',
}


def read_examples():
    with open(SPEC, encoding="utf-8") as file:
        found = re.findall(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", file.read(), re.S | re.M)
    return [(markdown.replace("→", "\t"), html.replace("→", "\t")) for markdown, html in found]


def without_ids(html):
    return re.sub(r'(<h[1-6]) id="[^"]*"', r"\1", html)


def render(markdown):
    done = subprocess.run([os.environ["SOCKRATES_DOCS"], "render", "--unsafe", "-"], input=markdown.encode(),
                          capture_output=True, check=False)
    return done.returncode, without_ids(done.stdout.decode())


if not os.path.exists(SPEC):
    print("skipped: tests/browser/node_modules is missing (tests/run makes it with npm ci)")
    sys.exit(77)
examples = read_examples()
assert len(examples) == EXAMPLES, len(examples)
wrong = 0
for number, (markdown, html) in enumerate(examples, 1):
    html = BARE_LINKS.get(number, html)
    status, got = render(markdown)
    if status != 0 or got != html:
        wrong += 1
        print(f"example {number}: {markdown!r}\n  wanted {html!r}\n  got    {got!r} (status {status})")
print(f"{len(examples) - wrong} of {len(examples)} examples agree")
sys.exit(1 if wrong else 0)
