#include "lib/yaml/documents.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::yaml {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Read {
  std::vector<std::string> texts;
  std::vector<std::size_t> lines;
  std::string error;

  void Drain(DocumentReader& reader) {
    while (error.empty()) {
      const Result<std::optional<Document>> next = reader.Next();
      if (!next) {
        error = next.error().message;
      } else if (!next->has_value()) {
        return;
      } else {
        texts.emplace_back((*next)->text);
        lines.push_back((*next)->line);
        EXPECT_EQ((*next)->number, texts.size());
      }
    }
  }
};

Read ReadAll(std::string_view text, std::size_t piece, std::size_t limit = 1000) {
  Read read;
  DocumentReader reader(limit);
  for (std::size_t at = 0; at < text.size(); at += piece) {
    reader.Feed(text.substr(at, piece));
    read.Drain(reader);
  }
  reader.Finish();
  read.Drain(reader);
  return read;
}

class DocumentReaderTest : public testing::TestWithParam<std::size_t> {
 protected:
  static Read All(std::string_view text, std::size_t limit = 1000) {
    return ReadAll(text, GetParam(), limit);
  }
};

TEST_P(DocumentReaderTest, SplitsAtSeparatorLines) {
  const Read read = All("a: 1\n---\nb: 2\n---  \t\nc: 3\n--- # comment\nd: ---\n");
  EXPECT_THAT(read.texts, ElementsAre("a: 1\n", "b: 2\n", "c: 3\n", "d: ---\n"));
  EXPECT_THAT(read.lines, ElementsAre(1, 3, 5, 7));
}

TEST_P(DocumentReaderTest, ALeadingSeparatorStaysInItsDocument) {
  const Read read = All("---\na: 1\n---\n---\n---\nb: 2\n---\n");
  EXPECT_THAT(read.texts, ElementsAre("---\na: 1\n", "---\n", "b: 2\n"));
  EXPECT_THAT(read.lines, ElementsAre(1, 4, 6));
}

TEST_P(DocumentReaderTest, LineBreaksBecomeLfAndTheLastIsAdded) {
  EXPECT_THAT(All("a: 1\r\n---\r\nb: |\r\n  x\ry").texts, ElementsAre("a: 1\n", "b: |\n  x\ry\n"));
}

TEST_P(DocumentReaderTest, NothingIsNoDocumentAndBlankLinesAreOne) {
  EXPECT_THAT(All("").texts, IsEmpty());
  EXPECT_THAT(All("\n\n").texts, ElementsAre("\n\n"));
  EXPECT_THAT(All("# c").texts, ElementsAre("# c\n"));
  EXPECT_THAT(All("a\n---").texts, ElementsAre("a\n"));
}

TEST_P(DocumentReaderTest, OnlyLinesThatBeginWithItSeparate) {
  EXPECT_THAT(All("a: |\n  ---\n ---\n\xef\xbb\xbf---\n").texts,
              ElementsAre("a: |\n  ---\n ---\n\xef\xbb\xbf---\n"));
}

TEST_P(DocumentReaderTest, ASeparatorWithContentIsAnError) {
  const Read read = All("a: 1\n--- b: 2\nc: 3\n---\nd: 4");
  EXPECT_THAT(read.texts, IsEmpty());
  EXPECT_EQ(read.error, "line 2: invalid Yaml document separator: b: 2");
}

TEST_P(DocumentReaderTest, ADocumentThatIsTooLargeIsAnError) {
  const std::string large = "a: 1\n---\nb: " + std::string(200, 'x');
  EXPECT_EQ(All(large, 100).error, "document 2 at line 3 is larger than 100 bytes");
  EXPECT_EQ(All(large + "\n---\n", 100).error, "document 2 at line 3 is larger than 100 bytes");
  std::string lines;
  for (int i = 0; i < 50; ++i) lines += "- x\n";
  EXPECT_EQ(All(lines, 100).error, "document 1 at line 1 is larger than 100 bytes");
  std::string many;
  for (int i = 0; i < 50; ++i) many += "- x\n---\n";
  EXPECT_EQ(All(many, 100).texts.size(), 50U);
}

INSTANTIATE_TEST_SUITE_P(Pieces, DocumentReaderTest, testing::Values(1, 3, 7, 10000));

TEST(DocumentReaderErrorTest, AfterAFailureThereIsNothingMore) {
  DocumentReader reader;
  reader.Feed("--- x\na: 1\n---\nb: 1\n");
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.Next().value().has_value());
}

}  // namespace
}  // namespace sidecar::yaml
