#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace sidecar::ui {

// Markup that stands in the source: only a literal converts to it, so that nothing which came from
// outside gets into a page unescaped.
class Markup {
 public:
  consteval Markup(const char* literal) : text_(literal) {}  // NOLINT: implicit on purpose
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// HTML as it is written: tags as literals, everything else as text. Belongs to one thread.
class Html {
 public:
  Html& Tags(Markup markup) {
    out_ += markup.text();
    return *this;
  }
  // Escaped for content and for attribute values in double quotes. Characters that HTML has no way
  // to write (controls) and bytes that are no UTF-8 become U+FFFD.
  Html& Text(std::string_view text);
  Html& Number(long long number) { return Text(std::to_string(number)); }

  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace sidecar::ui
