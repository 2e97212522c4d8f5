"""A content folder of any size for measurements: the real one, and made-up entries that differ as real ones do."""

from __future__ import annotations

import itertools
import random
import shutil
from pathlib import Path

from benchmarks.matching.sets import phrasings
from config.office import load_office
from knowledge.loader import load
from servers import ROOT

_IN_A_FILE = 5000
_WHERE = ["东街", "西街", "南门", "北关", "河滨", "桥头", "新城", "老城", "山脚", "湖边", "车站", "科技园", "食品园"]
_WHAT = ["技能培训班", "创业担保贷款", "实训基地", "专家门诊", "图书借阅", "体检预约", "灯会摊位", "羽毛球馆"]
_WHAT += ["停车月卡", "会议室", "摄影比赛", "农技讲座"]
_ASKED = {
    "怎么申请": ("如何办理", "申请流程是什么"),
    "要带什么材料": ("需要哪些手续", "准备什么资料"),
    "多少钱": ("收费标准是多少", "费用贵不贵"),
    "在哪里办": ("办理地点在哪", "去哪个窗口"),
    "什么时候开始": ("哪天开始", "几月份启动"),
    "电话是多少": ("咨询电话", "打哪个号码"),
}


def write_content(folder: Path, entries: int) -> list[str]:
    """Fill `folder` with a checked content of `entries` entries; returns every question and alias in it."""
    shutil.copytree(ROOT / "knowledge" / "content", folder)
    units = load_office(ROOT / "config" / "office.yaml").units
    missing = entries - len(load(folder, units).entries)
    lines = ["version: 1", "topic: service", "source:", "  document: 测量用的内容（演示）", '  as_of: "2026"']
    lines += ["  owner: unknown", "  validity: unknown", "  quote: 演示", "entries:"]
    made = itertools.islice(itertools.product(_WHERE, _WHAT, _ASKED), max(0, missing))
    for number, (where, what, asked) in enumerate(made):
        lines += [f"  - id: bench.e{number}", f"    question: {where}{what}{asked}", "    aliases:"]
        lines += [f"      - {where}的{what}{other}" for other in _ASKED[asked]]
        lines += [f"    answer: 演示回答{number}。{where}{what}的安排以窗口通知为准。"]
    (folder / "faq" / "bench.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    content = load(folder, units)
    return [text for entry in content.entries for text in (entry.question, *entry.aliases)]


def write_many(folder: Path, entries: int) -> list[str]:
    """As `write_content`, of any size: made from a seed, in files that an editor still opens; returns the questions."""
    shutil.copytree(ROOT / "knowledge" / "content", folder)
    made = phrasings(random.Random(20))
    asked = [next(made) for _ in range(entries)]
    head = ["version: 1", "topic: service", "source:", "  document: 测量用的内容（演示）", '  as_of: "2026"']
    head += ["  owner: unknown", "  validity: unknown", "  quote: 演示", "entries:"]
    for start in range(0, entries, _IN_A_FILE):
        lines = list(head)
        for number, said in enumerate(asked[start : start + _IN_A_FILE], start):
            lines += [
                f"  - id: bench.e{number}",
                f"    question: {said}",
                f"    answer: 演示回答{number}，以窗口通知为准。",
            ]
        (folder / "faq" / f"bench{start}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return asked
