#include "cli/commands/restart_output.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/print.h"
#include "cli/table.h"
#include "lib/yaml/convert.h"

namespace sidecar::cli {
namespace {

using Json = nlohmann::ordered_json;

std::size_t CountOf(const std::vector<RestartResult>& results, RestartOutcome outcome) {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(),
                    [&](const RestartResult& result) { return result.outcome == outcome; }));
}

Colour ColourOf(RestartOutcome outcome) {
  switch (outcome) {
    case RestartOutcome::kRestarted: return Colour::kGreen;
    case RestartOutcome::kWouldRestart:
    case RestartOutcome::kLeftOut: return Colour::kYellow;
    case RestartOutcome::kFailed: return Colour::kRed;
    case RestartOutcome::kNotBegun: return Colour::kFaint;
  }
  return Colour::kNone;
}

std::size_t TerminalWidth() {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): there is no other way to ask
  const bool is_known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : kUsual;
}

void WriteError(std::string_view text) {
  // Where even standard error fails there is nobody to tell.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

std::string_view ToString(RestartOutcome outcome) {
  switch (outcome) {
    case RestartOutcome::kRestarted: return "restarted";
    case RestartOutcome::kWouldRestart: return "wouldRestart";
    case RestartOutcome::kLeftOut: return "leftOut";
    case RestartOutcome::kFailed: return "failed";
    case RestartOutcome::kNotBegun: return "notBegun";
  }
  return "unknown";
}

std::string TitleOf(const diagnose::OwnerKey& owner) {
  return owner.namespace_name + ' ' + owner.kind + '/' + owner.name;
}

std::string LineOf(const RestartResult& result) {
  std::string_view verb;
  switch (result.outcome) {
    case RestartOutcome::kRestarted: verb = "restarted"; break;
    case RestartOutcome::kWouldRestart: verb = "would be restarted"; break;
    case RestartOutcome::kLeftOut: verb = "left out"; break;
    case RestartOutcome::kFailed: verb = "failed"; break;
    case RestartOutcome::kNotBegun: verb = "not restarted"; break;
  }
  std::string line = TitleOf(result.owner) + ": " + std::string(verb);
  if (!result.reason.empty()) line += ": " + result.reason;
  return line;
}

std::string RenderRestarts(const std::vector<RestartResult>& results, bool in_colour) {
  if (results.empty()) return {};
  Table table({"NAMESPACE", "OWNER", "OUTCOME", "REASON"});
  for (const RestartResult& result : results) {
    table.AddRow({{result.owner.namespace_name},
                  {result.owner.kind + '/' + result.owner.name},
                  {std::string(ToString(result.outcome)), ColourOf(result.outcome)},
                  {result.reason}});
  }
  return table.Render(in_colour);
}

std::string WriteRestarts(const std::vector<RestartResult>& results, const std::string& format) {
  if (format == "name") {
    std::string names;
    for (const RestartResult& result : results) {
      const bool is_meant = result.outcome == RestartOutcome::kRestarted ||
                            result.outcome == RestartOutcome::kWouldRestart;
      if (is_meant) names += result.owner.kind + '/' + result.owner.name + '\n';
    }
    return names;
  }
  Json list = Json::array();
  for (const RestartResult& result : results) {
    Json entry = {{"namespace", result.owner.namespace_name},
                  {"kind", result.owner.kind},
                  {"name", result.owner.name},
                  {"outcome", ToString(result.outcome)}};
    if (!result.reason.empty()) entry["reason"] = result.reason;
    list.push_back(std::move(entry));
  }
  constexpr int kIndent = 2;
  const Json json = {{"owners", std::move(list)}};
  const std::string text = json.dump(kIndent, ' ', false, Json::error_handler_t::replace);
  if (format == "json") return text + '\n';
  const Result<std::string> written = yaml::JsonToYaml(text);
  return written.has_value() ? *written : text;
}

std::string SummarizeRestarts(const std::vector<RestartResult>& results) {
  const auto part = [&](RestartOutcome outcome, std::string_view what) {
    return std::to_string(CountOf(results, outcome)) + std::string(what);
  };
  const bool is_dry_run = CountOf(results, RestartOutcome::kWouldRestart) > 0;
  std::string text = is_dry_run ? part(RestartOutcome::kWouldRestart, " would be restarted, ")
                                : part(RestartOutcome::kRestarted, " restarted, ");
  text += part(RestartOutcome::kLeftOut, " left out, ") + part(RestartOutcome::kFailed, " failed");
  if (CountOf(results, RestartOutcome::kNotBegun) > 0) {
    text += part(RestartOutcome::kNotBegun, " not begun").insert(0, ", ");
  }
  return text;
}

std::string ProgressBar(std::size_t done, std::size_t total, const std::string& text,
                        std::size_t width) {
  constexpr std::size_t kLength = 20;
  const std::size_t filled = total == 0 ? kLength : std::min(done, total) * kLength / total;
  std::string bar = "[" + std::string(filled, '=');
  if (filled < kLength) bar += '>' + std::string(kLength - filled - 1, ' ');
  bar += "] " + std::to_string(done) + '/' + std::to_string(total) + ' ';
  // Control characters of a cluster's texts do not reach the terminal.
  std::transform(text.begin(), text.end(), std::back_inserter(bar), [](char c) {
    constexpr char kDelete = 0x7F;
    return (c >= ' ' && c < kDelete) ? c : ' ';
  });
  if (bar.size() > width) bar.resize(width);
  return bar;
}

RestartDisplay::RestartDisplay(bool shows_lines)
    : shows_lines_(shows_lines), has_bar_(isatty(STDERR_FILENO) == 1) {}

RestartDisplay::~RestartDisplay() {
  Clear();
}

void RestartDisplay::Line(const std::string& text) {
  if (!shows_lines_) return;
  Clear();
  Print(text + '\n');
}

void RestartDisplay::Progress(std::size_t done, std::size_t total, const std::string& text) {
  if (!has_bar_) return;
  // The last column stays free: some terminals begin a new line after it.
  const std::size_t width = TerminalWidth() - 1;
  WriteError("\r\x1b[2K" + ProgressBar(done, total, text, width));
  is_drawn_ = true;
}

void RestartDisplay::Clear() {
  if (is_drawn_) WriteError("\r\x1b[2K");
  is_drawn_ = false;
}

}  // namespace sidecar::cli
