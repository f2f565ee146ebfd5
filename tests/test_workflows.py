"""What the repository promises about its own machinery: publication, locks, commands."""

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.y*ml"))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

# The oldest majors that still run: what GitHub's runners dropped Node 20 for in 2026.
MAJORS = {
    "actions/checkout": 7,
    "actions/configure-pages": 6,
    "actions/deploy-pages": 5,
    "actions/setup-python": 7,
    "actions/upload-artifact": 7,
    "actions/upload-pages-artifact": 5,
}
# Where a workflow's expressions may come from: none of these can be written by whoever opens a pull request.
TRUSTED = re.compile(r"github\.(workflow|ref|event_name)\b( == '[a-z_]+')?|(matrix|steps)\.[\w.]+")


def load(path: Path) -> dict[str, Any]:
    """The workflow; YAML 1.1 reads its key `on` as true, so that one is named back."""
    data = yaml.safe_load(path.read_text("utf-8"))
    return {"on" if key is True else key: value for key, value in data.items()}


def jobs() -> list[Any]:
    return [
        pytest.param(job, id=f"{path.stem}-{name}") for path in WORKFLOWS for name, job in load(path)["jobs"].items()
    ]


def pins(lock: Path) -> dict[str, tuple[str, list[str]]]:
    """Name → (requirement, the rest of its lines) of one lock."""
    text = "\n".join(line for line in lock.read_text("utf-8").splitlines() if not line.lstrip().startswith("#"))
    entries = [entry.split() for entry in re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip())]
    found: dict[str, tuple[str, list[str]]] = {}
    for words in entries:
        options = [word for word in words if word.startswith("--")]
        requirement = Requirement(" ".join(words[: len(words) - len(options)]))
        found[canonicalize_name(requirement.name)] = (str(requirement), options)
    assert len(found) == len(entries), f"{lock.name} names a package twice"
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_grants_nothing_by_default(path: Path) -> None:
    """A job has only the permissions that it asks for itself."""
    assert load(path)["permissions"] == {}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_never_runs_a_strangers_code_with_our_rights(path: Path) -> None:
    """No trigger runs a fork's pull request with a token that may write."""
    assert set(load(path)["on"]) <= {"push", "pull_request", "workflow_dispatch", "schedule"}


@pytest.mark.parametrize("job", jobs())
def test_a_job_may_write_only_to_publish(job: dict[str, Any]) -> None:
    """A job that may write runs none of our code, and only for a push to main."""
    writes = {name for name, access in job["permissions"].items() if access != "read"}
    assert writes <= {"pages", "id-token"}
    if writes:
        assert job["if"] == "github.event_name == 'push' && github.ref == 'refs/heads/main'"
        assert [step["uses"].partition("@")[0] for step in job["steps"]] == ["actions/deploy-pages"]


@pytest.mark.parametrize("job", jobs())
def test_a_job_ends(job: dict[str, Any]) -> None:
    """Every job has a time limit."""
    assert 0 < job["timeout-minutes"] <= 60


@pytest.mark.parametrize("job", jobs())
def test_a_command_holds_no_expression(job: dict[str, Any]) -> None:
    """Nothing is pasted into a shell command: a title or a branch name could be a command itself."""
    assert [step["run"] for step in job["steps"] if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_expressions_use_only_what_we_write_ourselves(path: Path) -> None:
    """No expression reads the event, a secret or any other text of a stranger's."""
    expressions = re.findall(r"\$\{\{\s*(.*?)\s*\}\}", path.read_text("utf-8"))
    assert [expression for expression in expressions if not TRUSTED.fullmatch(expression)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_and_current(path: Path) -> None:
    """Every action is pinned by commit, with its version beside it, and is of a major that still runs."""
    uses = re.findall(r"^\s*(?:- )?uses:\s*(.+)$", path.read_text("utf-8"), re.MULTILINE)
    assert uses
    for use in uses:
        match = re.fullmatch(r"([\w-]+/[\w-]+)@[0-9a-f]{40} # v(\d+)\.\d+\.\d+", use)
        assert match, use
        assert int(match[2]) >= MAJORS[match[1]], use


@pytest.mark.parametrize("job", jobs())
def test_a_checkout_keeps_no_token(job: dict[str, Any]) -> None:
    """The token does not stay in the working folder, where the code that follows could read it."""
    for step in job["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_updates_wait_a_week() -> None:
    """Dependabot looks after packages and actions, and lets a release age before proposing it."""
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text("utf-8"))["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"pip", "npm", "github-actions"}
    assert all(update["cooldown"]["default-days"] >= 7 for update in updates)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_names_no_place(lock: Path) -> None:
    """A lock says what to install, not where from: no address, no index."""
    text = lock.read_text("utf-8")
    assert "//" not in text
    assert set(re.findall(r"--[a-z-]+", text)) == {"--hash"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_locked_package_is_exact_and_hashed(lock: Path) -> None:
    """Each package has one version and at least one sha256."""
    for requirement, options in pins(lock).values():
        assert re.search(r"==[\w.!+]+(;|$)", requirement), requirement
        assert options, requirement
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", option) for option in options), requirement


def test_the_lock_of_the_browser_names_no_place_and_holds_what_is_asked_for() -> None:
    """What npm fetches is exact and digested, and the lock says nothing of where from."""
    asked = json.loads((ROOT / "requirements/browser/package.json").read_text("utf-8"))["dependencies"]
    text = (ROOT / "requirements/browser/package-lock.json").read_text("utf-8")
    assert "resolved" not in text
    assert "://" not in text
    locked = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert {name.removeprefix("node_modules/"): entry["version"] for name, entry in locked.items()} == asked
    assert all(re.fullmatch(r"sha512-[\w+/]{86}==", entry["integrity"]) for entry in locked.values())


def test_tests_run_with_what_builds_the_site() -> None:
    """The test lock is the site lock and more, so the tested versions are the published ones."""
    site, test = pins(ROOT / "requirements/site.txt"), pins(ROOT / "requirements/test.txt")
    assert {name: test.get(name) for name in site} == site


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("site", PROJECT["project"]["dependencies"]),
        *((name, PROJECT["dependency-groups"][name]) for name in ("build", "test", "lock", "audit")),
        ("build", PROJECT["build-system"]["requires"]),
    ],
)
def test_locks_hold_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    """Each requirement of pyproject.toml is locked, at a version it allows."""
    locked = pins(ROOT / f"requirements/{lock}.txt")
    for requirement in map(Requirement, wanted):
        [pin] = Requirement(locked[canonicalize_name(requirement.name)][0]).specifier
        assert requirement.specifier.contains(pin.version), requirement


def test_make_alone_explains_itself() -> None:
    """`make` without a target lists every command, in Chinese."""
    # A make that runs these tests hands its own settings down; this one starts clean.
    clean = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}}
    run = subprocess.run(["make", "-C", str(ROOT)], env=clean, capture_output=True, encoding="utf-8", check=True)
    listed = dict(re.findall(r"^  make ([a-z-]+) +(.+)$", run.stdout, re.MULTILINE))
    assert set(listed) == {
        "help",
        "site",
        "serve",
        "check",
        "test",
        "fuzz",
        "bench",
        "judge",
        "torture",
        "lint",
        "ocr",
        "dask",
        "lock",
        "screenshots",
        "clean",
    }
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text in listed.values())
