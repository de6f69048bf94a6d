// Usage: usage COMMAND [ARG...]. Runs the command with its output thrown away and prints what it
// used: CPU seconds, peak memory in KiB, wall seconds.
//
// A program of its own because a process starts with the peak memory of the one that forked it, and
// any script interpreter is larger than what is measured here.

#include <chrono>
#include <cstdio>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: usage COMMAND [ARG...]\n", stderr);
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execv(argv[1], argv + 1);
    _exit(127);
  }
  int status = 0;
  rusage used{};
  if (child < 0 || wait4(child, &status, 0, &used) != child) return 1;
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  std::printf("%.6f %ld %.6f\n", Seconds(used.ru_utime) + Seconds(used.ru_stime), used.ru_maxrss,
              wall.count());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
