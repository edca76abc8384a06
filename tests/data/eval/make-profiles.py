# Makes profiles.tsv, which tests/unit/eval/test-profile.c checks: random rankings, and what the metrics
# of other libraries, called as they are, make of them.
#
#   pip install recbole==1.2.1 cornac==3.0.1 lenskit==2025.8.1 LibRecommender==1.5.2
#   python make-profiles.py > profiles.tsv
#
# A seed as argument makes other rankings (tests/e2e/profiles.sh).
#
# Lines: "ranking CANDIDATES RANK,RANK,..." is one user; "lists ITEMS COUNT,COUNT,... ITEM,ITEM;..." is
# what users are shown, and how often every item is in train; "rows USER:LABEL:PREDICTION,..." are
# labelled rows.  Each "expect PROFILE METRIC VALUE" behind is of the last of them.
import sys

import numpy as np

np.float, np.bool = float, bool  # RecBole uses the names that NumPy 1.24 took away

import cornac.metrics as cornac
from lenskit.data import ItemList
from lenskit.metrics import NDCG, Hit, Precision, RecipRank, Recall
from lenskit.metrics.ranking import AveragePrecision
from libreco.evaluation import metrics as libreco
from recbole.evaluator import metrics as recbole

KS = (1, 3, 10)
rng = np.random.default_rng(int(sys.argv[1]) if len(sys.argv) > 1 else 20)


def expect(profile, name, value):
    print("expect", profile, name, "%.17g" % float(value), sep="\t")


def bare(metric, **fields):
    made = metric.__new__(metric)
    made.__dict__.update(fields)
    return made


def ranking(n, n_relevant):
    ranked = rng.permutation(n)  # item at rank 1, 2, ...
    relevant = np.sort(rng.choice(n, n_relevant, replace=False))
    hit = np.isin(ranked, relevant)
    ranks = np.nonzero(hit)[0] + 1
    scores = np.empty(n)
    scores[ranked] = -np.arange(n, dtype=float)
    print("ranking", n, ",".join(map(str, ranks)), sep="\t")

    most = min(max(KS), n)
    index = hit[None, :most].astype(int)
    length = np.array([n_relevant])
    for k in (k for k in KS if k <= n):
        at = "@%d" % k
        expect("recbole", "Hit" + at, bare(recbole.Hit).metric_info(index)[0, k - 1])
        expect("recbole", "MRR" + at, bare(recbole.MRR).metric_info(index)[0, k - 1])
        expect("recbole", "MAP" + at, bare(recbole.MAP).metric_info(index, length)[0, k - 1])
        expect("recbole", "Recall" + at, bare(recbole.Recall).metric_info(index, length)[0, k - 1])
        expect("recbole", "NDCG" + at, bare(recbole.NDCG).metric_info(index, length)[0, k - 1])
        expect("recbole", "Precision" + at, bare(recbole.Precision).metric_info(index)[0, k - 1])
        for name, metric in (("NDCG", cornac.NDCG), ("Precision", cornac.Precision), ("Recall", cornac.Recall),
                             ("Hit", cornac.HitRatio), ("F1", cornac.FMeasure)):
            expect("cornac", name + at, metric(k).compute(gt_pos=relevant, pd_rank=ranked))
        recs, test = ItemList(item_ids=ranked, ordered=True), ItemList(item_ids=relevant)
        for name, metric in (("NDCG", NDCG), ("Precision", Precision), ("Recall", Recall), ("Hit", Hit),
                             ("MRR", RecipRank), ("MAP", AveragePrecision)):
            expect("lenskit", name + at, metric(n=k).measure_list(recs, test))
        for name, metric in (("NDCG", libreco.ndcg_at_k), ("MAP", libreco.average_precision_at_k),
                             ("Precision", libreco.precision_at_k), ("Recall", libreco.recall_at_k)):
            expect("librecommender", name + at, metric(relevant, ranked[:k], k))
    if n > n_relevant:
        expect("recbole", "GAUC", bare(recbole.GAUC).metric_info(np.array([ranks.sum()]), np.array([n]), length))
        expect("cornac", "AUC", cornac.AUC().compute(np.arange(n), scores, relevant))
    expect("cornac", "MAP", cornac.MAP().compute(np.arange(n), scores, relevant))
    expect("cornac", "MRR", cornac.MRR().compute(relevant, ranked))


def lists(n, n_users, k):
    weights = rng.random(n) ** 4
    shown = np.array([rng.choice(n, k, replace=False, p=weights / weights.sum()) for _ in range(n_users)])
    counts = rng.poisson(3, n)
    print("lists", n, ",".join(map(str, counts)), ";".join(",".join(map(str, row)) for row in shown), sep="\t")
    # RecBole's item 0 is the padding: its items and counts are from 1.
    count = {i + 1: int(c) for i, c in enumerate(counts) if c > 0}
    at = "@%d" % k
    expect("recbole", "ItemCoverage" + at, bare(recbole.ItemCoverage).get_coverage(shown + 1, n + 1))
    expect("recbole", "GiniIndex" + at, bare(recbole.GiniIndex).get_gini(shown + 1, n + 1))
    expect("recbole", "ShannonEntropy" + at, bare(recbole.ShannonEntropy).get_entropy(shown + 1))
    pop = bare(recbole.AveragePopularity)
    expect("recbole", "AveragePopularity" + at, pop.metric_info(pop.get_pop(shown + 1, count)).mean(axis=0)[k - 1])
    tail = bare(recbole.TailPercentage, tail=0.1)
    expect("recbole", "TailPercentage" + at, tail.metric_info(tail.get_tail(shown + 1, count)).mean(axis=0)[k - 1])
    expect("librecommender", "ItemCoverage" + at, libreco.rec_coverage(dict(enumerate(shown)), range(n_users), n))


def rows(n):
    users = rng.integers(0, n // 6, n)
    labels = (rng.random(n) < 0.4).astype(int)
    predictions = np.float32(np.round(rng.random(n), 1) / 2 + 0.25)
    print("rows", ",".join("%d:%d:%.9g" % row for row in zip(users, labels, predictions)), sep="\t")
    expect("recbole", "AUC", bare(recbole.AUC).metric_info(predictions, labels))
    expect("recbole", "LogLoss", bare(recbole.LogLoss).metric_info(predictions, labels))
    expect("recbole", "RMSE", bare(recbole.RMSE).metric_info(np.float64(predictions), labels))
    expect("recbole", "MAE", bare(recbole.MAE).metric_info(np.float64(predictions), labels))


for n, n_relevant in ((5, 1), (5, 5), (12, 3), (40, 1), (40, 15), (200, 4), (200, 60)):
    for _ in range(3):
        ranking(n, n_relevant)
lists(30, 12, 5)
lists(9, 40, 3)
rows(90)
