"""Settings of one archive: ``site_config/site.yml``, read once."""

from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from generator.report import Model
from generator.yamlfile import load_yaml

Text = Annotated[str, StringConstraints(min_length=1, max_length=400)]


class SiteConfig(Model):
    """What the site says about itself. Every text is shown as it stands, never as Markdown or HTML."""

    name: Text = "政府信息公开工作年度报告档案"
    tagline: Text = "把各级行政机关的政府信息公开工作年度报告变成可以核对、比较、下载的数据"
    repository: str = ""
    contact: str = ""
    licence: str = ""


def load_config(folder: Path) -> SiteConfig:
    """Read ``site.yml`` in ``folder``; the defaults where there is none. Raises ConfigError."""
    path = folder / "site.yml"
    return load_yaml(path, SiteConfig) if path.is_file() else SiteConfig()
