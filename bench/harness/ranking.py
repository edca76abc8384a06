"""Ranking all items against predict() for every pair, and against the floor of the ranker's products."""

import json
import os
import subprocess

from .floor import Floors
from .stats import quartiles

MODELS = ("advanced_ncf", "neural_bpr")


def race(build, arguments, report):
    floors = Floors(build, arguments.threads)
    env = {**os.environ, "RECNN_NUM_THREADS": str(arguments.threads)}
    try:
        for model in MODELS:
            command = [os.path.join(build, "recnn-env"), os.path.join(build, "bench", "ranking"), model, "64",
                       str(arguments.rounds)]
            result = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, env=env).stdout)
            result["times"] = quartiles([b / a for a, b in zip(result["all_items"], result["pairs"])])[1]
            seconds = sum(times * floors.product(tuple(shape)) for *shape, times in result["products"])
            result["floor_seconds"] = seconds / result["users"]
            result["over_floor"] = quartiles(result["all_items"])[1] / result["floor_seconds"]
            report(result)
    finally:
        floors.close()
