#pragma once

#include <string>

#include "lib/ui/page_model.h"

// The pages for a browser: HTML of what they are given, and nothing else. Links are relative, so
// that they work behind a proxy's prefix. Pure, any thread.

namespace sidecar::ui {

// The page at "": everything there is to see, and the playground's form.
std::string RenderOverview(const Overview& overview);

// The page at "playground", where the form leads.
std::string RenderPlayground(const Playground& playground);

// What the form offers where nothing was pasted yet.
extern const char* const kSamplePod;

}  // namespace sidecar::ui
