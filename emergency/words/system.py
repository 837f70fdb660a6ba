"""What the machine refuses (files, missing packages), Chinese and English."""

from __future__ import annotations

import errno
import re
from pathlib import PurePath

from emergency.errors import MissingExtraError
from emergency.words.problems import safe
from emergency.words.punctuation import headed
from emergency.words.table import Words, filled

__all__ = ["NEEDS_EXTRA", "tell_missing", "tell_os_error"]

NEEDS_EXTRA: Words = (
    "缺少组件 {package}，请安装：pip install 'emergency[{extra}]'",
    "this needs the package {package}: pip install 'emergency[{extra}]'",
)

_WHY = {
    errno.ENOENT: ("没有这个文件或文件夹，或不能在此新建", "there is no such file or folder, or none can be made there"),
    errno.EACCES: ("没有权限", "permission denied"),
    errno.EPERM: ("没有权限", "permission denied"),
    errno.EROFS: ("此处只能读，不能写", "this place can only be read"),
    errno.EISDIR: ("这是文件夹，此处需要文件", "this is a folder; a file is needed"),
    errno.ENOTDIR: ("路径中有一段是文件，不是文件夹", "a part of the path is a file, not a folder"),
    errno.EEXIST: ("已有同名文件，不能作为文件夹", "a file of that name is in the way of the folder"),
    errno.ENOSPC: ("磁盘已满", "the disk is full"),
    errno.EFBIG: ("文件过大", "the file would be too large"),
    errno.EIO: ("读写出错", "reading or writing failed"),
    errno.ENAMETOOLONG: ("名称过长", "the name is too long"),
}
_OTHERWISE = ("系统不允许（{why}）", "the system refuses: {why}")
_ROOM = ("请腾出空间，或换一个位置", "make room, or choose another place")
_ELSEWHERE = ("请换一个文件或文件夹", "give another file or folder")
_HINT = ("提示", "hint")
#: Files are written beside their place under such a name first; the user knows only the name that was asked for.
_TEMPORARY = re.compile(r"\.(.+)\.\w{8}")


def tell_os_error(error: OSError, lang: str) -> str:
    """A refusal of the operating system: the file as the user named it, why, and what may be done.

    >>> print(tell_os_error(PermissionError(13, "Permission denied", "out/.plan.svg.a1b2c3d4"), "en"))
    out/plan.svg: permission denied
    hint: give another file or folder
    """
    otherwise = filled(_OTHERWISE, lang, {"why": error.strerror or str(error)})
    why = _WHY.get(error.errno or 0, (otherwise, otherwise))[lang != "zh"]
    hint = (_ROOM if error.errno == errno.ENOSPC else _ELSEWHERE)[lang != "zh"]
    return f"{_refusal(error, why, lang)}\n{headed(_HINT[lang != 'zh'], hint, lang)}"


def _refusal(error: OSError, told: str, lang: str) -> str:
    if not error.filename:
        return safe(told)
    path = PurePath(str(error.filename))
    found = _TEMPORARY.fullmatch(path.name)
    name = str(path.with_name(found[1])) if found else str(path)
    return headed(safe(name, 1000), safe(told), lang)


def tell_missing(error: MissingExtraError, lang: str) -> str:
    """Which package is missing, and the command that installs it.

    >>> tell_missing(MissingExtraError("typst", "docs"), "zh")
    "缺少组件 typst，请安装：pip install 'emergency[docs]'"
    """
    return filled(NEEDS_EXTRA, lang, {"package": error.package, "extra": error.extra})
