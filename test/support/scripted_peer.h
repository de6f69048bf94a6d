#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

namespace sidecar::testing_support {

// A server on loopback that answers each request with the next bytes of a script, whatever they
// are. Plain TCP, one connection after the other.
class ScriptedPeer {
 public:
  enum class End {
    kClose,  // After the last reply.
    kReset,  // The same, with RST instead of FIN.
    kHang,   // Says nothing more until the client leaves.
  };
  struct Connection {
    std::vector<std::string> replies;  // One for each request, which is read whole before.
    End end = End::kClose;
  };

  explicit ScriptedPeer(std::vector<Connection> script)
      : script_(std::move(script)),
        acceptor_(io_, {boost::asio::ip::make_address("127.0.0.1"), 0}),
        thread_([this] { Run(); }) {}

  ~ScriptedPeer() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      shutdown(acceptor_.native_handle(), SHUT_RDWR);
      if (current_ >= 0) shutdown(current_, SHUT_RDWR);
    }
    thread_.join();
  }
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  // Those read so far: heads and bodies.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }

 private:
  using Socket = boost::asio::ip::tcp::socket;

  void Run() {
    for (const Connection& connection : script_) {
      boost::system::error_code error;
      Socket socket(io_);
      acceptor_.accept(socket, error);
      if (error || !SetCurrent(socket.native_handle())) return;
      Serve(socket, connection);
      SetCurrent(-1);
    }
  }

  bool SetCurrent(int descriptor) {
    const std::lock_guard lock(mutex_);
    current_ = descriptor;
    if (descriptor >= 0) ++connections_;
    return !stopping_;
  }

  void Serve(Socket& socket, const Connection& connection) {
    boost::system::error_code error;
    std::string received;
    for (const std::string& reply : connection.replies) {
      if (!ReadRequest(socket, received)) return;
      boost::asio::write(socket, boost::asio::buffer(reply), error);
    }
    if (connection.end == End::kReset) {
      socket.set_option(boost::asio::socket_base::linger(true, 0), error);
    } else if (connection.end == End::kHang) {
      boost::asio::read(socket, boost::asio::dynamic_buffer(received), error);
    }
  }

  bool ReadRequest(Socket& socket, std::string& received) {
    boost::system::error_code error;
    const std::size_t head =
        boost::asio::read_until(socket, boost::asio::dynamic_buffer(received), "\r\n\r\n", error);
    if (error) return false;
    const std::string name = "Content-Length: ";
    const std::size_t at = received.find(name);
    const std::size_t size = head + (at < head ? std::stoul(received.substr(at + name.size())) : 0);
    if (received.size() < size) {
      boost::asio::read(socket, boost::asio::dynamic_buffer(received),
                        boost::asio::transfer_exactly(size - received.size()), error);
      if (error) return false;
    }
    const std::lock_guard lock(mutex_);
    requests_.push_back(received.substr(0, size));
    received.erase(0, size);
    return true;
  }

  const std::vector<Connection> script_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;  // Guarded by mutex_, as are the next.
  std::size_t connections_ = 0;
  int current_ = -1;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sidecar::testing_support
