"""cmake --install puts everything where a package would, and what it installs runs from there."""
import os
import shutil
import subprocess
import sys

source, build = os.environ["SOCKRATES_SOURCE"], os.environ["SOCKRATES_BUILD"]
stage = os.path.join(os.environ["TMPDIR"], "stage")
prefix = f"{stage}/usr"

EXPECTED = """
    bin/sockrates
    libexec/sockrates/sockrates-docs
    libexec/sockrates/sockrates-kernel
    libexec/sockrates/sockrates-unpack
    share/sockrates/lessons/SUMMARY.md
    share/sockrates/lessons/LICENSE
    share/sockrates/theme
    share/sockrates/nbgrader/nbgrader_config.py
    share/man/man1/sockrates.1
    share/bash-completion/completions/sockrates
    share/zsh/site-functions/_sockrates
    share/doc/sockrates/LICENSE
    share/doc/sockrates/README.md
""".split()


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, **more)


def installed_files():
    for folder, _, names in os.walk(stage):
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), prefix)


def complaints():
    done = run("cmake", "--install", build, "--prefix", "/usr", env=os.environ | {"DESTDIR": stage})
    if done.returncode != 0:
        yield done.stdout + done.stderr
        return
    for path in EXPECTED:
        if not os.path.exists(f"{prefix}/{path}"):
            yield f"not installed: {path}"
    for path in installed_files():
        if path.startswith("..") or not path.startswith(("bin/", "libexec/sockrates/", "share/")):
            yield f"installed in a strange place: {path}"
        if os.path.islink(f"{prefix}/{path}"):
            yield f"installed as a link: {path}"
    program = f"{prefix}/bin/sockrates"
    if os.path.exists(program):
        yield from ask(program)


def ask(program):
    """The installed program finds its helper and its lessons, and not those of the source."""
    version = run(program, "--version")
    if version.returncode != 0 or "sockrates" not in version.stdout.lower():
        yield f"--version: {version}"
    page = os.path.join(os.environ["TMPDIR"], "page.md")
    with open(page, "w", encoding="utf-8") as file:
        file.write("# A page\n\nSome *words*.\n")
    body = run(program, "docs", "render", page)
    os.remove(page)
    if body.returncode != 0 or "<em>words</em>" not in body.stdout:
        yield f"docs render: {body}"
    os.rename(f"{prefix}/libexec/sockrates/sockrates-docs", f"{prefix}/libexec/sockrates/hidden")
    without = run(program, "docs", "render", page)
    if without.returncode == 0 or without.stderr.count("\n") > 3 or not without.stderr.strip():
        yield f"without its helper, `docs` should say so shortly: {without}"


trouble = list(complaints())
shutil.rmtree(stage, ignore_errors=True)
print("\n".join(trouble))
sys.exit(1 if trouble else 0)
