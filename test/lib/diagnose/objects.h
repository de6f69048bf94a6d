#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "lib/diagnose/object_set.h"
#include "lib/yaml/documents.h"

namespace sidecar::diagnose {

// Reads the documents of a text, as of a file "f.yaml".
inline void AddFile(ObjectSet& set, std::string_view text) {
  yaml::DocumentReader reader;
  reader.Feed(text);
  reader.Finish();
  while (true) {
    const auto document = reader.Next();
    ASSERT_TRUE(document.has_value());
    if (!document->has_value()) return;
    const auto line = static_cast<std::uint32_t>((*document)->line);
    const Result<void> added =
        set.AddDocument((*document)->text, {.file = "f.yaml", .first_line = line});
    ASSERT_TRUE(added.has_value()) << added.error().message;
  }
}

}  // namespace sidecar::diagnose
