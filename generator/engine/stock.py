"""MkDocs as it comes: the slow way that needs no trust, and what the fast one is held to."""

from pathlib import Path
from typing import TYPE_CHECKING

from generator.engine.trees import beside, replace

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


def settings(config_file: Path, docs: Path, site: Path) -> "MkDocsConfig":
    """Read mkdocs.yml, strictly. Raises what MkDocs raises, as ConfigurationError also where it falls over a value."""
    from mkdocs.config import load_config
    from mkdocs.exceptions import ConfigurationError

    try:
        return load_config(str(config_file), docs_dir=str(docs.resolve()), site_dir=str(site.resolve()), strict=True)
    except (TypeError, ValueError, AttributeError, LookupError) as error:
        raise ConfigurationError(f"Fallen over: {error}") from error


def build(config_file: Path, docs: Path, site: Path) -> int:
    """Build the site beside the old one and put it in its place; return the number of pages. Raises as MkDocs does."""
    from mkdocs.commands.build import build as mkdocs_build

    fresh = beside(site, "new")
    config = settings(config_file, docs, fresh)
    config.plugins.on_startup(command="build", dirty=False)
    mkdocs_build(config)
    config.plugins.on_shutdown()
    count = sum(1 for _ in fresh.rglob("*.html"))
    replace(site)
    return count
