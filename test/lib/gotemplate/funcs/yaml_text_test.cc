#include "lib/gotemplate/funcs/yaml_text.h"

#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(WriteYamlTextTest, WritesADocument) {
  Functions call;
  EXPECT_EQ(WriteYamlText(call.Dict({"n", 1e6, "list", call.List({"yes", nullptr})}), call.arena()),
            "list:\n- \"yes\"\n- null\n\"n\": 1000000\n");
  EXPECT_EQ(WriteYamlText(Value(), call.arena()), "null\n");
}

TEST(WriteYamlTextTest, RefusesWhatJsonCannotHold) {
  Functions call;
  const Value complex = Value::Complex({0, 1}, BasicType("complex128"), call.arena());
  EXPECT_THROW(WriteYamlText(complex, call.arena()), FunctionError);
}

TEST(WriteYamlTextTest, ReadsItsOwnJsonAsMarshalDoes) {
  Functions call;
  EXPECT_EQ(WriteYamlText(Value::String("a\u0085b"), call.arena()), "a b\n");
  EXPECT_THROW(WriteYamlText(Value::String("a\x7f"), call.arena()), FunctionError);
  EXPECT_EQ(WriteYamlText(Value::String("\u00e9"), call.arena()), "\u00e9\n");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
