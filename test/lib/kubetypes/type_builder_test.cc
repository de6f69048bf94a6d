#include "lib/kubetypes/type_builder.h"

#include <gtest/gtest.h>

namespace sidecar::kubetypes {
namespace {

bool Describe(std::string_view name, std::string_view /*from*/, std::string_view& resolved,
              TypeDescription& description) {
  if (name == "a/b.Node") {
    resolved = "a/b.Node";
    description.underlying = "struct";
    description.fields = {{"Next", "*a/b.Node", "next"},
                          {"Keys", "map[a/b.Name][]string", "keys"},
                          {"hidden", "int", ""}};
    return true;
  }
  if (name == "a/b.Name") {
    resolved = "a/b.Name";
    description.underlying = "string";
    return true;
  }
  return false;
}

TEST(TypeBuilder, MakesTypesThatReferToThemselves) {
  TypeBuilder builder(Describe);
  const gotemplate::Type* const node = builder.Get("a/b.Node");
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->name, "b.Node");
  EXPECT_EQ(node->fields[0].type, gotemplate::PointerTo(node));
  EXPECT_EQ(node->fields[1].type->name, "map[b.Name][]string");
  EXPECT_EQ(builder.Get("[]*a/b.Node")->name, "[]*b.Node");
}

TEST(TypeBuilder, RefusesWhatItCannotRead) {
  TypeBuilder builder(Describe);
  for (const char* const expression :
       {"", "a/b.Nope", "map[string", "[]", "*", "string x", "map[string]a/b.Nope"}) {
    EXPECT_EQ(builder.Get(expression), nullptr) << expression;
  }
}

TEST(TypeBuilder, FindsKeysAsEncodingJsonDoes) {
  TypeBuilder builder(Describe);
  const StructType& node = AsStructType(builder.Get("a/b.Node"));
  EXPECT_EQ(node.Find("next")->slot, 0U);
  EXPECT_EQ(node.Find("NEXT"), node.Find("next"));
  EXPECT_EQ(node.Find("\u212Aeys"), node.Find("keys"));
  EXPECT_EQ(node.Find("key\u017F"), node.Find("keys"));
  EXPECT_EQ(node.Find("hidden"), nullptr);
  EXPECT_EQ(node.Find(""), nullptr);
}

}  // namespace
}  // namespace sidecar::kubetypes
