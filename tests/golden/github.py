"""What GitHub adds to CommonMark: tables, struck text, footnotes, bare links, as GitHub itself renders them."""
import os
import subprocess
import sys

TABLE = "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n</tr>\n</tbody>\n</table>\n"
CASES = [
    # Tables
    ("a | b\n-|-\n1 | 2\n", "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n"
     "<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n"),
    ("| a | b |\n|:-:|--:|\n", "<table>\n<thead>\n<tr>\n<th align=\"center\">a</th>\n<th align=\"right\">b</th>\n</tr>\n"
     "</thead>\n</table>\n"),
    ("| x |\n|---|\n| `a\\|b` |\n| *c* \\| d |\n", "<table>\n<thead>\n<tr>\n<th>x</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n"
     "<td><code>a|b</code></td>\n</tr>\n<tr>\n<td><em>c</em> | d</td>\n</tr>\n</tbody>\n</table>\n"),
    ("before\n| a |\n|---|\n\nafter\n", "<p>before</p>\n<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n</table>\n"
     "<p>after</p>\n"),
    ("| a | b |\n|---|\n| c |\n", "<p>| a | b |\n|---|\n| c |</p>\n"),
    ("| a | b |\n|---|---|\n| # 1 |\n| 2 | [l] | 3 |\n\n[l]: /u\n", "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n"
     "</thead>\n<tbody>\n<tr>\n<td># 1</td>\n<td></td>\n</tr>\n<tr>\n<td>2</td>\n<td><a href=\"/u\">l</a></td>\n</tr>\n"
     "</tbody>\n</table>\n"),
    ("> | a |\n> |---|\n> | b |\n", "<blockquote>\n<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n"
     "<td>b</td>\n</tr>\n</tbody>\n</table>\n</blockquote>\n"),
    ("1. | a |\n   |---|\n   | b |\n", "<ol>\n<li>\n<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n"
     "<td>b</td>\n</tr>\n</tbody>\n</table>\n</li>\n</ol>\n"),
    ("```\n| a |\n|---|\n```\n", "<pre><code>| a |\n|---|\n</code></pre>\n"),
    # A table ends where another block begins
    ("| a |\n|---|\n| 1 |\n---\n\nx\n", TABLE + "<hr />\n<p>x</p>\n"),
    ("w\n| a |\n|---|\n| 1 |\n-----\n", "<p>w</p>\n" + TABLE + "<hr />\n"),
    ("> a |\n> --|\n> 1\n> ---\n> q\n", "<blockquote>\n" + TABLE + "<hr />\n<p>q</p>\n</blockquote>\n"),
    ("| a |\n|---|\n---\n", TABLE.replace("<tbody>\n<tr>\n<td>1</td>\n</tr>\n</tbody>\n", "") + "<hr />\n"),
    ("| a |\n|---|\n===\n", TABLE.replace("<td>1", "<td>===")),
    ("| a |\n---\n", '<h2 id="-a-">| a |</h2>\n'),
    ("a\n---\n", '<h2 id="a">a</h2>\n'),
    # Struck text
    ("~~a *b*~~ ~c~ ~~~d~~~ ~~e~\n", "<p><del>a <em>b</em></del> <del>c</del> ~~~d~~~ ~~e~</p>\n"),
    ("\\~a~ `~~c~~` ~~ d ~~ ~/x ~/y\n", "<p>~a~ <code>~~c~~</code> ~~ d ~~ ~/x ~/y</p>\n"),
    ("`\\~` *a ~~b* c~~\n", "<p><code>\\~</code> <em>a ~~b</em> c~~</p>\n"),
    # Footnotes
    ("a[^x] b[^y] c[^x] [^z]\n\n[^y]: two\n[^x]: one\n", '<p>a<sup class="footnote-ref"><a id="fnref-1" href="#fn-1">1</a>'
     '</sup> b<sup class="footnote-ref"><a id="fnref-2" href="#fn-2">2</a></sup> c<sup class="footnote-ref">'
     '<a id="fnref-1-2" href="#fn-1">1</a></sup> [^z]</p>\n<section class="footnotes">\n<ol>\n<li id="fn-1">\n<p>one '
     '<a class="footnote-backref" href="#fnref-1" aria-label="Back to the text">↩</a> <a class="footnote-backref" '
     'href="#fnref-1-2" aria-label="Back to the text">↩</a></p>\n</li>\n<li id="fn-2">\n<p>two <a class="footnote-backref" '
     'href="#fnref-2" aria-label="Back to the text">↩</a></p>\n</li>\n</ol>\n</section>\n'),
    ("[^a](u) \\[^a] `[^a]`\n", '<p><a href="u">^a</a> [^a] <code>[^a]</code></p>\n'),
    # Bare links
    ("(https://x.org/a_b). www.x.org/(a)) ftp://x.org? http://a.b/?x&amp;c. <b>\n",
     '<p>(<a href="https://x.org/a_b">https://x.org/a_b</a>). <a href="http://www.x.org/(a)">www.x.org/(a)</a>) '
     '<a href="ftp://x.org">ftp://x.org</a>? <a href="http://a.b/?x&amp;c">http://a.b/?x&amp;c</a>. '
     '<!-- raw HTML omitted --></p>\n'),
    ("[http://a.b](c) `http://a.b` xhttp://a.b 127.0.0.1:80 me@127.0.0.1 a+b@c.org. www.a_b.c_d\n",
     '<p><a href="c">http://a.b</a> <code>http://a.b</code> xhttp://a.b 127.0.0.1:80 me@127.0.0.1 '
     '<a href="mailto:a+b@c.org">a+b@c.org</a>. www.a_b.c_d</p>\n'),
    # Alerts, in either case
    ("> [!note]\n> x\n", '<div class="alert note" role="note">\n<p class="alert-title">Note</p>\n<p>x</p>\n</div>\n'),
]


def render(markdown):
    done = subprocess.run([os.environ["SOCKRATES_DOCS"], "render", "-"], input=markdown.encode(), capture_output=True,
                          check=False)
    return done.stdout.decode() if done.returncode == 0 else f"status {done.returncode}: {done.stderr}"


wrong = 0
for markdown, html in CASES:
    got = render(markdown)
    if got != html:
        wrong += 1
        print(f"{markdown!r}\n  wanted {html!r}\n  got    {got!r}")
print(f"{len(CASES) - wrong} of {len(CASES)} cases are right")
sys.exit(1 if wrong else 0)
