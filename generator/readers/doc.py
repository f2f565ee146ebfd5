"""Old Word files (.doc, .wps, .rtf), turned into .docx by the machine's LibreOffice.

antiword and catdoc would do without it, but were seen to lose rows and to cut figures of such tables: no figure is
better than half of one.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from generator.budget import heavy
from generator.document import Content, Remark
from generator.errors import Refusal
from generator.readers import docx

_SECONDS = 120
_SHARE = 0.8  # of what the file may take in all: LibreOffice has to end before we do, or it would be left running
_LARGEST = 50_000_000  # bytes that it may write
_OPTIONS = ("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard")


def read(data: bytes, shown: str) -> Content:
    """Return the blocks of an old Word file.

    Raises Refusal ``unsupported-format`` without LibreOffice, ``timeout``, ``corrupt-file``, and what the reader of
    .docx raises.
    """
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        hint = "请安装 LibreOffice（Debian/Ubuntu：sudo apt-get install libreoffice-writer），或用 Word 另存为 .docx"
        raise Refusal("unsupported-format", "旧版 Word 文件要靠 LibreOffice 才能读，这台机器上没有", shown, hint)
    with tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
        source = Path(folder) / "report.doc"
        source.write_bytes(data)
        profile = (Path(folder) / "profile").as_uri()  # one's own: no settings, no macros, no second instance
        target = ("--convert-to", "docx", "--outdir", folder, str(source))
        _run((office, *_OPTIONS, f"-env:UserInstallation={profile}", *target), folder, shown)
        converted = Path(folder) / "report.docx"
        if not converted.is_file() or converted.stat().st_size > _LARGEST:
            raise Refusal("corrupt-file", "LibreOffice 打不开这个文件", shown, "请用 Word 打开后另存为 .docx")
        content = docx.read(converted.read_bytes(), shown, converted=True)
    remark = Remark("converted", "旧版 Word 文件，由 LibreOffice 转换后读取")
    return content._replace(remarks=(*content.remarks, remark))


def _run(command: Sequence[str], folder: str, shown: str) -> None:
    """Run the converter in ``folder``, with nothing of our environment, and end it with all its children in time."""
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8"}
    null = subprocess.DEVNULL
    seconds = min(_SECONDS, _SHARE * heavy())
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=null, stdout=null, stderr=null, start_new_session=True
    ) as process:
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise Refusal("timeout", f"转换用了超过 {seconds:.0f} 秒", shown, "请用 Word 打开后另存为 .docx") from error
