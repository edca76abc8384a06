#!/bin/sh
# Weights move to PyTorch and back: a model saved here answers the same there, from modules that have
# nothing but the file's names and shapes, and what PyTorch saved answers the same here.
. "${srcdir:?}/tests/lib/tap.sh"
PYTHON=${PYTHON:-python3}
"$PYTHON" -c 'import torch, safetensors.torch' 2>/dev/null || skip_all "$PYTHON has no torch and safetensors"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1

cat >save.lua <<'LUA'
local recnn = require "recnn"
local data = recnn.synthetic { users = 80, items = 40, seed = 3 }
local model = recnn.model("gru_session", { embedding_dim = 8, hidden_dim = 12 }, { max_sequence_length = 10 })
model:fit(data:split { leave_one_out = true }, { epochs = 1 })
model:save "bundle"
LUA
cat >ask.lua <<'LUA'
local recnn = require "recnn"
local model = recnn.load "bundle"
local data = recnn.synthetic { users = 80, items = 40, seed = 3 }
local items, place = data:items(), {}
for i, item in ipairs(items) do place[item] = i end
local history = { items[3], items[7], items[1] }
for _, hit in ipairs(model:recommend { history = history, k = #items, exclude_seen = false }) do
  print(place[hit.item], ("%.9g"):format(hit.score))
end
LUA
cat >compare.py <<'PY'
import sys, torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
path, command = sys.argv[1:]
weights = load_file(path)
if command == "change":
    with safe_open(path, "pt") as f:
        metadata = f.metadata()
    save_file({name: value * 0.75 for name, value in weights.items()}, path, metadata)
    sys.exit(0)
n_items, size = weights["output_layer.weight"].shape[0], weights["item_embedding.weight"].shape[1]
hidden = weights["gru.weight_hh_l0"].shape[1]
model = torch.nn.ModuleDict({
    "item_embedding": torch.nn.Embedding(n_items + 1, size, padding_idx=0),
    "gru": torch.nn.GRU(size, hidden, 2, batch_first=True),
    "output_layer": torch.nn.Linear(hidden, n_items)})
model.load_state_dict(weights, strict=True)
states, _ = model["gru"](model["item_embedding"](torch.tensor([[3, 7, 1]])))
logits = model["output_layer"](states[0, -1])
rows = [line.split() for line in open("answers")]
assert len(rows) == n_items, len(rows)
worst = max(abs(float(score) - logits[int(item) - 1].item()) for item, score in rows)
spread = (logits.max() - logits.min()).item()
print("largest difference", worst, "of scores that lie", spread, "apart")
sys.exit(0 if worst <= 1e-5 * (1 + logits.abs().max().item()) and spread > 1e-3 else 1)
PY

answers() { recnn-run --quiet ask.lua >answers; }
there() { recnn-run --quiet save.lua && answers && "$PYTHON" compare.py bundle/weights.safetensors compare; }
check "saved here, the same answers from PyTorch's modules" there
back() {
  cp answers before && "$PYTHON" compare.py bundle/weights.safetensors change && answers &&
    ! cmp -s answers before && "$PYTHON" compare.py bundle/weights.safetensors compare
}
check "saved by PyTorch, the same answers here" back
finish
