#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/diagnose/injection_tally.h"

namespace sidecar::cli {

enum class RestartOutcome : std::uint8_t {
  kRestarted,
  kWouldRestart,  // A dry run.
  kLeftOut,       // It cannot or must not be restarted.
  kFailed,        // Restarted and not available again, or the change was refused.
  kNotBegun,      // Something went wrong before its turn.
};

// "restarted", "wouldRestart", ...
std::string_view ToString(RestartOutcome outcome);

struct RestartResult {
  diagnose::OwnerKey owner;
  RestartOutcome outcome = RestartOutcome::kRestarted;
  std::string reason;
};

// "shop Deployment/web"
std::string TitleOf(const diagnose::OwnerKey& owner);

// "shop Deployment/web: left out: its rollout is paused"
std::string LineOf(const RestartResult& result);

// All results as one table.
std::string RenderRestarts(const std::vector<RestartResult>& results, bool in_colour);

// All results as "json", "yaml" or "name" (what was or would be restarted, one a line).
std::string WriteRestarts(const std::vector<RestartResult>& results, const std::string& format);

// "2 restarted, 1 left out, 0 failed"
std::string SummarizeRestarts(const std::vector<RestartResult>& results);

// A line of at most `width` columns: [=====>    ] 3/6 what is going on
std::string ProgressBar(std::size_t done, std::size_t total, const std::string& text,
                        std::size_t width);

// Tells a person how a restart goes on: a bar on standard error where that is a terminal, below the
// lines that stay.
class RestartDisplay {
 public:
  // `shows_lines`: nobody wants another format on standard output.
  explicit RestartDisplay(bool shows_lines);
  ~RestartDisplay();
  RestartDisplay(const RestartDisplay&) = delete;
  RestartDisplay& operator=(const RestartDisplay&) = delete;

  void Line(const std::string& text);
  void Progress(std::size_t done, std::size_t total, const std::string& text);

 private:
  void Clear();

  const bool shows_lines_;
  const bool has_bar_;
  bool is_drawn_ = false;
};

}  // namespace sidecar::cli
