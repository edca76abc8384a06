-- What the tests in Lua work on: small data, a folder of their own, a model that is trained quickly.
local recnn = require "recnn"

local fixture = {}

function fixture.data(seed)
  return recnn.synthetic { users = 80, items = 60, seed = seed or 7 }
end

function fixture.write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
  return path
end

-- A folder that nobody else has, in TMPDIR, which lua.sh removes.
function fixture.folder()
  local unique = os.tmpname()
  assert(os.remove(unique))
  local folder = (os.getenv "TMPDIR" or "/tmp") .. "/" .. unique:match "[^/]+$"
  assert(os.execute("mkdir '" .. folder .. "'"))
  return folder
end

function fixture.model(options)
  options = options or {}
  options.embedding_dim = options.embedding_dim or 8
  options.hidden_dims = options.hidden_dims or { 8 }
  return recnn.model("neural_bpr", options)
end

-- A fitted model with its split.
function fixture.fitted()
  local split = fixture.data():split { seed = 1 }
  local model = fixture.model()
  local run = recnn.trainer({ epochs = 2, train_batch_size = 256 }):fit(model, split)
  return model, split, run
end

return fixture
