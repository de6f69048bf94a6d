#include "cli/object_files.h"

#include <gtest/gtest.h>

#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

TEST(ObjectFilesTest, ReadsFilesWithTheirPlaces) {
  const Folder folder;
  WriteFile(folder / "a.yaml", "kind: Pod\n---\nkind: Service\nmetadata: {name: web}\n");
  WriteFile(folder / "b.json", R"({"kind": "Namespace"})");
  diagnose::ObjectSet set;
  ASSERT_TRUE(ReadObjects({folder / ""}, false, set).has_value());
  ASSERT_EQ(set.objects().size(), 3U);
  const diagnose::Object& service = set.objects()[1];
  EXPECT_EQ(service.source->file, folder / "a.yaml");
  EXPECT_EQ(service.LineOf(*diagnose::FindPath(service.node, {"metadata"})), 4U);
}

TEST(ObjectFilesTest, NamesTheDocumentThatCannotBeRead) {
  const Folder folder;
  const std::string file = folder / "a.yaml";
  WriteFile(file, "kind: Pod\n---\nkind: [\n");
  diagnose::ObjectSet set;
  const Result<void> read = ReadObjects({file}, false, set);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message.find(file + ":3: document 2: yaml: line "), 0U)
      << read.error().message;
  EXPECT_FALSE(ReadObjects({folder / "none.yaml"}, false, set).has_value());
}

}  // namespace
}  // namespace sidecar::cli
