"""Sets of questions: one JSON object a line, `meta`, then `kb` (the content), then `q` (the questions)."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class QuestionSet:
    path: Path
    entries: list[tuple[str, list[str]]]  # id, and its phrasings
    questions: list[dict[str, Any]]

    @property
    def name(self) -> str:
        return self.path.stem


def read(path: Path) -> QuestionSet:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    entries = [(row["kb"]["id"], [row["kb"]["question"], *row["kb"].get("aliases", [])]) for row in rows if "kb" in row]
    return QuestionSet(path, entries, [row["q"] for row in rows if "q" in row])


_PLACES = "东西南北上下新老大小青白红金玉龙凤桥河湖山石林竹松梅兰荷柳杨桂"
_KINDS = ["街道", "社区", "园区", "产业园", "中学", "小学", "医院", "车站", "市场", "镇", "村", "广场", "港口", "新区"]


def _words(text: str) -> list[str]:
    return text.split()


_THINGS = _words(
    """
    居住证 社保卡 驾驶证 营业执照 健康证 图书证 停车证 暂住登记 户口迁移 公积金提取 失业登记 创业贷款 技能培训
    职称评审 档案转接 体检预约 疫苗接种 学位申请 廉租房 物业维修 垃圾清运 路灯报修 水表更换 电费缴纳 燃气开户
    宽带安装 老年公交卡 残疾补助 婚姻登记 生育服务 献血预约 场馆预订 游泳年卡 考试报名 成绩复核 护照办理 港澳签注
    车辆年检 摇号申请 违章处理 树木砍伐 噪声投诉
    """
)
_ASKED = _words(
    """
    怎么办 在哪里办 要带什么材料 多少钱 多久能办好 电话是多少 可以代办吗 丢了怎么补 怎么取消 什么时候开始
    谁可以申请 到期了怎么续 能在网上办吗 周末上班吗 进度怎么查 为什么没通过 填错了怎么改 需要本人去吗
    有年龄限制吗 外地人能办吗
    """
)


def write_synthetic(path: Path, entries: int, seed: int = 20) -> None:
    """A content of any size from a seed, for time and memory: its entries differ in a place, a thing or a question.

    A third of the 600 questions has no answer: the thing stands nowhere in the content.
    """
    chance = random.Random(seed)
    made = phrasings(chance)
    some = [next(made) for _ in range(entries)]
    lines: list[dict[str, Any]] = [{"meta": {"name": path.stem, "source": "made from a seed", "seed": seed}}]
    lines += [{"kb": {"id": f"e{number}", "question": said, "aliases": []}} for number, said in enumerate(some)]
    for number in (chance.randrange(entries) for _ in range(400)):
        said = some[number]
        cut = chance.randrange(len(said))
        lines.append({"q": {"text": f"请问{said[:cut]}{said[cut + 1 :]}呢", "gold_id": f"e{number}"}})
    lines += [
        {"q": {"text": f"{next(made)[:4]}{chance.choice('猫狗鱼鸟')}展门票怎么买", "gold_id": None}} for _ in range(200)
    ]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def phrasings(chance: random.Random) -> Iterator[str]:
    """Made-up questions without end, each once."""
    seen: set[str] = set()
    while True:
        place = "".join(chance.sample(_PLACES, 2)) + chance.choice(_KINDS)
        said = f"{place}{chance.choice(_THINGS)}{chance.choice(_ASKED)}"
        if said not in seen:
            seen.add(said)
            yield said
