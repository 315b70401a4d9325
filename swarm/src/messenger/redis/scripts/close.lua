-- Removes a channel. What it knows of keys goes away by itself.
for _, group in ipairs(groups_of(redis.call('HGET', key('c'), 'kind'))) do
  for _, lane in ipairs({'h', 'n', 'l', 'r'}) do redis.call('DEL', leases_of(lane, group)) end
  redis.call('DEL', key('r', group), key('b', group))
end
for _, name in ipairs({'c', 'h', 'n', 'l', 'z', 'zb', 'd', 'p', 'pt', 'g'}) do redis.call('DEL', key(name)) end
return 'closed'
