-- Says that a group is there. ARGV: the time; the group; whether it is somebody's own; from where it reads.
local group, is_own, from = ARGV[2], ARGV[3] == '1', ARGV[4]
if redis.call('EXISTS', key('c')) == 0 then return 'unknown' end
for _, stream in ipairs({key('h'), key('n'), key('l'), key('r', group)}) do
  redis.pcall('XGROUP', 'CREATE', stream, group, from, 'MKSTREAM')
end
-- Of a group that others share it does not matter when it was seen.
redis.call('ZADD', key('g'), is_own and now or '+inf', group)
return 'joined'
