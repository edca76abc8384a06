"""PyTorch's side of bench/run's races: the requests of bench/rounds.c, answered by the same steps.

  open MODEL ROWS PREFIX WAY [NAME=VALUE ...]   weights and batches from PREFIX.weights and PREFIX.batches;
                                                WAY is eager, compiled, or eager-packed (recurrent models);
                                                sizes and options as JSON values
  losses N, run N, close                        as in bench/rounds.c

Threads come from OMP_NUM_THREADS.
"""

import json
import os
import struct
import sys
import time

import torch

from models import MODELS

DTYPES = {"F32": torch.float32, "I64": torch.int64}


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        dtype = DTYPES[entry["dtype"]]
        flat = torch.frombuffer(data, dtype=dtype, offset=begin, count=(end - begin) // dtype.itemsize) \
            if end > begin else torch.empty(0, dtype=dtype)
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors


def dense_rows(batch, n_items):
    """The rows as PyTorch code has them: a dense matrix."""
    start, item, value = (batch.pop(name) for name in ("row_start", "row_item", "row_value"))
    counts = start[1:] - start[:-1]
    batch["rows"] = torch.zeros(len(counts), n_items)
    batch["rows"][torch.repeat_interleave(torch.arange(len(counts)), counts), item] = value


def peak_bytes():
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))


class Work:
    def __init__(self, name, prefix, way, options):
        sizes = {key: options.pop(key) for key in ("users", "items", "conditions", "features")}
        still = options.pop("still", False)
        self.model = MODELS[name](sizes, **options)
        self.model.load_state_dict(read_safetensors(prefix + ".weights"))
        self.model.train()
        if still:
            self.model.still = True
        self.model.packed = way == "eager-packed"
        batches = {}
        for key, tensor in read_safetensors(prefix + ".batches").items():
            number, field = key.split(".", 1)
            batches.setdefault(int(number), {})[field] = tensor
        self.batches = [batches[i] for i in sorted(batches)]
        for batch in self.batches:
            if "row_start" in batch:
                dense_rows(batch, sizes["items"])
            if "condition_item" in batch:  # one each
                batch["condition"] = batch["condition_item"]
        self.loss = self.model.loss
        if way == "compiled":
            self.loss = torch.compile(self.model.loss, dynamic=False)
        self.parameters = list(self.model.parameters())
        # The fused one is PyTorch's fastest Adam on CPUs.
        self.adam = torch.optim.Adam(self.parameters, lr=1e-3, weight_decay=1e-4, fused=True)
        self.at = 0

    def step(self):
        batch = self.batches[self.at % len(self.batches)]
        self.adam.zero_grad(set_to_none=True)
        loss = self.loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.adam.step()
        self.at += 1
        return loss

    def run(self, steps):
        wall, cpu = time.monotonic(), time.process_time()
        for _ in range(steps):
            self.step().item()
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        return {"wall": wall / steps, "cpu": cpu / steps, "peak_bytes": peak_bytes()}


def parse(word):
    key, value = word.split("=", 1)
    return key, json.loads(value)


def main():
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    torch.manual_seed(1)
    works = {}
    for line in sys.stdin:
        words = line.split()
        try:
            if words[0] == "open":
                name, _rows, prefix, way = words[1:5]
                work = works[way] = Work(name, prefix, way, dict(map(parse, words[5:])))
                answer = {"parameters": sum(p.numel() for p in work.parameters), "peak_bytes": peak_bytes()}
            elif words[0] == "close":
                works.clear()
                torch.compiler.reset()
                answer = {"closed": True}
            elif words[0] == "losses":
                answer = {"losses": [works[words[2]].step().item() for _ in range(int(words[1]))]}
            else:
                answer = works[words[2]].run(int(words[1]))
        except Exception as error:  # told to bench/run, which goes on without this one
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
