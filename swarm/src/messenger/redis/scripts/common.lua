-- What all scripts begin with. KEYS[1] is the beginning of all keys of a channel: they share a slot by their hash
-- tag. ARGV[1] is the time in milliseconds, or empty where it is that of the server.
local base = KEYS[1]
local now = tonumber(ARGV[1])
local is_given = now ~= nil
if not is_given then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function key(a, b, c)
  return base .. ':' .. a .. (b and ':' .. b or '') .. (c and ':' .. c or '')
end

-- Lanes are streams: h, n and l of the priorities, and r of what comes again to one group of a topic.
local function stream_of(lane, group)
  return lane == 'r' and key('r', group) or key(lane)
end

local function leases_of(lane, group)
  return key('o', lane, group)
end

-- Adds an entry. Its number says when, which retention goes by.
local function append(stream, attempts, expires, envelope)
  if is_given then
    local added = redis.pcall('XADD', stream, now .. '-*', 'a', attempts, 'x', expires, 'e', envelope)
    -- A time that has gone back is no number any more.
    if type(added) == 'string' then return end
  end
  redis.call('XADD', stream, '*', 'a', attempts, 'x', expires, 'e', envelope)
end

-- Wakes those of a group that wait: each takes one element from a list.
local function wake(group, count)
  local bell = key('b', group)
  local room = math.min(count, 64) - redis.call('LLEN', bell)
  if room > 0 then
    local elements = {}
    for place = 1, room do elements[place] = '1' end
    redis.call('RPUSH', bell, unpack(elements))
  end
end

-- The groups of a channel.
local function groups_of(kind)
  if kind ~= 'topic' then return {'queue'} end
  return redis.call('ZRANGE', key('g'), 0, -1)
end

-- A delivery that is over: of a topic the message stays, for others.
local function remove(kind, lane, id, group)
  local stream = stream_of(lane, group)
  redis.call('XACK', stream, group, id)
  redis.call('ZREM', leases_of(lane, group), id)
  if kind ~= 'topic' or lane == 'r' then redis.call('XDEL', stream, id) end
end

local function bury(kind, lane, id, group, envelope, attempts, owner, why)
  local number = redis.call('HINCRBY', key('c'), 'letters', 1)
  redis.call('XADD', key('d'), number .. '-1', 'g', group, 'w', why, 'a', attempts, 'o', owner, 't', now,
    'l', lane, 'e', envelope)
  remove(kind, lane, id, group)
end

-- Keeps a message until it is due.
local function delay(due, lane, attempts, expires, group, envelope)
  local number = redis.call('HINCRBY', key('c'), 'delays', 1)
  local member = string.format('%016d', number)
  redis.call('HSET', key('zb'), member, table.concat({lane, attempts, expires, group}, ' ') .. '\n' .. envelope)
  redis.call('ZADD', key('z'), due, member)
end
