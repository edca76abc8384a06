"""docs/PERFORMANCE.md's tables and figures, from the JSON of a run.

A block of the document between <!-- bench: NAME --> and <!-- end --> is written anew; all else is left as
it is.  Figures go into performance/ beside it, and the run's JSON as performance/run.json.
"""

import json
import os
import re

from . import plot
from .stats import geometric_mean, quartiles

AXES = {"items": "items", "users": "users", "length": "steps of a sequence", "batch": "batch", "density": "density of a row"}


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def about(part):
    of = part["machine"]
    words = [f"{of['processors']} processors of {of['cpu']}, {of['system']}", of["compiler"]]
    if of.get("torch"):
        words.append(f"PyTorch {of['torch']}")
    for line in (of.get("recbole") or "").split("\n"):
        if line.startswith(("recbole==", "torch==", "numpy==")):
            words.append(line.replace("==", " "))
    load = f"load {of['load'][0]:.1f} at the beginning"
    return f"{of['time'][:10]}; {'; '.join(words)}; {load}. `{of['command']}`"


def milliseconds(seconds):
    return f"{1e3 * seconds:.2f}" if seconds < 0.1 else f"{1e3 * seconds:.0f}"


def step_block(part):
    rows = []
    for r in part["results"]:
        wall = {name: milliseconds(s["median"]) for name, s in r["wall"].items()}
        eager = min((r["wall"][way]["median"] for way in r["wall"] if way.startswith("eager")), default=None)
        times = "-"
        if "wall_ratio" in r:
            low, high = r["wall_ratio"]["quartiles"]
            times = f"**{r['wall_ratio']['median']:.2f}** ({low:.2f} to {high:.2f})"
        model = r["model"] + (f", length {r['length']}" if r["model"] == "hierarchical_cnn" else "")
        rows.append([model, str(r["rows"]), wall["recnn"], milliseconds(eager) if eager else "-",
                     wall.get("compiled", "-"), times, milliseconds(r["floor"]["seconds"]), f"{r['over_floor']:.2f}"])
    text = table(["model", "batch", "recnn, ms", "PyTorch, ms", "compiled, ms", "times faster (quartiles)", "floor, ms",
                  "over it"], rows)
    means = []
    for batch in sorted({r["rows"] for r in part["results"]}):
        ratios = [r["wall_ratio"]["median"] for r in part["results"] if r["rows"] == batch and "wall_ratio" in r]
        if ratios:
            means.append(f"{geometric_mean(ratios):.2f} times at batch {batch}")
    n = min(r["wall"]["recnn"]["n"] for r in part["results"])
    return f"{text}\n\nGeometric means: {', '.join(means) or 'no PyTorch to compare with'}; medians of {n} rounds.\n\n{about(part)}"


def ranking_block(part):
    rows = [[r["model"], milliseconds(quartiles(r["all_items"])[1]), milliseconds(quartiles(r["pairs"])[1]),
             f"{r['times']:.1f}", f"{r['over_floor']:.2f}"] for r in part["results"]]
    return table(["model", "all items, ms a user", "pair by pair", "times faster", "over the floor of its products"],
                 rows) + "\n\n" + about(part)


def recbole_block(part):
    rows = []
    for r in part["results"]:
        ours, theirs = r["recnn"], r.get("recbole", {})
        if "error" in ours:
            continue
        pair = [f"{r['case']}: {ours['model']}"]
        for key, form in (("train_seconds", "{:.3f}"), ("eval_seconds", "{:.4f}")):
            mine = form.format(quartiles(ours[key])[1])
            other = form.format(quartiles(theirs[key])[1]) if key in theirs else "-"
            pair.append(f"{mine} / {other}")
        pair.append(f"{ours['first_step_seconds']:.3f} / " +
                    (f"{theirs['first_step_seconds']:.2f}" if "first_step_seconds" in theirs else "-"))
        pair.append(f"{ours['peak_bytes'] / 1e6:.0f} / " + (f"{theirs['peak_bytes'] / 1e6:.0f}" if "peak_bytes" in theirs else "-"))
        times = r.get("times")
        pair.append(" / ".join(f"{times[k]:.1f}" for k in ("train", "evaluation", "first_step", "memory")) if times else "-")
        rows.append(pair)
    return table(["RecBole's: recnn's model", "epoch, s", "evaluation, s", "start to first step, s", "memory, MB",
                  "RecBole's over recnn's"], rows) + "\n\nrecnn / RecBole. " + about(part)


def growth_block(part, folder):
    curves, blocks = {}, []
    for line in part["results"]:
        curves.setdefault(line["curve"], []).append(line)
    for name, lines in curves.items():
        if name == "threads":
            rows = [[x["label"], *(milliseconds(p["seconds"]) for p in x["points"]), f"{x['speedup']:.2f}"] for x in lines]
            blocks.append(table(["model", "one thread, ms", "two, ms", "times faster"], rows))
            continue
        good = {x["label"]: [p for p in x["points"] if "error" not in p] for x in lines}
        panels = [("time of a step", "ms", [(k, [(p["x"], 1e3 * p["seconds"]) for p in v]) for k, v in good.items()]),
                  ("memory of the process", "MB", [(k, [(p["x"], p["peak_bytes"] / 1e6) for p in v]) for k, v in good.items()])]
        with open(os.path.join(folder, f"{name}.svg"), "w", encoding="utf-8") as file:
            file.write(plot.figure(AXES[name], panels))
        rows = [[x["label"], f"{x['time_slope']:.2f}", f"{x['last_time_slope']:.2f}", f"{x['memory_slope']:.2f}",
                 milliseconds(good[x["label"]][0]["seconds"]), milliseconds(good[x["label"]][-1]["seconds"])]
                for x in lines if "time_slope" in x]
        blocks.append(f"![{AXES[name]}](performance/{name}.svg)\n\n" +
                      table([AXES[name], "slope of time", "of its last two points", "slope of memory", "first, ms", "last, ms"],
                            rows))
    return "\n\n".join(blocks) + "\n\n" + about(part)


def write(docs, report):
    folder = os.path.join(docs, "performance")
    os.makedirs(folder, exist_ok=True)
    blocks = {"step": step_block, "ranking": ranking_block, "recbole": recbole_block,
              "growth": lambda part: growth_block(part, folder)}
    path = os.path.join(docs, "PERFORMANCE.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for name, block in blocks.items():
        if not report.get(name, {}).get("results"):
            continue
        pattern = re.compile(rf"(<!-- bench: {name} -->\n).*?(<!-- end -->)", re.S)
        if not pattern.search(text):
            raise SystemExit(f"{path}: no block <!-- bench: {name} -->")
        body = block(report[name])
        text = pattern.sub(lambda found, body=body: f"{found.group(1)}{body}\n{found.group(2)}", text)
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".tmp", path)
    with open(os.path.join(folder, "run.json"), "w", encoding="utf-8") as file:
        json.dump(report, file, separators=(",", ":"))
        file.write("\n")
