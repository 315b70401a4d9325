-- Takes messages for a consumer. ARGV: the time; the kind, the group, the consumer; how many at most, the lease, the
-- attempts that a message has; the lanes in their order. Of each message its number and its envelope are returned; before
-- them its lane, the attempts before this entry and that of this delivery, where the message before it had others.
local kind, group, owner = ARGV[2], ARGV[3], ARGV[4]
local most, lease, attempts_most = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
-- What is taken at a time: an answer that is too long keeps others waiting.
local STEP, LONGEST = 32, 4 * 1024 * 1024

if redis.call('EXISTS', key('c')) == 0 then return {'unknown'} end

-- What is due goes to its lane.
local due = redis.call('ZRANGEBYSCORE', key('z'), '-inf', now, 'LIMIT', 0, 256)
if #due > 0 then
  local woken = {}
  for _, member in ipairs(due) do
    local kept = redis.call('HGET', key('zb'), member)
    if kept then
      local _, line, lane, attempts, expires, to = string.find(kept, '^(%a) (%d+) (%d*) ([^\n]*)\n')
      local envelope = string.sub(kept, line + 1)
      local is_there = lane ~= 'r' or redis.call('ZSCORE', key('g'), to)
      if is_there then
        append(stream_of(lane, to), attempts, expires, envelope)
        for _, one in ipairs(to ~= '' and {to} or groups_of(kind)) do woken[one] = (woken[one] or 0) + 1 end
      end
    end
  end
  redis.call('ZREM', key('z'), unpack(due))
  redis.call('HDEL', key('zb'), unpack(due))
  for one, count in pairs(woken) do wake(one, count) end
end

local answer, count, bytes, next_due = {'taken', ''}, 0, 0, nil
local said = {}

-- Gives an entry to the consumer, unless nobody wants it or it was tried too often.
local function offer(lane, entry, times, last_owner)
  local id, fields = entry[1], entry[2]
  local before, expires, envelope = fields[2], fields[4], fields[6]
  local tried = tonumber(before) + times
  if expires ~= '' and tonumber(expires) <= now then
    bury(kind, lane, id, group, envelope, tried, last_owner, 'nobody wants it any more')
  elseif tried >= attempts_most then
    local why = 'it was tried too often'
    if times > 0 then why = 'its consumer has ended, or took longer than the lease, at the last attempt' end
    bury(kind, lane, id, group, envelope, tried, last_owner, why)
  else
    if said.lane ~= lane or said.before ~= before or said.tried ~= tried then
      said.lane, said.before, said.tried = lane, before, tried
      answer[#answer + 1] = lane .. ' ' .. before .. ' ' .. tried + 1
    end
    local place = #answer
    answer[place + 1], answer[place + 2] = id, envelope
    count, bytes = count + 1, bytes + #envelope
    return id
  end
end

-- As text: a number would be written out for each message, by the slowest way there is.
local lease_ends = string.format('%.0f', now + lease)

local function hold(leases, ids)
  if #ids == 0 then return end
  local scores = {}
  for place, id in ipairs(ids) do
    scores[2 * place - 1], scores[2 * place] = lease_ends, id
  end
  redis.call('ZADD', leases, unpack(scores))
end

local function has_room()
  return count < most and bytes < LONGEST
end

for lane in string.gmatch(ARGV[8], '.') do
  local stream, leases = stream_of(lane, group), leases_of(lane, group)
  -- What others have left.
  while has_room() do
    local over = redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'LIMIT', 0, math.min(most - count, STEP))
    local held = {}
    for _, id in ipairs(over) do
      local pending = redis.call('XPENDING', stream, group, id, id, 1)[1]
      local entry = pending and redis.call('XCLAIM', stream, group, owner, 0, id)[1]
      if entry then
        held[#held + 1] = offer(lane, entry, pending[4], pending[2])
      else
        -- It is gone from the stream.
        redis.call('XACK', stream, group, id)
        redis.call('ZREM', leases, id)
      end
    end
    hold(leases, held)
    if #over == 0 then break end
  end
  while has_room() do
    local wanted = math.min(most - count, STEP)
    local read = redis.call('XREADGROUP', 'GROUP', group, owner, 'COUNT', wanted, 'STREAMS', stream, '>')
    if not read then break end
    local held = {}
    for _, entry in ipairs(read[1][2]) do
      held[#held + 1] = offer(lane, entry, 0, '')
    end
    hold(leases, held)
    if #read[1][2] < wanted then break end
  end
end

if has_room() then
  redis.call('DEL', key('b', group))
  for lane in string.gmatch(ARGV[8], '.') do
    local first = redis.call('ZRANGE', leases_of(lane, group), 0, 0, 'WITHSCORES')[2]
    if first then next_due = math.min(tonumber(first), next_due or math.huge) end
  end
  local first = redis.call('ZRANGE', key('z'), 0, 0, 'WITHSCORES')[2]
  if first then next_due = math.min(tonumber(first), next_due or math.huge) end
  if next_due then answer[2] = string.format('%.0f', math.max(next_due - now, 0)) end
else
  answer[2] = '0'
end
return answer
