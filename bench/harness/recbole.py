"""Real data from start to end against RecBole: reading, sampling, epochs of training, full-ranking evaluation, memory,
and the time from the start of the process to the end of its first step.  Each program does the whole job
in a process of its own (bench/epoch.lua, rivals/recbole_worker.py), one after the other.
"""

import json
import os
import subprocess
import tempfile
import threading
import time

from .stats import quartiles

CASES = ("NeuMF", "BPR", "DeepFM", "MultiVAE", "MultiDAE", "GRU4Rec", "NARM", "Caser")
LONG = ("GRU4Rec", "NARM", "Caser")
POLL_SECONDS = 0.02


def memory_peak(pid):
    """Bytes, or 0 when the process has ended.  (What wait4 says begins with the memory of the parent.)"""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return 0


def job(command, env=None):
    """Runs a program that prints "fitted SECONDS" and then JSON."""
    with tempfile.TemporaryDirectory(prefix="recnn-bench-") as folder:
        begun = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env,
                                   cwd=folder)
        peak = [0]

        def watch():
            while process.poll() is None:
                peak[0] = max(peak[0], memory_peak(process.pid))
                time.sleep(POLL_SECONDS)

        watcher = threading.Thread(target=watch)
        watcher.start()
        result, first_step = None, None
        for line in process.stdout:
            peak[0] = max(peak[0], memory_peak(process.pid))
            if line.startswith("fitted "):
                first_step = time.monotonic() - begun - float(line.split()[1])
            elif line.startswith("{"):
                result = json.loads(line)
        process.wait()
        watcher.join()
        process.stdout.close()
        if process.returncode != 0 or result is None:
            return {"error": f"{' '.join(command)}: status {process.returncode}"}
        return {**result, "first_step_seconds": first_step, "peak_bytes": peak[0],
                "seconds": time.monotonic() - begun}


def race(build, python, arguments, report):
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    data = os.path.abspath(os.path.join(arguments.data, "ml-100k"))
    if not os.path.exists(os.path.join(data, "ml-100k.inter")):
        print(f"recbole: {data} has no ml-100k.inter: --data or RECNN_DATA names the folder with ml-100k; left out")
        return
    for case in arguments.cases:
        epochs = 1 if case in LONG else arguments.epochs
        words = [case, data, str(epochs), "2048"]
        recnn_env = {**os.environ, "RECNN_NUM_THREADS": str(arguments.threads)}
        other_env = {**os.environ, "OMP_NUM_THREADS": str(arguments.threads), "PYTHONDONTWRITEBYTECODE": "1"}
        ours = job([os.path.join(build, "recnn-env"), "recnn-run", os.path.join(here, "epoch.lua"), *words], recnn_env)
        result = {"case": case, "epochs": epochs, "load": os.getloadavg()[0], "recnn": ours}
        if python:
            worker = os.path.join(here, "rivals", "recbole_worker.py")
            result["recbole"] = job([python, worker, *words], other_env)
        compare(result)
        report(result)


def compare(result):
    """How many times faster, and less memory; medians over epochs and evaluations."""
    ours, theirs = result["recnn"], result.get("recbole", {"error": "no RecBole to compare with"})
    if "error" in ours or "error" in theirs:
        return
    result["times"] = {
        "train": quartiles(theirs["train_seconds"])[1] / quartiles(ours["train_seconds"])[1],
        "evaluation": quartiles(theirs["eval_seconds"])[1] / quartiles(ours["eval_seconds"])[1],
        "first_step": theirs["first_step_seconds"] / ours["first_step_seconds"],
        "memory": theirs["peak_bytes"] / ours["peak_bytes"],
    }
