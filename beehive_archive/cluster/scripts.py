"""What the frontier does in Redis, each as one whole step, by Redis's own clock.

Keys of a job, all below ``beehive:JOB:``

- ``head``: what the job is, as JSON; ``todo``: a list of the units that nobody holds;
- ``workers``: who is at work, by the time (ms) at which its lease ends; ``leaving``: the same of
  those that only have to write their part of the report;
- ``held:W``, ``walked:W``: the units that worker W has in hand, or has done without a finding;
- ``found:W``: W's findings by unit, until W's part of the report is written;
- ``deaths``: how many workers died with a unit; ``turn``: when the next request may be sent;
- ``emptied``: since when nobody has anything in hand.
"""

_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function key(...) return KEYS[1] .. table.concat({...}, ':') end
local me = ARGV[1]
"""

JOIN = (
    _NOW
    + """
-- lease_ms, head, units...
if redis.call('SETNX', key('head'), ARGV[3]) == 1 then
    for number = 4, #ARGV do redis.call('RPUSH', key('todo'), ARGV[number]) end
end
redis.call('ZADD', key('workers'), now + ARGV[2], me)
redis.call('DEL', key('emptied'))
return redis.call('GET', key('head'))
"""
)

BEAT = (
    _NOW
    + """
-- lease_ms
for _, state in ipairs({'workers', 'leaving'}) do
    if redis.call('ZSCORE', key(state), me) then
        redis.call('ZADD', key(state), now + ARGV[2], me)
        return 1
    end
end
return 0
"""
)

CLAIM = (
    _NOW
    + """
if not redis.call('ZSCORE', key('workers'), me) then return false end
local unit = redis.call('LPOP', key('todo'))
if unit then
    redis.call('SADD', key('held', me), unit)
    redis.call('DEL', key('emptied'))
end
return unit
"""
)

# A unit goes into exactly one worker's findings: that of the one that holds it.
COMPLETE = (
    _NOW
    + """
-- unit, finding
if redis.call('SREM', key('held', me), ARGV[2]) == 0 then return 0 end
redis.call('HSET', key('found', me), ARGV[2], ARGV[3])
return 1
"""
)

# Takes over from workers whose lease is over: what they found is mine, what they held is anyone's.
REAP = (
    _NOW
    + """
-- deaths that are enough
local found, hopeless, dead = {}, {}, {}
for _, state in ipairs({'workers', 'leaving'}) do
    for _, worker in ipairs(redis.call('ZRANGEBYSCORE', key(state), '-inf', now)) do
        if worker ~= me then
            table.insert(dead, worker)
            local findings = redis.call('HGETALL', key('found', worker))
            for number = 1, #findings, 2 do
                redis.call('HSET', key('found', me), findings[number], findings[number + 1])
                table.insert(found, findings[number + 1])
            end
            for _, unit in ipairs(redis.call('SMEMBERS', key('held', worker))) do
                local deaths = redis.call('HINCRBY', key('deaths'), unit, 1)
                if deaths >= tonumber(ARGV[2]) then
                    redis.call('SADD', key('held', me), unit)
                    table.insert(hopeless, unit)
                else
                    redis.call('LPUSH', key('todo'), unit)
                end
            end
            for _, unit in ipairs(redis.call('SMEMBERS', key('walked', worker))) do
                redis.call('RPUSH', key('todo'), unit)
            end
            for _, name in ipairs({'held', 'walked', 'found'}) do
                redis.call('DEL', key(name, worker))
            end
            redis.call('ZREM', key(state), worker)
            redis.call('DEL', key('emptied'))
        end
    end
end
return {dead, found, hopeless}
"""
)

# Over once nobody has anything in hand, and everyone has shown a sign of life since.
IS_OVER = (
    _NOW
    + """
-- lease_ms
if redis.call('LLEN', key('todo')) > 0 then return 0 end
local workers = redis.call('ZRANGE', key('workers'), 0, -1, 'WITHSCORES')
for number = 1, #workers, 2 do
    if redis.call('SCARD', key('held', workers[number])) > 0 then return 0 end
end
redis.call('SETNX', key('emptied'), now)
local emptied = tonumber(redis.call('GET', key('emptied')))
for number = 1, #workers, 2 do
    local beaten = workers[number + 1] - ARGV[2]
    if workers[number] ~= me and beaten < emptied then return 0 end
end
return 1
"""
)

# Returns false to one that was taken for dead, else the units that nobody is left to do.
LEAVE = (
    _NOW
    + """
-- lease_ms
if redis.call('ZREM', key('workers'), me) == 0 then return false end
redis.call('ZADD', key('leaving'), now + ARGV[2], me)
for _, unit in ipairs(redis.call('SMEMBERS', key('held', me))) do
    redis.call('LPUSH', key('todo'), unit)
end
redis.call('DEL', key('held', me))
if redis.call('ZCARD', key('workers')) > 0 then return {} end
local rest = redis.call('LRANGE', key('todo'), 0, -1)
for _, unit in ipairs(rest) do redis.call('SADD', key('held', me), unit) end
redis.call('DEL', key('todo'))
return rest
"""
)

SIGN_OFF = (
    _NOW
    + """
-- days
if redis.call('ZREM', key('leaving'), me) == 0 then return 0 end
for _, name in ipairs({'held', 'walked', 'found'}) do redis.call('DEL', key(name, me)) end
local left = redis.call('ZCARD', key('workers')) + redis.call('ZCARD', key('leaving'))
if left == 0 and redis.call('LLEN', key('todo')) == 0 then
    redis.call('SET', key('finished'), 1, 'EX', ARGV[2] * 86400)
    redis.call('EXPIRE', key('head'), ARGV[2] * 86400)
    redis.call('DEL', key('deaths'), key('emptied'), key('turn'))
end
return 1
"""
)

# Whose turn comes when: each request takes the next free moment, and as long after it as it asks.
TAKE_TURN = (
    _NOW
    + """
-- delay_ms
local turn = math.max(now, tonumber(redis.call('GET', key('turn')) or 0))
redis.call('SET', key('turn'), turn + ARGV[2], 'EX', 86400)
return turn - now
"""
)

HOLD = (
    _NOW
    + """
-- wait_ms
local turn = math.max(now + ARGV[2], tonumber(redis.call('GET', key('turn')) or 0))
redis.call('SET', key('turn'), turn, 'EX', 86400)
return turn - now
"""
)
