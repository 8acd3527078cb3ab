#include "unix_server.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

namespace menshen::gate {

namespace local = boost::asio::local;

namespace {

bool in_group(uid_t uid, gid_t group) {
    std::vector<char> buffer(16384);
    passwd entry{};
    passwd* found = nullptr;
    if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return false;
    std::vector<gid_t> groups(64);
    int count = static_cast<int>(groups.size());
    if (getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) < 0) return false;
    return std::find(groups.begin(), groups.begin() + count, group) != groups.begin() + count;
}

/// The file's mode keeps strangers out already; this also holds when somebody widened it.
bool is_trusted(UnixSocket& socket, const std::optional<gid_t>& group) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    const auto belongs = [&](gid_t to) { return peer.gid == to || in_group(peer.uid, to); };
    return peer.uid == 0 || peer.uid == geteuid() || belongs(getegid()) || (group && belongs(*group));
}

bool somebody_answers(const std::string& path, const boost::asio::any_io_executor& loop) {
    UnixSocket probe(loop);
    boost::system::error_code error;
    probe.connect(local::stream_protocol::endpoint(path), error);
    return !error;
}

}  // namespace

UnixServer::UnixServer(boost::asio::any_io_executor loop, std::function<void(UnixSocket)> accepted)
    : acceptor_(loop), accepted_(std::move(accepted)) {}

UnixServer::~UnixServer() {
    close();
}

void UnixServer::give_to(const std::string& group, const std::string& path) {
    std::vector<char> buffer(16384);
    ::group entry{};
    ::group* found = nullptr;
    if (getgrnam_r(group.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return;
    if (::chown(path.c_str(), static_cast<uid_t>(-1), found->gr_gid) == 0) group_ = found->gr_gid;
}

Status UnixServer::listen(const std::string& path, const std::string& group) {
    if (path.size() >= sizeof(sockaddr_un{}.sun_path)) {
        return {Errc::invalid, path + ": a socket's path may have 107 characters; choose a shorter [site] run"};
    }
    if (somebody_answers(path, acceptor_.get_executor())) {
        return {Errc::conflict, path + ": another process serves this socket; is the gate running already?"};
    }
    ::unlink(path.c_str());
    boost::system::error_code error;
    const local::stream_protocol::endpoint endpoint(path);
    acceptor_.open(endpoint.protocol(), error);
    const mode_t before = umask(0117);  // 0660 from the first moment
    if (!error) acceptor_.bind(endpoint, error);
    umask(before);
    if (!error && !group.empty()) give_to(group, path);
    if (!error) acceptor_.listen(16, error);
    if (error) return {Errc::io, path + ": " + error.message()};
    path_ = path;
    accept();
    return {};
}

void UnixServer::close() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    if (!path_.empty()) ::unlink(path_.c_str());
    path_.clear();
}

void UnixServer::accept() {
    acceptor_.async_accept([this](boost::system::error_code error, UnixSocket socket) {
        if (error == boost::asio::error::operation_aborted || !acceptor_.is_open()) return;
        if (!error && is_trusted(socket, group_)) accepted_(std::move(socket));
        accept();
    });
}

}  // namespace menshen::gate
