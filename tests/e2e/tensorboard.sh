#!/bin/sh
# TensorBoard's own reader finds in a run's event file what history.jsonl says.  PYTHON names an interpreter
# that has the package tensorboard.
. "${srcdir:?}/tests/lib/tap.sh"
python=${PYTHON:-python3}
"$python" -c 'import tensorboard.backend.event_processing.event_accumulator' 2>/dev/null ||
  skip_all "$python has no package tensorboard (PYTHON names another)"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1

cat >train.lua <<'END'
local recnn = require "recnn"
local split = recnn.synthetic({ users = 60, items = 40, seed = 3 }):split()
recnn.model("variational_autoencoder", { latent_dim = 4, encoder_dims = { 8 } })
  :fit(split, { epochs = 3, train_batch_size = 16, learning_rate = 0.01, eval_step = 2, runs = "runs" })
END
cat >read.py <<'END'
import glob, json, math, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

folder = glob.glob("runs/*")[0]
history = [json.loads(line) for line in open(folder + "/history.jsonl")]
events = EventAccumulator(folder)
events.Reload()
found = {tag: {e.step: (e.value, e.wall_time) for e in events.Scalars(tag)} for tag in events.Tags()["scalars"]}
assert len(history) == 3, history
wanted = {"loss/train": "loss", "loss/valid": "valid_loss", "train/learning_rate": "learning_rate",
          "train/grad_norm": "grad_norm", "train/seconds": "seconds"}
n = 0
for epoch in history:
    pairs = [(tag, epoch.get(name)) for tag, name in wanted.items()]
    pairs += [("valid/" + name, value) for name, value in epoch.get("valid", {}).items()]
    pairs += [("loss_part/" + name, value) for name, value in epoch.get("parts", {}).items()]
    for tag, value in pairs:
        step = epoch["epoch"]
        if value is None:
            assert step not in found.get(tag, {}), (tag, step)
            continue
        assert tag in found, (tag, sorted(found))
        got, time = found[tag][step]
        assert math.isclose(got, value, rel_tol=1e-6), (tag, step, got, value)
        assert math.isclose(time, epoch["time"], abs_tol=1e-3), (tag, step, time)
        n += 1
print(n, "numbers in", len(found), "series:", " ".join(sorted(found)))
assert n >= 30, n
END
reads() { recnn-run -q train.lua && "$python" -W ignore read.py; }
check "what it reads is the history" reads
finish
