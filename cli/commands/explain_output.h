#pragma once

#include <string>
#include <vector>

#include "webhook/explanation.h"

namespace sidecar::cli {

struct Explained {
  std::string namespace_name;
  std::string object;  // "Deployment/web".
  std::string place;   // "app.yaml:12"; empty: from a cluster.
  webhook::Explanation explanation;
};

// For people: of each object the steps as a table, then verdict and remedy.
std::string RenderExplanations(const std::vector<Explained>& explained, bool in_colour);

// For people who asked about much: one table with a row for each object.
std::string RenderWideExplanations(const std::vector<Explained>& explained, bool in_colour);

// "json": an array with an element for each object. "yaml": the same. "name": what gets no sidecar.
std::string WriteExplanations(const std::vector<Explained>& explained, const std::string& format);

}  // namespace sidecar::cli
