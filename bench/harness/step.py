"""Training steps: recnn's in rounds that alternate with PyTorch's, the batches already in memory.

Before a race both do the same three steps from the same weights on the same batches without dropout,
and their losses must agree: what is raced is the same step.
"""

import json
import os
import tempfile
import time

from .floor import Floors
from .stats import quartiles, summary
from .venv import CACHE
from .worker import Worker, WorkerError

ML_1M = {"users": 6040, "items": 3706, "conditions": 21, "features": [6040, 3706, 2, 7, 21]}
MODELS = ("advanced_ncf", "deepfm", "neural_bpr", "multitask_ncf", "denoising_autoencoder",
          "variational_autoencoder", "conditional_vae", "cnn_sequential", "hierarchical_cnn",
          "gru_session", "attention_gru", "narm")
ROUND_SECONDS = 0.15
# Threads that have just worked wait for more by spinning for some milliseconds: the other side's
# round begins when they sleep.
PAUSE_SECONDS = 0.02
# A way of PyTorch's that takes so many times the better one's in the first steps is not raced.
HOPELESS = 1.6
AGREE = 2e-3


def cases(models, batches):
    """(model, rows, length) of every race."""
    for model in models:
        for length in ((20, 50) if model == "hierarchical_cnn" else (20,)):
            for rows in batches:
                yield model, rows, length


def recnn_words(length, options):
    return [f"length={length}", f"mean={length}", *(f"{key}={value}" for key, value in options.items())]


def torch_words(options):
    sizes = {**ML_1M, **options}
    return [f"{key}={json.dumps(value, separators=(',', ':'))}" for key, value in sizes.items()]


def options_of(model, length):
    return {"sequence_length": length} if model == "hierarchical_cnn" else {}


class Race:
    """The two programs, and where they hand batches over."""

    def __init__(self, build, python, threads, compiled):
        env = {**os.environ, "RECNN_NUM_THREADS": str(threads)}
        self.recnn = Worker([os.path.join(build, "recnn-env"), os.path.join(build, "bench", "rounds")], env=env)
        self.torch = None
        self.compiled = compiled
        if python:
            rivals = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "rivals")
            env = {**os.environ, "OMP_NUM_THREADS": str(threads), "PYTHONDONTWRITEBYTECODE": "1"}
            # What torch.compile made is kept for the next run.
            env.setdefault("TORCHINDUCTOR_CACHE_DIR", os.path.join(CACHE, "inductor"))
            self.torch = Worker([python, os.path.join(rivals, "torch_worker.py")], env=env)
        self.folder = tempfile.TemporaryDirectory(prefix="recnn-bench-")
        self.prefix = os.path.join(self.folder.name, "case")

    def close(self):
        self.recnn.close()
        if self.torch:
            self.torch.close()
        self.folder.cleanup()

    def agree(self, model, length):
        """Three losses of both, and how far they are apart."""
        options = {**options_of(model, length), "dropout_rate": 0}
        if model == "denoising_autoencoder":
            options["noise_factor"] = 0
        self.recnn.ask("open", model, 64, *recnn_words(length, options), "batches=3", "still=1")
        self.recnn.ask("save", self.prefix)
        ours = self.recnn.ask("losses", 3)["losses"]
        torch_options = {**options, "still": True} if "vae" in model or "variational" in model else options
        self.torch.ask("open", model, 64, self.prefix, "eager", *torch_words(torch_options))
        theirs = self.torch.ask("losses", 3, "eager")["losses"]
        self.torch.ask("close")
        apart = max(abs(a - b) / abs(b) for a, b in zip(ours, theirs))
        if not apart < AGREE:
            raise WorkerError(f"{model}: not the same step as PyTorch's: losses {ours} and {theirs}")
        return apart

    def ways(self, model):
        ways = ["eager"]
        if model == "gru_session":
            ways.append("eager-packed")
        if self.compiled:
            ways.append("compiled")
        return ways

    def open(self, model, rows, length):
        """Returns who takes part, by name, each a function that does n steps."""
        options = options_of(model, length)
        runners, failed = {}, {}
        opened = self.recnn.ask("open", model, rows, *recnn_words(length, options))
        runners["recnn"] = lambda n: self.recnn.ask("run", n)
        if self.torch:
            self.recnn.ask("save", self.prefix)
            for way in self.ways(model):
                try:
                    self.torch.ask("open", model, rows, self.prefix, way, *torch_words(options))
                    self.torch.ask("run", 1, way)  # compiles
                    runners[way] = lambda n, way=way: self.torch.ask("run", n, way)
                except WorkerError as error:
                    failed[way] = str(error)
        return opened["parameters"], runners, failed


def calibrate(runners):
    """Steps of a round, for each; and whom there is no need to race, with the seconds that show it."""
    seconds, slow = {}, {}
    for name, run in runners.items():
        seconds[name] = run(1)["wall"]
        if seconds[name] < ROUND_SECONDS:  # the first may have warmed up
            seconds[name] = run(2)["wall"]
    rivals = [taken for name, taken in seconds.items() if name != "recnn"]
    for name, taken in seconds.items():
        if name != "recnn" and taken > HOPELESS * min(rivals):
            slow[name] = taken
    return {name: max(1, round(ROUND_SECONDS / taken)) for name, taken in seconds.items() if name not in slow}, slow


def rounds(runners, n_rounds):
    """Interleaved: recnn first in one round, last in the next."""
    steps, slow = calibrate(runners)
    names = list(steps)
    times = {name: [] for name in names}
    for i in range(n_rounds):
        for name in names if i % 2 == 0 else reversed(names):
            time.sleep(PAUSE_SECONDS)
            times[name].append(runners[name](steps[name]))
    return steps, slow, times


def race(build, python, arguments, report):
    """Yields a result for each case; `report` is told each as it is there."""
    results = []
    runner = Race(build, python, arguments.threads, arguments.compiled)
    floors = Floors(build, arguments.threads)
    checked = {}
    try:
        for model, rows, length in cases(arguments.models, arguments.batches):
            if python and (model, length) not in checked and not arguments.unchecked:
                checked[model, length] = runner.agree(model, length)
            parameters, runners, failed = runner.open(model, rows, length)
            steps, slow, times = rounds(runners, arguments.rounds)
            result = {"model": model, "rows": rows, "length": length, "parameters": parameters,
                      "loss_apart": checked.get((model, length)), "steps_a_round": steps, "failed": failed, "left_out": slow,
                      "load": os.getloadavg()[0],
                      "wall": {name: summary([t["wall"] for t in of]) for name, of in times.items()},
                      "cpu": {name: summary([t["cpu"] for t in of]) for name, of in times.items()},
                      "step_bytes": times["recnn"][-1]["step_bytes"]}
            result["floor"] = floors.of(runner.recnn.ask("count"))
            result["over_floor"] = result["wall"]["recnn"]["median"] / result["floor"]["seconds"]
            add_ratio(result)
            results.append(result)
            report(result)
            if runner.torch:
                runner.torch.ask("close")
    finally:
        runner.close()
        floors.close()
    return results


def prepare(build, python, arguments):
    """What torch.compile makes of every case, for later runs to find."""
    if not python or not arguments.compiled:
        return
    runner = Race(build, python, arguments.threads, arguments.compiled)
    try:
        for model, rows, length in sorted(cases(arguments.models, arguments.batches), key=lambda case: case[1]):
            options = options_of(model, length)
            begun = time.monotonic()
            runner.recnn.ask("open", model, rows, *recnn_words(length, options), "batches=1")
            runner.recnn.ask("save", runner.prefix)
            try:
                runner.torch.ask("open", model, rows, runner.prefix, "compiled", *torch_words(options))
                runner.torch.ask("run", 1, "compiled")
            except WorkerError as error:
                print(f"{model}, batch {rows}: {error}")
            runner.torch.ask("close")
            print(f"{model}, batch {rows}, length {length}: compiled in {time.monotonic() - begun:.0f} s", flush=True)
    finally:
        runner.close()


def add_ratio(result):
    """Against the better PyTorch: the one with the lower median."""
    for clock in ("wall", "cpu"):
        rivals = {name: s["median"] for name, s in result[clock].items() if name != "recnn"}
        if not rivals:
            continue
        best = min(rivals, key=rivals.get)
        pairs = [b / a for a, b in zip(result[clock]["recnn"]["all"], result[clock][best]["all"])]
        low, middle, high = quartiles(pairs)
        result[f"{clock}_ratio"] = {"against": best, "median": middle, "quartiles": [low, high]}
