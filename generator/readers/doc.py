"""Old Word files (.doc, .wps, .rtf), turned into .docx by the machine's LibreOffice.

antiword and catdoc would do without it, but were seen to lose rows and to cut figures of such tables: no figure is
better than half of one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from generator.budget import heavy
from generator.document import Content, Remark
from generator.errors import Refusal
from generator.readers import docx

_SECONDS = 120
_SHARE = 0.8  # of what the file may take in all
_OFFICE = str(Path(__file__).with_name("office.py"))


def read(data: bytes, shown: str) -> Content:
    """Return the blocks of an old Word file.

    Raises Refusal ``unsupported-format`` without LibreOffice, ``timeout``, ``corrupt-file``, ``internal-error`` where
    the folder for temporary files is full, and what the reader of .docx raises.
    """
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        hint = "请安装 LibreOffice（Debian/Ubuntu：sudo apt-get install libreoffice-writer），或用 Word 另存为 .docx"
        raise Refusal("unsupported-format", "旧版 Word 文件要靠 LibreOffice 才能读，这台机器上没有", shown, hint)
    content = docx.read(_converted(data, office, shown), shown, converted=True)
    remark = Remark("converted", "旧版 Word 文件，由 LibreOffice 转换后读取")
    return content._replace(remarks=(*content.remarks, remark))


def _converted(data: bytes, office: str, shown: str) -> bytes:
    """The file as .docx. Raises Refusal."""
    seconds = min(_SECONDS, _SHARE * heavy())
    command = (sys.executable, "-I", _OFFICE, office, str(seconds), str(os.getpid()))
    pipe, null = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=null, start_new_session=True) as process:
        said, _ = process.communicate(data)
    word, _, converted = said.partition(b"\n")
    if word == b"late":
        raise Refusal("timeout", f"转换用了超过 {seconds:.0f} 秒", shown, "请用 Word 打开后另存为 .docx")
    if word == b"full":
        hint = "请腾出空间，或用环境变量 TMPDIR 指到别的文件夹，再运行一次"
        raise Refusal("internal-error", "转换时临时文件夹（TMPDIR）写不了，多半是满了", shown, hint)
    if word != b"done":
        raise Refusal("corrupt-file", "LibreOffice 打不开这个文件", shown, "请用 Word 打开后另存为 .docx")
    return converted
