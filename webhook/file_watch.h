#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace sidecar::webhook {

struct FileWatchOptions {
  std::vector<std::string> files;
  // After an event, wait until nothing more happened for this long: an update of a mounted
  // ConfigMap is a handful of events, an editor's save a few. Istio 0.6 waits as long.
  std::chrono::milliseconds quiet{100};
  // Somebody who writes without pause does not put the reload off further than this.
  std::chrono::milliseconds longest_wait{2'000};
  // File systems without events (NFS, some FUSE) and lost ones: look at the files this often.
  std::chrono::milliseconds poll{30'000};
};

// Calls `changed` whenever one of the files is another than before: written, renamed over, or
// reached through a link that was swapped, as Kubernetes does with `..data`. The first call comes
// as soon as the watch is in place, so that nothing is missed that happened since the caller read
// the files. A file that vanished or appeared counts.
//
// Runs until cancelled, as a task of a TaskGroup; `changed` is called on its strand. Where inotify
// is not to be had, it polls.
boost::asio::awaitable<void> WatchFiles(FileWatchOptions options, std::function<void()> changed);

}  // namespace sidecar::webhook
