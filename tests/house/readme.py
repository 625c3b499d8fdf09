"""The lesson that README.md shows is a real one: `sockrates check` finds nothing wrong with it."""
import os
import re
import subprocess
import sys

source, program = os.environ["SOCKRATES_SOURCE"], os.environ["SOCKRATES"]
page = os.path.join(os.environ["TMPDIR"], "readme-lesson.md")

with open(f"{source}/README.md", encoding="utf-8") as file:
    lessons = re.findall(r"^````markdown\n(.*?)^````$", file.read(), re.M | re.S)
assert lessons, "README.md shows no lesson"


def check(text):
    with open(page, "w", encoding="utf-8") as file:
        file.write(text)
    done = subprocess.run([program, "check", page], capture_output=True, text=True, check=False)
    os.remove(page)
    return done


done = check(lessons[0])
print(done.stdout + done.stderr)
spoiled = check(lessons[0].replace("refused\n```", "granted\n```"))
assert spoiled.returncode == 1, f"a lesson that tells an untruth passed: {spoiled}"
sys.exit(done.returncode)
