#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sidecar::cli {

enum class Colour : std::uint8_t { kNone, kGreen, kYellow, kRed, kFaint };

struct Cell {
  std::string text;
  Colour colour = Colour::kNone;
};

// Columns of text for people: as wide as they need to be, two spaces between them, the last one not
// padded, so that lines can be cut with awk as kubectl's can.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

  // As many cells as there are headings; an empty one is shown as "-".
  void AddRow(std::vector<Cell> row);

  bool IsEmpty() const { return rows_.empty(); }

  std::string Render(bool in_colour) const;

 private:
  const std::vector<std::string> headings_;
  std::vector<std::vector<Cell>> rows_;
};

// The text in a colour of the terminal; as it is for Colour::kNone.
std::string Coloured(std::string_view text, Colour colour);

// Whether standard output is a terminal of somebody who has not asked for no colour
// (https://no-color.org).
bool WantsColour();

}  // namespace sidecar::cli
