#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/yaml/node.h"

// What a YAML scalar means, as gopkg.in/yaml.v2's resolve decides it (YAML 1.1 with that package's
// own choices: no base 60, no sexagesimal floats). Pure, any thread.
namespace sidecar::yaml {

// The tags that yaml.v2 resolves itself; any other tag leaves the text a string.
enum class Tag : std::uint8_t {
  kNone,
  kStr,
  kBool,
  kInt,
  kFloat,
  kNull,
  kTimestamp,
  kBinary,
  kMerge,
  kOther,
};

// From the long form ("tag:yaml.org,2002:str"); kNone for the empty text.
Tag TagFromUri(std::string_view uri);

// "!!str" and so on; empty for kNone and kOther.
std::string_view ShortTag(Tag tag);

struct ResolvedScalar {
  Tag tag = Tag::kStr;  // What the text turned out to be.
  Node value;           // A string node refers to the text that was resolved.
};

// What `text` means under an explicit `tag` (kNone: none, for a plain scalar). False where it
// cannot be read as that tag demands; `resolved.tag` then says what it is instead.
bool Resolve(Tag tag, std::string_view text, ResolvedScalar& resolved);

// Whether the plain scalar `text` would be read as this very string, so that it needs no quotes
// (yaml.v2's encoder; base 60 numbers are quoted for the sake of other parsers).
bool IsPlainString(std::string_view text);

}  // namespace sidecar::yaml
