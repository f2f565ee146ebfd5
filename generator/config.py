"""Settings of one archive, read once: ``site_config/site.yml``, ``checks.yml`` and ``reading.yml``."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from generator.budget import Budget
from generator.checks import Limits
from generator.errors import ConfigError
from generator.report import Model
from generator.yamlfile import like, load_yaml

_ADDRESS = r"(https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~%/-]*)?)?"
_CONTACT = r"(https://[^\s\"'<>\\`{}|^]{3,500}|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,5})?"
Text = Annotated[str, StringConstraints(min_length=1, max_length=400)]


class SiteConfig(Model):
    """What the site says about itself. Every text is shown as it stands, never as Markdown or HTML.

    ``address`` is where the site will stand, for what others copy to their own pages; SITE_URL comes before it.
    ``contact`` is where mistakes are told: an issue tracker or a mail address; it is shown nowhere when it is empty.
    """

    name: Text = "政府信息公开工作年度报告档案"
    tagline: Text = "把各级行政机关的政府信息公开工作年度报告变成可以核对、比较、下载的数据"
    repository: str = ""
    contact: Annotated[str, like(_CONTACT, "以 https:// 开头的网址，或者邮箱地址")] = ""
    licence: str = ""
    address: Annotated[str, like(_ADDRESS, "网站的网址，如 https://example.org/nianbao/")] = ""

    # What a site of several knows of the others (``shards``); a site that stands alone knows of none.

    def elsewhere(self, target: str) -> str:
        """The address of the other site that holds the page at ``target``; empty where this one does."""
        return ""

    @property
    def portal(self) -> str:
        """The address of the portal that this site belongs to; empty where there is none."""
        return ""

    @property
    def addresses(self) -> Sequence[str]:
        """The addresses of the other sites."""
        return ()

    def beside(self, code: str) -> Sequence[tuple[str, str]]:
        """Name and address of the other sites that hold agencies of a division."""
        return ()

    @property
    def span(self) -> tuple[int, int] | None:
        """The first and the last year that all sites show; None where the archive at hand says it."""
        return None


DEFAULT_FOLDER = Path("site_config")


def _file(folder: Path, name: str) -> Path | None:
    """A file of settings; None where there is none. Raises ConfigError for a folder that was named and is not there."""
    if not folder.is_dir() and folder != DEFAULT_FOLDER:
        raise ConfigError("没有这个文件夹", str(folder), "请检查 --config 后面的路径")
    return folder / name if (folder / name).is_file() else None


def load_config(folder: Path) -> SiteConfig:
    """Read ``site.yml`` in ``folder``; the defaults where there is none. Raises ConfigError."""
    path = _file(folder, "site.yml")
    config = load_yaml(path, SiteConfig) if path else SiteConfig()
    given = os.environ.get("SITE_URL", "").strip()
    address = given if re.fullmatch(_ADDRESS, given) and given else config.address
    return config.model_copy(update={"address": f"{address.rstrip('/')}/" if address else ""})


def load_limits(folder: Path) -> Limits:
    """Read the thresholds of the checks, ``checks.yml`` in ``folder``; the defaults where there is none."""
    path = _file(folder, "checks.yml")
    return load_yaml(path, Limits) if path else Limits()


def load_budget(folder: Path) -> Budget:
    """Read what one report file may cost, ``reading.yml`` in ``folder``; the defaults where there is none."""
    path = _file(folder, "reading.yml")
    return load_yaml(path, Budget) if path else Budget()
