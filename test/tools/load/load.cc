// Puts load on an injection endpoint and says how it bears it.
//
//   load --port N [--pid N] [--size BYTES] [--connections N] [--seconds S] [--requests N]
//        [--other-pods | --fresh] [--close]
//
// One thread; each connection sends the next review when it has read the answer to the one before.
// Every review has a uid of its own, as an API server's have, and is else the same: the endpoint
// knows the answer, if the review is a small one. --other-pods gives each pod an owner of its own,
// so that none is known, but all render the same text; --fresh gives each a label of its own, so
// that no two render the same. --close opens a connection for each request. With --pid, CPU time
// and memory of that process are told, too. Prints one line of JSON. Exit status 1 if any request
// failed.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test/bench/reviews.h"
#include "test/tools/load/process_usage.h"

namespace sidecar::load {
namespace {

using Clock = std::chrono::steady_clock;

// In what the pods of a run differ from each other.
enum class Pods : std::uint8_t { kSame, kOther, kFresh };

struct Options {
  std::uint16_t port = 0;
  int pid = 0;
  std::size_t size = 3'800;
  std::size_t connections = 8;
  double seconds = 5;
  std::uint64_t requests = UINT64_MAX;
  Pods pods = Pods::kSame;
  bool keep_alive = true;
};

[[noreturn]] void Die(const char* what) {
  std::fprintf(stderr, "load: %s: %s\n", what, std::strerror(errno));
  std::exit(2);
}

// What all connections share.
struct Run {
  explicit Run(const Options& o) : options(o), review(bench::MakeReview(o.size)) {
    SSL_CTX_set_verify(tls.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_mode(tls.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    const std::string head =
        "POST /inject?timeout=30s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "User-Agent: kube-apiserver-admission\r\nContent-Length: " +
        std::to_string(review.size()) +
        "\r\nAccept: application/json, */*\r\n"
        "Content-Type: application/json\r\nAccept-Encoding: gzip\r\n" +
        (o.keep_alive ? "" : "Connection: close\r\n") + "\r\n";
    request = head + review;
    uid_at = head.size() + bench::FindUid(review);
    serial_at = head.size() +
                (o.pods == Pods::kFresh ? bench::FindSerial(review) : bench::FindOwner(review));
  }

  // The next request, or false when it is time to stop.
  bool Next() {
    if (started >= options.requests || Clock::now() >= end) return false;
    ++started;
    bench::SetSerial(request, uid_at, first_serial + started);
    if (options.pods != Pods::kSame) bench::SetSerial(request, serial_at, first_serial + started);
    return true;
  }

  const Options& options;
  const std::string review;
  std::string request;  // Each connection copies the start of it, where the numbers stand.
  std::size_t uid_at = 0;
  std::size_t serial_at = 0;
  // So that a second run against one server renders other texts than the first.
  const std::uint64_t first_serial = static_cast<std::uint64_t>(getpid()) * 10'000'000U;
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls{SSL_CTX_new(TLS_client_method()),
                                                              &SSL_CTX_free};
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  Clock::time_point end;
  std::uint64_t started = 0;
  std::uint64_t failures = 0;
  std::size_t answer_bytes = 0;
  std::vector<float> latencies;  // Microseconds.
};

class Connection {
 public:
  explicit Connection(Run& run) : run_(run) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { Close(); }

  bool is_open() const { return fd_ >= 0; }

  // Begins the next request, on a new connection if there is none. Drive() then carries it on.
  void Begin() {
    if (!run_.Next()) {
      Close();
      return;
    }
    start_ = Clock::now();
    sent_ = 0;
    received_.clear();
    expected_ = 0;
    start_of_request_.assign(run_.request, 0, kFirstRecord);
    if (!is_open()) Open();
  }

  // Goes on as far as the socket lets it.
  void Drive() {
    while (is_open()) {
      const int done = Step();
      if (done > 0) continue;
      const int why = SSL_get_error(ssl_, done);
      if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
        Watch(why == SSL_ERROR_WANT_READ ? EPOLLIN : EPOLLOUT);
        return;
      }
      Fail(why == SSL_ERROR_ZERO_RETURN ? "closed" : "broken");
    }
  }

 private:
  int Step() {
    if (!SSL_is_init_finished(ssl_)) return SSL_connect(ssl_);
    if (sent_ < run_.request.size()) {
      const std::string& from = sent_ < start_of_request_.size() ? start_of_request_ : run_.request;
      const int done = SSL_write(ssl_, from.data() + sent_, static_cast<int>(from.size() - sent_));
      if (done > 0) sent_ += static_cast<std::size_t>(done);
      return done;
    }
    char buffer[16384];
    const int done = SSL_read(ssl_, buffer, sizeof buffer);
    if (done <= 0) return done;
    received_.append(buffer, static_cast<std::size_t>(done));
    if (expected_ == 0) ReadHead();
    if (expected_ != 0 && received_.size() >= expected_) Finish();
    return done;
  }

  void ReadHead() {
    const std::size_t end = received_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    constexpr std::string_view kLength = "Content-Length: ";
    const std::size_t length = received_.find(kLength);
    if (!received_.starts_with("HTTP/1.1 200 ") || length == std::string::npos) {
      Fail(received_.substr(0, received_.find('\r')).c_str());
      return;
    }
    expected_ = end + 4 + std::strtoul(received_.c_str() + length + kLength.size(), nullptr, 10);
  }

  void Finish() {
    const auto spent = std::chrono::duration<float, std::micro>(Clock::now() - start_);
    run_.latencies.push_back(spent.count());
    run_.answer_bytes = received_.size();
    if (!run_.options.keep_alive) Close();
    Begin();
  }

  void Open() {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) Die("socket");
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(run_.options.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS) {
      Die("connect");
    }
    ssl_ = SSL_new(run_.tls.get());
    SSL_set_fd(ssl_, fd_);
    SSL_set_connect_state(ssl_);
    watched_ = 0;
    Watch(EPOLLOUT);
  }

  void Watch(std::uint32_t events) {
    if (watched_ == events) return;
    epoll_event event{};
    event.events = events;
    event.data.ptr = this;
    if (epoll_ctl(run_.epoll, watched_ == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd_, &event) != 0) {
      Die("epoll_ctl");
    }
    watched_ = events;
  }

  void Close() {
    if (fd_ < 0) return;
    SSL_free(ssl_);
    ERR_clear_error();
    close(fd_);
    fd_ = -1;
  }

  void Fail(const char* why) {
    if (run_.failures++ == 0) std::fprintf(stderr, "load: request failed: %s\n", why);
    Close();
  }

  // No more goes into one TLS record, so that what is sent is cut as if it were one piece.
  static constexpr std::size_t kFirstRecord = 16384;

  Run& run_;
  int fd_ = -1;
  SSL* ssl_ = nullptr;
  std::uint32_t watched_ = 0;
  std::string start_of_request_;
  std::size_t sent_ = 0;
  std::string received_;
  std::size_t expected_ = 0;  // Bytes of the answer, head included; 0 while unknown.
  Clock::time_point start_;
};

float Quantile(const std::vector<float>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto index = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  return sorted[std::min(index, sorted.size() - 1)];
}

const char* NameOf(Pods pods) {
  switch (pods) {
    case Pods::kOther: return "other";
    case Pods::kFresh: return "fresh";
    default: return "same";
  }
}

int Main(const Options& options) {
  Run run(options);
  const Usage before = UsageOf(options.pid);
  const auto start = Clock::now();
  run.end = start + std::chrono::duration_cast<Clock::duration>(
                        std::chrono::duration<double>(options.seconds));
  std::vector<std::unique_ptr<Connection>> connections;
  for (std::size_t i = 0; i < options.connections; ++i) {
    connections.push_back(std::make_unique<Connection>(run));
    connections.back()->Begin();
    connections.back()->Drive();
  }
  std::vector<epoll_event> events(options.connections);
  const auto is_open = [](const auto& connection) { return connection->is_open(); };
  while (std::any_of(connections.begin(), connections.end(), is_open)) {
    const int ready = epoll_wait(run.epoll, events.data(), static_cast<int>(events.size()), 30'000);
    if (ready == 0) {
      std::fprintf(stderr, "load: no answer for 30 s\n");
      return 1;
    }
    for (int i = 0; i < ready; ++i) {
      static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr)->Drive();
    }
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const Usage after = UsageOf(options.pid);
  std::sort(run.latencies.begin(), run.latencies.end());
  const auto requests = static_cast<double>(run.latencies.size());
  std::printf(
      "{\"size\":%zu,\"connections\":%zu,\"keepAlive\":%s,\"pods\":\"%s\",\"requests\":%.0f,"
      "\"failures\":%llu,\"perSecond\":%.0f,\"p50\":%.0f,\"p99\":%.0f,\"p999\":%.0f,"
      "\"cpu\":%.2f,\"rss\":%.2f,\"answerBytes\":%zu}\n",
      run.review.size(), options.connections, options.keep_alive ? "true" : "false",
      NameOf(options.pods), requests, static_cast<unsigned long long>(run.failures),
      requests / seconds, Quantile(run.latencies, 0.5), Quantile(run.latencies, 0.99),
      Quantile(run.latencies, 0.999),
      requests == 0 ? 0 : (after.cpu_seconds - before.cpu_seconds) / requests * 1e6, after.rss_mib,
      run.answer_bytes);
  return run.failures == 0 ? 0 : 1;
}

Options Parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--other-pods" || name == "--fresh") {
      options.pods = name == "--fresh" ? Pods::kFresh : Pods::kOther;
      continue;
    }
    if (name == "--close") {
      options.keep_alive = false;
      continue;
    }
    if (i + 1 == argc) Die("an argument lacks its value");
    const char* const value = argv[++i];
    const auto number = std::strtoull(value, nullptr, 10);
    if (name == "--port") options.port = static_cast<std::uint16_t>(number);
    if (name == "--pid") options.pid = static_cast<int>(number);
    if (name == "--size") options.size = number;
    if (name == "--connections") options.connections = number;
    if (name == "--seconds") options.seconds = std::strtod(value, nullptr);
    if (name == "--requests") options.requests = number;
  }
  return options;
}

}  // namespace
}  // namespace sidecar::load

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  return sidecar::load::Main(sidecar::load::Parse(argc, argv));
}
