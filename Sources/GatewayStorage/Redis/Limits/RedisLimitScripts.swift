/// What is done to counters on the server, each in one step. Time is the server's, so that the clocks of nodes do not matter; only
/// days, weeks and months are named by the nodes.
///
/// A counter is one of four kinds: `s`, a sliding window: a hash of sixtieths of it, by number; `c`, a calendar window: a number
/// whose key names the window; `l`, calls under way: a sorted set of leases by their ends; `q`, a quota: a hash of what is used (`u`)
/// and of the end of the span that this belongs to (`w`), which stays. Amounts above 2⁵³ are compared with an error
/// of 10⁻¹⁶ of them, and counted exactly.
enum RedisLimitScripts {
  static let all = [reserve, settle, renew, announce]

  /// In a script: what is used of the quota at `key` in the span that ends at `span`; what was added beyond full stays.
  private static let quotaUsed =
    """
    local function quotaUsed(key, span)
      local raw = redis.call('HMGET', key, 'u', 'w')
      local used, had = tonumber(raw[1] or 0), tonumber(raw[2] or 0)
      if span > 0 and had > 0 and had < span and used > 0 then used = 0 end
      return used, had
    end
    local function quotaTurn(key, span)
      local used, had = quotaUsed(key, span)
      if span > had then redis.call('HSET', key, 'w', string.format('%.0f', span)) end
      if used == 0 then redis.call('HSET', key, 'u', '0') end
      return used, had
    end

    """

  /// Key: a quota. Arguments: `add` or `set`, what is used then or beyond what was, the span. Answers what is used then.
  static let changeQuota = RedisScript(
    quotaUsed + """
      quotaTurn(KEYS[1], tonumber(ARGV[3]))
      redis.call(ARGV[1] == 'add' and 'HINCRBY' or 'HSET', KEYS[1], 'u', ARGV[2])
      return redis.call('HGET', KEYS[1], 'u')
      """)

  /// Key: the beginning of the keys of a quota, which is one, too. Arguments: its span, where to go on, how the keys look. Answers
  /// where to go on, 0: nowhere; then keys and what is used of each.
  static let listQuotas = RedisScript(
    quotaUsed + """
      local page = redis.call('SCAN', ARGV[2], 'MATCH', ARGV[3], 'COUNT', 1000)
      local out = {page[1]}
      for _, key in ipairs(page[2]) do
        out[#out + 1] = key
        out[#out + 1] = (quotaUsed(key, tonumber(ARGV[1])))
      end
      return out
      """)

  /// Keys: the counters. Arguments: a lease, its milliseconds; for each counter its kind, amount, limit, and the milliseconds of
  /// a sliding window or those since 1970 at which a calendar one ends.
  ///
  /// Answers numbers: 0 where all was taken, or the counter that refuses longest; how long that one does, -1: nobody knows; then
  /// for each counter its mark, what is used, and how long until nothing is, -1: nobody knows.
  static let reserve = RedisScript(
    quotaUsed + """
      local t = redis.call('TIME')
      local now = t[1] * 1000 + math.floor(t[2] / 1000)
      local lease, ms = ARGV[1], tonumber(ARGV[2])
      local refused, longest = 0, 0
      local out = {0, 0}
      for i = 1, #KEYS do
        local key, a = KEYS[i], i * 4 - 1
        local kind, amount, limit, span = ARGV[a], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
        local used, mark, reset, wait = 0, 0, -1, -1
        if kind == 's' then
          local part = span / 60
          local raw = redis.call('HGETALL', key)
          local newest
          mark = math.floor(now / part)
          for j = 1, #raw, 2 do
            local slot = tonumber(raw[j])
            if slot < mark - 60 then
              redis.call('HDEL', key, raw[j])
            else
              used = used + tonumber(raw[j + 1])
              if not newest or slot > newest then newest = slot end
            end
          end
          reset = newest and math.max(0, (newest + 61) * part - now) or 0
          if used + amount > limit and amount <= limit then
            local slots = {}
            for j = 1, #raw, 2 do
              local slot = tonumber(raw[j])
              if slot >= mark - 60 then slots[#slots + 1] = {slot, tonumber(raw[j + 1])} end
            end
            table.sort(slots, function(x, y) return x[1] < y[1] end)
            local sum = 0
            for _, slot in ipairs(slots) do
              sum = sum + slot[2]
              if sum >= used + amount - limit then
                wait = math.max(0, (slot[1] + 61) * part - now)
                break
              end
            end
          end
        elseif kind == 'c' then
          used = tonumber(redis.call('GET', key) or 0)
          reset = math.max(0, span - now)
          if amount <= limit then wait = reset end
        elseif kind == 'q' then
          used = quotaUsed(key, span)
          mark = span
          if span > 0 then
            reset = math.max(0, span - now)
            if amount <= limit then wait = reset end
          end
        else
          redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
          used = redis.call('ZCARD', key)
        end
        if used + amount > limit and (refused == 0 or (longest >= 0 and (wait < 0 or wait > longest))) then
          refused, longest = i, wait
        end
        local o = i * 3
        out[o], out[o + 1], out[o + 2] = mark, used, math.ceil(reset)
      end
      if refused > 0 then
        out[1], out[2] = refused, math.ceil(longest)
        return out
      end
      for i = 1, #KEYS do
        local key, a, o = KEYS[i], i * 4 - 1, i * 3
        local kind, amount, span = ARGV[a], ARGV[a + 1], tonumber(ARGV[a + 3])
        if kind == 'l' then
          redis.call('ZADD', key, now + ms, lease)
          redis.call('PEXPIRE', key, ms)
        elseif tonumber(amount) > 0 then
          if kind == 'q' then
            quotaTurn(key, span)
            redis.call('HINCRBY', key, 'u', amount)
          elseif kind == 's' then
            redis.call('HINCRBY', key, out[o], amount)
            redis.call('PEXPIRE', key, math.ceil(span * 62 / 60))
            out[o + 2] = math.ceil((out[o] + 61) * span / 60 - now)
          else
            redis.call('INCRBY', key, amount)
            redis.call('PEXPIREAT', key, span + 3600000)
          end
        end
        out[o + 1] = out[o + 1] + tonumber(amount)
      end
      return out
      """)

  /// Keys: the counters. Arguments: the lease; for each counter its kind, the change, the mark at which less than 0 goes back, and
  /// the span as above; last, whether it is asked what is used of each then.
  static let settle = RedisScript(
    quotaUsed + """
      local t = redis.call('TIME')
      local now = t[1] * 1000 + math.floor(t[2] / 1000)
      local asks = ARGV[#ARGV] == '1'
      local out = {}
      for i = 1, #KEYS do
        local key, a = KEYS[i], i * 4 - 2
        local kind, change, mark, span = ARGV[a], ARGV[a + 1], ARGV[a + 2], tonumber(ARGV[a + 3])
        local more = tonumber(change)
        if kind == 'l' then
          redis.call('ZREM', key, ARGV[1])
        elseif kind == 'q' then
          local _, had = quotaUsed(key, span)
          if more > 0 or span == 0 or had <= span then redis.call('HINCRBY', key, 'u', change) end
        elseif kind == 's' then
          if more > 0 then
            redis.call('HINCRBY', key, math.floor(now * 60 / span), change)
            redis.call('PEXPIRE', key, math.ceil(span * 62 / 60))
          else
            local had = redis.call('HGET', key, mark)
            if had and tonumber(had) + more > 0 then
              redis.call('HINCRBY', key, mark, change)
            elseif had then
              redis.call('HDEL', key, mark)
            end
          end
        elseif more > 0 then
          redis.call('INCRBY', key, change)
          redis.call('PEXPIREAT', key, span + 3600000)
        else
          local had = redis.call('GET', key)
          if had and tonumber(had) + more > 0 then
            redis.call('INCRBY', key, change)
          elseif had then
            redis.call('DEL', key)
          end
        end
        out[i] = 0
        if asks and kind == 'q' then
          out[i] = quotaUsed(key, span)
        elseif asks and kind == 'c' then
          out[i] = tonumber(redis.call('GET', key) or 0)
        elseif asks and kind == 's' then
          local raw = redis.call('HGETALL', key)
          for j = 1, #raw, 2 do
            if tonumber(raw[j]) >= math.floor(now * 60 / span) - 60 then out[i] = out[i] + tonumber(raw[j + 1]) end
          end
        end
      end
      return out
      """)

  /// Keys: counters of calls under way. Arguments: the milliseconds of a lease, then a lease for each.
  static let renew = RedisScript(
    """
    local t = redis.call('TIME')
    local now = t[1] * 1000 + math.floor(t[2] / 1000)
    local ms = tonumber(ARGV[1])
    for i = 1, #KEYS do
      redis.call('ZADD', KEYS[i], now + ms, ARGV[i + 1])
      redis.call('PEXPIRE', KEYS[i], ms)
    end
    return 1
    """)

  /// Key: the set of nodes. Arguments: this node, for how many milliseconds it counts as alive; 0: it leaves. Answers how many live
  /// and how many of them come before this one.
  static let announce = RedisScript(
    """
    local t = redis.call('TIME')
    local now = t[1] * 1000 + math.floor(t[2] / 1000)
    local ms = tonumber(ARGV[2])
    if ms > 0 then redis.call('ZADD', KEYS[1], now + ms, ARGV[1]) else redis.call('ZREM', KEYS[1], ARGV[1]) end
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
    local nodes = redis.call('ZRANGE', KEYS[1], 0, -1)
    local rank = 0
    for _, node in ipairs(nodes) do
      if node < ARGV[1] then rank = rank + 1 end
    end
    return {#nodes, rank}
    """)
}
