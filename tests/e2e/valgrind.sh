#!/bin/sh
# Valgrind has nothing to say about a training of each of the twelve models: steps, validation,
# and a recommendation; on one thread, since valgrind runs one at a time anyway (races are ThreadSanitizer's).  Slow, so it runs where RECNN_VALGRIND=1.
. "${srcdir:?}/tests/lib/tap.sh"
[ "${RECNN_VALGRIND:-0}" = 1 ] || skip_all "runs with RECNN_VALGRIND=1"
[ -z "${SANITIZERS:-}" ] || skip_all "sanitizers and valgrind do not go together"
command -v valgrind >/dev/null || skip_all "valgrind is not installed"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
program=${builddir:?}/tools/.libs/recnn-run
[ -x "$program" ] || program=$builddir/tools/recnn-run

cat >"$place/train.lua" <<'END'
local recnn = require "recnn"
local data = recnn.synthetic { users = 12, items = 15, interactions_per_user = 8, seed = 3 }
local small = { embedding_dim = 8, hidden_dim = 8 }
local sizes = {
  cnn_sequential = { embedding_dim = 8 },
  hierarchical_cnn = { embedding_dim = 8, sequence_length = 8, n_filters = 8 },
  gru_session = small, attention_gru = small, narm = small,
}
local model = recnn.model(arg[1], sizes[arg[1]] or {}, { max_sequence_length = 6 })
model:fit(data:split(), { epochs = 1, train_batch_size = 32 })
print(#model:recommend { user = data:users()[1], k = 3 })
END
# Valgrind shows the program an AVX2 machine, so OpenBLAS and our own kernels take that path, whatever the CPU.
clean() {
  (cd "$place" && LD_LIBRARY_PATH="$builddir/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" \
    valgrind -q --fair-sched=yes --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
    "$program" -q -t 1 train.lua "$1") >"$place/out" 2>&1 &&
    grep -qx 3 "$place/out" || { cat "$place/out" && return 1; }
}
for model in advanced_ncf deepfm neural_bpr multitask_ncf denoising_autoencoder conditional_vae cnn_sequential \
  variational_autoencoder hierarchical_cnn gru_session attention_gru narm; do
  check "$model" clean "$model"
done
finish
