#include "lib/ui/assets.h"

namespace sidecar::ui {
namespace {

// The two files, written by the build.
#include "ui_assets.inc"

}  // namespace

std::string_view StyleSheet() {
  return kStyleSheet;
}

std::string_view Icon() {
  return kIcon;
}

}  // namespace sidecar::ui
