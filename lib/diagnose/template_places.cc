#include "lib/diagnose/template_places.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace sidecar::diagnose {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kActionBegin = "{{";
constexpr std::string_view kActionEnd = "}}";

std::uint32_t Characters(std::string_view text) {
  constexpr unsigned kContinuationMask = 0xC0;
  constexpr unsigned kContinuation = 0x80;
  return static_cast<std::uint32_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & kContinuationMask) != kContinuation;
  }));
}

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// The line, counted from 1, without its end; empty if there are fewer.
std::string_view LineIn(const std::vector<std::string_view>& lines, std::uint32_t line) {
  return line == 0 || line > lines.size() ? std::string_view() : lines[line - 1];
}

std::string_view Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// The byte of the line's first word, which follows a list's dashes.
std::size_t FirstWord(std::string_view line) {
  std::size_t at = std::min(line.find_first_not_of(kBlanks), line.size());
  while (line.substr(at).starts_with("- ")) {
    at = std::min(line.find_first_not_of(kBlanks, at + 1), line.size());
  }
  return at;
}

std::string_view WithoutIndent(std::string_view line) {
  return line.substr(std::min(line.find_first_not_of(kBlanks), line.size()));
}

// How well the lines fit together, if what a template's actions print may be anything.
enum class Fit : std::uint8_t { kNone, kByActions, kSame };

// A line of nothing but actions fits nothing.
Fit FitOf(std::string_view of_template, std::string_view rendered) {
  std::string_view pattern = WithoutIndent(of_template);
  std::string_view rest = WithoutIndent(rendered);
  if (pattern == rest) return rest.empty() ? Fit::kNone : Fit::kSame;
  bool is_open = false;  // An action was before: its text may be skipped.
  bool says_something = false;
  while (!pattern.empty()) {
    const std::size_t action = std::min(pattern.find(kActionBegin), pattern.size());
    const std::string_view words = pattern.substr(0, action);
    const std::size_t at = rest.find(words);
    if (at == std::string_view::npos || (at > 0 && !is_open)) return Fit::kNone;
    says_something = says_something || !Trimmed(words).empty();
    if (action == pattern.size()) {
      return says_something && is_open && rest.ends_with(words) ? Fit::kByActions : Fit::kNone;
    }
    rest.remove_prefix(at + words.size());
    const std::size_t end = pattern.find(kActionEnd, action);
    pattern.remove_prefix(std::min(end, pattern.size() - kActionEnd.size()) + kActionEnd.size());
    is_open = true;
  }
  return says_something ? Fit::kByActions : Fit::kNone;
}

// Takes a colon and the number after it from the beginning; 0 where there is none.
std::uint32_t TakeNumber(std::string_view& text) {
  std::uint32_t number = 0;
  if (!text.starts_with(':')) return number;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + 1, end, number);
  if (error != std::errc()) return 0;
  text = std::string_view(rest, static_cast<std::size_t>(end - rest));
  return number;
}

}  // namespace

FilePlace TemplatePlaces::At(std::uint32_t line, std::size_t byte) const {
  const std::string_view in_template = LineIn(LinesOf(template_), line);
  const std::string_view in_file = LineIn(LinesOf(file_), key_line_ + line);
  const std::size_t indent = in_file.size() - std::min(in_file.size(), in_template.size());
  const bool is_block = in_file.ends_with(in_template) &&
                        Trimmed(in_file.substr(0, indent)).empty() && !Trimmed(in_file).empty();
  if (key_line_ == 0 || !is_block) return OfKey();
  return {.line = key_line_ + line, .column = 1 + Characters(in_file.substr(0, indent + byte))};
}

FilePlace TemplatePlaces::OfOffset(std::size_t offset) const {
  const std::string_view before = template_.substr(0, offset);
  const auto lines = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t last = before.rfind('\n');
  return At(lines + 1, last == std::string_view::npos ? before.size() : before.size() - last - 1);
}

FilePlace TemplatePlaces::OfError(std::string_view message) const {
  constexpr std::string_view kStart = "template: inject";
  const std::size_t at = message.find(kStart);
  if (at == std::string_view::npos) return OfKey();
  message.remove_prefix(at + kStart.size());
  const std::uint32_t line = TakeNumber(message);
  if (line == 0) return OfKey();
  const bool has_column = message.size() > 1 && message[1] >= '0' && message[1] <= '9';
  return At(line, has_column ? TakeNumber(message) : FirstWord(LineIn(LinesOf(template_), line)));
}

FilePlace TemplatePlaces::OfRendered(std::string_view rendered, std::uint32_t line,
                                     std::string_view word) const {
  const std::vector<std::string_view> rendered_lines = LinesOf(rendered);
  const std::vector<std::string_view> lines = LinesOf(template_);
  const auto fit = [&](std::uint32_t of_template, std::uint32_t of_rendered) {
    return static_cast<int>(FitOf(LineIn(lines, of_template), LineIn(rendered_lines, of_rendered)));
  };
  constexpr int kWeight = 3;  // The line counts more than the one before it.
  std::uint32_t best = 0;
  int best_fit = 0;
  for (std::uint32_t i = 1; i <= lines.size(); ++i) {
    const int own = fit(i, line);
    const int whole = own == 0 ? 0 : own * kWeight + fit(i - 1, line - 1);
    if (whole <= best_fit) continue;
    best_fit = whole;
    best = i;
  }
  if (best == 0) return OfKey();
  const std::string_view found = LineIn(lines, best);
  const std::size_t of_word = word.empty() ? std::string_view::npos : found.find(word);
  return At(best, of_word == std::string_view::npos ? FirstWord(found) : of_word);
}

}  // namespace sidecar::diagnose
