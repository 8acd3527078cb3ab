#!/usr/bin/python3
"""Video over HTTP as cameras of many makers send it, on Python's own web server. `http_peer.py FOLDER`: the pictures it shows.
Prints "ready http://127.0.0.1:PORT". What a camera does is its path:

  /plain /quoted /dashes /nolength /lf /preamble   forms of the multipart stream
  /muxed                                           the same as FFmpeg's own muxer writes it ("missing" if there is none)
  /stall /end /cut                                 ten pictures, then silence, a proper end, an end within a picture
  /resized                                         H.264 of x264 that changes between 320x240 and 640x360 every four seconds
  /spoiled                                         the same at one size with one byte in a thousand wrong (seeded)
  /basic/… /digest/…                               any of them for user "guard", password "p@ss:w/rd" alone
  /nothing /text                                   404; a page of text
"""
import base64
import hashlib
import http.server
import pathlib
import random
import re
import secrets
import shutil
import subprocess
import sys
import time

PICTURES = [p.read_bytes() for p in sorted(pathlib.Path(sys.argv[1]).glob("*.jpg"))]
USER, PASSWORD, REALM = "guard", "p@ss:w/rd", "camera"
# content type, what stands before a part, the part's headers, what stands after it
FORMS = {
    "plain": ("multipart/x-mixed-replace; boundary=frame", b"--frame\r\n", True, b"\r\n"),
    "quoted": ('multipart/x-mixed-replace;boundary="=_a b\'c:0"', b"--=_a b'c:0\r\n", True, b"\r\n"),
    "dashes": ("multipart/x-mixed-replace; boundary=--myboundary", b"--myboundary\r\n", True, b"\r\n"),
    "nolength": ("multipart/x-mixed-replace; boundary=frame", b"--frame\r\n", False, b"\r\n"),
    "lf": ("multipart/x-mixed-replace; boundary=frame", b"--frame\n", True, b"\n"),
    "preamble": ("multipart/x-mixed-replace; boundary=frame", b"\r\n--frame\r\nX-Camera: 7\r\n", True, b""),
}


class Camera(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    nonces = set()

    def do_GET(self):
        words = self.path.strip("/").split("/")
        if words[0] in ("basic", "digest") and not self.known(words.pop(0)):
            return
        form = words[0]
        try:
            if form == "muxed":
                self.muxed()
            elif form in ("resized", "spoiled"):
                self.h264(["320x240", "640x360"] if form == "resized" else ["320x240"], form == "spoiled")
            elif form in FORMS or form in ("stall", "end", "cut"):
                self.stream(form)
            elif form == "text":
                self.page(200, "a page, no pictures")
            else:
                self.page(404, "no such stream")
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.close_connection = True

    def known(self, scheme):
        given = self.headers.get("Authorization", "")
        if scheme == "basic" and given == "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode():
            return True
        if scheme == "digest" and given.startswith("Digest ") and self.digest(given):
            return True
        nonce = secrets.token_hex(8)
        Camera.nonces.add(nonce)
        asked = f'Digest realm="{REALM}", qop="auth", nonce="{nonce}"' if scheme == "digest" else f'Basic realm="{REALM}"'
        self.page(401, "who are you?", {"WWW-Authenticate": asked})
        return False

    def digest(self, given):
        f = dict((k, a or b) for k, a, b in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', given))
        md5 = lambda text: hashlib.md5(text.encode()).hexdigest()
        ha1, ha2 = md5(f"{USER}:{REALM}:{PASSWORD}"), md5(f"GET:{f.get('uri')}")
        if f.get("nonce") not in Camera.nonces or f.get("uri") != self.path:
            return False
        return f.get("response") == md5(":".join([ha1, f["nonce"], f.get("nc", ""), f.get("cnonce", ""), f.get("qop", ""), ha2]))

    def page(self, status, text, more={}):
        self.send_response(status)
        for name, value in {"Content-Type": "text/plain", "Content-Length": str(len(text)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())
        self.close_connection = True

    def head(self, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()

    def stream(self, form):
        kind, before, length, after = FORMS.get(form, FORMS["plain"])
        end = before[-2:] if before.endswith(b"\r\n") else b"\n"
        self.head(kind)
        for n in range(10 if form not in FORMS else 1_000_000):
            picture = PICTURES[n % len(PICTURES)]
            head = before + b"Content-Type: image/jpeg" + end
            head += b"Content-Length: %d" % len(picture) + end if length else b""
            self.wfile.write(head + end + picture + after)
            time.sleep(0.04)
        if form == "stall":
            time.sleep(3600)
        self.wfile.write(b"--frame--\r\n" if form == "end" else before + end + PICTURES[0][:200])

    def muxed(self):
        self.head("multipart/x-mixed-replace;boundary=ffmpeg")
        self.pour("320x240", ["-f", "mpjpeg"])

    def h264(self, sizes, spoil):
        self.head("video/mp2t")
        random.seed(3)
        while True:
            for size in sizes:
                self.pour(size, ["-t", "4", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "10",
                                 "-f", "mpegts"], spoil)

    def pour(self, size, form, spoil=False):
        command = ["ffmpeg", "-v", "quiet", "-re", "-f", "lavfi", "-i", f"testsrc=size={size}:rate=25", *form, "pipe:1"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as muxer:
            try:
                while piece := bytearray(muxer.stdout.read1(65536)):
                    for _ in range(len(piece) // 1000 if spoil else 0):
                        piece[random.randrange(len(piece))] = random.randrange(256)
                    self.wfile.write(piece)
            finally:
                muxer.kill()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Camera)
server.daemon_threads = True
print(f"ready http://127.0.0.1:{server.server_port} {'ffmpeg' if shutil.which('ffmpeg') else 'missing ffmpeg'}", flush=True)
server.serve_forever()
