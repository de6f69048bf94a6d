#include "cli/table.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <unistd.h>

namespace sidecar::cli {
namespace {

constexpr std::size_t kGap = 2;

// Characters, for names that are not ASCII; close enough for padding.
std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    constexpr unsigned kContinuationMask = 0xC0;
    constexpr unsigned kContinuation = 0x80;
    return (static_cast<unsigned char>(c) & kContinuationMask) != kContinuation;
  }));
}

std::string_view CodeOf(Colour colour) {
  switch (colour) {
    case Colour::kNone: return "";
    case Colour::kGreen: return "\x1b[32m";
    case Colour::kYellow: return "\x1b[33m";
    case Colour::kRed: return "\x1b[31m";
    case Colour::kFaint: return "\x1b[2m";
  }
  return "";
}

// Control characters of a cluster's texts do not reach the terminal.
std::string Printable(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    constexpr unsigned char kDelete = 0x7F;
    if (byte < ' ' || byte == kDelete) c = ' ';
  }
  return text;
}

}  // namespace

void Table::AddRow(std::vector<Cell> row) {
  row.resize(headings_.size());
  for (Cell& cell : row) {
    cell.text = cell.text.empty() ? "-" : Printable(std::move(cell.text));
  }
  rows_.push_back(std::move(row));
}

std::string Table::Render(bool in_colour) const {
  std::vector<std::size_t> widths;
  widths.reserve(headings_.size());
  for (const std::string& heading : headings_) widths.push_back(Width(heading));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], Width(row[i].text));
    }
  }
  std::string text;
  const auto append = [&](std::size_t column, std::string_view cell, Colour colour) {
    text += in_colour ? Coloured(cell, colour) : std::string(cell);
    const bool is_last = column + 1 == widths.size();
    if (!is_last) text.append(widths[column] - Width(cell) + kGap, ' ');
  };
  for (std::size_t i = 0; i < headings_.size(); ++i) append(i, headings_[i], Colour::kNone);
  text += '\n';
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) append(i, row[i].text, row[i].colour);
    text += '\n';
  }
  return text;
}

std::string Coloured(std::string_view text, Colour colour) {
  constexpr std::string_view kReset = "\x1b[0m";
  if (colour == Colour::kNone) return std::string(text);
  return std::string(CodeOf(colour)).append(text).append(kReset);
}

bool WantsColour() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment
  const char* const refusal = std::getenv("NO_COLOR");
  return (refusal == nullptr || *refusal == '\0') && isatty(STDOUT_FILENO) == 1;
}

}  // namespace sidecar::cli
