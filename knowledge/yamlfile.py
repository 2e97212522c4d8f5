"""One YAML file as rows that know their lines, or faults that an admin can mend.

Every scalar stays a string (no `no` -> False, no dates), duplicate keys are faults, anchors and tags are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml
from rapidfuzz import process

from knowledge.entry import Fault

LARGEST_FILE = 2 * 1024 * 1024
_DEEPEST = 50  # levels; content has seven
_FEW_BRACKETS = 2000  # so many levels at most fit on any thread's stack
_FAR_IN = re.compile(r"^[ \t?-]{200}", re.MULTILINE)
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))
_WIDE_COLON = re.compile(r"^\s*(?:-\s+)?([a-z_]+)：")
_WIDE_INDENT = re.compile(r"^[ \t]*\u3000\s*(?:-\s|[\w.]+[:：])")
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?:\s|$)")
_OPENED = re.compile(r"""^\s*(?:-\s+)?(?:([\w.]+):\s+|(?<=-\s))(["'])(.*)$""")
_ITEM = re.compile(r"^\s*- ")
_KEY = re.compile(r"^\s*(?:-\s+)?([\w.]+):\s+(.*)$")


@dataclass
class File:
    """A file being read and what was found wrong in it."""

    name: str
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, where: str, problem: str, cure: str) -> None:
        self.faults.append(Fault(self.name, line, where, problem, cure))


class Row:
    """One mapping. Each reader notes the field as known, so that `done` can name the unknown ones."""

    def __init__(self, file: File, node: yaml.MappingNode, label: str = "") -> None:
        self.file, self.line, self.label = file, _line(node), label
        self._fields: dict[str, yaml.Node] = {}
        self._read: dict[str, None] = {}  # in the order of asking; a file's default source is asked for every entry
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                file.fault(_line(key), label or "（键）", "这里的键不是文字", "改成“名称: 值”的写法")
            elif name in self._fields:
                first = _line(self._fields[name])
                file.fault(_line(key), name, f"这一栏写了两次（第 {first} 行已有）", "删去其中一个")
            else:
                self._fields[name] = value

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def line_of(self, name: str) -> int:
        """Where a field stands; the row's own line when it is missing."""
        return _line(self._fields[name]) if name in self._fields else self.line

    def fault(self, name: str, problem: str, cure: str) -> None:
        self.file.fault(self.line_of(name), name, problem, cure)

    def text(self, name: str, default: str | None = None) -> str:
        """The field's text, trimmed. Without a default it must be there and say something."""
        node = self._get(name)
        if isinstance(node, yaml.ScalarNode) and _sound(self.file, node, name):
            said = str(node.value).strip()
            if said or default is not None:
                return said or default or ""
            self.fault(name, "这一栏是空的", f"请在 {name}: 后面写上内容")
        elif node is None and default is None:
            self.fault(name, "缺少这一栏", f"请补上 {name}: 后面写内容")
        elif node is not None and not isinstance(node, yaml.ScalarNode) and _sound(self.file, node, name):
            self.fault(name, "这里应是一段文字", "去掉下面的列表或缩进，直接写在冒号后面")
        return default or ""

    def choice(self, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        said = self.text(name, default)
        if said and said not in allowed:
            self.fault(name, f"不认识“{said[:40]}”", f"只能写：{'、'.join(allowed)}")
            return default or allowed[0]
        return said or allowed[0]

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; missing or empty is ()."""
        return tuple(text for text, _ in self.lined_texts(name))

    def lined_texts(self, name: str) -> list[tuple[str, int]]:
        """`texts`, each with its line."""
        found = []
        for node in self._items(name):
            if not isinstance(node, yaml.ScalarNode):
                self.file.fault(_line(node), name, "列表里应是文字", "每行写成“- 文字”；文字里有英文冒号时加引号")
            elif _sound(self.file, node, name):
                if str(node.value).strip():
                    found.append((str(node.value).strip(), _line(node)))
                else:
                    self.file.fault(_line(node), name, "列表里有空的一行", "删去这一行或写上内容")
        return found

    def groups(self, name: str) -> list[tuple[tuple[str, ...], int]]:
        """A list of lists of texts, each group with its line."""
        found = []
        for node in self._items(name):
            if isinstance(node, yaml.SequenceNode):
                words = [str(n.value).strip() for n in node.value if isinstance(n, yaml.ScalarNode)]
                found.append((tuple(word for word in words if word), _line(node)))
            else:
                self.file.fault(_line(node), name, "这里应是一组词", "写成“- [词, 词]”")
        return found

    def rows(self, name: str, label: str = "") -> list[Row]:
        """A list of mappings; missing or empty is []."""
        found = []
        for node in self._items(name):
            if isinstance(node, yaml.MappingNode) and _sound(self.file, node, name):
                found.append(Row(self.file, node, label or name))
            elif not isinstance(node, yaml.MappingNode):
                self.file.fault(_line(node), name, "列表里的这一项不是“栏目: 值”的写法", _colon_cure(node))
        return found

    def row(self, name: str) -> Row | None:
        """A nested mapping, or None when the field is missing or empty."""
        node = self._get(name)
        if isinstance(node, yaml.MappingNode) and _sound(self.file, node, name):
            return Row(self.file, node, name)
        if node is not None and not isinstance(node, yaml.MappingNode) and not _empty(node):
            self.fault(name, "这里应是“栏目: 值”的写法", _colon_cure(node))
        return None

    def names(self) -> list[str]:
        """The fields' own names, for mappings whose keys admins choose."""
        return list(self._fields)

    def done(self, also: tuple[str, ...] = ()) -> None:
        """Every field that nobody asked for, and is not among `also`, is a slip of the pen."""
        known = list(dict.fromkeys((*self._read, *also)))
        for name, node in self._fields.items():
            if name not in known:
                near = process.extractOne(name, known, score_cutoff=60)
                hint = f"是不是想写 {near[0]}？" if near else ""
                self.file.fault(_line(node), name, "不认识这一栏", f"{hint}可用的栏目：{'、'.join(known)}")

    def _get(self, name: str) -> yaml.Node | None:
        self._read[name] = None
        return self._fields.get(name)

    def _items(self, name: str) -> list[yaml.Node]:
        node = self._get(name)
        if node is None or _empty(node):
            return []
        if isinstance(node, yaml.SequenceNode) and _sound(self.file, node, name):
            return list(node.value)
        if not isinstance(node, yaml.SequenceNode):
            self.fault(name, "这里应是一个列表", "每项另起一行，写成“- 内容”；没有内容就写 []")
        return []


def read(name: str, data: bytes) -> tuple[File, Row | None]:
    """The file's top mapping, or None with the reason in `faults`."""
    file = File(name)
    text = _decode(file, data)
    if text is None:
        return file, None
    try:
        if _is_suspect(text) and not _is_plain(file, text):
            return file, None
        top = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        _explain(file, text, error)
        return file, None
    except yaml.YAMLError as error:
        file.fault(0, "（文件）", f"读不懂这个文件（{error}）", "对照样例检查最近改过的地方")
        return file, None
    except RecursionError:
        file.fault(0, "（文件）", "一层套一层，套得太深", "内容文件最多用四五层，删去多余的括号或缩进")
        return file, None
    for at, line in enumerate(text.splitlines(), 1):
        if "：" in line and not isinstance(top, yaml.MappingNode) and _wide_colon(file, at, line):
            return file, None
    if not isinstance(top, yaml.MappingNode):
        file.fault(1, "（文件）", "文件是空的，或最外层不是“栏目: 值”的写法", "第一行写 version: 1，后面照样例写")
        return file, None
    return file, Row(file, top)


def _decode(file: File, data: bytes) -> str | None:
    if len(data) > LARGEST_FILE:
        file.fault(0, "（文件）", f"文件有 {len(data) // 1024} KB，超过了 2 MB", "拆成几个文件，或删去误粘的内容")
        return None
    if b"\x00" in data:
        wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        line = 0 if wide else data[: data.index(b"\x00")].count(b"\n") + 1
        cure = "在编辑器里选“另存为”，编码选 UTF-8" if wide else "删去这一行里看不见的字符，重新打一遍"
        file.fault(line, "（文件）", "文件是 UTF-16 编码" if wide else "有看不见的空字符（NUL）", cure)
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        if error.end == len(data) and error.reason == "unexpected end of data":
            cure = "文件没有存完：重新存一次，或从上一个版本恢复"
            file.fault(line, "（文件）", "文件在这一行一个字的中间断了，不是完整的 UTF-8", cure)
            return None
        try:
            data.decode("gb18030")
            problem = "文件不是 UTF-8 编码，看起来是 GBK"
        except UnicodeDecodeError:
            problem = "文件里有不是 UTF-8 的字节"
        file.fault(line, "（文件）", problem, "在编辑器里选“另存为”，编码选 UTF-8")
        return None


def _is_suspect(text: str) -> bool:
    """Whether it may have references, or be nested so deeply that libyaml's composer would overrun the stack."""
    brackets = text.count("[") + text.count("{")
    return "&" in text or "*" in text or brackets > _FEW_BRACKETS or bool(_FAR_IN.search(text))


def _is_plain(file: File, text: str) -> bool:
    """Event by event, which needs no stack."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            cure = "内容文件最多用四五层，删去多余的括号或缩进"
            file.fault(event.start_mark.line + 1 if event.start_mark else 0, "（文件）", "一层套一层，套得太深", cure)
            return False
        anchor = getattr(event, "anchor", None)
        if anchor:
            line = event.start_mark.line + 1 if event.start_mark else 0
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            cure = "照抄一遍内容；文字以 & 或 * 开头时加引号"
            file.fault(line, "（文件）", f"用了 {sign}{anchor} 这种引用写法", cure)
            return False
    return True


def _sound(file: File, node: yaml.Node, name: str) -> bool:
    if node.tag in _PLAIN_TAGS:
        return True
    file.fault(_line(node), name, f"用了标签 {node.tag[:60]}", "删去以 ! 开头的部分；文字以 ! 开头时加引号")
    return False


def _explain(file: File, text: str, error: yaml.MarkedYAMLError) -> None:
    """libyaml's sentence, turned into what the admin most likely did."""
    lines = text.splitlines()
    mark = error.problem_mark or error.context_mark
    at = mark.line if mark else 0
    for number in range(max(0, at - 3), min(len(lines), at + 1)):
        if _wide_colon(file, number + 1, lines[number]):
            return
    if _seen_by_eye(file, lines, at):
        return
    problem = error.problem or ""
    line = lines[at] if at < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())] or ("cannot start any token" in problem and "\t" in line):
        file.fault(at + 1, "（文件）", "这一行用了 Tab 缩进", "把 Tab 换成空格，每层两个空格")
        return
    key = _KEY.match(line)
    where = key.group(1) if key else "（文件）"
    if "mapping values" in problem:
        file.fault(
            at + 1, where, "这一行里多了一个英文冒号，或上一行没有写完", "给整句话加上英文引号，或把句中的 : 改成 ："
        )
    elif "quoted scalar" in problem or "quoted scalar" in (error.context or ""):
        start = error.context_mark.line + 1 if error.context_mark else at + 1
        file.fault(start, where, "引号没有成对", "补上另一个引号，或改用中文引号“ ”")
    elif "flow" in (error.context or ""):
        start = error.context_mark.line + 1 if error.context_mark else at + 1
        file.fault(start, where, "方括号或花括号没有成对", "补上 ] 或 }，中间用英文逗号隔开")
    elif "could not find expected ':'" in problem:
        file.fault(
            at + 1,
            where,
            "这一行或上一行少了英文冒号，或文字换行后没有缩进",
            "栏目写成“名称: 值”；长的文字每行都要缩进，比栏目名多两个空格",
        )
    elif "cannot start any token" in problem or "expected alphabetic" in problem:
        file.fault(at + 1, where, "这一行的开头有 YAML 不认识的符号", "给整句话加上英文引号")
    else:
        file.fault(
            at + 1,
            where,
            "这一行附近的缩进或写法不对",
            "对照上面写得对的一条，检查缩进（每层两个空格）和冒号后的空格",
        )


def _seen_by_eye(file: File, lines: list[str], at: int) -> bool:
    """Slips that libyaml stumbles over only far below, up to the line `at` where it did."""
    for number, line in enumerate(lines, 1):
        if _CONFLICT.match(line):
            problem = f"这一行是 git 合并冲突的标记（{line[:7]}）"
            file.fault(number, "（文件）", problem, "两份改动留一份，删去 <<<<<<<、=======、>>>>>>> 这几行")
            return True
    for number, line in enumerate(lines[: at + 1], 1):
        if _WIDE_INDENT.match(line):
            file.fault(number, "（文件）", "这一行用了全角空格缩进", "换成半角空格，每层两个空格")
            return True
        opened = _OPENED.match(line)
        # A quoted text may run on over several lines: then the next field does not begin before it ends.
        if opened and _runs_on(opened) and _next_is_field(lines, number, opened[2]):
            file.fault(number, opened[1] or "（文件）", "引号没有成对", "补上另一个引号，或改用中文引号“ ”")
            return True
    return False


def _runs_on(opened: re.Match[str]) -> bool:
    """Whether the quoted text that begins here has no end on its line; nothing but a comma may follow an end."""
    sign, rest = opened[2], opened[3]
    plain = re.sub(r"\\.", "", rest) if sign == '"' else rest.replace("''", "")
    return sign not in plain


def _next_is_field(lines: list[str], number: int, sign: str) -> bool:
    """Whether a field or list item follows before any `sign` that could end the text."""
    for line in lines[number:]:
        if _KEY.match(line) or _ITEM.match(line):
            return True
        if sign in line:
            return False
    return True


def _wide_colon(file: File, number: int, line: str) -> bool:
    found = _WIDE_COLON.match(line)
    if not found:
        return False
    file.fault(number, found.group(1), "栏目名后面用了中文冒号（：）", f"改成英文冒号加一个空格：{found.group(1)}: ")
    return True


def _colon_cure(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        found = _WIDE_COLON.match(str(node.value))
        if found:
            return f"栏目名后面用了中文冒号（：），改成英文冒号加一个空格：{found.group(1)}: "
    return "照样例写成“栏目: 值”，冒号后面留一个空格"


def _empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and str(node.value).strip() in ("", "~", "null")


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
