"""redis-py doing its usual work: python3 redis_py.py PORT. Says each step that it begins; a failed one is a traceback."""

import sys
import threading
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PORT = int(sys.argv[1])


def connect(**options):
    return redis.Redis(port=PORT, socket_timeout=30, **options)


def fails(error, text, call):
    """The call must fail with that class of error and that text."""
    try:
        answer = call()
    except error as e:
        assert text in str(e), e
    else:
        raise AssertionError(f"no error but {answer!r}")


def next_message(pubsub):
    """The next one that is not a confirmation."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        message = pubsub.get_message(ignore_subscribe_messages=True, timeout=1)
        if message:
            return message
    raise AssertionError("no message")


def introduction():
    r = connect(client_name="tester", db=3, decode_responses=True)
    assert r.ping() is True
    assert r.client_getname() == "tester"
    [me] = [c for c in r.client_list() if c["id"] == str(r.client_id())]
    assert (me["name"], me["db"]) == ("tester", "3"), me
    assert r.client_info()["name"] == "tester"
    info = r.info()
    assert info["redis_version"] and info["redis_mode"] == "standalone" and info["role"] == "master", info
    assert r.info("everything")["cmdstat_ping"]["calls"] >= 1
    assert r.config_get("databases") == {"databases": "16"}
    assert r.command_count() == len(r.command())
    assert r.command()["get"]["arity"] == 2
    assert r.command_getkeys("MSET", "a", 1, "b", 2) == ["a", "b"]
    assert r.time()[0] > 1_600_000_000
    assert r.role()[0] == "master"
    assert r.module_list() == []
    assert r.dbsize() == 0


def strings():
    r = connect()
    assert r.set("k", b"\x00\xff\r\n") and r.get("k") == b"\x00\xff\r\n"
    assert r.set("k", "v", nx=True) is None
    assert r.set("k", "w", xx=True, get=True) == b"\x00\xff\r\n"
    assert r.set("k", "x", px=100_000) and 99_000 < r.pttl("k") <= 100_000
    assert r.set("k", "y", keepttl=True) and r.ttl("k") > 90
    assert r.getex("k", persist=True) == b"y" and r.ttl("k") == -1
    assert r.setex("k", 100, "z") and r.psetex("k", 100_000, "z") and r.setnx("k", "n") is False
    assert r.getdel("k") == b"z" and r.get("k") is None
    assert r.mset({"a": 1, "b": 2}) and r.mget("a", "none", "b") == [b"1", None, b"2"]
    assert r.msetnx({"a": 3, "c": 3}) is False and r.exists("c") == 0
    assert r.incr("a") == 2 and r.incrby("a", 40) == 42 and r.decr("a", 2) == 40
    assert r.incrbyfloat("a", 0.5) == 40.5
    assert r.append("s", "Hello") == 5 and r.append("s", " World") == 11 and r.strlen("s") == 11
    assert r.getrange("s", 0, -7) == b"Hello" and r.setrange("s", 6, "Redis") == 11 and r.getset("s", "") == b"Hello Redis"
    r["item"] = "i"
    assert "item" in r and r["item"] == b"i"
    del r["item"]
    assert "item" not in r
    big = b"x" * 5_000_000
    assert r.set("big", big) and r.get("big") == big
    r.set("text", "x")
    fails(redis.ResponseError, "value is not an integer or out of range", lambda: r.incr("text"))


def keys():
    r = connect(decode_responses=True)
    for i in range(1000):
        r.set(f"key:{i}", i)
    assert sorted(r.scan_iter("key:*", count=50)) == sorted(f"key:{i}" for i in range(1000))
    assert set(r.scan_iter("key:1?", _type="string")) == {f"key:1{i}" for i in range(10)}
    assert len(r.keys("key:*")) == 1000
    assert r.type("key:1") == "string" and r.object("encoding", "key:1") == "int"
    assert r.expire("key:1", 100) is True and r.expire("key:1", 200, nx=True) is False
    assert r.expire("key:1", 200, gt=True) is True and r.expireat("key:1", 4_000_000_000) is True
    assert r.execute_command("EXPIRETIME", "key:1") == 4_000_000_000
    assert r.persist("key:1") is True and r.pexpire("key:1", 1) is True
    while r.exists("key:1"):
        time.sleep(0.001)
    assert r.rename("key:2", "renamed") and r.renamenx("renamed", "key:3") is False
    assert r.copy("key:3", "copied") and r.copy("key:3", "copied") is False and r.copy("key:3", "copied", replace=True)
    assert r.move("copied", 5) is True and connect(db=5).get("copied") == b"3"
    assert r.swapdb(0, 5) and r.dbsize() == 1 and r.swapdb(0, 5)
    assert r.touch("key:3", "none") == 1 and r.unlink("key:3", "none") == 1 and r.delete("key:4", "none") == 1
    assert r.randomkey() is not None
    raw = connect()
    payload = raw.dump("renamed")
    assert raw.restore("restored", 0, payload) and raw.get("restored") == b"2"
    fails(redis.ResponseError, "Target key name already exists", lambda: raw.restore("restored", 0, payload))
    fails(redis.ResponseError, "no such key", lambda: r.rename("none", "other"))
    assert r.memory_usage("renamed") > 0
    assert r.wait(0, 10) == 0


def bits_and_counts():
    r = connect()
    assert r.setbit("bits", 7, 1) == 0 and r.getbit("bits", 7) == 1 and r.bitcount("bits") == 1
    assert r.bitpos("bits", 1) == 7 and r.bitop("NOT", "not", "bits") == 1 and r.get("not") == b"\xfe"
    assert r.bitfield("field").set("u8", 0, 200).incrby("u8", 0, 100, "SAT").get("u4", 0).execute() == [0, 255, 15]
    assert r.pfadd("visitors", *range(1000)) == 1 and 980 < r.pfcount("visitors") < 1020
    assert r.pfadd("others", *range(500, 1500)) and r.pfmerge("all", "visitors", "others")
    assert 1450 < r.pfcount("all") < 1550


def pipelines_and_transactions():
    r = connect()
    with r.pipeline(transaction=False) as pipe:
        for i in range(10_000):
            pipe.incr("counter")
        assert pipe.execute() == list(range(1, 10_001))
    with r.pipeline() as pipe:
        assert pipe.set("t", 1).incr("t").get("t").execute() == [True, 2, b"2"]
        pipe.set("t", "text").incr("t").get("t")
        answers = pipe.execute(raise_on_error=False)
        assert isinstance(answers[1], redis.ResponseError) and answers[2] == b"text", answers
    fails(redis.ResponseError, "wrong number of arguments for 'get'", r.pipeline().execute_command("GET").execute)
    with r.pipeline() as pipe:
        pipe.watch("t")
        r.set("t", "changed")
        pipe.multi()
        pipe.set("t", "lost")
        fails(redis.WatchError, "Watched variable changed", pipe.execute)
    assert r.get("t") == b"changed"

    def increment(pipe):
        value = int(pipe.get("sum") or 0)
        pipe.multi()
        pipe.set("sum", value + 1)

    threads = [
        threading.Thread(target=lambda: [r.transaction(increment, "sum") for _ in range(50)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert r.get("sum") == b"200"


def messages():
    r = connect()
    with r.pubsub() as channel, r.pubsub() as pattern:
        channel.subscribe("news", "weather")
        pattern.psubscribe("n*")
        while r.pubsub_numpat() < 1 or r.pubsub_numsub("weather") != [(b"weather", 1)]:
            time.sleep(0.001)
        assert sorted(r.pubsub_channels()) == [b"news", b"weather"]
        assert r.publish("news", "hello") == 2
        message = next_message(channel)
        assert (message["type"], message["channel"], message["data"]) == ("message", b"news", b"hello"), message
        message = next_message(pattern)
        assert (message["type"], message["pattern"], message["data"]) == ("pmessage", b"n*", b"hello"), message
        channel.ping()
        channel.unsubscribe()
        for i in range(1000):
            r.publish("next", i)
        assert [int(next_message(pattern)["data"]) for _ in range(1000)] == list(range(1000))
    r.config_set("notify-keyspace-events", "KEA")
    with r.pubsub() as events:
        events.psubscribe("__key*__:*")
        assert events.get_message(timeout=30)["type"] == "psubscribe"
        r.set("watched", 1, ex=100)
        seen = [next_message(events) for _ in range(4)]
        assert [(e["channel"], e["data"]) for e in seen] == [
            (b"__keyspace@0__:watched", b"set"),
            (b"__keyevent@0__:set", b"watched"),
            (b"__keyspace@0__:watched", b"expire"),
            (b"__keyevent@0__:expire", b"watched"),
        ], seen
    r.config_set("notify-keyspace-events", "")


def operations():
    r = connect(decode_responses=True)
    old = r.config_get("slowlog-*")["slowlog-log-slower-than"]
    r.config_set("slowlog-log-slower-than", 0)
    r.set("slow", "x")
    assert any(entry["command"] == b"SET slow x" for entry in connect().slowlog_get()), r.slowlog_get()
    r.config_set("slowlog-log-slower-than", old)
    assert r.slowlog_reset() and r.slowlog_len() <= 1
    fails(redis.ResponseError, "Unknown option", lambda: r.config_set("nonsense", 1))
    assert r.config_resetstat()
    assert r.memory_stats()["keys.count"] >= r.dbsize()
    assert r.bgsave() and r.lastsave()
    with r.monitor() as monitor:
        r.set("seen", 1)
        line = monitor.next_command()
        while line["command"] != "SET seen 1":
            line = monitor.next_command()
        assert line["db"] == 0 and line["client_type"] == "tcp", line
    assert r.client_pause(1) and r.client_unpause()


def users():
    r = connect(decode_responses=True)
    assert r.acl_whoami() == "default"
    assert r.acl_setuser("ann", enabled=True, passwords=["+secret"], keys=["ann:*"], categories=["+@string"], commands=["-set"])
    user = r.acl_getuser("ann")
    assert user["keys"] == ["~ann:*"], user
    assert "ann" in r.acl_users() and any(line.startswith("user ann ") for line in r.acl_list())
    assert "string" in r.acl_cat() and "get" in r.acl_cat("string") and len(r.acl_genpass()) == 64
    ann = connect(username="ann", password="secret", decode_responses=True)
    assert ann.get("ann:1") is None
    fails(redis.exceptions.NoPermissionError, "", lambda: ann.set("ann:1", "x"))
    fails(redis.exceptions.NoPermissionError, "", lambda: ann.get("bob:1"))
    fails(redis.RedisError, "WRONGPASS invalid username-password", lambda: connect(username="ann", password="no").ping())
    assert len(r.acl_log()) >= 2 and r.acl_log_reset()
    assert r.acl_deluser("ann") == 1


def reconnection():
    # The end of the connection may arrive when the next command has been sent already: that is what retries are for.
    retry = {"retry": Retry(NoBackoff(), 3), "retry_on_error": [redis.ConnectionError]}
    r = connect(client_name="victim", decode_responses=True, **retry)
    other = connect(decode_responses=True)
    victim = r.client_id()
    assert other.client_kill_filter(_id=victim) == 1
    assert r.set("again", 1) and r.client_id() != victim and r.client_getname() == "victim"


def main():
    r = connect()
    assert r.flushall()
    for step in (
        introduction,
        strings,
        keys,
        bits_and_counts,
        pipelines_and_transactions,
        messages,
        operations,
        users,
        reconnection,
    ):
        print(f"{step.__name__.replace('_', ' ')} …", flush=True)
        step()
    r.flushall()
    print(f"redis-py {redis.__version__}: all steps done", flush=True)


main()
