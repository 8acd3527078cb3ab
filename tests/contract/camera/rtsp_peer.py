#!/usr/bin/python3
"""An RTSP camera that others wrote: GStreamer's server with a moving test picture. `rtsp_peer.py PORT`, 0 for a free one.
Prints "ready rtsp://127.0.0.1:PORT/test", or "missing WHAT" and ends with 77."""
import sys

try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer
except (ImportError, ValueError) as missing:
    print("missing", missing, flush=True)
    sys.exit(77)

Gst.init(None)
if Gst.ElementFactory.find("x264enc") is None:
    print("missing x264enc", flush=True)
    sys.exit(77)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1] if len(sys.argv) > 1 else "0")
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch("( videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=15/1 ! "
                   "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! rtph264pay name=pay0 pt=96 )")
factory.set_shared(True)
server.get_mount_points().add_factory("/test", factory)
server.attach(None)
print(f"ready rtsp://127.0.0.1:{server.get_bound_port()}/test", flush=True)
GLib.MainLoop().run()
