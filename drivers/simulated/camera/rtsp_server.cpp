#include "rtsp_server.hpp"

#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/rtsp-server/rtsp-server.h>

#include <atomic>
#include <map>

namespace menshen::twin {
namespace {

/// One camera: the sources of the pipelines that clients opened on it (one, as the factory is shared; none at rest).
struct Mount {
    std::mutex mutex;
    GstElement* source = nullptr;
    cv::Size size;
    int fps = 15;
    std::atomic<bool> frozen = false;
};

// The client cannot ask for a format, so the encoder speaks the profile that every camera reader takes.
constexpr const char* pipeline =
    "( appsrc name=pictures is-live=true format=time do-timestamp=true max-buffers=2 leaky-type=downstream block=false "
    "! videoconvert ! video/x-raw,format=I420 ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=4000 "
    "key-int-max=15 "
    "! video/x-h264,profile=baseline ! rtph264pay name=pay0 pt=96 config-interval=1 )";

void forget(Mount& mount, GstElement* source) {
    const std::lock_guard lock(mount.mutex);
    if (mount.source != source) return;
    gst_object_unref(mount.source);
    mount.source = nullptr;
}

void on_unprepared(GstRTSPMedia* media, gpointer user) {
    GstElement* element = gst_rtsp_media_get_element(media);
    GstElement* source = gst_bin_get_by_name_recurse_up(GST_BIN(element), "pictures");
    if (source != nullptr) {
        forget(*static_cast<Mount*>(user), source);
        gst_object_unref(source);
    }
    gst_object_unref(element);
}

void on_configure(GstRTSPMediaFactory*, GstRTSPMedia* media, gpointer user) {
    auto& mount = *static_cast<Mount*>(user);
    GstElement* element = gst_rtsp_media_get_element(media);
    GstElement* source = gst_bin_get_by_name_recurse_up(GST_BIN(element), "pictures");
    gst_object_unref(element);
    if (source == nullptr) return;
    GstCaps* caps = gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "BGR", "width", G_TYPE_INT,
                                        mount.size.width, "height", G_TYPE_INT, mount.size.height, "framerate",
                                        GST_TYPE_FRACTION, mount.fps, 1, nullptr);
    g_object_set(source, "caps", caps, nullptr);
    gst_caps_unref(caps);
    g_signal_connect(media, "unprepared", G_CALLBACK(on_unprepared), &mount);
    const std::lock_guard lock(mount.mutex);
    if (mount.source != nullptr) gst_object_unref(mount.source);
    mount.source = source;
}

GstRTSPFilterResult remove_all(GstRTSPServer*, GstRTSPClient*, gpointer) {
    return GST_RTSP_FILTER_REMOVE;
}

}  // namespace

struct RtspServer::Inside {
    GMainContext* context = nullptr;
    GMainLoop* loop = nullptr;
    GstRTSPServer* server = nullptr;
    guint source = 0;
    int port = 0;
    std::map<std::string, Mount> mounts;
    std::jthread thread;

    ~Inside() {
        if (loop != nullptr) g_main_loop_quit(loop);
        if (thread.joinable()) thread.join();
        if (server != nullptr) gst_rtsp_server_client_filter(server, remove_all, nullptr);
        for (auto& [name, mount] : mounts) {
            const std::lock_guard lock(mount.mutex);
            if (mount.source != nullptr) gst_object_unref(mount.source);
            mount.source = nullptr;
        }
        if (server != nullptr) g_object_unref(server);
        if (loop != nullptr) g_main_loop_unref(loop);
        if (context != nullptr) g_main_context_unref(context);
    }

    void mount(const std::string& camera) {
        GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
        gst_rtsp_media_factory_set_launch(factory, pipeline);
        gst_rtsp_media_factory_set_shared(factory, TRUE);
        g_signal_connect(factory, "media-configure", G_CALLBACK(on_configure), &mounts.at(camera));
        GstRTSPMountPoints* points = gst_rtsp_server_get_mount_points(server);
        gst_rtsp_mount_points_add_factory(points, ("/" + camera).c_str(), factory);
        g_object_unref(points);
    }
};

RtspServer::RtspServer(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
RtspServer::~RtspServer() = default;

Result<std::unique_ptr<RtspServer>> RtspServer::start(const std::vector<std::string>& cameras, cv::Size size,
                                                      double fps, unsigned short port) {
    GError* error = nullptr;
    if (gst_init_check(nullptr, nullptr, &error) == FALSE) {
        const std::string why = error != nullptr ? error->message : "no reason given";
        g_clear_error(&error);
        return {Errc::unavailable, "GStreamer does not start: " + why};
    }
    GstElementFactory* encoder = gst_element_factory_find("x264enc");
    if (encoder == nullptr) return {Errc::unavailable, "no H.264 encoder: install gstreamer1.0-plugins-ugly"};
    gst_object_unref(encoder);
    auto inside = std::make_unique<Inside>();
    inside->context = g_main_context_new();
    inside->loop = g_main_loop_new(inside->context, FALSE);
    inside->server = gst_rtsp_server_new();
    gst_rtsp_server_set_address(inside->server, "127.0.0.1");
    gst_rtsp_server_set_service(inside->server, std::to_string(port).c_str());
    for (const std::string& camera : cameras) {
        Mount& mount = inside->mounts[camera];
        mount.size = size;
        mount.fps = static_cast<int>(fps);
        inside->mount(camera);
    }
    inside->source = gst_rtsp_server_attach(inside->server, inside->context);
    if (inside->source == 0) return {Errc::io, "--rtsp-port " + std::to_string(port) + " is not free"};
    inside->port = gst_rtsp_server_get_bound_port(inside->server);
    inside->thread = std::jthread([context = inside->context, loop = inside->loop] {
        g_main_context_push_thread_default(context);
        g_main_loop_run(loop);
        g_main_context_pop_thread_default(context);
    });
    return std::unique_ptr<RtspServer>(new RtspServer(std::move(inside)));
}

std::string RtspServer::url(const std::string& camera) const {
    return "rtsp://127.0.0.1:" + std::to_string(inside_->port) + "/" + camera;
}

void RtspServer::publish(const std::string& camera, const Picture& picture) {
    Mount& mount = inside_->mounts.at(camera);
    if (mount.frozen) return;
    const std::lock_guard lock(mount.mutex);
    if (mount.source == nullptr || !picture.bgr.isContinuous()) return;
    auto* keep = new cv::Mat(picture.bgr);  // GStreamer holds the pixels as long as it needs them
    GstBuffer* buffer = gst_buffer_new_wrapped_full(
        GST_MEMORY_FLAG_READONLY, keep->data, keep->total() * keep->elemSize(), 0, keep->total() * keep->elemSize(),
        keep, [](gpointer p) { delete static_cast<cv::Mat*>(p); });
    gst_app_src_push_buffer(GST_APP_SRC(mount.source), buffer);  // takes the buffer
}

void RtspServer::cut(const std::string& camera, bool cut) {
    if (!cut) return inside_->mount(camera);
    std::string mounted = "/" + camera;
    GstRTSPMountPoints* points = gst_rtsp_server_get_mount_points(inside_->server);
    gst_rtsp_mount_points_remove_factory(points, mounted.c_str());
    g_object_unref(points);
    gst_rtsp_server_client_filter(
        inside_->server,
        [](GstRTSPServer*, GstRTSPClient* client, gpointer user) {
            // Only the clients that play this camera.
            const auto* path = static_cast<const std::string*>(user);
            GList* sessions = gst_rtsp_client_session_filter(client, nullptr, nullptr);
            bool mine = false;
            for (GList* s = sessions; s != nullptr; s = s->next) {
                gint matched = 0;
                mine =
                    mine || gst_rtsp_session_get_media(GST_RTSP_SESSION(s->data), path->c_str(), &matched) != nullptr;
            }
            g_list_free_full(sessions, g_object_unref);
            return mine ? GST_RTSP_FILTER_REMOVE : GST_RTSP_FILTER_KEEP;
        },
        &mounted);
}

void RtspServer::freeze(const std::string& camera, bool frozen) {
    inside_->mounts.at(camera).frozen = frozen;
}

}  // namespace menshen::twin
