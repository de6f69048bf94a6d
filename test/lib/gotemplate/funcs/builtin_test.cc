#include "lib/gotemplate/funcs/builtin.h"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate {
namespace {

class BuiltinTest : public testing::Test {
 protected:
  Value Run(std::string_view name, const std::vector<Value>& arguments) {
    return FindBuiltin(name)->body(arena_, arguments);
  }

  Arena arena_;
};

TEST_F(BuiltinTest, HasThoseOfGo) {
  for (const std::string_view name :
       {"and", "call", "html", "index", "slice", "js", "len", "not", "or", "print", "printf",
        "println", "urlquery", "eq", "ge", "gt", "le", "lt", "ne"}) {
    const Function* const function = FindBuiltin(name);
    ASSERT_NE(function, nullptr) << name;
    EXPECT_EQ(function->name, name);
    EXPECT_NE(function->result, nullptr) << name;
  }
  EXPECT_EQ(FindBuiltin("break"), nullptr);
  EXPECT_EQ(FindBuiltin(""), nullptr);
}

TEST_F(BuiltinTest, AndGivesTheFirstFalseArgumentOrTheLast) {
  EXPECT_EQ(Run("and", {Value::Int(1), Value::String(""), Value::Int(0)}).AsString(), "");
  EXPECT_EQ(Run("and", {Value::Int(1), Value::Int(2)}).AsInt(), 2);
}

TEST_F(BuiltinTest, OrGivesTheFirstTrueArgumentOrTheLast) {
  EXPECT_EQ(Run("or", {Value::Int(0), Value::String("a"), Value::Int(1)}).AsString(), "a");
  EXPECT_EQ(Run("or", {Value::String(""), Value::Int(0)}).AsInt(), 0);
}

TEST_F(BuiltinTest, NotIsTrueForWhatIsEmptyOrNil) {
  EXPECT_TRUE(Run("not", {Value()}).AsBool());
  EXPECT_TRUE(Run("not", {Value::Zero(AnyType(), arena_)}).AsBool());
  EXPECT_FALSE(Run("not", {Value::Int(1).ToInterface(AnyType(), arena_)}).AsBool());
}

TEST_F(BuiltinTest, ComparesAllWays) {
  const std::vector<Value> ascending = {Value::Int(1), Value::Int(2)};
  const std::vector<Value> equal = {Value::Int(1), Value::Int(1)};
  const struct {
    std::string_view name;
    bool of_ascending;
    bool of_equal;
  } kCases[] = {
      {"eq", false, true}, {"ne", true, false},  {"lt", true, false},
      {"le", true, true},  {"gt", false, false}, {"ge", false, true},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Run(c.name, ascending).AsBool(), c.of_ascending) << c.name;
    EXPECT_EQ(Run(c.name, equal).AsBool(), c.of_equal) << c.name;
  }
}

TEST_F(BuiltinTest, PrintsAsFmtDoes) {
  EXPECT_EQ(Run("print", {Value::String("a"), Value::Int(1), Value::Int(2)}).AsString(), "a1 2");
  EXPECT_EQ(Run("println", {Value::String("a"), Value::Int(1)}).AsString(), "a 1\n");
  EXPECT_EQ(Run("printf", {Value::String("%d-%s"), Value::Int(1), Value::String("x")}).AsString(),
            "1-x");
}

TEST_F(BuiltinTest, EscapesText) {
  EXPECT_EQ(Run("html", {Value::String("<a>"), Value::Int(1)}).AsString(), "&lt;a&gt;1");
  EXPECT_EQ(Run("html", {Value()}).AsString(), "&lt;no value&gt;");
  EXPECT_EQ(Run("js", {Value::String("'x'")}).AsString(), "\\'x\\'");
  EXPECT_EQ(Run("urlquery", {Value::String("a b&c")}).AsString(), "a+b%26c");
}

TEST_F(BuiltinTest, EscapesWhatPointersLeadTo) {
  Value text = Value::String("<");
  EXPECT_EQ(Run("html", {Value::Pointer(&text, PointerTo(StringType()))}).AsString(), "&lt;");
}

TEST_F(BuiltinTest, ReachesIntoCollections) {
  EXPECT_EQ(Run("len", {Value::String("abc")}).AsInt(), 3);
  EXPECT_EQ(Run("slice", {Value::String("abc"), Value::Int(1)}).AsString(), "bc");
  EXPECT_EQ(Run("index", {Value::String("abc"), Value::Int(0)}).AsUint(), std::uint64_t{'a'});
}

}  // namespace
}  // namespace sidecar::gotemplate
