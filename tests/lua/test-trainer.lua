-- Trainers and runs.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local fixture = require "fixture"
local tap = require "tap"
local test, equal, raises, has = tap.test, tap.equal, tap.raises, tap.has

recnn.quiet(true)

test("options are checked at once", function()
  raises(function() recnn.trainer { epoch = 3 } end, "trainer", "epoch", "did you mean epochs")
  raises(function() recnn.trainer { on_epochs = print } end, "on_epochs", "did you mean on_epoch")
  raises(function() recnn.trainer { epochs = 0 } end, "epochs", "0")
  raises(function() recnn.trainer { learning_rate = "fast" } end, "learning_rate", "fast")
  raises(function() recnn.trainer { on_epoch = 3 } end, "on_epoch", "a number", "a function")
  raises(function() recnn.trainer(3) end, "table expected")
end)

test("options and text", function()
  local trainer = recnn.trainer { epochs = 3, learning_rate = 1e-2 }
  equal(trainer:options().epochs, 3)
  equal(trainer:options().learning_rate, 0.01)
  has(trainer, "epochs = 3", "learning_rate = 0.01")
  equal(math.type(recnn.trainer():options().epochs), "integer")
end)

test("a run and its history", function()
  local split = fixture.data():split()
  local model = fixture.model()
  local run = recnn.trainer({ epochs = 3, valid_metric = "NDCG@5", topk = { 5 }, train_batch_size = 256 })
    :fit(model, split)
  assert(model.fitted)
  assert(rawequal(run.model, model))
  equal(run.epochs, 3)
  equal(#run.history, 3)
  assert(rawequal(run.history, run.history))
  for i, epoch in ipairs(run.history) do
    equal(epoch.epoch, i)
    equal(epoch.samples, #split.train)
    assert(epoch.loss > 0 and epoch.loss_batches > 0 and epoch.grad_norm > 0 and epoch.seconds >= 0)
    assert(epoch.learning_rate > 0)
    equal(epoch.valid["NDCG@5"], epoch.valid_value)
    equal(epoch.valid_metric, "NDCG@5")
    assert(epoch.valid_seconds >= 0 and epoch.valid_seconds <= epoch.seconds)
    equal(type(epoch.improved), "boolean")
  end
  equal(run.valid_metric, "NDCG@5")
  equal(run.best_value, run.history[run.best_epoch].valid_value)
  for _, epoch in ipairs(run.history) do assert(epoch.valid_value <= run.best_value) end
  assert(run.seconds > 0 and run.seconds_to_first_step > 0 and run.peak_bytes > 0)
  equal(run.stopped_early, false)
  equal(run.stopped_by_callback, false)
  has(run, "3 epochs", "best NDCG@5")
end)

test("the same seed gives the same run", function()
  local function losses(seed)
    local run = fixture.model():fit(fixture.data():split(), { epochs = 2, seed = seed })
    return run.history[1].loss, run.history[2].loss
  end
  local a1, a2 = losses(5)
  local b1, b2 = losses(5)
  local c1 = losses(6)
  equal(a1, b1)
  equal(a2, b2)
  assert(a1 ~= c1)
end)

test("model:fit takes the trainer's options", function()
  local run = fixture.model():fit(fixture.data():split(), { epochs = 1 })
  equal(run.epochs, 1)
  raises(function() fixture.model():fit(fixture.data():split(), { epoch = 1 }) end, "did you mean epochs")
end)

test("without validation there is no best epoch", function()
  local run = fixture.model():fit(fixture.data():split { ratio = { 0.9, 0, 0.1 } }, { epochs = 1 })
  equal(run.best_epoch, nil)
  equal(run.best_value, nil)
  equal(run.valid_metric, nil)
  for _, name in ipairs { "valid", "valid_value", "valid_metric", "valid_seconds", "improved" } do
    equal(run.history[1][name], nil)
  end
end)

test("early stopping", function()
  local run = fixture.model():fit(fixture.data():split(), { epochs = 200, patience = 2, learning_rate = 1 })
  equal(run.stopped_early, true)
  equal(run.epochs, run.best_epoch + 2)
  has(run, "stopped early")
end)

test("options that only the data can judge are judged before the first step", function()
  local split = fixture.data():split()
  local function with(options)
    return function() fixture.model():fit(split, options) end
  end
  raises(with { learner = "adma" }, "learner", "did you mean adam")
  raises(with { sampler = "unifrom" }, "unifrom", "uniform")
  raises(with { valid_metric = "NDGC@10" }, "NDGC", "NDCG")
  raises(with { valid_metric = "NDCG@1000" }, "1000", tostring(split.data.n_items))
  raises(with { loss = "msee" }, "loss", "mse")
end)

test("a fit that fails leaves the model as new", function()
  local model, split = fixture.model(), fixture.data():split()
  raises(function() model:fit(split, { learner = "adma" }) end, "learner")
  equal(model.fitted, false)
  raises(function() model:parameters() end, "not trained")
  model:fit(fixture.data(9):split(), { epochs = 1 })
  equal(model.fitted, true)
end)

test("on_epoch sees each epoch and stops with false", function()
  local seen = {}
  local run = fixture.model():fit(fixture.data():split(), {
    epochs = 10,
    on_epoch = function(epoch)
      seen[#seen + 1] = epoch.epoch
      return epoch.epoch < 3
    end,
  })
  equal(table.concat(seen, " "), "1 2 3")
  equal(run.epochs, 3)
  equal(run.stopped_by_callback, true)
  equal(run.stopped_early, false)
  -- Anything but false goes on.
  equal(fixture.model():fit(fixture.data():split(), { epochs = 2, on_epoch = function() end }).epochs, 2)
end)

test("on_epoch of a trainer that is used twice", function()
  local n = 0
  local trainer = recnn.trainer { epochs = 2, on_epoch = function() n = n + 1 end }
  trainer:fit(fixture.model(), fixture.data():split())
  trainer:fit(fixture.model(), fixture.data():split())
  equal(n, 4)
end)

test("an error in on_epoch ends the run with its traceback", function()
  local model, split = fixture.model(), fixture.data():split()
  local function burst() error "burst" end
  local ok, problem = pcall(model.fit, model, split, { epochs = 5, on_epoch = burst })
  equal(ok, false)
  has(problem, "test-trainer.lua", "burst", "stack traceback:", "in function")
  assert(model.fitted) -- one epoch is done
end)

test("an error that is no text comes out as it went in", function()
  local value = {}
  local model = fixture.model()
  local ok, problem = pcall(model.fit, model, fixture.data():split(),
    { on_epoch = function() error(value) end })
  equal(ok, false)
  assert(rawequal(problem, value))
end)

test("on_epoch cannot yield", function()
  local thread = coroutine.create(function()
    fixture.model():fit(fixture.data():split(), { epochs = 1, on_epoch = coroutine.yield })
  end)
  local ok, problem = coroutine.resume(thread)
  equal(ok, false)
  has(problem, "attempt to yield across a C-call boundary")
end)

test("a fit in a coroutine", function()
  local thread = coroutine.wrap(function()
    local n = 0
    fixture.model():fit(fixture.data():split(), { epochs = 2, on_epoch = function() n = n + 1 end })
    return n
  end)
  equal(thread(), 2)
end)

test("a callback may evaluate and recommend, and may not tamper", function()
  local data = fixture.data()
  local split = data:split()
  local model = fixture.model()
  local values = {}
  model:fit(split, {
    epochs = 2,
    on_epoch = function()
      values[#values + 1] = model:evaluate(split.test)["NDCG@10"]
      raises(function() model:fit(split) end, "being fitted")
      raises(function() model:build(data) end, "being fitted")
      raises(function() getmetatable(model).__close(model) end, "being fitted")
    end,
  })
  equal(#values, 2)
  equal(#model:recommend { user = data:users()[1], k = 3 }, 3)
end)

test("a callback may close the split and the trainer", function()
  local split = fixture.data():split()
  local trainer
  trainer = recnn.trainer {
    epochs = 2,
    on_epoch = function()
      getmetatable(split).__close(split)
      getmetatable(trainer).__close(trainer)
      collectgarbage()
    end,
  }
  equal(trainer:fit(fixture.model(), split).epochs, 2)
end)

test("a second fit goes on from the weights", function()
  local split = fixture.data():split { ratio = { 0.9, 0, 0.1 } }
  local model = fixture.model()
  local first = model:fit(split, { epochs = 20, train_batch_size = 64, learning_rate = 1e-2, seed = 1 })
  local second = model:fit(split, { epochs = 1, seed = 2 })
  assert(second.history[1].loss < 0.95 * first.history[1].loss)
end)

test("fits that cannot be", function()
  local split = fixture.data():split { seed = 1 }
  local model = fixture.fitted()
  raises(function() recnn.trainer():fit() end, "recnn.model expected, got no value")
  raises(function() recnn.trainer():fit(model) end, "recnn.split expected, got no value")
  raises(function() recnn.trainer():fit(model, split.train) end, "recnn.split expected, got recnn.part")
  raises(function() recnn.trainer():fit(split, model) end, "recnn.model expected, got recnn.split")
  raises(function() model:fit(fixture.data(9):split()) end, "new model")
  local same_data = fixture.data()
  local other = fixture.model()
  other:fit(same_data:split { seed = 1 }, { epochs = 1 })
  raises(function() other:fit(same_data:split { seed = 2 }) end, "another split", "seed 1", "seed 2")
end)

test("a model that is computed", function()
  local split = fixture.data():split()
  local model = recnn.model "popularity"
  local run = model:fit(split)
  assert(model.fitted)
  equal(run.epochs, 1)
  equal(run.history[1].loss, nil)
  assert(run.seconds >= 0)
  assert(run:evaluate(split.test)["NDCG@10"] > 0)
end)

test("closed trainers and runs say so", function()
  local trainer, run, split
  do
    local a <close> = recnn.trainer()
    local _, s, b = fixture.fitted()
    local c <close> = b
    trainer, run, split = a, b, s
  end
  has(tostring(trainer), "closed")
  has(tostring(run), "closed")
  raises(function() trainer:options() end, "closed")
  raises(function() trainer:fit(fixture.model(), split) end, "closed")
  raises(function() return run.history end, "closed")
  raises(function() run:evaluate(split.test) end, "closed")
end)

test("a run whose model is closed", function()
  local model, split, run = fixture.fitted()
  getmetatable(model).__close(model)
  raises(function() run:evaluate(split.test) end, "model is closed")
  assert(#run.history > 0)
end)

test("names that a run does not have", function()
  local _, _, run = fixture.fitted()
  raises(function() return run.histroy end, "recnn.run has no 'histroy'", "did you mean history")
  raises(function() recnn.trainer():fitt() end, "did you mean fit")
end)

test("things with options of their own are tables or texts", function()
  local options = recnn.trainer({
    learner = { "sgd", nesterov = true, momentum = 0.9 },
    groups = { { "user*", learning_rate = 0.1, weight_decay = 1 / 3 }, "item* momentum=0" },
    schedule = { { "warmup", batches = 5 }, { "cosine", min = 0.01 } },
  }):options()
  assert(options.learner == "sgd momentum=0.9 nesterov=true", options.learner)
  assert(options.groups == "user* learning_rate=0.1 weight_decay=0.3333333333333333; item* momentum=0", options.groups)
  assert(options.schedule == "warmup batches=5; cosine min=0.01", options.schedule)
  assert(recnn.trainer({ schedule = { "warmup", "cosine" } }):options().schedule == "warmup; cosine")
  assert(recnn.trainer({ learner = { "adamw" } }):options().learner == "adamw")
  raises(function() recnn.trainer { learner = { momentum = 1 } } end, "option learner", "first entry")
  raises(function() recnn.trainer { schedule = { "cosine", min = print } } end, "option schedule", "min", "got a function")
  raises(function() recnn.trainer { groups = { { "user*", [3.5] = 1 } } } end, "option groups", "name = value")
end)

test("hooks: what is called when, and what they change", function()
  local split = fixture.data():split()
  local calls = {}
  local batches = 0
  local run = fixture.model():fit(split, {
    epochs = 9, train_batch_size = 256, learning_rate = 0.01, eval_step = 2,
    on_start = function(info)
      calls[#calls + 1] = "start"
      equal(info.model, "neural_bpr")
      return { learning_rate = 0.02 }
    end,
    on_batch = function(batch)
      batches = batches + 1
      assert(batch.batch >= 1 and batch.batch <= batch.batches and batch.loss > 0)
      if batch.epoch == 2 and batch.batch == 1 then
        return { learning_rate = 0.005 }
      end
    end,
    on_validation = function(epoch)
      calls[#calls + 1] = "valid" .. epoch.epoch
      assert(epoch.valid and epoch.valid_value)
    end,
    on_epoch = function(epoch)
      calls[#calls + 1] = "epoch" .. epoch.epoch
      return { stop = epoch.epoch == 3 }
    end,
    on_end = function(info)
      calls[#calls + 1] = "end"
      equal(info.epochs, 3)
    end,
  })
  equal(table.concat(calls, " "), "start epoch1 valid2 epoch2 epoch3 end")
  assert(run.stopped_by_callback)
  assert(batches % 3 == 0 and batches > 3)
  equal(run.history[1].learning_rate, 0.02)
  equal(run.history[2].learning_rate, 0.005)
  equal(run.history[3].learning_rate, 0.005)
  raises(function() recnn.trainer { on_batch = 3 } end, "on_batch", "a number", "a function")
  raises(function()
    fixture.model():fit(split, { epochs = 1, on_batch = function() return { learning_rate = -1 } end })
  end, "on_batch: learning_rate: got -1, expected a number above 0")
  raises(function() fixture.model():fit(split, { epochs = 1, on_end = function() error "at the end" end }) end,
    "at the end")
end)

test("runs on disk", function()
  local split = fixture.data():split()
  local runs = fixture.folder() .. "/runs"
  local options = { epochs = 2, train_batch_size = 256, runs = runs, run_name = "mine" }
  local run = fixture.model():fit(split, options)
  has(run.folder, runs .. "/mine-2")
  equal(run.resumed, 0)
  equal(fixture.model():fit(split, { epochs = 1 }).folder, nil)
  for _, name in ipairs { "request.txt", "script.lua", "last.ckpt", "best.safetensors", "history.jsonl", "result.json" } do
    assert(io.open(run.folder .. "/" .. name)):close()
  end
  local request = assert(io.open(run.folder .. "/request.txt")):read "a"
  has(request, "model = neural_bpr", "plugin = neural_bpr 0.", "trainer.epochs = 2", "data.train = ", "weights.before = ")
  options.on_epoch = function(epoch) if epoch.epoch == 1 then error "broken" end end
  options.run_name = "other"
  raises(function() fixture.model():fit(split, options) end, "broken")
  options.on_epoch = nil
  local again = fixture.model():fit(split, options)
  assert(again.resumed > 0)
  equal(again.history[2].loss, run.history[2].loss)
  equal(again.best_value, run.best_value)
end)

test("learners, groups and schedules come from the script to the history", function()
  local split = fixture.data():split()
  local options = {
    epochs = 3, learning_rate = 0.5, learner = { "sgd", momentum = 0.5 }, accumulate = 2,
    schedule = { "step", every = 1, factor = 0.5 }, weight_average = 0.9, valid_metric = "loss",
  }
  local run = fixture.model():fit(split, options)
  for i, epoch in ipairs(run.history) do
    assert(math.abs(epoch.learning_rate - 0.5 ^ i) < 1e-12, epoch.learning_rate)
    assert(epoch.next_learning_rate and epoch.samples_per_second > 0 and epoch.peak_bytes > 0)
    assert(epoch.valid_loss == epoch.valid_value)
  end
  options.learner = { "sgd", momentun = 0.5 }
  raises(function() fixture.model():fit(split, options) end, "learner sgd", "did you mean momentum")
end)

tap.test("negatives: by popularity, several, and the hardest of some", function()
  local trainer = recnn.trainer {
    epochs = 2, sampler = { "popularity", alpha = 0.5 }, negatives = 2, negative_candidates = 3,
  }
  assert(trainer:options().sampler == "popularity alpha=0.5", trainer:options().sampler)
  local split = fixture.data():split()
  local run = trainer:fit(fixture.model(), split)
  assert(run.history[1].samples == 2 * #split.train)
  raises(function()
    recnn.trainer { sampler = "popularity alpa=1" }:fit(fixture.model(), split)
  end, "sampler popularity", "did you mean alpha")
end)

test("plans tell what memory a training takes, and change nothing", function()
  local split = fixture.data():split()
  local trainer = recnn.trainer { epochs = 1 }
  local plain, planned = fixture.model(), fixture.model()
  local plan = trainer:plan(planned, split)
  local sum = 0
  for _, part in ipairs(plan.parts) do
    assert(part.bytes > 0)
    sum = sum + part.bytes
  end
  equal(sum, plan.total)
  assert(plan.batch_rows > 0 and plan.batches > 0 and plan.before > 0)
  assert(plan.text:find("user_embedding.weight", 1, true), plan.text)
  equal(planned.fitted, false)
  equal(trainer:fit(planned, split).history[1].loss, trainer:fit(plain, split).history[1].loss)
  equal(recnn.planning(), false)
  raises(function() recnn.planning(1) end, "boolean expected")
  raises(function() trainer:plan(recnn.model("neural_bpr"), 1) end, "recnn.split expected")
end)

tap.finish()
