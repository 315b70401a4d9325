-- Has a dead letter delivered once more, with all its attempts before it. ARGV: the time; its number.
local number = ARGV[2] .. '-1'
local letter = redis.call('XRANGE', key('d'), number, number)[1]
if not letter then return 0 end
local fields = letter[2]
local group, lane, envelope = fields[2], fields[12], fields[14]
if redis.call('HGET', key('c'), 'kind') == 'topic' then
  -- For the group that has given it up, and for no other.
  if not redis.call('ZSCORE', key('g'), group) then return 0 end
  lane = 'r'
end
append(stream_of(lane, group), 0, '', envelope)
redis.call('XDEL', key('d'), number)
wake(group, 1)
return 1
