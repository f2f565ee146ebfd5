"""Where a Chromium stands, if there is one: it draws pages for the browser tests, and prints PDF files to be read."""

import os
import shutil
import subprocess
from functools import cache

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
FLAGS += ["--disable-component-update", "--disable-sync"]


@cache
def find_chromium() -> str | None:
    """The path of a Chromium that runs, or None."""
    for name in (os.environ.get("CHROMIUM"), *NAMES):
        path = name and shutil.which(name)
        # A name is no promise: Ubuntu's chromium-browser may be a stub that only asks for a snap.
        if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    return None


def chromium() -> str:
    """The path of a Chromium; skips the test where there is none, unless the run demands one."""
    path = find_chromium()
    if path is None:
        if os.environ.get("NIANBAO_REQUIRE_BROWSER") == "1":
            pytest.fail("没有可用的 Chromium，而 NIANBAO_REQUIRE_BROWSER=1 要求运行浏览器测试")
        pytest.skip("没有可用的 Chromium，浏览器测试跳过")
    return path
