-- Removes what has had its time: groups that say nothing, what a topic need not keep, producers and consumers that are
-- gone. ARGV: the time; the kind; how many messages a topic keeps, and for how long. Says how much was removed.
local kind, keep, keep_for = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local SILENCE, PRODUCERS, CONSUMERS, AT_A_TIME = 15 * 1000, 7 * 24 * 60 * 60 * 1000, 60 * 60 * 1000, 1000
local LANES = {'h', 'n', 'l'}

local gone = redis.call('ZRANGEBYSCORE', key('pt'), '-inf', now - PRODUCERS, 'LIMIT', 0, AT_A_TIME)
if #gone > 0 then
  redis.call('HDEL', key('p'), unpack(gone))
  redis.call('ZREM', key('pt'), unpack(gone))
end

if kind == 'topic' then
  for _, group in ipairs(redis.call('ZRANGEBYSCORE', key('g'), '-inf', now - SILENCE)) do
    for _, lane in ipairs(LANES) do
      redis.pcall('XGROUP', 'DESTROY', key(lane), group)
      redis.call('DEL', leases_of(lane, group))
    end
    redis.call('DEL', key('r', group), leases_of('r', group), key('b', group))
    redis.call('ZREM', key('g'), group)
  end
end

-- A consumer goes when it was not seen for an hour and holds nothing: with it would go what it holds.
for _, lane in ipairs(LANES) do
  for _, info in ipairs(redis.pcall('XINFO', 'GROUPS', key(lane))) do
    for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', key(lane), info[2])) do
      if consumer[4] == 0 and consumer[6] > CONSUMERS then
        redis.call('XGROUP', 'DELCONSUMER', key(lane), info[2], consumer[2])
      end
    end
  end
end

if kind ~= 'topic' then return 0 end

local function parts(id)
  local time, number = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(time), tonumber(number)
end

local function is_before(a, b)
  local time, number = parts(a)
  local other, other_number = parts(b)
  return time < other or (time == other and number < other_number)
end

-- From each lane goes what all its groups have done: what stands before this number.
local first, floor, held = {}, {}, 0
for _, lane in ipairs(LANES) do
  held = held + redis.call('XLEN', key(lane))
  for _, info in ipairs(redis.pcall('XINFO', 'GROUPS', key(lane))) do
    local pending = redis.call('XPENDING', key(lane), info[2])
    local least = pending[2] or info[8]
    local is_pending = pending[2] and true or false
    local bound = floor[lane]
    if not bound or is_before(least, bound[1]) or (least == bound[1] and is_pending) then
      floor[lane] = {least, is_pending}
    end
  end
  first[lane] = redis.call('XRANGE', key(lane), '-', '+', 'COUNT', 1)[1]
end

local removed = 0
while removed < AT_A_TIME do
  local oldest
  for _, lane in ipairs(LANES) do
    local entry, bound = first[lane], floor[lane]
    local is_done = entry and (not bound or is_before(entry[1], bound[1])
      or (entry[1] == bound[1] and not bound[2]))
    if is_done and (not oldest or is_before(entry[1], first[oldest][1])) then oldest = lane end
  end
  if not oldest then break end
  local id = first[oldest][1]
  if held <= keep and parts(id) > now - keep_for then break end
  redis.call('XDEL', key(oldest), id)
  held, removed = held - 1, removed + 1
  first[oldest] = redis.call('XRANGE', key(oldest), '-', '+', 'COUNT', 1)[1]
end
return removed
