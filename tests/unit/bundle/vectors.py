#!/usr/bin/env python3
"""The change feed written a second time, in Python, from the headers of firmware/bundle alone.

  vectors.py check FOLDER   computes everything in FOLDER/*.json anew; exit 0 if all of it is the same
  vectors.py make FOLDER    writes FOLDER/*.json (needs python3-cryptography and zstd)

Hashes need the standard library only. Signatures need python3-cryptography: without it they are skipped, and that is said.
The keys are for tests only: their seeds are published here.
"""
import base64, hashlib, json, re, shutil, struct, subprocess, sys
from pathlib import Path

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import serialization as ser
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
except ImportError:
    Ed25519PrivateKey = None

MOST = 2**53 - 1
NAME = r"[a-z0-9_-]{1,32}"


# ---- hashes


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u64(n):
    return struct.pack(">Q", n)


def text(t):
    return u64(len(t.encode())) + t.encode()


def bucket_of(kind, id_):
    return int.from_bytes(sha(kind.encode(), u64(id_))[:2], "big") >> 4


def leaf_of(kind, id_, body):
    return sha(b"\0", text(kind), u64(id_), text(body))


def buckets_of(rows):
    buckets = {}
    for kind, id_, body in rows:
        buckets.setdefault(bucket_of(kind, id_), []).append(leaf_of(kind, id_, body))
    return {n: sha(b"\1", *sorted(leaves)) for n, leaves in buckets.items()}


def root_of(rows):
    known = buckets_of(rows)
    return sha(b"\2", *[known.get(n, sha(b"\1")) for n in range(4096)])


def link(before, e):
    body_hash = bytes.fromhex(e["body_hash"]) if "body_hash" in e else sha(bytes.fromhex(e["salt"]), e["body"].encode())
    content = sha(u64(e["sequence"]), u64(e["utc"]), text(e["clock"]), text(e["lane"]), text(e["kind"]),
                  u64(e["arrival"]), u64(e["authorisation"]), body_hash)
    return sha(before, content)


# ---- documents, lines


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def b64(data):
    return base64.b64encode(data).decode()


def sign(seed, message):
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).sign(message)


def public_of(seed):
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).public_key().public_bytes(
        ser.Encoding.Raw, ser.PublicFormat.Raw)


def verifies(public, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        return True
    except InvalidSignature:
        return False


def envelope(type_, document, kid, signature):
    return f'{{"t":"{type_}","{type_}":"{b64(document)}","kid":"{kid}","sig":"{b64(signature)}"}}'


def open_envelope(line):
    m = re.fullmatch(rf'{{"t":"([a-z]+)","\1":"([A-Za-z0-9+/=]*)","kid":"({NAME})","sig":"([A-Za-z0-9+/=]*)"}}', line)
    if not m:
        raise ValueError("no envelope")
    document, signature = (base64.b64decode(m[n], validate=True) for n in (2, 4))
    if b64(document) != m[2] or b64(signature) != m[4] or len(signature) != 64:
        raise ValueError("base64")
    return m[1], document, m[3], signature


FIELDS = {
    "head": "type scope epoch seq root rows iat fresh exp",
    "keys": "type version epoch iat keys",
    "manifest": "type scope epoch seq root rows text size sha256 iat",
    "batch": "type gate log from to before chain",
    "ack": "type gate log upto chain iat",
    "evidence": "type gate log epoch upto iat",
}


def need(holds, what):
    if not holds:
        raise ValueError(what)


def check_field(key, value):
    if key in ("root", "sha256", "before", "chain"):
        need(isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value), key)
    elif key == "log":
        need(isinstance(value, str) and re.fullmatch("[0-9a-f]{32}", value), key)
    elif key in ("scope", "gate", "kid"):
        need(isinstance(value, str) and re.fullmatch(NAME, value), key)
    elif key not in ("type", "keys", "key"):
        least = 1 if key in ("epoch", "version", "size") else 0
        need(type(value) is int and least <= value <= MOST, key)


def check_document(type_, document):
    value = json.loads(document.decode())
    need(isinstance(value, dict) and list(value) == FIELDS[type_].split(), "fields")
    need(compact(value).encode() == document and value["type"] == type_, "bytes or type")
    for key, each in value.items():
        check_field(key, each)
    if type_ == "head":
        need(value["iat"] <= value["fresh"] <= value["exp"], "times")
    if type_ == "batch":
        need(1 <= value["from"] <= value["to"] < value["from"] + 10_000, "range")
    if type_ == "keys":
        need(1 <= len(value["keys"]) <= 4 and len({k["kid"] for k in value["keys"]}) == len(value["keys"]), "keys")
        for key in value["keys"]:
            need(list(key) == ["kid", "key", "from", "until"] and key["from"] < key["until"], "key")
            for name in ("kid", "from", "until"):
                check_field(name, key[name])
            need(len(base64.b64decode(key["key"], validate=True)) == 32, "key")


def no_constant(text_):
    raise ValueError(text_)


def one_of_each(pairs):
    need(len({k for k, _ in pairs}) == len(pairs) <= 64, "keys")
    return dict(pairs)


def depth_of(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth_of, inner), default=0)


def check_body(body):
    """Strict, by way of Python's parser and what it lets pass."""
    value = json.loads(body, object_pairs_hook=one_of_each, parse_constant=no_constant)
    need(isinstance(value, dict) and body.startswith("{") and body.endswith("}"), "an object")
    need(depth_of(value) <= 16 and len(body.encode()) <= 65536, "size")
    json.dumps(value, ensure_ascii=False).encode()  # lone surrogates
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', '""', body)
    need(not re.search(r"\s", outside), "white space")
    need(not re.search(r'"(?:[^"\\]|\\.)*\\(?:[^"\\]|\\.)*":', body), "an escape in a key")
    for number in re.findall(r"-?[0-9][0-9.eE+-]*", outside):
        need(len(number) <= 32 and len(re.split("[eE][+-]?", number)[-1] if re.search("[eE]", number) else "") <= 3, "number")


def parse_line(raw):
    line = raw.decode()
    m = re.fullmatch(rf'{{"t":"(put|del)","s":(0|[1-9][0-9]*),"k":"({NAME})","id":([1-9][0-9]*)(?:,"body":(.*))?}}', line)
    if not m:
        need(line.startswith('{"t":"head"'), "no line")
        return open_envelope(line)
    need(int(m[2]) <= MOST and int(m[4]) <= MOST and (m[5] is not None) == (m[1] == "put"), "range")
    if m[5] is not None:
        check_body(m[5])
    return m[1], int(m[2]), m[3], int(m[4]), m[5]


# ---- check


class Check:
    def __init__(self, folder):
        self.folder, self.count, self.skipped = Path(folder), 0, 0

    def load(self, name):
        return json.loads((self.folder / name).read_text())

    def same(self, got, wanted, what):
        self.count += 1
        if got != wanted:
            sys.exit(f"{what}: {got!r}, and the vector says {wanted!r}")

    def refused(self, call, what):
        self.count += 1
        try:
            call()
        except ValueError:  # JSON, base64 and Unicode errors are ValueErrors
            return
        sys.exit(f"{what}: is taken, and the vector says that it must be refused")

    def signature(self, public, message, signature, what, good=True):
        if Ed25519PrivateKey is None:
            self.skipped += 1
        else:
            self.same(verifies(public, message, signature), good, what)

    def keys(self):
        self.public = {}
        for key in self.load("keys.json")["keys"]:
            self.public[key["kid"]] = bytes.fromhex(key["public"])
            if Ed25519PrivateKey is not None:
                self.same(public_of(key["seed"]).hex(), key["public"], key["kid"])
            for kind, data in (("secret", key["seed"]), ("public", key["public"])):
                self.same(key[f"{kind}_file"], f"menshen-ed25519-{kind} {key['kid']} {b64(bytes.fromhex(data))}\n", kind)

    def digest(self):
        vector = self.load("digest.json")
        self.same(sha(b"\1").hex(), vector["empty_bucket"], "empty bucket")
        self.same(root_of([]).hex(), vector["empty_root"], "empty root")
        for each in vector["lists"]:
            rows = [(r["kind"], r["id"], r["body"]) for r in each["rows"]]
            for row, (kind, id_, body) in zip(each["rows"], rows):
                self.same(bucket_of(kind, id_), row["bucket"], f"bucket of {kind} {id_}")
                self.same(leaf_of(kind, id_, body).hex(), row["leaf"], f"leaf of {kind} {id_}")
            self.same({str(n): h.hex() for n, h in sorted(buckets_of(rows).items())}, each["buckets"], "buckets")
            self.same(root_of(rows).hex(), each["root"], "root")
        many = vector["generated"]
        self.same(root_of(generated(many["rows"])).hex(), many["root"], "generated")

    def documents(self):
        vector = self.load("documents.json")
        for each in vector["good"]:
            document = each["document"].encode()
            check_document(each["type"], document)
            self.same(open_envelope(each["line"]), (each["type"], document, each["kid"], bytes.fromhex(each["signature"])),
                      each["type"])
            self.signature(self.public[each["kid"]], document, bytes.fromhex(each["signature"]), each["type"])
            self.signature(self.public[each["kid"]], document[:-1] + b"!", bytes.fromhex(each["signature"]), "changed", False)
        for each in vector["bad"]:
            self.refused(lambda e=each: check_document(e["type"], e["document"].encode()), each["says"])

    def lines(self):
        vector = self.load("lines.json")
        for each in vector["good"]:
            got = parse_line(each["line"].encode())
            if got[0] != "head":
                self.same(got, (each["t"], each["s"], each["k"], each["id"], each.get("body")), each["line"])
        for each in vector["bad"]:
            raw = base64.b64decode(each["base64"]) if "base64" in each else each["line"].encode()
            self.refused(lambda r=raw: parse_line(r), each["says"])

    def events(self):
        vector = self.load("events.json")
        chain = sha(vector["log"].encode())
        self.same(chain.hex(), vector["first"], "first link")
        for each in vector["events"]:
            e = {k: v for k, v in json.loads(each["line"]).items() if k != "body"}
            if "salt" in e:
                e["body"] = each["line"].split(',"body":', 1)[1][:-1]
            chain = link(chain, e)
            self.same(chain.hex(), each["chain"], f"chain after {e['sequence']}")
        self.same(json.loads(open_envelope(vector["batch"])[1])["chain"], chain.hex(), "the batch's chain")

    def snapshot(self):
        vector = self.load("snapshot.json")
        packed = base64.b64decode(vector["base64"])
        manifest = json.loads(open_envelope(vector["manifest"])[1])
        self.same((len(packed), sha(packed).hex()), (manifest["size"], manifest["sha256"]), "packed bytes")
        self.same(len(vector["text"].encode()), manifest["text"], "text")
        rows = [parse_line(l.encode()) for l in vector["text"].splitlines()]
        keys = [(bucket_of(k, i), k, i) for _, _, k, i, _ in rows]
        self.same(keys, sorted(set(keys)), "order")
        self.same((root_of([(k, i, b) for _, _, k, i, b in rows]).hex(), len(rows)), (manifest["root"], manifest["rows"]), "root")
        if shutil.which("zstd"):
            self.same(subprocess.run(["zstd", "-dc"], input=packed, capture_output=True, check=True).stdout.decode(),
                      vector["text"], "unpacked")
        else:
            self.skipped += 1

    def all(self):
        for part in (self.keys, self.digest, self.documents, self.lines, self.events, self.snapshot):
            part()
        print(f"{self.count} values are the same"
              + (f", {self.skipped} skipped: no python3-cryptography or no zstd here" if self.skipped else ""))


def generated(count):
    """A list that needs no listing: two kinds, ids from 1."""
    return [("credential" if n % 3 else "permit", n, f'{{"n":{n}}}') for n in range(1, count + 1)]


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("check", "make"):
        sys.exit(__doc__)
    if sys.argv[1] == "check":
        Check(sys.argv[2]).all()
    else:
        import make_vectors  # beside this file
        make_vectors.make(Path(sys.argv[2]))
