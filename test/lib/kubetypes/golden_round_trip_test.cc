#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/encode.h"
#include "lib/kubetypes/schema.h"
#include "lib/yaml/parser.h"
#include "lib/yaml/writer.h"

namespace sidecar::kubetypes {
namespace {

// The number of documents that came back unchanged.
int CheckDocument(const std::string& text, const std::string& name) {
  Arena arena;
  const Result<yaml::Node> node = yaml::ParseYaml(text, arena);
  if (!node.has_value() || !node->IsMapping()) return 0;
  const yaml::Node* const kind = node->Find("kind");
  const gotemplate::Type* const type = kind == nullptr ? nullptr : WorkloadType(kind->AsString());
  if (type == nullptr) return 0;
  const Result<gotemplate::Value> value = Decode(*node, type, arena);
  if (!value.has_value()) {
    ADD_FAILURE() << name << ": " << value.error().message;
    return 0;
  }
  std::string written;
  yaml::WriteYaml(Encode(*value, arena), written);
  EXPECT_EQ(written, text) << name;
  return 1;
}

int CheckFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  int checked = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find("\n---\n", start), text.size() - 1) + 1;
    checked += CheckDocument(text.substr(start, end - start), path.string());
    start = end + std::string_view("---\n").size();
  }
  return checked;
}

// What Istio wrote went through Go's types once; it must pass through ours unchanged.
TEST(GoldenRoundTrip, GivesInjectedDocumentsBackUnchanged) {
  std::filesystem::path folder = std::filesystem::current_path();  // Within the build tree.
  while (folder.has_relative_path() && !exists(folder / "shared" / "conformance")) {
    folder = folder.parent_path();
  }
  const std::filesystem::path istio = folder / "shared" / "conformance" / "istio";
  if (!exists(istio)) GTEST_SKIP() << "no conformance data";
  int checked = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(istio)) {
    if (entry.path().extension() == ".injected") checked += CheckFile(entry.path());
  }
  EXPECT_GT(checked, 60);
}

}  // namespace
}  // namespace sidecar::kubetypes
