-- Does with deliveries what is said. ARGV: the time; the kind, the group, the consumer; the attempts that a message
-- has; how many lanes they are of, and of each lane its name, the first and the last number, and how many; then runs of
-- deliveries that are alike but for their numbers: the lane, the attempts before this entry, how often the entry was
-- delivered, what is to become of them, a time, a reason, how many they are, and the number of each. What has become of
-- them is returned in runs, too: a word, and of how many.
local kind, group, owner = ARGV[2], ARGV[3], ARGV[4]
local attempts_most, lanes = tonumber(ARGV[5]), tonumber(ARGV[6])
local WIDTH = 7

-- What the consumer holds, as far as it is seen by one look at each lane.
local held, all_seen, done = {}, {}, {}
for place = 7, 6 + 4 * lanes, 4 do
  local lane, first, last, most = unpack(ARGV, place, place + 3)
  local pending = redis.call('XPENDING', stream_of(lane, group), group, first, last, most, owner)
  held[lane], all_seen[lane], done[lane] = {}, #pending < tonumber(most), {}
  for _, one in ipairs(pending) do held[lane][one[1]] = one[4] end
end

local function is_held(lane, id, times)
  local found = held[lane][id]
  if not found and not all_seen[lane] then
    local one = redis.call('XPENDING', stream_of(lane, group), group, id, id, 1, owner)[1]
    found = one and one[4]
  end
  -- Of two verdicts on the same delivery the second comes too late.
  held[lane][id] = found == times and -1 or found
  return found == times
end

local answer, last, has_back = {}, nil, 0
local function tell(outcome)
  if outcome == last then
    answer[#answer] = answer[#answer] + 1
  else
    answer[#answer + 1], answer[#answer + 2] = outcome, 1
    last = outcome
  end
end

local place = 7 + 4 * lanes
while place <= #ARGV do
  local lane, before, times, verdict, time, why, count = unpack(ARGV, place, place + WIDTH - 1)
  before, times, time = tonumber(before), tonumber(times), tonumber(time)
  local first = place + WIDTH
  place = first + tonumber(count)
  local stream, leases = stream_of(lane, group), leases_of(lane, group)
  local tried = before + times
  for at = first, place - 1 do
    local id = ARGV[at]
    local outcome = 'lost'
    if is_held(lane, id, times) then
      if verdict == 'done' then
        local ids = done[lane]
        ids[#ids + 1] = id
        outcome = 'done'
      elseif verdict == 'keep' then
        redis.call('ZADD', leases, now + time, id)
        held[lane][id] = times
        outcome = tostring(now + time)
      elseif verdict == 'back' then
        redis.call('XCLAIM', stream, group, owner, 0, id, 'RETRYCOUNT', times - 1, 'JUSTID')
        redis.call('ZADD', leases, 0, id)
        has_back = has_back + 1
        outcome = tostring(now)
      else
        local entry = redis.call('XRANGE', stream, id, id)[1]
        if not entry then
          remove(kind, lane, id, group)
        elseif verdict == 'dead' or tried >= attempts_most then
          bury(kind, lane, id, group, entry[2][6], tried, owner, why)
          outcome = 'dead'
        else
          local is_topic = kind == 'topic'
          delay(now + time, is_topic and 'r' or lane, tried, entry[2][4], is_topic and group or '', entry[2][6])
          remove(kind, lane, id, group)
          if time == 0 then has_back = has_back + 1 end
          outcome = tostring(now + time)
        end
      end
    end
    tell(outcome)
  end
end

for lane, ids in pairs(done) do
  if #ids > 0 then
    local stream = stream_of(lane, group)
    redis.call('XACK', stream, group, unpack(ids))
    redis.call('ZREM', leases_of(lane, group), unpack(ids))
    if kind ~= 'topic' or lane == 'r' then redis.call('XDEL', stream, unpack(ids)) end
  end
end
if has_back > 0 then wake(group, has_back) end
return answer
