"""The template of a course: it passes as it is written, and its workflow marks it as far as a shell can tell."""
import base64
import json
import os
import re
import subprocess
import tempfile

import yaml

SOCKRATES = os.path.realpath(os.environ["SOCKRATES"])
PATH = os.path.dirname(SOCKRATES) + ":" + os.environ["PATH"]


def sockrates(*arguments, status=0):
    done = subprocess.run([SOCKRATES, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status, (arguments, done)
    return done.stdout + done.stderr


def steps():
    """Each step of the workflow, its keys as GitHub knows them."""
    with open("networks-1/.github/workflows/classroom.yml", encoding="utf-8") as file:
        workflow = yaml.safe_load(file)
    assert workflow[True] == ["push", "workflow_dispatch"], workflow  # YAML 1.1 reads "on" so; GitHub does not
    assert list(workflow["jobs"]) == ["run-autograding-tests"], "GitHub Classroom looks for the check of this name"
    found = workflow["jobs"]["run-autograding-tests"]["steps"]
    reporter = found[-1]
    assert reporter["uses"] == "classroom-resources/autograding-grading-reporter@v1", reporter
    assert set(reporter["with"]) <= {"token", "runners"}, "what its action.yml lists"
    for runner in reporter["with"]["runners"].split(","):
        assert re.fullmatch("[a-zA-Z0-9]+", runner) and f"{runner.upper()}_RESULTS" in reporter["env"], reporter
    return found


def run_workflow():
    """Runs what a shell can, as the runner does, and gives what the reporter would be told."""
    outputs = {}
    for step in steps():
        if "run" in step:
            with tempfile.NamedTemporaryFile("r", dir=".") as out:
                done = subprocess.run(["bash", "-e", "-c", step["run"]], cwd="networks-1", capture_output=True, text=True,
                                      env=os.environ | {"PATH": PATH, "GITHUB_OUTPUT": os.path.abspath(out.name)},
                                      timeout=60, check=False)
                assert done.returncode == 0, (step, done)
                written = dict(line.split("=", 1) for line in out.read().splitlines())
                outputs |= {f"${{{{ steps.{step.get('id')}.outputs.{name} }}}}": value for name, value in written.items()}
    reporter = steps()[-1]
    runners = reporter["with"]["runners"].split(",")
    return [json.loads(base64.b64decode(outputs[reporter["env"][f"{runner.upper()}_RESULTS"]])) for runner in runners]


def change(path, old, new):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert old in text, (path, old)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new))


def marks_of(path, status):
    return json.loads(base64.b64decode(sockrates("check", "--format", "github", path, status=status)))


def one_language_is_enough():
    """Of an exercise in three languages the learner answers one: here the starters stand for the other two."""
    with open(f"{os.environ['SOCKRATES_SOURCE']}/lessons/02-your-first-client.md", encoding="utf-8") as file:
        text = file.read()
    begin = text.index("## Exercise: From a blank page")
    lesson, exercise = text[:begin], text[begin:]
    starters = dict(re.findall(r"^```(\w+) \{\.starter\}\n(.*?)^```$", exercise, re.M | re.S))
    assert sorted(starters) == ["c", "lua", "python"], starters
    for left in (["lua", "c"], ["lua", "c", "python"]):
        changed = exercise
        for language in left:
            changed = re.sub(rf"^```{language} \{{\.solution\}}\n.*?^```$",
                             lambda _, language=language: f"```{language} {{.solution}}\n{starters[language]}```",
                             changed, flags=re.M | re.S)
        with open("one.md", "w", encoding="utf-8") as file:
            file.write(lesson + changed)
        marks = marks_of("one.md", 1)
        assert [test["score"] for test in marks["tests"]] == [1, int(len(left) == 2)], (left, marks)


with tempfile.TemporaryDirectory() as place:
    os.chdir(place)
    one_language_is_enough()
    sockrates("new", "course", "networks-1/")
    for path in ("README.md", "mark", ".github/workflows/classroom.yml", ".devcontainer/devcontainer.json", "get-sockrates"):
        assert os.path.exists(f"networks-1/{path}"), path
    with open("networks-1/.devcontainer/devcontainer.json", encoding="utf-8") as file:
        assert json.load(file)["name"] == "Networks 1"
    for path in ("mark", "get-sockrates"):
        subprocess.run(["sh", "-n", f"networks-1/{path}"], check=True)
    assert "all passed" in sockrates("check", "networks-1/lessons")
    assert "is there already" in sockrates("new", "course", "networks-1", status=1)
    for name in ("", ".", "..", "My Course", "-x", "a" * 65, "x/../Y"):
        sockrates("new", "course", "--", name, status=2)
    sockrates("new", "course", "nowhere/at-all", status=1)

    assert run_workflow() == [{"version": 1, "status": "pass", "max_score": 5, "tests": [
        {"name": "lessons/01-say-it.md: Exercise: say it", "status": "pass", "score": 2, "line_no": 40},
        {"name": "lessons/01-say-it.md: Exercise: hear it all", "status": "pass", "score": 3, "line_no": 72}]}]

    # A learner has solved one of the two.
    change("networks-1/lessons/01-say-it.md", "text = text .. piece\n", "text = piece\n")
    marks = run_workflow()[0]
    assert (marks["status"], marks["max_score"], [test["score"] for test in marks["tests"]]) == ("fail", 5, [2, 0]), marks
    assert "expected" in marks["tests"][1]["message"], marks

    # A lesson that cannot be read, or that runs for ever, is no course without points.
    change("networks-1/lessons/01-say-it.md", "right:recv(100)\n```\n\n</details>", "while true do end\n```\n\n</details>")
    change("networks-1/lessons/01-say-it.md", "minutes: 15", "timeout: 300ms")
    assert [test["score"] for test in run_workflow()[0]["tests"]] == [0, 0]
