"""What the machinery of publication must keep to, read from the parsed files: workflows, Dependabot, make and tools.

A key that is not listed is a fault, for what a new one grants is seen by nobody: ``container``, ``continue-on-error``,
``secrets``, ``shell``. What cannot be seen from here is whether a commit is the version that stands beside it.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

WORKFLOW_KEYS = {"name", "on", "permissions", "concurrency", "jobs"}
JOB_KEYS = {
    *("name", "needs", "if", "runs-on", "timeout-minutes", "permissions", "strategy", "environment", "concurrency"),
    *("outputs", "steps"),
}
STEP_KEYS = {"name", "id", "if", "uses", "with", "run", "env"}
VARIABLES = {"SITE", "SITE_URL"}  # others could lead pip or the shell elsewhere: PIP_INDEX_URL, BASH_ENV
PUSHED, CALLED = "github.event_name == 'push'", "inputs.site != ''"
PUBLISHED = {f"{PUSHED} && github.ref == 'refs/heads/main'", CALLED}
CONDITIONS = {*PUBLISHED, PUSHED, "github.event_name != 'push'", "inputs.site == ''"}
# Where a workflow's expressions may come from: none of these can be written by whoever opens a pull request.
# ``inputs`` are those of a call, which a maintainer of the calling repository writes.
TRUSTED = re.compile(
    r"github\.(workflow|ref|event_name)\b( == '[a-z_]+')?|(matrix|steps|inputs)\.[\w.]+"
    r"|fromJSON\(needs\.plan\.outputs\.\w+\)"
)
# What an action may be told. Of a checkout: no other branch, no token.
INPUTS: dict[str, dict[str, set[object]]] = {
    "actions/checkout": {"persist-credentials": {False}, "repository": {"${{ inputs.repository }}"}},
    "actions/setup-python": {
        "python-version": {"3.12", "${{ matrix.python }}"},
        "cache": {"pip"},
        "cache-dependency-path": {"requirements/*.txt"},
    },
    "actions/configure-pages": {},
    "actions/deploy-pages": {},
    "actions/upload-pages-artifact": {"path": {"site"}},
    "actions/upload-artifact": {
        "path": {"site"},
        "name": {"site", "site-${{ matrix.site }}"},
        "retention-days": {7},
        "if-no-files-found": {"error"},
    },
}
VERIFIES = {".venv/bin/nianbao verify", ".venv/bin/nianbao verify --site-dir site --store"}
UPDATES = {"pip": "/requirements", "npm": "/requirements/browser", "github-actions": "/"}
UPDATE_KEYS = {"package-ecosystem", "directory", "schedule", "cooldown", "groups", "ignore"}
HELD = {"mkdocs", "mkdocs-material", "plotly.js-basic-dist-min"}


def faults(root: Path) -> list[str]:
    """Return what is wrong with the machinery under ``root``, a sentence each; empty when all is well."""
    found = [*_dependabot(root / ".github/dependabot.yml"), *_versions(_workflows(root))]
    for path in _workflows(root):
        found += [f"{path.name}: {fault}" for fault in _workflow(path)]
    for path in (root / "Makefile", *sorted((root / "tools").rglob("*.sh"))):
        found += [f"{path.name}: {fault}" for fault in _installs(path.read_text("utf-8"))]
    return found


def _workflows(root: Path) -> list[Path]:
    return sorted((root / ".github/workflows").iterdir())


def _workflow(path: Path) -> Iterator[str]:
    data = {"on" if key is True else key: value for key, value in yaml.safe_load(path.read_text("utf-8")).items()}
    yield from _unknown("workflow", data, WORKFLOW_KEYS)
    yield from (f"grants {data['permissions']} to all" for _ in [0] if data["permissions"] != {})
    for text in _texts(data):
        yield from _expressions(text)
    for name, job in data["jobs"].items():
        yield from (f"{name}: {fault}" for fault in _job(job))
    yield from _publication(data["jobs"], data.get("concurrency"))


def _unknown(what: str, given: dict[str, Any], known: set[str]) -> Iterator[str]:
    yield from (f"{what} has {key}" for key in given if key not in known)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from (*_texts(key), *_texts(one))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value


def _expressions(text: str) -> Iterator[str]:
    inside = re.findall(r"\$\{\{\s*(.*?)\s*\}\}", text, re.DOTALL)
    if text.count("${{") != len(inside):
        yield f"an expression without an end: {text}"
    yield from (f"reads {one}" for one in inside if not TRUSTED.fullmatch(one))


def _job(job: dict[str, Any]) -> Iterator[str]:
    yield from _unknown("job", job, JOB_KEYS)
    if job.get("runs-on") != "ubuntu-latest":
        yield f"runs on {job.get('runs-on')}"
    yield from _condition(job)
    for step in job.get("steps", []):
        yield from _step(step)


def _condition(part: dict[str, Any]) -> Iterator[str]:
    if "if" in part and part["if"] not in CONDITIONS:
        yield f"happens if {part['if']}"


def _step(step: dict[str, Any]) -> Iterator[str]:
    yield from _unknown("step", step, STEP_KEYS)
    yield from _unknown("environment", step.get("env", {}), VARIABLES)
    yield from _condition(step)
    if ("uses" in step) == ("run" in step):
        yield "neither an action nor a command"
    if "uses" in step:
        yield from _action(step)
    if "run" in step:
        yield from _command(step["run"])


def _action(step: dict[str, Any]) -> Iterator[str]:
    name, _, commit = step["uses"].partition("@")
    if name not in INPUTS or not re.fullmatch("[0-9a-f]{40}", commit):
        yield f"uses {step['uses']}, which is unknown or not pinned"
        return
    told = step.get("with") or {}
    for key, value in told.items():
        if value not in INPUTS[name].get(key, set()) or (value == 0) != (value is False):
            yield f"{name} is told {key}: {value}"
    if name == "actions/checkout" and told.get("persist-credentials") is not False:
        yield "leaves its token behind"
    if name == "actions/upload-pages-artifact" and step.get("if") not in (PUSHED, CALLED):
        yield f"uploads if {step.get('if')}"


# Texts of strangers that the runner hands to every command, and commands that take text for code.
_STRANGE = re.compile(r"GITHUB_(?!OUTPUT\b|STEP_SUMMARY\b)\w+|\bgithub\.|\bRUNNER_\w+|\bACTIONS_\w+|\bINPUT_\w+")
_LOOSE = re.compile(
    r"\b(?:eval|source|exec|curl|wget|npx|npm|docker|sudo|uvx?|pipx|ssh|nc)\b|(?<![-\w])(?:ba|z|da)?sh\b|\bpython[\d.]*\s+-c"
    r"|\|\|\s*(?:true|:|exit 0)|\bset \+|\bgit (?!log -1 --format=%ct)|\btrap\b"
)


def _command(text: str) -> Iterator[str]:
    if "${{" in text:
        yield "an expression in a command"
    yield from (f"a command with {one}" for one in _STRANGE.findall(text) + _LOOSE.findall(text))
    yield from _installs(text)


def _installs(text: str) -> Iterator[str]:
    """Everything that is fetched is locked and digested; the project itself is installed without an index."""
    for line in re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines():
        if re.search(r"\bpip3?\s+(?:\S+\s+)*?(?:install|download|wheel)\b", line):
            locked = {"--require-hashes", "--no-deps", "--only-binary", ":all:"} <= set(line.split())
            if not locked and not {"--no-index", "--no-deps", "--no-build-isolation"} <= set(line.split()):
                yield f"installs what is not locked: {line.strip()}"
        if re.search(r"\bnpm\s+(?!ci\b[^;|&]*--ignore-scripts|install\b[^;|&]*--package-lock-only)[a-z]", line):
            yield f"npm does more than the lock says: {line.strip()}"
        if re.search(r"\b(?:curl|wget)\b|\beval\b|\b(?:ba|z|da)?sh\s+-c\b", line):
            yield f"runs what it is given: {line.strip()}"


def _publication(jobs: dict[str, Any], together: object) -> Iterator[str]:
    """A site is built, looked at and then uploaded; it is published when every other job has gone well."""
    for name, job in jobs.items():
        steps = job.get("steps", [])
        uses = [step.get("uses", "").partition("@")[0] for step in steps]
        runs = [step.get("run", "") for step in steps]
        for number, use in enumerate(uses):
            if use == "actions/upload-pages-artifact":
                yield from _looked_at(name, steps[:number])
        if name == "test" and [run for run in runs if run] != ["make test"]:
            yield "the tests are not run as make runs them"
        if "actions/deploy-pages" in uses:
            yield from _deployment(name, jobs, together)


def _looked_at(name: str, before: list[dict[str, Any]]) -> Iterator[str]:
    made = [number for number, step in enumerate(before) if "make site" in step.get("run", "")]
    looked = [number for number, step in enumerate(before) if step.get("run") in VERIFIES and "if" not in step]
    if len(made) != 1 or len(looked) != 1 or looked[0] != made[0] + 1:
        yield f"{name} uploads a site that was not looked at right after it was made"


def _deployment(name: str, jobs: dict[str, Any], together: Any) -> Iterator[str]:
    awaited, waiting = set[str](), [name]
    while waiting:
        needs = jobs[waiting.pop()].get("needs", [])
        fresh = {needs} if isinstance(needs, str) else set(needs)
        waiting += fresh - awaited
        awaited |= fresh
    if awaited != jobs.keys() - {name}:
        yield f"{name} waits for {sorted(awaited)} only"
    if jobs[name].get("if") not in PUBLISHED:
        yield f"{name} happens if {jobs[name].get('if')}"
    if (jobs[name].get("concurrency") or together or {}).get("cancel-in-progress") is not False:
        yield f"{name} may be cut off"


def _versions(paths: list[Path]) -> Iterator[str]:
    """A commit has one version beside it wherever it is used, and a version one commit."""
    seen: dict[str, set[str]] = {}
    for path in paths:
        text = path.read_text("utf-8")
        for node in _used(yaml.compose(text)):
            comment = text.splitlines()[node.end_mark.line][node.end_mark.column :]
            if not re.fullmatch(r" # v\d+\.\d+\.\d+", comment):
                yield f"{path.name}: no version beside {node.value}"
            seen.setdefault(node.value, set()).add(comment)
            seen.setdefault(node.value.partition("@")[0] + comment, set()).add(node.value)
    yield from (f"{one} is said to be {sorted(others)}" for one, others in seen.items() if len(others) > 1)


def _used(node: Any) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "uses":
                yield value
            yield from _used(value)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _used(one)


def _dependabot(path: Path) -> Iterator[str]:
    updates = yaml.safe_load(path.read_text("utf-8"))["updates"]
    if {one["package-ecosystem"]: one["directory"] for one in updates} != UPDATES or len(updates) != len(UPDATES):
        yield "dependabot.yml: not what is locked here"
    for one in updates:
        yield from (f"dependabot.yml: {fault}" for fault in _unknown("update", one, UPDATE_KEYS))
        if one["cooldown"]["default-days"] < 7:
            yield "dependabot.yml: a release is taken before it has aged"
        yield from (
            f"dependabot.yml: never updates {held['dependency-name']}"
            for held in one.get("ignore", [])
            if held["dependency-name"] not in HELD
        )
