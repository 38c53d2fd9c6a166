"""A store of rooms in Redis or Valkey, which web processes on several machines can share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ensemble.room.store import Condition, Outcome, raises_store_error

PREFIX = "softmax-lab"
RETRIES = 10

# KEYS: the room, its kinds. ARGV: the digest of the secret, seconds.
_CREATE = """
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('HGET', KEYS[1], 'secret') == ARGV[1] and 'WRITTEN' or 'TAKEN'
end
redis.call('HSET', KEYS[1], 'secret', ARGV[1], 'version', 1)
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 'WRITTEN'
"""

# KEYS: the room, its kinds, entries of this kind, entries of the condition's kind.
# ARGV: seconds, kind, key, value, at most (-1: any number), whether there is a condition, its key, its value.
_WRITE = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 'GONE' end
if ARGV[6] == '1' and redis.call('HGET', KEYS[4], ARGV[7]) ~= ARGV[8] then return 'CHANGED' end
local before = redis.call('HGET', KEYS[3], ARGV[3])
local most = tonumber(ARGV[5])
if not before and most >= 0 and redis.call('HLEN', KEYS[3]) >= most then return 'FULL' end
if before ~= ARGV[4] then
  redis.call('HSET', KEYS[3], ARGV[3], ARGV[4])
  redis.call('SADD', KEYS[2], ARGV[2])
  redis.call('HINCRBY', KEYS[1], 'version', 1)
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[3], ARGV[1])
return 'WRITTEN'
"""

# KEYS: the room, entries of this kind. ARGV: key.
_REMOVE = """
if redis.call('HDEL', KEYS[2], ARGV[1]) == 1 and redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HINCRBY', KEYS[1], 'version', 1)
end
"""


class RedisStore:
    """See ``Store``.

    Parameters
    ----------
    url : str
        Such as ``redis://localhost:6379/0``.
    seconds : float
        How long an unused room is kept.
    """

    def __init__(self, url: str, seconds: float = 6 * 3600):
        import redis  # imported here because only hosts with several web processes need it
        from redis.backoff import ExponentialBackoff
        from redis.retry import Retry

        self.failures = (redis.exceptions.RedisError,)
        self._seconds = max(1, round(seconds))
        lost = [redis.exceptions.ConnectionError, redis.exceptions.TimeoutError]
        self._redis: Any = redis.Redis.from_url(
            url,
            retry=Retry(ExponentialBackoff(cap=0.5, base=0.02), RETRIES),
            retry_on_error=lost,
            socket_timeout=5,
            socket_connect_timeout=1,
            health_check_interval=30,
        )
        self._create, self._write, self._remove = map(self._redis.register_script, (_CREATE, _WRITE, _REMOVE))

    @raises_store_error
    def create(self, code: str, secret_digest: str, most_rooms: int) -> Outcome:
        if self._redis.exists(_room(code)) == 0 and self.rooms() >= most_rooms:
            return Outcome.FULL
        return Outcome[self._create([_room(code), _kinds(code)], [secret_digest, self._seconds]).decode()]

    @raises_store_error
    def secret_digest(self, code: str) -> str | None:
        found = self._redis.hget(_room(code), "secret")
        return found.decode() if found else None

    @raises_store_error
    def version(self, code: str) -> int | None:
        found = self._redis.hget(_room(code), "version")
        return int(found) if found else None

    @raises_store_error
    def keep_alive(self, code: str) -> None:
        steps = self._redis.pipeline()
        for key in self._keys(code):
            steps.expire(key, self._seconds)
        steps.execute()

    @raises_store_error
    def write(
        self, code: str, kind: str, key: str, value: bytes, condition: Condition | None = None, at_most: int | None = None
    ) -> Outcome:
        depends_on = condition or Condition(kind, "", b"")
        keys = [_room(code), _kinds(code), _entries(code, kind), _entries(code, depends_on.kind)]
        most = -1 if at_most is None else at_most
        arguments: list[Any] = [self._seconds, kind, key, value, most, int(bool(condition)), depends_on.key, depends_on.value]
        return Outcome[self._write(keys, arguments).decode()]

    @raises_store_error
    def read(self, code: str, kind: str) -> Mapping[str, bytes]:
        return {key.decode(): value for key, value in self._redis.hgetall(_entries(code, kind)).items()}

    @raises_store_error
    def read_one(self, code: str, kind: str, key: str) -> bytes | None:
        found: bytes | None = self._redis.hget(_entries(code, kind), key)
        return found

    @raises_store_error
    def count(self, code: str, kind: str) -> int:
        return int(self._redis.hlen(_entries(code, kind)))

    @raises_store_error
    def remove(self, code: str, kind: str, key: str) -> None:
        self._remove([_room(code), _entries(code, kind)], [key])

    @raises_store_error
    def close(self, code: str) -> None:
        self._redis.delete(*self._keys(code))

    @raises_store_error
    def rooms(self) -> int:
        return sum(1 for _ in self._redis.scan_iter(f"{PREFIX}:{{*}}:room"))

    def disconnect(self) -> None:
        """Close the connections."""
        self._redis.close()

    def _keys(self, code: str) -> list[str]:
        kinds = [kind.decode() for kind in self._redis.smembers(_kinds(code))]
        return [_room(code), _kinds(code), *(_entries(code, kind) for kind in kinds)]


def _room(code: str) -> str:
    """Redis hashes only the part in braces, so a cluster keeps all keys of a room on one server."""
    return f"{PREFIX}:{{{code}}}:room"


def _kinds(code: str) -> str:
    return f"{PREFIX}:{{{code}}}:kinds"


def _entries(code: str, kind: str) -> str:
    return f"{PREFIX}:{{{code}}}:of:{kind}"
