-- Says that a worker is there. ARGV: the time; its name; what it says of itself, or nothing where it ends.
local name, data = ARGV[2], ARGV[3]
local FORGOTTEN = 60 * 60 * 1000
if data == '' then
  redis.call('ZREM', key('w'), name)
  redis.call('HDEL', key('wi'), name)
  return 'gone'
end
redis.call('ZADD', key('w'), now, name)
redis.call('HSET', key('wi'), name, data)
local gone = redis.call('ZRANGEBYSCORE', key('w'), '-inf', now - FORGOTTEN, 'LIMIT', 0, 100)
if #gone > 0 then
  redis.call('ZREM', key('w'), unpack(gone))
  redis.call('HDEL', key('wi'), unpack(gone))
end
return 'there'
