"""What vectors.py make writes: the cases, chosen by hand."""
import base64, json, subprocess

from vectors import (b64, bucket_of, buckets_of, compact, envelope, generated, leaf_of, link, public_of, root_of, sha, sign)

T0 = 1_795_000_000_000  # milliseconds
HOUR = 3_600_000
SEEDS = {kid: sha(b"menshen test key ", kid.encode()).hex() for kid in ("root", "k1", "k2", "k3", "north", "stranger")}
LOG = "000102030405060708090a0b0c0d0e0f"


def signed(kid, value):
    document = compact(value).encode()
    return envelope(value["type"], document, kid, sign(SEEDS[kid], document))


def online(kid, start, end):
    return {"kid": kid, "key": b64(public_of(SEEDS[kid])), "from": T0 + start * HOUR, "until": T0 + end * HOUR}


def keys(version, epoch, *online_keys):
    return {"type": "keys", "version": version, "epoch": epoch, "iat": T0 - HOUR, "keys": list(online_keys)}


K1, K2, K3 = online("k1", 0, 100), online("k2", 90, 200), online("k3", 150, 300)
ROWS = [
    ("permit", 41, '{"class":"staff","holder":"王五","from":"2026-01-01T00:00:00","zones":["yard"]}'),
    ("credential", 87, '{"kind":"plate","value":"浙A12345","permit":41}'),
    ("credential", 88, '{"kind":"card","value":"0012345678","permit":41}'),
    ("block", 3, '{"kind":"block","plate":"粤B3C741","reason":"stolen","until":null}'),
    ("calendar", 1, '{"holidays":["2026-10-01"],"make_up":[["2026-10-10",3]]}'),
    ("permit", 42, '{"crit":["escort"],"escort":true,"class":"visitor","holder":"\\u8d75\\"\\n"}'),
    ("permit", 2**53 - 1, "{}"),
]


def crowded():
    """Rows that share a bucket, so that the order of leaves matters."""
    wanted = bucket_of("credential", 1)
    ids = [n for n in range(1, 60_000) if bucket_of("credential", n) == wanted][:6]
    return [("credential", n, f'{{"n":{n}}}') for n in ids]


def list_vector(rows):
    return {
        "rows": [{"kind": k, "id": i, "body": b, "bucket": bucket_of(k, i), "leaf": leaf_of(k, i, b).hex()} for k, i, b in rows],
        "buckets": {str(n): h.hex() for n, h in sorted(buckets_of(rows).items())},
        "root": root_of(rows).hex(),
    }


def head(kid="k1", **changes):
    value = {"type": "head", "scope": "yard", "epoch": 2, "seq": 1235, "root": root_of(ROWS).hex(), "rows": len(ROWS),
             "iat": T0 + HOUR, "fresh": T0 + 2 * HOUR, "exp": T0 + 48 * HOUR}
    value.update(changes)
    return signed(kid, value)


def key_vectors():
    out = []
    for kid, seed in SEEDS.items():
        public = public_of(seed)
        out.append({"kid": kid, "seed": seed, "public": public.hex(),
                    "secret_file": f"menshen-ed25519-secret {kid} {b64(bytes.fromhex(seed))}\n",
                    "public_file": f"menshen-ed25519-public {kid} {b64(public)}\n"})
    return {"note": "for tests only: everybody knows these seeds", "keys": out}


def digest_vectors():
    return {"empty_bucket": sha(b"\1").hex(), "empty_root": root_of([]).hex(),
            "lists": [list_vector(ROWS), list_vector(crowded())],
            "generated": {"note": "kind permit where 3 divides n, else credential; id n; body {\"n\":n}; n from 1",
                          "rows": 5000, "root": root_of(generated(5000)).hex()}}


def good_document(line):
    from vectors import open_envelope
    type_, document, kid, signature = open_envelope(line)
    return {"type": type_, "document": document.decode(), "kid": kid, "signature": signature.hex(), "line": line}


def ack(kid="k1", **changes):
    value = {"type": "ack", "gate": "north", "log": LOG, "upto": 3, "chain": chain_of(3), "iat": T0 + HOUR}
    value.update(changes)
    return signed(kid, value)


def document_vectors():
    good = [head(), head(seq=0, rows=0, root=root_of([]).hex()), signed("root", keys(1, 1, K1)), signed("root", keys(7, 2, K1, K2)),
            snapshot_vectors()["manifest"], event_vectors()["batch"], ack(),
            signed("k1", {"type": "evidence", "gate": "north", "log": LOG, "epoch": 2, "upto": 2, "iat": T0 + HOUR})]
    base = good_document(head())["document"]
    bad = [(base.replace('"seq":1235', '"seq":"1235"'), "a number as text"),
           (base.replace('"seq":1235', '"seq":1235.0'), "a number with a fraction"),
           (base.replace('"seq":1235', '"seq":-1'), "a number below its range"),
           (base.replace('"seq":1235', '"seq":9007199254740992'), "a number beyond 2^53 - 1"),
           (base.replace('"seq":1235', '"seq":01235'), "a leading zero"),
           (base.replace('"epoch":2', '"epoch":0'), "epochs begin with 1"),
           (base.replace('"seq":1235', '"seq":1235,"seq":1235'), "a key twice"),
           (base.replace('"epoch":2,"seq":1235', '"seq":1235,"epoch":2'), "another order"),
           (base.replace('"seq":1235', '"seq": 1235'), "white space"),
           (base + " ", "white space at the end"), (base[:-1], "cut off"), ("", "nothing"), ("[]", "no object"),
           (base.replace(',"exp"', ',"more":1,"exp"'), "a field that nobody knows"),
           (base.replace('"scope":"yard"', '"scope":"Yard"'), "no name"),
           (base.replace('"scope":"yard"', '"scope":"\\u0079ard"'), "an escape"),
           (base.replace(root_of(ROWS).hex(), root_of(ROWS).hex().upper()), "hex in upper case"),
           (base.replace(root_of(ROWS).hex(), root_of(ROWS).hex()[:-2]), "a short hash"),
           (base.replace('"type":"head"', '"type":"manifest"'), "another type"),
           (base.replace(f'"fresh":{T0 + 2 * HOUR}', f'"fresh":{T0 + 50 * HOUR}'), "fresh after exp")]
    return {"good": [good_document(line) for line in good],
            "bad": [{"type": "head", "document": document, "says": says} for document, says in bad]}


def put(kind, id_, body, seq=1235):
    return f'{{"t":"put","s":{seq},"k":"{kind}","id":{id_},"body":{body}}}'


def good_lines():
    out = [{"line": put(k, i, b), "t": "put", "s": 1235, "k": k, "id": i, "body": b, "leaf": leaf_of(k, i, b).hex()}
           for k, i, b in ROWS]
    for body in ['{"a":{"a":{"a":[[],{}]}}}', '{"":0}', '{"n":[-0,0.5,1E0,-1.5e-10,12345678901234567890]}',
                 '{"t":"\\ud83d\\ude97 \\/\\b\\f\\r\\t\\\\"}', '{"车":"🚗"}', '{"b":[true,false,null]}',
                 "{\"a\":" * 16 + "0" + "}" * 16]:
        out.append({"line": put("x", 1, body), "t": "put", "s": 1235, "k": "x", "id": 1, "body": body,
                    "leaf": leaf_of("x", 1, body).hex()})
    out.append({"line": '{"t":"del","s":0,"k":"credential","id":87}', "t": "del", "s": 0, "k": "credential", "id": 87})
    out.append({"line": head(), "t": "head"})
    return out


def bad_lines():
    p = put("x", 1, '{"a":1}')
    lines = [("", 'expected  {"t":"'), ("{}", 'expected  {"t":"'), (p + " ", "should end here"), (" " + p, 'expected  {"t":"'),
             (p.replace('"t":"put"', '"t":"pat"'), "unknown type"), (p.replace('"t":"put"', '"t":"keys"'), "unknown type"),
             (p.replace('"s":1235', '"s": 1235'), "whole number"), (p.replace('"s":1235', '"s":-1'), "whole number"),
             (p.replace('"s":1235', '"s":01'), "whole number"), (p.replace('"s":1235', '"s":1.5'), "expected"),
             (p.replace('"s":1235', '"s":9007199254740992'), "whole number"), (p.replace('"s":1235,', ""), "expected"),
             (p.replace('"s":1235', '"s":1235,"s":1235'), "expected"), (p.replace('"id":1', '"id":0'), "ids begin with 1"),
             (p.replace('"k":"x"', '"k":""'), "name"), (p.replace('"k":"x"', '"k":"X"'), "name"),
             (p.replace('"k":"x"', '"k":"\\u0078"'), "name"), (p.replace('"k":"x"', f'"k":"{"x" * 33}"'), "name"),
             (p.replace('"k":"x","id":1', '"id":1,"k":"x"'), "expected"), (p.replace('"body"', '"Body"'), "expected"),
             ('{"t":"put","s":1,"k":"x","id":1}', "expected"), ('{"t":"del","s":1,"k":"x","id":1,"body":{}}', "expected"),
             (p[:-1], "expected"), (p[:-2], "missing"), (p + "}", "should end here")]
    bodies = [("[]", "no JSON object"), ("null", "no JSON object"), ("", "no JSON object"), ('{"a":1,"a":2}', "a key twice"),
              ('{"b":{"a":1,"b":2,"a":3}}', "a key twice"), ('{"\\u0061":1}', "an escape in a key"), ('{"a": 1}', "no JSON value"),
              ('{"a":1 }', "missing"), ('{"a":01}', "missing"), ('{"a":+1}', "no JSON value"), ('{"a":.5}', "no JSON value"),
              ('{"a":1.}', "no number"), ('{"a":1e}', "no number"), ('{"a":1e1000}', "no number"), ('{"a":NaN}', "no JSON value"),
              ('{"a":' + "1" * 33 + "}", "too many digits"), ('{"a":tru}', "no JSON value"), ("{'a':1}", "a key is missing"),
              ('{"a":1,}', "a key is missing"), ('{"a":[1,]}', "no JSON value"), ('{"a"}', "':' is missing"),
              ('{"a":"\\x"}', "no JSON escape"), ('{"a":"\\u12"}', "no JSON escape"), ('{"a":"\\ud800"}', "no JSON escape"),
              ('{"a":"\\udc00"}', "no JSON escape"), ('{"a":"\\ud800\\u0041"}', "no JSON escape"), ('{"a":"\t"}', "control character"),
              ('{"a":"', "without end"), ("{\"a\":" * 17 + "0" + "}" * 17, "too deep"),
              ('{"a":' + "[" * 16 + "]" * 16 + "}", "too deep"),
              ("{" + ",".join(f'"k{n}":0' for n in range(65)) + "}", "too many keys")]
    out = [{"line": line, "says": says} for line, says in lines]
    out += [{"line": put("x", 1, body), "says": says} for body, says in bodies]
    for raw in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe5\xbe", b"\x80"):
        line = put("x", 1, '{"a":"?"}').encode().replace(b"?", raw)
        out.append({"base64": b64(line), "says": "no UTF-8"})
    h = head()
    sig = h.rsplit('"', 2)[1]
    out += [{"line": h.replace('"kid"', '"Kid"'), "says": "expected"}, {"line": h.replace('"k1"', '"K1"'), "says": "name"},
            {"line": h.replace(sig, sig[:-2]), "says": "sig"}, {"line": h.replace(sig, b64(base64.b64decode(sig)[:63])), "says": "sig"},
            {"line": h.replace('"head":"', '"head":" '), "says": "base64"},
            {"base64": b64(h.encode()[:-3] + b"\xbd\"}"), "says": "sig"}]  # the last '=' with its high bit set
    return out


EVENTS = [
    {"sequence": 1, "utc": T0, "clock": "trusted", "lane": "", "kind": "boot", "arrival": 0, "authorisation": 0,
     "salt": "00" * 16, "body": '{"build":"0.1.0","site":"yard"}'},
    {"sequence": 2, "utc": T0 + 5, "clock": "trusted", "lane": "in", "kind": "intent", "arrival": 7, "authorisation": 9,
     "salt": "0123456789abcdef0123456789abcdef", "body": '{"plate":"浙A12345","reason":"permit_valid","by":"menshen"}'},
    {"sequence": 3, "utc": T0 + 900, "clock": "drifting", "lane": "in", "kind": "outcome", "arrival": 7, "authorisation": 9,
     "body_hash": sha(b"erased").hex()},
]


def chain_of(count):
    chain = sha(LOG.encode())
    for event in EVENTS[:count]:
        chain = link(chain, event)
    return chain.hex()


def event_line(event):
    plain = {k: v for k, v in event.items() if k != "body"}
    return compact(plain)[:-1] + (f',"body":{event["body"]}}}' if "body" in event else "}")


def batch(kid="north", **changes):
    value = {"type": "batch", "gate": "north", "log": LOG, "from": 1, "to": 3, "before": chain_of(0), "chain": chain_of(3)}
    value.update(changes)
    return signed(kid, value)


def event_vectors():
    return {"gate": "north", "log": LOG, "first": chain_of(0), "batch": batch(), "ack": ack(),
            "events": [{"line": event_line(e), "chain": chain_of(n + 1)} for n, e in enumerate(EVENTS)]}


def snapshot_vectors():
    rows = sorted(ROWS, key=lambda r: (bucket_of(r[0], r[1]), r[0], r[1]))
    lines = "".join(put(k, i, b, 1200) + "\n" for k, i, b in rows)
    packed = subprocess.run(["zstd", "-q", "-c", "--no-check"], input=lines.encode(), capture_output=True, check=True).stdout
    manifest = {"type": "manifest", "scope": "yard", "epoch": 2, "seq": 1200, "root": root_of(rows).hex(), "rows": len(rows),
                "text": len(lines.encode()), "size": len(packed), "sha256": sha(packed).hex(), "iat": T0 + HOUR}
    return {"text": lines, "base64": b64(packed), "manifest": signed("k1", manifest)}


def judged_heads():
    other = sha(b"other").hex()
    seen = {"scope": "yard", "epoch": 2, "seq": 1235, "root": root_of(ROWS).hex(), "iat": T0 + HOUR}
    none = {"scope": "yard", "epoch": 0, "seq": 0, "root": "00" * 32, "iat": 0}
    before = dict(seen, epoch=1, seq=9999, root=other, iat=T0 + 5 * HOUR)
    flipped = head().replace('"sig":"', '"sig":"A' if not head().split('"sig":"')[1].startswith("A") else '"sig":"B')
    flipped = flipped[:flipped.index('"sig":"') + 8] + head().split('"sig":"')[1][1:]
    now = T0 + HOUR + 1000
    return [
        ("the first head", head(), none, now, 0, "accept"), ("the same again", head(), seen, now, 0, "accept"),
        ("the same list, a minute later", head(iat=T0 + HOUR + 60_000), seen, now + 60_000, 0, "accept"),
        ("a newer list", head(seq=1236, root=other), seen, now, 0, "accept"),
        ("the last moment of freshness", head(), seen, T0 + 2 * HOUR - 1, 0, "accept"),
        ("no longer fresh", head(), seen, T0 + 2 * HOUR, 0, "stale"), ("past its end", head(), seen, T0 + 48 * HOUR, 0, "expired"),
        ("the clock has fallen back, its floor has not", head(), seen, 0, T0 + 3 * HOUR, "stale"),
        ("an older list: rollback", head(seq=1234), seen, now, 0, "rolled_back"),
        ("an older head of the same list: freeze", head(iat=T0 + HOUR - 1), seen, now, 0, "replayed"),
        ("newer, but made before", head(seq=1236, iat=T0 + HOUR - 1), seen, now, 0, "backdated"),
        ("another list at the same place", head(root=other), seen, now, 0, "forked"),
        ("another scope", head(scope="common"), seen, now, 0, "wrong_scope"),
        ("an epoch before the root's", head(epoch=1), none, now, 0, "old_epoch"),
        ("an epoch that the root has not signed", head(epoch=3, seq=1), seen, now, 0, "unknown_epoch"),
        ("a new epoch begins lower", head(), before, now, 0, "accept"),
        ("a key that nobody knows", head("stranger"), seen, now, 0, "unknown_key"),
        ("the root's own key is no online key", head("root"), seen, now, 0, "unknown_key"),
        ("signed with another key than said", head("stranger").replace('"kid":"stranger"', '"kid":"k1"'), seen, now, 0, "bad_signature"),
        ("a flipped signature", flipped, seen, now, 0, "bad_signature"),
        ("k2 before its time", head("k2", seq=1236), seen, now, 0, "key_out_of_time"),
        ("both count while they overlap: k1", head("k1", seq=1236, iat=T0 + 95 * HOUR, fresh=T0 + 99 * HOUR, exp=T0 + 99 * HOUR), seen, T0 + 95 * HOUR, 0, "accept"),
        ("both count while they overlap: k2", head("k2", seq=1236, iat=T0 + 95 * HOUR, fresh=T0 + 99 * HOUR, exp=T0 + 99 * HOUR), seen, T0 + 95 * HOUR, 0, "accept"),
        ("k1 after its time", head("k1", seq=1236, iat=T0 + 100 * HOUR, fresh=T0 + 101 * HOUR, exp=T0 + 101 * HOUR), seen, T0 + 100 * HOUR, 0, "key_out_of_time"),
        ("signed, and no head", head(rows=-1), seen, now, 0, "malformed"),
    ]


def judgement_vectors():
    heads = [{"case": c, "head": h, "seen": s, "now": n, "floor": f, "finding": x} for c, h, s, n, f, x in judged_heads()]
    v7 = signed("root", keys(7, 2, K1, K2))
    seen = {"version": 7, "epoch": 2, "document": sha(compact(keys(7, 2, K1, K2)).encode()).hex()}
    sets = [("the first", v7, {"version": 0, "epoch": 0}, "accept"), ("the same again", v7, seen, "repeated"),
            ("rotation: k1 leaves, k3 comes", signed("root", keys(8, 2, K2, K3)), seen, "accept"),
            ("a new epoch", signed("root", keys(8, 3, K1, K2)), seen, "accept"),
            ("a version before", signed("root", keys(6, 2, K1)), seen, "rolled_back"),
            ("a newer version with an older epoch", signed("root", keys(8, 1, K1)), seen, "rolled_back"),
            ("another document of the same version", signed("root", keys(7, 2, K1, K3)), seen, "forked"),
            ("another epoch in the same version", signed("root", keys(7, 3, K1, K2)), seen, "forked"),
            ("signed by an online key", signed("k1", keys(8, 2, K1)), seen, "unknown_key"),
            ("signed by another than said", signed("k1", keys(8, 2, K1)).replace('"kid":"k1"', '"kid":"root"'), seen, "bad_signature"),
            ("no key at all", signed("root", keys(8, 2)), seen, "malformed"),
            ("one name twice", signed("root", keys(8, 2, K1, K1)), seen, "malformed")]
    return {"keys": v7, "root": "root", "heads": heads,
            "key_sets": [{"case": c, "keys": k, "seen": s, "finding": f} for c, k, s, f in sets]}


def make(folder):
    for name, value in (("keys", key_vectors()), ("digest", digest_vectors()), ("documents", document_vectors()),
                        ("lines", {"good": good_lines(), "bad": bad_lines()}), ("events", event_vectors()),
                        ("snapshot", snapshot_vectors()), ("judgements", judgement_vectors())):
        (folder / f"{name}.json").write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
