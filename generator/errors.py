"""Errors are ours; findings are theirs. Each error says what, where and what to do next, in Chinese."""

import errno
import re

_REASONS = {
    errno.ENOENT: "文件不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EEXIST: "已经有了",
    errno.ENOSPC: "磁盘满了",
    errno.EROFS: "磁盘只读",
    errno.ENAMETOOLONG: "名称太长",
    errno.ELOOP: "符号链接绕成了圈",
    errno.EADDRINUSE: "已被占用",
}

# What would steer a terminal or turn the reading order: controls, bidirectional marks, bytes of names in no encoding.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(name: str) -> str:
    """Return a file name as people can read it: what shows nothing is written out (``\\x1b``, ``\\u202e``)."""
    return _STEERING.sub(_written_out, name)


def _written_out(match: "re.Match[str]") -> str:
    sign, code = match[0], ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte that os.fsdecode could not read
        code -= 0xDC00
    return _SHORT.get(sign) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def reason(error: OSError) -> str:
    """Return in Chinese why the system refused: its own words follow the locale, and are English as a rule."""
    return _REASONS.get(error.errno or 0, f"系统错误 {error.errno or type(error).__name__}")


class NianbaoError(Exception):
    """An error of ours that a person can act on. Ends the command with exit code 2 unless one file alone suffers.

    ``what`` is one sentence without its full stop, ``where`` a file or setting, ``hint`` what to do next. A file may be
    called anything: ``where`` is made ``visible``.
    """

    def __init__(self, what: str, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.hint = what, visible(where), hint

    def __str__(self) -> str:
        place = f"{self.where}：" if self.where else ""
        return f"{place}{self.what}。{self.hint}"


class ConfigError(NianbaoError):
    """The registry, a form or a setting is wrong: nothing can be built with it."""


class BuildError(NianbaoError):
    """The site could not be written."""


class Refusal(NianbaoError):
    """One report file that is not read (未能读取): ``code`` names why, for scripts; the rest of the archive goes on.

    ``source`` is the web address that stands in its sidecar, for whoever wants to see the original.
    """

    source = ""

    def __init__(self, code: str, what: str, where: str = "", hint: str = "") -> None:
        super().__init__(what, where, hint)
        self.code = code

    def __reduce__(self) -> tuple[type["Refusal"], tuple[str, str, str, str]]:
        """Let a worker process hand the refusal back whole."""
        return Refusal, (self.code, self.what, self.where, self.hint)
