"""What a clause in Chinese prints beside its words: figures, and words that order something.

Both are read generously enough that nothing is overlooked and narrowly enough that ordinary words (统一,
进一步, 供应, 需要) are no findings; what they miss or find too much is a line in a table here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from emergency.review.document import spoken_number

__all__ = ["Figure", "printed_figures", "printed_orders", "typed_alike"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit, in base units; ``low`` and ``high`` differ for a range.

    Attributes
    ----------
    kind : ``day`` for days and days of demand alike (the print writes 天 for both), ``count`` for every kind
        of piece, the dimension of `quantity.UNITS` for the rest.
    printed : as printed without spaces, or as our notation writes it.
    article : an indefinite "a": it may carry a figure of a statement but asks for none.
    """

    low: float
    high: float
    kind: str
    printed: str
    article: bool = False

    def carries(self, stated: Figure) -> bool:
        """Whether a statement's figure can rest on this one: the same, or one end of this range."""
        if self.kind != stated.kind:
            return False
        ends = [(self.low, self.high), (self.low, self.low), (self.high, self.high)]
        return any(math.isclose(a, stated.low) and math.isclose(b, stated.high) for a, b in ends)


#: Printed unit → (kind, factor to the base unit); the first that matches counts.
_UNITS: tuple[tuple[str, str, float], ...] = (
    ("个?工作日", "workday", 1),
    ("个?小时", "hour", 1),
    ("分钟", "hour", 1 / 60),
    ("个?百分点|[%％]", "number", 0.01),
    ("个?季度", "month", 3),
    ("个?月", "month", 1),
    ("个?星期|周(?![边转围])", "week", 1),
    ("天|日|昼夜", "day", 1),
    ("年(?![代度级])", "year", 1),
    ("吨/[天日]", "mass rate", 1 / 24),
    ("吨", "mass", 1),
    ("公斤|千克", "mass", 0.001),
    ("亩", "area", 1),
    ("公顷", "area", 15),
    ("公里|千米", "length", 1),
    ("元/(?:公斤|千克)", "price", 1),
    ("元", "money", 1),
    ("人次|[个名人户家种级处座次项支辆台套批所只条件份倍颗]", "count", 1),
)
_UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, (pattern, _, _) in enumerate(_UNITS))
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_SPOKEN = r"[一二两三四五六七八九十][零一二三四五六七八九十百千]*"
_POWERS = {"": 1, "百": 100, "千": 1e3, "万": 1e4, "亿": 1e8}
# 统一, 第一, 进一步, 万无一失… are words; so is a numeral inside a longer one.
_FIGURE = re.compile(
    rf"每个?(?P<each>月|日|天|年|周|星期|季度|小时|半年)"
    rf"|(?P<half>半)个?(?P<halved>年|月|天|日|小时)"
    rf"|(?<![A-Za-z\d.])(?P<low>{_ARABIC})(?:\s*(?:[-~～—–至到]+)\s*(?P<high>{_ARABIC}))?"
    rf"\s*(?P<power>[万亿千百]?)\s*(?:{_UNIT})?"
    rf"|(?<![第统单唯同之逐专万进如不划任上下零一二三四五六七八九十百千])"
    rf"(?P<spoken>{_SPOKEN})(?P<spower>[万亿]?)(?:{_UNIT.replace('<u', '<s')})"
)
#: What holds digits without being a figure.
_NO_FIGURES = re.compile(
    r"《[^》]*》"  # cited titles
    r"|[〔\[［][^〕\]］]*[〕\]］]\s*\d*\s*号?"  # document numbers …
    r"|[（(][^（）()]*\d+\s*号[^（）()]*[）)]"
    r"|\d+\s*号"
    r"|[（(]\s*\d{1,2}\s*[）)]"  # item marks
    r"|\d+(?:\.\d+){2,}|第\s*\d+(?:\.\d+)*"  # clause numbers
    r"|(?:19|20)\d\d\s*年(?!以?内)(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?)?"  # dates
    r"|\d{1,2}\s*月\s*\d{1,2}\s*日|(?<=年)\d{1,2}\s*月"
    r"|\d+\s*世纪(?:\s*\d+\s*年代)?|\d+\s*年代"
    r"|\d{3,4}-\d{7,8}|(?<!\d)\d{5,}(?![\d.,]|\s*(?:[万亿%％吨亩元公千户人名家]))"  # telephones, code words
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，％", "0123456789.,%")


def _unit(match: re.Match[str], mark: str) -> tuple[str, float]:
    for i, (_, kind, factor) in enumerate(_UNITS):
        if match[f"{mark}{i}"]:
            return kind, factor
    return "count", 1


def printed_figures(text: str) -> list[Figure]:
    """The figures in a Chinese text, in the order of the print.

    >>> [f.printed for f in printed_figures("存水够用 10 天，分为四级；每月报告，设1-2个点，统一指挥")]
    ['10天', '四级', '每月', '1-2个']
    """
    found: list[Figure] = []
    for match in _FIGURE.finditer(_NO_FIGURES.sub("□", text.translate(_FULL_WIDTH))):
        printed = re.sub(r"\s", "", match[0])
        if match["each"] or match["half"]:
            unit = match["each"] or match["halved"]
            value, unit = (6.0, "月") if "半年" in (unit, printed) else (0.5 if match["half"] else 1.0, unit)
            kind, factor = next((k, f) for pattern, k, f in _UNITS if re.fullmatch(pattern, unit))
            found.append(Figure(value * factor, value * factor, kind, printed))
        elif match["low"]:
            kind, factor = _unit(match, "u")
            factor *= _POWERS[match["power"]]
            low = float(match["low"].replace(",", ""))
            high = float(match["high"].replace(",", "")) if match["high"] else low
            found.append(Figure(low * factor, high * factor, kind, printed))
        else:
            kind, factor = _unit(match, "s")
            value = spoken_number(match["spoken"]) * factor * _POWERS[match["spower"]]
            found.append(Figure(value, value, kind, printed, kind == "count" and match["spoken"] == "一"))
    return found


#: Words that order something, and not the nouns made with them (供应, 需要, 报道, 接到报告…).
_ORDER = re.compile(
    r"必须|(?<![无必])须(?!知)"
    r"|(?<![需主重必纲概摘紧首次只])要(?![求素点件闻害])"
    r"|(?<![供相反响适对效])应(?![急对用邀变求])"
    r"|负责(?!人|制|的)"
    r"|不得"
    r"|(?<![预情申填海日电警呈简])报(?![道警刊废价酬名表])(?<!接报)(?<!接到报)"
)
_REPORT_NOUNS = re.compile(
    r"(?:接到?|提出|验收|监测|总结|书面|事件|应急|评估|的|该|此|有关|信息员)(?:信息)?报告(?=后|时|[、，。；的]|制度|程序|事项)"
    r"|报告(?:事项|制度|程序|表)|通报审批表|呈\s*报\s*单\s*位"
)


def printed_orders(text: str) -> list[str]:
    """The words in a text that order something.

    >>> printed_orders("甲局接到报告后要核实，供应紧张时应报区政府，不得瞒报")
    ['要', '应', '报', '不得', '报']
    """
    return _ORDER.findall(_REPORT_NOUNS.sub("□", text))


def typed_alike(text: str) -> str:
    """A text without the differences of type: full and half width, Ⅳ and IV, kinds of bracket, spaces, a last stop.

    >>> typed_alike("甲（Ⅳ 级）。") == typed_alike("甲(IV级)"), typed_alike("〈乙〉")
    (True, '<乙>')
    """
    narrow = unicodedata.normalize("NFKC", text).translate(_BRACKETS)
    return re.sub(r"\s+", "", narrow).strip("。:;,.")


_BRACKETS = str.maketrans("〈〉", "<>")
