-- Losses by name and as Lua functions: the same training either way, what a function gets, what is
-- refused, and where an error comes out.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local tap = require "tap"
local fixture = require "fixture"
local test, equal, near, has, raises = tap.test, tap.equal, tap.near, tap.has, tap.raises

recnn.quiet(true)
local split = fixture.data():split { leave_one_out = true }

local function ranker()
  return recnn.model("bpr_mf", { embedding_dim = 8 })
end

local function session()
  return recnn.model("gru_session", { embedding_dim = 8, hidden_dim = 8, n_layers = 1 })
end

-- The losses of two epochs.
local function fit(model, loss, more)
  local options = { epochs = 2, train_batch_size = 128, eval_step = 0, loss = loss }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  local run = recnn.trainer(options):fit(model, split)
  return run.history[1].loss, (run.history[2] or run.history[1]).loss, run
end

test("bpr by name is what a ranker of pairs is trained with", function()
  local own, named = { fit(ranker(), "auto") }, { fit(ranker(), "bpr") }
  near(named[1], own[1], 1e-6)
  near(named[2], own[2], 1e-6)
  local more = { fit(session(), "auto") }
  local cross = { fit(session(), "cross_entropy") }
  equal(cross[1], more[1])
  equal(cross[2], more[2])
end)

test("every loss trains what it can be put on, and is refused elsewhere", function()
  local can = {
    bpr_mf = "bce bpr bpr_max cross_entropy hinge mse multinomial sampled_softmax top1 top1_max",
    gru_session = "bpr_max cross_entropy sampled_softmax top1 top1_max",
    variational_autoencoder = "multinomial",
    deepfm = "bce",
  }
  local all = can.bpr_mf
  for name, losses in pairs(can) do
    for loss in all:gmatch "%S+" do
      local model = name == "bpr_mf" and ranker() or name == "gru_session" and session() or recnn.model(name)
      if (" " .. losses .. " "):find(" " .. loss .. " ", 1, true) then
        local first, second = fit(model, loss, { weight_decay = 0 })
        assert(second < first, name .. " with " .. loss)
      elseif name ~= "deepfm" then
        raises(function() fit(model, loss) end, "option loss: " .. loss, "model " .. name, losses:match "%S+")
      end
    end
  end
end)

test("a function trains as the loss of that name does, bit for bit", function()
  local function pairs_loss(g, x)
    return g.bpr_loss(x.positive, x.negative)
  end
  local named, own = { fit(ranker(), "bpr") }, { fit(ranker(), pairs_loss) }
  equal(own[1], named[1])
  equal(own[2], named[2])
  local function list_loss(g, x)
    return g.cross_entropy_loss(x.score, x.target)
  end
  named, own = { fit(session(), "cross_entropy") }, { fit(session(), list_loss) }
  equal(own[1], named[1])
  equal(own[2], named[2])
end)

test("the same from elementary ops and arithmetic", function()
  local function pairs_loss(g, x)
    return g.mean(g.softplus(-(x.positive - x.negative)))
  end
  local named, own = fit(ranker(), "bpr"), fit(ranker(), pairs_loss)
  near(own, named, 1e-5)
  local function hinge(g, x)
    return g.mean(g.relu(2 - (x.positive - x.negative)))
  end
  near(fit(ranker(), hinge), fit(ranker(), "hinge margin=2"), 1e-5)
  local function list_loss(g, x)
    return g.mean(-g.log(g.pick(g.softmax(x.score), x.target)))
  end
  near(fit(session(), list_loss), fit(session(), "cross_entropy"), 1e-4)
end)

test("arithmetic", function()
  local seen
  fit(ranker(), function(g, x)
    local half, two = g.mean(x.positive) * 0 + 0.5, g.mean(x.negative) * 0 + 2
    seen = { (half + two):number(), (half - two):number(), (half * two):number(), (half / two):number(),
      (3 - half):number(), (3 * half):number(), (3 / half):number(), (half / 4):number(), (-half):number() }
    return g.mean(x.positive)
  end, { epochs = 1 })
  for i, expected in ipairs { 2.5, -1.5, 1, 0.25, 2.5, 1.5, 6, 0.125, -0.5 } do
    near(seen[i], expected, 1e-6)
  end
end)

test("what a function gets", function()
  local n, training, steps = 0, {}, {}
  local _, _, run = fit(session(), function(g, x)
    n = n + 1
    equal(#x.score.shape, 2)
    equal(x.score.shape[2], split.data.n_items)
    equal(x.score.dtype, "float32")
    equal(x.target.shape[1], x.score.shape[1])
    equal(x.target.dtype, "int64")
    equal(tostring(x.target), ("int64 (%d)"):format(x.target.shape[1]))
    assert(x.batch.sequence and x.batch.length and x.batch.target)
    training[#training + 1], steps[#steps + 1] = g.training, g.step
    local size = g.l2(g.param "item_embedding.weight") * 1e-6
    g.part("size", size)
    return g.cross_entropy_loss(x.score, x.target) + size
  end)
  assert(n > 2 and training[1] and steps[1] == 0 and steps[2] == 1)
  assert(run.history[1].parts.size > 0)
end)

test("drawn items", function()
  local columns, drawn
  local first, second = fit(session(), { form = "listwise", samples = 16, fn = function(g, x)
    columns, drawn = x.score.shape[2], x.drawn
    equal(x.candidates.shape[1], columns)
    return g.bpr_max_loss(x.score, x.target, x.candidates, { regularization = 0.5 })
  end })
  equal(drawn, 16)
  assert(columns > 16)
  local named = { fit(session(), { "bpr_max", samples = 16, regularization = 0.5 }) }
  equal(first, named[1])
  equal(second, named[2])
end)

test("other forms than the model's own", function()
  local rows = fit(ranker(), { form = "rows", fn = function(g, x)
    return g.multinomial_rows_loss(x.score, x.row_start, x.row_item, x.row_value, { reduction = "mean" })
  end })
  equal(rows, (fit(ranker(), "multinomial")))
  local points = fit(ranker(), { form = "pointwise", fn = function(g, x)
    return g.mean((x.score - x.target) * (x.score - x.target))
  end })
  near(points, fit(ranker(), "mse"), 1e-4)
end)

test("errors", function()
  local function with(fn)
    return function() fit(session(), fn) end
  end
  raises(with(function(_, x) return x.negative end), "test-losses.lua:", "no 'negative'", "score, target", "traceback")
  raises(with(function(g, x) return g.meen(x.score) end), "test-losses.lua:", "no op is named meen", "mean")
  raises(with(function(g, x) return g.mul(x.score, x.target) end), "op mul", "int64", "float32")
  raises(with(function(g, x) return g.mean(x.score, { reduce = 1 }) end), "op mean", "reduce")
  raises(with(function(g, x) return g.scale(x.score, { factor = {} }) end), "op scale", "factor")
  raises(with(function(g) return g.mean(3) end), "op mean", "argument 1 is a number")
  raises(with(function(_, x) return x.score end), "float32 (", "expected one float32 number")
  raises(with(function() return 3 end), "returned a number")
  raises(with(function() end), "returned a nil")
  raises(with(function(g) return g.param "no.such" end), "no parameter \"no.such\"", "gru_session")
  raises(with(function(_, x) return x.score:number() end), "expected one element")
  raises(with { form = "pairwise", fn = function() end }, "the function is of the form pairwise", "listwise")
  raises(with { form = "pairs", fn = function() end }, "form \"pairs\"", "pairwise")
  raises(with { from = "pairwise", fn = function() end }, "from")
  raises(with { fn = print }, "written in Lua")
  raises(with { fn = function() end, samples = -1 }, "samples", "-1")
  raises(function() fit(ranker(), { fn = function() end, samples = 3 }) end, "samples", "listwise")
  local ok, value = pcall(with(function() error { code = 7 } end))
  assert(not ok and value.code == 7) -- whatever is raised comes out
end)

test("values end with the call", function()
  local kept, graph, op
  raises(function()
    fit(session(), function(g, x)
      if kept then
        return g.mean(kept)
      end
      kept, graph, op = x.score, g, g.mean
      return g.mean(x.score) * 0
    end)
  end, "a value of an earlier step")
  equal(tostring(kept), "recnn.value (of an earlier step)")
  raises(function() return kept + 1 end, "of an earlier step")
  raises(function() return kept.shape end, "of an earlier step")
  raises(function() return graph.mean end, "while the loss function runs")
  raises(function() return op(kept) end, "while the loss function runs")
end)

test("a failed fit leaves the model as new; another goes through", function()
  local model = session()
  raises(function() fit(model, function() error "no more" end) end, "no more")
  equal(model.fitted, false)
  fit(model, "top1")
  equal(model.fitted, true)
end)

test("a trainer keeps its function", function()
  local trainer = recnn.trainer { epochs = 1, eval_step = 0, loss = { form = "listwise", samples = 5, fn = function(g, x)
    return g.top1_loss(x.score, x.target, x.candidates)
  end } }
  collectgarbage()
  has(trainer:options().loss, "function crc32c=", "form=listwise", "samples=5")
  local a = trainer:fit(session(), split).history[1].loss
  equal(trainer:fit(session(), split).history[1].loss, a)
  assert(trainer:plan(session(), split).total > 0)
  raises(function() recnn.trainer(trainer:options()):fit(session(), split) end, "option loss")
end)

test("a run with a function goes on to the same bits, and another function is another run", function()
  local folder = fixture.folder()
  local function trained(stop, margin)
    local batches = 0
    local options = { epochs = 3, train_batch_size = 128, runs = folder, run_name = "hinge", checkpoint_seconds = 0 }
    -- Two functions that differ in what they say, not in what they read.
    options.loss = margin == 1 and function(g, x) return g.mean(g.relu(1 - (x.positive - x.negative))) end
      or function(g, x) return g.mean(g.relu(2 - (x.positive - x.negative))) end
    options.on_batch = function()
      batches = batches + 1
      if batches == stop then
        error "enough"
      end
    end
    return recnn.trainer(options):fit(ranker(), split)
  end
  raises(function() trained(4, 1) end, "enough")
  local other = trained(nil, 2)
  equal(other.resumed, 0)
  local run = trained(nil, 1)
  assert(run.resumed >= 3)
  os.execute("rm -rf '" .. folder .. "'/*")
  local whole = trained(nil, 1)
  equal(whole.resumed, 0)
  for e = 1, 3 do
    equal(run.history[e].loss, whole.history[e].loss)
    equal(run.history[e].valid_value, whole.history[e].valid_value)
  end
end)

test("the same bits at any number of threads", function()
  local before, losses = recnn.threads(), {}
  for i, threads in ipairs { 1, 2, 4 } do
    recnn.threads(threads)
    losses[i] = { fit(session(), { form = "listwise", samples = 8, fn = function(g, x)
      return g.top1_max_loss(x.score, x.target, x.candidates)
    end }) }
  end
  recnn.threads(before)
  for i = 2, 3 do
    equal(losses[i][1], losses[1][1])
    equal(losses[i][2], losses[1][2])
  end
end)

tap.finish()
