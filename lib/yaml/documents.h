#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace sidecar::yaml {

struct Document {
  // Lines as NewYAMLReader hands them on: each ends with LF, also where the text had CR LF or ended
  // without a line break. Valid until the reader's next call.
  std::string_view text;
  std::size_t line = 0;    // 1-based line of the stream where it begins.
  std::size_t number = 0;  // 1-based among the stream's documents.
};

// Splits a stream into its YAML documents, as apimachinery's YAMLReader does: at lines of "---",
// which may be followed by space and a comment. A separator before any other line of a document
// stays its first line. Never holds more than one document and one piece of input.
//
//   DocumentReader reader;
//   while (read bytes) { reader.Feed(bytes); while (auto document = TRY(reader.Next())) ...; }
//   reader.Finish(); while (auto document = TRY(reader.Next())) ...;
//
// No I/O. Belongs to one thread.
class DocumentReader {
 public:
  static constexpr std::size_t kMaxDocumentBytes = std::size_t{64} << 20U;

  explicit DocumentReader(std::size_t max_document_bytes = kMaxDocumentBytes)
      : max_bytes_(max_document_bytes) {}

  void Feed(std::string_view bytes);
  // No more bytes will come; what has come ends the last document.
  void Finish() { finished_ = true; }

  // The next document; nothing when more bytes are needed, or, after Finish, when that was all.
  // Fails (kInvalidArgument) at a separator followed by something else than a comment, worded as in
  // Go, and at a document that is too large. After a failure there is nothing more to read.
  Result<std::optional<Document>> Next();

 private:
  std::optional<std::string_view> TakeLine();
  Document Deliver();
  bool IsTooLarge() const;
  // Leaves nothing to read.
  Error Fail(std::string message);

  std::size_t max_bytes_;
  std::string input_;
  std::size_t consumed_ = 0;  // Of input_.
  std::size_t searched_ = 0;  // Up to here input_ has no line break after consumed_.
  bool finished_ = false;

  std::string document_;
  bool delivered_ = false;
  std::size_t lines_ = 0;  // Taken so far.
  std::size_t first_line_ = 0;
  std::size_t documents_ = 0;
};

}  // namespace sidecar::yaml
