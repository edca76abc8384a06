"""Python environments for what recnn is compared with, outside the source tree, made when asked for.

BENCH_VENV names one with torch, BENCH_RECBOLE_VENV one with RecBole; otherwise they are made in
$XDG_CACHE_HOME/recnn-bench.  Without network there is none, and a comparison says what is missing."""

import os
import subprocess
import sys
import venv

CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "recnn-bench")


def can_import(python, module):
    return os.path.exists(python) and subprocess.run(
        [python, "-c", f"import {module}"], capture_output=True).returncode == 0


def install(python, words):
    print("bench: pip install " + " ".join(words), file=sys.stderr, flush=True)
    return subprocess.run([python, "-m", "pip", "install", "--quiet", *words]).returncode == 0


def find(variable, name, module, attempts):
    """The environment's python, or None.  `attempts` are lists of words for pip: each is a list of
    commands, and the first whose commands all succeed counts."""
    named = os.environ.get(variable)
    if named:
        python = os.path.join(named, "bin", "python")
        if not can_import(python, module):
            print(f"bench: {variable}={named}: no python there that can import {module}", file=sys.stderr)
            return None
        return python
    folder = os.path.join(CACHE, name)
    python = os.path.join(folder, "bin", "python")
    if can_import(python, module):
        return python
    try:
        venv.create(folder, with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"bench: {folder}: no virtual environment ({error}); Debian has it in python3-venv",
              file=sys.stderr)
        return None
    for commands in attempts:
        if all(install(python, words) for words in commands) and can_import(python, module):
            return python
    print(f"bench: {module} cannot be installed; {variable}=FOLDER names an environment that has it",
          file=sys.stderr)
    return None


# Where PyTorch keeps its builds without CUDA, which are a tenth of the others; they are tried first.
CPU_BUILDS = ["--extra-index-url", "https://download.pytorch.org/whl/cpu"]


def torch():
    return find("BENCH_VENV", "torch", "torch",
                [[["numpy", "torch==2.13.0+cpu", *CPU_BUILDS]], [["numpy", "torch==2.13.0"]],
                 [["numpy", "torch<3,>=2"]]])


def recbole():
    pins = ["recbole==1.2.1", "numpy==1.26.4", "pandas==2.2.3", "scipy==1.13.1", "setuptools<81"]
    return find("BENCH_RECBOLE_VENV", "recbole", "recbole",
                [[[*pins, "torch==2.13.0+cpu", *CPU_BUILDS]], [[*pins, "torch==2.13.0"]], [[*pins, "torch<3,>=2"]]])
