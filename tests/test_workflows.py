"""What the repository promises about its own machinery: publication, locks, commands."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from workflow_rules import PUBLISHED, TRUSTED, faults

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


def test_the_machinery_keeps_to_the_rules() -> None:
    """Read from the parsed files, whatever way they are written; ``test_workflow_rules`` proves the rules."""
    assert faults(ROOT) == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_grants_nothing_by_default(path: Path) -> None:
    """A job has only the permissions that it asks for itself."""
    assert load(path)["permissions"] == {}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_never_runs_a_strangers_code_with_our_rights(path: Path) -> None:
    """No trigger runs a fork's pull request with a token that may write."""
    assert set(load(path)["on"]) <= {"push", "pull_request", "workflow_dispatch", "workflow_call", "schedule"}


def test_shards_are_built_when_asked_for_and_published_by_the_repository_that_calls() -> None:
    """By hand nothing can be handed in, so nothing is published; a call has to say which site of which archive."""
    on = load(ROOT / ".github/workflows/shards.yml")["on"]
    assert set(on) == {"workflow_dispatch", "workflow_call"}
    assert on["workflow_dispatch"] is None
    assert {name: one["required"] for name, one in on["workflow_call"]["inputs"].items()} == {
        "site": True,
        "repository": True,
    }


def test_shards_are_a_matrix_over_what_the_command_lists() -> None:
    """Ids come from shards.yml alone; the portal is one of them, and each site is looked at before it goes anywhere."""
    shards = load(ROOT / ".github/workflows/shards.yml")["jobs"]
    plan, build = shards["plan"], shards["build"]
    assert build["needs"] == "plan"
    assert build["strategy"] == {"fail-fast": False, "matrix": {"site": "${{ fromJSON(needs.plan.outputs.sites) }}"}}
    assert plan["outputs"] == {"sites": "${{ steps.list.outputs.sites }}"}
    assert "nianbao shards --json" in plan["steps"][-1]["run"]
    runs = [step["run"] for step in build["steps"] if "run" in step]
    assert "--shard $SITE" in runs[0]
    assert runs[1] == ".venv/bin/nianbao verify"
    assert "-gt 1000000000" in runs[2]
    assert [one for job in (plan, build) for one, access in job["permissions"].items() if access != "read"] == []


def test_the_documented_workflow_of_a_shard_calls_ours_with_no_more_than_it_needs() -> None:
    """What CONTRIBUTING.md has the maintainer of a shard write: file, inputs and rights are those of ours."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    [example] = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "uses:" in block]
    told = yaml.safe_load(example)
    assert told["permissions"] == {}
    [job] = told["jobs"].values()
    repository, _, file = job["uses"].partition("/.github/")
    assert file == "workflows/shards.yml@main"
    ours = load(ROOT / ".github/workflows/shards.yml")
    assert set(job["with"]) == set(ours["on"]["workflow_call"]["inputs"])
    assert job["with"]["repository"] == repository
    wanted: dict[str, str] = {}
    for one in ours["jobs"].values():
        for name, access in one["permissions"].items():
            wanted[name] = max(wanted.get(name, ""), access)  # write comes after read
    assert job["permissions"] == wanted


@pytest.mark.parametrize("is_configured", [False, True])
def test_the_repository_of_the_archive_publishes_the_portal_once_there_are_shards(
    tmp_path: Path, is_configured: bool
) -> None:
    """The very command of pages.yml, run beside a site_config with and without shards.yml."""
    [step] = [
        step
        for step in load(ROOT / ".github/workflows/pages.yml")["jobs"]["build"]["steps"]
        if "make site" in step.get("run", "")
    ]
    (tmp_path / "site_config").mkdir()
    if is_configured:
        (tmp_path / "site_config/shards.yml").touch()
    for name, said in (("make", 'echo "$@"'), ("git", "echo 1")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{said}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    there = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    run = subprocess.run(
        ["bash", "-e", "-c", step["run"]], cwd=tmp_path, env=there, capture_output=True, text=True, check=True
    )
    assert run.stdout == ("site ARGS=--portal\n" if is_configured else "site ARGS=\n")


@pytest.mark.parametrize("job", jobs())
def test_a_job_may_write_only_to_publish(job: dict[str, Any]) -> None:
    """A job that may write runs none of our code, and only for a push to main or for the repository that calls."""
    writes = {name for name, access in job["permissions"].items() if access != "read"}
    assert writes <= {"pages", "id-token"}
    if writes:
        assert job["if"] in PUBLISHED
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
    expressions = re.findall(r"\$\{\{\s*(.*?)\s*\}\}", path.read_text("utf-8"), re.DOTALL)
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
        "kill",
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


@pytest.mark.parametrize("target", ["site", "check"])
def test_the_commit_stands_for_the_clock_where_nothing_differs_from_it(tmp_path: Path, target: str) -> None:
    """What make would run, in a project that is committed, changed, told another time, or in no repository at all."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    unset = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "SOURCE_DATE_EPOCH"}
    clean = {name: value for name, value in os.environ.items() if name not in unset}
    clean |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_COMMITTER_DATE": "@1767225600 +0800",
        "GIT_CEILING_DIRECTORIES": "/",
    }
    clean |= {f"GIT_{role}_{part}": "a@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}

    def asked(**more: str) -> list[str]:
        run = subprocess.run(
            ["make", "-n", target], cwd=tmp_path, env=clean | more, capture_output=True, encoding="utf-8", check=True
        )
        return re.findall(r"SOURCE_DATE_EPOCH=\S*", run.stdout)

    assert asked(GIT_DIR=str(tmp_path / "none")) == []
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=tmp_path, env=clean, check=True)
    assert asked() == ["SOURCE_DATE_EPOCH=1767225600"]
    assert asked(SOURCE_DATE_EPOCH="1700000000") == []  # make hands it on as it is
    assert asked(SOURCE_DATE_EPOCH="") == ["SOURCE_DATE_EPOCH=1767225600"]
    (tmp_path / "2027.txt").touch()
    assert asked() == []


@pytest.mark.parametrize("name", ["pages", "shards"])
def test_a_published_site_is_of_its_commit(name: str) -> None:
    """Whatever else a workflow does before: the time of the commit is given, not found."""
    runs = [step.get("run", "") for step in load(ROOT / f".github/workflows/{name}.yml")["jobs"]["build"]["steps"]]
    made = [run for run in runs if re.search(r"\bmake (site|check)\b", run)]
    assert made
    assert all(re.search(r'SOURCE_DATE_EPOCH="\$\(git log -1 --format=%ct\)" make ', run) for run in made)


@pytest.mark.parametrize(
    ("target", "files"),
    [("fuzz", ["test_round_trip", "test_mutants", "test_yaml_mutants"]), ("kill", ["test_interruption"])],
)
def test_the_long_runs_run_what_they_say(target: str, files: list[str]) -> None:
    """Each runs its test files, with every number that they ask for set to more than their own default."""
    clean = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}}
    run = subprocess.run(
        ["make", "-n", "-C", str(ROOT), target], env=clean, capture_output=True, encoding="utf-8", check=True
    )
    assert re.findall(r"tests/(\w+)\.py", run.stdout) == files
    for name in files:
        asked = re.findall(r'get\("(NIANBAO_\w+S)", "(\d+)"', (ROOT / f"tests/{name}.py").read_text("utf-8"))
        for variable, usual in asked:
            if not variable.endswith("SECONDS"):
                [given] = re.findall(rf"\b{variable}=(\d+)", run.stdout)
                assert int(given) > int(usual)
