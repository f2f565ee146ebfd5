"""Where the real and the hostile files stand. They are not part of the repository."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def corpus_path() -> Path:
    """The real reports: NIANBAO_CORPUS, or ../shared/corpus beside the project."""
    return Path(os.environ.get("NIANBAO_CORPUS") or ROOT.parent / "shared" / "corpus")


def torture_path() -> Path:
    """The hostile files: NIANBAO_TORTURE, or next to the real ones."""
    return Path(os.environ.get("NIANBAO_TORTURE") or corpus_path().parent / "torture")
