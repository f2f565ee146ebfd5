"""Where a build may write: it removes what is not its own from its folders, so nobody's else's may be among them."""

import os
from collections.abc import Mapping
from pathlib import Path

from generator.checksums import SUMS, WRITING
from generator.errors import ConfigError, reason

# What shows that a folder was made by a build, besides the lock that stands beside it.
_SIGNS = {"--store": (SUMS, WRITING), "--docs": ("assets/nianbao.css",), "--site-dir": ("assets/nianbao.css",)}
_OTHER = "请换一个文件夹"
_EMPTY = "请换一个空的文件夹；一定要用它，请先把里面的东西移走"


def check_outputs(inputs: Mapping[str, Path], outputs: Mapping[str, Path], project: Path) -> None:
    """Make sure that a build can have its folders for itself, before anything is written.

    ``inputs`` and ``outputs`` are folders by the option that names them, ``project`` is where mkdocs.yml stands.
    Raises ConfigError for an output that is, holds or lies in another of the folders, is or holds the project, or
    holds what no build made, and for a link.
    """
    here = _real(project)
    for option, folder in outputs.items():
        if here.is_relative_to(_real(folder)):
            raise ConfigError("生成的文件不能写进项目本身或者它外面的文件夹", f"{option} {folder}", _OTHER)
    for option, folder in outputs.items():
        # Folders are exchanged by renaming them: a link would be renamed, and what it leads to would stay as it is.
        if folder.is_symlink():
            raise ConfigError("这是符号链接，生成时换不了", f"{option} {folder}", "请写它指向的文件夹")
        for other, its in (*inputs.items(), *outputs.items()):
            one, two = _real(folder), _real(its)
            if other != option and (one.is_relative_to(two) or two.is_relative_to(one)):
                what = f"和 {other} {its} 是同一个文件夹，或者一个在另一个里面"
                raise ConfigError(what, f"{option} {folder}", "生成时会清掉不是自己的文件，请各用各的文件夹")
        if not _is_ours(_real(folder), _SIGNS[option]):
            raise ConfigError("里面有不是 nianbao 生成的文件，生成时会被清掉", f"{option} {folder}", _EMPTY)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _is_ours(folder: Path, signs: tuple[str, ...]) -> bool:
    """Whether a folder is not there yet, is empty, or was made by a build."""
    try:
        if not folder.is_dir() or not any(folder.iterdir()):
            return True
    except OSError as error:
        raise ConfigError(f"文件夹打不开（{reason(error)}）", str(folder), "请检查文件夹的权限") from error
    lock = folder.with_name(f".{folder.name}.lock")
    return lock.exists() or any((folder / sign).exists() for sign in signs)
