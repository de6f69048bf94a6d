#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <yaml.h>

namespace sidecar::yaml {

// A text is no YAML as yaml.v2 reads it; thrown inside the parser.
struct YamlFailure {
  std::string message;  // Whole, as the API returns it.
};

// The message that yaml.v2 builds with a failure's text: "yaml: line 3: text", no line for 0.
std::string YamlMessage(std::size_t line, std::string_view text);

// One event of libyaml's parser; frees what it holds.
class Event {
 public:
  Event() = default;
  ~Event() { yaml_event_delete(&event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  yaml_event_t* Reset() {
    yaml_event_delete(&event_);
    return &event_;
  }
  const yaml_event_t& get() const { return event_; }
  std::uint32_t line() const { return static_cast<std::uint32_t>(event_.start_mark.line) + 1; }

 private:
  yaml_event_t event_{};
};

// Events of the text's first document from libyaml, with its errors put as yaml.v2 puts them.
// Belongs to the call that parses.
class EventSource {
 public:
  // `text` outlives the source.
  explicit EventSource(std::string_view text);
  ~EventSource() { yaml_parser_delete(&parser_); }
  EventSource(const EventSource&) = delete;
  EventSource& operator=(const EventSource&) = delete;

  // Throws YamlFailure.
  void Next(Event& event);

  // Byte in the text of a mark's character. Marks are asked for in the order of the text.
  std::size_t ByteAt(const yaml_mark_t& mark);

  bool is_utf16() const { return utf16_; }
  std::string_view text() const { return text_; }

 private:
  static int Read(void* source, unsigned char* buffer, std::size_t size, std::size_t* read);

  [[noreturn]] void Fail() const;
  void CheckVersion(const yaml_event_t& event) const;
  void CheckEscapes(const yaml_event_t& event);

  yaml_parser_t parser_{};
  std::string_view text_;
  std::size_t read_ = 0;
  bool utf16_ = false;
  bool ascii_ = false;
  std::size_t bom_ = 0;  // Bytes of the byte order mark, which libyaml's marks do not count.
  std::size_t cursor_index_ = 0;
  std::size_t cursor_byte_ = 0;
};

}  // namespace sidecar::yaml
