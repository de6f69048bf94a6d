#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "lib/gotemplate/template.h"

namespace sidecar::gotemplate {

// Runs template texts over a value; what fails gives its message after the output.
class ExecFixture : public ::testing::Test {
 protected:
  std::string Run(std::string_view text, const Value& data = {}) {
    ParseOptions parse;
    parse.functions = &functions_;
    const auto tmpl = Template::Parse("t", text, parse);
    if (tmpl.has_error()) return tmpl.error().message;
    std::string output;
    const auto done = tmpl->Execute(data, arena_, options_, output);
    return done.has_value() ? output : output + "!" + done.error().message;
  }

  Value MapOfOne(std::string_view key, const Value& value) {
    MapData* const map = arena_.New<MapData>();
    map->Set(Value::String(key), value, arena_);
    return AnyMap(map);
  }

  Arena arena_;
  ExecOptions options_;
  FunctionMap functions_;
};

}  // namespace sidecar::gotemplate
