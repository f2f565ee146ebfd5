"""Errors are ours; findings are theirs. Each error says what, where and what to do next, in Chinese."""


class NianbaoError(Exception):
    """An error of ours that a person can act on. Ends the command with exit code 2 unless one file alone suffers.

    ``what`` is one sentence without its full stop, ``where`` a file or setting, ``hint`` what to do next.
    """

    def __init__(self, what: str, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.hint = what, where, hint

    def __str__(self) -> str:
        place = f"{self.where}：" if self.where else ""
        return f"{place}{self.what}。{self.hint}"


class ConfigError(NianbaoError):
    """The registry, a form or a setting is wrong: nothing can be built with it."""


class BuildError(NianbaoError):
    """The site could not be written."""


class Refusal(NianbaoError):
    """One report file that is not read (未能读取): ``code`` names why, for scripts; the rest of the archive goes on."""

    def __init__(self, code: str, what: str, where: str = "", hint: str = "") -> None:
        super().__init__(what, where, hint)
        self.code = code

    def __reduce__(self) -> tuple[type["Refusal"], tuple[str, str, str, str]]:
        """Let a worker process hand the refusal back whole."""
        return Refusal, (self.code, self.what, self.where, self.hint)
