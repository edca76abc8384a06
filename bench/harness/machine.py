"""What a run ran on: goes into its JSON."""

import datetime
import os
import platform
import re
import subprocess


def first_match(path, pattern):
    try:
        with open(path, encoding="utf-8") as file:
            found = re.search(pattern, file.read(), re.M)
    except OSError:
        return None
    return found.group(1) if found else None


def output(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def describe(build, argv):
    return {
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "command": " ".join(argv),
        "cpu": first_match("/proc/cpuinfo", r"^model name\s*:\s*(.*)$"),
        "processors": len(os.sched_getaffinity(0)),
        "memory_kb": int(first_match("/proc/meminfo", r"^MemTotal:\s*(\d+)") or 0),
        "kernel": platform.release(),
        "system": first_match("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)'),
        "load": os.getloadavg(),
        "recnn": output([os.path.join(build, "recnn-env"), "recnn-inspect", "--system"]),
        "compiler": (output(["cc", "--version"]) or "").split("\n")[0],
    }
