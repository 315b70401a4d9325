-- Opens a channel, which is made where it is missing. ARGV: the time; the kind; the settings as they are to be, and as
-- they were when that was decided; the limit; when the channel goes away.
local kind, settings, before, limit, expires = unpack(ARGV, 2, 6)
local found = redis.call('HMGET', key('c'), 'kind', 'settings', 'version')
if found[3] and found[3] ~= '1' then return {'version', found[3]} end
if found[1] and found[1] ~= kind then return {'kind', found[1]} end
if (found[2] or '') ~= before then return {'changed', found[2] or ''} end
redis.call('HSET', key('c'), 'kind', kind, 'settings', settings, 'version', '1', 'limit', limit)
if expires ~= '' then redis.call('HSET', key('c'), 'expires', expires) end
if kind ~= 'topic' then
  for _, lane in ipairs({'h', 'n', 'l'}) do
    -- It is an error that there is such a group, and no harm.
    redis.pcall('XGROUP', 'CREATE', key(lane), 'queue', 0, 'MKSTREAM')
  end
end
if expires ~= '' then
  for _, name in ipairs({'c', 'h', 'n', 'l'}) do
    redis.call('PEXPIRE', key(name), math.max(expires - now, 1))
  end
end
return {'open'}
