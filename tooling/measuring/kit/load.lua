-- Sends the requests of a plan written by wrk.ts in turn. With fresh tokens, every tenth request (or every one) carries
-- one that no request has carried before.

local entries, fresh, next_entry, serial, sent, owners, every = {}, {}, 0, 0, 0, 1, 10
fresh_missing = 0

local function split(text, separator)
  local parts = {}
  for part in text:gmatch('([^' .. separator .. ']*)' .. separator) do
    parts[#parts + 1] = part
  end
  return parts
end

local function read(path)
  local file = assert(io.open(path, 'rb'))
  local text = file:read('*a')
  file:close()
  return text
end

function init(args)
  serial = tonumber(args[2])
  for _, line in ipairs(split(read(args[1]), '\1')) do
    local part = split(line, '\2')
    local entry = { to_token = part[1], token = part[2], to_varying = part[3], rest = part[4], varying = part[5] }
    entry.head = entry.to_token .. entry.token .. entry.to_varying
    entries[#entries + 1] = entry
  end
  if args[3] then
    fresh = split(read(args[3]), '\1')
    every = tonumber(args[4])
    owners = tonumber(args[5])
  end
end

local function varying(kind)
  if kind == 'nothing' then
    return ''
  end
  if kind == 'serial' then
    return string.format('%09d', serial % 1000000000)
  end
  local ms = serial % 86400000
  local s = math.floor(ms / 1000)
  return string.format('%02d:%02d:%02d.%03d', math.floor(s / 3600), math.floor(s / 60) % 60, s % 60, ms % 1000)
end

function request()
  serial = serial + 1
  sent = sent + 1
  if #fresh > 0 and sent % every == 0 then
    local k = sent / every - 1
    local token = fresh[k + 1]
    if token == nil then
      fresh_missing = fresh_missing + 1
      token = fresh[k % #fresh + 1]
    end
    local records = #entries / owners
    local entry = entries[math.floor(k / owners) % records * owners + k % owners + 1]
    return entry.to_token .. token .. entry.to_varying .. varying(entry.varying) .. entry.rest
  end
  next_entry = next_entry % #entries + 1
  local entry = entries[next_entry]
  if entry.varying == 'nothing' then
    return entry.head
  end
  return entry.head .. varying(entry.varying) .. entry.rest
end

local threads = {}
function setup(thread)
  threads[#threads + 1] = thread
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\nRESULT {"requests":%d,"requestsPerSecond":%f,"p50":%f,"p99":%f,"failed":%d,"refused":%d,"freshMissing":%d}\n',
    summary.requests, summary.requests * 1e6 / summary.duration, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, e.connect + e.read + e.write + e.timeout, e.status,
    threads[1]:get('fresh_missing')))
end
