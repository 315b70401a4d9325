-- Adds messages: all of them, or none. ARGV: the time; the producer, its sequence, and the last sequence before it
-- that the producer can still send again; then a lane and the envelopes of messages that have nothing to them but that;
-- or else nothing, and of each message the lane, the delay, when it expires, its key, its identity and its envelope.
local producer, sequence, kept, plain = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local is_plain = plain ~= ''
local FIRST, WIDTH = 6, 6
-- Up to which argument messages are looked at one by one.
local detailed = is_plain and 0 or #ARGV
local KEPT = 24 * 60 * 60 * 1000

local channel = redis.call('HMGET', key('c'), 'kind', 'limit', 'expires')
local kind = channel[1]
if not kind then return {'unknown'} end
local last = tonumber(redis.call('HGET', key('p'), producer) or 0)
if kept > last then return {'gap', last} end

local answer, added, known = {'sent'}, 0, {}
local streams = {h = key('h'), n = key('n'), l = key('l')}
if is_plain then added = #ARGV - FIRST + 1 end
for at = FIRST, detailed, WIDTH do
  local name, id = ARGV[at + 3], ARGV[at + 4]
  local before = false
  if name ~= '' then
    before = known[name]
    local found = not before and redis.call('GET', key('k', name))
    if found and tonumber(string.sub(found, 17)) > now then before = string.sub(found, 1, 16) end
    if not before then known[name] = id end
  end
  if not before then added = added + 1 end
  answer[#answer + 1] = before and before ~= id and before or ''
end
if sequence <= last then return answer end

local limit = tonumber(channel[2])
local held = redis.call('XLEN', streams.h) + redis.call('XLEN', streams.n) + redis.call('XLEN', streams.l)
held = held + redis.call('ZCARD', key('z')) + redis.call('XLEN', key('d'))
if held + added > limit then return {'full', limit} end

local expires = tonumber(channel[3])
local at_once = 0
-- A number would be written out for each message, by the slowest way there is: it has made no attempt.
local NONE = '0'
if is_plain then
  local stream = streams[plain]
  for at = FIRST, #ARGV do append(stream, NONE, '', ARGV[at]) end
  at_once = added
end
known = {}
for at = FIRST, detailed, WIDTH do
  local lane, after, wanted, name, id, envelope = unpack(ARGV, at, at + WIDTH - 1)
  local is_new = answer[2 + (at - FIRST) / WIDTH] == ''
  if is_new and name ~= '' then
    local found = redis.call('GET', key('k', name))
    is_new = not known[name] and not (found and tonumber(string.sub(found, 17)) > now)
    known[name] = true
    if is_new then
      local time = expires and math.max(expires - now, 1) or KEPT
      redis.call('SET', key('k', name), id .. (now + time), 'PX', time)
    end
  end
  if is_new and tonumber(after) > 0 then
    delay(now + after, lane, 0, wanted, '', envelope)
  elseif is_new then
    append(streams[lane], NONE, wanted, envelope)
    at_once = at_once + 1
  end
end
redis.call('HSET', key('p'), producer, ARGV[3])
redis.call('ZADD', key('pt'), now, producer)
if at_once > 0 then
  for _, group in ipairs(groups_of(kind)) do wake(group, at_once) end
end
if expires then
  -- Whoever waits for answers may have ended.
  for _, name in ipairs({'c', 'h', 'n', 'l', 'z', 'zb', 'p', 'pt', 'b:queue'}) do
    redis.call('PEXPIRE', key(name), math.max(expires - now, 1))
  end
end
return answer
