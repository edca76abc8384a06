"""How a training step's time and memory grow with the data: each curve changes one size and nothing else.

A point is a process of its own (bench/rounds.c), so that its memory is; times are medians of some rounds.
The slope is that of the line through the logarithms: 1 is in proportion, 0 is flat.
"""

import os

from .stats import quartiles, slope
from .worker import Worker, WorkerError

ITEMS = (1_000, 10_000, 100_000, 1_000_000)
USERS = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
LENGTHS = (10, 20, 50, 100, 200)
BATCHES = (32, 128, 512, 2048, 8192)
DENSITIES = (0.003, 0.01, 0.03, 0.1, 0.3)
POINT_SECONDS = 0.3
ROUNDS = 5

# name of the curve: what grows, its values, and the lines: label, model, rows, fixed words.  A line with a
# `most` ends there.
CURVES = {
    "items": ("items", ITEMS, [
        ("neural_bpr, adam", "neural_bpr", 1024, [], None),
        ("neural_bpr, sparse_adam", "neural_bpr", 1024, ["optimizer=sparse_adam"], None),
        ("narm", "narm", 128, [], 100_000),
        ("narm, sampled loss", "narm", 128, ["loss=sampled", "optimizer=sparse_adam"], None),
    ]),
    "users": ("users", USERS, [
        ("neural_bpr, adam", "neural_bpr", 1024, [], 1_000_000),
        ("neural_bpr, sparse_adam", "neural_bpr", 1024, ["optimizer=sparse_adam"], None),
    ]),
    "length": ("length", LENGTHS, [
        ("gru_session", "gru_session", 64, [], None),
        ("narm", "narm", 64, [], None),
        ("cnn_sequential", "cnn_sequential", 64, [], None),
        ("hierarchical_cnn", "hierarchical_cnn", 64, [], None),
    ]),
    "batch": ("rows", BATCHES, [
        ("neural_bpr", "neural_bpr", None, [], None),
        ("deepfm", "deepfm", None, [], None),
        ("narm", "narm", None, [], 2048),
        ("variational_autoencoder", "variational_autoencoder", None, [], None),
    ]),
    "density": ("density", DENSITIES, [
        ("variational_autoencoder", "variational_autoencoder", 256, [], None),
        ("denoising_autoencoder", "denoising_autoencoder", 256, [], None),
    ]),
}


def words_for(grows, value, model):
    if grows == "rows":
        return []
    words = [f"{grows}={value}"]
    if grows == "length":
        words.append(f"mean={value}")
        if model in ("hierarchical_cnn", "cnn_sequential"):
            words.append(f"sequence_length={value}")
    return words


def measure(build, threads, model, rows, words):
    env = {**os.environ, "RECNN_NUM_THREADS": str(threads)}
    worker = Worker([os.path.join(build, "recnn-env"), os.path.join(build, "bench", "rounds")], env=env)
    try:
        opened = worker.ask("open", model, rows, "batches=4", *words)
        worker.ask("run", 2)
        steps = max(1, round(POINT_SECONDS / ROUNDS / worker.ask("run", 1)["wall"]))
        rounds = [worker.ask("run", steps) for _ in range(ROUNDS)]
    finally:
        worker.close()
    return {"rows": rows, "parameters": opened["parameters"], "wall": [r["wall"] for r in rounds],
            "seconds": quartiles([r["wall"] for r in rounds])[1], "cpu_seconds": quartiles([r["cpu"] for r in rounds])[1],
            "step_bytes": rounds[-1]["step_bytes"], "peak_bytes": rounds[-1]["peak_bytes"]}


def curves(build, arguments, report):
    for name in arguments.curves:
        if name == "threads":
            two_threads(build, arguments, report)
            continue
        grows, values, lines = CURVES[name]
        for label, model, rows, fixed, most in lines:
            points = []
            for value in values:
                if most is not None and value > most:
                    break
                try:
                    point = measure(build, arguments.threads, model, rows or value, [*words_for(grows, value, model), *fixed])
                except WorkerError as error:  # no memory for it
                    point = {"error": str(error)}
                points.append({"x": value, **point})
            report(finish(name, label, model, points))


def finish(name, label, model, points):
    good = [p for p in points if "error" not in p]
    line = {"curve": name, "label": label, "model": model, "points": points}
    if len(good) > 1:
        xs = [p["x"] for p in good]
        line["time_slope"] = slope(xs, [p["seconds"] for p in good])
        line["memory_slope"] = slope(xs, [p["peak_bytes"] for p in good])
        # Where it grows the fastest: of the last two points.
        line["last_time_slope"] = slope(xs[-2:], [p["seconds"] for p in good[-2:]])
    return line


def two_threads(build, arguments, report):
    """Every model at the largest batch, one and two threads in turns."""
    from .step import options_of, recnn_words
    for model in arguments.models:
        workers = []
        for threads in (1, 2):
            env = {**os.environ, "RECNN_NUM_THREADS": str(threads)}
            worker = Worker([os.path.join(build, "recnn-env"), os.path.join(build, "bench", "rounds")], env=env)
            worker.ask("open", model, max(arguments.batches), "batches=4", *recnn_words(20, options_of(model, 20)))
            worker.ask("run", 2)
            workers.append(worker)
        steps = max(1, round(POINT_SECONDS / 3 / workers[1].ask("run", 1)["wall"]))
        times = [[w.ask("run", steps)["wall"] for w in workers] for _ in range(ROUNDS)]
        for worker in workers:
            worker.close()
        one, two = (quartiles([t[i] for t in times])[1] for i in (0, 1))
        report({"curve": "threads", "label": model, "model": model, "rows": max(arguments.batches), "rounds": times,
                "points": [{"x": 1, "seconds": one}, {"x": 2, "seconds": two}],
                "speedup": quartiles([a / b for a, b in times])[1]})
