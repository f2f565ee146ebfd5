"""The plotly.js that the browser gets: the small bundle where ``tools/setup-plotly.sh`` could fetch it, else the whole.

The small one (bars, lines and pies) weighs a quarter. It stands in the Python environment, locked by version and
digest in ``requirements/browser/``; nothing is fetched while a site is built. The whole one is part of the plotly
package. Both must be of one major version, because the shared chart file is made with that package.
"""

import re
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

from generator.errors import ConfigError

PACKAGE = "plotly.js-basic-dist-min"
_SMALL = Path(sys.prefix) / "browser" / "node_modules" / PACKAGE / "plotly-basic.min.js"
_VERSION = re.compile(rb"plotly\.js (?:\([^)]*\) )?v(\d+)\.")


class PlotlyJs(NamedTuple):
    """The bytes to publish, and one sentence when they are not the small bundle."""

    data: bytes
    remark: str = ""


@cache
def plotly_js(small: Path = _SMALL) -> PlotlyJs:
    """Return the bundle to publish. Raises ConfigError when the plotly package lacks its own."""
    whole = _whole()
    if not small.is_file():
        return PlotlyJs(whole, f"没有取得精简的 plotly.js（{PACKAGE}），图改用完整的，读者多下载约 1 MB；装上 npm、连上网络后再运行 make site 即可。")
    data = small.read_bytes()
    if _major(data) != _major(whole):
        return PlotlyJs(whole, f"精简的 plotly.js 与 plotly 软件包版本不合，图改用完整的；请把 requirements/browser/ 里的 {PACKAGE} 锁到同一主版本。")
    return PlotlyJs(data)


def _whole() -> bytes:
    import plotly

    path = Path(plotly.__file__).with_name("package_data") / "plotly.min.js"
    if not path.is_file():
        raise ConfigError("plotly 软件包里没有 plotly.min.js", str(path), "请删除 .venv 后重新运行 make site")
    return path.read_bytes()


def _major(script: bytes) -> bytes | None:
    found = _VERSION.search(script[:400])
    return found[1] if found else None
