#include "lib/kubetypes/type_builder.h"

#include <gtest/gtest.h>

#include "lib/gotemplate/funcs/time_value.h"

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

TEST(TypeBuilder, FieldsAreFoundInTheirOrderAndOutOfIt) {
  TypeBuilder builder(Describe);
  const StructType& node = AsStructType(builder.Get("a/b.Node"));
  std::size_t next = 0;
  for (const char* const key : {"next", "keys", "next", "NEXT", "Keys", "keys"}) {
    const JsonField* const field = node.Find(key, next);
    ASSERT_NE(field, nullptr) << key;
    EXPECT_EQ(field, node.Find(key)) << key;
    EXPECT_EQ(next, static_cast<std::size_t>(field - node.json.data()) + 1) << key;
  }
  EXPECT_EQ(node.Find("other", next), nullptr);
  EXPECT_EQ(next, 2U);
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

TEST(TypeBuilder, TakesStructsThatWereMadeElsewhere) {
  using gotemplate::funcs::TimeType;
  TypeBuilder builder([](std::string_view name, std::string_view, std::string_view& resolved,
                         TypeDescription& description) {
    resolved = name;
    description.underlying = "struct";
    description.fields = {{"First", "string", "first"}, {"At", "other.Time", "at"}};
    return name == "a/b.Dated";
  });
  builder.Add("other.Time", TimeType());
  const gotemplate::Type* const dated = builder.Get("a/b.Dated");
  ASSERT_NE(dated, nullptr);
  EXPECT_EQ(FindStructType(TimeType()), nullptr);
  EXPECT_EQ(CodecOf(TimeType()), Codec::kForeign);
  EXPECT_EQ(FindStructType(dated), dated);

  Arena arena;
  const gotemplate::Value zero = ZeroOf(dated, arena);
  EXPECT_EQ(zero.Field(1).type(), TimeType());
  EXPECT_TRUE(gotemplate::funcs::TimeOf(zero.Field(1))->IsZero());
  EXPECT_TRUE(gotemplate::funcs::TimeOf(ZeroOf(TimeType(), arena))->IsZero());
}

}  // namespace
}  // namespace sidecar::kubetypes
