#include "cli/document_files.h"

#include <gtest/gtest.h>

#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

TEST(DocumentFilesTest, HandsOverEveryDocument) {
  const Folder folder;
  WriteFile(folder / "a.yaml", "a: 1\n---\nb: 2\n");
  std::string seen;
  const Result<void> read = ForEachDocument(folder / "a.yaml", [&](const yaml::Document& document) {
    seen += std::to_string(document.line) + ' ' + std::string(document.text);
    return Result<void>();
  });
  EXPECT_TRUE(read.has_value());
  EXPECT_EQ(seen, "1 a: 1\n3 b: 2\n");
}

TEST(DocumentFilesTest, EndsWithTheFirstError) {
  const Folder folder;
  WriteFile(folder / "a.yaml", "a: 1\n---\nb: 2\n");
  int calls = 0;
  const Result<void> read = ForEachDocument(folder / "a.yaml", [&](const yaml::Document&) {
    ++calls;
    return Result<void>(Error{ErrorCode::kInvalidArgument, "no"});
  });
  EXPECT_EQ(read.error().message, "no");
  EXPECT_EQ(calls, 1);
}

TEST(DocumentFilesTest, PlacesAreLinesOfTheFile) {
  const yaml::Document document = {.text = "", .line = 10, .number = 2};
  EXPECT_EQ(ShownPlace("a.yaml", document), "a.yaml:10");
  EXPECT_EQ(ShownPlace("-", document, 1), "standard input:10");
  EXPECT_EQ(ShownPlace("a.yaml", document, 4), "a.yaml:13");
  EXPECT_EQ(ShownDocument("a.yaml", document, 4), "a.yaml:13: document 2");
  EXPECT_EQ(ShownDocument("a.yaml", document, 0, "Pod/p"), "a.yaml:10: document 2: Pod/p");
}

TEST(DocumentFilesTest, ErrorsNameTheFile) {
  const Folder folder;
  const std::string file = folder / "a.yaml";
  WriteFile(file, "a: 1\n--- b\n");
  const auto accept = [](const yaml::Document&) { return Result<void>(); };
  EXPECT_EQ(ForEachDocument(file, accept).error().message.find(file + ": "), 0U);
  EXPECT_FALSE(ForEachDocument(folder / "none", accept).has_value());
  EXPECT_EQ(ShownFile("-"), "standard input");
}

}  // namespace
}  // namespace sidecar::cli
