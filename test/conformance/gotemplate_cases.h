#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/gotemplate/template.h"
#include "lib/gotemplate/value.h"

namespace sidecar::conformance {

// `conformance gotemplate FILE...`: runs files of template and YAML cases whose answers real Go
// gave, through the product's own code. Prints to standard output; returns the exit status.
int RunGotemplateFiles(std::span<const std::string_view> paths);

// A template case that is parsed and has its data, to be executed again and again.
class PreparedCase {
 public:
  const std::string& name() const { return name_; }
  Result<void> Execute(Arena& arena, std::string& output) const {
    return root_->Execute(data_, arena, {}, output);
  }

 private:
  friend std::vector<PreparedCase> PrepareGotemplateFile(const std::string& path);

  std::string name_;
  std::unique_ptr<Arena> arena_;  // Of the data.
  std::unique_ptr<const gotemplate::FunctionMap> functions_;
  gotemplate::Value data_;
  std::unique_ptr<const gotemplate::Template> root_;
};

// The cases of a file that give an output. What they view stays for the rest of the program. Throws
// std::runtime_error.
std::vector<PreparedCase> PrepareGotemplateFile(const std::string& path);

}  // namespace sidecar::conformance
