-- What there is in a channel: its kind, its settings, what it holds, what can be taken, is taken and is delayed, the
-- dead letters, and the groups.
local channel = redis.call('HMGET', key('c'), 'kind', 'settings')
local kind = channel[1]
if not kind then return {} end
local later = '(' .. now
local dead = redis.call('XLEN', key('d'))
local held = dead + redis.call('ZCARD', key('z'))
local delayed = redis.call('ZCOUNT', key('z'), later, '+inf')
local ready, taken = redis.call('ZCOUNT', key('z'), '-inf', now), 0
local groups = groups_of(kind)
for _, lane in ipairs({'h', 'n', 'l', 'r'}) do
  if lane ~= 'r' then held = held + redis.call('XLEN', key(lane)) end
  for _, group in ipairs(groups) do
    local stream, leases = stream_of(lane, group), leases_of(lane, group)
    local under_way = redis.call('ZCOUNT', leases, later, '+inf')
    taken = taken + under_way
    if kind ~= 'topic' or lane == 'r' then
      ready = ready + redis.call('XLEN', stream) - under_way
    else
      ready = ready + redis.call('ZCOUNT', leases, '-inf', now)
      local last = nil
      for _, info in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
        if info[2] == group then last = info[8] end
      end
      if last then ready = ready + #redis.call('XRANGE', stream, '(' .. last, '+', 'COUNT', 10000) end
    end
  end
end
local answer = {kind, channel[2], held, ready, taken, delayed, dead}
if kind == 'topic' then
  for _, group in ipairs(groups) do answer[#answer + 1] = group end
end
return answer
