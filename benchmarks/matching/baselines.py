"""What a user would take instead, each run as `flask kb predict` is: a process of its own, the same lines out.

`python -m benchmarks.matching.baselines NAME SET.jsonl OUT`
"""

from __future__ import annotations

import json
import resource
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from benchmarks.matching import sets

Scored = list[tuple[int, float]]  # phrasing, score; best first
Search = Callable[[str], Scored]
_DEEP = 60  # phrasings taken, so that ten entries come out


def _wratio(texts: list[str]) -> Search:
    from rapidfuzz import fuzz, process

    return lambda said: [(n, s / 100) for _, s, n in process.extract(said, texts, scorer=fuzz.WRatio, limit=_DEEP)]


def _ratio(texts: list[str]) -> Search:
    from rapidfuzz import fuzz, process

    return lambda said: [(n, s / 100) for _, s, n in process.extract(said, texts, scorer=fuzz.ratio, limit=_DEEP)]


def _bm25(texts: list[str]) -> Search:
    import bm25s
    import rjieba

    index = bm25s.BM25()
    index.index([rjieba.cut(text) for text in texts], show_progress=False)
    known = index.vocab_dict

    def search(said: str) -> Scored:
        words = [word for word in rjieba.cut(said) if word in known]
        return _best(index.get_scores(words)) if words else []

    return search


def _tfidf(texts: list[str]) -> Search:
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = TfidfVectorizer(analyzer="char", ngram_range=(1, 3))
    matrix = made.fit_transform(texts)
    return lambda said: _best((matrix @ made.transform([said]).T).toarray().ravel())


def _best(scores: object) -> Scored:
    import numpy as np

    values = np.asarray(scores, dtype=float)
    order = np.argpartition(-values, min(_DEEP, values.size - 1))[:_DEEP]
    return sorted(((int(n), float(values[n])) for n in order if values[n] > 0), key=lambda pair: -pair[1])


SYSTEMS = {"WRatio": _wratio, "ratio": _ratio, "BM25 jieba": _bm25, "TF-IDF char 1-3": _tfidf}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().strip()


def predict(name: str, path: Path, out: Path) -> None:
    given = sets.read(path)
    owners = [known for known, phrasings in given.entries for _ in phrasings]
    texts = [_plain(said) for _, phrasings in given.entries for said in phrasings]
    started = time.perf_counter()
    search = SYSTEMS[name](texts)
    built = time.perf_counter() - started
    with out.open("w", encoding="utf-8") as lines:
        for number, question in enumerate(given.questions):
            started = time.perf_counter()
            best: dict[str, float] = {}
            for phrasing, score in search(_plain(question["text"])):
                best.setdefault(owners[phrasing], score)
            spent = (time.perf_counter() - started) * 1000
            row = {"i": number, "ranked": list(best.items())[:10], "decision": "", "ms": spent}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
        resident = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
        lines.write(json.dumps({"build_s": built, "rss_mb": resident, "kb": len(given.entries)}) + "\n")


if __name__ == "__main__":
    predict(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
