-- Ends a group. ARGV: the time; the group.
local group = ARGV[2]
for _, lane in ipairs({'h', 'n', 'l'}) do
  redis.pcall('XGROUP', 'DESTROY', key(lane), group)
  redis.call('DEL', leases_of(lane, group))
end
redis.call('DEL', key('r', group), leases_of('r', group), key('b', group))
redis.call('ZREM', key('g'), group)
return 'left'
