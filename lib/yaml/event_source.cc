#include "lib/yaml/event_source.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "lib/base/utf8.h"

namespace sidecar::yaml {
namespace {

constexpr std::string_view kUtf8Bom = "\xef\xbb\xbf";

// yaml.v2 reads and checks the encoding of this much at a time. Reading as much at a time makes the
// same error the first where a text has several.
constexpr std::size_t kChunkBytes = 512;
constexpr std::size_t kLibyamlChunkBytes = 16384;

// An empty text is a line break to yaml.v2.
constexpr std::string_view kEmptyText = "\n";

}  // namespace

std::string YamlMessage(std::size_t line, std::string_view text) {
  std::string message = "yaml: ";
  if (line != 0) message += "line " + std::to_string(line) + ": ";
  return message += text;
}

EventSource::EventSource(std::string_view text) : text_(text.empty() ? kEmptyText : text) {
  if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
  utf16_ = text_.starts_with("\xff\xfe") || text_.starts_with("\xfe\xff");
  bom_ = text_.starts_with(kUtf8Bom) ? kUtf8Bom.size() : 0;
  ascii_ = FirstNonAscii(text_.substr(bom_)) == text_.size() - bom_;
  yaml_parser_set_input(&parser_, Read, this);
}

int EventSource::Read(void* source, unsigned char* buffer, std::size_t size, std::size_t* read) {
  auto* const self = static_cast<EventSource*>(source);
  const std::size_t left_over = kLibyamlChunkBytes - std::min(size, kLibyamlChunkBytes);
  const std::size_t wanted = left_over < kChunkBytes ? kChunkBytes - left_over : 1;
  *read = std::min({size, wanted, self->text_.size() - self->read_});
  std::memcpy(buffer, self->text_.data() + self->read_, *read);
  self->read_ += *read;
  return 1;
}

void EventSource::Next(Event& event) {
  if (yaml_parser_parse(&parser_, event.Reset()) == 0) Fail();
  if (event.get().type == YAML_DOCUMENT_START_EVENT) CheckVersion(event.get());
  if (event.get().type == YAML_SCALAR_EVENT &&
      event.get().data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE) {
    CheckEscapes(event.get());
  }
}

// The line that yaml.v2's parser.fail names: none for the first, one more for the scanner's.
void EventSource::Fail() const {
  if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
  std::size_t line = 0;
  if (parser_.problem_mark.line != 0) {
    line = parser_.problem_mark.line;
    if (parser_.error == YAML_SCANNER_ERROR) ++line;
  } else {
    line = parser_.context_mark.line;
  }
  const char* const problem =
      parser_.problem != nullptr ? parser_.problem : "unknown problem parsing YAML content";
  throw YamlFailure{YamlMessage(line, problem)};
}

// libyaml accepts version 1.2, yaml.v2 does not.
void EventSource::CheckVersion(const yaml_event_t& event) const {
  const yaml_version_directive_t* const version = event.data.document_start.version_directive;
  if (version != nullptr && version->minor != 1) {
    throw YamlFailure{YamlMessage(event.start_mark.line, "found incompatible YAML document")};
  }
}

// libyaml accepts \/ between double quotes, yaml.v2 does not.
void EventSource::CheckEscapes(const yaml_event_t& event) {
  const auto& scalar = event.data.scalar;
  if (utf16_ || std::memchr(scalar.value, '/', scalar.length) == nullptr) return;
  const std::size_t begin = ByteAt(event.start_mark);
  const std::size_t end = ByteAt(event.end_mark);
  const std::string_view source = text_.substr(begin, end - begin);
  for (std::size_t at = source.find('\\'); at < source.size(); at = source.find('\\', at + 2)) {
    if (at + 1 < source.size() && source[at + 1] == '/') {
      const auto breaks = std::count(source.begin(), source.begin() + static_cast<long>(at), '\n');
      const std::size_t line = event.start_mark.line + static_cast<std::size_t>(breaks);
      throw YamlFailure{YamlMessage(line == 0 ? 0 : line + 1, "found unknown escape character")};
    }
  }
}

std::size_t EventSource::ByteAt(const yaml_mark_t& mark) {
  if (ascii_) return std::min(mark.index + bom_, text_.size());
  if (mark.index < cursor_index_) cursor_index_ = cursor_byte_ = 0;
  if (cursor_byte_ == 0) cursor_byte_ = bom_;
  while (cursor_index_ < mark.index && cursor_byte_ < text_.size()) {
    cursor_byte_ += std::max<std::size_t>(DecodeRune(text_.substr(cursor_byte_)).width, 1);
    ++cursor_index_;
  }
  return cursor_byte_;
}

}  // namespace sidecar::yaml
