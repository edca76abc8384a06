#!/bin/sh
# Every model: the same seed gives the same bits at 1, 2 and 4 threads: the weights, the history, and
# the lists that it recommends.
. "${srcdir:?}/tests/lib/tap.sh"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1

cat >train.lua <<'END'
local recnn = require "recnn"
local name, runs = arg[1], arg[2]
local sizes = {
  neural_bpr = { embedding_dim = 8, hidden_dims = { 8 } },
  advanced_ncf = { embedding_dim = 8, mlp_dims = { 16 }, n_layers = 1 },
  variational_autoencoder = { latent_dim = 4, encoder_dims = { 16 } },
  conditional_vae = { latent_dim = 4 },
  denoising_autoencoder = { hidden_dims = { 16, 8 } },
  cnn_sequential = { embedding_dim = 8 },
  hierarchical_cnn = { embedding_dim = 8 },
  gru_session = { embedding_dim = 8, hidden_dim = 8 },
  attention_gru = { embedding_dim = 8, hidden_dim = 8 },
  narm = { embedding_dim = 8, hidden_dim = 8 },
}
local data = recnn.synthetic { users = 80, items = 60, seed = 3 }
local model = recnn.model(name, sizes[name] or {})
model:fit(data:split(), { epochs = 2, train_batch_size = 64, runs = runs, resume = false })
for i = 1, 10 do
  for _, hit in ipairs(model:recommend { user = data:users()[i], k = 10 }) do
    print(data:users()[i], hit.item, ("%a"):format(hit.score))
  end
end
END

outcome() {
  cat "$1"/*/best.safetensors | cksum
  sed -E 's/"(seconds|time|samples_per_second|peak_bytes|valid_seconds)":[0-9.e+-]*,?//g' "$1"/*/history.jsonl
}

same() {
  for threads in 1 2 4; do
    recnn-run -q -t $threads train.lua "$1" "$1-$threads" >"$1-$threads.list" 2>err || { cat err && return 1; }
    outcome "$1-$threads" >"$1-$threads.txt"
    cmp "$1-1.txt" "$1-$threads.txt" && cmp "$1-1.list" "$1-$threads.list" || return 1
  done
  [ -s "$1-1.list" ]
}
for model in neural_bpr advanced_ncf variational_autoencoder conditional_vae denoising_autoencoder \
  cnn_sequential hierarchical_cnn gru_session attention_gru narm deepfm multitask_ncf; do
  check "$model" same "$model"
done
finish
